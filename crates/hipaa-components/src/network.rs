//! How a network's range is divided among zones and tiers.

use ironward_aws::ec2::Cidr;

/// The shortest prefix of a VPC's range, and the longest of a subnet's.
// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html,
// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
const WIDEST: u8 = 16;
const NARROWEST: u8 = 28;

/// The ranges of a network of three tiers over two or three zones. They lie within the network's
/// range and don't overlap; [`three_tier!`](crate::three_tier) checks that while the program
/// compiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NetworkPlan {
    range: Cidr,
    zones: usize,
    public: [Cidr; 3],
    private: [Cidr; 3],
    isolated: [Cidr; 3],
}

/// A network that can't be divided as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidNetwork {
    /// One zone gives no standby, and more than three aren't supported.
    #[error("a network has two or three zones, not {zones}: 45 CFR 164.308(a)(7)(ii)(C) asks for a standby")]
    Zones {
        /// How many were asked for.
        zones: usize,
    },
    /// The range is too small.
    #[error(
        "{range} is too small: twelve subnets of at least 16 addresses need a prefix of 24 bits or fewer"
    )]
    TooSmall {
        /// The range.
        range: Cidr,
    },
    /// The range is larger than any VPC's.
    #[error("{range} is too large: a VPC's range has a prefix of 16 bits at least, such as 10.0.0.0/16")]
    TooLarge {
        /// The range.
        range: Cidr,
    },
    /// A tier's range is smaller than any subnet's.
    #[error("{part} is too small: a subnet's range has a prefix of 28 bits at most, which are 16 addresses")]
    SubnetTooSmall {
        /// The tier's range.
        part: Cidr,
    },
    /// A tier's range isn't in the network's.
    #[error("{part} isn't within {range}")]
    Outside {
        /// The tier's range.
        part: Cidr,
        /// The network's range.
        range: Cidr,
    },
    /// Two ranges overlap.
    #[error("{first} and {second} overlap")]
    Overlap {
        /// One.
        first: Cidr,
        /// The other.
        second: Cidr,
    },
}

impl NetworkPlan {
    /// Divides a range: each tier gets a quarter, each zone a quarter of that.
    ///
    /// # Errors
    /// [`InvalidNetwork`] when the zones are too few or too many, or the range is too small or too large.
    pub const fn divide(range: Cidr, zones: usize) -> Result<Self, InvalidNetwork> {
        if zones < 2 || zones > 3 {
            return Err(InvalidNetwork::Zones { zones });
        }
        if range.prefix_len() < WIDEST {
            return Err(InvalidNetwork::TooLarge { range });
        }
        if range.prefix_len() > 24 {
            return Err(InvalidNetwork::TooSmall { range });
        }
        let mut tiers = [[range; 3]; 3];
        let mut tier = 0;
        while tier < 3 {
            let mut zone = 0;
            while zone < 3 {
                match range.subnet(4, (tier * 4 + zone) as u32) {
                    Ok(part) => tiers[tier][zone] = part,
                    Err(_) => return Err(InvalidNetwork::TooSmall { range }),
                }
                zone += 1;
            }
            tier += 1;
        }
        Ok(Self { range, zones, public: tiers[0], private: tiers[1], isolated: tiers[2] })
    }

    /// Takes the ranges of each tier as they are given, one for each zone.
    ///
    /// # Errors
    /// [`InvalidNetwork`] when the zones are too few or too many, or a range lies outside, overlaps
    /// another, or is none that a VPC or a subnet can have.
    pub const fn explicit<const N: usize>(
        range: Cidr,
        public: [Cidr; N],
        private: [Cidr; N],
        isolated: [Cidr; N],
    ) -> Result<Self, InvalidNetwork> {
        if N < 2 || N > 3 {
            return Err(InvalidNetwork::Zones { zones: N });
        }
        if range.prefix_len() < WIDEST {
            return Err(InvalidNetwork::TooLarge { range });
        }
        let mut all = [range; 9];
        let mut zone = 0;
        while zone < N {
            all[zone] = public[zone];
            all[N + zone] = private[zone];
            all[2 * N + zone] = isolated[zone];
            zone += 1;
        }
        let mut one = 0;
        while one < 3 * N {
            if !range.contains(all[one]) {
                return Err(InvalidNetwork::Outside { part: all[one], range });
            }
            if all[one].prefix_len() > NARROWEST {
                return Err(InvalidNetwork::SubnetTooSmall { part: all[one] });
            }
            let mut other = one + 1;
            while other < 3 * N {
                if all[one].overlaps(all[other]) {
                    return Err(InvalidNetwork::Overlap { first: all[one], second: all[other] });
                }
                other += 1;
            }
            one += 1;
        }
        let last = N - 1;
        Ok(Self {
            range,
            zones: N,
            public: [public[0], public[1], public[last]],
            private: [private[0], private[1], private[last]],
            isolated: [isolated[0], isolated[1], isolated[last]],
        })
    }

