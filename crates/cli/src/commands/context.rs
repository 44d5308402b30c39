//! What commands share.

use std::io::BufRead;
use std::sync::Arc;
use std::time::Duration;

use ironward_core::clock::Clock;
use ironward_core::consent::DataValue;
use ironward_core::engine::{EngineError, Planned};
use ironward_core::event::Event;
use ironward_core::history::{Apply, Begun, Command};
use ironward_core::plan::Outgrown;
use ironward_core::program::{Program, Remark};
use ironward_core::state::{Counts, State};
use ironward_store::OpenState;
use ironward_store::codec::keys::Passphrase;
use serde::Serialize;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::arguments::Global;
use crate::config::Encryption;
use crate::connect::Connector;
use crate::console::Console;
use crate::errors::Failure;
use crate::interrupt::Interrupt;
use crate::process_env::AskSecret;
use crate::progress::{Board, Progress};
use crate::render::plan::View;
use crate::session::{Session, SessionOptions};
use crate::state_access::StateAccess;
use crate::target::{Cloud, Target};

/// What a command works with.
pub(crate) struct Context {
    pub(crate) program_name: String,
    /// What the program declares; nothing for commands that don't ask.
    pub(crate) program: Option<Program>,
    pub(crate) global: Global,
    pub(crate) target: Target,
    pub(crate) console: Console,
    pub(crate) input: Option<Box<dyn BufRead + Send>>,
    pub(crate) input_is_terminal: bool,
    pub(crate) connector: Arc<dyn Connector>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) interrupt: Interrupt,
    pub(super) state_access: StateAccess,
    ask_secret: AskSecret,
    /// The words of the command, for whoever finds the state locked.
    pub(crate) words: &'static str,
    /// Whether protection is lifted.
    pub(crate) lifts: bool,
    /// What to type to go on after a failure, where it isn't the command itself.
    pub(crate) again: Option<String>,
    /// What the summary says.
    pub(crate) counts: Counts,
    events: (UnboundedSender<Event>, UnboundedReceiver<Event>),
    /// The states that were opened, to be closed when the command ends.
    opened: Vec<Arc<dyn OpenState>>,
}

/// The cloud, as the first event.
#[derive(Serialize)]
struct CloudEvent<'a> {
    event: &'static str,
    program: &'a str,
    stack: &'a str,
    cloud: &'a str,
    region: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<&'a str>,
}

/// A remark of ours, as an event.
#[derive(Serialize)]
pub(crate) struct NoteEvent<'a> {
    pub(crate) event: &'static str,
    pub(crate) message: &'a str,
}

/// A choice that the evidence must show, as an event.
#[derive(Serialize)]
struct RemarkEvent<'a> {
    event: &'static str,
    #[serde(flatten)]
    remark: &'a Remark,
}

/// What a context is made from.
pub(crate) struct Parts {
    pub(crate) program_name: String,
    pub(crate) program: Option<Program>,
    pub(crate) global: Global,
    pub(crate) target: Target,
    pub(crate) console: Console,
    pub(crate) input: Box<dyn BufRead + Send>,
    pub(crate) input_is_terminal: bool,
    pub(crate) connector: Arc<dyn Connector>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) interrupt: Interrupt,
    pub(crate) state_access: StateAccess,
    pub(crate) ask_secret: AskSecret,
    pub(crate) words: &'static str,
}

impl Context {
    pub(crate) fn new(parts: Parts) -> Self {
        Self {
            program_name: parts.program_name,
            program: parts.program,
            global: parts.global,
            target: parts.target,
            console: parts.console,
            input: Some(parts.input),
            input_is_terminal: parts.input_is_terminal,
            connector: parts.connector,
            clock: parts.clock,
            interrupt: parts.interrupt,
            state_access: parts.state_access,
            ask_secret: parts.ask_secret,
            words: parts.words,
            lifts: false,
            again: None,
            counts: Counts::default(),
            events: unbounded_channel(),
            opened: Vec::new(),
        }
    }

