//! Encryption of what passes through a VPC.

use std::collections::BTreeMap;

use ironward_core::output::ToValue;
use ironward_core::value::Value;

/// Whether a VPC lets data pass in clear (45 CFR 164.312(e)(1), 164.312(e)(2)(ii)).
///
/// [`monitor`](Self::monitor) shows in flow logs what isn't encrypted; [`enforce`](Self::enforce)
/// lets only what is encrypted pass, and what can't encrypt has to be named as an exclusion.
///
/// Source: Amazon EC2 API Reference, `ModifyVpcEncryptionControl`; Amazon VPC User Guide, "Enforce
/// VPC encryption in transit".
#[derive(Debug, Clone)]
pub struct VpcEncryptionControl(BTreeMap<&'static str, &'static str>);

/// What may be reached although its traffic isn't encrypted by the VPC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncryptionExclusion {
    /// Internet gateways.
    InternetGateway,
    /// Egress-only internet gateways.
    EgressOnlyInternetGateway,
    /// NAT gateways.
    NatGateway,
    /// Virtual private gateways.
    VirtualPrivateGateway,
    /// Peered VPCs that don't enforce encryption.
    VpcPeering,
    /// Lambda functions.
    Lambda,
    /// VPC Lattice.
    VpcLattice,
    /// EFS file systems.
    ElasticFileSystem,
}

impl EncryptionExclusion {
    const fn member(self) -> &'static str {
        match self {
            Self::InternetGateway => "InternetGatewayExclusion",
            Self::EgressOnlyInternetGateway => "EgressOnlyInternetGatewayExclusion",
            Self::NatGateway => "NatGatewayExclusion",
            Self::VirtualPrivateGateway => "VirtualPrivateGatewayExclusion",
            Self::VpcPeering => "VpcPeeringExclusion",
            Self::Lambda => "LambdaExclusion",
            Self::VpcLattice => "VpcLatticeExclusion",
            Self::ElasticFileSystem => "ElasticFileSystemExclusion",
        }
    }
}

impl VpcEncryptionControl {
    /// Shows what isn't encrypted, and lets it pass.
    #[must_use]
    pub fn monitor() -> Self {
        Self(BTreeMap::from([("Mode", "monitor")]))
    }

    /// Lets only what is encrypted pass, and what these exclusions name. A VPC has to be in
    /// monitor mode, with nothing in it that doesn't encrypt, before it can enforce.
    #[must_use]
    pub fn enforce(exclusions: impl IntoIterator<Item = EncryptionExclusion>) -> Self {
        let exclusions = exclusions.into_iter().map(|exclusion| (exclusion.member(), "enable"));
        Self(exclusions.chain([("Mode", "enforce")]).collect())
    }
}

impl ToValue for VpcEncryptionControl {
    fn to_value(&self) -> Value {
        Value::Map(self.0.iter().map(|(name, value)| ((*name).to_owned(), value.to_value())).collect())
    }
}
