//! What is repeated, how often, and for how long.

#![allow(clippy::result_large_err, reason = "it is the SDK's error")]

use std::sync::Mutex;

use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::ErrorMetadata;
use ironward_core::clock::ManualClock;
use ironward_core::store::{StoreError, StoreErrorKind};

use super::*;

type ReadResult = Result<u32, SdkError<ErrorMetadata, Response>>;

fn error(status: u16, code: &str) -> ReadResult {
    refusal(status, code, "says the service", &[])
}

fn refusal(status: u16, code: &str, message: &str, headers: &[(&'static str, &'static str)]) -> ReadResult {
    let meta = ErrorMetadata::builder().code(code).message(message).build();
    let mut response = Response::new(StatusCode::try_from(status).unwrap(), SdkBody::empty());
    for (name, value) in headers {
        response.headers_mut().insert(*name, *value);
    }
    Err(SdkError::service_error(meta, response))
}

fn cut_off() -> ReadResult {
    Err(SdkError::dispatch_failure(ConnectorError::io("connection reset by peer".into())))
}

/// Answers in their order, and the last one for ever.
struct Script {
    answers: Mutex<Vec<ReadResult>>,
    calls: Mutex<Vec<Duration>>,
    clock: Arc<ManualClock>,
    caller: Caller,
}

impl Script {
    fn new(emulated: bool, answers: impl IntoIterator<Item = ReadResult>) -> Self {
        let clock = Arc::new(ManualClock::default());
        let mut answers: Vec<ReadResult> = answers.into_iter().collect();
        answers.reverse();
        let caller = Caller::new(Arc::clone(&clock) as Arc<dyn Clock>, emulated);
        Self { answers: Mutex::new(answers), calls: Mutex::default(), clock, caller }
    }

    fn real(answers: impl IntoIterator<Item = ReadResult>) -> Self {
        Self::new(false, answers)
    }

    fn answer(&self) -> ReadResult {
        self.calls.lock().unwrap().push(self.clock.now());
        let mut answers = self.answers.lock().unwrap();
        if answers.len() > 1 {
            return answers.pop().unwrap();
        }
        match answers.last() {
            Some(Ok(value)) => Ok(*value),
            Some(Err(SdkError::ServiceError(last))) => {
                let (meta, status) = (last.err(), last.raw().status().as_u16());
                refusal(status, meta.code().unwrap_or_default(), meta.message().unwrap_or_default(), &[])
            }
            _ => cut_off(),
        }
    }

    async fn make(&self, action: &'static str) -> Result<u32, ProviderErrorKind> {
        self.caller.make(action, async || self.answer()).await.map_err(|error| error.kind)
    }

    async fn call(&self, action: &'static str) -> Result<u32, ProviderErrorKind> {
        self.caller.call(action, async || self.answer()).await.map_err(|error| error.kind)
    }

    fn calls(&self) -> usize {
        self.calls.lock().unwrap().len()
    }

    fn seconds(&self) -> u64 {
        self.clock.now().as_secs()
    }
}

#[tokio::test]
async fn a_creation_of_unknown_outcome_is_never_repeated() {
    for ambiguous in [
        || cut_off(),
        || error(500, "InternalError"),
        || error(500, "InternalFailure"),
        || error(503, "ServiceUnavailable"),
        || error(503, "Unavailable"),
        || error(400, "RequestTimeout"),
        || error(504, "GatewayTimeout"),
        || Err(SdkError::timeout_error("no answer within 60 s")),
    ] {
        let script = Script::real([ambiguous(), Ok(1)]);
        assert_eq!(script.make("ec2:CreateVpc").await, Err(ProviderErrorKind::Ambiguous));
        assert_eq!(script.calls(), 1);
    }
}

#[tokio::test]
async fn what_only_reads_or_sets_is_repeated_after_an_unknown_outcome() {
    let script = Script::real([cut_off(), error(500, "InternalError"), error(503, "Unavailable"), Ok(7)]);
    assert_eq!(script.call("ec2:DescribeVpcs").await, Ok(7));
    assert_eq!(script.calls(), 4);
    // Not for ever.
    let script = Script::real([error(500, "InternalError")]);
    assert_eq!(script.call("ec2:DescribeVpcs").await, Err(ProviderErrorKind::Ambiguous));
    assert!((60..75).contains(&script.seconds()), "{}", script.seconds());
}