    /// Says which cloud this talks to: the first line of every command.
    pub(crate) fn announce(&mut self, beside_results: bool) {
        let target = &self.target;
        let line = format!("{}, stack {}: {}", self.program_name, target.stack, target.describe());
        let event = CloudEvent {
            event: "cloud",
            program: &self.program_name,
            stack: &target.stack,
            cloud: target.cloud.word(),
            region: &target.reach.region,
            account: target.reach.account.as_deref(),
            endpoint: target.cloud.endpoint().map(|endpoint| endpoint.as_str()),
        };
        self.console.event(&event);
        let line = self.console.paint.bold(&line);
        if self.console.json || beside_results {
            if !self.console.json {
                self.console.remark(&line);
            }
        } else {
            self.console.line(&line);
        }
    }

    /// The program; commands that declare have one.
    pub(crate) fn program(&self) -> Result<Program, Failure> {
        let program = self.program.clone().ok_or_else(|| {
            Failure::new("this command has no program", "this is a defect of Ironward: please report it")
        })?;
        let on_aws = matches!(self.target.cloud, Cloud::Aws { .. });
        if on_aws && program.production && self.target.data == DataValue::Disposable {
            return Err(Failure::new(
                format!(
                    "the stack `{}` on AWS says that its data is disposable, and the program declares a \
                     production environment",
                    self.target.stack
                ),
                "take `data = \"disposable\"` out of Ironward.toml, or declare another environment",
            ));
        }
        Ok(program)
    }

    /// Opens the stack.
    pub(crate) async fn open(&mut self) -> Result<Session, Failure> {
        let sender = self.events.0.clone();
        self.unlock().await?;
        // The receiver lives as long as the context.
        let events = Arc::new(move |event: Event| drop(sender.send(event)));
        let options = SessionOptions::new(&self.holder())
            .with_clock(Arc::clone(&self.clock))
            .with_connector(Arc::clone(&self.connector))
            .with_events(events);
        let target = self.target.clone();
        let session =
            self.told(|state_access| Session::open(target, options.with_state_access(state_access))).await?;
        self.opened.push(session.store());
        self.say(session.note());
        Ok(session)
    }

    /// Who this is, for whoever finds the state locked.
    pub(crate) fn holder(&self) -> String {
        format!("{} {}", self.program_name, self.words)
    }

    /// The same for whoever may be on another machine.
    pub(crate) fn signed(&self) -> String {
        self.state_access.signed(&self.holder())
    }

    /// Closes the states that were opened, so that the next command finds their locks free.
    pub(crate) async fn close(&mut self) {
        for store in std::mem::take(&mut self.opened) {
            if let Err(error) = store.close().await {
                self.say(Some(format!("the lock of the state wasn't given back: {error}")));
            }
        }
    }

    /// Opens the state without its cloud; nothing where none was begun.
    pub(crate) async fn recorded_store(&mut self) -> Result<Option<Arc<dyn OpenState>>, Failure> {
        if !self.state_access.exists(&self.target, &*self.connector).await? {
            return Ok(None);
        }
        self.unlock().await?;
        let (target, connector) = (self.target.clone(), Arc::clone(&self.connector));
        let holder = self.holder();
        let open = async |state_access: StateAccess| state_access.open(&target, &*connector, &holder).await;
        let store = self.told(open).await?;
        self.opened.push(Arc::clone(&store));
        self.say(self.state_access.note(&*store, &self.target));
        Ok(Some(store))
    }

    /// Opens a state, and says meanwhile what that waits for.
    async fn told<T>(&mut self, open: impl AsyncFnOnce(StateAccess) -> T) -> T {
        let (waits, mut heard) = unbounded_channel();
        // Whoever stopped listening has the state.
        let state_access = self.state_access.clone().telling(move |what| drop(waits.send(what.to_owned())));
        let mut open = std::pin::pin!(open(state_access));
        loop {
            tokio::select! {
                biased;
                Some(what) = heard.recv() => self.say(Some(what)),
                opened = &mut open => return opened,
            }
        }
    }

