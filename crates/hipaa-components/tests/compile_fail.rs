//! What HIPAA forbids doesn't compile, and the nearest thing that is allowed does.
//!
//! Each `ui/CASE.rs` must fail with the error in `ui/CASE.stderr`, which names the bound or the
//! argument that is meant; each `ui/CASE_twin.rs` must compile.

#![allow(missing_docs)]

#[test]
fn what_is_forbidden_does_not_compile() {
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
