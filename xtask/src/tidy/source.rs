//! Rules about Rust source, checked on tokens: comments and strings can't fool them.

use std::collections::HashSet;
use std::path::Path;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

use super::{EXEMPTION, Finding};

/// The longest that a file of Rust may be.
const MAX_LINES: usize = 600;

/// Checks every `.rs` file among `files`, which are (path, text) pairs.
pub(super) fn check(files: &[(String, String)]) -> Vec<Finding> {
    let rust = || files.iter().filter(|(path, _)| path.ends_with(".rs"));
    let mut findings = Vec::new();
    let mut parsed = Vec::new();
    for (path, text) in rust() {
        findings.extend(length(path, text));
        match text.parse::<TokenStream>() {
            Ok(tokens) => parsed.push((path.as_str(), text.as_str(), tokens)),
            Err(error) => {
                findings.push(Finding::new(path, error.span().start().line, "cannot be read as Rust tokens"))
            }
        }
    }
    let test_files: HashSet<String> =
        parsed.iter().flat_map(|(path, _, tokens)| test_modules(path, tokens)).collect();
    for (path, text, tokens) in &parsed {
        let mut scan = Scan { path, rules: Rules::of(path, &test_files), found: Vec::new() };
        scan.stream(tokens.clone());
        let lines: Vec<&str> = text.lines().collect();
        let exempt = |finding: &Finding| {
            lines.get(finding.line.saturating_sub(1)).is_some_and(|line| line.contains(EXEMPTION))
        };
        findings.extend(scan.found.into_iter().filter(|finding| !exempt(finding)));
    }
    findings
}

fn length(path: &str, text: &str) -> Option<Finding> {
    let lines = text.lines().count();
    let generated = text.lines().take(5).any(|line| line.contains("@generated"));
    (lines > MAX_LINES && !generated).then(|| {
        let message = format!("{lines} lines, {MAX_LINES} at most; split it by what it is about");
        Finding::new(path, 0, message)
    })
}

/// Which of the rules apply to a file beside those that apply to all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rules {
    /// Library code doesn't panic.
    no_panics: bool,
    /// The engine does no I/O of its own.
    no_io: bool,
}

impl Rules {
    fn of(path: &str, test_files: &HashSet<String>) -> Self {
        let parts: Vec<&str> = path.split('/').collect();
        let library = matches!(parts[..], ["crates", _, "src", ..] | ["src", ..]);
        let test = test_files.iter().any(|file| path == file || path.starts_with(&file.replace(".rs", "/")));
        let shipped = library && !test;
        Self { no_panics: shipped, no_io: shipped && path.starts_with("crates/core/") }
    }
}

/// A walk over the tokens of one file.
struct Scan<'a> {
    path: &'a str,
    rules: Rules,
    found: Vec<Finding>,
}

impl Scan<'_> {
    fn report(&mut self, at: &Ident, message: impl Into<String>) {
        self.found.push(Finding::new(self.path, at.span().start().line, message));
    }

    fn stream(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut rest = tokens.as_slice();
        while !rest.is_empty() {
            if let Some((attribute, inner, after)) = attribute(rest) {
                self.attribute(attribute);
                if is_cfg_test(attribute) {
                    let outer = self.rules;
                    self.rules = Rules { no_panics: false, no_io: false };
                    let item = if inner { after } else { &after[..item_length(after)] };
                    self.stream(item.iter().cloned().collect());
                    self.rules = outer;
                    rest = &after[item.len()..];
                } else {
                    rest = after;
                }
                continue;
            }
            self.token(rest);
            if let TokenTree::Group(group) = &rest[0] {
                self.stream(group.stream());
            }
            rest = &rest[1..];
        }
    }

    fn attribute(&mut self, attribute: &Group) {
        if let Some(TokenTree::Ident(name)) = attribute.stream().into_iter().next()
            && name == "ignore"
        {
            self.report(&name, "an ignored test proves nothing; make it run or remove it");
        }
    }

    fn token(&mut self, tokens: &[TokenTree]) {
        match tokens {
            [TokenTree::Ident(name), bang, TokenTree::Group(_), ..]
                if is(bang, '!') && ["todo", "unimplemented", "dbg"].iter().any(|n| name == n) =>
            {
                self.report(name, format!("`{name}!` is for drafts only"));
            }
            [dot, TokenTree::Ident(name), TokenTree::Group(arguments), ..]
                if self.rules.no_panics
                    && is(dot, '.')
                    && (name == "unwrap" || name == "expect")
                    && arguments.delimiter() == Delimiter::Parenthesis =>
            {
                self.report(name, format!("`.{name}()` panics; return an error instead"));
            }
            [TokenTree::Ident(base), c1, c2, next, ..] if self.rules.no_io && is(c1, ':') && is(c2, ':') => {
                self.path_segment(base, next);
            }
            [TokenTree::Ident(name), ..]
                if self.rules.no_io && SOCKETS.iter().any(|socket| name == socket) =>
            {
                self.report(name, format!("`{name}`: {NO_IO}"));
            }
            _ => {}
        }
    }

    /// Judges `base::next`, where `next` may be a braced list.
    fn path_segment(&mut self, base: &Ident, next: &TokenTree) {
        let mut judge = |name: &Ident| {
            let pair = (base.to_string(), name.to_string());
            if IO_PATHS.iter().any(|(b, n)| pair.0 == *b && pair.1 == *n) {
                self.report(name, format!("`{base}::{name}`: {NO_IO}"));
            }
        };
        match next {
            TokenTree::Ident(name) => judge(name),
            TokenTree::Group(group) => {
                for token in group.stream() {
                    if let TokenTree::Ident(name) = token {
                        judge(&name);
                    }
                }
            }
            _ => {}
        }
    }
}

