//! Checks that every Rust listing of the book is compiled by the tests.
//!
//! A listing is either written in the page, and then `src/book.rs` of the façade
//! makes the page a documentation test, or it is a part of a file of the workspace
//! that `{{#include}}` brings in, and then that file is compiled where it lives.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::{files_under, finding_at, shown};
use crate::tidy::Finding;

/// The module that makes documentation tests of the pages.
const DOCTESTS: &str = "src/book.rs";

/// Checks the pages under `book/src`.
pub(crate) fn listing_findings(root: &Path) -> Result<Vec<Finding>> {
    let source = root.join("book").join("src");
    let doctests = fs::read_to_string(root.join(DOCTESTS)).unwrap_or_default();
    let library = fs::read_to_string(root.join("src/lib.rs")).unwrap_or_default();
    let mut findings = Vec::new();
    if !library.contains("#[cfg(doctest)]\nmod book;") {
        findings.push(Finding::new(
            "src/lib.rs",
            0,
            "needs `#[cfg(doctest)]` and `mod book;`, or no listing of the book is compiled",
        ));
    }
    for page in files_under(&source, "md")? {
        let text = fs::read_to_string(&page).with_context(|| format!("reading {}", page.display()))?;
        let listed = doctests.contains(&format!("include_str!(\"../book/src/{}\")", shown(&page, &source)));
        findings.extend(page_findings(&shown(&page, root), &text, listed, &|target| {
            fs::read_to_string(page.with_file_name("").join(target)).ok()
        }));
    }
    Ok(findings)
}

/// Checks one page; `read` gives the text of a file relative to it.
fn page_findings(
    path: &str,
    text: &str,
    listed: bool,
    read: &dyn Fn(&str) -> Option<String>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut unlisted = None;
    let mut block: Option<(usize, String, String)> = None;
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => findings.push(finding_at(
                path,
                text,
                range.start,
                "an indented block reads as Rust in a documentation test; fence it",
            )),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                block = Some((range.start, language.to_string(), String::new()));
            }
            Event::Text(part) => {
                if let Some((_, _, body)) = &mut block {
                    body.push_str(&part);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                let Some((start, language, body)) = block.take() else {
                    continue;
                };
                match judge(&language, &body, read) {
                    Ok(Judgement::NotRust | Judgement::Included) => {}
                    Ok(Judgement::Written) => unlisted = unlisted.or(Some(start)),
                    Err(message) => findings.push(finding_at(path, text, start, message)),
                }
            }
            _ => {}
        }
    }
    if let (Some(start), false) = (unlisted, listed) {
        let message = format!("this listing is not compiled; add the page to {DOCTESTS}");
        findings.push(finding_at(path, text, start, message));
    }
    findings
}

#[derive(Debug, PartialEq, Eq)]
enum Judgement {
    NotRust,
    /// Compiled in the file that it comes from.
    Included,
    /// To be compiled as a documentation test.
    Written,
}

fn judge(language: &str, body: &str, read: &dyn Fn(&str) -> Option<String>) -> Result<Judgement, String> {
    let words: Vec<&str> =
        language.split([',', ' ']).map(str::trim).filter(|word| !word.is_empty()).collect();
    match words.first() {
        None => return Err("name the language of this block (`text` if it has none)".into()),
        Some(&"rust") => {}
        Some(_) => return Ok(Judgement::NotRust),
    }
    let ignored = words.iter().any(|word| word.starts_with("ignore"));
    match (include(body), ignored) {
        (Some(target), true) => included(target, read).map(|()| Judgement::Included),
        (Some(_), false) => Err("write `rust,ignore`: the file that it comes from is compiled".into()),
        (None, true) => Err("an ignored listing rots; use `no_run` or `compile_fail`".into()),
        (None, false) => Ok(Judgement::Written),
    }
}

/// What a block that is nothing but an `{{#include}}` includes.
fn include(body: &str) -> Option<&str> {
    let inner = body.trim().strip_prefix("{{#")?.strip_suffix("}}")?;
    let target = inner.strip_prefix("include ").or_else(|| inner.strip_prefix("rustdoc_include "))?;
    Some(target.trim())
}

fn included(target: &str, read: &dyn Fn(&str) -> Option<String>) -> Result<(), String> {
    let (file, part) = target.split_once(':').unwrap_or((target, ""));
    if !file.ends_with(".rs") {
        return Err(format!("`{file}` is no Rust file, so nothing compiles it"));
    }
    let text = read(file).ok_or_else(|| format!("there is no file `{file}`"))?;
    if part.is_empty() {
        return Ok(());
    }
    if part.starts_with(|c: char| c.is_ascii_digit() || c == ':') {
        return Err(format!("lines move; put `// ANCHOR: NAME` into `{file}` and name it"));
    }
    for mark in ["ANCHOR", "ANCHOR_END"] {
        let wanted = format!("{mark}: {part}");
        if !text.lines().any(|line| line.trim_end().ends_with(&wanted)) {
            return Err(format!("`{file}` has no `// {wanted}`"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The findings in a page that src/book.rs doesn't list.
    fn findings(text: &str) -> Vec<String> {
        let read = |file: &str| {
            (file == "../../examples/a.rs")
                .then(|| "// ANCHOR: key\nlet x = 1;\n// ANCHOR_END: key\n".to_owned())
        };
        let findings = page_findings("p.md", text, false, &read);
        findings.iter().map(Finding::to_string).collect()
    }

    #[test]
    fn compiled_listings_pass() {
        for text in [
            "```text\nx\n```",
            "```sh\nls\n```",
            "```rust,ignore\n{{#include ../../examples/a.rs}}\n```",
            "```rust,ignore\n{{#include ../../examples/a.rs:key}}\n```",
        ] {
            assert_eq!(findings(text), Vec::<String>::new(), "{text}");
        }
        let page = "```rust,no_run\nfn main() {}\n```";
        assert_eq!(page_findings("p.md", page, true, &|_| None), []);
    }

    #[test]
    fn listings_that_nothing_compiles_are_found() {
        for (text, expected) in [
            ("x\n\n```rust\nlet x = 1;\n```", "p.md:3: this listing is not compiled"),
            ("```rust,ignore\nlet x = 1;\n```", "p.md:1: an ignored listing rots"),
            ("```\nlet x = 1;\n```", "p.md:1: name the language"),
            ("x\n\n    let x = 1;\n", "an indented block"),
            ("```rust\n{{#include ../../examples/a.rs}}\n```", "write `rust,ignore`"),
            ("```rust,ignore\n{{#include gone.rs}}\n```", "there is no file `gone.rs`"),
            ("```rust,ignore\n{{#include a.md}}\n```", "no Rust file"),
            ("```rust,ignore\n{{#include ../../examples/a.rs:gone}}\n```", "has no `// ANCHOR: gone`"),
            ("```rust,ignore\n{{#include ../../examples/a.rs:1:2}}\n```", "lines move"),
        ] {
            let found = findings(text);
            assert!(
                found.len() == 1 && found[0].contains(expected),
                "{text:?} should give {expected:?}, gave {found:?}"
            );
        }
    }
}
