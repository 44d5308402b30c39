//! Looks for the secrets of tests in everything that they left behind.
//!
//! What a test uses as a secret holds [`CORE`] somewhere. Letters and digits come through most
//! encodings as they are; the others are looked for as well.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// What every secret of a test holds. It occurs nowhere else; the tests below know where.
pub(crate) const CORE: &str = "9tQ4vX7kLm2ZwR8n";

/// Directories that rightly hold what was sent to an emulated cloud.
const CLOUDS: [&str; 1] = ["sandbox"];

/// A secret that was found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Find {
    path: PathBuf,
    line: usize,
    encoding: String,
}

impl fmt::Display for Find {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: a secret, {}", self.path.display(), self.line, self.encoding)
    }
}

/// What was looked through, and what was found.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) files: usize,
    pub(crate) excluded: Vec<PathBuf>,
    pub(crate) finds: Vec<Find>,
}

/// Looks through every file below `root`, except those of emulated clouds.
pub(crate) fn scan(root: &Path) -> Result<Report> {
    let needles = needles(CORE);
    let mut report = Report::default();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        let entries = fs::read_dir(&directory).with_context(|| format!("reading {}", directory.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("reading {}", directory.display()))?;
            let (kind, path) = (entry.file_type()?, entry.path());
            if kind.is_dir() {
                if CLOUDS.iter().any(|name| entry.file_name() == *name) && path.parent().is_some_and(is_ours)
                {
                    report.excluded.push(path);
                } else {
                    open.push(path);
                }
            } else if kind.is_file() {
                let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
                report.files += 1;
                report.finds.extend(find(&needles, &bytes).map(|(line, encoding)| Find {
                    path: path.clone(),
                    line,
                    encoding: encoding.to_owned(),
                }));
            }
        }
    }
    report.finds.sort_by(|one, two| (&one.path, one.line).cmp(&(&two.path, two.line)));
    Ok(report)
}

/// Whether a directory is the one that programs keep their things in.
fn is_ours(directory: &Path) -> bool {
    directory.file_name().is_some_and(|name| name == ".ironward")
}

/// The lines that hold a secret, each with how it is written there.
fn find<'a>(needles: &'a [(String, Vec<u8>)], bytes: &[u8]) -> impl Iterator<Item = (usize, &'a str)> {
    // A single pass, since logs are long: most bytes begin no needle.
    let mut beginning_with = vec![Vec::new(); 256];
    for (number, (_, needle)) in needles.iter().enumerate() {
        beginning_with[usize::from(needle[0])].push((number, needle.as_slice()));
    }
    let mut first = vec![None; needles.len()];
    for (at, byte) in bytes.iter().enumerate() {
        for (number, needle) in &beginning_with[usize::from(*byte)] {
            if first[*number].is_none() && bytes[at..].starts_with(needle) {
                first[*number] = Some(at);
            }
        }
    }
    let lines =
        first.into_iter().map(|at| Some(bytes[..at?].iter().filter(|byte| **byte == b'\n').count() + 1));
    needles
        .iter()
        .zip(lines.collect::<Vec<_>>())
        .filter_map(|((encoding, _), line)| Some((line?, encoding.as_str())))
}