#[tokio::test]
async fn a_refusal_that_had_no_effect_is_repeated() {
    for (action, code) in [
        ("ec2:CreateVpc", "RequestLimitExceeded"),
        ("kms:CreateKey", "ThrottlingException"),
        ("s3:CreateBucket", "SlowDown"),
        ("s3:CreateBucket", "OperationAborted"),
    ] {
        let script = Script::real([error(400, code), error(400, code), Ok(1)]);
        assert_eq!(script.make(action).await, Ok(1), "{action} {code}");
        assert_eq!(script.calls(), 3);
    }
}

#[tokio::test]
async fn only_listed_pairs_wait_for_what_is_not_seen_yet() {
    let late = || [error(400, "InvalidVpcID.NotFound"), Ok(1)];
    let script = Script::real(late());
    assert_eq!(script.make("ec2:CreateSubnet").await, Ok(1));
    // Another action with the same code, and another code of the same action.
    let script = Script::real(late());
    assert_eq!(script.make("ec2:AllocateAddress").await, Err(ProviderErrorKind::NotFound));
    let script = Script::real([error(400, "InvalidDhcpOptionsID.NotFound"), Ok(1)]);
    assert_eq!(script.make("ec2:CreateSubnet").await, Err(ProviderErrorKind::NotFound));
    assert_eq!(script.calls(), 1);
    // What stays missing is missing, after a minute; on an emulator at once.
    let script = Script::real([error(400, "InvalidVpcID.NotFound")]);
    assert_eq!(script.make("ec2:CreateSubnet").await, Err(ProviderErrorKind::NotFound));
    assert!((60..75).contains(&script.seconds()), "{}", script.seconds());
    let script = Script::new(true, late());
    assert_eq!(script.make("ec2:CreateSubnet").await, Err(ProviderErrorKind::NotFound));
}

#[tokio::test]
async fn each_refusal_is_waited_for_as_long_as_it_may_last() {
    let optimized = "the previous storage change is being optimized";
    for (action, code, message, least, most) in [
        ("iam:DeleteRole", "DeleteConflict", "must detach all policies first.", 60, 60),
        ("ec2:DeleteVpc", "DependencyViolation", "has dependencies", 300, 300),
        ("ec2:DeleteSubnet", "DependencyViolation", "has dependencies", 1200, 1200),
        ("rds:ModifyDBInstance", "InvalidDBInstanceState", "is not available", 4800, 4800),
        ("rds:ModifyDBInstance", "InvalidParameterCombination", optimized, 6 * 3600, 7 * 3600),
        (
            "logs:CreateLogGroup",
            "AccessDeniedException",
            "The specified KMS key does not exist or is not allowed",
            120,
            120,
        ),
        ("logs:CreateLogGroup", "AccessDeniedException", "not authorized", 0, 0),
        ("elasticloadbalancing:CreateLoadBalancer", "InvalidSubnet", "not found", 60, 60),
        ("cloudtrail:CreateTrail", "KmsKeyNotFoundException", "", 60, 60),
    ] {
        let script = Script::real([refusal(400, code, message, &[])]);
        script.make(action).await.unwrap_err();
        let took = script.seconds();
        assert!((least..=most).contains(&took), "{action} {code}: {took} s");
    }
}

#[tokio::test]
async fn from_the_first_minute_on_it_is_told_what_is_waited_for() {
    let script = Script::real([refusal(400, "DependencyViolation", "The subnet has dependencies.", &[])]);
    let told = Mutex::new(Vec::new());
    let hear = |what: &str| told.lock().unwrap().push((script.seconds(), what.to_owned()));
    let cause = ironward_core::telling::listening(
        script.caller.call("ec2:DeleteSubnet", async || script.answer()),
        hear,
    );
    let cause = cause.await.unwrap_err();
    assert!(cause.message.ends_with("(still so after 20 min)"), "{cause}");
    let told = told.into_inner().unwrap();
    let (at, what) = &told[0];
    assert!((60..120).contains(at), "{told:?}");
    assert!(what.contains("DependencyViolation: The subnet has dependencies."), "{what}");
    assert!(
        what.ends_with("asked again until the network interfaces in it are gone, for 20 min at most"),
        "{what}"
    );
    assert!((3..6).contains(&told.len()), "{told:?}");
    // What is over within the minute says nothing.
    let script = Script::real([error(400, "RequestLimitExceeded"), Ok(1)]);
    let silent = |what: &str| unreachable!("{what}");
    let call = script.caller.call("ec2:DeleteSubnet", async || script.answer());
    ironward_core::telling::listening(call, silent).await.unwrap();
}

