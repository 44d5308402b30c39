//! A record of the calls that were made, for whoever judges them later: a support case, a review, a trial run.
//!
//! A [`Recording`] is a file with a line of JSON for each request that was answered or failed on its way:
//!
//! | member | holds |
//! |---|---|
//! | `at` | when it was sent, in milliseconds since 1970 |
//! | `ms` | how long the answer took, in milliseconds |
//! | `method`, `target` | the method, and the path with the query |
//! | `service`, `region` | what the request was signed for |
//! | `headers` | the headers by name, without the signature and a session's token |
//! | `body` | the body, where it is text of at most [`LONGEST_BODY`] bytes and says what is asked for |
//! | `length` | the bytes of the body |
//! | `status` | the status of the answer; null where there was none |
//! | `request_id` | the service's name for the request |
//! | `code`, `message` | what a refusal says |
//!
//! Nothing secret is in it: bodies of S3's objects aren't kept, nor are those of requests for credentials; members
//! that hold secrets are veiled by their names, and so are the secrets of the program, wherever they stand. Of
//! answers only refusals are kept.

use std::borrow::Cow;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::str;
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use ironward_core::clock::Clock;
use serde_json::{Map, Value as Json, json};

/// Longer bodies aren't kept.
pub const LONGEST_BODY: usize = 200_000;

/// What stands in the place of a secret.
const VEIL: &str = "(secret)";

/// What isn't kept of the headers: it proves who sent the request, and says nothing about it.
const NOT_KEPT: [&str; 2] = ["authorization", "x-amz-security-token"];

/// Members of requests that hold secrets or what opens them, as botocore's models mark them sensitive.
const SECRET_MEMBERS: [&str; 11] = [
    "CertificateAuthority",
    "CiphertextBlob",
    "ClientSecret",
    "MasterUserPassword",
    "Passphrase",
    "Password",
    "Plaintext",
    "PrivateKey",
    "SecretBinary",
    "SecretString",
    "TdeCredentialPassword",
];

/// A file of calls, and what must not stand in it.
pub struct Recording {
    file: Mutex<File>,
    clock: Arc<dyn Clock>,
    secrets: Vec<String>,
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording").field("file", &self.file).finish_non_exhaustive()
    }
}

impl Recording {
    /// Appends to the file at `path`, and makes it if need be. None of `secrets` will stand in it.
    ///
    /// # Errors
    /// The operating system's, when the file can't be opened.
    pub fn into(path: &Path, clock: Arc<dyn Clock>, secrets: &[String]) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        // The longest first: one may hold another.
        let mut secrets: Vec<String> =
            secrets.iter().filter(|secret| !secret.is_empty()).flat_map(|secret| spellings(secret)).collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.dedup();
        Ok(Self { file: Mutex::new(file), clock, secrets })
    }

    /// A client that sends through `inner` and keeps what passes.
    #[must_use]
    pub fn before(self: &Arc<Self>, inner: SharedHttpClient) -> SharedHttpClient {
        let recording = Arc::clone(self);
        http_client_fn(move |settings, components| {
            let inner = inner.http_connector(settings, components);
            SharedHttpConnector::new(Tap { inner, recording: Arc::clone(&recording) })
        })
    }

    /// A line at a time, so that none is torn when the process is killed.
    fn write(&self, line: &Map<String, Json>) -> io::Result<()> {
        let mut line = Json::from(line.clone());
        self.veil(&mut line);
        let text = format!("{line}\n");
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(text.as_bytes())
    }

    /// Takes the secrets out of every text.
    fn veil(&self, json: &mut Json) {
        match json {
            Json::String(text) => *text = self.veiled(text),
            Json::Array(items) => items.iter_mut().for_each(|item| self.veil(item)),
            Json::Object(members) => members.values_mut().for_each(|member| self.veil(member)),
            _ => {}
        }
    }

    fn veiled(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), VEIL))
    }
}

/// How a secret may stand in a request: as it is, as JSON writes it, in a form, in a document that is a field of
/// a form, and in XML.
fn spellings(secret: &str) -> Vec<String> {
    let quoted = Json::from(secret).to_string();
    let in_json = quoted.get(1..quoted.len() - 1).unwrap_or_default();
    let xml = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let xml_attribute = xml.replace('"', "&quot;").replace('\'', "&apos;");
    let form = in_form(secret);
    let plus = form.replace("%20", "+");
    vec![secret.to_owned(), in_json.to_owned(), plus, form, in_form(in_json), xml, xml_attribute]
}

