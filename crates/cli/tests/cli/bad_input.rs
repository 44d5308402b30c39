//! Bad input: exit code 1, one readable message with a hint, state intact, no panic.

use std::fs;

use ironward_core::declare::Declaration;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::stack::{Hipaa, Stack};
use ironward_store::{LocalStore, Options, Protection};

use crate::bench::{Bench, Ran};
use crate::world::{Network, Store};

#[track_caller]
fn complains(ran: Ran, message: &str, hint: &str) {
    assert_eq!(ran.code, 1, "{}", ran.seen());
    assert!(ran.err.contains(message), "{}", ran.seen());
    assert!(ran.err.contains("hint: ") && ran.err.contains(hint), "{}", ran.seen());
}

/// Runs a command that must fail and leave state and cloud as they are.
#[track_caller]
fn refuses(bench: &Bench, typed: &str, message: &str, hint: &str) {
    let before = (fs::read(bench.state_file()).ok(), bench.world.ids());
    complains(bench.run(typed), message, hint);
    assert_eq!((fs::read(bench.state_file()).ok(), bench.world.ids()), before, "something was changed");
}

#[test]
fn usage() {
    let bench = Bench::new();
    refuses(&bench, "previw", "unrecognized subcommand `previw`", "a similar subcommand exists: `preview`");
    refuses(&bench, "up --yess", "unexpected argument `--yess`", "--help");
    refuses(&bench, "graph --format png", "invalid value `png`", "--help");
    refuses(&bench, "sandbox serve --port x", "invalid value `x`", "--help");
    refuses(
        &bench,
        "preview --endpoint localhost:5000",
        "`localhost:5000` isn't an address",
        "http://127.0.0.1:5000",
    );
    refuses(&bench, "preview --stack nowhere", "there is no stack `nowhere`", "Ironward.toml");
    complains(bench.run(""), "", "--help");
    let help = bench.run("--help").expect(0);
    assert!(help.out.contains("Usage: clinic") && help.out.contains("preview"), "{}", help.out);
}

#[test]
fn configuration() {
    let bench = Bench::new();
    let file = bench.path().join("Ironward.toml");
    fs::write(&file, "[stack.a]\nregoin = \"us-east-1\"\n").unwrap();
    let ran = bench.run("preview");
    bench.snapshot("error_configuration", &ran.seen());
    complains(ran, "Ironward.toml:2: there is no key `regoin`", "did you mean `region`?");
    fs::write(&file, "[stack.a\n").unwrap();
    complains(bench.run("preview"), "Ironward.toml:1: ", "correct this line");
}

#[test]
fn a_path_that_is_declared_twice() {
    let bench = Bench::applied();
    let ran = bench.run_program("clinic", "up --yes", |stack| {
        stack.add("main", Network::new("10.0.0.0/16"))?;
        stack.add("main", Network::new("10.1.0.0/16"))?;
        Ok(())
    });
    assert_eq!(ran.err.matches("bad_input.rs:").count(), 2, "{}", ran.err);
    bench.snapshot("error_duplicate", &ran.seen());
    complains(ran, "`main` is declared already", "paths are identities");
}

#[test]
fn a_name_that_is_none() {
    let bench = Bench::new();
    let ran = bench.run_program("clinic", "preview", |stack| {
        stack.add("Main_Network", Network::new("10.0.0.0/16")).map(drop)
    });
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("bad_input.rs:") && ran.err.contains("lower-case letter"), "{}", ran.err);
}

#[test]
fn a_circle() {
    let bench = Bench::new();
    let declare = |stack: &mut Stack<Hipaa>| {
        let mut other = Stack::<Hipaa>::new("clinic");
        let second = other.add("second", Network::new("10.0.0.0/16"))?;
        let first = stack.add("first", Network::new("10.0.0.0/16").with("Label", second.attribute("Id")))?;
        stack.add("second", Network::new("10.1.0.0/16").with("Label", first.attribute("Id")))?;
        Ok(())
    };
    let ran = bench.run_program("clinic", "preview", declare);
    bench.snapshot("error_circle", &ran.seen());
    complains(ran, "depend on each other in a circle: `", "break the circle");
}

