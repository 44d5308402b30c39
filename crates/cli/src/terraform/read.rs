//! A Terraform state file of format 4.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::map::row_of;

/// What a state file holds, as far as it matters here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct StateFile {
    /// The instances of managed resources.
    pub(crate) instances: Vec<Instance>,
    /// How many data sources there are; they are read, not managed.
    pub(crate) data_sources: usize,
    /// The addresses of instances that were replaced and are still to be deleted.
    pub(crate) deposed: Vec<String>,
}

/// One instance of a managed resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Instance {
    /// Such as `module.net["a"].aws_subnet.this[0]`.
    pub(crate) address: String,
    /// Such as `aws_subnet`.
    pub(crate) type_name: String,
    /// The attributes that identify it, and no others.
    pub(crate) ids: BTreeMap<&'static str, String>,
}

/// Why a file can't be read. It never quotes the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReadError {
    /// It isn't JSON of the right shape.
    #[error("it isn't a Terraform state: {what}, at line {line} column {column}")]
    Shape {
        /// What is wrong.
        what: &'static str,
        /// Where.
        line: usize,
        /// Where on the line.
        column: usize,
    },
    /// It has another format.
    #[error("it is a Terraform state of format {0}, and only format 4 is known (Terraform 0.12 and later)")]
    Format(u64),
}

impl From<serde_json::Error> for ReadError {
    fn from(error: serde_json::Error) -> Self {
        let what = match error.classify() {
            serde_json::error::Category::Eof => "it was cut off",
            serde_json::error::Category::Syntax => "it isn't JSON",
            serde_json::error::Category::Data => "a member is missing or of another kind",
            serde_json::error::Category::Io => "it can't be read",
        };
        Self::Shape { what, line: error.line(), column: error.column() }
    }
}

#[derive(Deserialize)]
struct Outer {
    version: u64,
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

/// Reads a state file.
///
/// # Errors
/// [`ReadError`]; nothing of a file that is broken anywhere is used.
pub(crate) fn read(text: &str) -> Result<StateFile, ReadError> {
    let Outer { version } = serde_json::from_str(text)?;
    if version != 4 {
        return Err(ReadError::Format(version));
    }
    let File { resources } = serde_json::from_str(text)?;
    let mut state = StateFile::default();
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
            let ids = identifying(&resource.type_name, &instance.attributes.unwrap_or_default());
            state.instances.push(Instance { address, type_name: resource.type_name.clone(), ids });
        }
    }
    Ok(state)
}