const NO_IO: &str = "the engine does no I/O of its own; take it as a trait (invariant 1)";

const SOCKETS: [&str; 4] = ["TcpStream", "TcpListener", "UdpSocket", "ToSocketAddrs"];

const IO_PATHS: [(&str, &str); 9] = [
    ("std", "fs"),
    ("std", "env"),
    ("std", "process"),
    ("tokio", "fs"),
    ("tokio", "net"),
    ("tokio", "process"),
    ("io", "stdin"),
    ("SystemTime", "now"),
    ("Instant", "now"),
];

/// The attribute at the start of `tokens`, whether it is an inner one, and what follows.
fn attribute(tokens: &[TokenTree]) -> Option<(&Group, bool, &[TokenTree])> {
    match tokens {
        [hash, TokenTree::Group(group), after @ ..]
            if is(hash, '#') && group.delimiter() == Delimiter::Bracket =>
        {
            Some((group, false, after))
        }
        [hash, bang, TokenTree::Group(group), after @ ..]
            if is(hash, '#') && is(bang, '!') && group.delimiter() == Delimiter::Bracket =>
        {
            Some((group, true, after))
        }
        _ => None,
    }
}

fn is(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

/// Whether an attribute is `cfg(test)` or `cfg(all(test, …))`.
fn is_cfg_test(attribute: &Group) -> bool {
    fn needs_test(predicate: &[TokenTree]) -> bool {
        match predicate {
            [TokenTree::Ident(name)] => name == "test",
            [TokenTree::Ident(name), TokenTree::Group(list)] if name == "all" => {
                let list: Vec<TokenTree> = list.stream().into_iter().collect();
                list.split(|token| is(token, ',')).any(needs_test)
            }
            _ => false,
        }
    }
    let tokens: Vec<TokenTree> = attribute.stream().into_iter().collect();
    match &tokens[..] {
        [TokenTree::Ident(name), TokenTree::Group(predicate)] if name == "cfg" => {
            needs_test(&predicate.stream().into_iter().collect::<Vec<_>>())
        }
        _ => false,
    }
}

/// How many tokens belong to the item at the start: to its body or its semicolon.
fn item_length(tokens: &[TokenTree]) -> usize {
    let end = tokens.iter().position(|token| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        token => is(token, ';'),
    });
    end.map_or(tokens.len(), |last| last + 1)
}

