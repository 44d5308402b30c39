//! Security group rules with identities: each source of a permission is a rule with an id, a
//! description and tags, that can be described, modified and revoked by that id.
//!
//! The emulator keeps permissions without identity and ignores modification. So rules live in the
//! overlay's memory, and the emulator is only asked which groups there are: every operation on
//! rules reaches it as `DescribeSecurityGroups`.

mod render;
mod rule;

use std::collections::BTreeMap;

use serde_json::Value;
use winterbaume_core::MockResponse;

use self::rule::{Permission, Rule};
use super::{Memory, Part, body_text, edit_xml, xml};
use crate::call::Call;

pub(crate) struct SecurityGroupRules;

const RULES: &str = "security-group-rule/";
const GROUPS: &str = "security-group/";

type Form = BTreeMap<String, String>;
type Refusal = (&'static str, String);

impl Part for SecurityGroupRules {
    fn request(&self, call: &mut Call, _memory: &mut Memory) -> Option<MockResponse> {
        if is_about_rules(&call.operation) {
            call.request.body = "Action=DescribeSecurityGroups&Version=2016-11-15".into();
        }
        None
    }

    fn response(&self, call: &Call, memory: &mut Memory, response: &mut MockResponse) {
        match call.operation.as_str() {
            "DescribeSecurityGroups" => {
                let groups = listed(response);
                sync(memory, &groups);
                edit_xml(response, |body| {
                    xml::edit_each(body, "securityGroupInfo", |list| {
                        Some(xml::edit_each(list, "item", |group| {
                            let id = xml::text(group, "groupId")?;
                            Some(render::group(group, &rules_of(memory, id)))
                        }))
                    })
                });
            }
            "CreateTags" | "DeleteTags" => tag(call, memory),
            operation if is_about_rules(operation) => {
                let groups = listed(response);
                prune(memory, &groups);
                sync(memory, &groups);
                *response = match answer(call, memory, &groups) {
                    Ok(body) => MockResponse::xml(200, body),
                    Err((code, message)) => super::ec2_error(code, &message),
                };
            }
            _ => {}
        }
    }
}

fn is_about_rules(operation: &str) -> bool {
    matches!(
        operation,
        "AuthorizeSecurityGroupIngress"
            | "AuthorizeSecurityGroupEgress"
            | "RevokeSecurityGroupIngress"
            | "RevokeSecurityGroupEgress"
            | "DescribeSecurityGroupRules"
            | "ModifySecurityGroupRules"
            | "UpdateSecurityGroupRuleDescriptionsIngress"
            | "UpdateSecurityGroupRuleDescriptionsEgress"
    )
}

/// The groups in an answer to `DescribeSecurityGroups`: name by id.
fn listed(response: &MockResponse) -> BTreeMap<String, String> {
    let body = body_text(response).unwrap_or_default();
    let list = xml::text(body, "securityGroupInfo").unwrap_or_default();
    xml::all(list, "item")
        .into_iter()
        .filter_map(|group| {
            let id = xml::text(group, "groupId")?;
            let name = xml::text(group, "groupName")?;
            Some((id.to_owned(), name.to_owned()))
        })
        .collect()
}

/// Gives groups that are seen for the first time the rules that AWS creates them with.
fn sync(memory: &mut Memory, groups: &BTreeMap<String, String>) {
    for (id, name) in groups {
        let seen = memory.insert(format!("{GROUPS}{id}"), Value::Bool(true));
        if seen.is_none() {
            for rule in Rule::initial(id, name == "default") {
                store(memory, &rule);
            }
        }
    }
}

/// Forgets the rules of groups that are gone.
fn prune(memory: &mut Memory, groups: &BTreeMap<String, String>) {
    let gone: Vec<_> =
        all_rules(memory).into_iter().filter(|rule| !groups.contains_key(&rule.group)).collect();
    for rule in gone {
        memory.remove(&format!("{RULES}{}", rule.id));
        memory.remove(&format!("{GROUPS}{}", rule.group));
    }
}

fn answer(call: &Call, memory: &mut Memory, groups: &BTreeMap<String, String>) -> Result<String, Refusal> {
    let form = call.form();
    let egress = call.operation.ends_with("Egress");
    let operation = call.operation.as_str();
    match operation {
        "DescribeSecurityGroupRules" => {
            let found = describe(&form, memory)?;
            Ok(render::answer(operation, "", "securityGroupRuleSet", &found, &call.region))
        }
        "ModifySecurityGroupRules" => {
            modify(&form, memory)?;
            Ok(render::answer(operation, "<return>true</return>", "", &[], &call.region))
        }
        "AuthorizeSecurityGroupIngress" | "AuthorizeSecurityGroupEgress" => {
            let group = group(&form, groups)?;
            let added = authorize(&form, memory, group, egress)?;
            Ok(render::answer(
                operation,
                "<return>true</return>",
                "securityGroupRuleSet",
                &added,
                &call.region,
            ))
        }
        "RevokeSecurityGroupIngress" | "RevokeSecurityGroupEgress" => {
            let group = group(&form, groups)?;
            for rule in chosen(&form, memory, group, egress, "SecurityGroupRuleId")? {
                memory.remove(&format!("{RULES}{}", rule.id));
            }
            Ok(render::answer(operation, "<return>true</return>", "", &[], &call.region))
        }
        _ => {
            let group = group(&form, groups)?;
            redescribe(&form, memory, group, egress)?;
            Ok(render::answer(operation, "<return>true</return>", "", &[], &call.region))
        }
    }
}

/// The group that a request names.
fn group<'a>(form: &'a Form, groups: &BTreeMap<String, String>) -> Result<&'a str, Refusal> {
    let id = form
        .get("GroupId")
        .ok_or_else(|| ("MissingParameter", "The request must contain the parameter groupId".to_owned()))?;
    if groups.contains_key(id) {
        Ok(id)
    } else {
        Err(("InvalidGroup.NotFound", format!("The security group '{id}' does not exist")))
    }
}

