//! Whatever value a property has: once it is applied, a second plan has nothing to do.
//!
//! The values of a property are its default said aloud, nothing, an empty one, the defaults of its
//! members said aloud, lists turned round and with an item twice, other case where that doesn't count,
//! and what the registry names: each member of an enumeration, the smallest and the greatest number.
//! Some are refused, by the handler or the emulator; what isn't refused must settle, and so must the
//! way back.
//!
//! On the sandbox one value of each property is drawn. `IRONWARD_TEST_VALUES=all` tries all of them, on
//! moto too; with `IRONWARD_TEST_VALUES_REPORT` a file has a line for each.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::io::Write;

use ironward_core::execute::Cancel;
use ironward_core::path::Path;
use ironward_core::plan::Action;
use ironward_core::program::Program;
use ironward_core::provider::DeletePolicy;
use ironward_core::schema::{Compare, Meaning, Property, Schema};
use ironward_core::value::{Known, Value};
use serde_json::{Value as Json, json};

use crate::cloud::Emulator;
use crate::suite::{Life, SUBJECT};

/// What one value came to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Came {
    Settled,
    Refused(String),
    /// The second plan isn't empty: what it would do.
    Open(String),
}

/// A value of a property, by what it is; nothing takes the property away.
type Round = (&'static str, Option<Json>);

/// Tries values of each property of a subject that was created and stands as it starts out.
pub async fn hold(life: &Life<'_>) {
    let all = std::env::var("IRONWARD_TEST_VALUES").is_ok_and(|which| which == "all");
    if !all && life.cloud.emulator != Emulator::Sandbox {
        return;
    }
    let path = Path::parse(SUBJECT).unwrap();
    let samples = Samples::of(life, &path);
    let draw = RandomState::new();
    let mut open = Vec::new();
    for property in samples.schema.properties.iter().filter(|property| {
        let together = TOGETHER.contains(&(samples.schema.type_name, property.name));
        property.compare != Compare::Tags && !together
    }) {
        let mut rounds = samples.rounds(property);
        if !all && !rounds.is_empty() {
            let index = draw.hash_one((samples.schema.type_name, property.name)) % rounds.len() as u64;
            rounds = vec![rounds.swap_remove(index as usize)];
        }
        for (what, value) in rounds {
            let mut program = life.program(None);
            let declared = &mut program.resources.get_mut(&path).unwrap().properties;
            match &value {
                Some(json) => drop(declared.insert(property.name.to_owned(), Value::Literal(json.clone()))),
                None => drop(declared.remove(property.name)),
            }
            let mut came = settle(life, &program).await;
            let back = settle(life, &life.program(None)).await;
            if came == Came::Settled && back != Came::Settled {
                came = Came::Open(format!("on the way back: {back:?}"));
            }
            let text = value.map(|json| json.to_string()).unwrap_or_default();
            report(life, samples.schema, property, what, &text, &came);
            if let Came::Open(what_is_open) = came {
                open.push(format!("{} ({what}) {text}: {what_is_open}", property.name));
            }
            assert_eq!(back, Came::Settled, "{}: {what} {text}: it doesn't go back", property.name);
        }
    }
    assert!(open.is_empty(), "{}:\n{}", samples.schema.type_name, open.join("\n"));
}

/// Properties that no declaration sets by themselves: they are constants, or another property goes with
/// them.
const TOGETHER: &[(&str, &str)] = &[
    ("AWS::CertificateManager::Certificate", "ValidationMethod"),
    ("AWS::EC2::EIP", "Domain"),
    ("AWS::EC2::FlowLog", "ResourceType"),
    ("AWS::EC2::SecurityGroupEgress", "PeerType"),
    ("AWS::EC2::SecurityGroupIngress", "PeerType"),
    ("AWS::EC2::VPCGatewayAttachment", "AttachmentType"),
    ("AWS::ECS::Service", "LaunchType"),
    ("AWS::ECS::Service", "SchedulingStrategy"),
    ("AWS::ECS::TaskDefinition", "NetworkMode"),
    ("AWS::ECS::TaskDefinition", "RequiresCompatibilities"),
    ("AWS::ElasticLoadBalancingV2::Listener", "Protocol"),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "Type"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "HealthCheckProtocol"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "Protocol"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "TargetType"),
    ("AWS::Route53::RecordSet", "Failover"),
];

/// Applies a program and plans it again.
async fn settle(life: &Life<'_>, program: &Program) -> Came {
    let engine = &life.cloud.engine;
    let planned = match engine.plan(program).await {
        Ok(planned) => planned,
        Err(error) => return Came::Refused(error.to_string()),
    };
    let outcome = engine.apply(program, planned, DeletePolicy::default(), &Cancel::default()).await.unwrap();
    if !outcome.is_complete() {
        return Came::Refused(format!("{:?}", outcome.failures));
    }
    let again = match engine.plan(program).await {
        Ok(planned) => planned.plan,
        Err(error) => return Came::Open(error.to_string()),
    };
    let open: Vec<String> = again
        .changes
        .iter()
        .filter(|change| change.action != Action::Noop || !change.drift.is_empty())
        .map(|change| format!("{} {:?} {:?} {:?}", change.path, change.action, change.diffs, change.drift))
        .collect();
    if open.is_empty() { Came::Settled } else { Came::Open(open.join("; ")) }
}

