//! A declaration that doesn't say what identifies it doesn't compile, nor one whose rows name what
//! isn't there; the nearest that is right does.
//!
//! Each `ui/CASE.rs` must fail with the error in `ui/CASE.stderr`; each `ui/CASE_twin.rs` must
//! compile.

#![allow(missing_docs, clippy::unwrap_used)]

#[test]
fn identity_is_said_and_names_properties_that_exist() {
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