#[tokio::test]
async fn what_is_under_way_is_waited_for_and_told() {
    let clock = Arc::new(ManualClock::default());
    let caller = Caller::new(Arc::clone(&clock) as Arc<dyn Clock>, false);
    let told = Mutex::new(Vec::new());
    let hear = |what: &str| told.lock().unwrap().push((clock.now().as_secs(), what.to_owned()));
    let ends = Duration::from_secs(900);
    let look = async || Ok((clock.now() < ends).then(|| "the database is backing-up".to_owned()));
    let wait = caller.until_idle(Duration::from_secs(4800), look);
    ironward_core::telling::listening(wait, hear).await.unwrap();
    assert_eq!(clock.now(), ends);
    let told = told.into_inner().unwrap();
    assert_eq!(told[0], (60, "the database is backing-up; for 80 min at most".to_owned()));
    assert_eq!(told.len(), 3, "{told:?}");
    // It doesn't wait for ever.
    let look = async || Ok(Some("the database is upgrading".to_owned()));
    caller.until_idle(Duration::from_secs(100), look).await.unwrap();
    assert_eq!(clock.now(), ends + Duration::from_secs(100));
}

#[test]
fn the_ids_of_a_request_are_kept_wherever_the_service_writes_them() {
    let error = |answer: ReadResult| error_of("s3:PutBucketPolicy", Repeat::Once, &answer.unwrap_err());
    let seen = |error: &ProviderError| (error.request_id.clone(), error.extended_request_id.clone());
    let ids =
        |id: Option<&str>, extended: Option<&str>| (id.map(Box::<str>::from), extended.map(Box::<str>::from));
    let json = error(refusal(400, "NotFoundException", "no", &[("x-amzn-requestid", "b1-2")]));
    assert_eq!(seen(&json), ids(Some("b1-2"), None));
    let s3 = [("x-amz-request-id", "4442587FB7D0A2F9"), ("x-amz-id-2", "vlR7Pnp=")];
    let s3 = error(refusal(403, "AccessDenied", "no", &s3));
    assert_eq!(seen(&s3), ids(Some("4442587FB7D0A2F9"), Some("vlR7Pnp=")));
    // Only within the answer, as EC2 writes it.
    let meta = ErrorMetadata::builder().code("Teapot").custom("aws_request_id", "in-the-body").build();
    let response = Response::new(StatusCode::try_from(418).unwrap(), SdkBody::empty());
    assert_eq!(seen(&error(Err(SdkError::service_error(meta, response)))), ids(Some("in-the-body"), None));
    // An answer that can't be read has headers all the same.
    let mut response = Response::new(StatusCode::try_from(200).unwrap(), SdkBody::empty());
    response.headers_mut().insert("x-amzn-requestid", "unread");
    let unread: ReadResult = Err(SdkError::response_error("not XML", response));
    assert_eq!(seen(&error(unread)), ids(Some("unread"), None));
    assert_eq!(seen(&error(cut_off())), ids(None, None));
}

struct Accepted(Option<String>);