/// A text as a form has it.
fn in_form(text: &str) -> String {
    let escaped = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(escaped).collect()
}

#[derive(Debug)]
struct Tap {
    inner: SharedHttpConnector,
    recording: Arc<Recording>,
}

impl HttpConnector for Tap {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let recording = Arc::clone(&self.recording);
        let mut line = line(&request);
        line.insert("at".to_owned(), json!(recording.clock.wall().unix_millis()));
        let began = recording.clock.now();
        let answer = self.inner.call(request);
        HttpConnectorFuture::new(async move {
            let (answer, said) = match answer.await {
                Ok(answer) => heard(answer).await?,
                Err(error) => {
                    let message = aws_smithy_types::error::display::DisplayErrorContext(&error).to_string();
                    let said = json!({ "status": null, "message": message });
                    (Err(error), said)
                }
            };
            let took = recording.clock.now().saturating_sub(began).as_millis();
            line.insert("ms".to_owned(), json!(u64::try_from(took).unwrap_or(u64::MAX)));
            line.extend(said.as_object().cloned().unwrap_or_default());
            // A call that isn't on record would be missed by whoever asked for the record.
            recording.write(&line).map_err(|error| ConnectorError::other(error.into(), None))?;
            answer
        })
    }
}

/// What a request says.
fn line(request: &HttpRequest) -> Map<String, Json> {
    let header = |name: &str| request.headers().get(name);
    let mut scope = header("authorization")
        .and_then(|signed| signed.split_once("Credential="))
        .map(|(_, signed)| signed.split('/').skip(2))
        .into_iter()
        .flatten();
    let (region, service) = (scope.next(), scope.next());
    let target = target(request.uri());
    let bytes = request.body().bytes().unwrap_or_default();
    let text = str::from_utf8(bytes).ok().filter(|_| bytes.len() <= LONGEST_BODY);
    let body = text.filter(|text| is_asked(service, target, text)).map(discreet);
    let headers: Map<String, Json> = request
        .headers()
        .iter()
        .filter(|(name, _)| !NOT_KEPT.contains(name))
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect();
    let members = [
        ("method", json!(request.method())),
        ("target", json!(target)),
        ("service", json!(service)),
        ("region", json!(region)),
        ("headers", Json::from(headers)),
        ("body", json!(body)),
        ("length", json!(bytes.len())),
    ];
    members.into_iter().map(|(name, json)| (name.to_owned(), json)).collect()
}

/// The path and the query of an address.
fn target(uri: &str) -> &str {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    rest.find('/').map_or("/", |at| &rest[at..])
}

/// Whether a body says what is asked for: not the data of an object, nor what credentials are got for.
fn is_asked(service: Option<&str>, target: &str, body: &str) -> bool {
    let (_, query) = target.split_once('?').unwrap_or((target, ""));
    match service {
        // What configures a bucket is XML, but for its policy.
        Some("s3") => body.starts_with('<') || query.split('&').any(|part| part == "policy"),
        Some("sts") => body.contains("Action=GetCallerIdentity"),
        Some(_) => true,
        // Unsigned: credentials are asked for.
        None => false,
    }
}

/// A body without the members that hold secrets.
fn discreet(body: &str) -> Cow<'_, str> {
    if !SECRET_MEMBERS.iter().any(|member| body.contains(member)) {
        return Cow::Borrowed(body);
    }
    if let Ok(mut json) = serde_json::from_str(body) {
        veil_members(&mut json);
        return Cow::Owned(json.to_string());
    }
    let field = |field: &str| match field.split_once('=') {
        Some((name, _)) if name.split('.').any(|part| SECRET_MEMBERS.contains(&part)) => {
            format!("{name}={VEIL}")
        }
        _ => field.to_owned(),
    };
    Cow::Owned(body.split('&').map(field).collect::<Vec<_>>().join("&"))
}

