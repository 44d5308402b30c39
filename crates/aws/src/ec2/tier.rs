//! Tiers of a network, as types: what has a route to where.
//!
//! The tier of a subnet is that of the route table it is associated with. A route to an internet
//! gateway fits in a [`Public`] table only, one to a NAT gateway in a [`Private`] one, and no
//! default route at all in an [`Isolated`] one; so an id of an isolated subnet is the proof that
//! what stands there can't be reached from the internet, nor reach it (45 CFR 164.312(a)(1)).

use std::fmt;
use std::marker::PhantomData;

use ironward_core::output::{IntoInput, Lower, Output};

mod sealed {
    pub trait Sealed {}
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

/// An id of any tier, in properties that don't tell tiers apart.
#[derive(Debug, Clone)]
pub struct AnyId(());

macro_rules! any_tier {
    ($($name:ident),*) => {$(
        impl<T: Tier> IntoInput<AnyId> for Output<$name<T>> {
            fn into_input(self) -> Output<AnyId> {
                Output::from_value(self.lower())
            }
        }

        impl<T: Tier> IntoInput<AnyId> for &Output<$name<T>> {
            fn into_input(self) -> Output<AnyId> {
                Output::from_value(self.lower())
            }
        }
    )*};
}
any_tier!(SubnetId, RouteTableId);
