//! What stood elsewhere in states of before.

use std::collections::{BTreeMap, BTreeSet};

use ironward_aws::ec2::PeerCidr;
use ironward_core::clock::Timestamp;
use ironward_core::consent::{DataValue, Day};
use ironward_core::document::Document;
use ironward_core::path::Path;
use ironward_core::plan::{Action, Plan};
use ironward_core::planner::{self, Input};
use ironward_core::program::Program;
use ironward_core::provider::Place;
use ironward_core::state::{InstanceId, Lineage, Record, State, Status};
use ironward_core::value::{AttrRef, Known};

use super::*;

/// A program, and the state that it meets.
struct Meeting {
    program: Program,
    state: State,
}

impl Meeting {
    fn new(program: Program) -> Self {
        Self { program, state: State::new(Lineage::from_random([7; 16])) }
    }

    /// The state holds at `from` what the program declares at `at`, with these attributes.
    fn holds(&mut self, at: &str, from: &str, attributes: Document) {
        let (at, from) = (Path::parse(at).unwrap(), Path::parse(from).unwrap());
        let resource = &self.program.resources[&at];
        let known = |attr: &AttrRef| {
            let record = self.state.resources.get(&attr.path);
            let value = record.and_then(|record| record.attributes.json(&attr.attribute)).cloned();
            Known::Value(value.unwrap_or_else(|| json!("known")))
        };
        let mut properties = Document::new();
        for (name, value) in &resource.properties {
            if let Some(json) = value.evaluate(&known).unwrap().to_json() {
                properties.set(name, json);
            }
        }
        if let Some((name, _)) = resource.schema.name_property() {
            properties.set(name.name, "known");
        }
        let instance = InstanceId::derive(&self.state.lineage, &from, 1);
        let record = Record {
            path: from.clone(),
            type_name: resource.schema.type_name.to_owned(),
            schema_version: resource.schema.version,
            instance,
            generation: 1,
            physical_id: "known".to_owned(),
            status: Status::Ready,
            properties,
            attributes,
            dependencies: BTreeSet::new(),
            protect: false,
            retain: false,
            replace_order: None,
            provider: None,
            source: resource.source.clone(),
            opened_by: BTreeSet::new(),
            former: None,
            sharing: None,
        };
        self.state.resources.insert(from, record);
    }

    fn plan(&self) -> Plan {
        let schemas =
            self.program.resources.values().map(|one| (one.schema.type_name.to_owned(), one.schema));
        let places = [(String::new(), Place::new("aws", "us-east-1", "123456789012"))];
        planner::plan(Input {
            program: &self.program,
            state: &self.state,
            observations: &BTreeMap::new(),
            lookups: &BTreeMap::new(),
            places: &BTreeMap::from(places),
            default_tags: &BTreeMap::new(),
            adoptions: &BTreeMap::new(),
            only: None,
            schemas: &schemas.collect(),
            contents: &BTreeMap::new(),
            consents: &[],
            today: Day::of(Timestamp::default()),
            value: DataValue::Kept,
            destroys: false,
        })
        .unwrap()
    }
}

fn peers(texts: &[&str]) -> Program {
    open_to(Access::peers(ranges(texts)))
}

fn ranges(texts: &[&str]) -> Vec<PeerCidr> {
    texts.iter().map(|range| PeerCidr::parse(range).unwrap()).collect()
}

fn open_to(access: Access) -> Program {
    let mut stack = Stack::new("clinic");
    builder().environment(Environment::Development).access(access).build(&mut stack).unwrap();
    stack.program()
}

/// Rules stood at the number of their range, so that another order exchanged their ranges. They are known by
/// what they let in.
#[test]
fn rules_move_to_their_ranges() {
    let rules = [
        ("203.0.113.0/24", "peer-203-0-113-0-24-in"),
        ("198.51.100.7/32", "peer-198-51-100-7-32-in"),
        ("2001:db8:0:1::/64", "peer-20010db800000001-64-in"),
    ];
    let [one, two, three] = rules.map(|(range, _)| range);
    let mut meeting = Meeting::new(peers(&[two, three, one]));
    let (vpc, group) = ("fhir/network/vpc", "fhir/service/balancer-group");
    meeting.holds(vpc, vpc, Document::new().with("VpcId", "vpc-1"));
    meeting.holds(group, group, Document::new().with("GroupId", "sg-1"));
    for (index, (range, now)) in rules.iter().enumerate() {
        let before = format!("fhir/service/peer-{}-to-balancer", index + 1);
        let id = Document::new().with("Id", format!("sgr-{range}"));
        meeting.holds(&format!("fhir/service/{now}"), &before, id);
    }
    let plan = meeting.plan();
    let changes: Vec<_> =
        plan.changes.iter().filter(|change| change.path.name().starts_with("peer-")).collect();
    assert_eq!(changes.len(), 3, "{changes:#?}");
    for change in changes {
        let index = rules.iter().position(|(_, now)| *now == change.path.name()).unwrap();
        let from = change.renamed_from.as_ref().map(|path| path.name().to_owned());
        assert_eq!(from, Some(format!("peer-{}-to-balancer", index + 1)), "{change:#?}");
        assert!(matches!(change.action, Action::Noop | Action::Update { .. }), "{change:#?}");
    }
}

/// Groups said before from where they are reached, and can't say anything else.
#[test]
fn no_group_is_made_anew_for_its_description() {
    let tokens = JwtValidation::new("https://sso.example.org", "https://sso.example.org/keys");
    for (access, said) in [
        (peers(&["203.0.113.0/24"]), "the internet"),
        (open_to(Access::internal(ranges(&["10.20.0.0/16"]))), "the internet"),
        (open_to(Access::tokens(tokens)), "its peers"),
    ] {
        let mut meeting = Meeting::new(access);
        let (vpc, group) = ("fhir/network/vpc", "fhir/service/balancer-group");
        meeting.holds(vpc, vpc, Document::new().with("VpcId", "vpc-1"));
        meeting.holds(group, group, Document::new().with("GroupId", "sg-1"));
        let before = meeting.state.resources.get_mut(&Path::parse(group).unwrap()).unwrap();
        before.properties.set("GroupDescription", format!("Load balancer: reached from {said} over HTTPS"));
        let plan = meeting.plan();
        let change = plan.change(group).unwrap();
        assert!(matches!(change.action, Action::Noop | Action::Update { .. }), "{change:#?}");
    }
}
