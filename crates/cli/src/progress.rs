//! What is seen while the engine works: a live view on a terminal, plain lines elsewhere, events
//! for programs.

use std::collections::BTreeMap;
use std::time::Duration;

use ironward_core::event::Event;
use ironward_core::path::Path;
use ironward_core::state::Deed;

use crate::console::{Console, Paint, is_shown};
use crate::render::outcome::elapsed;

const FRAMES: [char; 10] = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/// A running operation.
#[derive(Debug, Clone)]
struct Running {
    type_name: String,
    since: Duration,
    waits: Option<String>,
}

/// What is known of the work.
#[derive(Debug, Default)]
pub(crate) struct Board {
    steps: usize,
    ended: usize,
    running: BTreeMap<(Path, Deed), Running>,
    reading: Option<usize>,
    stopping: bool,
    skipped: BTreeMap<Path, String>,
}

impl Board {
    /// A board for a plan of `steps` operations.
    pub(crate) fn new(steps: usize) -> Self {
        Self { steps, ..Self::default() }
    }

    /// Why operations weren't tried.
    pub(crate) fn skipped(&self) -> &BTreeMap<Path, String> {
        &self.skipped
    }

    /// Takes an event, and returns the line that stays of it.
    fn observe(&mut self, event: &Event, now: Duration, terminal: bool, paint: Paint) -> Option<String> {
        match event {
            Event::Observing { resources } => {
                self.reading = Some(*resources).filter(|count| *count > 0);
                None
            }
            Event::Observed { .. } => {
                self.reading = None;
                None
            }
            Event::Recovered { path, outcome } => {
                Some(format!("{} {path}: {outcome}", paint.notice("recovered")))
            }
            Event::Started { path, type_name, action } => {
                let running = Running { type_name: type_name.clone(), since: now, waits: None };
                self.running.insert((path.clone(), *action), running);
                (!terminal).then(|| format!("{action:7}  {path}  {type_name}"))
            }
            Event::Waiting { path, reason } => {
                for ((at, _), running) in &mut self.running {
                    if at == path {
                        running.waits = Some(reason.clone());
                    }
                }
                (!terminal).then(|| format!("waiting  {path}  {reason}"))
            }
            Event::Finished { path, action, duration_ms } => {
                let started = self.end(path, *action);
                let action = started.unwrap_or(*action);
                let took = elapsed(Duration::from_millis(*duration_ms));
                let word = if terminal {
                    paint.action(action.word(), &format!("{action:7}"))
                } else {
                    "done   ".to_owned()
                };
                let mark = if terminal { paint.good("✓ ") } else { String::new() };
                let what = if terminal { String::new() } else { format!("{action}, ") };
                Some(format!("{mark}{word}  {path}  {}", paint.dim(&format!("{what}{took}"))))
            }
            Event::Remains { path, what } => Some(format!("{}  {path}  {what}", paint.notice("remains"))),
            Event::Failed { path, action, message, source, .. } => {
                self.end(path, *action);
                let mark = if terminal { paint.bad("✗ ") } else { String::new() };
                Some(format!("{mark}{}  {path}  {action} ({source}): {message}", paint.bad("failed ")))
            }
            Event::Skipped { path, reason, .. } => {
                self.ended += 1;
                self.skipped.insert(path.clone(), reason.clone());
                None
            }
            _ => None,
        }
    }

    /// Ends the operation on `path`; of two, the one of that word.
    fn end(&mut self, path: &Path, action: Deed) -> Option<Deed> {
        self.ended += 1;
        let key = (path.clone(), action);
        if self.running.remove(&key).is_some() {
            return Some(action);
        }
        let key = self.running.keys().find(|(at, _)| at == path).cloned()?;
        self.running.remove(&key);
        Some(key.1)
    }

    /// The live view.
    fn draw(&self, now: Duration, width: usize, height: usize, paint: Paint) -> Vec<String> {
        let turn = usize::try_from(now.as_millis() / 100).unwrap_or(0);
        let frame = FRAMES[turn % FRAMES.len()];
        if let Some(count) = self.reading {
            return vec![format!("{frame} reading {count} resources")];
        }
        if self.steps == 0 || (self.running.is_empty() && self.ended == 0) {
            return Vec::new();
        }
        let mut running: Vec<_> = self.running.iter().collect();
        running.sort_by_key(|(_, running)| running.since);
        let room = height.saturating_sub(3).max(1);
        let mut lines = Vec::new();
        let path_width =
            running.iter().take(room).map(|((path, _), _)| path.as_str().len()).max().unwrap_or(0).min(44);
        for ((path, action), running) in running.iter().take(room) {
            let took = elapsed(now.saturating_sub(running.since));
            let waits = match &running.waits {
                Some(reason) => format!("waits: {reason}"),
                None => running.type_name.clone(),
            };
            let path = console::truncate_str(path.as_str(), path_width, "…");
            let rest = format!("  {path:path_width$}  {took:>8}  {waits}");
            let rest = console::truncate_str(&rest, width.saturating_sub(10), "…");
            lines.push(format!("{frame} {}{rest}", paint.action(action.word(), &format!("{action:7}"))));
        }
        if running.len() > room {
            lines.push(format!("  and {} more", running.len() - room));
        }
        let mut status = format!("{} of {} done, {} running", self.ended, self.steps, running.len());
        if self.stopping {
            status.push_str("; stopping once these end (Ctrl-C again stops at once)");
        }
        lines.push(paint.bold(console::truncate_str(&status, width.saturating_sub(1), "…").as_ref()));
        lines
    }
}

