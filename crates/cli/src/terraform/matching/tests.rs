use std::panic::Location;

use ironward_core::declare::Options;
use ironward_core::program::{Resource, Source as Line};
use ironward_core::state::Lineage;
use ironward_core::value::{AttrRef, Value};
use serde_json::{Value as Json, json};

use super::*;
use crate::terraform::expand::expand;

struct Lab {
    program: Program,
    file: StateFile,
    answers: Answers,
}

fn path(text: &str) -> Path {
    Path::parse(text).unwrap()
}

fn of(resource: &str, attribute: &str) -> Value {
    Value::Attr(AttrRef { path: path(resource), attribute: attribute.to_owned() })
}

fn is(text: &str) -> Value {
    Value::Literal(text.into())
}

fn said(matched: &[Matched]) -> Vec<String> {
    let id = |one: &Matched| one.physical_id.clone().unwrap_or_else(|| "?".to_owned());
    matched.iter().map(|one| format!("{} {} {}", one.address, one.path, id(one))).collect()
}

impl Lab {
    fn new() -> Self {
        Self { program: Program::default(), file: StateFile::default(), answers: Answers::default() }
    }

    fn declare(mut self, at: &str, type_name: &str, properties: &[(&str, Value)]) -> Self {
        let schema = ironward_aws::schemas().into_iter().find(|schema| schema.type_name == type_name);
        let resource = Resource {
            path: path(at),
            schema: schema.unwrap(),
            properties: properties.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect(),
            options: Options::default(),
            source: Line::from(Location::caller()),
        };
        self.program.resources.insert(path(at), resource);
        self
    }