    /// Reads the state without its cloud; nothing where none was begun.
    pub(crate) async fn recorded(&mut self) -> Result<Option<State>, Failure> {
        match self.recorded_store().await? {
            Some(store) => Ok(Some(store.load().await?)),
            None => Ok(None),
        }
    }

    /// The applies so far; one that never ended is the last.
    pub(crate) async fn history(&mut self) -> Result<Vec<Apply>, Failure> {
        let Some(store) = self.recorded_store().await? else { return Ok(Vec::new()) };
        let mut applies = store.history().await?;
        applies.extend(store.load().await?.running.map(|begun| Apply::interrupted(*begun)));
        Ok(applies)
    }

    /// The beginning of an operation on the recorded state, for its history.
    pub(crate) fn begun(&self, state: &State, command: Command) -> Begun {
        let begun = Begun::new(state, command, self.state_access.author.clone(), self.clock.wall());
        Begun { planned: self.counts, ..begun }
    }

    /// Opens the state although it doesn't fit its anchor, and anchors it as it is.
    pub(crate) async fn accept(&mut self) -> Result<Option<State>, Failure> {
        if !self.state_access.exists(&self.target, &*self.connector).await? {
            return Ok(None);
        }
        self.unlock().await?;
        let (target, connector) = (self.target.clone(), Arc::clone(&self.connector));
        let (holder, now) = (self.holder(), self.clock.wall());
        let accept =
            async |state_access: StateAccess| state_access.accept(&target, &*connector, &holder, now).await;
        let store = self.told(accept).await?;
        self.opened.push(Arc::clone(&store));
        Ok(Some(store.load().await?))
    }

    /// Asks for the passphrase where the state needs one that isn't known yet; a new one is typed
    /// twice.
    async fn unlock(&mut self) -> Result<(), Failure> {
        let known =
            self.state_access.passphrase.is_some() || self.target.encryption != Encryption::Passphrase;
        if known || !self.input_is_terminal || !self.console.terminal || self.console.json {
            return Ok(());
        }
        let is_new = !self.state_access.exists(&self.target, &*self.connector).await?;
        let ask = |question: String| {
            (self.ask_secret)(&question).map_err(|error| {
                Failure::new(format!("the passphrase can't be read: {error}"), "set IRONWARD_PASSPHRASE")
            })
        };
        let typed = ask(format!("Passphrase of the stack {}: ", self.target.stack))?;
        if is_new && (typed.is_empty() || ask("The same again: ".to_owned())? != typed) {
            let hint = "nothing was begun; run the command again";
            return Err(Failure::new("the two passphrases differ, or are empty", hint));
        }
        self.state_access.passphrase = Some(Arc::new(Passphrase::new(typed)));
        Ok(())
    }

    /// Says something that isn't a result.
    pub(crate) fn say(&mut self, message: Option<String>) {
        if let Some(message) = message {
            self.console.event(&NoteEvent { event: "note", message: &message });
            let line = format!("{} {message}", self.console.paint.notice("note:"));
            self.console.remark(&line);
        }
    }

    /// Runs `work` of the engine, showing what happens; a Ctrl-C ends it, since it changes
    /// nothing.
    pub(crate) async fn watch<T>(
        &mut self,
        work: impl Future<Output = Result<T, EngineError>>,
    ) -> Result<T, Failure> {
        let interrupt = self.interrupt.clone();
        let work = async {
            tokio::select! {
                // Who asked before it began is heard, however soon the work ends.
                biased;
                () = interrupt.asked(1) => Err(Failure::interrupted()),
                result = work => result.map_err(Failure::from),
            }
        };
        self.show(Board::default(), async |_| work.await).await.0
    }

