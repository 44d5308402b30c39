//! `cargo xtask tidy`: house rules that neither the compiler nor clippy holds.

mod drafts;
mod layers;
mod rooms;
mod source;
mod surface;

use std::fmt;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use cargo_metadata::Metadata;

use crate::book;
use crate::process::output;

pub(crate) use drafts::{UNDECIDED, UNDESCRIBED, UNWRITTEN};

/// A line with this in a comment is exempt from the rules about single lines.
const EXEMPTION: &str = "tidy: allow";

/// A broken rule, and where.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// Relative to the root of the workspace.
    pub(crate) path: String,
    /// From 1; 0 stands for the whole file.
    pub(crate) line: usize,
    /// What is wrong and what to do about it.
    pub(crate) message: String,
}

impl Finding {
    pub(crate) fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.into(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}

/// Checks every rule and reports all findings at once.
pub(crate) fn check(root: &Path, metadata: &Metadata) -> Result<()> {
    let files = tracked_files(root)?;
    let mut findings = layers::check(metadata);
    findings.extend(manifests(root, metadata)?);
    findings.extend(book::listing_findings(root)?);
    findings.extend(source::check(&files));
    findings.extend(drafts::check(&files));
    findings.extend(rooms::check(&files));
    findings.extend(surface::check(&files));
    for (path, text) in files.iter().filter(|(path, _)| !path.starts_with(AS_WRITTEN)) {
        findings.extend(machine_paths(path, text));
    }
    report(findings, files.len())
}

/// Prints the findings, if any, and fails if there are any.
pub(crate) fn report(mut findings: Vec<Finding>, files: usize) -> Result<()> {
    findings.sort();
    for finding in &findings {
        anstream::eprintln!("{finding}");
    }
    match findings.len() {
        0 => anstream::println!("{files} files are in order"),
        1 => bail!("1 finding, above"),
        count => bail!("{count} findings, above"),
    }
    Ok(())
}

/// Every text file that git tracks or would track, by its path from the root.
fn tracked_files(root: &Path) -> Result<Vec<(String, String)>> {
    let list = output(Command::new("git").current_dir(root).args([
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "-z",
    ]))
    .context("the rules apply to what git tracks; run this in a git checkout")?;
    let mut files = Vec::new();
    for path in list.split_terminator('\0') {
        let full = root.join(path);
        // Deleted but not yet committed, or a link to elsewhere.
        if !full.symlink_metadata().is_ok_and(|data| data.is_file()) {
            continue;
        }
        let bytes = fs::read(&full).with_context(|| format!("reading {path}"))?;
        if let Ok(text) = String::from_utf8(bytes) {
            files.push((path.to_owned(), text));
        }
    }
    Ok(files)
}

/// Every package takes the lints of the workspace, and these forbid unsafe code.
fn manifests(root: &Path, metadata: &Metadata) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let read = |path: &Path| -> Result<(String, toml::Table)> {
        let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        let shown = path.strip_prefix(root).unwrap_or(path).display().to_string();
        let table = text.parse().with_context(|| format!("parsing {shown}"))?;
        Ok((shown, table))
    };
    let (path, workspace) = read(&root.join("Cargo.toml"))?;
    findings.extend(workspace_lints(&path, &workspace));
    for package in metadata.workspace_packages() {
        let (path, manifest) = read(package.manifest_path.as_std_path())?;
        findings.extend(package_lints(&path, &manifest));
    }
    Ok(findings)
}

fn workspace_lints(path: &str, manifest: &toml::Table) -> Option<Finding> {
    let lint = manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("lints")?.get("rust")?.get("unsafe_code"));
    let level = lint.map(|lint| lint.get("level").unwrap_or(lint));
    (level.and_then(toml::Value::as_str) != Some("forbid"))
        .then(|| Finding::new(path, 0, "`[workspace.lints.rust]` must say `unsafe_code = \"forbid\"`"))
}

fn package_lints(path: &str, manifest: &toml::Table) -> Option<Finding> {
    let inherited = manifest.get("lints").and_then(|lints| lints.get("workspace")?.as_bool());
    (inherited != Some(true))
        .then(|| Finding::new(path, 0, "takes no lints from the workspace; add `[lints] workspace = true`"))
}

/// What earlier versions wrote, the paths inside of containers among it.
const AS_WRITTEN: &str = "tests/fixtures/";

/// Directories that exist on one machine and not on the next.
const MACHINE_PATHS: [&str; 5] = ["root", "work", "tmp", "home", "Users"];

fn machine_paths(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.contains(EXEMPTION) {
            continue;
        }
        if let Some(found) = MACHINE_PATHS.iter().find(|top| names_top_level(line, top)) {
            let message = format!("a path of one machine (/{found}); use a relative one");
            findings.push(Finding::new(path, number + 1, message));
        }
    }
    findings
}

/// Whether `line` has `/top` as the beginning of an absolute path with more to it.
fn names_top_level(line: &str, top: &str) -> bool {
    line.match_indices('/').any(|(at, _)| {
        let starts =
            !line[..at].ends_with(|before: char| before.is_alphanumeric() || "/._-~*}>)]".contains(before));
        let deeper = line[at + 1..].strip_prefix(top).is_some_and(|rest| rest.starts_with('/'));
        starts && deeper
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machine_paths_are_found() {
        for top in MACHINE_PATHS {
            for line in [format!("see /{top}/x"), format!("\"/{top}/x\""), format!("=/{top}/")] {
                assert_eq!(machine_paths("a.md", &line).len(), 1, "{line}");
            }
        }
    }

    #[test]
    fn other_paths_are_left_alone() {
        for line in [
            "a/work/b".to_owned(),
            "target/tmp/x".to_owned(),
            "https://example.org/home/x".to_owned(),
            "iam::1:role/root/x".to_owned(),
            "/workspace/x".to_owned(),
            "${DIR}/tmp/x".to_owned(),
            format!("\"/{}/x\" // {EXEMPTION}, a mount in the container", "tmp"),
        ] {
            assert_eq!(machine_paths("a.md", &line), [], "{line}");
        }
    }

    #[test]
    fn lints_must_be_inherited() {
        let check = |text: &str| package_lints("Cargo.toml", &text.parse().unwrap()).is_none();
        assert!(check("[lints]\nworkspace = true"));
        assert!(!check("[lints]\nworkspace = false"));
        assert!(!check("[package]\nname = \"x\""));
    }

    #[test]
    fn the_workspace_must_forbid_unsafe_code() {
        let check = |text: &str| workspace_lints("Cargo.toml", &text.parse().unwrap()).is_none();
        assert!(check("[workspace.lints.rust]\nunsafe_code = \"forbid\""));
        assert!(check("[workspace.lints.rust]\nunsafe_code = { level = \"forbid\" }"));
        assert!(!check("[workspace.lints.rust]\nunsafe_code = \"deny\""));
        assert!(!check("[workspace]"));
    }
}
