//! Tiers of a network, as types: what has a route to where.
//!
//! The tier of a subnet is that of the route table it is associated with. A route to an internet
//! gateway fits in a [`Public`] table only, one to a NAT gateway in a [`Private`] one, and no
//! default route at all in an [`Isolated`] one; so an id of an isolated subnet is the proof that
//! what stands there can't be reached from the internet, nor reach it (45 CFR 164.312(a)(1)).

use std::fmt;
use std::marker::PhantomData;

use ironward_core::output::{IntoInput, Output, ToValue};

mod sealed {
    pub trait Sealed {}
    pub trait SealedId {}
}

/// A tier of a network.
pub trait Tier: sealed::Sealed + Send + Sync + 'static {
    /// The tier's name, as tags carry it.
    const NAME: &'static str;
}

macro_rules! tier {
    ($(#[$meta:meta])* $name:ident, $text:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy)]
        pub enum $name {}

        impl sealed::Sealed for $name {}

        impl Tier for $name {
            const NAME: &'static str = $text;
        }
    };
}
tier! {
    /// Reaches the internet through an internet gateway and can be reached from it.
    Public, "public"
}
tier! {
    /// Reaches the internet through a NAT gateway and can't be reached from it.
    Private, "private"
}
tier! {
    /// Has no route to the internet in either direction.
    Isolated, "isolated"
}

macro_rules! tiered {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        ///
        /// There is no way to make one from text: it comes from a declaration or a lookup.
        pub struct $name<T: Tier>(PhantomData<fn() -> T>);

        impl<T: Tier> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}<{}>", stringify!($name), T::NAME)
            }
        }
    };
}
tiered! {
    /// The id of a subnet of a tier.
    SubnetId
}
tiered! {
    /// The id of a route table of a tier.
    RouteTableId
}

/// A subnet of the tier `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` isn't the id of a subnet of the tier `{T}`",
    label = "expected `Output<SubnetId<{T}>>`",
    note = "a subnet keeps its tier for good: NAT gateways to the internet stand in public subnets, private ones in private subnets",
    note = "a database subnet must be isolated: 45 CFR 164.312(a)(1)"
)]
pub trait SubnetOf<T: Tier>: sealed::SealedId {
    /// The id.
    fn subnet(self) -> Output<SubnetId<T>>;
}

/// A route table of the tier `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` isn't the id of a route table of the tier `{T}`",
    label = "expected `Output<RouteTableId<{T}>>`",
    note = "a route to an internet gateway fits in a public table, one to a NAT or egress-only gateway in a private one, none in an isolated one: 45 CFR 164.312(a)(1), 164.312(e)(1)"
)]
pub trait TableOf<T: Tier>: sealed::SealedId {
    /// The id.
    fn table(self) -> Output<RouteTableId<T>>;
}

/// A tier whose tables have routes beyond the VPC.
#[diagnostic::on_unimplemented(
    message = "a table of the tier `{Self}` takes no routes",
    label = "this table leads nowhere but to its own VPC",
    note = "what stands in an isolated subnet can't be reached from elsewhere, nor reach it: 45 CFR 164.312(a)(1)"
)]
pub trait Routed: Tier {}

impl Routed for Public {}
impl Routed for Private {}

macro_rules! id_of {
    ($name:ident, $trait:ident, $method:ident) => {
        impl<T: Tier> sealed::SealedId for Output<$name<T>> {}
        impl<T: Tier> sealed::SealedId for &Output<$name<T>> {}

        impl<T: Tier> $trait<T> for Output<$name<T>> {
            fn $method(self) -> Output<$name<T>> {
                self
            }
        }

        impl<T: Tier> $trait<T> for &Output<$name<T>> {
            fn $method(self) -> Output<$name<T>> {
                self.clone()
            }
        }
    };
}
id_of!(SubnetId, SubnetOf, subnet);
id_of!(RouteTableId, TableOf, table);

/// An id of any tier, in properties that don't tell tiers apart.
#[derive(Debug, Clone)]
pub struct AnyId(());

macro_rules! any_tier {
    ($($name:ident),*) => {$(
        impl<T: Tier> IntoInput<AnyId> for Output<$name<T>> {
            fn into_input(self) -> Output<AnyId> {
                Output::from_value(self.to_value())
            }
        }

        impl<T: Tier> IntoInput<AnyId> for &Output<$name<T>> {
            fn into_input(self) -> Output<AnyId> {
                Output::from_value(self.to_value())
            }
        }
    )*};
}
any_tier!(SubnetId, RouteTableId);
