//! Who may ask a FHIR server.

use std::collections::HashSet;
use std::net::Ipv6Addr;

use ironward_aws::ec2::{PeerCidr, SecurityGroupIngress};
use ironward_aws::elbv2::{CognitoSignIn, JwtValidation, MutualAuthentication, TrustStoreArn};
use ironward_core::output::{IntoInput, Output};

/// Who may ask a FHIR server, and how they prove who they are (45 CFR 164.312(d), 164.312(a)(1)). There
/// is no server without an answer to that.
///
/// What a caller may read once he is let in is the server's own decision.
#[derive(Debug, Clone)]
pub struct Access(pub(crate) Gate);

#[derive(Debug, Clone)]
pub(crate) enum Gate {
    Tokens(JwtValidation),
    ClientCertificates(Output<TrustStoreArn>),
    SignIn(Box<CognitoSignIn>),
    Internal(Vec<PeerCidr>),
    Peers(Vec<PeerCidr>),
    Image(String),
}

impl Access {
    /// Whoever shows a token that this issuer signed, as the backend services of SMART on FHIR do; the
    /// load balancer checks it. Issuer and keys have HTTPS addresses, or the server isn't built.
    #[must_use]
    pub fn tokens(validation: JwtValidation) -> Self {
        Self(Gate::Tokens(validation))
    }

    /// Whoever shows a certificate that an authority of this trust store has signed; the load balancer
    /// checks it.
    pub fn client_certificates(trust_store: impl IntoInput<TrustStoreArn>) -> Self {
        Self(Gate::ClientCertificates(trust_store.into_input()))
    }

    /// People who have signed in through a user pool of Amazon Cognito.
    #[must_use]
    pub fn sign_in(sign_in: CognitoSignIn) -> Self {
        Self(Gate::SignIn(Box::new(sign_in)))
    }

    /// Whoever is in these networks of IPv4, which reach the VPC over private ways: the load balancer doesn't
    /// face the internet.
    ///
    /// That lets them in, and connects nothing. To be reached from a network outside the VPC takes what
    /// connects the two (a peering connection, a transit gateway, a VPN), a route there to the VPC, and one
    /// back in each of [`HipaaVpc::private_route_tables`](crate::HipaaVpc::private_route_tables), in whose
    /// subnets the load balancer stands. Without them its answers find no way, and requests time out.
    pub fn internal(networks: impl IntoIterator<Item = PeerCidr>) -> Self {
        Self(Gate::Internal(each_once(networks)))
    }

    /// Whoever has one of these addresses in the internet, such as a hospital behind its firewall. The load
    /// balancer has addresses of IPv4 only, so ranges of IPv6 alone are refused, and beside others every
    /// plan says that they let nobody in.
    ///
    /// Each range is a rule of the load balancer's security group, which takes 60 unless AWS gives the
    /// account more, and never more than 1000.
    pub fn peers(addresses: impl IntoIterator<Item = PeerCidr>) -> Self {
        Self(Gate::Peers(each_once(addresses)))
    }

    /// Whoever the image lets in: it authenticates callers itself. Every plan shows the reason. HAPI
    /// FHIR's own image doesn't, and can't be had with it.
    #[must_use]
    pub fn authenticated_by_image(reason: &str) -> Self {
        Self(Gate::Image(reason.to_owned()))
    }

    pub(crate) fn faces_internet(&self) -> bool {
        !matches!(self.0, Gate::Internal(_))
    }

    /// Whether the load balancer has to ask somebody in the internet about callers.
    // Issuers' keys and user pools are reached from the load balancer's own network interfaces:
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-verify-jwt.html,
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
    pub(crate) fn asks_issuer(&self) -> bool {
        matches!(self.0, Gate::Tokens(_) | Gate::SignIn(_))
    }

    pub(crate) fn mutual_authentication(&self) -> Option<MutualAuthentication> {
        match &self.0 {
            Gate::ClientCertificates(store) => Some(MutualAuthentication::verify(store)),
            _ => None,
        }
    }

