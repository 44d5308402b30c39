//! Estates that Terraform made, taken over: rules inside of groups, and what needs a key first.

use std::path::Path;

use aws_sdk_ec2::types::{IpPermission, IpRange, Tag};
use aws_types::SdkConfig;
use ironward::aws::ec2::{SecurityGroup, SecurityGroupIngress, Traffic, Vpc};
use ironward::aws::s3::Bucket;
use ironward::aws::{cidr, peer_cidr};
use ironward::hipaa::{HipaaKey, KeyUse};
use ironward::prelude::*;
use ironward::target::Endpoint;
use ironward::testing::TestStack;
use serde_json::{Value as Json, json};

use crate::importing::run_program;

/// A directory whose stack is at an endpoint, and a client that knows nothing of its state.
struct Estate {
    folder: tempfile::TempDir,
    sdk: SdkConfig,
}

impl Estate {
    async fn at(endpoint: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let configuration = format!("default = \"there\"\n[stack.there]\nendpoint = \"{endpoint}\"\n");
        std::fs::write(folder.path().join("Ironward.toml"), configuration).unwrap();
        let stack = TestStack::<Hipaa>::at("estate", &Endpoint::parse(endpoint).unwrap()).await.unwrap();
        Self { folder, sdk: stack.sdk_config().await }
    }

    fn dir(&self) -> &Path {
        self.folder.path()
    }

    fn file(&self, resources: &Json) -> String {
        let file = self.dir().join("terraform.tfstate");
        let text = json!({"version": 4, "serial": 1, "lineage": "x", "resources": resources}).to_string();
        std::fs::write(&file, text).unwrap();
        file.display().to_string()
    }
}

fn instance(type_name: &str, name: &str, attributes: &Json) -> Json {
    json!({"mode": "managed", "type": type_name, "name": name, "instances": [{"attributes": attributes}]})
}

fn web(stack: &mut Stack<Hipaa>) -> Result<(), DeclareError> {
    let vpc = stack.add("vpc", Vpc::new(cidr!("10.0.0.0/16")))?;
    let group = stack.add("web", SecurityGroup::in_vpc(vpc.id(), "web").group_name("web"))?;
    stack.add("https", SecurityGroupIngress::https_from_internet(group.id(), "HTTPS from anywhere"))?;
    let network = peer_cidr!("10.0.0.0/16");
    stack.add("sql", SecurityGroupIngress::from_cidr(group.id(), network, Traffic::tcp(5432), "SQL"))?;
    Ok(())
}

/// The rules that let something in, as `PORT PEER`.
async fn let_in(ec2: &aws_sdk_ec2::Client, group: &str) -> Vec<String> {
    let filter = aws_sdk_ec2::types::Filter::builder().name("group-id").values(group).build();
    let rules = ec2.describe_security_group_rules().filters(filter).send().await.unwrap();
    let ingress = rules.security_group_rules().iter().filter(|rule| rule.is_egress() == Some(false));
    let mut said: Vec<String> = ingress
        .map(|rule| format!("{} {}", rule.from_port().unwrap(), rule.cidr_ipv4().unwrap_or_default()))
        .collect();
    said.sort();
    said
}

/// A group with 443 and 22 from the internet and 5432 from the network; and what is let in by it.
async fn group(ec2: &aws_sdk_ec2::Client) -> (String, String, String) {
    let vpc = ec2.create_vpc().cidr_block("10.0.0.0/16").send().await.unwrap();
    let vpc = vpc.vpc().and_then(|vpc| vpc.vpc_id()).unwrap().to_owned();
    let made =
        ec2.create_security_group().group_name("web").description("web").vpc_id(&vpc).send().await.unwrap();
    let group = made.group_id().unwrap().to_owned();
    let mut last = String::new();
    for (port, peer) in [(443, "0.0.0.0/0"), (22, "0.0.0.0/0"), (5432, "10.0.0.0/16")] {
        let permission = IpPermission::builder()
            .ip_protocol("tcp")
            .from_port(port)
            .to_port(port)
            .ip_ranges(IpRange::builder().cidr_ip(peer).build())
            .build();
        let request = ec2.authorize_security_group_ingress().group_id(&group).ip_permissions(permission);
        let answer = request.send().await.unwrap();
        let rules = answer.security_group_rules();
        last = rules[0].security_group_rule_id().unwrap().to_owned();
    }
    let name = Tag::builder().key("Name").value("by Terraform").build();
    ec2.create_tags().resources(&group).tags(name).send().await.unwrap();
    (vpc, group, last)
}

