//! Has references within the library bound when it is linked: there are more than a million, and every
//! start of a program would look each of them up by its name.

#![allow(clippy::print_stdout)] // That is how cargo is told.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Elsewhere they are bound so anyway.
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|target| target == "linux") {
        println!("cargo::rustc-link-arg=-Wl,-Bsymbolic");
    }
}
