//! Checks that every internal link of the built book leads somewhere.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};

use super::{files_under, finding_at, shown};
use crate::tidy::Finding;

/// What a page refers to and what can be referred to in it.
#[derive(Debug, Default)]
struct Page {
    text: String,
    /// (offset, target) of each `href` and `src`.
    links: Vec<(usize, String)>,
    ids: HashSet<String>,
}

/// Checks the links between the files below `output`.
pub(super) fn check(output: &Path) -> Result<Vec<Finding>> {
    let mut pages = HashMap::new();
    for file in files_under(output, "html")? {
        let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
        pages.insert(file, Page::parse(text));
    }
    let mut findings = Vec::new();
    for (file, page) in &pages {
        let name = shown(file, output);
        for (offset, target) in &page.links {
            if let Err(problem) = resolve(output, file, target, &pages) {
                let message = format!("dead link `{target}`: {problem}");
                findings.push(finding_at(&name, &page.text, *offset, message));
            }
        }
    }
    Ok(findings)
}

fn resolve(
    output: &Path,
    from: &Path,
    target: &str,
    pages: &HashMap<PathBuf, Page>,
) -> Result<(), &'static str> {
    if is_external(target) {
        return Ok(());
    }
    let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
    let path = path.split('?').next().unwrap_or_default();
    let mut file = if path.is_empty() {
        from.to_path_buf()
    } else if let Some(path) = path.strip_prefix('/') {
        normal(&output.join(path))
    } else {
        normal(&from.with_file_name("").join(path))
    };
    if !file.starts_with(output) {
        return Err("it leaves the book");
    }
    if file.is_dir() {
        file.push("index.html");
    }
    if !file.is_file() {
        return Err("there is no such page");
    }
    match pages.get(&file) {
        Some(page) if !fragment.is_empty() && !page.ids.contains(fragment) => {
            Err("the page has no such heading")
        }
        _ => Ok(()),
    }
}

/// Whether a link has a scheme or a host of its own.
fn is_external(target: &str) -> bool {
    target.starts_with("//")
        || target.split_once(':').is_some_and(|(scheme, _)| {
            !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+.-".contains(&b))
        })
}

/// The path without `.` and `..`, which need not exist on disk.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}

impl Page {
    /// Reads the tags of a page that a renderer wrote: `<` in its text is always escaped.
    fn parse(text: String) -> Self {
        let mut page = Self::default();
        let mut at = 0;
        while let Some(start) = text[at..].find('<').map(|found| at + found) {
            let Some(end) = tag_end(&text, start) else {
                break;
            };
            let tag = &text[start..end];
            at = end;
            if tag.starts_with("<!--") {
                continue;
            }
            for (name, value) in attributes(tag) {
                match name {
                    "href" | "src" => page.links.push((start, value.replace("&amp;", "&"))),
                    "id" | "name" => {
                        page.ids.insert(value.to_owned());
                    }
                    _ => {}
                }
            }
            for raw in ["script", "style"] {
                if tag[1..].starts_with(raw) {
                    let close = format!("</{raw}");
                    at = text[end..].find(&close).map_or(text.len(), |found| end + found);
                }
            }
        }
        page.text = text;
        page
    }
}

/// The end of the tag or comment that starts at `start`.
fn tag_end(text: &str, start: usize) -> Option<usize> {
    if text[start..].starts_with("<!--") {
        return Some(start + text[start..].find("-->")? + 3);
    }
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().skip(start) {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return Some(at + 1),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    None
}

/// The quoted attributes of a tag.
fn attributes(tag: &str) -> Vec<(&str, &str)> {
    let mut attributes = Vec::new();
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once('=') {
        let name = before.rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
        let Some(quote) = after.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            rest = after;
            continue;
        };
        let Some((value, after)) = after[1..].split_once(quote) else {
            break;
        };
        attributes.push((name, value));
        rest = after;
    }
    attributes
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn messages(files: &[(&str, &str)]) -> Vec<String> {
        let output = TempDir::new().unwrap();
        for (name, text) in files {
            let path = output.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let mut findings = check(output.path()).unwrap();
        findings.sort();
        findings.iter().map(Finding::to_string).collect()
    }

    #[test]
    fn live_links_pass() {
        let found = messages(&[
            (
                "a.html",
                "<a href=\"b/c.html#there\">x</a> <a href='#here'>y</a><p id=\"here\">
                 <a href=\"https://example.org/x\">z</a> <img src=\"x.png?1\"> <a href=\"b/\">d</a>
                 <code>&lt;a href=\"nowhere.html\"></code>
                 <script>let x = '<a href=\"nowhere.html\">';</script>
                 <!-- <a href=\"nowhere.html\"> -->",
            ),
            ("b/c.html", "<a href=\"../a.html\">x</a><h2 id=\"there\">"),
            ("b/index.html", "<a href=\"/a.html\">"),
            ("x.png", ""),
        ]);
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn dead_links_are_named_with_their_page() {
        let found = messages(&[
            (
                "a.html",
                "<a href=\"gone.html\">\n<a href=\"b.html#gone\">\n<a href=\"#gone\">\n\
                 <img src=\"gone.png\">\n<a class=\"x\" href=\"../out.html\">",
            ),
            ("b.html", "<h2 id=\"here\">"),
        ]);
        assert_eq!(
            found,
            [
                "a.html:1: dead link `gone.html`: there is no such page",
                "a.html:2: dead link `b.html#gone`: the page has no such heading",
                "a.html:3: dead link `#gone`: the page has no such heading",
                "a.html:4: dead link `gone.png`: there is no such page",
                "a.html:5: dead link `../out.html`: it leaves the book",
            ]
        );
    }
}