    /// The plan, or a compile error that says what is wrong; for [`three_tier!`](crate::three_tier).
    #[doc(hidden)]
    #[must_use]
    #[allow(clippy::panic)]
    pub const fn checked(plan: Result<Self, InvalidNetwork>) -> Self {
        match plan {
            Ok(plan) => plan,
            Err(InvalidNetwork::Zones { .. }) => {
                panic!("a network has two or three zones: 45 CFR 164.308(a)(7)(ii)(C) asks for a standby")
            }
            Err(InvalidNetwork::TooSmall { .. }) => {
                panic!("the network's range is too small for twelve subnets")
            }
            Err(InvalidNetwork::TooLarge { .. }) => {
                panic!("the network's range is too large for a VPC: 16 bits of prefix at least")
            }
            Err(InvalidNetwork::SubnetTooSmall { .. }) => {
                panic!("a subnet's range is too small: 28 bits of prefix at most")
            }
            Err(InvalidNetwork::Outside { .. }) => panic!("a subnet's range isn't within the network's"),
            Err(InvalidNetwork::Overlap { .. }) => panic!("two subnets' ranges overlap"),
        }
    }

    /// The network's range.
    #[must_use]
    pub const fn range(&self) -> Cidr {
        self.range
    }

    /// The number of zones: two or three.
    #[must_use]
    pub const fn zones(&self) -> usize {
        self.zones
    }

    pub(crate) fn public(&self) -> &[Cidr] {
        self.public.get(..self.zones).unwrap_or(&self.public)
    }

    pub(crate) fn private(&self) -> &[Cidr] {
        self.private.get(..self.zones).unwrap_or(&self.private)
    }

    pub(crate) fn isolated(&self) -> &[Cidr] {
        self.isolated.get(..self.zones).unwrap_or(&self.isolated)
    }
}

/// A network of three tiers, checked while the program compiles.
///
/// ```
/// use ironward_hipaa_components::three_tier;
///
/// let divided = three_tier!("10.0.0.0/16", zones = 3);
/// let given = three_tier!("10.0.0.0/16",
///     public = ["10.0.1.0/24", "10.0.2.0/24"],
///     private = ["10.0.10.0/24", "10.0.11.0/24"],
///     isolated = ["10.0.20.0/24", "10.0.21.0/24"]);
/// assert_eq!((divided.zones(), given.zones()), (3, 2));
/// ```
#[macro_export]
macro_rules! three_tier {
    ($range:expr, zones = $zones:expr $(,)?) => {{
        const PLAN: $crate::network::NetworkPlan = $crate::network::NetworkPlan::checked(
            $crate::network::NetworkPlan::divide($crate::aws::ec2::Cidr::parse($range), $zones),
        );
        PLAN
    }};
    ($range:expr, public = [$($public:expr),* $(,)?], private = [$($private:expr),* $(,)?],
        isolated = [$($isolated:expr),* $(,)?] $(,)?) => {{
        const PLAN: $crate::network::NetworkPlan =
            $crate::network::NetworkPlan::checked($crate::network::NetworkPlan::explicit(
                $crate::aws::ec2::Cidr::parse($range),
                [$($crate::aws::ec2::Cidr::parse($public)),*],
                [$($crate::aws::ec2::Cidr::parse($private)),*],
                [$($crate::aws::ec2::Cidr::parse($isolated)),*],
            ));
        PLAN
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_a_divided_network_dont_overlap() {
        let plan = three_tier!("10.0.0.0/16", zones = 3);
        let all = [plan.public, plan.private, plan.isolated].concat();
        for (index, one) in all.iter().enumerate() {
            assert!(plan.range().contains(*one));
            assert!(all[index + 1..].iter().all(|other| !one.overlaps(*other)));
        }
    }

    #[test]
    fn run_time_values_are_checked() {
        let range = |text: &str| Cidr::try_from(text).unwrap();
        let network = range("10.0.0.0/16");
        assert!(matches!(NetworkPlan::divide(network, 1), Err(InvalidNetwork::Zones { zones: 1 })));
        assert!(matches!(NetworkPlan::divide(range("10.0.0.0/26"), 2), Err(InvalidNetwork::TooSmall { .. })));
        let (a, b, c) = ("10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24");
        let (d, e, f) = ("10.0.4.0/24", "10.0.5.0/24", "10.0.0.0/22");
        let explicit = |last: &str| {
            NetworkPlan::explicit(
                network,
                [range(a), range(b)],
                [range(c), range(d)],
                [range(e), range(last)],
            )
        };
        assert!(matches!(NetworkPlan::divide(range("10.0.0.0/15"), 2), Err(InvalidNetwork::TooLarge { .. })));
        let large = NetworkPlan::explicit(
            range("10.0.0.0/8"),
            [range(a), range(b)],
            [range(c), range(d)],
            [range(e), range("10.0.6.0/24")],
        );
        assert!(matches!(large, Err(InvalidNetwork::TooLarge { .. })));
        assert!(matches!(explicit("10.0.6.0/29"), Err(InvalidNetwork::SubnetTooSmall { .. })));
        assert!(explicit("10.0.6.0/28").is_ok());
        assert!(matches!(explicit(f), Err(InvalidNetwork::Overlap { .. })));
        assert!(matches!(explicit("10.1.0.0/24"), Err(InvalidNetwork::Outside { .. })));
    }
}
