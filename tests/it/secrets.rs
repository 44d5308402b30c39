//! A program with a secret, its passphrase and its credentials: they reach what needs them, and
//! nothing that is shown, kept or logged.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::program::Program;

/// What each secret here holds, and `cargo xtask test` looks for in what tests leave behind.
const CORE: &str = "9tQ4vX7kLm2ZwR8n";

/// The account that the sandbox is.
const ACCOUNT: &str = "123456789012";

/// Where a passphrase comes from where there is no terminal.
const PASSPHRASE: &str = "IRONWARD_PASSPHRASE";

/// Where the SDK looks for credentials first.
const CREDENTIALS: [&str; 3] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/// Where every call is recorded.
const CALLS: &str = "calls.jsonl";

/// The program, and what it has shown so far.
struct Bearer {
    program: Program,
    variables: Vec<(&'static str, String)>,
    seen: String,
}

impl Bearer {
    fn new(configuration: &str) -> Self {
        let program = Program::of("secret_bearer", Some(configuration));
        Self { program, variables: Vec::new(), seen: String::new() }
    }

    /// Runs a command of the program with a secret and returns what it showed: results, then remarks.
    #[track_caller]
    fn expect(&mut self, code: i32, typed: &str, word: &str) -> String {
        let mut command = self.program.command(typed);
        command.args(["--record", CALLS]).env("SECRET_BEARER_WORD", word).env("SECRET_BEARER_CORE", CORE);
        // The SDK finds no credentials but those below, and logs no body that it takes for sensitive.
        let nowhere = self.program.path().join("nowhere");
        command.env("AWS_CONFIG_FILE", &nowhere).env("AWS_SHARED_CREDENTIALS_FILE", &nowhere);
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        for name in [CREDENTIALS.as_slice(), &["LOG_SIGNABLE_BODY", "LOG_SENSITIVE_BODIES"]].concat() {
            command.env_remove(name);
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        let ran = command.stdin(Stdio::null()).output().unwrap();
        let (out, err) = (String::from_utf8(ran.stdout).unwrap(), String::from_utf8(ran.stderr).unwrap());
        assert_eq!(ran.status.code(), Some(code), "`{typed}`:\n{out}{err}");
        let shown = out + &err;
        self.seen += &shown;
        shown
    }

    /// From the first creation to the last deletion, with a change of the secret, and with the state
    /// taken out and put back. `cloud` is where the sandbox keeps what it was sent.
    fn life(&mut self, cloud: &Path) {
        let (one, other) = (format!("one-{CORE}"), format!("other-{CORE}"));
        self.expect(0, "up --yes --json", &one);
        assert_reached(cloud, &one);
        assert!(!holds(cloud, &other));
        self.expect(0, "preview --out plan", &other);
        let changed = self.expect(0, "preview", &other);
        for path in ["role", "key", "task", "group", "policy"] {
            let of = changed.split(&format!("{path} AWS::")).nth(1).unwrap_or_default();
            assert!(of.contains("(secret)"), "{path} in {changed}");
        }
        self.expect(0, "up --yes --json", &other);
        assert_reached(cloud, &other);
        for typed in ["drift", "outputs --json", "state show role", "history --json", "preview --json"] {
            self.expect(0, typed, &other);
        }
        // Behind it stands, on the error stream, which cloud it is.
        let pulled = self.expect(0, "state pull", &other);
        let state = &pulled[..=pulled.rfind('}').unwrap()];
        assert!(state.contains("$secret"), "{state}");
        fs::write(self.program.path().join("pulled.json"), state).unwrap();
        self.expect(0, "state push pulled.json --force", &other);
        self.expect(0, "up --yes", &other);
        self.expect(0, "destroy --yes --lift-protection", &other);
    }

    /// Everything that was logged.
    fn logged(&self) -> String {
        fs::read_to_string(self.program.path().join("trace.log")).unwrap()
    }

    /// Neither shown nor logged nor in any file but those of the sandbox.
    #[track_caller]
    fn assert_kept(&self) {
        assert!(!self.seen.contains(CORE), "{}", self.seen);
        let sandbox = self.program.path().join(".ironward/sandbox");
        let (looked_at, holding): (Vec<_>, Vec<_>) = files(self.program.path())
            .into_iter()
            .filter(|path| !path.starts_with(&sandbox))
            .map(|path| (path.clone(), holds(&path, CORE).then_some(path)))
            .unzip();
        let logged = self.logged();
        let lines: Vec<_> = logged.lines().filter(|line| line.contains(CORE)).collect();
        assert!(holding.iter().all(Option::is_none), "{holding:?} of {looked_at:?}: {lines:#?}");
        for name in ["state.json", "plan", "pulled.json", "trace.log", CALLS] {
            assert!(looked_at.iter().any(|path| path.ends_with(name)), "{name} among {looked_at:?}");
        }
        for target in ["aws_smithy_runtime::", "aws_sigv4::", "aws_config::", "aws_sdk_ecs::"] {
            assert!(logged.contains(&format!(" {target}")), "nothing of {target} was logged");
        }
        for span in ["INFO ironward_core::apply step", "DEBUG ironward_aws_provider::call call"] {
            assert!(logged.contains(span), "no span `{span}` was logged");
        }
    }

    /// What was left out of the log since it held a secret.
    fn left_out(&self) -> BTreeSet<String> {
        self.logged().lines().filter_map(|line| line.strip_prefix("left out ")).map(String::from).collect()
    }
}

/// Every service that is given a secret has it.
#[track_caller]
fn assert_reached(cloud: &Path, word: &str) {
    for service in ["ec2", "ecs", "iam", "kms", "s3"] {
        assert!(holds(&cloud.join(format!("state/{service}.us-east-1")), word), "{service}");
    }
}

fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    fs::read_dir(path).unwrap().flat_map(|entry| files(&entry.unwrap().path())).collect()
}

/// Whether a word stands in a file, or in one below a directory.
fn holds(path: &Path, word: &str) -> bool {
    let stands = |path: &PathBuf| String::from_utf8_lossy(&fs::read(path).unwrap()).contains(word);
    files(path).iter().any(stands)
}

#[test]
fn a_secret_reaches_the_cloud_and_nothing_else() {
    let mut bearer = Bearer::new("[stack.sandbox.state]\nencryption = \"none\"\n");
    let cloud = bearer.program.path().join(".ironward/sandbox");
    bearer.life(&cloud);
    bearer.assert_kept();
    // Whole requests and answers: the only ones that are left out, and for a reason.
    let orchestrator = "TRACE aws_smithy_runtime::client::orchestrator";
    let whole = [orchestrator.to_owned(), format!("{orchestrator}::http")];
    assert_eq!(bearer.left_out(), BTreeSet::from(whole));
}

#[test]
fn nothing_is_asked_in_clear_whoever_names_the_endpoint() {
    let mut bearer =
        Bearer::new(&format!("default = \"blue\"\n[stack.blue]\ncloud = \"aws\"\naccount = \"{ACCOUNT}\"\n"));
    let clear = "http://192.0.2.2:9".to_owned();
    let profile = bearer.program.path().join("profile");
    fs::write(&profile, format!("[default]\nendpoint_url = {clear}\n")).unwrap();
    let profile = profile.display().to_string();
    for (name, value) in
        [("AWS_ENDPOINT_URL", &clear), ("AWS_ENDPOINT_URL_STS", &clear), ("AWS_CONFIG_FILE", &profile)]
    {
        bearer.variables = CREDENTIALS.map(|credential| (credential, "given".to_owned())).to_vec();
        bearer.variables.push((name, value.clone()));
        let said = bearer.expect(1, "preview", "");
        assert!(said.contains("the endpoint `http://192.0.2.2:9` is in clear"), "{name}: {said}");
        assert!(said.contains("hint: write `https://…`"), "{name}: {said}");
    }
}

#[test]
fn the_endpoints_of_a_stack_go_before_those_of_the_environment() {
    let cloud = Program::new(None);
    let served = cloud.serve();
    let one = format!("default = \"blue\"\n[stack.blue]\nendpoint = \"{}\"\n", served.endpoint);
    let by_service = format!("{one}[stack.blue.endpoints]\nkms = \"{0}\"\ns3 = \"{0}\"\n", served.endpoint);
    for configuration in [&one, &by_service] {
        let mut program = Program::of("records_bucket", Some(configuration));
        program.environment = vec![
            ("AWS_ENDPOINT_URL_KMS", "http://127.0.0.1:1"),
            ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1"),
        ];
        program.expect(0, "up --yes");
        program.expect(0, "destroy --yes --lift-protection");
    }
}

#[test]
fn credentials_and_a_passphrase_are_used_and_not_seen() {
    let sandbox = Program::of("records_bucket", None);
    let served = sandbox.serve();
    // Only the SDK hears of it: at an endpoint of this machine that is configured, test credentials would be
    // used.
    let endpoint = &served.endpoint;
    let mut bearer = Bearer::new(&format!(
        "default = \"blue\"\n[stack.blue]\ncloud = \"aws\"\naccount = \"{ACCOUNT}\"\n\
         [stack.blue.state]\nencryption = \"passphrase\"\n"
    ));
    let [id, key, token] = CREDENTIALS;
    let with = |word: &str| format!("{word}-{CORE}");
    let credentials = [(id, "AKIAIOSFODNN7EXAMPLE".to_owned()), (key, with("key")), (token, with("token"))];
    bearer.variables = credentials.to_vec();
    bearer.variables.push((PASSPHRASE, with("passphrase")));
    bearer.variables.push(("AWS_ENDPOINT_URL", endpoint.clone()));
    let cloud = sandbox.path().join(".ironward/sandbox");
    bearer.life(&cloud);
    bearer.assert_kept();
    for word in ["key", "token", "passphrase"] {
        assert!(!holds(&cloud, &with(word)), "{word}");
    }
    let logged = bearer.logged();
    assert!(logged.contains("AKIAIOSFODNN7EXAMPLE") && logged.contains("x-amz-security-token"));

    bearer.variables = vec![(PASSPHRASE, with("passphrase"))];
    let said = bearer.expect(1, "preview", "");
    assert!(said.contains("no credentials found"), "{said}");
    bearer.variables = credentials.to_vec();
    let said = bearer.expect(1, "preview", "");
    assert!(said.contains("needs its passphrase"), "{said}");
    bearer.variables.push((PASSPHRASE, with("wrong")));
    let said = bearer.expect(1, "preview", "");
    assert!(said.contains("the passphrase doesn't open"), "{said}");
    bearer.assert_kept();
}
