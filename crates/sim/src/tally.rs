//! What went wrong, counted.

use std::ops::AddAssign;

/// Counts over schedules.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// Schedules that were run.
    pub schedules: u64,
    /// Processes that were started.
    pub processes: u64,
    /// Calls that were meant to change something.
    pub calls: u64,
    /// Processes that were killed, among these some in the middle of a line of the journal.
    pub crashes: u64,
    /// Journal lines that were torn.
    pub torn: u64,
    /// Requests that were lost before they arrived.
    pub lost_requests: u64,
    /// Answers that were lost after the effect.
    pub lost_responses: u64,
    /// Of these, requests that arrived only after they had been given up.
    pub late: u64,
    /// Requests that arrived twice.
    pub duplicates: u64,
    /// Throttled calls and transient conflicts.
    pub throttles: u64,
    /// Refusals for quotas, permissions and other reasons.
    pub refusals: u64,
    /// Reads and searches that failed.
    pub failed_reads: u64,
    /// Changes and deletions that didn't find what had just been made.
    pub overlooked: u64,
    /// Asynchronous operations that failed in the end.
    pub doomed: u64,
    /// Stores that took no more entries.
    pub full_disks: u64,
    /// Runs that were asked to end early.
    pub cancelled: u64,
    /// Second writers, and holders whose lock had been taken over.
    pub second_writers: u64,
    /// Changes made outside between runs.
    pub outside: u64,
    /// Interrupted operations that a later process settled.
    pub recoveries: u64,
    /// Things that exist already and were taken over.
    pub adopted: u64,
    /// Failed runs that were rolled back.
    pub rollbacks: u64,
    /// Processes that were paused.
    pub pauses: u64,
    /// Of these, processes that went on when another one had taken the state over.
    pub zombies: u64,
    /// Processes whose heartbeats were lost.
    pub silenced: u64,
    /// Resources that moved to another path.
    pub moved: u64,
    /// Losses that were consented to.
    pub consents: u64,
    /// Deletions that were taken back.
    pub restored: u64,
    /// Things that were let go of and stay in the cloud.
    pub let_go: u64,
    /// Plans that were refused.
    pub refused: u64,
    /// Of these, those that were given up, since each change needs another one first.
    pub tangled: u64,
    /// What refusals asked for, by kind.
    pub remedies: [u64; REMEDIES.len()],
    /// Broken laws.
    pub violations: u64,
}

/// What a refusal may ask for.
pub(crate) const REMEDIES: [&str; 17] = [
    "accept a deletion",
    "accept a replacement",
    "accept a recreation",
    "accept everything",
    "unprotect",
    "take out",
    "let delete first",
    "release",
    "stay there",
    "give another value",
    "leave alone",
    "make first",
    "change a value",
    "correct a value",
    "declare",
    "part a circle",
    "configure a provider",
];

impl Tally {
    /// The counts with their names.
    #[must_use]
    pub fn rows(&self) -> [(&'static str, u64); 31] {
        [
            ("schedules", self.schedules),
            ("processes", self.processes),
            ("changing calls", self.calls),
            ("crashes", self.crashes),
            ("torn journal lines", self.torn),
            ("lost requests", self.lost_requests),
            ("lost responses", self.lost_responses),
            ("late arrivals", self.late),
            ("duplicate deliveries", self.duplicates),
            ("throttles and conflicts", self.throttles),
            ("refusals", self.refusals),
            ("failed reads", self.failed_reads),
            ("overlooked by a change", self.overlooked),
            ("failed in the end", self.doomed),
            ("full disks", self.full_disks),
            ("cancelled runs", self.cancelled),
            ("second writers", self.second_writers),
            ("outside changes", self.outside),
            ("recoveries", self.recoveries),
            ("taken over", self.adopted),
            ("rollbacks", self.rollbacks),
            ("paused processes", self.pauses),
            ("zombies", self.zombies),
            ("lost heartbeats", self.silenced),
            ("moves", self.moved),
            ("consents", self.consents),
            ("deletions taken back", self.restored),
            ("let go of", self.let_go),
            ("refused plans", self.refused),
            ("given up", self.tangled),
            ("violations", self.violations),
        ]
    }

    /// How often a refusal asked for each kind of remedy.
    pub fn remedies(&self) -> impl Iterator<Item = (&'static str, u64)> {
        REMEDIES.into_iter().zip(self.remedies)
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.schedules += other.schedules;
        self.processes += other.processes;
        self.calls += other.calls;
        self.crashes += other.crashes;
        self.torn += other.torn;
        self.lost_requests += other.lost_requests;
        self.lost_responses += other.lost_responses;
        self.late += other.late;
        self.duplicates += other.duplicates;
        self.throttles += other.throttles;
        self.refusals += other.refusals;
        self.failed_reads += other.failed_reads;
        self.overlooked += other.overlooked;
        self.doomed += other.doomed;
        self.full_disks += other.full_disks;
        self.cancelled += other.cancelled;
        self.second_writers += other.second_writers;
        self.outside += other.outside;
        self.recoveries += other.recoveries;
        self.adopted += other.adopted;
        self.rollbacks += other.rollbacks;
        self.pauses += other.pauses;
        self.zombies += other.zombies;
        self.silenced += other.silenced;
        self.moved += other.moved;
        self.consents += other.consents;
        self.restored += other.restored;
        self.let_go += other.let_go;
        self.refused += other.refused;
        self.tangled += other.tangled;
        for (count, more) in self.remedies.iter_mut().zip(other.remedies) {
            *count += more;
        }
        self.violations += other.violations;
    }
}
