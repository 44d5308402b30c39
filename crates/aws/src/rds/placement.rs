//! The proof that a database stands where the internet can't reach it.

use ironward_core::output::{Output, ToValue};
use ironward_core::value::Value;

use super::{DbSubnetGroupName, DeclaredDbSubnetGroup};
use crate::ec2::{Isolated, SubnetId};

/// Two or more isolated subnets, of two availability zones at least: where a database may stand
/// (45 CFR 164.312(a)(1)).
///
/// There is no way to put a public or private subnet in.
#[derive(Debug, Clone)]
pub struct IsolatedSubnets(Vec<Output<SubnetId<Isolated>>>);

impl IsolatedSubnets {
    /// Two subnets.
    #[must_use]
    pub fn new(one: Output<SubnetId<Isolated>>, two: Output<SubnetId<Isolated>>) -> Self {
        Self(vec![one, two])
    }

    /// One subnet more.
    #[must_use]
    pub fn with(mut self, another: Output<SubnetId<Isolated>>) -> Self {
        self.0.push(another);
        self
    }
}

macro_rules! from_arrays {
    ($($length:literal)*) => {$(
        impl From<[Output<SubnetId<Isolated>>; $length]> for IsolatedSubnets {
            fn from(subnets: [Output<SubnetId<Isolated>>; $length]) -> Self {
                Self(subnets.into())
            }
        }
    )*};
}
from_arrays!(2 3 4 5 6);

/// Fewer than two subnets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooFewSubnets(usize);

impl std::fmt::Display for TooFewSubnets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a database subnet group has subnets in two availability zones at least, not {}", self.0)
    }
}

impl std::error::Error for TooFewSubnets {}

impl TryFrom<Vec<Output<SubnetId<Isolated>>>> for IsolatedSubnets {
    type Error = TooFewSubnets;

    fn try_from(subnets: Vec<Output<SubnetId<Isolated>>>) -> Result<Self, TooFewSubnets> {
        if subnets.len() < 2 { Err(TooFewSubnets(subnets.len())) } else { Ok(Self(subnets)) }
    }
}

impl ToValue for IsolatedSubnets {
    fn to_value(&self) -> Value {
        self.0.to_value()
    }
}

/// Proof that a database stands in isolated subnets: no route leads from the internet to it, nor
/// from it to the internet (45 CFR 164.312(a)(1)).
///
/// It comes from a declared [`DbSubnetGroup`](super::DbSubnetGroup); there is no way to make one
/// from text, by default, or by reading it from a file.
#[derive(Debug, Clone)]
pub struct IsolatedPlacement {
    group: Output<DbSubnetGroupName>,
}

impl IsolatedPlacement {
    /// The name of the subnet group.
    #[must_use]
    pub fn group(&self) -> Output<DbSubnetGroupName> {
        self.group.clone()
    }
}

impl ToValue for IsolatedPlacement {
    fn to_value(&self) -> Value {
        self.group.to_value()
    }
}

impl From<&DeclaredDbSubnetGroup> for IsolatedPlacement {
    fn from(group: &DeclaredDbSubnetGroup) -> Self {
        Self { group: group.name() }
    }
}

impl DeclaredDbSubnetGroup {
    /// The proof that what is placed in this group can't be reached from the internet.
    #[must_use]
    pub fn placement(&self) -> IsolatedPlacement {
        IsolatedPlacement::from(self)
    }
}