/// How a secret may be written.
fn needles(core: &str) -> Vec<(String, Vec<u8>)> {
    let bytes = core.as_bytes();
    let each = |format: &dyn Fn(u8) -> String| bytes.iter().map(|byte| format(*byte)).collect::<String>();
    let mut needles = vec![
        ("in clear".to_owned(), bytes.to_vec()),
        ("in hexadecimal".to_owned(), each(&|byte| format!("{byte:02x}")).into_bytes()),
        ("in hexadecimal".to_owned(), each(&|byte| format!("{byte:02X}")).into_bytes()),
        ("percent-encoded".to_owned(), each(&|byte| format!("%{byte:02x}")).into_bytes()),
        ("percent-encoded".to_owned(), each(&|byte| format!("%{byte:02X}")).into_bytes()),
        ("escaped in JSON".to_owned(), each(&|byte| format!("\\u{byte:04x}")).into_bytes()),
        ("escaped in JSON".to_owned(), each(&|byte| format!("\\u{byte:04X}")).into_bytes()),
        ("in UTF-16".to_owned(), core.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("in UTF-16".to_owned(), core.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ("as a list of bytes".to_owned(), list(bytes, ", ")),
        ("as a list of bytes".to_owned(), list(bytes, ",")),
    ];
    for offset in 0..3 {
        for url in [false, true] {
            needles.push((format!("in base64, {offset} bytes off"), base64_middle(bytes, offset, url)));
        }
    }
    needles.dedup_by(|one, two| one.1 == two.1);
    needles
}

fn list(bytes: &[u8], separator: &str) -> Vec<u8> {
    bytes.iter().map(ToString::to_string).collect::<Vec<_>>().join(separator).into_bytes()
}

/// What base64 makes of `bytes` behind `offset` others, without what depends on its neighbours.
fn base64_middle(bytes: &[u8], offset: usize, url: bool) -> Vec<u8> {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let bits: Vec<u8> = std::iter::repeat_n(0, offset)
        .chain(bytes.iter().copied())
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1))
        .collect();
    let first = (offset * 8).div_ceil(6);
    let digits = bits.chunks_exact(6).skip(first).map(|six| six.iter().fold(0, |sum, bit| sum << 1 | bit));
    digits
        .map(|digit| match (LETTERS.get(usize::from(digit)), digit, url) {
            (Some(letter), ..) => *letter,
            (None, 62, false) => b'+',
            (None, 62, true) => b'-',
            (None, _, false) => b'/',
            (None, _, true) => b'_',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tempfile::TempDir;

    use super::*;
    use crate::workspace;

    /// The files in which secrets of tests are defined, and how often [`CORE`] stands there. Another
    /// word in one of them would be looked for by nobody.
    const DEFINITIONS: [(&str, usize); 8] = [
        ("CONTRIBUTING.md", 1),
        // A core, two passphrases, two values.
        ("crates/cli/tests/cli/state_access.rs", 5),
        ("crates/store/tests/local_store/keys.rs", 1),
        ("tests/fixtures/state-52a01e2/README.md", 1),
        ("tests/fixtures/state-52a01e2/make.sh", 2),
        ("tests/it/secrets.rs", 1),
        ("tests/it/upgrades.rs", 1),
        // And a remark.
        ("xtask/src/secrets.rs", 2),
    ];

    fn count(root: &Path, path: &Path, counts: &mut BTreeMap<String, usize>) {
        if path.is_dir() {
            for entry in fs::read_dir(path).unwrap() {
                count(root, &entry.unwrap().path(), counts);
            }
        } else {
            let bytes = fs::read(path).unwrap();
            let times = String::from_utf8_lossy(&bytes).matches(CORE).count();
            if times > 0 {
                counts.insert(path.strip_prefix(root).unwrap().display().to_string(), times);
            }
        }
    }

    #[test]
    fn every_secret_of_a_test_holds_the_word_that_is_looked_for() {
        let root = workspace::root().unwrap();
        let mut counts = BTreeMap::new();
        for part in ["CONTRIBUTING.md", "book", "crates", "examples", "src", "tests", "xtask"] {
            count(&root, &root.join(part), &mut counts);
        }
        let expected = DEFINITIONS.map(|(path, times)| (path.to_owned(), times));
        assert_eq!(counts, BTreeMap::from(expected), "change it everywhere, and list new files here");
    }

    fn found(bytes: &[u8]) -> Vec<String> {
        find(&needles(CORE), bytes).map(|(line, encoding)| format!("{line}: {encoding}")).collect()
    }

    #[test]
    fn a_secret_is_found_however_it_is_written() {
        assert_eq!(found(b"nothing\nis here"), Vec::<String>::new());
        assert_eq!(found(format!("a\nb {CORE}\n").as_bytes()), ["2: in clear"]);
        for (text, encoding) in [
            ("397451347658376b4c6d325a7752386e", "in hexadecimal"),
            ("397451347658376B4C6D325A7752386E", "in hexadecimal"),
            ("%39%74%51%34%76%58%37%6B%4C%6D%32%5A%77%52%38%6E", "percent-encoded"),
            ("%39%74%51%34%76%58%37%6b%4c%6d%32%5a%77%52%38%6e", "percent-encoded"),
            ("57,116,81,52,118,88,55,107,76,109,50,90,119,82,56,110", "as a list of bytes"),
            // `printf 'x9tQ4vX7kLm2ZwR8n' | base64`, and with none and two letters before it.
            ("OXRRNHZYN2tMbTJad1I4bg==", "in base64, 0 bytes off"),
            ("eDl0UTR2WDdrTG0yWndSOG4=", "in base64, 1 bytes off"),
            ("eHk5dFE0dlg3a0xtMlp3Ujhu", "in base64, 2 bytes off"),
        ] {
            assert_eq!(found(text.as_bytes()), [format!("1: {encoding}")], "{text}");
        }
        let escaped: String = CORE.chars().map(|letter| format!("\\u{:04x}", letter as u32)).collect();
        assert_eq!(found(escaped.as_bytes()), ["1: escaped in JSON"]);
        let wide: Vec<u8> = CORE.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(found(&wide), ["1: in UTF-16"]);
        let wide: Vec<u8> = CORE.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(found(&wide), ["1: in UTF-16"]);
    }

    #[test]
    fn the_alphabets_of_base64_differ_where_they_do() {
        assert_eq!(base64_middle(&[0xfb, 0xff, 0xbf], 0, false), b"+/+/");
        assert_eq!(base64_middle(&[0xfb, 0xff, 0xbf], 0, true), b"-_-_");
    }

    #[test]
    fn a_planted_secret_is_found_and_a_cloud_may_hold_it() {
        let root = TempDir::new().unwrap();
        let stack = root.path().join("a/.ironward/stacks/blue");
        let cloud = root.path().join("a/.ironward/sandbox");
        for directory in [&stack, &cloud] {
            fs::create_dir_all(directory).unwrap();
        }
        fs::write(stack.join("journal"), "nothing\n").unwrap();
        fs::write(cloud.join("parameters"), CORE).unwrap();
        let report = scan(root.path()).unwrap();
        assert_eq!((report.files, report.finds.len(), report.excluded), (1, 0, vec![cloud]));
        fs::write(stack.join("state.json"), format!("{{\n\"Password\": \"p-{CORE}\"}}")).unwrap();
        let finds = scan(root.path()).unwrap().finds;
        let place = stack.join("state.json");
        assert_eq!(finds, [Find { path: place.clone(), line: 2, encoding: "in clear".to_owned() }]);
        assert_eq!(finds[0].to_string(), format!("{}:2: a secret, in clear", place.display()));
    }
}
