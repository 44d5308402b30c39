//! Rules as EC2 writes them.

use std::collections::BTreeMap;

use winterbaume_core::xml_escape;

use super::rule::{Peer, Rule};
use crate::ACCOUNT_ID;
use crate::overlay::xml;

/// An answer to an operation on rules.
pub(super) fn answer(operation: &str, before: &str, set: &str, rules: &[Rule], region: &str) -> String {
    let items: String = rules.iter().map(|rule| item(rule, region)).collect();
    let set = match set {
        "" => String::new(),
        set => format!("<{set}>{items}</{set}>"),
    };
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><{operation}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>00000000-0000-4000-8000-000000000000</requestId>{before}{set}</{operation}Response>"#
    )
}

fn item(rule: &Rule, region: &str) -> String {
    let peer = match &rule.peer {
        Peer::Ipv4(cidr) => element("cidrIpv4", cidr),
        Peer::Ipv6(cidr) => element("cidrIpv6", cidr),
        Peer::PrefixList(id) => element("prefixListId", id),
        Peer::Group(id) => format!(
            "<referencedGroupInfo>{}{}</referencedGroupInfo>",
            element("groupId", id),
            element("userId", ACCOUNT_ID)
        ),
    };
    let tags: String = rule
        .tags
        .iter()
        .map(|(key, value)| format!("<item>{}{}</item>", element("key", key), element("value", value)))
        .collect();
    let arn = format!("arn:aws:ec2:{region}:{ACCOUNT_ID}:security-group-rule/{}", rule.id);
    [
        "<item>".to_owned(),
        element("securityGroupRuleId", &rule.id),
        element("securityGroupRuleArn", &arn),
        element("groupId", &rule.group),
        element("groupOwnerId", ACCOUNT_ID),
        element("isEgress", &rule.egress.to_string()),
        element("ipProtocol", &rule.protocol),
        element("fromPort", &rule.from.to_string()),
        element("toPort", &rule.to.to_string()),
        peer,
        rule.description.as_deref().map(|text| element("description", text)).unwrap_or_default(),
        format!("<tagSet>{tags}</tagSet></item>"),
    ]
    .concat()
}

/// A group with its permissions replaced by those of its rules.
pub(super) fn group(group: &str, rules: &[Rule]) -> String {
    let mut kept = group.to_owned();
    for name in ["ipPermissions", "ipPermissionsEgress"] {
        // An element cannot be edited away, so it is emptied here and cut out below.
        kept =
            xml::edit_each(&kept, name, |_| Some(String::new())).replace(&format!("<{name}></{name}>"), "");
    }
    format!(
        "{kept}<ipPermissions>{}</ipPermissions><ipPermissionsEgress>{}</ipPermissionsEgress>",
        permissions(rules.iter().filter(|rule| !rule.egress)),
        permissions(rules.iter().filter(|rule| rule.egress))
    )
}

fn permissions<'a>(rules: impl Iterator<Item = &'a Rule>) -> String {
    let mut by_ports: BTreeMap<_, [String; 4]> = BTreeMap::new();
    for rule in rules {
        let lists = by_ports.entry((&rule.protocol, rule.from, rule.to)).or_default();
        let (list, mut entry) = match &rule.peer {
            Peer::Ipv4(cidr) => (0, element("cidrIp", cidr)),
            Peer::Ipv6(cidr) => (1, element("cidrIpv6", cidr)),
            Peer::PrefixList(id) => (2, element("prefixListId", id)),
            Peer::Group(id) => (3, element("groupId", id) + &element("userId", ACCOUNT_ID)),
        };
        if let Some(description) = &rule.description {
            entry += &element("description", description);
        }
        lists[list] += &format!("<item>{entry}</item>");
    }
    by_ports
        .into_iter()
        .map(|((protocol, from, to), [v4, v6, prefixes, groups])| {
            let ports = match protocol.as_str() {
                "-1" => String::new(),
                _ => element("fromPort", &from.to_string()) + &element("toPort", &to.to_string()),
            };
            format!(
                "<item>{}{ports}<groups>{groups}</groups><ipRanges>{v4}</ipRanges><ipv6Ranges>{v6}</ipv6Ranges><prefixListIds>{prefixes}</prefixListIds></item>",
                element("ipProtocol", protocol)
            )
        })
        .collect()
}

fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>", xml_escape(text))
}
