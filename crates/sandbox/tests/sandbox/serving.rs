//! The sandbox over HTTP.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ChecksumAlgorithm;
use ironward_sandbox::{ACCOUNT_ID, Sandbox, SandboxError};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::world::{World, config_at};

/// Names the directory to a test that is run as a server in a process of its own.
const SERVE: &str = "IRONWARD_SANDBOX_TEST_SERVE";

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    (listener, endpoint)
}

#[tokio::test]
async fn every_service_answers_at_one_address() {
    let world = World::new().await;
    let (listener, endpoint) = listen().await;
    let (stop, stopped) = oneshot::channel::<()>();
    let sandbox = world.sandbox.clone();
    let server = tokio::spawn(async move {
        let shutdown = async {
            stopped.await.ok();
        };
        sandbox.serve(listener, shutdown).await
    });

    let config = config_at(&endpoint);
    let sts = aws_sdk_sts::Client::new(&config);
    let identity = sts.get_caller_identity().send().await.unwrap();
    assert_eq!(identity.account(), Some(ACCOUNT_ID));
    assert_eq!(Sandbox::served_at(world.dir.path()).unwrap(), Some(endpoint.clone()));

    let vpc = aws_sdk_ec2::Client::new(&config).create_vpc().cidr_block("10.0.0.0/16").send().await.unwrap();
    let id = vpc.vpc.unwrap().vpc_id.unwrap();
    // The same state, seen from inside the process, in the region that the request was signed for.
    let seen = aws_sdk_ec2::Client::new(&world.config()).describe_vpcs().vpc_ids(id).send().await.unwrap();
    assert_eq!(seen.vpcs().len(), 1);

    aws_sdk_acm::Client::new(&config).list_certificates().send().await.unwrap();
    aws_sdk_backup::Client::new(&config).list_backup_vaults().send().await.unwrap();
    aws_sdk_cloudtrail::Client::new(&config).list_trails().send().await.unwrap();
    aws_sdk_cloudwatchlogs::Client::new(&config).describe_log_groups().send().await.unwrap();
    aws_sdk_ecs::Client::new(&config).list_clusters().send().await.unwrap();
    aws_sdk_elasticloadbalancingv2::Client::new(&config).describe_load_balancers().send().await.unwrap();
    aws_sdk_iam::Client::new(&config).list_roles().send().await.unwrap();
    aws_sdk_kms::Client::new(&config).list_keys().send().await.unwrap();
    aws_sdk_rds::Client::new(&config).describe_db_instances().send().await.unwrap();
    aws_sdk_route53::Client::new(&config).list_hosted_zones().send().await.unwrap();

    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
    assert_eq!(Sandbox::served_at(world.dir.path()).unwrap(), None);
}

#[tokio::test]
async fn objects_go_over_http_in_every_encoding() {
    let world = World::new().await;
    let (listener, endpoint) = listen().await;
    let sandbox = world.sandbox.clone();
    let server = tokio::spawn(async move { sandbox.serve(listener, std::future::pending()).await });

    let s3 = aws_sdk_s3::Client::new(&config_at(&endpoint));
    s3.create_bucket().bucket("bucket").send().await.unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), vec![b'x'; 100_000]).unwrap();
    // A body from memory has its checksum in a header, one from a stream in an aws-chunked trailer.
    let streamed = ByteStream::from_path(file.path()).await.unwrap();
    let bodies = [("memory", ByteStream::from_static(b"hello"), 5), ("stream", streamed, 100_000)];
    for (key, body, length) in bodies {
        s3.put_object()
            .bucket("bucket")
            .key(key)
            .checksum_algorithm(ChecksumAlgorithm::Crc32)
            .body(body)
            .send()
            .await
            .unwrap();
        let head = s3.head_object().bucket("bucket").key(key).send().await.unwrap();
        assert_eq!(head.content_length(), Some(length), "{key}");
        let object = s3.get_object().bucket("bucket").key(key).send().await.unwrap();
        let body = object.body.collect().await.unwrap().into_bytes();
        assert_eq!(body.len() as i64, length, "{key}");
    }
    server.abort();
}

#[tokio::test]
async fn a_served_directory_says_where() {
    let world = World::new().await;
    assert_eq!(Sandbox::served_at(world.dir.path()).unwrap(), None);
    let (listener, endpoint) = listen().await;
    let sandbox = world.sandbox.clone();
    let server = tokio::spawn(async move { sandbox.serve(listener, std::future::pending()).await });
    while Sandbox::served_at(world.dir.path()).unwrap().is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let errors =
        [Sandbox::open(world.dir.path()).await.unwrap_err(), Sandbox::reset(world.dir.path()).unwrap_err()];
    for error in errors {
        match error {
            SandboxError::Served { endpoint: at, .. } => assert_eq!(at, endpoint),
            other => panic!("{other}"),
        }
    }
    server.abort();
}

#[test]
fn a_directory_that_was_never_used_is_not_served_and_stays_absent() {
    let dir = tempfile::tempdir().unwrap();
    let absent = dir.path().join("absent");
    assert_eq!(Sandbox::served_at(&absent).unwrap(), None);
    assert!(!absent.exists());
}

#[tokio::test]
async fn requests_that_name_no_service_are_refused() {
    let world = World::new().await;
    let (listener, endpoint) = listen().await;
    let sandbox = world.sandbox.clone();
    let server = tokio::spawn(async move { sandbox.serve(listener, std::future::pending()).await });
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let address = endpoint.trim_start_matches("http://");
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert!(answer.contains("MissingAuthenticationToken"), "{answer}");
    server.abort();
}

/// Not a test of its own: the process that the next one kills.
#[tokio::test]
async fn serve_until_killed() {
    let Some(dir) = std::env::var_os(SERVE) else {
        return;
    };
    let sandbox = Sandbox::open(Path::new(&dir)).await.unwrap();
    let (listener, _) = listen().await;
    sandbox.serve(listener, std::future::pending()).await.unwrap();
}

fn spawn_server(dir: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "serving::serve_until_killed"])
        .env(SERVE, dir)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn killed_servers_leave_a_directory_that_opens() {
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged = 0;
    for round in 1..=3_u64 {
        let mut server = spawn_server(dir.path());
        let endpoint = loop {
            if let Some(endpoint) = Sandbox::served_at(dir.path()).unwrap() {
                break endpoint;
            }
            assert!(server.try_wait().unwrap().is_none(), "the server ended by itself");
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        let kms = aws_sdk_kms::Client::new(&config_at(&endpoint));
        // Killed in the middle of a call, at another moment each time.
        let kill = tokio::time::sleep(Duration::from_millis(40 * round));
        tokio::pin!(kill);
        loop {
            tokio::select! {
                () = &mut kill => break,
                created = kms.create_key().send() => {
                    created.unwrap();
                    acknowledged += 1;
                }
            }
        }
        server.kill().unwrap();
        server.wait().unwrap();
        assert_eq!(Sandbox::served_at(dir.path()).unwrap(), None, "stale");
        let sandbox = Sandbox::open(dir.path()).await.unwrap();
        let kms = aws_sdk_kms::Client::new(&crate::world::config(&sandbox));
        let mut found = 0;
        let mut pages = kms.list_keys().into_paginator().send();
        while let Some(page) = pages.next().await {
            found += page.unwrap().keys().len();
        }
        assert!(found >= acknowledged, "{found} of {acknowledged}");
        assert!(found <= acknowledged + usize::try_from(round).unwrap());
    }
    assert!(acknowledged > 0);
}
