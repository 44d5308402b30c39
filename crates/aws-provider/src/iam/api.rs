//! Calls that several handlers share.
//!
//! Reads are made role by role. `GetAccountAuthorizationDetails` would answer for all of them at
//! once, but it has no filter by name: in an account with many roles it costs more than it saves,
//! it is throttled harder than anything else in IAM, it reports neither descriptions nor session
//! durations, and it asks for the permission to read every policy of the account. All attachments
//! of a role are one read, whichever of them are asked for.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_iam::Client;
use aws_sdk_iam::types::Role;
use ironward_core::error::{ProviderError, ProviderErrorKind};

use crate::call::Caller;
use crate::registry::Registry;

pub(super) const ROLE: &str = "iam:GetRole";
pub(super) const ROLE_POLICY: &str = "iam:GetRolePolicy";
pub(super) const ATTACHED: &str = "iam:ListAttachedRolePolicies";

pub(super) struct Iam {
    pub(super) client: Client,
    pub(super) caller: Caller,
}

pub(super) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) -> Arc<Iam> {
    let iam = Arc::new(Iam { client: Client::new(config), caller: caller.clone() });
    registry.each(ROLE, &iam, Iam::role);
    registry.each(ROLE_POLICY, &iam, Iam::role_policy);
    registry.each(ATTACHED, &iam, Iam::attached);
    iam
}

impl Iam {
    pub(super) async fn role(self: Arc<Self>, name: String) -> Result<Option<Role>, ProviderError> {
        let request = || self.client.get_role().role_name(&name).send();
        Ok(self.caller.find(ROLE, request).await?.and_then(|answer| answer.role))
    }

    /// The document of an inline policy, by the role's name and its own, joined by `|`.
    pub(super) async fn role_policy(self: Arc<Self>, id: String) -> Result<Option<String>, ProviderError> {
        let (role, policy) = pair(&id)?;
        let request = || self.client.get_role_policy().role_name(role).policy_name(policy).send();
        Ok(self.caller.find(ROLE_POLICY, request).await?.map(|answer| answer.policy_document))
    }

    /// The ARNs of all managed policies that are attached to a role.
    pub(super) async fn attached(
        self: Arc<Self>,
        role: String,
    ) -> Result<Option<BTreeSet<String>>, ProviderError> {
        let mut arns = BTreeSet::new();
        let mut marker = None;
        loop {
            let request = || {
                self.client.list_attached_role_policies().role_name(&role).set_marker(marker.clone()).send()
            };
            let Some(page) = self.caller.find(ATTACHED, request).await? else { return Ok(None) };
            arns.extend(page.attached_policies().iter().filter_map(|policy| policy.policy_arn.clone()));
            marker = page.marker().map(str::to_owned);
            if marker.is_none() {
                return Ok(Some(arns));
            }
        }
    }
}

/// The two parts of a physical id: the role's name and what belongs to the role.
pub(super) fn pair(id: &str) -> Result<(&str, &str), ProviderError> {
    id.split_once('|').ok_or_else(|| {
        let message = format!("`{id}` is not a role's name and another, joined by `|`");
        ProviderError::new(ProviderErrorKind::Invalid, "state", message)
    })
}