    /// Why nobody could be asked as it says, as far as that is known now.
    pub(crate) fn unsound(&self) -> Option<String> {
        match &self.0 {
            Gate::Tokens(validation) => validation.refusal(),
            Gate::SignIn(sign_in) => sign_in.refusal(),
            _ => self.mutual_authentication().and_then(|certificates| certificates.refusal()),
        }
    }

    /// The ranges that may ask, where it is by them.
    pub(crate) fn ranges(&self) -> &[PeerCidr] {
        match &self.0 {
            Gate::Internal(ranges) | Gate::Peers(ranges) => ranges,
            _ => &[],
        }
    }

    /// What a plan says of it: that nobody is asked who he is, or that the image does it.
    pub(crate) fn remark(&self) -> Option<String> {
        match &self.0 {
            Gate::Tokens(_) | Gate::ClientCertificates(_) | Gate::SignIn(_) => None,
            Gate::Internal(_) => Some(
                "whoever is in one of its networks is answered without being asked who he is; \
                 `Access::tokens` and `Access::client_certificates` ask. No route leads to a network outside the \
                 VPC until one is added to `HipaaVpc::private_route_tables`"
                    .to_owned(),
            ),
            Gate::Peers(_) => Some(
                "whoever has one of its peers' addresses is answered without being asked who he is; \
                 `Access::tokens` and `Access::client_certificates` ask"
                    .to_owned(),
            ),
            Gate::Image(reason) => Some(format!("its image alone asks callers who they are: {reason}")),
        }
    }

    /// The ways in, each with the name of its rule. That of a range is made from the range: another order
    /// is the same program, and a rule that stood at the number of its range moves there, since the planner
    /// knows it by what it lets in.
    pub(crate) fn ways_in(&self) -> Vec<(String, WayIn)> {
        let ranges = |kind: &str, ranges: &[PeerCidr]| {
            ranges.iter().map(|range| (rule_of(kind, *range), WayIn::Range(*range))).collect()
        };
        match &self.0 {
            Gate::Internal(networks) => ranges("network", networks),
            Gate::Peers(addresses) => ranges("peer", addresses),
            _ => vec![("internet-to-balancer".to_owned(), WayIn::Internet)],
        }
    }
}

/// The ranges as they are given, without those that were there before: EC2 has no rule twice.
fn each_once(ranges: impl IntoIterator<Item = PeerCidr>) -> Vec<PeerCidr> {
    let mut seen = HashSet::new();
    ranges.into_iter().filter(|range| seen.insert(*range)).collect()
}

/// The name of the rule of a range, such as `peer-203-0-113-0-24-in`. Of IPv6 it has the hexadecimal digits
/// that the prefix covers, without colons, so that the longest is short enough for a path.
fn rule_of(kind: &str, range: PeerCidr) -> String {
    let text = range.to_string();
    let (address, length) = text.split_once('/').unwrap_or((&text, ""));
    let address = match address.parse::<Ipv6Addr>() {
        Ok(address) => {
            let digits = format!("{:032x}", address.to_bits());
            let covered = length.parse::<usize>().unwrap_or(128).div_ceil(4);
            digits.get(..covered).unwrap_or(&digits).to_owned()
        }
        Err(_) => address.replace('.', "-"),
    };
    format!("{kind}-{address}-{length}-in")
}

/// Where requests come from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum WayIn {
    Internet,
    Range(PeerCidr),
}

impl WayIn {
    /// The rule that lets HTTPS in from there.
    pub(crate) fn rule(
        self,
        group: &Output<ironward_aws::ec2::SecurityGroupId>,
        traffic: ironward_aws::ec2::Traffic,
    ) -> SecurityGroupIngress {
        match self {
            Self::Internet => SecurityGroupIngress::https_from_internet(group, "HTTPS from the internet"),
            Self::Range(range) => {
                SecurityGroupIngress::from_cidr(group, range, traffic, format!("HTTPS from {range}"))
            }
        }
    }
}