fn report(life: &Life<'_>, schema: &Schema, property: &Property, what: &str, value: &str, came: &Came) {
    let Some(file) = std::env::var_os("IRONWARD_TEST_VALUES_REPORT") else { return };
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file).unwrap();
    let (word, text) = match came {
        Came::Settled => ("settled", ""),
        Came::Refused(text) => ("refused", text.as_str()),
        Came::Open(text) => ("open", text.as_str()),
    };
    let text: String = text.replace(['\n', '\t'], " ").chars().take(300).collect();
    let line = format!(
        "{:?}\t{}\t{}\t{what}\t{value}\t{word}\t{text}\n",
        life.cloud.emulator, schema.type_name, property.name
    );
    file.write_all(line.as_bytes()).unwrap();
}

/// Values that are known to be legal, by property: what the subject declares, and its edits.
struct Samples {
    schema: &'static Schema,
    known: BTreeMap<&'static str, Vec<Json>>,
    declared: Vec<String>,
}

impl Samples {
    fn of(life: &Life<'_>, path: &Path) -> Self {
        let edits = life.subject.updates().iter().chain(life.subject.replacements());
        let programs: Vec<Program> =
            [None].into_iter().chain(edits.map(|edit| Some(*edit))).map(|edit| life.program(edit)).collect();
        let first = &programs[0].resources[path];
        let schema = first.schema;
        let mut known: BTreeMap<&'static str, Vec<Json>> = BTreeMap::new();
        for program in &programs {
            let properties = &program.resources[path].properties;
            let texts =
                |program: &Program, name: &str| format!("{:?}", program.resources[path].properties.get(name));
            let differ = schema
                .properties
                .iter()
                .filter(|property| texts(program, property.name) != texts(&programs[0], property.name));
            if differ.count() > 1 {
                continue;
            }
            for property in schema.properties {
                let Some(value) = properties.get(property.name) else { continue };
                let Ok(node) = value.evaluate(&|_| Known::Later) else { continue };
                let Some(json) = node.to_json() else { continue };
                let list = known.entry(property.name).or_default();
                if !list.contains(&json) {
                    list.push(json);
                }
            }
        }
        Self { schema, known, declared: first.properties.keys().cloned().collect() }
    }

    fn is_declared(&self, property: &Property) -> bool {
        self.declared.iter().any(|name| name == property.name)
    }

    fn rounds(&self, property: &Property) -> Vec<Round> {
        let mut rounds: Vec<Round> = Vec::new();
        let mut add = |what: &'static str, value: Json| {
            if !rounds.iter().any(|(_, other)| other.as_ref() == Some(&value)) {
                rounds.push((what, Some(value)));
            }
        };
        if let Some(default) = property.default {
            add("default", serde_json::from_str(default).unwrap());
        }
        let samples = self.known.get(property.name).map(Vec::as_slice).unwrap_or_default();
        for sample in samples {
            add("sample", sample.clone());
        }
        for named in named(self.schema.type_name) {
            let Some(rest) = named.path.strip_prefix(property.name) else { continue };
            for value in &named.values {
                if rest.is_empty() && !samples.iter().any(Json::is_array) {
                    add("named", value.clone());
                }
                for sample in samples.iter().filter(|_| rest.starts_with('.')) {
                    add("named member", with(sample, &rest[1..], value));
                }
            }
        }
        for sample in samples {
            add(
                "empty",
                match sample {
                    Json::Array(_) => json!([]),
                    Json::Object(_) => json!({}),
                    Json::String(_) => json!(""),
                    _ => continue,
                },
            );
            add("turned round", turned(sample));
            if let Json::Array(items) = sample
                && let Some(first) = items.first()
            {
                add("twice", Json::Array(items.iter().chain([first]).cloned().collect()));
            }
            for member in property.members.iter().filter(|member| !member.path.is_empty()) {
                if let Meaning::Default(text) = member.meaning {
                    add("member's default", with(sample, member.path, &serde_json::from_str(text).unwrap()));
                }
            }
            if matches!(property.compare, Compare::IgnoreCase | Compare::DnsName) {
                add("other case", json!(sample.as_str().unwrap_or_default().to_uppercase()));
            }
        }
        if self.is_declared(property) {
            rounds.push(("unset", None));
        }
        rounds
    }
}

/// A value with a member set wherever what holds it is there.
fn with(sample: &Json, path: &str, value: &Json) -> Json {
    match sample {
        Json::Array(items) => Json::Array(items.iter().map(|item| with(item, path, value)).collect()),
        Json::Object(members) => {
            let mut members = members.clone();
            match path.split_once('.') {
                Some((first, rest)) => {
                    if let Some(inner) = members.get_mut(first) {
                        *inner = with(inner, rest, value);
                    }
                }
                None => {
                    let list = members.get(path).is_some_and(Json::is_array) && !value.is_array();
                    members.insert(path.to_owned(), if list { json!([value]) } else { value.clone() });
                }
            }
            Json::Object(members)
        }
        other => other.clone(),
    }
}

/// A value with all of its lists turned round.
fn turned(sample: &Json) -> Json {
    match sample {
        Json::Array(items) => Json::Array(items.iter().rev().map(turned).collect()),
        Json::Object(members) => {
            Json::Object(members.iter().map(|(name, value)| (name.clone(), turned(value))).collect())
        }
        other => other.clone(),
    }
}

/// Values that the registry names.
struct Named {
    path: &'static str,
    values: Vec<Json>,
}

fn named(type_name: &str) -> Vec<Named> {
    include_str!("../../../aws/tests/registry/values.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut columns = line.split('\t');
            let (name, path, values) = (columns.next()?, columns.next()?, columns.next()?);
            (name == type_name).then(|| Named { path, values: serde_json::from_str(values).unwrap() })
        })
        .collect()
}
