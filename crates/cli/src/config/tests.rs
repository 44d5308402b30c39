use super::*;

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(Path::new("/somewhere/Ironward.toml"), text)
}

#[track_caller]
fn refuses(text: &str, message: &str, hint: &str) {
    let error = parse(text).expect_err("it was accepted");
    assert_eq!(error.to_string(), message);
    let found = error.hint().unwrap();
    assert!(found.contains(hint), "{found}");
}

#[test]
fn a_whole_file_is_read() {
    let config = parse(
        r#"
default = "staging"

[stack.staging]
cloud = "sandbox"
endpoint = "http://127.0.0.1:5000"

[stack.staging.endpoints]
backup = "http://127.0.0.1:4566"

[stack.production]
cloud = "aws"
account = "123456789012"
region = "eu-central-1"

[stack.production.tags]
Owner = "clinic"

[stack.production.providers.recovery]
region = "eu-west-1"
role = "arn:aws:iam::123456789012:role/recovery"
"#,
    )
    .unwrap();
    let (name, staging) = config.stack(None).unwrap();
    assert_eq!((name, staging.cloud), ("staging", CloudKind::Sandbox));
    assert_eq!(staging.endpoints["backup"].as_str(), "http://127.0.0.1:4566");
    let (_, production) = config.stack(Some("production")).unwrap();
    assert_eq!(production.account.as_deref(), Some("123456789012"));
    assert_eq!(production.tags["Owner"], "clinic");
    assert_eq!(production.providers["recovery"].region.as_deref(), Some("eu-west-1"));
}

#[test]
fn no_endpoint_of_aws_is_in_clear() {
    let stack = "[stack.live]\ncloud = \"aws\"\naccount = \"123456789012\"\n";
    for place in [
        "endpoint = \"http://10.0.0.7:4566\"",
        "[stack.live.endpoints]\nkms = \"http://10.0.0.7:4566\"",
        "[stack.live.providers.dr]\nendpoint = \"http://10.0.0.7:4566\"",
    ] {
        let line = if place.starts_with('[') { 5 } else { 4 };
        refuses(
            &format!("{stack}{place}\n"),
            &format!("Ironward.toml:{line}: `http://10.0.0.7:4566` is in clear, and this stack goes to AWS"),
            "https://",
        );
        let on_this_machine = place.replace("10.0.0.7", "127.0.0.1");
        parse(&format!("{stack}{on_this_machine}\n")).unwrap();
        parse(&format!("[stack.live]\n{place}\n")).unwrap();
    }
}

#[test]
fn without_a_file_there_is_the_sandbox() {
    let dir = tempfile::tempdir().unwrap();
    let config = Config::find(dir.path()).unwrap();
    assert_eq!(config, Config::sandbox(dir.path()));
    let (name, stack) = config.stack(None).unwrap();
    assert_eq!((name, stack.region.as_str()), ("sandbox", "us-east-1"));
}

#[test]
fn the_file_is_found_from_below() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(FILE), "[stack.blue]\n").unwrap();
    let below = dir.path().join("src/deep");
    std::fs::create_dir_all(&below).unwrap();
    let config = Config::find(&below).unwrap();
    assert_eq!(config.directory, dir.path());
    assert_eq!(config.default, "sandbox");
    assert!(config.stacks.contains_key("blue"));
}

#[test]
fn mistyped_keys_are_refused_with_a_suggestion() {
    refuses(
        "[stack.a]\n\nacount = \"123456789012\"\n",
        "Ironward.toml:3: there is no key `acount`",
        "did you mean `account`?",
    );
    refuses("defualt = \"a\"\n", "Ironward.toml:1: there is no key `defualt`", "did you mean `default`?");
    refuses("[stack.a]\ncloud = \"awss\"\n", "Ironward.toml:2: `awss` isn't possible here", "`aws`");
    refuses(
        "[stack.a.providers.b]\nroles = \"x\"\n",
        "Ironward.toml:2: there is no key `roles`",
        "did you mean `role`?",
    );
}

