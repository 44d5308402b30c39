//! `ironward-recorder UPSTREAM FILE`: a proxy in front of the emulator at UPSTREAM that records every request into
//! FILE; `cargo xtask test` starts it.
//!
//! It says its endpoint on standard output, and ends when its standard input does: with whoever started it.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::io::{self, Read};
use std::path::Path;
use std::process::ExitCode;

use ironward_likeaws::recording::{self, Recording};
use tokio::runtime::Builder;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [upstream, file] = arguments.as_slice() else {
        eprintln!(
            "write `ironward-recorder UPSTREAM FILE`, as in `ironward-recorder http://127.0.0.1:5000 sent.jsonl`"
        );
        return ExitCode::FAILURE;
    };
    match record(upstream, Path::new(file)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ironward-recorder: {error}");
            ExitCode::FAILURE
        }
    }
}

fn record(upstream: &str, file: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let recording = Recording::into(file)?;
    // One thread besides this: the emulator behind it is slower than it by far.
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let address = runtime.block_on(recording::serve(upstream, recording))?;
    println!("http://{address}");
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
