//! Tells the examples where the dynamic libraries are that they are linked with, so that they run
//! without cargo, too.

use std::env;
use std::path::PathBuf;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    let here = match target.as_str() {
        "linux" => "$ORIGIN",
        "macos" => "@loader_path",
        _ => return,
    };
    if env::var_os("CARGO_FEATURE_DYNAMIC").is_none() {
        return;
    }
    // Ironward is in `deps`, beside the folder of the examples; Rust's own library is the toolchain's.
    println!("cargo::rustc-link-arg-examples=-Wl,-rpath,{here}/../deps");
    if let Some(libraries) = of_the_toolchain() {
        println!("cargo::rustc-link-arg-examples=-Wl,-rpath,{}", libraries.display());
    }
}

/// Where the toolchain keeps its libraries for the target.
fn of_the_toolchain() -> Option<PathBuf> {
    let mut rustc = Command::new(env::var_os("RUSTC")?);
    rustc.args(["--print", "target-libdir", "--target"]).arg(env::var_os("TARGET")?);
    let output = rustc.output().ok().filter(|output| output.status.success())?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}
