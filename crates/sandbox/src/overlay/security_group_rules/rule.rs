//! One rule, and how requests write it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Form;

/// A rule as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) group: String,
    pub(super) egress: bool,
    pub(super) protocol: String,
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) peer: Peer,
    pub(super) description: Option<String>,
    pub(super) tags: BTreeMap<String, String>,
}

/// Where traffic comes from or goes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Peer {
    Ipv4(String),
    Ipv6(String),
    PrefixList(String),
    Group(String),
}

impl Rule {
    /// The rules that AWS creates a group with: everything out, and into a VPC's default group
    /// everything from its members.
    pub(super) fn initial(group: &str, is_default: bool) -> Vec<Rule> {
        let permit =
            |peer| Permission { protocol: "-1".to_owned(), from: -1, to: -1, peer, description: None };
        let out = permit(Peer::Ipv4("0.0.0.0/0".to_owned())).into_rule(group, true, 0, BTreeMap::new());
        let within = permit(Peer::Group(group.to_owned())).into_rule(group, false, 0, BTreeMap::new());
        match is_default {
            true => vec![out, within],
            false => vec![out],
        }
    }
}

/// What a request permits: one rule without its identity.
#[derive(Debug, Clone)]
pub(super) struct Permission {
    protocol: String,
    from: i64,
    to: i64,
    peer: Peer,
    pub(super) description: Option<String>,
}

impl Permission {
    /// The permissions in `IpPermissions.N`, one for each source.
    pub(super) fn list(form: &Form) -> Vec<Permission> {
        type PeerOf = fn(String) -> Peer;
        const PEERS: [(&str, &str, PeerOf); 4] = [
            ("IpRanges", "CidrIp", Peer::Ipv4),
            ("Ipv6Ranges", "CidrIpv6", Peer::Ipv6),
            ("PrefixListIds", "PrefixListId", Peer::PrefixList),
            ("Groups", "GroupId", Peer::Group),
        ];
        let mut permissions = Vec::new();
        for n in 1.. {
            let prefix = format!("IpPermissions.{n}.");
            let Some(protocol) = form.get(&format!("{prefix}IpProtocol")) else {
                break;
            };
            let (from, to) = ports(form, &prefix, protocol);
            for (list, field, peer) in PEERS {
                for m in 1.. {
                    let prefix = format!("{prefix}{list}.{m}.");
                    let Some(value) = form.get(&format!("{prefix}{field}")) else {
                        break;
                    };
                    permissions.push(Permission {
                        protocol: protocol.clone(),
                        from,
                        to,
                        peer: peer(value.clone()),
                        description: form.get(&format!("{prefix}Description")).cloned(),
                    });
                }
            }
        }
        permissions
    }

    /// The permission in the flat form that modification uses.
    pub(super) fn single(form: &Form, prefix: &str) -> Option<Permission> {
        let field = |name: &str| form.get(&format!("{prefix}{name}")).cloned();
        let protocol = field("IpProtocol")?;
        let (from, to) = ports(form, prefix, &protocol);
        let peer = field("CidrIpv4")
            .map(Peer::Ipv4)
            .or_else(|| field("CidrIpv6").map(Peer::Ipv6))
            .or_else(|| field("PrefixListId").map(Peer::PrefixList))
            .or_else(|| field("ReferencedGroupId").map(Peer::Group))?;
        Some(Permission { protocol, from, to, peer, description: field("Description") })
    }

    /// Whether a rule permits just this. Descriptions do not matter.
    pub(super) fn is(&self, rule: &Rule, egress: bool) -> bool {
        rule.egress == egress
            && rule.protocol == self.protocol
            && (rule.from, rule.to) == (self.from, self.to)
            && rule.peer == self.peer
    }

    /// Makes a rule of it. The number makes the id unique; the same number gives the same id.
    pub(super) fn into_rule(
        self,
        group: &str,
        egress: bool,
        number: u64,
        tags: BTreeMap<String, String>,
    ) -> Rule {
        let digest = Sha256::digest(format!("{group} {egress} {number}"));
        let id: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Rule {
            id: format!("sgr-0{}", &id[..16]),
            group: group.to_owned(),
            egress,
            protocol: self.protocol,
            from: self.from,
            to: self.to,
            peer: self.peer,
            description: self.description,
            tags,
        }
    }

    /// Puts it in the place of what a rule permitted.
    pub(super) fn apply(self, rule: &mut Rule) {
        rule.protocol = self.protocol;
        rule.from = self.from;
        rule.to = self.to;
        rule.peer = self.peer;
        rule.description = self.description;
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Peer::Ipv4(peer) | Peer::Ipv6(peer) | Peer::PrefixList(peer) | Peer::Group(peer)) = &self.peer;
        write!(
            f,
            "peer: {peer}, protocol: {}, from port: {}, to port: {}, ALLOW",
            self.protocol, self.from, self.to
        )
    }
}

/// The ports of a permission; -1 stands for all of them.
fn ports(form: &Form, prefix: &str, protocol: &str) -> (i64, i64) {
    if protocol == "-1" {
        return (-1, -1);
    }
    let port =
        |name: &str| form.get(&format!("{prefix}{name}")).and_then(|port| port.parse().ok()).unwrap_or(-1);
    (port("FromPort"), port("ToPort"))
}
