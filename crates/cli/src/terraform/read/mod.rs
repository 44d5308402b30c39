//! The instances of a Terraform state, of every format that Terraform and OpenTofu have written.

use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::expand::{Instance, expand, settled};
use super::flat::unfolded;
use super::format::{Format, ReadError, decode, format_of};

/// What a state file holds, as far as it matters here.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct StateFile {
    /// What the instances of managed resources are here.
    pub(crate) instances: Vec<Instance>,
    /// How many data sources there are; they are read, not managed.
    pub(crate) data_sources: usize,
    /// The addresses of instances that were replaced and are still to be deleted.
    pub(crate) deposed: Vec<String>,
}

impl StateFile {
    fn take(&mut self, address: &str, type_name: &str, attributes: &Map<String, Json>) {
        self.instances.extend(expand(address, type_name, attributes));
    }
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    #[serde(default)]
    module: Option<String>,
    mode: Mode,
    #[serde(rename = "type")]
    type_name: String,
    name: String,
    #[serde(default)]
    instances: Vec<RawInstance>,
}

#[derive(Deserialize, PartialEq, Eq, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    Managed,
    Data,
    /// Kinds of later versions; nothing of ours is among them.
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct RawInstance {
    #[serde(default)]
    index_key: Option<IndexKey>,
    #[serde(default)]
    deposed: Option<String>,
    #[serde(default)]
    attributes: Option<Map<String, Json>>,
    /// What a provider of Terraform 0.11 wrote and no later one has touched.
    #[serde(default)]
    attributes_flat: Option<Map<String, Json>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum IndexKey {
    Number(u64),
    Text(String),
}

impl fmt::Display for IndexKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "[{number}]"),
            Self::Text(text) => write!(f, "[\"{}\"]", text.replace('\\', "\\\\").replace('"', "\\\"")),
        }
    }
}

/// Formats 1 to 3.
#[derive(Deserialize)]
struct Old {
    #[serde(default)]
    modules: Option<Vec<OldModule>>,
}

#[derive(Deserialize)]
struct OldModule {
    #[serde(default)]
    path: Option<Vec<String>>,
    #[serde(default)]
    resources: Option<Map<String, Json>>,
}

#[derive(Deserialize)]
struct OldResource {
    #[serde(rename = "type")]
    type_name: String,
    #[serde(default)]
    primary: Option<OldInstance>,
    #[serde(default)]
    deposed: Option<Vec<OldInstance>>,
    /// Format 1 kept apart what is to be replaced.
    #[serde(default)]
    tainted: Option<Vec<OldInstance>>,
}

#[derive(Deserialize)]
struct OldInstance {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    attributes: Option<Map<String, Json>>,
}

/// What `show -json` prints of a state.
#[derive(Deserialize)]
struct Shown {
    #[serde(default)]
    values: Option<ShownValues>,
}

#[derive(Deserialize)]
struct ShownValues {
    #[serde(default)]
    root_module: ShownModule,
}

#[derive(Deserialize, Default)]
struct ShownModule {
    #[serde(default)]
    resources: Vec<ShownResource>,
    #[serde(default)]
    child_modules: Vec<Self>,
}

#[derive(Deserialize)]
struct ShownResource {
    address: String,
    mode: Mode,
    #[serde(rename = "type")]
    type_name: String,
    #[serde(default)]
    deposed_key: Option<String>,
    #[serde(default)]
    values: Option<Map<String, Json>>,
}

/// Reads a state file.
///
/// # Errors
/// [`ReadError`]; nothing of a file that is broken anywhere is used.
pub(crate) fn read(bytes: &[u8]) -> Result<StateFile, ReadError> {
    let text = decode(bytes)?;
    let mut state = StateFile::default();
    match format_of(&text)? {
        Format::Current => current(&mut state, serde_json::from_str(&text)?),
        Format::Old => old(&mut state, serde_json::from_str(&text)?)?,
        Format::Shown => {
            if let Shown { values: Some(values) } = serde_json::from_str(&text)? {
                shown(&mut state, values.root_module);
            }
        }
    }
    state.instances = settled(state.instances);
    Ok(state)
}

fn current(state: &mut StateFile, File { resources }: File) {
    for resource in resources {
        match resource.mode {
            Mode::Managed => {}
            Mode::Data => {
                state.data_sources += 1;
                continue;
            }
            Mode::Other => continue,
        }
        let module = resource.module.map(|module| format!("{module}.")).unwrap_or_default();
        for instance in resource.instances {
            let index = instance.index_key.map(|key| key.to_string()).unwrap_or_default();
            let address = format!("{module}{}.{}{index}", resource.type_name, resource.name);
            if instance.deposed.is_some() {
                state.deposed.push(address);
                continue;
            }
            let flat = instance.attributes_flat.as_ref().map(unfolded);
            let attributes = instance.attributes.or(flat).unwrap_or_default();
            state.take(&address, &resource.type_name, &attributes);
        }
    }
}

fn old(state: &mut StateFile, Old { modules }: Old) -> Result<(), ReadError> {
    for module in modules.unwrap_or_default() {
        let path = module.path.unwrap_or_default();
        let module_of: String =
            path.iter().skip(1).map(|name| format!("module.{name}.")).collect::<Vec<_>>().concat();
        for (key, json) in module.resources.unwrap_or_default() {
            if key.starts_with("data.") {
                state.data_sources += 1;
                continue;
            }
            let resource = OldResource::deserialize(json)?;
            let address = format!("{module_of}{}", addressed(&key));
            let going = [resource.deposed, resource.tainted].into_iter().flatten().flatten();
            state.deposed.extend(going.map(|_| address.clone()));
            if let Some(instance) = resource.primary {
                let mut attributes = unfolded(&instance.attributes.unwrap_or_default());
                if let Some(id) = instance.id.filter(|id| !id.is_empty()) {
                    attributes.entry("id").or_insert_with(|| Json::from(id));
                }
                state.take(&address, &resource.type_name, &attributes);
            }
        }
    }
    Ok(())
}

/// `aws_vpc.main.0` of the formats before 4 is `aws_vpc.main[0]` today.
fn addressed(key: &str) -> String {
    match key.rsplit_once('.') {
        Some((name, index)) if name.contains('.') && index.parse::<u64>().is_ok() => {
            format!("{name}[{index}]")
        }
        _ => key.to_owned(),
    }
}

fn shown(state: &mut StateFile, module: ShownModule) {
    for resource in module.resources {
        match resource.mode {
            Mode::Data => state.data_sources += 1,
            Mode::Managed if resource.deposed_key.is_some() => state.deposed.push(resource.address),
            Mode::Managed => {
                state.take(&resource.address, &resource.type_name, &resource.values.unwrap_or_default());
            }
            Mode::Other => {}
        }
    }
    for module in module.child_modules {
        shown(state, module);
    }
}

#[cfg(test)]
mod tests;