/// The attributes by which a type is found again.
fn identifying(type_name: &str, attributes: &Map<String, Json>) -> BTreeMap<&'static str, String> {
    let Some(row) = row_of(type_name) else { return BTreeMap::new() };
    row.attributes()
        .filter_map(|name| match attributes.get(name)? {
            Json::String(text) if !text.is_empty() => Some((name, text.clone())),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn state(resources: &Json) -> String {
        json!({
            "version": 4, "terraform_version": "1.9.5", "serial": 12, "lineage": "x",
            "outputs": {"password": {"value": "hunter2", "type": "string", "sensitive": true}},
            "resources": resources, "check_results": null
        })
        .to_string()
    }

    #[test]
    fn addresses_have_modules_and_keys() {
        let text = state(&json!([
            {"mode": "managed", "type": "aws_vpc", "name": "main",
             "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
             "instances": [{"schema_version": 1, "attributes": {"id": "vpc-1"}}]},
            {"module": "module.net[\"a\"].module.inner", "mode": "managed", "type": "aws_subnet", "name": "s",
             "instances": [
                 {"index_key": 0, "attributes": {"id": "subnet-0"}},
                 {"index_key": "b \"c\"", "attributes": {"id": "subnet-1"}},
                 {"index_key": 2, "deposed": "00aa", "attributes": {"id": "subnet-2"}}
             ]},
            {"mode": "data", "type": "aws_ami", "name": "it", "instances": [{"attributes": {"id": "ami-1"}}]}
        ]));
        let state = read(&text).unwrap();
        let addresses: Vec<&str> = state.instances.iter().map(|i| i.address.as_str()).collect();
        assert_eq!(
            addresses,
            [
                "aws_vpc.main",
                "module.net[\"a\"].module.inner.aws_subnet.s[0]",
                "module.net[\"a\"].module.inner.aws_subnet.s[\"b \\\"c\\\"\"]",
            ]
        );
        assert_eq!(state.data_sources, 1);
        assert_eq!(state.deposed, ["module.net[\"a\"].module.inner.aws_subnet.s[2]"]);
    }

    #[test]
    fn nothing_but_what_identifies_is_kept_or_told() {
        let secret = "hunter2";
        let text = state(&json!([
            {"mode": "managed", "type": "aws_db_instance", "name": "db", "instances": [{"attributes": {
                "id": "db-ABC", "identifier": "records", "password": secret, "username": secret
            }}]},
            {"mode": "managed", "type": "random_password", "name": "p",
             "instances": [{"attributes": {"id": "none", "result": secret}}]}
        ]));
        let state = read(&text).unwrap();
        assert!(!format!("{state:?}").contains(secret), "{state:?}");
        assert_eq!(state.instances[0].ids["identifier"], "records");
        // Errors don't quote the file either.
        let broken = text.replace("\"managed\"", "17");
        assert!(!read(&broken).unwrap_err().to_string().contains(secret));
        let broken = text.replace("\"instances\":[{", "\"instances\":[\"hunter2\",{");
        let error = read(&broken).unwrap_err().to_string();
        assert!(error.contains("of another kind, at line 1") && !error.contains(secret), "{error}");
    }

    #[test]
    fn other_formats_are_named() {
        assert_eq!(read(r#"{"version": 3, "modules": []}"#), Err(ReadError::Format(3)));
        assert!(matches!(read("{}"), Err(ReadError::Shape { .. })));
        let cut = read(r#"{"version": 4, "resources": ["#).unwrap_err();
        assert!(cut.to_string().contains("cut off"), "{cut}");
    }

    fn any_json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            "[a-z_0-9\"\\\\ é]{0,12}".prop_map(Json::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
                prop::collection::btree_map(member(), inner, 0..6)
                    .prop_map(|members| Json::Object(members.into_iter().collect())),
            ]
        })
    }

    /// Names that matter, and others.
    fn member() -> impl Strategy<Value = String> {
        prop_oneof![
            prop::sample::select(vec![
                "version",
                "resources",
                "mode",
                "type",
                "name",
                "module",
                "instances",
                "index_key",
                "attributes",
                "deposed",
                "id",
                "arn",
            ])
            .prop_map(str::to_owned),
            "[a-z]{1,6}",
        ]
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,200}") {
            let _ = read(&text);
        }

        #[test]
        fn no_json_makes_it_panic(resources in any_json(), instances in any_json(), attributes in any_json()) {
            let _ = read(&json!({"version": 4, "resources": resources}).to_string());
            let resource = json!({"mode": "managed", "type": "aws_vpc", "name": "a", "instances": instances});
            let _ = read(&json!({"version": 4, "resources": [resource]}).to_string());
            let instance = json!({"index_key": attributes.clone(), "attributes": attributes});
            let resource = json!({"mode": "managed", "type": "aws_vpc", "name": "a", "instances": [instance]});
            let _ = read(&json!({"version": 4, "resources": [resource]}).to_string());
        }

        #[test]
        fn a_file_that_is_cut_off_gives_nothing(cut in 0.0..1.0_f64) {
            let whole = state(&json!([
                {"mode": "managed", "type": "aws_vpc", "name": "main",
                 "instances": [{"attributes": {"id": "vpc-1"}}]},
                {"mode": "managed", "type": "aws_subnet", "name": "s",
                 "instances": [{"index_key": 0, "attributes": {"id": "subnet-0"}}]}
            ]));
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss,
                     reason = "a place inside a short text")]
            let at = (whole.len() as f64 * cut) as usize;
            prop_assert!(read(&whole[..at]).is_err());
        }
    }
}
