//! The facts of Ironward's types, on the terminal and as pages of the book.
//!
//! `cargo xtask facts` and `cargo xtask pages` call it.

mod facts;
mod page;
mod terminal;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use ironward_core::schema::Schema;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["facts", type_name] => facts(type_name, None),
        ["facts", type_name, property] => facts(type_name, Some(property)),
        ["pages", directory] => pages(Path::new(directory)),
        _ => Err("it takes `facts TYPE [PROPERTY]` or `pages DIRECTORY`".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            anstream::eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The types in the order of their names.
fn schemas() -> Vec<&'static Schema> {
    let mut schemas = ironward_aws::schemas();
    schemas.sort_by_key(|schema| schema.type_name);
    schemas
}

fn facts(type_name: &str, property: Option<&str>) -> Result<(), String> {
    let schemas = schemas();
    let Some(schema) = schemas.iter().find(|schema| schema.type_name.eq_ignore_ascii_case(type_name)) else {
        let wanted = type_name.rsplit("::").next().unwrap_or(type_name).to_lowercase();
        let near: Vec<&str> = schemas
            .iter()
            .map(|schema| schema.type_name)
            .filter(|known| known.to_lowercase().contains(&wanted))
            .collect();
        let near =
            if near.is_empty() { schemas.iter().map(|schema| schema.type_name).collect() } else { near };
        return Err(format!("there is no type `{type_name}`: there are {}", near.join(", ")));
    };
    let property = match property {
        None => None,
        Some(name) => match schema.properties.iter().find(|known| known.name.eq_ignore_ascii_case(name)) {
            Some(property) => Some(property),
            None => {
                let names: Vec<&str> = schema.properties.iter().map(|property| property.name).collect();
                return Err(format!(
                    "{} has no property `{name}`: it has {}",
                    schema.type_name,
                    names.join(", ")
                ));
            }
        },
    };
    anstream::print!("{}", terminal::show(schema, property));
    Ok(())
}

/// Writes the pages, and the list of them, into a directory.
fn pages(directory: &Path) -> Result<(), String> {
    let schemas = schemas();
    let types = directory.join("types");
    fs::create_dir_all(&types).map_err(|error| format!("{} can't be made: {error}", types.display()))?;
    let write = |path: &Path, text: &str| {
        fs::write(path, text).map_err(|error| format!("{} can't be written: {error}", path.display()))
    };
    for schema in &schemas {
        write(&types.join(page::file(schema)), &page::page(schema))?;
    }
    write(&directory.join("types.md"), &page::index(&schemas))
}