/// The files of the modules that are declared under `#[cfg(test)]`.
fn test_modules(path: &str, tokens: &TokenStream) -> Vec<String> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let path = Path::new(path);
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let mut directory = path.with_file_name("");
    if !matches!(stem, "lib" | "main" | "mod") {
        directory.push(stem);
    }
    let mut files = Vec::new();
    for at in 0..tokens.len() {
        let Some((attribute, false, mut rest)) = attribute(&tokens[at..]) else {
            continue;
        };
        if !is_cfg_test(attribute) {
            continue;
        }
        while let Some((_, false, after)) = self::attribute(rest) {
            rest = after;
        }
        if let [TokenTree::Ident(word), TokenTree::Ident(name), end, ..] = rest
            && word == "mod"
            && is(end, ';')
        {
            let module = directory.join(name.to_string());
            files.push(format!("{}.rs", module.display()));
            files.push(format!("{}/mod.rs", module.display()));
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of the findings in one file.
    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&[(path.into(), text.into())]).iter().map(|finding| finding.line).collect()
    }

    const NONE: [usize; 0] = [];

    const LIBRARY: &str = "crates/aws/src/kms/key.rs";

    #[test]
    fn long_files_are_found_unless_generated() {
        let long = "//\n".repeat(MAX_LINES + 1);
        assert_eq!(lines("a.rs", &long), [0]);
        assert_eq!(lines("a.rs", &"//\n".repeat(MAX_LINES)), NONE);
        assert_eq!(lines("a.rs", &format!("// @generated\n{long}")), NONE);
        assert_eq!(lines("a.md", &long), NONE);
    }

    #[test]
    fn drafts_are_found_everywhere() {
        for name in ["todo", "unimplemented", "dbg"] {
            let text = format!("fn f() {{\n    {name}!(1)\n}}");
            assert_eq!(lines("tests/a.rs", &text), [2]);
            assert_eq!(lines(LIBRARY, &format!("#[cfg(test)]\nmod tests {{ {text} }}")), [3]);
        }
        assert_eq!(lines(LIBRARY, "// todo!()\nconst X: &str = \"dbg!(x)\";"), NONE);
    }

    #[test]
    fn ignored_tests_are_found() {
        assert_eq!(lines("tests/a.rs", "#[test]\n#[ignore]\nfn f() {}"), [2]);
        assert_eq!(lines("tests/a.rs", "#[test]\n#[ignore = \"slow\"]\nfn f() {}"), [2]);
        assert_eq!(lines("tests/a.rs", "#[aws(ignore)]\nstruct S;"), NONE);
    }

    #[test]
    fn panics_are_found_in_libraries() {
        let text = "fn f() {\n    g().unwrap();\n    g().expect(\"x\");\n}";
        assert_eq!(lines(LIBRARY, text), [2, 3]);
        assert_eq!(lines("src/lib.rs", text), [2, 3]);
        assert_eq!(lines("crates/aws/tests/a.rs", text), NONE);
        assert_eq!(lines("xtask/src/main.rs", text), NONE);
        assert_eq!(lines(LIBRARY, "fn f() { g().unwrap_or(1); }"), NONE);
        assert_eq!(lines(LIBRARY, "fn f() { p.expect(b',') } // tidy: allow, a parser"), NONE);
    }

    #[test]
    fn panics_are_fine_in_test_modules_and_only_there() {
        let unwrap = "fn f() { g().unwrap() }";
        assert_eq!(lines(LIBRARY, &format!("#[cfg(test)]\nmod tests {{ {unwrap} }}")), NONE);
        assert_eq!(lines(LIBRARY, &format!("#[cfg(all(test, unix))]\n{unwrap}")), NONE);
        assert_eq!(lines(LIBRARY, &format!("#![cfg(test)]\n{unwrap}\n{unwrap}")), NONE);
        assert_eq!(lines(LIBRARY, &format!("#[cfg(not(test))]\n{unwrap}")), [2]);
        assert_eq!(lines(LIBRARY, &format!("#[cfg(any(test, unix))]\n{unwrap}")), [2]);
        assert_eq!(lines(LIBRARY, &format!("#[cfg(test)]\nuse a::b;\n{unwrap}")), [3]);
        assert_eq!(lines(LIBRARY, &format!("#[cfg(test)]\nmod tests {{}}\n{unwrap}")), [3]);
    }

    #[test]
    fn panics_are_fine_in_files_of_test_modules() {
        let unwrap = "fn f() { g().unwrap() }".to_owned();
        for (declaring, file) in [
            ("crates/aws/src/lib.rs", "crates/aws/src/tests.rs"),
            ("crates/aws/src/kms.rs", "crates/aws/src/kms/tests.rs"),
            ("crates/aws/src/kms/mod.rs", "crates/aws/src/kms/tests/mod.rs"),
            ("crates/aws/src/kms/mod.rs", "crates/aws/src/kms/tests/rotation.rs"),
        ] {
            let files = |cfg: &str| {
                [(declaring.to_owned(), format!("{cfg}mod tests;")), (file.to_owned(), unwrap.clone())]
            };
            assert_eq!(check(&files("#[cfg(test)] ")), [], "{file}");
            assert_eq!(check(&files("")).len(), 1, "{file}");
        }
    }

    #[test]
    fn the_engine_does_no_io() {
        let core = "crates/core/src/plan/mod.rs";
        for text in [
            "use std::fs;",
            "use std::{collections::HashMap, env};",
            "fn f() { std::process::exit(1) }",
            "fn f() { let t = Instant::now(); }",
            "use std::net::{IpAddr, TcpStream};",
        ] {
            assert_eq!(lines(core, text), [1], "{text}");
            assert_eq!(lines(LIBRARY, text), NONE, "{text}");
            assert_eq!(lines(core, &format!("#[cfg(test)]\nmod tests {{ {text} }}")), NONE);
        }
        assert_eq!(lines(core, "use std::net::Ipv4Addr;\nuse std::time::Duration;"), NONE);
    }
}