    fn has(self, address: &str, ids: &[(&'static str, &str)]) -> Self {
        self.holds(address, ids.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect())
    }

    fn holds(mut self, address: &str, attributes: Json) -> Self {
        let type_name = address.rsplit('.').nth(1).unwrap();
        self.file.instances.extend(expand(address, type_name, attributes.as_object().unwrap()));
        self
    }

    fn assign(mut self, address: &str, to: &str) -> Self {
        self.answers.assigned.insert(address.to_owned(), to.to_owned());
        self
    }

    fn skip(mut self, address: &str) -> Self {
        self.answers.skipped.insert(address.to_owned());
        self
    }

    fn run(&self) -> Result<Matching, AssignError> {
        let state = State::new(Lineage::from_random([7; 16]));
        matching(&self.file, &self.program, &state, &self.answers)
    }

    #[track_caller]
    fn pairs(&self) -> Vec<String> {
        let matching = self.run().unwrap();
        said(&matching.matched)
    }
}

#[test]
fn names_decide_then_what_refers_to_them() {
    let lab = Lab::new()
        .declare("net/vpc", "AWS::EC2::VPC", &[("CidrBlock", is("10.0.0.0/16"))])
        .declare("net/other", "AWS::EC2::VPC", &[("CidrBlock", is("10.1.0.0/16"))])
        .declare(
            "net/a",
            "AWS::EC2::Subnet",
            &[("CidrBlock", is("10.0.0.0/24")), ("VpcId", of("net/vpc", "VpcId"))],
        )
        .declare(
            "net/b",
            "AWS::EC2::Subnet",
            &[("CidrBlock", is("10.0.0.0/24")), ("VpcId", of("net/other", "VpcId"))],
        )
        .has("aws_subnet.one", &[("id", "subnet-1"), ("cidr_block", "10.0.0.0/24"), ("vpc_id", "vpc-1")])
        .has("aws_subnet.two", &[("id", "subnet-2"), ("cidr_block", "10.0.0.0/24"), ("vpc_id", "vpc-2")])
        .has("aws_vpc.two", &[("id", "vpc-2"), ("cidr_block", "10.1.0.0/16")])
        .has("module.m[0].aws_vpc.one", &[("id", "vpc-1"), ("cidr_block", "10.0.0.0/16")]);
    assert_eq!(
        lab.pairs(),
        [
            "aws_subnet.one net/a subnet-1",
            "aws_subnet.two net/b subnet-2",
            "aws_vpc.two net/other vpc-2",
            "module.m[0].aws_vpc.one net/vpc vpc-1",
        ]
    );
}

#[test]
fn what_a_recognised_one_refers_to_is_recognised() {
    let lab = Lab::new()
        .declare("vpc", "AWS::EC2::VPC", &[("CidrBlock", is("10.0.0.0/16"))])
        .declare("gateway", "AWS::EC2::InternetGateway", &[])
        .declare("spare", "AWS::EC2::InternetGateway", &[])
        .declare(
            "attached",
            "AWS::EC2::VPCGatewayAttachment",
            &[("VpcId", of("vpc", "VpcId")), ("InternetGatewayId", of("gateway", "InternetGatewayId"))],
        )
        .has("aws_vpc.v", &[("id", "vpc-1"), ("cidr_block", "10.0.0.0/16")])
        .has("aws_internet_gateway.x", &[("id", "igw-1"), ("vpc_id", "vpc-1")])
        .has("aws_internet_gateway.y", &[("id", "igw-2")]);
    assert_eq!(
        lab.pairs(),
        [
            "aws_internet_gateway.x.vpc_id attached IGW|vpc-1",
            "aws_internet_gateway.x gateway igw-1",
            "aws_vpc.v vpc vpc-1",
        ]
    );
}

#[test]
fn the_last_of_a_type_is_a_guess() {
    let lab = || {
        Lab::new()
            .declare("records", "AWS::S3::Bucket", &[])
            .declare("policy", "AWS::S3::BucketPolicy", &[("Bucket", of("records", "BucketName"))])
            .has("aws_s3_bucket.tfstate", &[("id", "clinic-tfstate"), ("bucket", "clinic-tfstate")])
            .has("aws_s3_bucket_policy.p", &[("id", "clinic-tfstate"), ("bucket", "clinic-tfstate")])
    };
    let matching = lab().run().unwrap();
    assert_eq!(said(&matching.matched), Vec::<String>::new());
    assert_eq!(
        said(&matching.guesses),
        ["aws_s3_bucket.tfstate records clinic-tfstate", "aws_s3_bucket_policy.p policy clinic-tfstate"]
    );
    // Said once, the rest follows.
    let matching = lab().assign("aws_s3_bucket.tfstate", "records").run().unwrap();
    assert_eq!(matching.matched.len(), 2);
    assert!(matching.guesses.is_empty());
    let matching = lab().skip("aws_s3_bucket.tfstate").skip("aws_s3_bucket_policy.p").run().unwrap();
    assert!(matching.guesses.is_empty() && matching.matched.is_empty());
    assert!(matching.unmatched[0].reason.contains("--skip"), "{matching:?}");
    let error = lab().skip("aws_s3_bucket.none").run().unwrap_err();
    assert_eq!(error.to_string(), "the Terraform state has no `aws_s3_bucket.none`");
    let error = lab().assign("aws_s3_bucket.tfstate", "records").skip("aws_s3_bucket.tfstate").run();
    assert_eq!(error.unwrap_err().to_string(), "`aws_s3_bucket.tfstate` is both assigned and skipped");
}

#[test]
fn to_stand_in_the_same_network_says_nothing() {
    let lab = Lab::new()
        .declare("vpc", "AWS::EC2::VPC", &[("CidrBlock", is("10.0.0.0/16"))])
        .declare("web", "AWS::EC2::SecurityGroup", &[("VpcId", of("vpc", "VpcId"))])
        .has("aws_vpc.v", &[("id", "vpc-1"), ("cidr_block", "10.0.0.0/16")])
        .has("aws_security_group.jenkins", &[("id", "sg-1"), ("name", "jenkins"), ("vpc_id", "vpc-1")]);
    let matching = lab.run().unwrap();
    assert_eq!(said(&matching.matched), ["aws_vpc.v vpc vpc-1"]);
    assert_eq!(said(&matching.guesses), ["aws_security_group.jenkins web sg-1"]);
}

fn rule(lab: Lab, at: &str, port: i64, kind: &str, peer: (&str, Value)) -> Lab {
    let port = Value::Literal(port.into());
    let said =
        [("PeerType", is(kind)), ("IpProtocol", is("tcp")), ("FromPort", port.clone()), ("ToPort", port)];
    let properties = [vec![("GroupId", of("web", "GroupId")), peer], said.to_vec()].concat();
    lab.declare(at, "AWS::EC2::SecurityGroupIngress", &properties)
}

#[test]
fn rules_are_known_by_what_they_say() {
    let lab = Lab::new().declare("web", "AWS::EC2::SecurityGroup", &[("GroupName", is("web"))]);
    let lab = rule(lab, "https", 443, "ipv4", ("CidrIp", is("0.0.0.0/0")));
    let lab = rule(lab, "peers", 443, "group", ("SourceSecurityGroupId", of("web", "GroupId")));
    let lab = rule(lab, "sql", 5432, "ipv4", ("CidrIp", is("10.0.0.0/16")));
    let lab = lab
        .holds(
            "aws_security_group.web",
            json!({"id": "sg-1", "name": "web", "ingress": [
                {"from_port": 443, "to_port": 443, "protocol": "tcp", "self": true, "cidr_blocks": ["0.0.0.0/0"]},
                {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}]}),
        )
        .holds(
            "aws_security_group_rule.sql",
            json!({"type": "ingress", "from_port": 5432, "to_port": 5432, "protocol": "tcp",
                "security_group_id": "sg-1", "cidr_blocks": ["10.0.0.0/16"], "security_group_rule_id": "sgr-9"}),
        );
    assert_eq!(
        lab.pairs(),
        [
            "aws_security_group.web.ingress[0].cidr_blocks[0] https ?",
            "aws_security_group.web.ingress[0].self peers ?",
            "aws_security_group_rule.sql sql sgr-9",
            "aws_security_group.web web sg-1",
        ]
    );
    let matching = lab.run().unwrap();
    assert!(matching.guesses.is_empty());
    assert_eq!(matching.unmatched.len(), 1);
    assert_eq!(matching.unmatched[0].address, "aws_security_group.web.ingress[1].cidr_blocks[0]");
    assert_eq!(
        matching.unmatched[0].reason,
        "the program declares no AWS::EC2::SecurityGroupIngress that says this"
    );
}

#[test]
fn properties_name_the_resource_that_they_belong_to() {
    let lab = Lab::new()
        .declare("records", "AWS::S3::Bucket", &[("BucketName", is("clinic"))])
        .has("aws_s3_bucket.b", &[("id", "clinic"), ("bucket", "clinic")])
        .has("aws_s3_bucket_versioning.v", &[("id", "clinic"), ("bucket", "clinic")])
        .has("aws_s3_bucket_versioning.w", &[("id", "other"), ("bucket", "other")])
        .has("aws_s3_bucket_logging.l", &[]);
    let matching = lab.run().unwrap();
    let reasons: Vec<&str> = matching.unmatched.iter().map(|lost| lost.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "is LoggingConfiguration of an AWS::S3::Bucket that the state doesn't name",
            "is VersioningConfiguration of `records`, and is adopted with that",
            "is VersioningConfiguration of the AWS::S3::Bucket `other`, which isn't imported",
        ]
    );
}

#[test]
fn what_is_not_clear_is_left_with_its_candidates() {
    let lab = Lab::new()
        .declare("a", "AWS::EC2::InternetGateway", &[])
        .declare("b", "AWS::EC2::InternetGateway", &[])
        .has("aws_internet_gateway.x", &[("id", "igw-1")])
        .has("aws_internet_gateway.y", &[("id", "igw-2")]);
    let matching = lab.run().unwrap();
    assert!(matching.matched.is_empty());
    assert_eq!(matching.unmatched[0].candidates, [path("a"), path("b")]);
    // After one assignment the other is a guess.
    let matching = lab.assign("aws_internet_gateway.y", "a").run().unwrap();
    assert_eq!(said(&matching.matched), ["aws_internet_gateway.y a igw-2"]);
    assert_eq!(said(&matching.guesses), ["aws_internet_gateway.x b igw-1"]);
}

#[test]
fn the_only_one_is_not_taken_where_it_contradicts() {
    let lab = Lab::new()
        .declare("vpc", "AWS::EC2::VPC", &[("CidrBlock", is("10.0.0.0/16"))])
        .has("aws_vpc.v", &[("id", "vpc-1"), ("cidr_block", "172.16.0.0/12")]);
    let matching = lab.run().unwrap();
    assert!(matching.matched.is_empty());
    assert_eq!(matching.unmatched[0].candidates, [path("vpc")]);
    assert_eq!(lab.assign("aws_vpc.v", "vpc").pairs(), ["aws_vpc.v vpc vpc-1"]);
}

#[test]
fn what_has_no_counterpart_says_why() {
    let lab = Lab::new()
        .has("aws_s3_bucket_versioning.v", &[])
        .has("aws_lambda_function.f", &[])
        .has("aws_vpc.v", &[])
        .has("aws_subnet.s", &[("id", "subnet-1")]);
    let matching = lab.run().unwrap();
    let reasons: Vec<&str> = matching.unmatched.iter().map(|lost| lost.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "Ironward has no such type; Terraform keeps it",
            "is VersioningConfiguration of an AWS::S3::Bucket that the state doesn't name",
            "the program declares no AWS::EC2::Subnet that is left for it",
            "the state has no id of it",
        ]
    );
}

#[test]
fn assignments_that_cannot_be_are_refused() {
    let lab = || {
        Lab::new()
            .declare("vpc", "AWS::EC2::VPC", &[])
            .has("aws_vpc.v", &[("id", "vpc-1")])
            .has("aws_vpc.w", &[("id", "vpc-2")])
            .has("aws_subnet.s", &[("id", "subnet-1")])
    };
    let refused = |lab: Lab| lab.run().unwrap_err().to_string();
    assert_eq!(refused(lab().assign("aws_vpc.x", "vpc")), "the Terraform state has no `aws_vpc.x`");
    assert_eq!(refused(lab().assign("aws_vpc.v", "net")), "the program declares no resource `net`");
    assert_eq!(
        refused(lab().assign("aws_subnet.s", "vpc")),
        "`aws_subnet.s` can't be `vpc`, which is of type AWS::EC2::VPC"
    );
    assert_eq!(
        refused(lab().assign("aws_vpc.v", "vpc").assign("aws_vpc.w", "vpc")),
        "`vpc` is assigned twice"
    );
}
