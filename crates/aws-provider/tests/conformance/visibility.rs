//! What was just made and isn't shown yet, type by type: AWS answers reads from more than one place, so
//! that a read may miss for seconds what a creation has named. Source: EC2 API Reference, "Ensuring
//! idempotency and eventual consistency"; the other services answer in the same way.

use crate::subject::Subject;
use crate::waiting::End::{Unsettled, Well};
use crate::waiting::Look::{Refuses, Shows, Truth};
use crate::waiting::{Look, Sequence, Stage};

/// A read that shows nothing twice and then what is there; and one that never shows anything.
async fn appears<S: Subject>(
    subject: impl AsyncFn(&Stage) -> S,
    after: &'static str,
    read: &'static str,
    nothing: Look,
    deadline: &'static str,
) {
    let told = &["not visible yet"];
    for (looks, end) in [(vec![nothing, nothing, Truth], Well), (vec![nothing], Unsettled(deadline))] {
        let looks = looks.leak();
        let stage = Stage::set().await;
        let subject = subject(&stage).await;
        stage.up(&subject, None, &Sequence { after, read, looks, told, end }).await;
    }
}

/// The message of a type that has no wait of its own.
const SOON: &str = "it wasn't ready after 300 s; it was last not visible yet";
const EC2: &str = "it wasn't ready after 600 s; it was last not visible yet";

#[tokio::test]
async fn key() {
    const UNKNOWN: Look =
        Refuses(400, r#"{"__type":"NotFoundException","message":"Key 'arn:…' does not exist"}"#);
    let subject = async |_: &Stage| crate::kms::KeySubject;
    appears(subject, "CreateKey", "DescribeKey", UNKNOWN, SOON).await;
}

#[tokio::test]
async fn role() {
    const UNKNOWN: Look = Refuses(
        404,
        "<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code>\
         <Message>The role cannot be found.</Message></Error></ErrorResponse>",
    );
    let subject = async |_: &Stage| crate::iam::role::RoleSubject;
    appears(subject, "CreateRole", "GetRole", UNKNOWN, SOON).await;
}

#[tokio::test]
async fn network() {
    use crate::ec2::{gateways, subnet, vpc};
    let subject = async |_: &Stage| vpc::VpcSubject;
    appears(subject, "CreateVpc", "DescribeVpcs", Shows(&[("vpcSet", "")]), EC2).await;
    let subject = async |_: &Stage| subnet::SubnetSubject;
    appears(subject, "CreateSubnet", "DescribeSubnets", Shows(&[("subnetSet", "")]), EC2).await;
    let subject = async |_: &Stage| gateways::InternetGatewaySubject;
    let gateways = Shows(&[("internetGatewaySet", "")]);
    appears(subject, "CreateInternetGateway", "DescribeInternetGateways", gateways, SOON).await;
}

#[tokio::test]
async fn flow_log() {
    let subject = async |stage: &Stage| crate::ec2::flow_log::FlowLogSubject::on(&stage.cloud).await;
    let logs = Shows(&[("flowLogSet", "")]);
    appears(subject, "CreateFlowLogs", "DescribeFlowLogs", logs, SOON).await;
}

#[tokio::test]
async fn log_group() {
    let subject = async |stage: &Stage| crate::logs::LogGroupSubject::on(&stage.cloud);
    let groups = Shows(&[("logGroups", "[]")]);
    appears(subject, "CreateLogGroup", "DescribeLogGroups", groups, SOON).await;
}

#[tokio::test]
async fn trail() {
    use crate::cloud::Emulator::Sandbox;
    let subject = async |_: &Stage| crate::cloudtrail::TrailSubject { emulator: Sandbox };
    appears(subject, "CreateTrail", "DescribeTrails", Shows(&[("trailList", "[]")]), SOON).await;
}

#[tokio::test]
async fn bucket() {
    const UNKNOWN: Look = Refuses(
        404,
        "<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>",
    );
    let subject = async |_: &Stage| crate::s3::bucket::LogDeliverySubject::new();
    appears(subject, "PUT /", "GET /?versioning*", UNKNOWN, SOON).await;
}

#[tokio::test]
async fn vault() {
    use crate::cloud::Emulator::Sandbox;
    let subject = async |_: &Stage| crate::backup::VaultSubject(Sandbox);
    let vaults = Shows(&[("BackupVaultList", "[]")]);
    appears(subject, "PUT /backup-vaults/*", "GET /backup-vaults", vaults, SOON).await;
}

#[tokio::test]
async fn plan() {
    const UNKNOWN: Look =
        Refuses(400, r#"{"__type":"ResourceNotFoundException","Message":"Cannot find Backup plan"}"#);
    use crate::cloud::Emulator::Sandbox;
    let subject = async |_: &Stage| crate::backup::PlanSubject(Sandbox);
    appears(subject, "PUT /backup/plans*", "GET /backup/plans/*", UNKNOWN, SOON).await;
}

#[tokio::test]
async fn record_set() {
    let subject = async |stage: &Stage| crate::route53::RecordSubject::simple(&stage.cloud).await;
    let records = Shows(&[("ResourceRecordSets", "")]);
    let deadline = "it wasn't ready after 60 s; it was last not visible yet";
    appears(subject, "POST /*/rrset*", "GET /*/rrset*", records, deadline).await;
}

#[tokio::test]
async fn target_group() {
    use crate::elbv2::target_group::GroupSubject;
    let subject = async |stage: &Stage| GroupSubject::on(&stage.cloud).await;
    let groups = Shows(&[("TargetGroups", "")]);
    appears(subject, "CreateTargetGroup", "DescribeTargetGroups", groups, SOON).await;
}