fn authorize(form: &Form, memory: &mut Memory, group: &str, egress: bool) -> Result<Vec<Rule>, Refusal> {
    let permissions = Permission::list(form);
    if permissions.is_empty() {
        return Err(("MissingParameter", "The request must contain the parameter ipPermissions".to_owned()));
    }
    let present = rules_of(memory, group);
    let tags = super::tag_specification(form, "security-group-rule");
    let mut added = Vec::new();
    for permission in permissions {
        if present.iter().any(|rule| permission.is(rule, egress)) {
            return Err((
                "InvalidPermission.Duplicate",
                format!("the specified rule \"{permission}\" already exists"),
            ));
        }
        let number = super::next_number(memory, "security-group-rules");
        added.push(permission.into_rule(group, egress, number, tags.clone()));
    }
    for rule in &added {
        store(memory, rule);
    }
    Ok(added)
}

/// The rules that a request names, by id or by what they permit.
fn chosen(form: &Form, memory: &Memory, group: &str, egress: bool, ids: &str) -> Result<Vec<Rule>, Refusal> {
    let present = rules_of(memory, group);
    let mut chosen = Vec::new();
    for id in super::list(form, ids) {
        let rule = present
            .iter()
            .find(|rule| rule.id == id && rule.egress == egress)
            .ok_or_else(|| unknown_rule(&id))?;
        chosen.push(rule.clone());
    }
    for permission in Permission::list(form) {
        let rule = present.iter().find(|rule| permission.is(rule, egress)).ok_or_else(|| {
            (
                "InvalidPermission.NotFound",
                format!("The specified rule \"{permission}\" does not exist in this security group."),
            )
        })?;
        chosen.push(rule.clone());
    }
    Ok(chosen)
}