fn of_group(vpc: &str, group: &str, sql: &str) -> Json {
    let rule = |port: i64, peer: &str| json!({"cidr_blocks": [peer], "from_port": port, "to_port": port, "protocol": "tcp"});
    json!([
        instance("aws_vpc", "main", &json!({"id": vpc, "cidr_block": "10.0.0.0/16"})),
        instance(
            "aws_security_group",
            "web",
            &json!({"id": group, "name": "web", "description": "web",
            "vpc_id": vpc, "ingress": [rule(443, "0.0.0.0/0"), rule(22, "0.0.0.0/0"), rule(5432, "10.0.0.0/16")]})
        ),
        instance(
            "aws_security_group_rule",
            "sql",
            &json!({"id": "sgrule-1", "type": "ingress",
            "from_port": 5432, "to_port": 5432, "protocol": "tcp", "security_group_id": group,
            "cidr_blocks": ["10.0.0.0/16"], "security_group_rule_id": sql})
        ),
    ])
}

async fn rules_are_taken_over_with_their_group(endpoint: &str) {
    let estate = Estate::at(endpoint).await;
    let ec2 = aws_sdk_ec2::Client::new(&estate.sdk);
    let (vpc, group, sql) = group(&ec2).await;
    let file = estate.file(&of_group(&vpc, &group, &sql));
    let dir = estate.dir();
    let import = format!("import --from-terraform {file} --yes");
    let text = run_program("trial", web, dir, &import, 0).await;
    assert!(text.contains("4 adopted"), "{text}");
    assert!(text.contains("aws_security_group.web.ingress[0].cidr_blocks[0]  → https"), "{text}");
    assert!(text.contains("lets in tcp 22 from 0.0.0.0/0; the next `up` takes it away"), "{text}");
    let all = ["22 0.0.0.0/0", "443 0.0.0.0/0", "5432 10.0.0.0/16"];
    assert_eq!(let_in(&ec2, &group).await, all, "an import revokes nothing");
    // The rest is what the program says: 22 isn't for the internet, and the group of the VPC is closed.
    let preview = run_program("trial", web, dir, "preview", 0).await;
    assert!(!preview.contains("https"), "{preview}");
    run_program("trial", web, dir, "up --yes", 0).await;
    assert_eq!(let_in(&ec2, &group).await, all[1..]);
    run_program("trial", web, dir, "preview --detailed-exitcode", 0).await;
    run_program("trial", web, dir, "destroy --yes --lift-protection", 0).await;
}

async fn a_group_alone_brings_its_rules(endpoint: &str) {
    let estate = Estate::at(endpoint).await;
    let ec2 = aws_sdk_ec2::Client::new(&estate.sdk);
    let (vpc, group, _) = group(&ec2).await;
    let dir = estate.dir();
    run_program("trial", web, dir, &format!("import vpc {vpc} --yes"), 0).await;
    let text = run_program("trial", web, dir, &format!("import web {group} --yes"), 0).await;
    assert!(text.contains("3 adopted"), "{text}");
    assert_eq!(let_in(&ec2, &group).await.len(), 3);
    // A rule that somebody adds to the stack's own group, and then the program.
    run_program("trial", web, dir, "state rm https", 0).await;
    run_program("trial", web, dir, "up --yes", 0).await;
    assert_eq!(let_in(&ec2, &group).await, ["443 0.0.0.0/0", "5432 10.0.0.0/16"]);
    run_program("trial", web, dir, "preview --detailed-exitcode", 0).await;
    run_program("trial", web, dir, "destroy --yes --lift-protection", 0).await;
}

fn records(stack: &mut Stack<Hipaa>) -> Result<(), DeclareError> {
    let key = HipaaKey::declare(stack, "key", KeyUse::Storage)?;
    stack.add("records", Bucket::encrypted(key.customer_key()))?;
    stack.add("vpc", Vpc::new(cidr!("10.77.0.0/16")))?;
    Ok(())
}

async fn what_a_bucket_needs_is_made_with_its_import(endpoint: &str) {
    let estate = Estate::at(endpoint).await;
    let s3 = aws_sdk_s3::Client::from_conf(
        aws_sdk_s3::config::Builder::from(&estate.sdk).force_path_style(true).build(),
    );
    let name = format!("clinic-old-records-{}", std::process::id());
    s3.create_bucket().bucket(&name).send().await.unwrap();
    let file = estate.file(&json!([
        instance("aws_s3_bucket", "data", &json!({"id": name, "bucket": name})),
        instance("aws_s3_bucket_versioning", "data", &json!({"id": name, "bucket": name})),
    ]));
    let dir = estate.dir();
    // Nothing but that no other is left says that it is this one: `--yes` is no answer to that.
    let import = format!("import --from-terraform {file} --yes");
    let text = run_program("trial", records, dir, &import, 1).await;
    assert!(text.contains("--map 'aws_s3_bucket.data=records'"), "{text}");
    assert!(text.contains("nothing was imported"), "{text}");
    let text = run_program("trial", records, dir, &format!("{import} --skip aws_s3_bucket.data"), 0).await;
    assert!(text.contains("Nothing is imported"), "{text}");
    let text =
        run_program("trial", records, dir, &format!("{import} --map aws_s3_bucket.data=records"), 0).await;
    assert!(text.contains("is VersioningConfiguration of `records`, and is adopted with that"), "{text}");
    let listed = run_program("trial", records, dir, "state list", 0).await;
    assert!(listed.contains("key/key") && listed.contains(&name), "{listed}");
    assert!(!listed.contains("AWS::EC2::VPC"), "nothing else of the program is made: {listed}");
    let encryption = s3.get_bucket_encryption().bucket(&name).send().await.unwrap();
    assert!(format!("{encryption:?}").contains("sse_algorithm: AwsKms"), "{encryption:?}");
    run_program("trial", records, dir, "up --yes", 0).await;
    run_program("trial", records, dir, "preview --detailed-exitcode", 0).await;
    run_program("trial", records, dir, "destroy --yes --lift-protection", 0).await;
}

