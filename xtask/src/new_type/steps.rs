//! What is left to do once a type's skeleton is written.

use std::fmt::Write as _;

use super::model::NewType;
use super::{DECLARATIONS, HANDLERS, TESTS, UNDESCRIBED};
use crate::tidy::{UNDECIDED, UNWRITTEN};

/// The module of a service that isn't there yet.
pub(super) fn module(new: &NewType) -> String {
    format!(
        "//! {UNDESCRIBED}\n\n{}\n\nuse ironward_core::declare::Declaration;\nuse ironward_core::schema::Schema;\n\n\
         /// The facts of this service's types.\n#[must_use]\npub fn schemas() -> Vec<&'static Schema> {{\n\
         vec![{}::SCHEMA]\n}}\n",
        lines(new).join("\n\n"),
        new.ident
    )
}

/// The lines of the service's module that are about the type.
fn lines(new: &NewType) -> [String; 2] {
    let NewType { module, ident, attributes, .. } = new;
    let mut names = vec![format!("Declared{ident}"), ident.clone()];
    names.extend(attributes.first().map(|attribute| attribute.kind.clone()));
    names.sort();
    let names = names.join(", ");
    [format!("mod {module};"), format!("pub use {module}::{{{names}, property as {module}_property}};")]
}

/// The steps that are left, numbered; `test` is what to add to the service's tests, where it has some.
pub(super) fn left(new: &NewType, is_new: bool, test: Option<&str>) -> String {
    let mut steps = vec![registered(new, is_new)];
    if let Some(test) = test {
        steps.push(format!("Add to {TESTS}/{}.rs:\n\n{}", new.service, indented(test)));
    }
    steps.push(
        "Type `cargo xtask registry`, which adds what the registry says of its values, and\n`cargo check -p ironward-aws`: \
         from here on it compiles."
            .to_owned(),
    );
    let mut facts = format!(
        "Describe and decide: `cargo xtask tidy` finds each \"{UNDESCRIBED}\", \"{UNDECIDED}\" and \"{UNWRITTEN}\".\n\
         No schema says what can't be set at creation, what shares a call, when values are equal, what is a\n\
         safeguard, holds data or interrupts: the book's page \"Writing a resource type\" has the questions.\n\
         What shall not be declared goes from the struct to the service's `LEFT_OUT`, with the reason."
    );
    if !new.unread.is_empty() {
        let unread: Vec<String> = new.unread.iter().map(|name| format!("`{name}`")).collect();
        let _ = write!(facts, "\nThe schema has these to be read, too: {}.", unread.join(", "));
    }
    steps.push(facts);
    steps.push(format!(
        "Write the handler, {HANDLERS}/{0}/{1}.rs: give it the client of the service,\nas the others there have \
         (`{2}Handler(pub(super) Arc<…>)`).",
        new.service, new.module, new.ident
    ));
    steps.push(format!(
        "Write its subject in crates/aws-provider/tests/conformance/{0}, a row in crates/aws/tests/identity/table.txt, and\n\
         what has members in crates/aws/tests/registry/samples. `cargo test -p ironward-aws` names what is missing.",
        new.service
    ));
    steps.push(format!(
        "Type `cargo xtask pages`, which makes book/src/types/{}.md.",
        new.name.replace("::", "-")
    ));
    let mut text = "\nLeft to do:\n".to_owned();
    for (index, step) in steps.iter().enumerate() {
        let mut lines = step.lines();
        let _ = write!(text, "\n{}. {}\n", index + 1, lines.next().unwrap_or_default());
        for line in lines {
            text.push_str(if line.is_empty() { "" } else { "   " });
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

fn registered(new: &NewType, is_new: bool) -> String {
    let NewType { name, service, module, ident, .. } = new;
    let [declared, used] = lines(new);
    let handler = format!("registry.handler({module}::{ident}Handler);");
    if !is_new {
        return format!(
            "Add the lines that register it. To {DECLARATIONS}/{service}/mod.rs:\n\n{}\n\nand `{ident}::SCHEMA` to its \
             `schemas()`. To {HANDLERS}/{service}/mod.rs:\n\n{}\n\nand to its `install`:\n\n{}",
            indented(&format!("{declared}\n{used}")),
            indented(&declared),
            indented(&handler)
        );
    }
    let kind = name.split("::").nth(1).unwrap_or_default();
    format!(
        "Register the service, which is new. To {DECLARATIONS}/lib.rs:\n\n{}\n\nand `{service}::schemas()` to its \
         `schemas()`. To {HANDLERS}/lib.rs:\n\n{}\n\nto {HANDLERS}/service/list.rs a row with the type's second part \
         `{kind}`, and its feature\nwith the SDK crate to the Cargo.toml of crates/aws-provider, crates/sandbox and the \
         workspace. To\n{TESTS}/main.rs:\n\n{}",
        indented(&format!("pub mod {service};")),
        indented(&format!("#[cfg(feature = {service:?})]\nmod {service};")),
        indented(&format!("mod {service};"))
    )
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|line| if line.is_empty() { String::new() } else { format!("    {line}") })
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::model::tests::sample;
    use super::*;

    #[test]
    fn a_service_that_is_there_gets_lines_to_add() {
        let text = left(&sample(), false, Some("#[test]\nfn db_thing() {}\n"));
        for expected in [
            "1. Add the lines that register it. To crates/aws/src/logs/mod.rs:\n\n       mod db_thing;\n       \
             pub use db_thing::{DbThing, DbThingId, DeclaredDbThing, property as db_thing_property};\n",
            "and `DbThing::SCHEMA` to its `schemas()`",
            "       registry.handler(db_thing::DbThingHandler);\n",
            "2. Add to crates/aws/tests/values/logs.rs:\n\n       #[test]\n       fn db_thing() {}\n",
            "The schema has these to be read, too: `Zones`.",
            "book/src/types/AWS-Logs-DBThing.md",
        ] {
            assert!(text.contains(expected), "{expected} in\n{text}");
        }
    }

    #[test]
    fn a_new_service_is_made_and_registered() {
        let text = left(&sample(), true, None);
        for expected in ["pub mod logs;", "#[cfg(feature = \"logs\")]", "2. Type `cargo xtask registry`"] {
            assert!(text.contains(expected), "{expected} in\n{text}");
        }
        let module = module(&sample());
        assert!(module.contains("vec![DbThing::SCHEMA]"), "{module}");
        assert!(module.parse::<proc_macro2::TokenStream>().is_ok(), "{module}");
    }
}
