//! What of the engine's public types may grow: all but what others make, or have to tell apart wholly.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::Finding;

/// Where they are.
const CORE: &str = "crates/core/src/";

/// What is made outside of the engine by naming each member, or told apart there with no rest. One more member or
/// variant is for each who does so to think about: what is declared, what a handler answers, what a store keeps,
/// what a plan is made from.
const OPEN: [&str; 34] = [
    "AttrRef",
    "Author",
    "Begun",
    "Change",
    "Component",
    "Contents",
    "DeleteOutcome",
    "DiffInput",
    "Ended",
    "Found",
    "Hipaa",
    "Imports",
    "Input",
    "Known",
    "LookupNode",
    "Moved",
    "Node",
    "Observation",
    "Observed",
    "Ownership",
    "Part",
    "Phase",
    "Program",
    "ProviderError",
    "Read",
    "ReadResult",
    "Readiness",
    "Record",
    "Remainder",
    "ReplaceOrder",
    "Resource",
    "Status",
    "Value",
    "Wait",
];

/// Checks the files of the engine among `files`, which are (path, text) pairs.
pub(super) fn check(files: &[(String, String)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut open: BTreeSet<String> = BTreeSet::new();
    for (path, text) in files.iter().filter(|(path, _)| path.starts_with(CORE)) {
        let Ok(tokens) = text.parse::<TokenStream>() else { continue };
        for (name, line) in exhaustive(tokens) {
            if !OPEN.contains(&name.as_str()) {
                let message = format!(
                    "`{name}` can't grow: make it `#[non_exhaustive]`, or name it in `xtask/src/tidy/surface.rs`"
                );
                findings.push(Finding::new(path, line, message));
            }
            open.insert(name);
        }
    }
    if !open.is_empty() {
        let idle = OPEN.iter().filter(|name| !open.contains(**name));
        let message =
            |name: &&str| format!("no public type `{name}` of the engine is exhaustive: take it off");
        findings.extend(idle.map(|name| Finding::new("xtask/src/tidy/surface.rs", 0, message(name))));
    }
    findings
}

/// The public types that can be made or told apart by naming all that they have, with their lines.
fn exhaustive(tokens: TokenStream) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut grows = false;
    let mut public = false;
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                if let Some(TokenTree::Group(group)) = tokens.peek() {
                    grows |= group.stream().to_string() == "non_exhaustive";
                    tokens.next();
                }
            }
            TokenTree::Ident(ident) if ident == "pub" => {
                // What is only the crate's is nobody else's.
                let restricted = matches!(tokens.peek(), Some(TokenTree::Group(_)));
                public = !restricted;
            }
            TokenTree::Ident(ident) if public && (ident == "struct" || ident == "enum") => {
                let is_enum = ident == "enum";
                if let Some(TokenTree::Ident(name)) = tokens.next() {
                    let body = tokens.by_ref().find_map(|token| match token {
                        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(Some(group)),
                        TokenTree::Punct(punct) if punct.as_char() == ';' => Some(None),
                        _ => None,
                    });
                    let members = body.flatten().map(|group| group.stream());
                    let open = members.is_some_and(|members| is_enum || all_public(members));
                    if open && !grows {
                        found.push((name.to_string(), name.span().start().line));
                    }
                }
                (grows, public) = (false, false);
            }
            TokenTree::Group(_) if public => {}
            _ => (grows, public) = (false, false),
        }
    }
    found
}

/// Whether all fields of a struct are public.
fn all_public(members: TokenStream) -> bool {
    let mut begins = true;
    let mut any = false;
    let mut depth = 0usize;
    let mut members = members.into_iter().peekable();
    while let Some(token) = members.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '<' => depth += 1,
            TokenTree::Punct(punct) if punct.as_char() == '>' => depth = depth.saturating_sub(1),
            TokenTree::Punct(punct) if punct.as_char() == ',' && depth == 0 => begins = true,
            // Attributes stand before a field.
            TokenTree::Punct(punct) if punct.as_char() == '#' => {}
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket && begins => {}
            TokenTree::Ident(ident) if begins => {
                if ident != "pub" || matches!(members.peek(), Some(TokenTree::Group(_))) {
                    return false;
                }
                (begins, any) = (false, true);
            }
            _ => {}
        }
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        exhaustive(text.parse().unwrap_or_default()).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn what_can_be_made_by_naming_all_is_found() {
        assert_eq!(found("pub struct A { pub a: BTreeMap<u8, u8>, #[serde(skip)] pub b: u8 }"), ["A"]);
        assert_eq!(found("#[derive(Debug)] pub enum B { One, Two }\npub struct C { pub c: u8 }"), ["B", "C"]);
        assert_eq!(found("pub struct Typed<T> where T: Copy { pub t: T }"), ["Typed"]);
    }

    #[test]
    fn what_grows_or_is_hidden_is_not() {
        let none: [&str; 0] = [];
        assert_eq!(found("#[non_exhaustive] pub struct A { pub a: u8 }"), none);
        assert_eq!(found("#[derive(Debug)] #[non_exhaustive] pub enum B { One }"), none);
        assert_eq!(found("pub struct C { pub c: u8, d: u8 }\npub struct D(u8);\npub struct E;"), none);
        assert_eq!(found("pub struct I { pub(crate) i: u8 }"), none);
        assert_eq!(found("pub(crate) struct F { pub f: u8 }\nstruct G { pub g: u8 }\nenum H { One }"), none);
    }

    #[test]
    fn a_list_that_says_too_much_is_found() {
        let file = |text: &str| vec![("crates/core/src/model/a.rs".to_owned(), text.to_owned())];
        let findings = check(&file("pub enum Stranger { One }"));
        assert!(findings.iter().any(|finding| finding.message.contains("`Stranger` can't grow")));
        assert!(findings.iter().any(|finding| finding.message.contains("no public type `Node`")));
    }
}
