//! `cargo xtask facts` and `cargo xtask pages`: what is known of types, on the terminal and in the book.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::process::run;
use crate::workspace::{cargo, lock_in_ci};

/// The pages of the book.
const BOOK: &str = "book/src";
/// The list of types, and what the lines of their pages hold.
const LIST: &str = "- [Types](types.md)";
const ENTRY: &str = "](types/";

/// Shows the facts of a type, or of one of its properties.
pub(crate) fn facts(root: &Path, type_name: &str, property: Option<&str>) -> Result<()> {
    reference(root, ["facts", type_name].into_iter().chain(property).map(OsStr::new))
}

/// Writes the pages of the types anew.
pub(crate) fn pages(root: &Path) -> Result<()> {
    let files = generate(root)?;
    for stale in stale(root, &files)? {
        fs::remove_file(root.join(&stale)).with_context(|| format!("removing {stale}"))?;
    }
    for (path, text) in &files {
        let target = root.join(path);
        if let Some(directory) = target.parent() {
            fs::create_dir_all(directory).with_context(|| format!("making {}", directory.display()))?;
        }
        fs::write(&target, text).with_context(|| format!("writing {}", target.display()))?;
    }
    anstream::println!("wrote {} pages", files.len());
    Ok(())
}

/// Checks that the pages are what the facts make.
pub(crate) fn check(root: &Path) -> Result<()> {
    let files = generate(root)?;
    let differs =
        |(path, text): &(&String, &String)| fs::read_to_string(root.join(path)).ok().as_ref() != Some(*text);
    let mut wrong: Vec<String> = files.iter().filter(differs).map(|(path, _)| path.clone()).collect();
    wrong.extend(stale(root, &files)?);
    if wrong.is_empty() {
        return Ok(());
    }
    bail!("these pages aren't what the facts make: {}; type `cargo xtask pages`", wrong.join(", "))
}

/// The pages by their paths in the project, with the summary of the book that lists them.
fn generate(root: &Path) -> Result<BTreeMap<String, String>> {
    let scratch = TempDir::with_prefix("ironward-pages-").context("making a directory for the pages")?;
    reference(root, [OsStr::new("pages"), scratch.path().as_os_str()].into_iter())?;
    let mut files = BTreeMap::new();
    let mut read = |name: &str| -> Result<()> {
        let text =
            fs::read_to_string(scratch.path().join(name)).with_context(|| format!("reading {name}"))?;
        files.insert(format!("{BOOK}/{name}"), text);
        Ok(())
    };
    read("types.md")?;
    let mut names = Vec::new();
    for entry in fs::read_dir(scratch.path().join("types")).context("reading the pages")? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    for name in &names {
        read(&format!("types/{name}"))?;
    }
    let summary = format!("{BOOK}/SUMMARY.md");
    let text = fs::read_to_string(root.join(&summary)).with_context(|| format!("reading {summary}"))?;
    files.insert(summary, listed(&text, &names));
    Ok(files)
}

/// The summary with a line for each page below the list of types.
fn listed(summary: &str, names: &[String]) -> String {
    let mut text = String::new();
    for line in summary.lines().filter(|line| !line.contains(ENTRY)) {
        text.push_str(line);
        text.push('\n');
        if line == LIST {
            for name in names {
                let title = name.trim_end_matches(".md").replace('-', "::");
                text.push_str(&format!("  - [{title}](types/{name})\n"));
            }
        }
    }
    text
}

/// Pages of types that aren't there any more.
fn stale(root: &Path, files: &BTreeMap<String, String>) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(root.join(BOOK).join("types")) else { return Ok(found) };
    for entry in entries {
        let path = format!("{BOOK}/types/{}", entry?.file_name().to_string_lossy());
        if !files.contains_key(&path) {
            found.push(path);
        }
    }
    Ok(found)
}

fn reference<'a>(root: &Path, arguments: impl Iterator<Item = &'a OsStr>) -> Result<()> {
    let mut command = cargo(root, "run");
    run(lock_in_ci(&mut command).args(["--quiet", "--package", "ironward-reference", "--"]).args(arguments))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_lists_each_page_once() {
        let summary = "# Reference\n\n- [Types](types.md)\n  - [AWS::Old::Type](types/AWS-Old-Type.md)\n- [Limits](limits.md)\n";
        let listed = listed(summary, &["AWS-KMS-Key.md".to_owned()]);
        assert_eq!(
            listed,
            "# Reference\n\n- [Types](types.md)\n  - [AWS::KMS::Key](types/AWS-KMS-Key.md)\n- [Limits](limits.md)\n"
        );
    }
}
