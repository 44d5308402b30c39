//! What a user reads when AWS refuses: the answers are written as AWS documents them, and go through
//! the SDK, the engine and the command line of an example.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use crate::program::{Program, Ran};

/// An HTTP server that gives one answer to everything. It ends with the process.
fn answers(status: &'static str, kind: &'static str, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Who hangs up gets no answer.
            std::thread::spawn(move || answer(stream, status, kind, body).ok());
        }
    });
    address
}

fn answer(stream: TcpStream, status: &str, kind: &str, body: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink())?;
    let mut stream = reader.into_inner();
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// Runs `records_bucket` with one service at an address of its own, on a served sandbox.
fn with(service: &str, address: &str, more: &str, typed: &str) -> Ran {
    let sandbox = Program::of("records_bucket", None);
    let served = sandbox.serve();
    let program = Program::of(
        "records_bucket",
        Some(&format!(
            "[stack.test]\nregion = \"eu-west-1\"\n{more}endpoint = \"{}\"\n\
             [stack.test.endpoints]\n{service} = \"{address}\"\n",
            served.endpoint
        )),
    );
    let ran = program.run(&format!("--stack test {typed}"));
    // Whatever it was, the state can be read afterwards.
    assert_eq!(program.run("--stack test state list").code, Some(0), "{}", ran.text);
    ran
}

#[track_caller]
fn says(ran: &Ran, parts: &[&str]) {
    assert_eq!(ran.code, Some(1), "{}", ran.text);
    for part in parts {
        assert!(ran.text.contains(part), "`{part}` isn't in:\n{}", ran.text);
    }
    assert!(!ran.text.contains("panicked"), "{}", ran.text);
}

const JSON: &str = "application/x-amz-json-1.1";

#[test]
fn a_region_that_does_not_know_the_credentials() {
    let stub = answers(
        "403 Forbidden",
        "text/xml",
        "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code>\
         <Message>The security token included in the request is invalid.</Message></Error></ErrorResponse>",
    );
    let ran = with("sts", &stub, "", "preview");
    says(
        &ran,
        &[
            "error: sts:GetCallerIdentity: InvalidClientTokenId: The security token included in the request",
            "hint: check the credentials in use, and that their account has opted in to this region",
        ],
    );
}

#[test]
fn another_account() {
    let stub = answers(
        "200 OK",
        "text/xml",
        "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::222222222222:user/alice</Arn>\
         <UserId>A</UserId><Account>222222222222</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
    );
    let ran = with("sts", &stub, "account = \"111111111111\"\n", "up --yes");
    says(
        &ran,
        &[
            "this stack belongs to account 111111111111, and the credentials in use are of account 222222222222",
            "hint: use credentials of that account, such as with AWS_PROFILE, or correct the stack's `account`",
        ],
    );
}

#[test]
fn a_call_that_is_not_allowed() {
    let stub = answers(
        "400 Bad Request",
        JSON,
        r#"{"__type":"AccessDeniedException","Message":"User: arn:aws:iam::000000000000:user/alice is not authorized to perform: kms:CreateKey on resource: *"}"#,
    );
    let ran = with("kms", &stub, "", "up --yes");
    says(
        &ran,
        &[
            "failed     create  key/key",
            "AWS::KMS::Key (examples/records_bucket.rs:13)",
            "kms:CreateKey: AccessDeniedException: User: arn:aws:iam::000000000000:user/alice is not authorized",
            "hint: allow `kms:CreateKey` for the credentials in use, then run again",
            "`key/key` failed",
        ],
    );
}

#[test]
fn a_bucket_in_another_region() {
    for (status, code) in
        [("301 Moved Permanently", "PermanentRedirect"), ("400 Bad Request", "AuthorizationHeaderMalformed")]
    {
        let body = format!(
            "<Error><Code>{code}</Code><Message>the region 'eu-west-1' is wrong; expecting 'us-east-1'\
             </Message><Region>us-east-1</Region></Error>"
        );
        let ran = with("s3", &answers(status, "application/xml", body.leak()), "", "up --yes");
        says(
            &ran,
            &[
                &format!("s3:CreateBucket: {code}: the region 'eu-west-1' is wrong"),
                "AWS::S3::Bucket (examples/records_bucket.rs:14)",
                "hint: it is in another region: correct the stack's `region`, or reach it by a provider alias",
            ],
        );
    }
}

#[test]
fn a_value_that_the_service_refuses() {
    let stub = answers(
        "400 Bad Request",
        JSON,
        r#"{"__type":"ValidationException","message":"1 validation error detected: Value at 'description' failed to satisfy constraint: Member must have length less than or equal to 8192"}"#,
    );
    let ran = with("kms", &stub, "", "up --yes");
    says(
        &ran,
        &[
            "kms:CreateKey: ValidationException: 1 validation error detected: Value at 'description'",
            "hint: correct `Description` at examples/records_bucket.rs:13, then run again",
        ],
    );
}

#[test]
fn an_address_where_nobody_answers() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let ran = with("sts", &format!("http://127.0.0.1:{port}"), "", "preview");
    says(
        &ran,
        &[
            "sts:GetCallerIdentity",
            "Connection refused",
            "hint: check the network and the stack's `endpoint`",
        ],
    );
}
