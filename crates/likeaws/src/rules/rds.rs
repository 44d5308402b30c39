//! Databases and their parameters.

use ironward_emulators::xml;

use crate::call::Call;
use crate::rule::{Boxed, Calls, Does, Rule, Upstream};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        Rule {
            name: "parameters-at-their-default",
            source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html",
            calls: Calls::Of("rds", &["DescribeDBParameters"]),
            does: Does::RewriteAsking(parameters),
        },
        Rule {
            name: "full-engine-versions",
            source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html",
            calls: Calls::Of("rds", &["CreateDBInstance", "ModifyDBInstance", "DescribeDBInstances"]),
            does: Does::Rewrite(versions),
        },
    ]
}

/// What parameters are by default: beginning of the family's name, first major version, parameter, value.
const DEFAULTS: &[(&str, u32, &str, &str)] = &[
    // "The rds.force_ssl default value is 1 (on) for RDS for PostgreSQL version 15 and later."
    ("postgres", 15, "rds.force_ssl", "1"),
    ("postgres", 9, "rds.force_ssl", "0"),
];

/// The default of a parameter in a family such as `postgres16`.
fn default_of(family: &str, parameter: &str) -> Option<&'static str> {
    let known = DEFAULTS.iter().find(|(engine, since, name, _)| {
        let version = family.strip_prefix(engine).and_then(|version| version.split('.').next()?.parse().ok());
        *name == parameter && version.is_some_and(|version: u32| version >= *since)
    });
    known.map(|(.., value)| *value)
}

/// A parameter that has its default isn't the user's: it is left out where those are asked for, and called the
/// system's elsewhere.
fn parameters<'a>(call: &'a Call, answer: &'a str, upstream: &'a Upstream) -> Boxed<'a, Option<String>> {
    Box::pin(async move {
        let form = call.form();
        let group = form.get("DBParameterGroupName")?;
        let question = [("Action", "DescribeDBParameterGroups"), ("DBParameterGroupName", group.as_str())];
        let about = upstream.ask(call.another_form(&question)).await?;
        let family = xml::text(&about, "DBParameterGroupFamily")?.trim();
        Some(with_sources(answer, family, form.get("Source").map(String::as_str)))
    })
}

fn with_sources(answer: &str, family: &str, asked: Option<&str>) -> String {
    xml::edit_each(answer, "Parameters", |list| {
        let mut kept = String::new();
        for parameter in xml::all(list, "Parameter") {
            let name = xml::text(parameter, "ParameterName").unwrap_or_default().trim();
            let value = xml::text(parameter, "ParameterValue").unwrap_or_default().trim();
            let source = if default_of(family, name) == Some(value) { "system" } else { "user" };
            if asked.is_none_or(|asked| asked == source) {
                let told = without_source(parameter);
                kept.push_str(&format!("<Parameter>{told}<Source>{source}</Source></Parameter>"));
            }
        }
        Some(kept)
    })
}

fn without_source(parameter: &str) -> String {
    let source = xml::text(parameter, "Source").unwrap_or_default();
    parameter.replace(&format!("<Source>{source}</Source>"), "")
}

/// The version that runs where only the beginning of one was asked for: engine, what was asked for, what runs.
const VERSIONS: &[(&str, &str, &str)] = &[
    ("oracle", "19", "19.0.0.0.ru-2024-04.rur-2024-04.r1"),
    ("oracle", "21", "21.0.0.0.ru-2024-04.rur-2024-04.r1"),
    ("sqlserver", "15.00", "15.00.4375.4.v1"),
    ("sqlserver", "16.00", "16.00.4125.3.v1"),
    ("postgres", "15", "15.13"),
    ("postgres", "16", "16.9"),
    ("postgres", "17", "17.5"),
    ("mysql", "8.0", "8.0.39"),
    ("mysql", "8.4", "8.4.3"),
    ("mariadb", "10.11", "10.11.9"),
];

/// Whoever asks for `16` gets a minor version, and is told which.
fn versions(_call: &Call, answer: &str) -> Option<String> {
    Some(xml::edit_each(answer, "DBInstance", |instance| {
        let (engine, version) = (xml::text(instance, "Engine")?, xml::text(instance, "EngineVersion")?);
        let runs = VERSIONS.iter().find(|(of, asked, _)| engine.starts_with(of) && version == *asked)?.2;
        Some(xml::edit_each(instance, "EngineVersion", |_| Some(runs.to_owned())))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_at_its_default_is_the_systems() {
        let parameter = |name: &str, value: &str| {
            format!(
                "<Parameter><ParameterName>{name}</ParameterName><ParameterValue>{value}</ParameterValue><Source>user</Source></Parameter>"
            )
        };
        let answer = format!(
            "<R><Parameters>{}{}</Parameters></R>",
            parameter("rds.force_ssl", "1"),
            parameter("log_statement", "ddl")
        );
        let users = with_sources(&answer, "postgres16", Some("user"));
        assert!(!users.contains("rds.force_ssl") && users.contains("log_statement"), "{users}");
        let all = with_sources(&answer, "postgres16", None);
        assert!(all.contains("<ParameterName>rds.force_ssl</ParameterName><ParameterValue>1</ParameterValue><Source>system</Source>"), "{all}");
        assert_eq!(with_sources(&answer, "postgres14", Some("user")), answer);
    }

    #[test]
    fn the_version_that_runs_is_told_in_full() {
        let answer = |engine: &str, version: &str| {
            format!(
                "<DBInstance><Engine>{engine}</Engine><EngineVersion>{version}</EngineVersion></DBInstance>"
            )
        };
        let request = hyper::Request::new(bytes::Bytes::new());
        let call = Call { service: "rds".into(), operation: String::new(), request };
        let told = |engine, version| versions(&call, &answer(engine, version)).unwrap();
        assert_eq!(told("oracle-se2", "19"), answer("oracle-se2", "19.0.0.0.ru-2024-04.rur-2024-04.r1"));
        assert_eq!(told("sqlserver-se", "15.00"), answer("sqlserver-se", "15.00.4375.4.v1"));
        assert_eq!(told("postgres", "16"), answer("postgres", "16.9"));
        assert_eq!(told("postgres", "16.3"), answer("postgres", "16.3"));
    }
}
