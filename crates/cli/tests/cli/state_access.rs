//! What protects the key of a state, and that nothing is kept in clear.

use std::fs;
use std::path::{Path, PathBuf};

use ironward_cli::run_with;
use ironward_cli::state_access::StateAccess;
use ironward_core::secret::Secret;

use crate::bench::{Bench, Sink};
use crate::world::Network;

const PASSPHRASE: &str = "[stack.sandbox.state]\nencryption = \"passphrase\"\n";
/// What secrets of tests hold: `cargo xtask test` looks for it in what they leave behind.
const CORE: &str = "9tQ4vX7kLm2ZwR8n";
const CORRECT: &str = "correct 9tQ4vX7kLm2ZwR8n";
const WRONG: &str = "wrong 9tQ4vX7kLm2ZwR8n";
const NONE: &str = "[stack.sandbox.state]\nencryption = \"none\"\n";

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// The files below `.ironward` in which a word stands.
fn holding(bench: &Bench, word: &str) -> Vec<PathBuf> {
    let holds = |path: &PathBuf| String::from_utf8_lossy(&fs::read(path).unwrap()).contains(word);
    files(&bench.path().join(".ironward")).into_iter().filter(holds).collect()
}

#[test]
fn a_state_is_encrypted_under_a_key_file_unless_something_else_is_asked_for() {
    let bench = Bench::applied();
    assert_eq!(holding(&bench, "network-0001"), Vec::<PathBuf>::new());
    let kept = files(bench.home.path());
    let names: Vec<_> = kept.iter().map(|path| path.extension().unwrap().to_str().unwrap()).collect();
    assert_eq!(names.len(), 2, "{kept:?}");
    assert!(names.contains(&"key") && names.contains(&"json"));
    let plain = Bench::new();
    plain.configure(NONE);
    plain.run("up --yes").expect(0);
    assert!(!holding(&plain, "network-0001").is_empty());
    assert_eq!(files(plain.home.path()).len(), 1, "the anchor is kept all the same");
}

#[test]
fn a_missing_key_file_is_named() {
    let bench = Bench::applied();
    fs::remove_dir_all(bench.home.path().join("ironward/keys")).unwrap();
    let ran = bench.run("preview").expect(1);
    bench.snapshot("error_no_key", &ran.seen());
}

#[test]
fn a_passphrase_comes_from_the_environment() {
    let mut bench = Bench::new();
    bench.configure(PASSPHRASE);
    let ran = bench.run("up --yes").expect(1);
    assert!(
        ran.err.contains("needs its passphrase") && ran.err.contains("IRONWARD_PASSPHRASE"),
        "{}",
        ran.err
    );
    assert!(!bench.path().join(".ironward/stacks/sandbox/state.json").exists());
    bench.passphrase = Some(CORRECT);
    bench.run("up --yes").expect(0);
    bench.run("preview").expect(0);
    bench.passphrase = Some(WRONG);
    let ran = bench.run("preview").expect(1);
    assert!(ran.err.contains("the passphrase doesn't open"), "{}", ran.err);
    assert_eq!(holding(&bench, CORE), Vec::<PathBuf>::new());
}

#[test]
fn a_passphrase_is_asked_for_on_a_terminal_and_a_new_one_twice() {
    let mut bench = Bench::new();
    bench.configure(PASSPHRASE);
    bench.terminal = true;
    bench.typed = &[CORRECT, "correct 9tQ4vX7kLm2ZwR8"];
    let ran = bench.run("up --yes").expect(1);
    assert!(ran.err.contains("the two passphrases differ"), "{}", ran.err);
    bench.typed = &[CORRECT, CORRECT];
    bench.run("up --yes").expect(0);
    bench.typed = &[CORRECT];
    bench.run("preview").expect(0);
    bench.typed = &["wrong"];
    bench.run("preview").expect(1);
}

#[test]
fn another_encryption_than_the_state_has_is_refused() {
    let bench = Bench::applied();
    bench.configure(NONE);
    let ran = bench.run("preview").expect(1);
    assert!(ran.err.contains("is protected by `key-file`"), "{}", ran.err);
    assert!(ran.err.contains("set the stack's `encryption` to \"key-file\""), "{}", ran.err);
}

#[test]
fn a_user_without_a_directory_is_told() {
    let bench = Bench::new();
    let (out, err) = (Sink::default(), Sink::default());
    let mut process_env = bench.process_env("up --yes", out, err.clone());
    process_env.state_access = StateAccess::default();
    let clinic = bench.clinic.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let code = runtime.block_on(run_with("clinic", move |stack| clinic.declare(stack), process_env));
    assert_eq!(code, 1);
    assert!(err.text().contains("neither XDG_CONFIG_HOME nor HOME is set"), "{}", err.text());
}

#[test]
fn a_secret_is_neither_shown_nor_kept() {
    const WORD: &str = "word-9tQ4vX7kLm2ZwR8n";
    let bench = Bench::new();
    bench.configure(NONE);
    let run = |typed: &str, word: &'static str| {
        bench.run_program("clinic", typed, move |stack| {
            let network = Network::new("10.0.0.0/16").with("Label", Secret::new(word.to_owned()));
            let network = stack.add("network", network)?;
            stack.output("label", ironward_core::output::Output::secret(&Secret::new(word.to_owned())))?;
            stack.output("id", network.attribute("Id"))?;
            Ok(())
        })
    };
    let plan = bench.path().join("plan");
    let mut seen = run(&format!("preview --out {}", plan.display()), WORD).expect(0).seen();
    seen += &fs::read_to_string(&plan).unwrap();
    for typed in ["up --yes", "preview --json", "outputs", "outputs --json", "state show network"] {
        seen += &run(typed, WORD).expect(0).seen();
    }
    let changed = run("preview", "another-9tQ4vX7kLm2ZwR8n").expect(0).seen();
    assert!(changed.contains("Label: (secret) → (another secret)"), "{changed}");
    assert!(seen.contains("(secret)"));
    assert!(!seen.contains(WORD), "{seen}");
    assert_eq!(holding(&bench, WORD), Vec::<PathBuf>::new());
    assert_eq!(holding(&bench, "10.0.0.0/16").len(), 1, "the search finds what is kept");
}

#[test]
fn an_unencrypted_state_of_before_is_taken_over_and_its_key_is_named() {
    let bench = Bench::new();
    let state = bench.path().join(".ironward/stacks/sandbox");
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/tests/local_store/format1");
    fs::create_dir_all(&state).unwrap();
    for name in ["state.json", "journal.jsonl"] {
        fs::copy(old.join(name), state.join(name)).unwrap();
    }
    let ran = bench.run("state list").expect(0);
    assert!(ran.out.contains("id-second"), "{}", ran.seen());
    assert!(ran.err.contains("was unencrypted") && ran.err.contains(".key; keep a copy"), "{}", ran.seen());
    assert_eq!(holding(&bench, "id-second"), Vec::<PathBuf>::new());
    assert_eq!(bench.run("state list").expect(0).err, "");
}
