//! What AWS does and the emulators don't, where a resource would otherwise never become ready or
//! lack what AWS always gives.
//!
//! Each part stands in a file of its own and wraps the emulator's answers for one thing. A part
//! never hides that the emulator drops what a caller wrote: that is for the gaps
//! of `ironward-emulators`.

mod backup_selections;
mod bucket_acl;
mod bucket_defaults;
mod caller_identity;
mod certificate_validation;
mod client_token;
mod creation_tags;
mod ec2_tags;
mod ecs_service_again;
mod ecs_service_steady;
mod ecs_tags;
mod key_policy;
mod later_tags;
mod load_balancer_placement;
mod managed_policies;
mod rds_identifiers;
mod rds_master_secret;
mod rds_modifications;
mod rds_resource_id;
mod record_sets;
mod role_tags;
mod route_targets;
mod security_group_description;
mod security_group_rules;
mod subnet_attributes;
mod vpc_default_security_group;

use std::collections::BTreeMap;

use ironward_emulators::xml;
use serde_json::Value;
use winterbaume_core::{MockRequest, MockResponse};

use crate::call::Call;
use crate::service::Service;

/// What the overlay remembers about one service in one region; saved with the service's state.
pub(crate) type Memory = BTreeMap<String, Value>;

/// One thing that the emulator is helped with.
pub(crate) trait Part: Send + Sync {
    /// Sees a request before the emulator does: may change it, or answer it.
    fn request(&self, _call: &mut Call, _memory: &mut Memory) -> Option<MockResponse> {
        None
    }

    /// Whether [`Part::edit_state`] may have something to do before a request.
    fn edits_state(&self, _call: &Call) -> bool {
        false
    }

    /// Edits the emulator's serialised state before a request, and says whether it did.
    fn edit_state(&self, _call: &Call, _state: &mut Value) -> bool {
        false
    }

    /// What else the emulator is to be asked once a request has succeeded.
    fn follow_up(&self, _call: &Call, _response: &MockResponse) -> Vec<MockRequest> {
        Vec::new()
    }

    /// Sees the emulator's answer to a request, when it is a success.
    fn response(&self, _call: &Call, _memory: &mut Memory, _response: &mut MockResponse) {}
}

/// The parts for a service, in the order in which they see a request.
pub(crate) fn parts(service: Service) -> &'static [&'static dyn Part] {
    match service {
        Service::Acm => &[&certificate_validation::CertificateValidation],
        Service::Backup => &[&backup_selections::BackupSelections, &creation_tags::CreationTags],
        Service::CloudTrail => &[&creation_tags::CreationTags],
        Service::Ec2 => &[
            &client_token::ClientToken,
            &vpc_default_security_group::VpcDefaultSecurityGroup,
            &security_group_description::SecurityGroupDescription,
            &security_group_rules::SecurityGroupRules,
            &route_targets::RouteTargets,
            &subnet_attributes::SubnetAttributes,
            &ec2_tags::Ec2Tags,
            &later_tags::LaterTags,
        ],
        Service::Ecs => {
            &[&ecs_tags::EcsTags, &ecs_service_again::EcsServiceAgain, &ecs_service_steady::EcsServiceSteady]
        }
        Service::ElasticLoadBalancing => {
            &[&load_balancer_placement::LoadBalancerPlacement, &creation_tags::CreationTags]
        }
        Service::Iam => &[&managed_policies::ManagedPolicies, &role_tags::RoleTags],
        Service::Kms => &[&key_policy::KeyPolicy],
        Service::Rds => &[
            &rds_identifiers::RdsIdentifiers,
            &rds_modifications::RdsModifications,
            &rds_master_secret::RdsMasterSecret,
            &rds_resource_id::RdsResourceId,
            &later_tags::LaterTags,
        ],
        Service::Route53 => &[&record_sets::RecordSets],
        Service::S3 => &[&bucket_defaults::BucketDefaults, &bucket_acl::BucketAcl],
        Service::Sts => &[&caller_identity::CallerIdentity],
        Service::CloudWatchLogs | Service::SecretsManager => &[],
    }
}

/// The body of an answer, where it is text.
fn body_text(response: &MockResponse) -> Option<&str> {
    std::str::from_utf8(&response.body).ok()
}

/// Rewrites the body of a JSON answer.
fn edit_json(response: &mut MockResponse, edit: impl FnOnce(&mut Value)) {
    if let Ok(mut answer) = serde_json::from_slice(&response.body) {
        edit(&mut answer);
        response.body = answer.to_string().into();
    }
}

/// Rewrites the body of an XML answer.
fn edit_xml(response: &mut MockResponse, edit: impl FnOnce(&str) -> String) {
    if let Some(body) = body_text(response) {
        response.body = edit(body).into();
    }
}

/// A number that was not given before, for things of a kind.
fn next_number(memory: &mut Memory, kind: &str) -> u64 {
    let last = memory.entry(format!("last-number/{kind}")).or_insert(Value::from(0));
    let next = last.as_u64().unwrap_or(0) + 1;
    *last = Value::from(next);
    next
}

/// The entries `NAME.1`, `NAME.2`, … of a form.
fn list(form: &BTreeMap<String, String>, name: &str) -> Vec<String> {
    (1..).map_while(|n| form.get(&format!("{name}.{n}")).cloned()).collect()
}

/// The entries `NAME.member.1SUFFIX`, `NAME.member.2SUFFIX`, … of a form.
fn members(form: &BTreeMap<String, String>, name: &str, suffix: &str) -> Vec<String> {
    (1..).map_while(|n| form.get(&format!("{name}.member.{n}{suffix}")).cloned()).collect()
}

/// The filters of an EC2 request.
fn filters(form: &BTreeMap<String, String>) -> Vec<(String, Vec<String>)> {
    (1..)
        .map_while(|n| {
            let name = form.get(&format!("Filter.{n}.Name"))?;
            Some((name.clone(), list(form, &format!("Filter.{n}.Value"))))
        })
        .collect()
}

/// The tags `PREFIXTag.1`, … of an EC2 request.
fn tags(form: &BTreeMap<String, String>, prefix: &str) -> BTreeMap<String, String> {
    (1..)
        .map_while(|n| {
            let key = form.get(&format!("{prefix}Tag.{n}.Key"))?.clone();
            let value = form.get(&format!("{prefix}Tag.{n}.Value")).cloned();
            Some((key, value.unwrap_or_default()))
        })
        .collect()
}

/// The tags that an EC2 request gives to what it creates.
fn tag_specification(form: &BTreeMap<String, String>, kind: &str) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for n in 1.. {
        let prefix = format!("TagSpecification.{n}.");
        match form.get(&format!("{prefix}ResourceType")) {
            Some(of) if of == kind => all.extend(tags(form, &prefix)),
            Some(_) => {}
            None => break,
        }
    }
    all
}

/// A refusal in the form of the service.
pub(crate) fn refusal(call: &Call, code: &str, message: &str) -> MockResponse {
    match call.service {
        Service::Ec2 => ec2_error(code, message),
        _ => crate::refusal::refusal(&call.request, 400, code, message),
    }
}

/// A refusal in the form that EC2 gives it.
fn ec2_error(code: &str, message: &str) -> MockResponse {
    let message = winterbaume_core::xml_escape(message);
    MockResponse::xml(
        400,
        format!(
            "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors><RequestID>00000000-0000-4000-8000-000000000000</RequestID></Response>"
        ),
    )
}