    /// Runs `work`, showing what happens on a board.
    pub(crate) async fn show<T>(
        &mut self,
        board: Board,
        work: impl AsyncFnOnce(UnboundedSender<()>) -> T,
    ) -> (T, Board) {
        let clock = Arc::clone(&self.clock);
        let (stopping, mut stop) = unbounded_channel();
        let mut progress = Progress::new(&mut self.console, board);
        let live = progress.is_live();
        let receiver = &mut self.events.1;
        let mut ticks = tokio::time::interval(Duration::from_millis(100));
        let mut work = std::pin::pin!(work(stopping));
        let result = loop {
            tokio::select! {
                biased;
                Some(event) = receiver.recv() => progress.event(&event, clock.now()),
                Some(()) = stop.recv() => progress.stopping(clock.now()),
                result = &mut work => break result,
                _ = ticks.tick(), if live => progress.tick(clock.now()),
            }
        };
        while let Ok(event) = receiver.try_recv() {
            progress.event(&event, clock.now());
        }
        progress.clear();
        (result, progress.board)
    }

    /// How plans are shown here.
    pub(crate) fn view(&self, whole: bool) -> View {
        let terminal = self.console.terminal;
        View {
            paint: self.console.paint,
            width: terminal.then_some(self.console.width),
            tree: terminal,
            whole,
        }
    }

    /// A command to type next, on the same stack and cloud.
    pub(crate) fn next(&self, command: &str) -> String {
        let mut next = command.to_owned();
        if let Some(stack) = &self.global.stack {
            next.push_str(&format!(" --stack {stack}"));
        }
        if let Some(endpoint) = &self.global.endpoint {
            next.push_str(&format!(" --endpoint {endpoint}"));
        }
        next
    }

    /// Shows a plan, drift apart from what the program changed.
    pub(crate) fn show_plan(&mut self, planned: &Planned, program: &Program, whole: bool) {
        let view = self.view(whole);
        let plan = &planned.plan;
        let paint = self.console.paint;
        for event in crate::render::plan::drifted(plan) {
            self.console.event(&event);
        }
        for event in crate::render::plan::operations(plan) {
            self.console.event(&event);
        }
        for remark in &plan.remarks {
            self.console.event(&RemarkEvent { event: "remark", remark });
        }
        for lost in &plan.losses {
            self.console.event(&crate::render::losses::LostEvent { event: "loses", lost });
        }
        if self.console.json {
            return;
        }
        let drift = view.drift(plan);
        if !drift.is_empty() {
            self.console.line("");
            self.console
                .line(&paint.bold("Changed outside since the last apply (as applied → as it is now):"));
            self.console.lines(&drift);
        }
        let changes = view.changes(plan, program);
        if !changes.is_empty() {
            let command = match (plan.destroys, self.words) {
                (true, _) => "destroy",
                (false, "import") => "import",
                (false, _) => "up",
            };
            let title = format!("What `{command}` does:");
            self.console.line("");
            self.console.line(&paint.bold(&title));
            self.console.lines(&changes);
        }
        if !plan.destroys && self.words != "import" {
            let outputs = view.outputs(&planned.state().outputs, &plan.outputs);
            if !outputs.is_empty() {
                self.console.line("");
                self.console.line(&paint.bold("Outputs:"));
                self.console.lines(&outputs);
            }
        }
        let losses = crate::render::losses::section(plan, paint);
        if !losses.is_empty() {
            self.console.line("");
            self.console.lines(&losses);
        }
        if !plan.remarks.is_empty() {
            self.console.line("");
            self.console.line(&paint.bold("Recorded choices:"));
            for remark in &plan.remarks {
                let citation = remark.citation.as_ref().map(|c| format!(" ({c})")).unwrap_or_default();
                let path = remark.path.as_ref().map(|path| format!("{path} ")).unwrap_or_default();
                self.console.line(&format!("    {path}{}{citation} ({})", remark.text, remark.source));
            }
        }
        if !plan.outgrown.is_empty() {
            self.console.line("");
            self.console.line(
                &paint.bold("Runs above what is declared; declare it, so that a new one is made like it:"),
            );
            for Outgrown { path, property, declared, runs, source, .. } in &plan.outgrown {
                self.console.line(&format!(
                    "    {path}  {property} is declared as {declared}, and {runs} runs ({source})"
                ));
            }
        }
        self.console.line("");
        self.console.line(&format!("{} {}.", paint.bold("Plan:"), crate::render::plan::tally(plan)));
    }
}
