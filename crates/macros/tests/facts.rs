//! A declaration that doesn't say what identifies it doesn't compile, nor one whose facts name what
//! isn't there, or aren't JSON where they have to be; the nearest that is right does.
//!
//! Each `ui/CASE.rs` must fail with the error in `ui/CASE.stderr`; each `ui/CASE_twin.rs` must
//! compile.

#![allow(missing_docs, clippy::unwrap_used)]

#[test]
fn facts_are_said_and_name_what_exists() {
    let cases = trybuild::TestCases::new();
    for entry in std::fs::read_dir("tests/ui").unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.ends_with("_twin.rs") {
            cases.pass(&path);
        } else if name.ends_with(".rs") {
            cases.compile_fail(&path);
        }
    }
}
