//! What is on disk, when, and what happens when it is damaged or in use.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use aws_sdk_s3::primitives::ByteStream;
use ironward_sandbox::{Sandbox, SandboxError};

use crate::world::{World, config, config_in, copy};

async fn create_key(sandbox: &Sandbox, description: &str) -> String {
    let kms = aws_sdk_kms::Client::new(&config(sandbox));
    let key = kms.create_key().description(description).send().await;
    key.unwrap().key_metadata.unwrap().key_id
}

async fn describe_key(sandbox: &Sandbox, id: &str) -> Option<String> {
    let kms = aws_sdk_kms::Client::new(&config(sandbox));
    let key = kms.describe_key().key_id(id).send().await.ok()?;
    key.key_metadata?.description
}

/// Every file with its content.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.insert(path.display().to_string(), std::fs::read(&path).unwrap());
        }
    }
    all
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_crash() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for n in 0..3 {
        ids.push(create_key(&world.sandbox, &format!("key {n}")).await);
        // The first sandbox still holds its lock: the copy is what a killed process leaves.
        let after = world.crash().await;
        for (n, id) in ids.iter().enumerate() {
            assert_eq!(describe_key(&after.sandbox, id).await, Some(format!("key {n}")));
        }
    }
}

#[tokio::test]
async fn a_closed_sandbox_opens_again_with_everything() {
    let dir = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::open(dir.path()).await.unwrap();
    let id = create_key(&sandbox, "a").await;
    drop(sandbox);
    let sandbox = Sandbox::open(dir.path()).await.unwrap();
    assert_eq!(describe_key(&sandbox, &id).await.as_deref(), Some("a"));
}

#[tokio::test]
async fn regions_are_kept_apart_and_global_services_are_not() {
    let world = World::new().await;
    // Ids are counted in each region, so networks are told apart by their addresses.
    let regions = [("eu-west-1", "10.1.0.0/16"), ("eu-central-1", "10.2.0.0/16")];
    for (region, cidr) in regions {
        let ec2 = aws_sdk_ec2::Client::new(&config_in(&world.sandbox, region));
        ec2.create_vpc().cidr_block(cidr).send().await.unwrap();
    }
    let iam = aws_sdk_iam::Client::new(&config_in(&world.sandbox, "eu-central-1"));
    iam.create_role().role_name("r").assume_role_policy_document("{}").send().await.unwrap();

    let after = world.crash().await;
    for (region, cidr) in regions {
        let ec2 = aws_sdk_ec2::Client::new(&config_in(&after.sandbox, region));
        let vpcs = ec2.describe_vpcs().send().await.unwrap();
        let cidrs: Vec<_> = vpcs.vpcs().iter().filter_map(|vpc| vpc.cidr_block()).collect();
        assert_eq!(cidrs, [cidr], "{region}");
    }
    let iam = aws_sdk_iam::Client::new(&config_in(&after.sandbox, "us-west-2"));
    iam.get_role().role_name("r").send().await.unwrap();
}

#[tokio::test]
async fn ids_are_not_given_twice() {
    let world = World::new().await;
    let create = async |world: &World| {
        let ec2 = aws_sdk_ec2::Client::new(&world.config());
        let vpc = ec2.create_vpc().cidr_block("10.0.0.0/16").send().await;
        vpc.unwrap().vpc.unwrap().vpc_id.unwrap()
    };
    let before = create(&world).await;
    let after = world.crash().await;
    assert_ne!(create(&after).await, before);
}

#[tokio::test]
async fn only_what_changed_is_written() {
    let world = World::new().await;
    let id = create_key(&world.sandbox, "a").await;
    let ec2 = aws_sdk_ec2::Client::new(&world.config());
    ec2.create_vpc().cidr_block("10.0.0.0/16").send().await.unwrap();
    let before = files(world.dir.path());

    describe_key(&world.sandbox, &id).await.unwrap();
    ec2.describe_vpcs().send().await.unwrap();
    let s3 = aws_sdk_s3::Client::new(&world.config());
    s3.list_buckets().send().await.unwrap();
    assert_eq!(files(world.dir.path()), before, "reads wrote something");

    create_key(&world.sandbox, "b").await;
    let after = files(world.dir.path());
    let changed: Vec<_> = after
        .iter()
        .filter(|(name, content)| before.get(*name) != Some(content))
        .map(|(name, _)| name.rsplit('/').next().unwrap())
        .collect();
    assert_eq!(changed, ["kms.eu-west-1"]);
}

#[tokio::test]
async fn object_bodies_are_kept_and_dropped_with_their_objects() {
    let world = World::new().await;
    let s3 = aws_sdk_s3::Client::new(&world.config());
    s3.create_bucket().bucket("bucket").send().await.unwrap();
    let large = vec![7_u8; 5_000];
    for (key, body) in [("small", b"hello".to_vec()), ("dir/large", large.clone())] {
        s3.put_object().bucket("bucket").key(key).body(ByteStream::from(body)).send().await.unwrap();
    }
    let after = world.crash().await;
    let s3_after = aws_sdk_s3::Client::new(&after.config());
    for (key, body) in [("small", b"hello".to_vec()), ("dir/large", large)] {
        let object = s3_after.get_object().bucket("bucket").key(key).send().await;
        let read = object.unwrap().body.collect().await.unwrap().to_vec();
        assert_eq!(read, body, "{key}");
    }
    let objects = world.dir.path().join("objects").join("eu-west-1");
    assert_eq!(std::fs::read_dir(&objects).unwrap().count(), 1);
    s3.delete_object().bucket("bucket").key("dir/large").send().await.unwrap();
    assert_eq!(std::fs::read_dir(&objects).unwrap().count(), 0);
}

