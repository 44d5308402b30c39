//! `cargo xtask cost`: how many lines of each resource type are written by hand, measured over the tree.
//!
//! Counted is code, without blank lines, comments, documentation and what is generated. A file whose name begins with
//! that of the type's declaration is the type's own; the rest of a service's directories is divided among its types.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::page;

const PAGE: &str = "book/src/writing-a-resource.md";
const BEGIN: &str = "<!-- written by `cargo xtask cost` -->";

/// Where a service has a directory, or a file, of its own: a column of the table each.
const PLACES: [(&str, &str); 4] = [
    ("declaration and facts", "crates/aws/src"),
    ("handler", "crates/aws-provider/src"),
    ("conformance", "crates/aws-provider/tests/conformance"),
    ("values", "crates/aws/tests/values"),
];
const GAPS: &str = "crates/emulators/src/gaps";

/// A type, where it is declared, and its lines by place.
struct Type {
    name: String,
    service: String,
    stem: String,
    lines: [f64; PLACES.len()],
    gaps: f64,
}

/// Measures, and writes the table into the book.
pub(crate) fn cost(root: &Path) -> Result<()> {
    let mut types = declared(&root.join("crates/aws/src"))?;
    for (place, (_, directory)) in PLACES.iter().enumerate() {
        let mut services: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, one) in types.iter().enumerate() {
            services.entry(one.service.clone()).or_default().push(index);
        }
        for (service, members) in services {
            for file in files_of(&root.join(directory), &service)? {
                let lines = f64::from(code(&text(&file)?));
                let name = stem(&file);
                let owner = members.iter().copied().filter(|index| owns(&types, *index, &name));
                // The longest name that fits: `security_group_ingress` isn't of `security_group`.
                match owner.max_by_key(|index| types.get(*index).map_or(0, |one| one.stem.len())) {
                    Some(owner) => add(&mut types, owner, place, lines),
                    None => members.iter().for_each(|member| {
                        add(&mut types, *member, place, lines / members.len() as f64);
                    }),
                }
            }
        }
    }
    for file in rust_files(&root.join(GAPS))? {
        for line in text(&file)?.lines() {
            if let Some(one) = types.iter_mut().find(|one| line.contains(&format!("\"{}\"", one.name))) {
                one.gaps += 1.0;
            }
        }
    }
    let table = table(&mut types);
    anstream::println!("{table}");
    page::write(root, PAGE, BEGIN, &table)
}

fn owns(types: &[Type], index: usize, file: &str) -> bool {
    types.get(index).is_some_and(|one| file == one.stem || file.starts_with(&format!("{}_", one.stem)))
}

fn add(types: &mut [Type], index: usize, place: usize, lines: f64) {
    if let Some(count) = types.get_mut(index).and_then(|one| one.lines.get_mut(place)) {
        *count += lines;
    }
}

fn table(types: &mut [Type]) -> String {
    let sum = |one: &Type| one.lines.iter().sum::<f64>() + one.gaps;
    types.sort_by(|a, b| sum(a).total_cmp(&sum(b)).then_with(|| a.name.cmp(&b.name)));
    let mut text = String::from("| type |");
    for (column, _) in PLACES {
        let _ = write!(text, " {column} |");
    }
    text.push_str(" gaps | all |\n|---|");
    text.push_str(&"---:|".repeat(PLACES.len() + 2));
    for one in &*types {
        let _ = write!(text, "\n| `{}` |", one.name);
        for lines in one.lines {
            let _ = write!(text, " {lines:.0} |");
        }
        let _ = write!(text, " {:.0} | {:.0} |", one.gaps, sum(one));
    }
    let middle = types.len() / 2;
    let sums: Vec<f64> = types.iter().map(sum).collect();
    let median = match (sums.get(middle.wrapping_sub(1)), sums.get(middle)) {
        (Some(below), Some(above)) if sums.len().is_multiple_of(2) => f64::midpoint(*below, *above),
        (_, Some(above)) => *above,
        _ => 0.0,
    };
    let _ = write!(text, "\n\nThe median of {} types is {median:.0} lines.", sums.len());
    text
}

/// The types, by the attribute of their declarations.
fn declared(sources: &Path) -> Result<Vec<Type>> {
    let mut types = Vec::new();
    for file in rust_files(sources)? {
        let Ok(inside) = file.strip_prefix(sources) else { continue };
        let service = inside.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned());
        for attribute in text(&file)?.split("#[resource(").skip(1) {
            let Some(name) = attribute.split("type = \"").nth(1).and_then(|rest| rest.split('"').next())
            else {
                continue;
            };
            types.push(Type {
                name: name.to_owned(),
                service: service.clone().unwrap_or_default(),
                stem: stem(&file),
                lines: [0.0; PLACES.len()],
                gaps: 0.0,
            });
        }
    }
    Ok(types)
}

/// A service's files in a place: those of its directory, or the one that is named after it.
fn files_of(place: &Path, service: &str) -> Result<Vec<PathBuf>> {
    let (directory, file) = (place.join(service), place.join(format!("{service}.rs")));
    let mut files = if directory.is_dir() { rust_files(&directory)? } else { Vec::new() };
    files.extend(file.is_file().then_some(file));
    Ok(files)
}

fn rust_files(directory: &Path) -> Result<Vec<PathBuf>> {
    let (mut found, mut open) = (Vec::new(), vec![directory.to_owned()]);
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).with_context(|| format!("reading {}", directory.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn text(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))
}

fn stem(file: &Path) -> String {
    file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The lines of a file that are code; none of one that is generated.
fn code(text: &str) -> u32 {
    if text.lines().take(5).any(|line| line.contains("@generated")) {
        return 0;
    }
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
    u32::try_from(text.lines().filter(is_code).count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_counted_and_nothing_else() {
        assert_eq!(code("//! Of it.\n\nuse a;\n// why\nfn f() {} // and so\n"), 2);
        assert_eq!(code("// @generated\nfn f() {}\n"), 0);
    }

    #[test]
    fn the_tree_is_measured_type_by_type() {
        let tree = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = tree.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("crates/aws/src/kms/key.rs", "#[resource(type = \"AWS::KMS::Key\")]\nstruct Key;\n");
        write("crates/aws/src/kms/alias.rs", "#[resource(type = \"AWS::KMS::Alias\")]\nstruct Alias;\n");
        write("crates/aws/src/kms/mod.rs", "mod key;\nmod alias;\n");
        write("crates/aws-provider/src/kms/key_requests.rs", "fn f() {}\n");
        write("crates/aws-provider/tests/conformance/kms.rs", "fn f() {}\nfn g() {}\n");
        write("crates/emulators/src/gaps/moto.rs", "\"AWS::KMS::Key\"\n");
        write(PAGE, &format!("# Title\n\n{BEGIN}\n<!-- end -->\n"));
        cost(tree.path()).unwrap();
        let page = fs::read_to_string(tree.path().join(PAGE)).unwrap();
        assert!(page.contains("| `AWS::KMS::Alias` | 3 | 0 | 1 | 0 | 0 | 4 |"), "{page}");
        assert!(page.contains("| `AWS::KMS::Key` | 3 | 1 | 1 | 0 | 1 | 6 |"), "{page}");
        assert!(page.contains("The median of 2 types is 5 lines."), "{page}");
    }
}
