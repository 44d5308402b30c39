//! The handlers of `AWS::EC2::SecurityGroupIngress` and `AWS::EC2::SecurityGroupEgress`.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{
    IpPermission, IpRange, Ipv6Range, PrefixListId, ResourceType, SecurityGroupRule,
    SecurityGroupRuleRequest, SecurityGroupRuleUpdate, UserIdGroupPair,
};
use ironward_aws::ec2::{SecurityGroupEgress, SecurityGroupIngress};
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::part::{Part, Shown};
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Read, ReadResults, Target,
};
use ironward_core::schema::Schema;

use super::security_api::{RULES, Security, carried, specification};

/// Which way a rule lets traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    In,
    Out,
}

pub(super) struct RuleHandler(pub(super) Arc<Security>, pub(super) Direction);

/// A rule as declared.
#[derive(Debug, Clone, PartialEq)]
struct Rule {
    protocol: String,
    from: i32,
    to: i32,
    description: String,
    cidr: Option<String>,
    cidr_v6: Option<String>,
    group: Option<String>,
    prefix_list: Option<String>,
}

/// A protocol by its name; EC2 takes numbers too.
fn protocol(text: &str) -> String {
    match text {
        "6" => "tcp".to_owned(),
        "17" => "udp".to_owned(),
        "1" => "icmp".to_owned(),
        "58" => "icmpv6".to_owned(),
        name => name.to_lowercase(),
    }
}

impl Direction {
    fn group_property(self) -> &'static str {
        match self {
            Self::In => "SourceSecurityGroupId",
            Self::Out => "DestinationSecurityGroupId",
        }
    }

    fn prefix_list_property(self) -> &'static str {
        match self {
            Self::In => "SourcePrefixListId",
            Self::Out => "DestinationPrefixListId",
        }
    }

    fn rule(self, properties: &Document) -> Result<Rule, ProviderError> {
        Ok(Rule {
            protocol: properties.get("IpProtocol")?,
            from: properties.get("FromPort")?,
            to: properties.get("ToPort")?,
            description: properties.get("Description")?,
            cidr: properties.opt("CidrIp")?,
            cidr_v6: properties.opt("CidrIpv6")?,
            group: properties.opt(self.group_property())?,
            prefix_list: properties.opt(self.prefix_list_property())?,
        })
    }
}

impl Rule {
    fn permission(&self) -> IpPermission {
        let says = &self.description;
        let mut permission =
            IpPermission::builder().ip_protocol(&self.protocol).from_port(self.from).to_port(self.to);
        if let Some(cidr) = &self.cidr {
            permission = permission.ip_ranges(IpRange::builder().cidr_ip(cidr).description(says).build());
        }
        if let Some(cidr) = &self.cidr_v6 {
            let range = Ipv6Range::builder().cidr_ipv6(cidr).description(says).build();
            permission = permission.ipv6_ranges(range);
        }
        if let Some(group) = &self.group {
            let pair = UserIdGroupPair::builder().group_id(group).description(says).build();
            permission = permission.user_id_group_pairs(pair);
        }
        if let Some(list) = &self.prefix_list {
            let list = PrefixListId::builder().prefix_list_id(list).description(says).build();
            permission = permission.prefix_list_ids(list);
        }
        permission.build()
    }

    fn request(&self) -> SecurityGroupRuleRequest {
        SecurityGroupRuleRequest::builder()
            .ip_protocol(&self.protocol)
            .from_port(self.from)
            .to_port(self.to)
            .description(&self.description)
            .set_cidr_ipv4(self.cidr.clone())
            .set_cidr_ipv6(self.cidr_v6.clone())
            .set_referenced_group_id(self.group.clone())
            .set_prefix_list_id(self.prefix_list.clone())
            .build()
    }

    /// Whether a rule permits the same; EC2 keeps one such rule only, whatever it says.
    fn is(&self, other: &SecurityGroupRule) -> bool {
        other.ip_protocol().map(protocol).as_deref() == Some(&*self.protocol)
            && other.from_port() == Some(self.from)
            && other.to_port() == Some(self.to)
            && other.cidr_ipv4() == self.cidr.as_deref()
            && other.cidr_ipv6() == self.cidr_v6.as_deref()
            && other.prefix_list_id() == self.prefix_list.as_deref()
            && group_of(other) == self.group.as_deref()
    }
}

fn group_of(rule: &SecurityGroupRule) -> Option<&str> {
    rule.referenced_group_info().and_then(|info| info.group_id())
}