fn describe(form: &Form, memory: &Memory) -> Result<Vec<Rule>, Refusal> {
    let ids = super::list(form, "SecurityGroupRuleId");
    let all = all_rules(memory);
    if let Some(id) = ids.iter().find(|id| all.iter().all(|rule| rule.id != **id)) {
        return Err(unknown_rule(id));
    }
    let filters = super::filters(form);
    Ok(all
        .into_iter()
        .filter(|rule| ids.is_empty() || ids.contains(&rule.id))
        .filter(|rule| {
            filters.iter().all(|(name, values)| match name.as_str() {
                "group-id" => values.contains(&rule.group),
                "security-group-rule-id" => values.contains(&rule.id),
                "tag-key" => values.iter().any(|value| rule.tags.contains_key(value)),
                name => name
                    .strip_prefix("tag:")
                    .and_then(|key| rule.tags.get(key))
                    .is_some_and(|value| values.contains(value)),
            })
        })
        .collect())
}

fn modify(form: &Form, memory: &mut Memory) -> Result<(), Refusal> {
    let mut changed = Vec::new();
    for n in 1.. {
        let prefix = format!("SecurityGroupRule.{n}.");
        let Some(id) = form.get(&format!("{prefix}SecurityGroupRuleId")) else {
            break;
        };
        let mut rule = load(memory, id).ok_or_else(|| unknown_rule(id))?;
        let permission =
            Permission::single(form, &format!("{prefix}SecurityGroupRule.")).ok_or_else(|| {
                ("InvalidParameterValue", format!("The rule {id} names no source or destination"))
            })?;
        permission.apply(&mut rule);
        changed.push(rule);
    }
    for rule in &changed {
        store(memory, rule);
    }
    Ok(())
}

fn redescribe(form: &Form, memory: &mut Memory, group: &str, egress: bool) -> Result<(), Refusal> {
    let mut changed = Vec::new();
    for permission in Permission::list(form) {
        if let Some(rule) = rules_of(memory, group).into_iter().find(|rule| permission.is(rule, egress)) {
            changed.push(Rule { description: permission.description, ..rule });
        }
    }
    for n in 1.. {
        let prefix = format!("SecurityGroupRuleDescription.{n}.");
        let Some(id) = form.get(&format!("{prefix}SecurityGroupRuleId")) else {
            break;
        };
        let rule = load(memory, id).ok_or_else(|| unknown_rule(id))?;
        let description = form.get(&format!("{prefix}Description")).cloned();
        changed.push(Rule { description, ..rule });
    }
    for rule in &changed {
        store(memory, rule);
    }
    Ok(())
}

/// Follows tags that are put on rules or taken off.
fn tag(call: &Call, memory: &mut Memory) {
    let form = call.form();
    let tags = super::tags(&form, "");
    for id in super::list(&form, "ResourceId") {
        let Some(mut rule) = load(memory, &id) else {
            continue;
        };
        if call.operation == "CreateTags" {
            rule.tags.extend(tags.clone());
        } else if tags.is_empty() {
            rule.tags.clear();
        } else {
            rule.tags.retain(|key, _| !tags.contains_key(key));
        }
        store(memory, &rule);
    }
}

fn unknown_rule(id: &str) -> Refusal {
    ("InvalidSecurityGroupRuleId.NotFound", format!("The security group rule ID '{id}' does not exist"))
}

fn all_rules(memory: &Memory) -> Vec<Rule> {
    memory
        .range(RULES.to_owned()..)
        .take_while(|(key, _)| key.starts_with(RULES))
        .filter_map(|(_, value)| serde_json::from_value(value.clone()).ok())
        .collect()
}

fn rules_of(memory: &Memory, group: &str) -> Vec<Rule> {
    let mut rules = all_rules(memory);
    rules.retain(|rule| rule.group == group);
    rules
}

fn load(memory: &Memory, id: &str) -> Option<Rule> {
    serde_json::from_value(memory.get(&format!("{RULES}{id}"))?.clone()).ok()
}

fn store(memory: &mut Memory, rule: &Rule) {
    if let Ok(value) = serde_json::to_value(rule) {
        memory.insert(format!("{RULES}{}", rule.id), value);
    }
}