#[test]
fn text_that_is_not_toml_is_refused_with_its_line() {
    let error = parse("[stack.a]\ncloud = \n").unwrap_err();
    assert_eq!(error.place().as_deref(), Some("Ironward.toml:2"));
    let error = parse("[stack.a]\nregion = 3\n").unwrap_err();
    assert_eq!(error.place().as_deref(), Some("Ironward.toml:2"));
    assert!(error.to_string().contains("expected a string"), "{error}");
}

#[test]
fn aws_needs_an_account() {
    refuses(
        "\n[stack.production]\ncloud = \"aws\"\n",
        "Ironward.toml:2: the stack `production` goes to AWS and names no account",
        "account",
    );
    refuses(
        "[stack.a]\naccount = \"12345\"\n",
        "Ironward.toml:2: `12345` isn't possible here",
        "twelve digits",
    );
}

#[test]
fn values_are_checked_where_they_stand() {
    refuses(
        "[stack.a]\nregion = \"Frankfurt\"\n",
        "Ironward.toml:2: `Frankfurt` isn't possible here",
        "us-east-1",
    );
    refuses(
        "[stack.a]\nendpoint = \"localhost:5000\"\n",
        "Ironward.toml:2: `localhost:5000` isn't an address: it has to begin with http:// or https://",
        "http://127.0.0.1:5000",
    );
    refuses("[stack.A]\n", "Ironward.toml:1: `A` can't be the name of a stack", "lower-case");
    refuses("default = \"b\"\n[stack.a]\n", "Ironward.toml:1: the default stack `b` isn't configured", "`a`");
}

#[test]
fn an_unknown_stack_is_refused_with_those_there_are() {
    let config = parse("[stack.production]\ncloud = \"aws\"\naccount = \"123456789012\"\n").unwrap();
    let error = config.stack(Some("prodction")).unwrap_err();
    assert_eq!(error.to_string(), "Ironward.toml: there is no stack `prodction`");
    assert_eq!(error.hint().as_deref(), Some("did you mean `production`?"));
    let hint = config.stack(Some("zzz")).unwrap_err().hint().unwrap();
    assert!(hint.contains("`production`, `sandbox`"), "{hint}");
}

#[test]
fn the_key_of_a_state_is_a_key_file_unless_something_else_is_asked_for() {
    let encryption = |text: &str| parse(text).unwrap().stack(Some("a")).unwrap().1.state.encryption;
    assert_eq!(encryption("[stack.a]\n"), Encryption::KeyFile);
    for (word, expected) in [
        ("key-file", Encryption::KeyFile),
        ("passphrase", Encryption::Passphrase),
        ("none", Encryption::None),
    ] {
        assert_eq!(encryption(&format!("[stack.a.state]\nencryption = \"{word}\"\n")), expected);
    }
    refuses(
        "[stack.a.state]\nencryption = \"pasphrase\"\n",
        "Ironward.toml:2: `pasphrase` isn't possible here",
        "did you mean `passphrase`?",
    );
    refuses(
        "[stack.a]\n[stack.a.state]\nencrypt = \"none\"\n",
        "Ironward.toml:3: there is no key `encrypt`",
        "did you mean `encryption`?",
    );
}

#[test]
fn an_endpoint_of_no_service_is_refused() {
    let file = |service: &str| {
        format!(
            "[stack.sandbox]\nendpoint = \"http://localhost:5000\"\n\n[stack.sandbox.endpoints]\n{service} = \"http://localhost:4566\"\n"
        )
    };
    refuses(
        &file("cloudwatch-logs"),
        "Ironward.toml:5: there is no service `cloudwatch-logs`",
        "did you mean `cloudwatchlogs`?",
    );
    refuses(
        &file("dynamodb"),
        "Ironward.toml:5: there is no service `dynamodb`",
        "possible here: `acm`, `backup`",
    );
    assert!(parse(&file("elasticloadbalancingv2")).is_ok());
}
