//! A program with a secret, which writes down all that is logged while it runs: every span and event
//! of every crate, at every level. `tests/it/secrets.rs` runs it.
//!
//! The secret is `SECRET_BEARER_WORD`; what must not be logged holds `SECRET_BEARER_CORE`.

#![allow(clippy::unwrap_used)]
#![allow(missing_docs)]

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::fmt::{self, Write as _};
use std::fs::File;
use std::io::Write as _;
use std::num::NonZeroU32;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use ironward::aws::cidr;
use ironward::aws::ec2::{SecurityGroup, Vpc};
use ironward::aws::ecs::{AwsLogs, Container, Cpu, Image, NonRootUser, TaskDefinition};
use ironward::aws::iam::Role;
use ironward::aws::kms::Key;
use ironward::aws::logs::LogGroup;
use ironward::aws::place::Here;
use ironward::aws::policy::{Allow, Deny, PolicyDocument};
use ironward::aws::s3::{Bucket, BucketPolicy, tls_only};
use ironward::core::output::{ToValue, concat};
use ironward::hipaa::{HipaaKey, KeyUse, Retention};
use ironward::prelude::*;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// What the AWS SDK logs whole at [`Level::TRACE`]: requests, responses and what it reads in them.
/// `book/src/state.md` says that these have to stay off.
const WHOLE_MESSAGES: [&str; 2] =
    ["aws_smithy_runtime::client::orchestrator", "aws_smithy_runtime::client::orchestrator::http"];

/// Texts and documents that are or hold a secret, in requests of each protocol.
fn declare(stack: &mut Stack<Hipaa>, word: &str) -> Result<(), DeclareError> {
    let secret = || Secret::new(word.to_owned());
    let here = stack.lookup("here", Here)?;

    let trusted = Allow::actions(["sts:AssumeRole"]).service("ecs-tasks.amazonaws.com");
    let trusted = trusted.when("StringEquals", "sts:ExternalId", secret());
    let role = Role::new(PolicyDocument::new().with(trusted)).description(secret());
    let role = stack.add("role", role)?;

    let administrators =
        Allow::actions(["kms:*"]).principal("arn:aws:iam::123456789012:root".to_owned()).on("*".to_owned());
    let key = Key::new(PolicyDocument::new().with(administrators)).description(secret());
    stack.add("key", key)?;

    let logs = HipaaKey::declare(stack, "logs-key", KeyUse::Logs)?.customer_key();
    let group = stack.add("logs", LogGroup::new(Retention::years::<7>().for_logs(), logs))?;
    let image = Image::tagged("example.org/app".to_owned(), "1");
    let user = NonRootUser::id(NonZeroU32::new(1000).unwrap());
    let container = Container::new("app", image, user, AwsLogs::new(group.name(), here.region(), "app"))
        .environment("TOKEN", secret());
    let task = TaskDefinition::fargate(
        "bearer".to_owned(),
        role.arn(),
        role.arn(),
        Cpu::Quarter,
        512_i64,
        [container],
    );
    stack.add("task", task)?;
    let network = stack.add("network", Vpc::new(cidr!("10.0.0.0/16")))?;
    stack.add("group", SecurityGroup::in_vpc(network.id(), secret()))?;

    let storage = HipaaKey::declare(stack, "storage-key", KeyUse::Storage)?.customer_key();
    let bucket = stack.add("bucket", Bucket::encrypted(storage))?;
    let referred =
        Deny::actions(["s3:GetObject"]).everyone().when("StringNotEquals", "aws:Referer", secret());
    let objects = concat([bucket.arn().value().clone(), "/*".to_value()]);
    let policy = PolicyDocument::new().with(tls_only(bucket.arn())).with(referred.on(objects));
    stack.add("policy", BucketPolicy::on(bucket.name(), policy))?;
    stack.output("word", Output::secret(&secret()))
}

fn main() -> ExitCode {
    let everything = Everything::into(File::options().create(true).append(true).open("trace.log").unwrap());
    tracing::subscriber::set_global_default(everything).unwrap();
    ironward::run("bearer", |stack: &mut Stack<Hipaa>| {
        declare(stack, &env::var("SECRET_BEARER_WORD").unwrap_or_default())
    })
}

/// Writes every span and event on a line of its own.
struct Everything {
    core: String,
    file: Mutex<File>,
    spans: Mutex<HashMap<u64, &'static Metadata<'static>>>,
}

impl Everything {
    fn into(file: File) -> Self {
        let core = env::var("SECRET_BEARER_CORE").unwrap();
        Self { core, file: Mutex::new(file), spans: Mutex::new(HashMap::new()) }
    }

    fn write(&self, about: &Metadata<'_>, text: Text) {
        let (level, target) = (about.level(), about.target());
        let whole_message = *level == Level::TRACE && WHOLE_MESSAGES.contains(&target) && about.is_event();
        let line = if whole_message && text.0.contains(&self.core) {
            format!("left out {level} {target}\n")
        } else {
            format!("{level} {target} {}{}\n", about.name(), text.0.replace('\n', "\\n"))
        };
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(line.as_bytes()).unwrap();
    }
}

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut text = Text::default();
        attributes.record(&mut text);
        self.write(attributes.metadata(), text);
        let mut spans = self.spans.lock().unwrap_or_else(PoisonError::into_inner);
        let id = u64::try_from(spans.len()).unwrap() + 1;
        spans.insert(id, attributes.metadata());
        Id::from_u64(id)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut text = Text::default();
        values.record(&mut text);
        let about = self.spans.lock().unwrap_or_else(PoisonError::into_inner)[&span.into_u64()];
        self.write(about, text);
    }

    fn event(&self, event: &Event<'_>) {
        let mut text = Text::default();
        event.record(&mut text);
        self.write(event.metadata(), text);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Fields, each in every way in which a log may write it.
#[derive(Default)]
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        write!(self.0, " {}={value} {value:?}", field.name()).unwrap();
    }
}