fn peer_type(rule: &SecurityGroupRule) -> Option<&'static str> {
    if rule.cidr_ipv4().is_some() {
        Some("ipv4")
    } else if rule.cidr_ipv6().is_some() {
        Some("ipv6")
    } else if group_of(rule).is_some() {
        Some("group")
    } else {
        rule.prefix_list_id().map(|_| "prefix-list")
    }
}

/// A rule as a part of what it stands in; nothing where EC2 doesn't say enough of it.
pub(super) fn part(rule: &SecurityGroupRule, shown: Option<Shown>) -> Option<Part> {
    let (direction, schema) = match rule.is_egress()? {
        false => (Direction::In, SecurityGroupIngress::SCHEMA),
        true => (Direction::Out, SecurityGroupEgress::SCHEMA),
    };
    let says = Document::new()
        .with("GroupId", rule.group_id()?)
        .with("PeerType", peer_type(rule)?)
        .with("IpProtocol", rule.ip_protocol().map(protocol))
        .with("FromPort", rule.from_port())
        .with("ToPort", rule.to_port())
        .with("CidrIp", rule.cidr_ipv4())
        .with("CidrIpv6", rule.cidr_ipv6())
        .with(direction.group_property(), group_of(rule))
        .with(direction.prefix_list_property(), rule.prefix_list_id());
    let physical_id = rule.security_group_rule_id()?.to_owned();
    Some(Part { type_name: schema.type_name, physical_id, says, words: words(rule), shown })
}

/// Such as `lets in tcp 443 from 0.0.0.0/0`.
fn words(rule: &SecurityGroupRule) -> String {
    let (way, side) = if rule.is_egress() == Some(true) { ("out", "to") } else { ("in", "from") };
    let traffic = match (rule.ip_protocol().map(protocol).as_deref(), rule.from_port(), rule.to_port()) {
        (None | Some("-1"), ..) => "everything".to_owned(),
        (Some(name), Some(from), Some(to)) if from == to => format!("{name} {from}"),
        (Some(name), Some(from), Some(to)) => format!("{name} {from}-{to}"),
        (Some(name), ..) => name.to_owned(),
    };
    let peer = rule.cidr_ipv4().or(rule.cidr_ipv6()).or(group_of(rule)).or(rule.prefix_list_id());
    format!("lets {way} {traffic} {side} {}", peer.unwrap_or("nobody"))
}

