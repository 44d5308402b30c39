//! The declared properties as a CloudFormation template, for a linter.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write as _};
use std::process::{Command, Stdio};

use ironward_aws::registry::{DIFFERENCES, Kind, OWN_TYPES};
use serde_json::{Map, Value as Json, json};

use crate::estate::{Estate, Resource};

/// Properties that the registry requires and declarations leave to the engine, with where the name is put.
const NAMES: &[(&str, &str, &str)] = &[
    // CreateBackupPlan asks for it; the engine names plans:
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-backup-backupplan-backupplanresourcetype.html
    ("AWS::Backup::BackupPlan", "/BackupPlan", "BackupPlanName"),
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-backup-backupselection-backupselectionresourcetype.html
    ("AWS::Backup::BackupSelection", "/BackupSelection", "SelectionName"),
];

/// The template of all resources that the registry knows.
///
/// What is ours is left out (`ironward_aws::registry` lists it), attachments of managed policies become the
/// role's `ManagedPolicyArns`, and an empty list of egress rules becomes one that allows nothing, since
/// CloudFormation takes the empty list for everything.
#[must_use]
pub fn template(estate: &Estate) -> Json {
    let mut attached: BTreeMap<&str, Vec<&Json>> = BTreeMap::new();
    for attachment in estate.of_type("AWS::IAM::RolePolicyAttachment") {
        let role = attachment.properties["RoleName"].as_str().unwrap_or_default();
        attached.entry(role).or_default().push(&attachment.properties["PolicyArn"]);
    }
    let mut resources = Map::new();
    for resource in estate.resources() {
        if OWN_TYPES.iter().any(|own| own.type_name == resource.type_name) {
            continue;
        }
        let mut properties = resource.properties.as_object().cloned().unwrap_or_default();
        properties.retain(|name, _| !is_ours(&resource.type_name, name));
        if resource.type_name == "AWS::IAM::Role"
            && let Some(policies) =
                resource.attributes["RoleName"].as_str().and_then(|name| attached.get(name))
        {
            properties.insert("ManagedPolicyArns".to_owned(), json!(policies));
        }
        if properties.get("SecurityGroupEgress").is_some_and(|rules| *rules == json!([])) {
            let nothing = json!([{"IpProtocol": "icmp", "FromPort": 252, "ToPort": 86, "CidrIp": "255.255.255.255/32"}]);
            properties.insert("SecurityGroupEgress".to_owned(), nothing);
        }
        let mut properties = Json::Object(properties);
        for (_, at, name) in NAMES.iter().filter(|row| row.0 == resource.type_name) {
            if let Some(Json::Object(members)) = properties.pointer_mut(at) {
                members.entry(*name).or_insert_with(|| logical_name(resource).into());
            }
        }
        resources
            .insert(logical_name(resource), json!({"Type": resource.type_name, "Properties": properties}));
    }
    json!({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources})
}

fn is_ours(type_name: &str, property: &str) -> bool {
    DIFFERENCES.iter().any(|difference| {
        difference.kind == Kind::Ours && difference.type_name == type_name && difference.property == property
    })
}

/// A logical id holds letters and digits only: `fhir/audit-key/key` is `FhirAuditKeyKey`.
fn logical_name(resource: &Resource) -> String {
    let words = resource.path.split(|character: char| !character.is_ascii_alphanumeric());
    words
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
        })
        .collect()
}

/// What a linter says of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The linter's rule, such as `W3691`.
    pub rule: String,
    /// Where, such as `Resources/FhirDatabaseInstance/Properties/EngineVersion`.
    pub at: String,
    /// What it says.
    pub text: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}: {}", self.rule, self.at, self.text)
    }
}

/// What isn't wrong with a template that was made of values: a rule, a part of what it says, and why.
const BESIDE: &[(&str, &str, &str)] = &[
    ("W3010", "Avoid hardcoding availability zones", "the zones were looked up for the region"),
    // The list holds minor versions. RDS takes a major version alone and chooses the minor one:
    // https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_rds.PostgresEngineVersion.html
    (
        "W3691",
        "Engine version '16' ",
        "`ironward_aws::rds::versions` says whether a major version can be created",
    ),
];

/// A linter that can't be asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LintError {
    /// It doesn't run.
    #[error("can't run {program}")]
    Run {
        /// The linter.
        program: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It says something else than complaints.
    #[error("{program} answers {answer}")]
    ReadResult {
        /// The linter.
        program: String,
        /// What it says.
        answer: String,
    },
}

/// Asks cfn-lint about the template of an estate, in the estate's region.
///
/// # Errors
/// [`LintError`] when it doesn't run or doesn't answer.
pub fn lint(program: &str, estate: &Estate) -> Result<Vec<Complaint>, LintError> {
    let run = |source| LintError::Run { program: program.to_owned(), source };
    let mut child = Command::new(program)
        .args(["--format", "json", "--regions", &estate.place().region])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(run)?;
    // Closed at the end of the statement: the linter reads to the end before it says anything.
    child.stdin.take().map_or(Ok(()), |mut input| write!(input, "{}", template(estate))).map_err(run)?;
    let output = child.wait_with_output().map_err(run)?;
    let complaints: Option<Vec<Json>> = serde_json::from_slice(&output.stdout).ok();
    let complaints = complaints.ok_or_else(|| LintError::ReadResult {
        program: program.to_owned(),
        answer: String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(),
    })?;
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    let path = |json: &Json| {
        let steps = json.as_array().into_iter().flatten();
        let steps = steps.map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned));
        steps.collect::<Vec<_>>().join("/")
    };
    let complaint = |json: &Json| Complaint {
        rule: text(&json["Rule"]["Id"]),
        at: path(&json["Location"]["Path"]),
        text: text(&json["Message"]),
    };
    let counts = |complaint: &Complaint| {
        !BESIDE.iter().any(|(rule, part, _)| complaint.rule == *rule && complaint.text.contains(part))
    };
    Ok(complaints.iter().map(complaint).filter(counts).collect())
}
