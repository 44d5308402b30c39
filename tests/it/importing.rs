//! Everything of a stack is let go of, and taken back: path by path, and from what Terraform
//! would say of it.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use ironward::aws::peer_cidr;
use ironward::hipaa::{Access, Environment, HipaaFhirServer, ServiceCertificate, Storage, three_tier};
use ironward::prelude::*;
use ironward::process_env::ProcessEnv;
use ironward::state_access::StateAccess;
use serde_json::{Value as Json, json};

fn declare(stack: &mut Stack<Hipaa>) -> Result<(), DeclareError> {
    HipaaFhirServer::builder("fhir")
        .environment(Environment::Development)
        .network(three_tier!("10.0.0.0/16", zones = 2))
        .database(DbInstanceClass::new("db.r6g.large"), Storage::gib(100).grow_to(500))
        .certificate(ServiceCertificate::requested("fhir.example.org"))
        .access(Access::peers([peer_cidr!("203.0.113.0/24")]))
        .build(stack)
        .map(drop)
}

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Sink {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// Runs a command in a directory and returns what it printed.
async fn run(directory: &Path, words: Vec<String>, code: u8) -> String {
    run_words("clinic", declare, directory, words, code).await.0
}

/// Runs a command of a program in a directory and returns all that it printed.
pub(crate) async fn run_program(
    program: &str,
    declare: fn(&mut Stack<Hipaa>) -> Result<(), DeclareError>,
    directory: &Path,
    typed: &str,
    code: u8,
) -> String {
    let (out, err) = run_words(program, declare, directory, words(typed), code).await;
    out + &err
}

/// Runs a command at a terminal, where somebody types these answers, and returns what it printed.
pub(crate) async fn answered(
    program: &str,
    declare: fn(&mut Stack<Hipaa>) -> Result<(), DeclareError>,
    directory: &Path,
    typed: &str,
    answers: &'static str,
) -> String {
    let (out, err) = (Sink::default(), Sink::default());
    let mut process_env = ProcessEnv::detached(words(typed), directory, out.clone(), err.clone());
    process_env.state_access = StateAccess::in_directory(directory.join("home"));
    (process_env.input, process_env.input_is_terminal, process_env.output_is_terminal) =
        (Box::new(answers.as_bytes()), true, true);
    let got = ironward::run_with(program, declare, process_env).await;
    assert_eq!(got, 0, "{typed}\n{}\n{}", out.text(), err.text());
    out.text()
}

async fn run_words(
    program: &str,
    declare: fn(&mut Stack<Hipaa>) -> Result<(), DeclareError>,
    directory: &Path,
    words: Vec<String>,
    code: u8,
) -> (String, String) {
    let (out, err) = (Sink::default(), Sink::default());
    let typed = words.join(" ");
    let mut process_env = ProcessEnv::detached(words, directory, out.clone(), err.clone());
    process_env.state_access = StateAccess::in_directory(directory.join("home"));
    let got = ironward::run_with(program, declare, process_env).await;
    assert_eq!(got, code, "{typed}\n{}\n{}", out.text(), err.text());
    (out.text(), err.text())
}

fn words(typed: &str) -> Vec<String> {
    typed.split_whitespace().map(str::to_owned).collect()
}

/// What Terraform calls a record, and the attributes that matter.
fn terraform(record: &Json) -> (&'static str, Json) {
    let id = record["physical_id"].as_str().unwrap();
    let part = |index: usize| id.split('|').nth(index).unwrap_or_default();
    match record["type"].as_str().unwrap() {
        "AWS::Backup::BackupPlan" => ("aws_backup_plan", json!({"id": id})),
        "AWS::Backup::BackupSelection" => {
            ("aws_backup_selection", json!({"id": part(0), "plan_id": part(1)}))
        }
        "AWS::Backup::BackupVault" => ("aws_backup_vault", json!({"id": id, "name": id})),
        "AWS::CertificateManager::Certificate" => ("aws_acm_certificate", json!({"id": id, "arn": id})),
        "AWS::CloudTrail::Trail" => ("aws_cloudtrail", json!({"id": "arn", "name": id})),
        "AWS::EC2::EIP" => ("aws_eip", json!({"id": id, "allocation_id": id})),
        "AWS::EC2::FlowLog" => ("aws_flow_log", json!({"id": id})),
        "AWS::EC2::InternetGateway" => ("aws_internet_gateway", json!({"id": id})),
        "AWS::EC2::NatGateway" => ("aws_nat_gateway", json!({"id": id})),
        "AWS::EC2::Route" => {
            ("aws_route", json!({"id": "r-1", "route_table_id": part(0), "destination_cidr_block": part(1)}))
        }
        "AWS::EC2::RouteTable" => ("aws_route_table", json!({"id": id})),
        "AWS::EC2::SecurityGroup" => ("aws_security_group", json!({"id": id})),
        "AWS::EC2::SecurityGroupEgress" => {
            ("aws_vpc_security_group_egress_rule", json!({"id": id, "security_group_rule_id": id}))
        }
        "AWS::EC2::SecurityGroupIngress" => {
            ("aws_vpc_security_group_ingress_rule", json!({"id": id, "security_group_rule_id": id}))
        }
        "AWS::EC2::Subnet" => ("aws_subnet", json!({"id": id})),
        "AWS::EC2::SubnetRouteTableAssociation" => {
            ("aws_route_table_association", json!({"id": "rtbassoc-1", "subnet_id": id}))
        }
        "AWS::EC2::VPC" => ("aws_vpc", json!({"id": id})),
        "AWS::EC2::VPCEndpoint" => ("aws_vpc_endpoint", json!({"id": id})),
        "AWS::EC2::VPCGatewayAttachment" => {
            ("aws_internet_gateway_attachment", json!({"id": "x", "vpc_id": part(1)}))
        }
        "AWS::ECS::Cluster" => ("aws_ecs_cluster", json!({"id": "arn", "name": id})),
        "AWS::ECS::Service" => ("aws_ecs_service", json!({"id": id, "name": "x"})),
        "AWS::ECS::TaskDefinition" => ("aws_ecs_task_definition", json!({"id": "family", "arn": id})),
        "AWS::ElasticLoadBalancingV2::Listener" => ("aws_lb_listener", json!({"id": id, "arn": id})),
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => ("aws_lb", json!({"id": id, "arn": id})),
        "AWS::ElasticLoadBalancingV2::TargetGroup" => ("aws_lb_target_group", json!({"id": id, "arn": id})),
        "AWS::IAM::Role" => ("aws_iam_role", json!({"id": id, "name": id})),
        "AWS::IAM::RolePolicy" => ("aws_iam_role_policy", json!({"role": part(0), "name": part(1)})),
        "AWS::IAM::RolePolicyAttachment" => {
            ("aws_iam_role_policy_attachment", json!({"role": part(0), "policy_arn": part(1)}))
        }
        "AWS::KMS::Alias" => ("aws_kms_alias", json!({"id": id, "name": id})),
        "AWS::KMS::Key" => ("aws_kms_key", json!({"id": id, "key_id": id})),
        "AWS::Logs::LogGroup" => ("aws_cloudwatch_log_group", json!({"id": id, "name": id})),
        "AWS::RDS::DBInstance" => ("aws_db_instance", json!({"id": "db-RESOURCE", "identifier": id})),
        "AWS::RDS::DBParameterGroup" => ("aws_db_parameter_group", json!({"id": id, "name": id})),
        "AWS::RDS::DBSubnetGroup" => ("aws_db_subnet_group", json!({"id": id, "name": id})),
        "AWS::Route53::RecordSet" => {
            ("aws_route53_record", json!({"zone_id": part(0), "fqdn": part(1), "type": part(2)}))
        }
        "AWS::S3::Bucket" => ("aws_s3_bucket", json!({"id": id, "bucket": id})),
        "AWS::S3::BucketPolicy" => ("aws_s3_bucket_policy", json!({"id": id, "bucket": id})),
        "Ironward::ACM::IssuedCertificate" => {
            ("aws_acm_certificate_validation", json!({"id": "2026", "certificate_arn": id}))
        }
        other => panic!("{other} has no counterpart in this test"),
    }
}

#[tokio::test]
async fn a_whole_stack_is_let_go_of_and_taken_back_from_a_terraform_state() {
    let directory = tempfile::tempdir().unwrap();
    let dir = directory.path();
    run(dir, words("up --yes"), 0).await;
    let pulled = run(dir, words("state pull --json"), 0).await;
    let event = pulled.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    let state = event.into_iter().find(|event| event["event"] == "state").unwrap()["state"].clone();
    let records = state["resources"].as_object().unwrap();
    assert!(records.len() > 90, "{}", records.len());

    let mut resources = Vec::new();
    let file = dir.join("terraform.tfstate");
    let mut import = words(&format!("import --yes --from-terraform {}", file.display()));
    for (path, record) in records {
        let (kind, mut attributes) = terraform(record);
        attributes["password"] = json!("hunter2");
        resources.push(json!({"mode": "managed", "type": kind, "name": "all",
            "instances": [{"index_key": path, "attributes": attributes}]}));
        import.push("--map".to_owned());
        import.push(format!("{kind}.all[\"{path}\"]={path}"));
    }
    let text = json!({"version": 4, "serial": 1, "lineage": "x", "resources": resources}).to_string();
    std::fs::write(&file, text).unwrap();

    run(dir, words("state rm fhir"), 0).await;
    assert!(run(dir, words("state list"), 0).await.contains("Nothing is deployed"));
    let imported = run(dir, import, 0).await;
    assert!(imported.contains(&format!("{} adopted", records.len())), "{imported}");
    assert!(!imported.contains("hunter2"));
    // Everything is as declared, under the names that it had.
    run(dir, words("preview --detailed-exitcode"), 0).await;
    let listed = run(dir, words("state list"), 0).await;
    for record in records.values() {
        assert!(listed.contains(record["physical_id"].as_str().unwrap()), "{record}");
    }
    run(dir, words("destroy --yes --lift-protection"), 0).await;
}