impl RequestId for Accepted {
    fn request_id(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

#[tokio::test]
async fn a_refusal_within_an_answer_that_succeeds_has_the_id_of_that_answer() {
    let script = Script::real([Ok(1)]);
    let request = async || script.answer().map(|_| Accepted(Some("r-7".to_owned())));
    let refuse =
        |_| Err::<u32, _>(ProviderError::new(ProviderErrorKind::Invalid, "ec2:CreateFlowLogs", "no"));
    let error = script.caller.make_accepted("ec2:CreateFlowLogs", request, refuse).await.unwrap_err();
    assert_eq!(error.request_id.as_deref(), Some("r-7"));
}

#[tokio::test]
async fn what_is_plainly_wrong_is_not_repeated() {
    for (status, code, kind) in [
        (400, "ValidationError", ProviderErrorKind::Invalid),
        (403, "AccessDenied", ProviderErrorKind::Denied),
        (400, "VpcLimitExceeded", ProviderErrorKind::Quota),
        (400, "InvalidGroup.Duplicate", ProviderErrorKind::AlreadyExists),
        (418, "Teapot", ProviderErrorKind::Other),
    ] {
        let script = Script::real([error(status, code), Ok(1)]);
        assert_eq!(script.call("ec2:CreateSecurityGroup").await, Err(kind), "{code}");
        assert_eq!(script.calls(), 1);
    }
}

#[tokio::test]
async fn throttles_slow_others_of_the_group_down() {
    let script = Script::real([error(400, "ThrottlingException"), Ok(1)]);
    assert_eq!(script.make("kms:CreateKey").await, Ok(1));
    let before = script.clock.now();
    for _ in 0..5 {
        script.make("kms:CreateKey").await.unwrap();
    }
    // Five more at some 2.5 a second: the burst went with the throttle.
    let slow = (script.clock.now() - before).as_secs_f64();
    assert!((1.2..2.1).contains(&slow), "{slow}");
    let before = script.clock.now();
    script.call("kms:ListKeys").await.unwrap();
    assert_eq!(script.clock.now(), before);
}

#[tokio::test]
async fn waiting_for_a_turn_is_no_lack_of_patience() {
    let script = Script::real([error(400, "ThrottlingException"), Ok(1)]);
    let throttle = &script.caller.throttle;
    for _ in 0..10 {
        throttle.throttled("kms:CreateKey");
        script.clock.sleep(Duration::from_secs(2)).await;
    }
    // Thirty others before it, at one in thirteen seconds: longer than a throttled call is repeated.
    let others = futures::future::join_all((0..30).map(|_| throttle.turn("kms:CreateKey")));
    let (_, result) = tokio::join!(others, script.make("kms:CreateKey"));
    assert_eq!(result, Ok(1));
    assert!(script.calls.lock().unwrap()[0].as_secs() > 320);
}

#[derive(Debug, thiserror::Error)]
#[error("{text}")]
struct Layer {
    text: &'static str,
    source: Option<Box<Layer>>,
}

#[test]
fn what_cannot_be_reached_is_said_down_to_the_last_cause() {
    let refused = Layer { text: "Connection refused (os error 111)", source: None };
    let connect = Layer { text: "tcp connect error: 127.0.0.1:9", source: Some(refused.into()) };
    let client = Layer { text: "client error (Connect)", source: Some(connect.into()) };
    let error: SdkError<ErrorMetadata, Response> =
        SdkError::dispatch_failure(ConnectorError::io(client.into()));
    let cause = error_of("kms:CreateKey", Repeat::Once, &error);
    assert_eq!(cause.kind, ProviderErrorKind::Unreachable);
    assert!(
        cause.message.ends_with("tcp connect error: 127.0.0.1:9: Connection refused (os error 111)"),
        "{}",
        cause.message
    );
    assert!(!cause.message.contains("DispatchFailure"), "{}", cause.message);
}

#[tokio::test]
async fn a_gate_lets_only_reads_through_once_it_refuses() {
    let may = Arc::new(std::sync::atomic::AtomicBool::new(true));
    let gate = Gate::default();
    let asked = Arc::clone(&may);
    assert!(gate.ask(move || match asked.load(std::sync::atomic::Ordering::SeqCst) {
        true => Ok(()),
        false => Err(StoreError::new(StoreErrorKind::LeaseLost, "the lease ended")),
    }));
    let script = Script::real([Ok(1)]);
    let caller = script.caller.clone().with_gate(gate);
    let (reads, sets, makes) = ("kms:DescribeKey", "kms:EnableKeyRotation", "kms:CreateKey");
    let request = || async { script.answer() };
    for action in [reads, sets, makes] {
        caller.call(action, request).await.unwrap();
        caller.make(action, request).await.unwrap();
    }
    let sent = script.calls.lock().unwrap().len();
    assert_eq!(sent, 6);
    may.store(false, std::sync::atomic::Ordering::SeqCst);
    let refused = [caller.call(sets, request).await, caller.make(makes, request).await];
    for error in refused.map(Result::unwrap_err) {
        assert_eq!(error.kind, ProviderErrorKind::Ambiguous);
        assert!(error.message.contains("the lease ended"), "{error}");
    }
    caller.call(reads, request).await.unwrap();
    assert_eq!(script.calls.lock().unwrap().len(), 7, "nothing else was sent");
}

#[tokio::test]
async fn a_gate_is_asked_again_before_a_call_is_repeated() {
    let script = Script::real([error(400, "ThrottlingException"), Ok(1)]);
    let gate = Gate::default();
    let clock = Arc::clone(&script.clock);
    gate.ask(move || match clock.now().is_zero() {
        true => Ok(()),
        false => Err(StoreError::new(StoreErrorKind::LeaseLost, "the lease ended")),
    });
    let caller = script.caller.clone().with_gate(gate);
    caller.make("kms:CreateKey", || async { script.answer() }).await.unwrap_err();
    assert_eq!(script.calls.lock().unwrap().len(), 1);
}
