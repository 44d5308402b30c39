//! `cargo xtask book`: builds `book/` with mdBook as a library and checks the result.

mod links;
mod listings;
mod server;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};
use cargo_metadata::Metadata;
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;

use crate::tidy::{Finding, report};

pub(crate) use listings::listing_findings;

/// Builds the book under the target directory and checks links and listings.
pub(crate) fn build(root: &Path, metadata: &Metadata) -> Result<()> {
    let output = render(root, metadata)?;
    let mut findings = listing_findings(root)?;
    findings.extend(links::check(&output)?);
    let pages = files_under(&output, "html")?.len();
    report(findings, pages)?;
    anstream::println!("the book is at {}", output.join("index.html").display());
    Ok(())
}

/// Builds the book, serves it on 127.0.0.1 and builds it again whenever a source changes.
pub(crate) fn serve(root: &Path, metadata: &Metadata, port: u16) -> Result<()> {
    let output = render(root, metadata)?;
    let server = server::Server::bind(output, port)?;
    anstream::println!("the book is on http://127.0.0.1:{port} until Ctrl-C");
    let mut built = SystemTime::now();
    server.run(|| {
        if latest_change(&root.join("book")).is_some_and(|changed| changed > built) {
            built = SystemTime::now();
            match render(root, metadata) {
                Ok(_) => anstream::println!("built again"),
                // The next save may mend it.
                Err(error) => anstream::eprintln!("{error:#}"),
            }
        }
    })
}

fn render(root: &Path, metadata: &Metadata) -> Result<PathBuf> {
    let source = root.join("book");
    let output = metadata.target_directory.join("book").into_std_path_buf();
    let mut config = Config::from_disk(source.join("book.toml")).context("reading book/book.toml")?;
    config.build.build_dir.clone_from(&output);
    // A chapter that SUMMARY.md names must have been written.
    config.build.create_missing = false;
    MDBook::load_with_config(&source, config).and_then(|book| book.build()).context("building the book")?;
    Ok(output)
}

fn latest_change(directory: &Path) -> Option<SystemTime> {
    let files = files_under(directory, "").ok()?;
    files.iter().filter_map(|file| fs::metadata(file).ok()?.modified().ok()).max()
}

/// The files below `directory` whose name ends in `.extension`, or all, sorted.
fn files_under(directory: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut pending = vec![directory.to_path_buf()];
    while let Some(directory) = pending.pop() {
        let entries = fs::read_dir(&directory).with_context(|| format!("reading {}", directory.display()))?;
        for entry in entries {
            let path = entry.with_context(|| format!("reading {}", directory.display()))?.path();
            if path.is_dir() {
                pending.push(path);
            } else if extension.is_empty() || path.extension().is_some_and(|e| e == extension) {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// `path` from `base`, for a message.
fn shown(path: &Path, base: &Path) -> String {
    path.strip_prefix(base).unwrap_or(path).display().to_string()
}

/// A finding whose line is that of byte `offset` in `text`.
fn finding_at(path: &str, text: &str, offset: usize, message: impl Into<String>) -> Finding {
    let line = text[..offset].bytes().filter(|byte| *byte == b'\n').count() + 1;
    Finding::new(path, line, message)
}