async fn sandbox() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let sandbox = ironward_sandbox::Sandbox::in_memory().await.unwrap();
    tokio::spawn(async move { sandbox.serve(listener, std::future::pending()).await });
    endpoint
}

#[tokio::test]
async fn rules_are_taken_over_with_their_group_there() {
    rules_are_taken_over_with_their_group(&sandbox().await).await;
}

#[tokio::test]
async fn a_group_alone_brings_its_rules_there() {
    a_group_alone_brings_its_rules(&sandbox().await).await;
}

#[tokio::test]
async fn what_a_bucket_needs_is_made_with_its_import_there() {
    what_a_bucket_needs_is_made_with_its_import(&sandbox().await).await;
}

#[tokio::test]
async fn every_file_is_read_or_named() {
    let estate = Estate::at(&sandbox().await).await;
    let ec2 = aws_sdk_ec2::Client::new(&estate.sdk);
    let made = ec2.create_vpc().cidr_block("10.0.0.0/16").send().await.unwrap();
    let vpc = made.vpc().and_then(|vpc| vpc.vpc_id()).unwrap().to_owned();
    let plain = json!({"version": 4, "resources": [instance("aws_vpc", "main",
        &json!({"id": vpc, "cidr_block": "10.0.0.0/16"}))]})
    .to_string();
    let flat = plain.replace("\"attributes\"", "\"attributes_flat\"");
    let utf16: Vec<u8> =
        std::iter::once(0xfeff).chain(plain.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let old = json!({"version": 3, "modules": [{"path": ["root"], "resources": {"aws_vpc.main":
        {"type": "aws_vpc", "primary": {"id": vpc, "attributes": {"cidr_block": "10.0.0.0/16"}}}}}]});
    let dir = estate.dir();
    let file = dir.join("state");
    let import = format!("import --from-terraform {}", file.display());
    let read = [
        plain.clone().into_bytes(),
        format!("\u{feff}{plain}").into_bytes(),
        utf16,
        flat.into_bytes(),
        old.to_string().into_bytes(),
    ];
    for bytes in read {
        std::fs::write(&file, &bytes).unwrap();
        // It is read, planned, and asked for.
        let text = run_program("trial", web, dir, &import, 1).await;
        assert!(text.contains("aws_vpc.main  → vpc") && text.contains("nobody can be asked"), "{text}");
    }
    let encrypted = r#"{"serial":4,"meta":{},"encrypted_data":"AAAA","encryption_version":"v0"}"#;
    for (bytes, wanted) in [
        (encrypted.as_bytes(), "it is encrypted by OpenTofu"),
        (b"PK\x03\x04", "it is a plan that `plan -out` saved"),
        (br#"{"format_version":"1.2","planned_values":{}}"#, "it is a plan that `show -json` printed"),
    ] {
        std::fs::write(&file, bytes).unwrap();
        let text = run_program("trial", web, dir, &import, 1).await;
        assert!(text.contains(wanted) && text.contains("state pull"), "{text}");
    }
}

mod moto {
    use super::*;

    fn moto() -> String {
        std::env::var("IRONWARD_TEST_MOTO")
            .expect("IRONWARD_TEST_MOTO isn't set: run `cargo xtask test --only moto`")
    }

    #[tokio::test]
    async fn rules_are_taken_over_with_their_group_there() {
        rules_are_taken_over_with_their_group(&moto()).await;
    }

    #[tokio::test]
    async fn a_group_alone_brings_its_rules_there() {
        a_group_alone_brings_its_rules(&moto()).await;
    }

    #[tokio::test]
    async fn what_a_bucket_needs_is_made_with_its_import_there() {
        what_a_bucket_needs_is_made_with_its_import(&moto()).await;
    }
}
