//! The generated files of `crates/aws/src/shapes`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// The files by name: one for each service with the rows of its types, and the one that finds them.
pub(super) fn files(
    services: &BTreeMap<String, Vec<(String, String)>>,
    from: &str,
    date: &str,
) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let (mut modules, mut arms) = (String::new(), String::new());
    for (service, types) in services {
        let mut text = format!(
            "//! What the registry says of the values of `{service}`.\n//!\n//! {from}\n// @generated\n\n"
        );
        text.push_str("use super::SOURCE;\nuse ironward_core::shape::{Bounds, Kind, Shape, Shapes};\n\n");
        for (name, rows) in types {
            let constant = constant(name);
            text.push_str(&format!(
                "/// `{name}`.\npub(super) static {constant}: Shapes = Shapes::new({name:?}, SOURCE, &[{rows}]);\n\n"
            ));
            arms.push_str(&format!("&{service}::{constant},\n"));
        }
        if !text.contains("Bounds::") {
            text = text.replace("shape::{Bounds, Kind,", "shape::{Kind,");
        }
        // Of a type without properties that can be written nothing is said.
        if !text.contains("Shape::") {
            text = text.replace("shape::{Kind, Shape, Shapes}", "shape::Shapes");
        }
        modules.push_str(&format!("mod {service};\n"));
        files.push((format!("{service}.rs"), text));
    }
    let text = format!(
        "//! What the CloudFormation registry says of values.\n//!\n//! {from}\n// @generated\n\n{modules}\n\
         use ironward_core::shape::Shapes;\n\n\
         /// Where it is from.\nconst SOURCE: &str = \"the CloudFormation registry of {date}\";\n\n\
         /// What is said of each type.\nstatic ALL: &[&Shapes] = &[{arms}];\n\n\
         /// What is said of a type. Of one that the registry doesn't have nothing compiles.\n\
         #[expect(clippy::panic, reason = \"what calls it does so while it is compiled\")]\n\
         pub(crate) const fn of(type_name: &str) -> &'static Shapes {{\n\
             let mut index = 0;\n\
             while index < ALL.len() {{\n\
                 if same(ALL[index].type_name, type_name) {{ return ALL[index]; }}\n\
                 index += 1;\n\
             }}\n\
             panic!(\"`registry` is said of a type that the registry doesn't have; `cargo xtask registry` reads it anew\")\n\
         }}\n\n\
         const fn same(one: &str, other: &str) -> bool {{\n\
             let (one, other) = (one.as_bytes(), other.as_bytes());\n\
             let mut index = 0;\n\
             while index < one.len() && index < other.len() && one[index] == other[index] {{ index += 1; }}\n\
             index == one.len() && index == other.len()\n\
         }}\n"
    );
    files.push(("mod.rs".to_owned(), text));
    files
}

/// `AWS::RDS::DBInstance` as a constant of its service.
fn constant(name: &str) -> String {
    let kind = name.rsplit("::").next().unwrap_or(name);
    let mut text = String::new();
    let letters: Vec<char> = kind.chars().collect();
    for (index, c) in letters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| letters.get(index));
        let begins = c.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase() || letters.get(index + 1).is_some_and(|next| next.is_lowercase())
            });
        if begins {
            text.push('_');
        }
        text.extend(c.to_uppercase());
    }
    text
}

/// The text as `cargo fmt` leaves it.
pub(crate) fn formatted(root: &Path, text: &str) -> Result<String> {
    let mut process = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("starting rustfmt")?;
    let mut input = process.stdin.take().context("rustfmt has no input")?;
    input.write_all(text.as_bytes()).context("writing to rustfmt")?;
    drop(input);
    let output = process.wait_with_output().context("running rustfmt")?;
    ensure!(output.status.success(), "rustfmt refuses what was generated");
    String::from_utf8(output.stdout).context("reading from rustfmt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_names_as_constants_have() {
        for (name, expected) in [
            ("AWS::RDS::DBInstance", "DB_INSTANCE"),
            ("AWS::EC2::VPCEndpoint", "VPC_ENDPOINT"),
            ("AWS::EC2::EIP", "EIP"),
            ("AWS::Logs::LogGroup", "LOG_GROUP"),
        ] {
            assert_eq!(constant(name), expected);
        }
    }
}