/// Shows the work on a console.
pub(crate) struct Progress<'a> {
    pub(crate) console: &'a mut Console,
    pub(crate) board: Board,
    drawn: usize,
}

impl<'a> Progress<'a> {
    pub(crate) fn new(console: &'a mut Console, board: Board) -> Self {
        Self { console, board, drawn: 0 }
    }

    /// Whether the view moves by itself.
    pub(crate) fn is_live(&self) -> bool {
        self.console.terminal && !self.console.json
    }

    /// Shows an event.
    pub(crate) fn event(&mut self, event: &Event, now: Duration) {
        if self.console.json {
            if is_shown(event) {
                self.console.event(event);
            }
            self.board.observe(event, now, false, self.console.paint);
            return;
        }
        let line = self.board.observe(event, now, self.console.terminal, self.console.paint);
        if let Some(line) = line {
            self.clear();
            self.console.line(&line);
        }
    }

    /// Says that the work stops once running operations have ended.
    pub(crate) fn stopping(&mut self, now: Duration) {
        self.board.stopping = true;
        if self.is_live() {
            self.tick(now);
        } else {
            let text = "stopping once running operations have ended; Ctrl-C again stops at once";
            self.console.remark(text);
        }
    }

    /// Draws the live view anew.
    pub(crate) fn tick(&mut self, now: Duration) {
        if !self.is_live() {
            return;
        }
        let lines = self.board.draw(now, self.console.width, self.console.height, self.console.paint);
        let mut text = self.erase();
        for line in &lines {
            text.push_str(line);
            text.push('\n');
        }
        self.drawn = lines.len();
        self.console.write(&text);
    }

    /// Takes the live view away.
    pub(crate) fn clear(&mut self) {
        let text = self.erase();
        if !text.is_empty() {
            self.console.write(&text);
        }
        self.drawn = 0;
    }

    fn erase(&self) -> String {
        if self.drawn == 0 { String::new() } else { format!("\x1b[{}A\r\x1b[J", self.drawn) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Path {
        Path::parse(text).unwrap()
    }

    fn started(text: &str, action: Deed) -> Event {
        Event::Started { path: path(text), type_name: "Test::Thing".into(), action }
    }

    fn board(events: &[(u64, Event)]) -> Board {
        let mut board = Board::new(5);
        for (seconds, event) in events {
            board.observe(event, Duration::from_secs(*seconds), true, Paint { color: false });
        }
        board
    }

    #[test]
    fn running_operations_show_what_they_wait_for_and_how_long() {
        let board = board(&[
            (0, started("net/vpc", Deed::Create)),
            (1, started("data/db", Deed::Replace)),
            (2, Event::Waiting { path: path("data/db"), reason: "creating".into() }),
            (3, Event::Finished { path: path("net/vpc"), action: Deed::Create, duration_ms: 3000 }),
            (4, started("net/subnet", Deed::Create)),
        ]);
        let lines = board.draw(Duration::from_secs(6), 80, 24, Paint { color: false });
        assert_eq!(
            lines,
            [
                "⠋ replace  data/db        5.0 s  waits: creating",
                "⠋ create   net/subnet     2.0 s  Test::Thing",
                "1 of 5 done, 2 running",
            ]
        );
    }

    #[test]
    fn the_view_fits_the_terminal() {
        let events: Vec<_> = (0..40)
            .map(|n| (0, started(&format!("a-rather-long-name-{n}/and-more"), Deed::Create)))
            .collect();
        let lines = board(&events).draw(Duration::from_secs(75), 40, 10, Paint { color: true });
        assert_eq!(lines.len(), 9);
        assert!(lines.iter().all(|line| console::measure_text_width(line) <= 40), "{lines:#?}");
        assert!(lines[7].contains("and 33 more"), "{}", lines[7]);
    }

    #[test]
    fn an_update_that_had_nothing_to_do_ends_too() {
        let board = board(&[
            (0, started("a", Deed::Update)),
            (1, Event::Finished { path: path("a"), action: Deed::Noop, duration_ms: 1 }),
        ]);
        assert!(board.running.is_empty());
    }
}