#[async_trait]
impl Handler for RuleHandler {
    fn schema(&self) -> &'static Schema {
        match self.1 {
            Direction::In => SecurityGroupIngress::SCHEMA,
            Direction::Out => SecurityGroupEgress::SCHEMA,
        }
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        let group: Option<String> = target.properties.opt("GroupId").unwrap_or_default();
        vec![Read::new(RULES, group.unwrap_or_default())]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let Self(_, direction) = self;
        let group: String = target.properties.get("GroupId")?;
        let rules = answers.get::<Vec<SecurityGroupRule>>(RULES, &group)?;
        let id = target.physical_id;
        let mut rules = rules.into_iter().flatten();
        let Some(rule) = rules.find(|rule| rule.security_group_rule_id() == Some(id)) else {
            return Ok(Observation::Absent);
        };
        // An answer without a description isn't taken for "there is none": not every one has it.
        let observed = Observed::new(Document::new().with("Id", id))
            .with_some("GroupId", rule.group_id())
            .with_some("PeerType", peer_type(rule))
            .with_some("IpProtocol", rule.ip_protocol().map(protocol))
            .with_some("FromPort", rule.from_port())
            .with_some("ToPort", rule.to_port())
            .with_some("Description", rule.description())
            .with("CidrIp", rule.cidr_ipv4())
            .with("CidrIpv6", rule.cidr_ipv6())
            .with(direction.group_property(), group_of(rule))
            .with(direction.prefix_list_property(), rule.prefix_list_id())
            .tagged(carried(rule.tags()));
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(security, direction) = self;
        let group: String = desired.get("GroupId")?;
        let permission = direction.rule(desired)?.permission();
        let tags = specification(ResourceType::SecurityGroupRule, operation.tags(desired));
        let (action, rules) = match direction {
            Direction::In => {
                let request = || {
                    security
                        .client
                        .authorize_security_group_ingress()
                        .group_id(&group)
                        .ip_permissions(permission.clone())
                        .tag_specifications(tags.clone())
                        .send()
                };
                let action = "ec2:AuthorizeSecurityGroupIngress";
                (action, security.caller.make(action, request).await?.security_group_rules)
            }
            Direction::Out => {
                let request = || {
                    security
                        .client
                        .authorize_security_group_egress()
                        .group_id(&group)
                        .ip_permissions(permission.clone())
                        .tag_specifications(tags.clone())
                        .send()
                };
                let action = "ec2:AuthorizeSecurityGroupEgress";
                (action, security.caller.make(action, request).await?.security_group_rules)
            }
        };
        let rule = rules.unwrap_or_default().into_iter().next();
        rule.and_then(|rule| rule.security_group_rule_id).ok_or_else(|| {
            ProviderError::new(ProviderErrorKind::Ambiguous, action, "the answer holds no rule id")
        })
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(security, direction) = self;
        if change.has("rule") {
            let group: String = change.after.get("GroupId")?;
            let update = SecurityGroupRuleUpdate::builder()
                .security_group_rule_id(change.physical_id)
                .security_group_rule(direction.rule(change.after)?.request())
                .build();
            let request = || {
                security
                    .client
                    .modify_security_group_rules()
                    .group_id(&group)
                    .security_group_rules(update.clone())
                    .send()
            };
            security.caller.call("ec2:ModifySecurityGroupRules", request).await?;
        }
        if change.has("tags") {
            security.set_tags(operation, change).await?;
        }
        Ok(())
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let Self(security, direction) = self;
        let group: String = target.properties.get("GroupId")?;
        let id = target.physical_id;
        match direction {
            Direction::In => {
                let request = || {
                    let request = security.client.revoke_security_group_ingress().group_id(&group);
                    request.security_group_rule_ids(id).send()
                };
                security.caller.call("ec2:RevokeSecurityGroupIngress", request).await?;
            }
            Direction::Out => {
                let request = || {
                    let request = security.client.revoke_security_group_egress().group_id(&group);
                    request.security_group_rule_ids(id).send()
                };
                security.caller.call("ec2:RevokeSecurityGroupEgress", request).await?;
            }
        }
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let Self(security, direction) = self;
        let group: String = desired.get("GroupId")?;
        let wanted = direction.rule(desired)?;
        let mut rules = Arc::clone(security).rules(vec![group.clone()]).await?;
        let mut rules = rules.remove(&group).unwrap_or_default();
        rules.retain(|rule| rule.is_egress() == Some(*direction == Direction::Out));
        let ours = rules.iter().find(|rule| operation.owns(&carried(rule.tags())));
        let found = ours.or_else(|| rules.iter().find(|rule| wanted.is(rule)));
        Ok(match found.and_then(|rule| Some((rule.security_group_rule_id()?, rule.tags()))) {
            Some((id, tags)) => Found::by_tags(operation, id, &carried(tags)),
            None => Found::Nothing,
        })
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::ReferencedSecurityGroup;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rule_says_what_a_declaration_says() {
        let rule = SecurityGroupRule::builder()
            .security_group_rule_id("sgr-1")
            .group_id("sg-1")
            .is_egress(false)
            .ip_protocol("6")
            .from_port(443)
            .to_port(443);
        let open = part(&rule.clone().cidr_ipv4("0.0.0.0/0").build(), None).unwrap();
        assert_eq!(open.words, "lets in tcp 443 from 0.0.0.0/0");
        assert_eq!(
            serde_json::to_value(&open.says).unwrap(),
            json!({"GroupId": "sg-1", "PeerType": "ipv4", "IpProtocol": "tcp", "FromPort": 443,
                "ToPort": 443, "CidrIp": "0.0.0.0/0"})
        );
        let peer = ReferencedSecurityGroup::builder().group_id("sg-2").build();
        let group = rule.referenced_group_info(peer).is_egress(true).to_port(445).build();
        let group = part(&group, None).unwrap();
        assert_eq!(group.type_name, "AWS::EC2::SecurityGroupEgress");
        assert_eq!(group.words, "lets out tcp 443-445 to sg-2");
        let says: Option<String> = group.says.opt("DestinationSecurityGroupId").unwrap();
        assert_eq!(says.as_deref(), Some("sg-2"));
        let everything = SecurityGroupRule::builder().ip_protocol("-1").cidr_ipv6("::/0").is_egress(true);
        assert_eq!(words(&everything.build()), "lets out everything to ::/0");
    }
}
