//! The emulators of AWS that stacks are tried on, how to tell them apart, and what each of them
//! accepts and never reports back.
//!
//! What an emulator is silent about must not read as "not set": it is neither drift nor proof. So
//! the provider leaves the properties in [`gaps`] out of what it observes there.
//!
//! What AWS refuses because of what is there already is in [`exclusions`], once for every emulator that
//! would take it.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod exclusions;
pub mod gaps;
pub mod xml;

use std::fmt;

/// An emulator of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Emulator {
    /// Ironward's own sandbox, in process or served.
    Sandbox,
    /// The moto server.
    Moto,
    /// LocalStack.
    LocalStack,
}

impl Emulator {
    /// The emulator whose `sts:GetCallerIdentity` answers with this ARN; nothing for AWS itself and
    /// for emulators that aren't known.
    ///
    /// # Examples
    ///
    /// ```
    /// use ironward_emulators::Emulator;
    ///
    /// let arn = "arn:aws:sts::123456789012:user/moto";
    /// assert_eq!(Emulator::recognise(arn), Some(Emulator::Moto));
    /// ```
    #[must_use]
    pub fn recognise(caller: &str) -> Option<Self> {
        let (_, resource) = caller.rsplit_once(':')?;
        match resource {
            "user/ironward-sandbox" => Some(Self::Sandbox),
            "user/moto" => Some(Self::Moto),
            // Emulated stacks alone are asked, and no other emulator calls its caller that.
            "root" => Some(Self::LocalStack),
            _ => None,
        }
    }

    /// Whether it takes every `Deny` of a bucket's policy for one without a `Condition`, so that a bucket that
    /// is closed to plain HTTP is closed to everybody. Of those that are known moto does, and the others
    /// enforce no policy.
    ///
    /// # Examples
    ///
    /// ```
    /// use ironward_emulators::Emulator;
    ///
    /// assert!(Emulator::Moto.denies_unconditionally());
    /// assert!(!Emulator::Sandbox.denies_unconditionally());
    /// ```
    #[must_use]
    pub fn denies_unconditionally(self) -> bool {
        self == Self::Moto
    }

    /// Whether it reports a whole property back, as far as is known; see [`gaps`].
    ///
    /// # Examples
    ///
    /// ```
    /// use ironward_emulators::Emulator;
    ///
    /// let sandbox = Emulator::Sandbox;
    /// assert!(sandbox.shows("AWS::RDS::DBInstance", "StorageEncrypted"));
    /// assert!(!sandbox.shows("AWS::RDS::DBInstance", "MonitoringInterval"));
    /// assert!(!sandbox.shows("AWS::ECS::TaskDefinition", "ContainerDefinitions"));
    /// ```
    #[must_use]
    pub fn shows(self, cfn_type: &str, property: &str) -> bool {
        gaps::is_observable(gaps::of(self), cfn_type, property)
    }
}

impl fmt::Display for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Sandbox => "the sandbox",
            Self::Moto => "moto",
            Self::LocalStack => "LocalStack",
        })
    }
}
