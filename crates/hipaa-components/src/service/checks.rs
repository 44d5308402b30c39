//! What a service refuses, and what every plan says of it.

use std::num::NonZeroU32;

use ironward_aws::ec2::PeerCidr;
use ironward_aws::hosts::is_host_name;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Profile, Stack};

use super::{DatabaseLogin, FhirServiceBuilder};
use crate::access::Gate;
use crate::database::MASTER;
use crate::image::{Application, Transport};

/// The last number of a user that containers take.
// "uids and gids must be in range 0-2147483647":
// https://github.com/moby/sys/blob/main/user/user.go
const LAST_USER: u32 = i32::MAX as u32;

/// How many rules for one direction and one kind of addresses a security group holds unless AWS gives
/// more, and how many it ever can.
// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
const USUAL_RULES: usize = 60;
const MOST_RULES: usize = 1000;

/// The most tasks of a service.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
const MOST_TASKS: i64 = 5000;

/// Whether a policy that lets somebody log in as this user means him alone.
fn is_user(name: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    (1..=63).contains(&name.len()) && name.chars().all(legal)
}

impl FhirServiceBuilder<'_> {
    /// That it can be had, and what every plan says of it.
    pub(super) fn check<P: Profile>(&self, scope: &mut Stack<P>) -> Result<(), DeclareError> {
        self.check_values(scope)?;
        self.check_access(scope)?;
        self.check_transport(scope)?;
        let production = self.environment.is_production();
        if !self.image.knows_database() {
            scope.remark(
                "the server encrypts its connections to the database and doesn't check whom it speaks to; \
                 an image with the root certificates of RDS does (`FhirImage::with_database_roots`)",
                Some("45 CFR 164.312(e)(2)(ii)"),
            );
        }
        if self.login == DatabaseLogin::ManagedSecret {
            scope.remark(
                "the server logs in as the master user, who may do everything in the database; \
                 `DatabaseLogin::IamUser` is for a user who may do less",
                Some("45 CFR 164.308(a)(4)(ii)(B)"),
            );
        }
        if self.image.is_public() {
            scope.remark(
                "its tasks may reach the whole internet over HTTPS, since images come from public registries; \
                 copies in ECR close that way (`FhirImage::hapi_of`)",
                Some("45 CFR 164.312(e)(1)"),
            );
        }
        if self.exec {
            scope.remark(
                "operators may open sessions in its tasks, and so the file systems there can be written to",
                Some("45 CFR 164.312(c)(1)"),
            );
        }
        let tasks = self.tasks.unwrap_or(2);
        if !(0..=MOST_TASKS).contains(&tasks) {
            let message = format!(
                "a service can't run {tasks} tasks: say `.tasks(1)` or more, up to {MOST_TASKS}, or `.tasks(0)` \
                 for one that stands still"
            );
            return Err(scope.refuse(message, None));
        }
        if production && tasks < 2 {
            return Err(scope.refuse(
                "production runs at least two tasks, so that one can fail",
                Some("45 CFR 164.308(a)(7)(ii)(C)"),
            ));
        }
        Ok(())
    }

    /// That numbers, names and paths are such.
    fn check_values<P: Profile>(&self, scope: &Stack<P>) -> Result<(), DeclareError> {
        self.user(scope)?;
        if let Some((why, citation)) = self.image.unsound() {
            return Err(scope.refuse(why, citation));
        }
        if let Some(name) = self.public_name.as_deref().filter(|name| !is_host_name(name)) {
            let message = format!(
                "`{name}` is no name of a host: write it without a scheme, a port and a path, such as \
                 `.public_name(\"fhir.example.org\")`"
            );
            return Err(scope.refuse(message, None));
        }
        if let Some(why) = self.certificate.unsound() {
            return Err(scope.refuse(why, Some("45 CFR 164.312(e)(2)(ii)")));
        }
        match &self.login {
            DatabaseLogin::IamUser(name) if name == MASTER => Err(scope.refuse(
                format!("`{name}` is the master user, who may do everything: name another, such as `fhir_app`"),
                Some("45 CFR 164.308(a)(4)(ii)(B)"),
            )),
            DatabaseLogin::IamUser(name) if !is_user(name) => Err(scope.refuse(
                format!(
                    "`{name}` names no single user of the database: write up to 63 letters, digits and `._-`, such \
                     as `fhir_app`"
                ),
                Some("45 CFR 164.312(d)"),
            )),
            _ => Ok(()),
        }
    }

    /// The user that the server runs as, who isn't root.
    pub(super) fn user<P: Profile>(&self, scope: &Stack<P>) -> Result<NonZeroU32, DeclareError> {
        let user = self.image.user();
        NonZeroU32::new(user).filter(|user| user.get() <= LAST_USER).ok_or_else(|| {
            let why = match user {
                0 => "its image would run as root, who may do everything in its container".to_owned(),
                user => format!("there is no user {user}: the last one is {LAST_USER}"),
            };
            let message = format!("{why}; say `.run_as(65532)`, or another user from 1 to {LAST_USER}");
            scope.refuse(message, Some("45 CFR 164.312(a)(1)"))
        })
    }

    /// That what passes behind the load balancer is encrypted by somebody, and what can be asked for.
    fn check_transport<P: Profile>(&self, scope: &mut Stack<P>) -> Result<(), DeclareError> {
        let (application, transport) = (self.image.application(), self.image.transport());
        if (application, transport) == (Application::Hapi, Transport::Tls) {
            return Err(scope.refuse(
                "HAPI FHIR's image speaks no TLS: say `Transport::Sidecar`, which ends TLS in front of it, or \
                 bring an image that does (`FhirImage::custom`)",
                Some("45 CFR 164.312(e)(1)"),
            ));
        }
        if let Transport::PlainHttp = self.image.transport() {
            if self.environment.is_production() {
                return Err(scope.refuse(
                    "production can't speak plain HTTP between load balancer and task; use an image that speaks \
                     TLS, or the TLS sidecar",
                    Some("45 CFR 164.312(e)(1)"),
                ));
            }
            scope.remark(
                "what passes between load balancer and task isn't encrypted; no PHI may be stored here",
                Some("45 CFR 164.312(e)(1)"),
            );
        }
        if self.image.served().is_none() {
            scope.remark(
                "every path that its image serves can be asked for, not `/fhir` alone; what else there is, such \
                 as consoles and metrics, is the image's to close",
                Some("45 CFR 164.312(a)(1)"),
            );
        }
        Ok(())
    }

    /// That somebody asks callers who they are.
    fn check_access<P: Profile>(&self, scope: &mut Stack<P>) -> Result<(), DeclareError> {
        if let (Gate::Image(_), Application::Hapi) = (&self.access.0, self.image.application()) {
            return Err(scope.refuse(
                "HAPI FHIR asks nobody who he is, so `Access::authenticated_by_image` isn't true of it; choose \
                 `Access::tokens`, `Access::client_certificates`, `Access::sign_in`, `Access::internal` or \
                 `Access::peers`, or bring an image of your own (`FhirImage::custom`)",
                Some("45 CFR 164.312(d)"),
            ));
        }
        let nowhere = match &self.access.0 {
            Gate::Internal(networks) => networks.is_empty(),
            Gate::Peers(addresses) => addresses.is_empty(),
            Gate::Image(reason) => reason.trim().is_empty(),
            _ => false,
        };
        if nowhere {
            return Err(scope.refuse(
                "its access names nobody: give `Access::internal` or `Access::peers` one range at least, and \
                 `Access::authenticated_by_image` a reason",
                Some("45 CFR 164.312(a)(1)"),
            ));
        }
        self.check_ranges(scope)?;
        if let Some(why) = self.access.unsound() {
            return Err(scope.refuse(why, Some("45 CFR 164.312(d)")));
        }
        if let Some(remark) = self.access.remark() {
            scope.remark(&remark, Some("45 CFR 164.312(d)"));
        }
        Ok(())
    }

    /// That somebody can come from the ranges that may ask, and that there aren't more than fit.
    fn check_ranges<P: Profile>(&self, scope: &mut Stack<P>) -> Result<(), DeclareError> {
        let (v6, v4): (Vec<&PeerCidr>, Vec<&PeerCidr>) =
            self.access.ranges().iter().partition(|range| range.is_ipv6());
        let named = v6.iter().map(|range| format!("`{range}`")).collect::<Vec<_>>().join(", ");
        if v4.is_empty() && !v6.is_empty() {
            let message = format!(
                "nobody could reach it: the load balancer has addresses of IPv4 only, and {named} are ranges of \
                 IPv6; name the ranges of IPv4 from which callers come"
            );
            return Err(scope.refuse(message, Some("45 CFR 164.312(a)(1)")));
        }
        if !v6.is_empty() {
            let remark = format!(
                "nobody reaches it from {named}: the load balancer has addresses of IPv4 only, and these are \
                 ranges of IPv6"
            );
            scope.remark(&remark, Some("45 CFR 164.312(a)(1)"));
        }
        for (count, kind) in [(v4.len(), "IPv4"), (v6.len(), "IPv6")] {
            if count > MOST_RULES {
                let message = format!(
                    "{count} ranges of {kind} are more than the {MOST_RULES} rules that a security group can ever \
                     hold; name fewer, wider ones"
                );
                return Err(scope.refuse(message, None));
            }
            if count > USUAL_RULES {
                let remark = format!(
                    "{count} ranges of {kind} are that many rules of one security group, which holds \
                     {USUAL_RULES} unless AWS gives the account more (quota L-0EA8095F): `up` fails halfway \
                     otherwise"
                );
                scope.remark(&remark, None);
            }
        }
        Ok(())
    }
}
