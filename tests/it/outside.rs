//! A program outside the workspace, with the three services that it uses and no others.
//!
//! It is built into the target directory of the tests, so that only the first run builds its SDK crates.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::program::Program;

/// Copies the program out of the workspace, and builds it as its user does.
fn build() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"));
    let template = workspace.join("tests/outside");
    // Always the same place: another one would be another program, and built anew.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("outside");
    fs::create_dir_all(folder.join("src")).unwrap();
    let manifest = fs::read_to_string(template.join("Cargo.toml.in")).unwrap();
    let manifest = manifest.replace("IRONWARD", workspace.to_str().unwrap());
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    for source in ["src/main.rs", "src/stream.rs"] {
        fs::copy(template.join(source), folder.join(source)).unwrap();
    }
    // The versions that the workspace has: whatever has the same features is built already.
    fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();

    let tests = std::env::current_exe().unwrap();
    let target = tests.ancestors().nth(3).unwrap();
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--offline", "--target-dir"]).arg(target).current_dir(&folder);
    // What `cargo test` says of the test's own package.
    for (name, _) in std::env::vars_os() {
        let ours = ["CARGO_PKG_", "CARGO_MANIFEST_"];
        if name.to_str().is_some_and(|name| ours.iter().any(|prefix| name.starts_with(prefix))) {
            cargo.env_remove(name);
        }
    }
    let Output { status, stdout, stderr } = cargo.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
    assert!(status.success(), "{said}");
    target.join("debug/ironward-outside")
}

mod moto {
    use super::*;

    #[test]
    fn a_program_with_three_services_is_built_and_deployed() {
        let moto = std::env::var("IRONWARD_TEST_MOTO")
            .expect("IRONWARD_TEST_MOTO isn't set: run `cargo xtask test --only moto`");
        // In a region of its own: the other tests look at all that is in theirs.
        let configuration =
            format!("default = \"moto\"\n[stack.moto]\nregion = \"eu-north-1\"\nendpoint = \"{moto}\"\n");
        let program = Program::at(build(), Some(&configuration));
        let said = program.expect(0, "up --yes");
        assert!(said.contains("Done: 9 created"), "{said}");
        let said = program.expect(0, "preview --detailed-exitcode");
        assert!(said.contains("nothing to do, 9 unchanged"), "{said}");

        // A type whose service isn't built in is refused before anything is done.
        let mut more = program.command("up --yes");
        let Output { status, stdout, stderr } = more.env("OUTSIDE_WANTS_A_GATEWAY", "1").output().unwrap();
        let said = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
        assert_eq!(status.code(), Some(1), "{said}");
        for part in [
            "src/main.rs:26: `gateway`: this build has no handler for AWS::EC2::InternetGateway",
            "hint: add the feature `ec2` of `ironward` in Cargo.toml, then run again",
        ] {
            assert!(said.contains(part), "`{part}` isn't in\n{said}");
        }

        // A type of the program's own is planned, made, observed and judged as Ironward's are.
        let with = |stream: &str, words: &str| {
            let Output { status, stdout, stderr } =
                program.command(words).env("OUTSIDE_WANTS_A_STREAM", stream).output().unwrap();
            (status.code(), String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
        };
        let (code, said) = with("a:b", "preview");
        assert_eq!(code, Some(1), "{said}");
        let refusal = r#"`stream`: `LogStreamName` is `"a:b"`; it has to match `^[^:*]*$`"#;
        assert!(said.contains(refusal), "{said}");
        let (code, said) = with("writer", "up --yes");
        assert!(code == Some(0) && said.contains("1 created"), "{said}");
        let (code, said) = with("writer", "preview --detailed-exitcode");
        assert!(code == Some(0) && said.contains("nothing to do, 10 unchanged"), "{said}");
        let (code, said) = with("other", "up --yes");
        assert!(code == Some(0) && said.contains("1 replaced"), "{said}");

        let (code, said) = with("other", "destroy --yes --lift-protection");
        assert!(code == Some(0) && said.contains("10 deleted"), "{said}");
    }
}
