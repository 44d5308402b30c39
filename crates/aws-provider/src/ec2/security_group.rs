//! The handler of `AWS::EC2::SecurityGroup`.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{IpPermission, IpRange, Ipv6Range, ResourceType, SecurityGroupRule};
use ironward_aws::ec2::SecurityGroup;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::part::{Part, Shown};
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, LINEAGE_TAG, Observation, Observed, Operation, Read, ReadResults,
    Target,
};
use ironward_core::schema::Schema;

use super::in_the_way;
use super::security_api::{GROUPS, RULES, Security, carried, filter, of_instance, specification};
use super::security_group_rule::part;

pub(super) struct SecurityGroupHandler(pub(super) Arc<Security>);

fn is_world(rule: &SecurityGroupRule) -> bool {
    rule.cidr_ipv4() == Some("0.0.0.0/0") || rule.cidr_ipv6() == Some("::/0")
}

/// Whether a rule lets everything out, as the one that EC2 gives every new group.
fn is_open_egress(rule: &SecurityGroupRule) -> bool {
    rule.is_egress() == Some(true) && rule.ip_protocol() == Some("-1") && is_world(rule)
}

/// Whether a rule lets the whole internet in and no Ironward state owns it.
fn is_open_ingress(rule: &SecurityGroupRule) -> bool {
    rule.is_egress() == Some(false) && is_world(rule) && !carried(rule.tags()).contains_key(LINEAGE_TAG)
}

/// How the group shows a rule that may not be.
fn shown(rule: &SecurityGroupRule) -> Document {
    Document::new()
        .with("IpProtocol", rule.ip_protocol())
        .with("FromPort", rule.from_port())
        .with("ToPort", rule.to_port())
        .with("CidrIp", rule.cidr_ipv4())
        .with("CidrIpv6", rule.cidr_ipv6())
}

fn all_shown(rules: &[SecurityGroupRule], fits: fn(&SecurityGroupRule) -> bool) -> Vec<Document> {
    rules.iter().filter(|one| fits(one)).map(shown).collect()
}

impl Security {
    /// Revokes the rules that let everything out. They are named by what they permit and not by
    /// id: right after a group's creation its rules may not be listed yet.
    async fn close_egress(&self, group: &str) -> Result<(), ProviderError> {
        let everything = || IpPermission::builder().ip_protocol("-1");
        let v4 = everything().ip_ranges(IpRange::builder().cidr_ip("0.0.0.0/0").build()).build();
        let v6 = everything().ipv6_ranges(Ipv6Range::builder().cidr_ipv6("::/0").build()).build();
        for permission in [v4, v6] {
            let request = || {
                self.client
                    .revoke_security_group_egress()
                    .group_id(group)
                    .ip_permissions(permission.clone())
                    .send()
            };
            match self.caller.call("ec2:RevokeSecurityGroupEgress", request).await {
                Err(error) if error.code != "InvalidPermission.NotFound" => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Revokes rules that let the whole internet in and that no state owns: those that the group
    /// shows, and no others, since one may be about to be taken over.
    async fn close_ingress(self: &Arc<Self>, group: &str, before: &Document) -> Result<(), ProviderError> {
        let open: Vec<Document> = before.list("SecurityGroupIngress")?;
        let mut rules = Arc::clone(self).rules(vec![group.to_owned()]).await?;
        let rules = rules.remove(group).unwrap_or_default();
        let open = rules.iter().filter(|rule| is_open_ingress(rule) && open.contains(&shown(rule)));
        let ids: Vec<String> = open.filter_map(|rule| rule.security_group_rule_id.clone()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let request = || {
            let request = self.client.revoke_security_group_ingress().group_id(group);
            request.set_security_group_rule_ids(Some(ids.clone())).send()
        };
        self.caller.call("ec2:RevokeSecurityGroupIngress", request).await?;
        Ok(())
    }
}

#[async_trait]
impl Handler for SecurityGroupHandler {
    fn schema(&self) -> &'static Schema {
        SecurityGroup::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        [GROUPS, RULES].into_iter().map(|operation| Read::new(operation, target.physical_id)).collect()
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let id = target.physical_id;
        let Some(group) = answers.get::<aws_sdk_ec2::types::SecurityGroup>(GROUPS, id)? else {
            return Ok(Observation::Absent);
        };
        let rules = answers.get::<Vec<SecurityGroupRule>>(RULES, id)?.map(Vec::as_slice).unwrap_or_default();
        let attributes = Document::new().with("GroupId", id).with("VpcId", group.vpc_id());
        let observed = Observed::new(attributes)
            .with_some("VpcId", group.vpc_id())
            .with_some("GroupName", group.group_name())
            .with_some("GroupDescription", group.description())
            .with("SecurityGroupEgress", all_shown(rules, is_open_egress))
            .with("SecurityGroupIngress", all_shown(rules, is_open_ingress))
            .tagged(carried(group.tags()));
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(security) = self;
        let name: String = desired.get("GroupName")?;
        let description: String = desired.get("GroupDescription")?;
        let vpc: String = desired.get("VpcId")?;
        let tags = specification(ResourceType::SecurityGroup, operation.tags(desired));
        let request = || {
            security
                .client
                .create_security_group()
                .group_name(&name)
                .description(&description)
                .vpc_id(&vpc)
                .tag_specifications(tags.clone())
                .send()
        };
        let answer = security.caller.make("ec2:CreateSecurityGroup", request).await?;
        answer.group_id.ok_or_else(|| {
            ProviderError::new(
                ProviderErrorKind::Ambiguous,
                "ec2:CreateSecurityGroup",
                "the answer holds no group id",
            )
        })
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(security) = self;
        if change.has("open_egress") {
            security.close_egress(change.physical_id).await?;
        }
        if change.has("open_ingress") {
            security.close_ingress(change.physical_id, change.before).await?;
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
        let Self(security) = self;
        let id = target.physical_id;
        let request = || security.client.delete_security_group().group_id(id).send();
        match security.caller.call("ec2:DeleteSecurityGroup", request).await {
            Ok(_) => Ok(DeleteOutcome::default()),
            Err(error) => {
                Err(in_the_way::named(&security.client, &security.caller, error, "group-id", id).await)
            }
        }
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let Self(security) = self;
        let mut found = security.groups_with(&[of_instance(operation)]).await?;
        found.retain(|group| operation.owns(&carried(group.tags())));
        if found.is_empty() {
            let (name, vpc): (String, String) = (desired.get("GroupName")?, desired.get("VpcId")?);
            found = security.groups_with(&[filter("group-name", [name]), filter("vpc-id", [vpc])]).await?;
        }
        Ok(match found.first().and_then(|group| Some((group.group_id()?, group.tags()))) {
            Some((id, tags)) => Found::by_tags(operation, id, &carried(tags)),
            None => Found::Nothing,
        })
    }

    async fn parts(&self, target: &Target<'_>) -> Result<Vec<Part>, ProviderError> {
        let group = target.physical_id.to_owned();
        let mut rules = Arc::clone(&self.0).rules(vec![group.clone()]).await?;
        let part = |rule: &SecurityGroupRule| {
            let property = if is_open_egress(rule) {
                Some("SecurityGroupEgress")
            } else {
                is_open_ingress(rule).then_some("SecurityGroupIngress")
            };
            part(rule, property.map(|property| Shown::Member(property, shown(rule).into())))
        };
        Ok(rules.remove(&group).unwrap_or_default().iter().filter_map(part).collect())
    }
}