fn veil_members(json: &mut Json) {
    match json {
        Json::Object(members) => {
            for (name, member) in members {
                match SECRET_MEMBERS.contains(&name.as_str()) {
                    true => *member = json!(VEIL),
                    false => veil_members(member),
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(veil_members),
        _ => {}
    }
}

type ReadResult = Result<HttpResponse, ConnectorError>;

/// An answer, and what is kept of it: of a refusal its words, too.
async fn heard(mut answer: HttpResponse) -> Result<(ReadResult, Json), ConnectorError> {
    let status = answer.status().as_u16();
    let id = ["x-amzn-requestid", "x-amz-request-id"].into_iter().find_map(|name| answer.headers().get(name));
    let mut said = json!({ "status": status, "request_id": id });
    if status >= 400 {
        let code = answer.headers().get("x-amzn-errortype").map(plain_code).map(str::to_owned);
        let body = std::mem::replace(answer.body_mut(), SdkBody::taken());
        let bytes =
            ByteStream::new(body).collect().await.map_err(|error| ConnectorError::io(error.into()))?;
        let bytes = bytes.into_bytes();
        let (of_body, message, id) = refusal(&String::from_utf8_lossy(&bytes));
        said["code"] = json!(code.or(of_body));
        said["message"] = json!(message);
        if said["request_id"].is_null() {
            said["request_id"] = json!(id);
        }
        *answer.body_mut() = SdkBody::from(bytes);
    }
    Ok((Ok(answer), said))
}

/// The code, the message and the request's name in the body of a refusal, JSON or XML.
fn refusal(body: &str) -> (Option<String>, Option<String>, Option<String>) {
    if let Ok(json) = serde_json::from_str::<Json>(body) {
        let text = |names: &[&str]| names.iter().find_map(|name| json[*name].as_str());
        let code = text(&["__type", "code", "Code"]).map(plain_code).map(str::to_owned);
        return (code, text(&["message", "Message"]).map(str::to_owned), None);
    }
    let element = |name: &str| ironward_emulators::xml::text(body, name).map(str::to_owned);
    (element("Code"), element("Message"), element("RequestId").or_else(|| element("RequestID")))
}

/// `Code` of `namespace#Code:address`.
fn plain_code(code: &str) -> &str {
    let code = code.rsplit('#').next().unwrap_or(code);
    code.split(':').next().unwrap_or(code)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use ironward_core::clock::ManualClock;

    use super::*;

    const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AKID/20260102/eu-west-1/kms/aws4_request, Signature=x";

    fn request(service: &str, uri: &str, body: &'static str) -> HttpRequest {
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method("POST").unwrap();
        request.set_uri(uri).unwrap();
        request.headers_mut().insert("authorization", SIGNED.replace("kms", service));
        request.headers_mut().insert("x-amz-security-token", "token");
        request.headers_mut().insert("x-amz-target", "Service.Operation");
        request
    }

    #[test]
    fn a_line_has_the_request_and_no_proof_of_who_sent_it() {
        let line = line(&request("ec2", "https://ec2.eu-west-1.amazonaws.com/?a=b", "Action=CreateVpc"));
        assert_eq!((&line["service"], &line["region"]), (&json!("ec2"), &json!("eu-west-1")));
        assert_eq!((&line["method"], &line["target"]), (&json!("POST"), &json!("/?a=b")));
        assert_eq!((&line["body"], &line["length"]), (&json!("Action=CreateVpc"), &json!(16)));
        assert_eq!(line["headers"], json!({"x-amz-target": "Service.Operation"}));
    }

    #[test]
    fn bodies_that_are_data_or_credentials_are_counted_and_not_kept() {
        let kept = |service, uri, body| !line(&request(service, uri, body))["body"].is_null();
        assert!(kept("s3", "https://b.s3.amazonaws.com/?versioning", "<VersioningConfiguration/>"));
        assert!(kept("s3", "https://b.s3.amazonaws.com/?policy", "{}"));
        assert!(!kept("s3", "https://b.s3.amazonaws.com/state.json?x-id=PutObject", "{}"));
        assert!(kept("sts", "https://sts.amazonaws.com/", "Action=GetCallerIdentity&Version=1"));
        assert!(!kept(
            "sts",
            "https://sts.amazonaws.com/",
            "Action=AssumeRoleWithWebIdentity&WebIdentityToken=x"
        ));
        let mut unsigned = request("ec2", "http://169.254.169.254/latest/api/token", "token");
        unsigned.headers_mut().remove("authorization");
        assert!(line(&unsigned)["body"].is_null());
    }

    #[test]
    fn members_that_hold_secrets_are_veiled() {
        for (body, veiled) in [
            (r#"{"A":{"Plaintext":"x"},"B":"y"}"#, r#"{"A":{"Plaintext":"(secret)"},"B":"y"}"#),
            ("Action=A&MasterUserPassword=x%20y&B=z", "Action=A&MasterUserPassword=(secret)&B=z"),
            (
                "Actions.member.1.AuthenticateOidcConfig.ClientSecret=x&B=z",
                "Actions.member.1.AuthenticateOidcConfig.ClientSecret=(secret)&B=z",
            ),
            ("Action=A&ManageMasterUserPassword=true", "Action=A&ManageMasterUserPassword=true"),
        ] {
            assert_eq!(discreet(body), veiled);
        }
    }

    #[test]
    fn a_secret_of_the_program_stands_nowhere_however_it_is_written() {
        let secret = r#"a "b" & <c> d"#;
        let file = std::env::temp_dir().join(format!("ironward-recording-{}", std::process::id()));
        let recording =
            Recording::into(&file, Arc::new(ManualClock::default()), &[secret.to_owned()]).unwrap();
        let bodies = [
            secret.to_owned(),
            json!({ "Description": secret }).to_string(),
            "Value=a%20%22b%22%20%26%20%3Cc%3E%20d".to_owned(),
            "Value=a+%22b%22+%26+%3Cc%3E+d".to_owned(),
            // A document in a form.
            "Policy=%7B%22A%22%3A%22a%20%5C%22b%5C%22%20%26%20%3Cc%3E%20d%22%7D".to_owned(),
            "<V>a \"b\" &amp; &lt;c&gt; d</V>".to_owned(),
            "<V>a &quot;b&quot; &amp; &lt;c&gt; d</V>".to_owned(),
        ];
        for body in &bodies {
            recording.write(&Map::from_iter([("body".to_owned(), json!(body))])).unwrap();
        }
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        let lines: Vec<Json> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), bodies.len(), "{text}");
        assert!(lines.iter().all(|line| line["body"].as_str().unwrap().contains(VEIL)), "{text}");
    }

    #[test]
    fn a_refusal_tells_its_code_and_its_words() {
        let told = |body| {
            let (code, message, id) = refusal(body);
            [code, message, id].map(Option::unwrap_or_default)
        };
        let json = r#"{"__type":"com.amazonaws.kms#NotFoundException:http://x","message":"no"}"#;
        assert_eq!(told(json), ["NotFoundException", "no", ""]);
        let xml = "<E><Error><Code>InvalidVpcID.NotFound</Code><Message>no</Message></Error><RequestID>r</RequestID></E>";
        assert_eq!(told(xml), ["InvalidVpcID.NotFound", "no", "r"]);
        assert_eq!(told("<!doctype html>"), ["", "", ""]);
    }

    #[derive(Debug)]
    struct Answering(u16);

    impl HttpConnector for Answering {
        fn call(&self, _request: HttpRequest) -> HttpConnectorFuture {
            let status = self.0.try_into().unwrap();
            let mut answer =
                HttpResponse::new(status, SdkBody::from(r#"{"__type":"Refused","Plaintext":"x"}"#));
            answer.headers_mut().insert("x-amzn-requestid", "r-1");
            HttpConnectorFuture::ready(Ok(answer))
        }
    }

    #[tokio::test]
    async fn what_passes_is_recorded_and_left_as_it_is() {
        let file = std::env::temp_dir().join(format!("ironward-recorded-{}", std::process::id()));
        let recording = Arc::new(Recording::into(&file, Arc::new(ManualClock::default()), &[]).unwrap());
        for status in [200, 400] {
            let inner = SharedHttpConnector::new(Answering(status));
            let tap = Tap { inner, recording: Arc::clone(&recording) };
            let answer = tap.call(request("kms", "https://kms/", "{}")).await.unwrap();
            assert_eq!(answer.status().as_u16(), status);
            let body = ByteStream::new(answer.into_body()).collect().await.unwrap().into_bytes();
            assert!(body.ends_with(b"\"Plaintext\":\"x\"}"));
        }
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        let lines: Vec<Json> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let told = |line: &Json| (line["status"].clone(), line["code"].clone(), line["request_id"].clone());
        assert_eq!(told(&lines[0]), (json!(200), Json::Null, json!("r-1")));
        assert_eq!(told(&lines[1]), (json!(400), json!("Refused"), json!("r-1")));
        assert!(!text.contains("Plaintext"), "what was answered isn't kept: {text}");
    }
}