#[tokio::test]
async fn a_torn_write_is_ignored_and_damage_is_not() {
    let world = World::new().await;
    let id = create_key(&world.sandbox, "a").await;

    let torn = tempfile::tempdir().unwrap();
    copy(world.dir.path(), torn.path());
    let half = torn.path().join("state").join("kms.eu-west-1.new");
    std::fs::write(&half, "ironward-sandbox 1 ab").unwrap();
    let sandbox = Sandbox::open(torn.path()).await.unwrap();
    assert!(describe_key(&sandbox, &id).await.is_some());
    assert!(!half.exists());

    let file = Path::new("state").join("kms.eu-west-1");
    let sound = std::fs::read_to_string(world.dir.path().join(&file)).unwrap();
    let damages = [
        String::new(),
        "{}".to_owned(),
        sound[..sound.len() / 2].to_owned(),
        sound.replace(&id, "00000000-0000-0000-0000-000000000000"),
    ];
    for damage in damages {
        let dir = tempfile::tempdir().unwrap();
        copy(world.dir.path(), dir.path());
        let path = dir.path().join(&file);
        std::fs::write(&path, &damage).unwrap();
        let error = Sandbox::open(dir.path()).await.unwrap_err();
        assert!(matches!(error, SandboxError::Corrupt { .. }), "{error}");
        let message = error.to_string();
        assert!(message.contains(&path.display().to_string()), "{message}");
        assert!(message.contains("reset"), "{message}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), damage, "changed");
    }

    let dir = tempfile::tempdir().unwrap();
    copy(world.dir.path(), dir.path());
    std::fs::write(dir.path().join("state").join("nonsense"), "").unwrap();
    assert!(Sandbox::open(dir.path()).await.is_err());
}

#[tokio::test]
async fn one_process_at_a_time() {
    let world = World::new().await;
    let error = Sandbox::open(world.dir.path()).await.unwrap_err();
    assert!(matches!(error, SandboxError::InUse { .. }), "{error}");
    let error = Sandbox::reset(world.dir.path()).unwrap_err();
    assert!(matches!(error, SandboxError::InUse { .. }), "{error}");

    let World { sandbox, dir } = world;
    let clone = sandbox.clone();
    drop(sandbox);
    assert!(Sandbox::open(dir.path()).await.is_err(), "a clone holds it");
    drop(clone);
    Sandbox::open(dir.path()).await.unwrap();
}

#[tokio::test]
async fn reset_leaves_nothing() {
    let World { sandbox, dir } = World::new().await;
    let id = create_key(&sandbox, "a").await;
    drop(sandbox);
    Sandbox::reset(dir.path()).unwrap();
    let sandbox = Sandbox::open(dir.path()).await.unwrap();
    assert_eq!(describe_key(&sandbox, &id).await, None);
}

#[tokio::test]
async fn a_sandbox_in_memory_works_alike() {
    let sandbox = Sandbox::in_memory().await.unwrap();
    let id = create_key(&sandbox, "a").await;
    assert_eq!(describe_key(&sandbox, &id).await.as_deref(), Some("a"));
    let other = Sandbox::in_memory().await.unwrap();
    assert_eq!(describe_key(&other, &id).await, None);
}

#[tokio::test]
async fn a_call_that_its_caller_abandons_is_still_saved_whole() {
    let world = World::new().await;
    let kms = aws_sdk_kms::Client::new(&world.config());
    for _ in 0..20 {
        let call = kms.create_key().send();
        let _ = tokio::time::timeout(std::time::Duration::from_micros(500), call).await;
    }
    // This one is answered only when those before it are on disk.
    create_key(&world.sandbox, "last").await;
    let count = async |world: &World| {
        let kms = aws_sdk_kms::Client::new(&world.config());
        kms.list_keys().send().await.unwrap().keys().len()
    };
    let after = world.crash().await;
    assert_eq!(count(&after).await, count(&world).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_hundred_calls_take_no_noticeable_time() {
    let world = World::new().await;
    let started = Instant::now();
    let mut calls = tokio::task::JoinSet::new();
    for n in 0..400_u32 {
        let config = world.config();
        calls.spawn(async move {
            match n % 4 {
                0 => {
                    let kms = aws_sdk_kms::Client::new(&config);
                    kms.create_key().send().await.unwrap();
                }
                1 => {
                    let logs = aws_sdk_cloudwatchlogs::Client::new(&config);
                    let name = format!("/group/{n}");
                    logs.create_log_group().log_group_name(name).send().await.unwrap();
                }
                _ => {
                    let ec2 = aws_sdk_ec2::Client::new(&config);
                    ec2.allocate_address().send().await.unwrap();
                }
            }
        });
    }
    while let Some(call) = calls.join_next().await {
        call.unwrap();
    }
    let taken = started.elapsed();
    assert!(taken.as_secs() < 20, "{taken:?}");

    let after = world.crash().await;
    let ec2 = aws_sdk_ec2::Client::new(&after.config());
    let addresses = ec2.describe_addresses().send().await.unwrap();
    assert_eq!(addresses.addresses().len(), 200);
}