#[test]
fn every_problem_is_told_at_once() {
    let bench = Bench::new();
    let ran = bench.run_program("clinic", "preview", |stack| {
        stack.add("a", Network::new("10.0.0.0/16").options().provider("nowhere"))?;
        stack.add("b", Store::new(1).options().provider("elsewhere"))?;
        Ok(())
    });
    assert_eq!(ran.err.matches("error: ").count(), 2, "{}", ran.err);
    bench.snapshot("error_several", &ran.seen());
}

#[test]
fn clouds_that_do_not_answer() {
    let bench = Bench::applied();
    let error = |kind, code: &str, message: &str| {
        ProviderError::new(kind, "sts:GetCallerIdentity", message).with_code(code)
    };
    bench.world.fail("connect", "", error(ProviderErrorKind::Denied, "", "no credentials were found"));
    refuses(&bench, "preview", "no credentials were found", "AWS_PROFILE");
    bench.world.fail("connect", "", error(ProviderErrorKind::Unreachable, "", "connection refused"));
    refuses(&bench, "preview", "connection refused", "`endpoint`");
    bench.world.mend();
    bench.world.fail("check", "", error(ProviderErrorKind::Denied, "ExpiredToken", "the token has expired"));
    refuses(&bench, "up --yes", "ExpiredToken: the token has expired", "sts:GetCallerIdentity");
    bench.world.mend();
    bench.world.fail("read", "", error(ProviderErrorKind::Denied, "AccessDenied", "clinic may not look"));
    refuses(&bench, "up --yes", "test:Describe: AccessDenied: clinic may not look", "allow `test:Describe`");
}

#[test]
fn a_state_of_another_program() {
    let bench = Bench::applied();
    let clinic = bench.clinic.clone();
    let ran = bench.run_program("other", "preview", move |stack| clinic.declare(stack));
    complains(ran, "this state belongs to the program `clinic`, and this is `other`", "a stack of its own");
}

#[test]
fn a_state_of_another_cloud() {
    let bench = Bench::applied();
    refuses(
        &bench,
        "up --yes --endpoint http://127.0.0.1:5000",
        "was deployed to the sandbox in us-east-1, and this is the emulator at http://127.0.0.1:5000",
        "a stack of its own",
    );
    bench.run("destroy --yes").expect(0);
    // A state that holds nothing may go anywhere.
    bench.run("up --yes --endpoint http://127.0.0.1:5000").expect(0);
    refuses(&bench, "preview", "was deployed to the emulator at http://127.0.0.1:5000", "delete");
}

#[test]
fn a_corrupt_state() {
    let bench = Bench::applied();
    let text = fs::read_to_string(bench.state_file()).unwrap();
    let (head, body) = text.split_once('\n').unwrap();
    let changed =
        if body.starts_with("\"A") { body.replacen("\"A", "\"B", 1) } else { format!("\"A{}", &body[2..]) };
    fs::write(bench.state_file(), format!("{head}\n{changed}")).unwrap();
    for command in
        ["preview", "up --yes", "drift", "destroy --yes", "outputs", "state list", "history verify"]
    {
        refuses(&bench, command, "state.json:2: the digest doesn't fit", "put a good copy");
    }
    bench.snapshot("error_corrupt", &bench.run("preview").seen());
}

#[test]
fn a_state_that_is_in_use() {
    let bench = Bench::applied();
    let dir = bench.path().join(".ironward/stacks/sandbox");
    let options = Options::new("clinic up", Protection::KeyFile(bench.home.path().join("ironward/keys")));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let held = runtime.block_on(LocalStore::open(dir, options)).unwrap();
    let ran = bench.run("preview");
    bench.snapshot("error_locked", &ran.seen());
    complains(ran, "is in use by `clinic up` (process ", "wait until it ends");
    drop(held);
    bench.run("preview").expect(0);
}

#[test]
fn an_error_of_the_program_itself() {
    let bench = Bench::new();
    let (out, err) = (crate::bench::Sink::default(), crate::bench::Sink::default());
    let process_env = bench.process_env("preview", out, err.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let code = runtime.block_on(ironward_cli::run_with(
        "clinic",
        |_: &mut Stack<Hipaa>| Err::<(), _>("the settings file is missing"),
        process_env,
    ));
    assert_eq!((code, err.text().as_str()), (1, "error: the settings file is missing\n"));
}
