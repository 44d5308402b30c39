//! The encryption control of a VPC: a resource of its own to the API, a property to the registry.

use aws_sdk_ec2::types::{
    VpcEncryptionControl, VpcEncryptionControlExclusion, VpcEncryptionControlExclusionStateInput,
    VpcEncryptionControlMode, VpcEncryptionControlState,
};
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};

use super::network_api::{Network, made};

const CREATE: &str = "ec2:CreateVpcEncryptionControl";
const DELETE: &str = "ec2:DeleteVpcEncryptionControl";
const DESCRIBE: &str = "ec2:DescribeVpcEncryptionControls";
const MODIFY: &str = "ec2:ModifyVpcEncryptionControl";

fn is_there(control: &VpcEncryptionControl) -> bool {
    !matches!(control.state(), Some(VpcEncryptionControlState::Deleted | VpcEncryptionControlState::Deleting))
}

/// The control as it is declared: its mode, and the exclusions that are on.
pub(super) fn view(control: &VpcEncryptionControl) -> Option<Document> {
    if !is_there(control) {
        return None;
    }
    let exclusions = control.resource_exclusions();
    let on = |exclusion: Option<&VpcEncryptionControlExclusion>| {
        let state = exclusion.and_then(VpcEncryptionControlExclusion::state)?;
        matches!(state.as_str(), "enabled" | "enabling").then_some("enable")
    };
    let of = |member: fn(
        &aws_sdk_ec2::types::VpcEncryptionControlExclusions,
    ) -> Option<&VpcEncryptionControlExclusion>| on(exclusions.and_then(member));
    Some(
        Document::new()
            .with("Mode", control.mode().map(VpcEncryptionControlMode::as_str))
            .with("InternetGatewayExclusion", of(|all| all.internet_gateway()))
            .with("EgressOnlyInternetGatewayExclusion", of(|all| all.egress_only_internet_gateway()))
            .with("NatGatewayExclusion", of(|all| all.nat_gateway()))
            .with("VirtualPrivateGatewayExclusion", of(|all| all.virtual_private_gateway()))
            .with("VpcPeeringExclusion", of(|all| all.vpc_peering()))
            .with("LambdaExclusion", of(|all| all.lambda()))
            .with("VpcLatticeExclusion", of(|all| all.vpc_lattice()))
            .with("ElasticFileSystemExclusion", of(|all| all.elastic_file_system())),
    )
}

impl Network {
    async fn encryption_control(&self, vpc: &str) -> Result<Option<String>, ProviderError> {
        let request = || self.client.describe_vpc_encryption_controls().vpc_ids(vpc).send();
        let answer = self.caller.call(DESCRIBE, request).await?;
        let found = answer.vpc_encryption_controls().iter().find(|control| is_there(control));
        Ok(found.and_then(|control| control.vpc_encryption_control_id.clone()))
    }

    /// Sets the control of a VPC; none takes it away. A control begins in monitor mode, and only
    /// one that enforces has exclusions.
    pub(super) async fn set_encryption_control(
        &self,
        vpc: &str,
        declared: Option<&Document>,
    ) -> Result<(), ProviderError> {
        let there = self.encryption_control(vpc).await?;
        let Some(declared) = declared else {
            let Some(id) = there else { return Ok(()) };
            let request =
                || self.client.delete_vpc_encryption_control().vpc_encryption_control_id(&id).send();
            self.caller.find(DELETE, request).await?;
            return Ok(());
        };
        let mode: Option<VpcEncryptionControlMode> = declared.parsed("Mode")?;
        let enforces = mode == Some(VpcEncryptionControlMode::Enforce);
        if !enforces && declared.iter().any(|(_, value)| value == "enable") {
            let message = "only an encryption control that enforces has exclusions";
            return Err(ProviderError::new(ProviderErrorKind::Invalid, MODIFY, message));
        }
        let id = match there {
            Some(id) => id,
            None => {
                let request = || self.client.create_vpc_encryption_control().vpc_id(vpc).send();
                let answer = self.caller.call(CREATE, request).await?;
                let control = answer.vpc_encryption_control();
                let id = made(CREATE, control.and_then(|control| control.vpc_encryption_control_id()))?;
                if !enforces {
                    return Ok(());
                }
                id
            }
        };
        let exclusion =
            |name: &str| -> Result<Option<VpcEncryptionControlExclusionStateInput>, ProviderError> {
                let on = declared.opt::<String>(name)?.as_deref() == Some("enable");
                Ok(enforces.then_some(if on {
                    VpcEncryptionControlExclusionStateInput::Enable
                } else {
                    VpcEncryptionControlExclusionStateInput::Disable
                }))
            };
        let request = self
            .client
            .modify_vpc_encryption_control()
            .vpc_encryption_control_id(&id)
            .set_mode(mode)
            .set_internet_gateway_exclusion(exclusion("InternetGatewayExclusion")?)
            .set_egress_only_internet_gateway_exclusion(exclusion("EgressOnlyInternetGatewayExclusion")?)
            .set_nat_gateway_exclusion(exclusion("NatGatewayExclusion")?)
            .set_virtual_private_gateway_exclusion(exclusion("VirtualPrivateGatewayExclusion")?)
            .set_vpc_peering_exclusion(exclusion("VpcPeeringExclusion")?)
            .set_lambda_exclusion(exclusion("LambdaExclusion")?)
            .set_vpc_lattice_exclusion(exclusion("VpcLatticeExclusion")?)
            .set_elastic_file_system_exclusion(exclusion("ElasticFileSystemExclusion")?);
        self.caller.call(MODIFY, || request.clone().send()).await?;
        Ok(())
    }
}
