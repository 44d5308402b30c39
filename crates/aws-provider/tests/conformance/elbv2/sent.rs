//! What is sent where no emulator shows it.

use ironward_aws::acm::CertificateArn;
use ironward_aws::ec2::{Public, SecurityGroupId};
use ironward_aws::elbv2::{
    Action, ClaimFormat, CognitoSignIn, FixedResponse, JwtClaim, JwtValidation, Listener, ListenerAttributes,
    LoadBalancer, LoadBalancerArn, MinimumLoadBalancerCapacity, MutualAuthentication, OnUnauthenticated,
    TargetGroup, Tls, TrustStoreArn,
};
use ironward_core::apply::Cancel;
use ironward_core::declare::Declaration;
use ironward_core::program::Program;
use ironward_core::provider::DeletePolicy;
use ironward_core::stack::{Hipaa, Stack};

use super::world::{World, certificate};
use crate::cloud::Cloud;
use crate::wire::Wire;

/// Applies as far as the sandbox goes along.
async fn apply(cloud: &Cloud, program: &Program) {
    let planned = cloud.engine.plan(program).await.unwrap();
    let _ = cloud.engine.apply(program, planned, DeletePolicy::default(), &Cancel::default()).await.unwrap();
}

fn program(declaration: impl Declaration) -> Program {
    let mut stack = Stack::<Hipaa>::new("conformance");
    stack.add("subject", declaration).unwrap();
    stack.program()
}

/// The members of the last request of an operation.
#[track_caller]
fn last(wire: &Wire, operation: &str) -> Vec<String> {
    let sent = wire.sent(operation);
    let sent = sent.last().unwrap_or_else(|| panic!("{operation} wasn't sent"));
    sent.body.split('&').map(str::to_owned).collect()
}

#[track_caller]
fn assert_has(sent: &[String], members: &[&str]) {
    for member in members {
        assert!(sent.iter().any(|sent| sent == member), "{member} isn't in {sent:#?}");
    }
}

/// A listener's declaration, with what `more` adds.
struct Listeners {
    balancer: String,
    certificate: String,
}

impl Listeners {
    async fn build(cloud: &Cloud) -> Self {
        let world = World::build(cloud).await;
        let elb = aws_sdk_elasticloadbalancingv2::Client::new(&cloud.sdk);
        let request = elb.create_load_balancer().name("gates").set_subnets(Some(world.subnet_ids()));
        let balancer = request.send().await.unwrap().load_balancers.unwrap().remove(0);
        Self {
            balancer: balancer.load_balancer_arn.unwrap(),
            certificate: certificate(cloud, "one.example.com").await,
        }
    }

    fn program(&self, more: impl FnOnce(Listener) -> Listener) -> Program {
        let tls = Tls::new(CertificateArn::try_from(self.certificate.as_str()).unwrap());
        let action = Action::respond(FixedResponse::new("503"));
        program(more(Listener::https(LoadBalancerArn::new(&self.balancer), 443, tls, action)))
    }
}

#[tokio::test]
async fn clients_show_certificates_until_they_need_not() {
    let (cloud, wire) = Cloud::wired().await;
    let listeners = Listeners::build(&cloud).await;
    let store = "arn:aws:elasticloadbalancing:us-east-1:123456789012:truststore/one/1";
    let verify = MutualAuthentication::verify(TrustStoreArn::new(store)).advertise_trust_store_ca_names();
    apply(&cloud, &listeners.program(|listener| listener.mutual_authentication(verify))).await;
    let is = |name: &str, value: &str| format!("MutualAuthentication.{name}={value}");
    assert_has(
        &last(&wire, "CreateListener"),
        &[&is("Mode", "verify"), &is("TrustStoreArn", store), &is("AdvertiseTrustStoreCaNames", "on")],
    );
    let passed = MutualAuthentication::passthrough();
    apply(&cloud, &listeners.program(|listener| listener.mutual_authentication(passed))).await;
    assert_has(&last(&wire, "ModifyListener"), &[&is("Mode", "passthrough")]);
    apply(&cloud, &listeners.program(|listener| listener)).await;
    assert_has(&last(&wire, "ModifyListener"), &[&is("Mode", "off")]);
}

#[tokio::test]
async fn a_token_is_checked_before_the_action() {
    let (cloud, wire) = Cloud::wired().await;
    let listeners = Listeners::build(&cloud).await;
    let claim = JwtClaim::new("scope", ClaimFormat::SpaceSeparatedValues, ["system/*.read"]);
    let check = JwtValidation::new("https://id.example.com", "https://id.example.com/keys");
    let check = check.additional_claims([claim]);
    apply(&cloud, &listeners.program(|listener| listener.validating_tokens(check))).await;
    assert_has(
        &last(&wire, "CreateListener"),
        &[
            "DefaultActions.member.1.Type=jwt-validation",
            "DefaultActions.member.1.Order=1",
            "DefaultActions.member.1.JwtValidationConfig.Issuer=https://id.example.com",
            "DefaultActions.member.1.JwtValidationConfig.JwksEndpoint=https://id.example.com/keys",
            "DefaultActions.member.1.JwtValidationConfig.AdditionalClaims.member.1.Name=scope",
            "DefaultActions.member.1.JwtValidationConfig.AdditionalClaims.member.1.Format=space-separated-values",
            "DefaultActions.member.1.JwtValidationConfig.AdditionalClaims.member.1.Values.member.1=system/*.read",
            "DefaultActions.member.2.Type=fixed-response",
            "DefaultActions.member.2.Order=2",
        ],
    );
    let pool = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_x";
    let sign_in = CognitoSignIn::new(pool, "client", "ward")
        .scope("openid email")
        .session_timeout(900)
        .session_cookie_name("ward")
        .on_unauthenticated_request(OnUnauthenticated::Deny);
    apply(&cloud, &listeners.program(|listener| listener.signing_in(sign_in))).await;
    let member = "DefaultActions.member.1.AuthenticateCognitoConfig";
    let is = |name: &str, value: &str| format!("{member}.{name}={value}");
    assert_has(
        &last(&wire, "ModifyListener"),
        &[
            "DefaultActions.member.1.Type=authenticate-cognito",
            &is("UserPoolArn", pool),
            &is("UserPoolClientId", "client"),
            &is("UserPoolDomain", "ward"),
            &is("Scope", "openid email"),
            &is("SessionTimeout", "900"),
            &is("SessionCookieName", "ward"),
            &is("OnUnauthenticatedRequest", "deny"),
        ],
    );
}

#[tokio::test]
async fn headers_of_a_listener_are_set_and_taken_back() {
    let (cloud, wire) = Cloud::wired().await;
    let listeners = Listeners::build(&cloud).await;
    let attributes = || {
        let attributes = ListenerAttributes::new().strict_transport_security("max-age=31536000");
        attributes.server_header(false)
    };
    apply(&cloud, &listeners.program(|listener| listener.listener_attributes(attributes()))).await;
    let key = "routing.http.response.strict_transport_security.header_value";
    assert_has(
        &last(&wire, "ModifyListenerAttributes"),
        &[
            "Attributes.member.1.Key=routing.http.response.server.enabled",
            "Attributes.member.1.Value=false",
            &format!("Attributes.member.2.Key={key}"),
            "Attributes.member.2.Value=max-age=31536000",
        ],
    );
    let less = ListenerAttributes::new().server_header(false);
    apply(&cloud, &listeners.program(|listener| listener.listener_attributes(less))).await;
    assert_has(
        &last(&wire, "ModifyListenerAttributes"),
        &[&format!("Attributes.member.2.Key={key}"), "Attributes.member.2.Value="],
    );
}

#[tokio::test]
async fn addresses_and_capacity_are_reserved_and_given_back() {
    let (cloud, wire) = Cloud::wired().await;
    let world = World::build(&cloud).await;
    let with = |pool: Option<&str>, units: Option<i64>| {
        let groups = world.groups[..1].iter().map(SecurityGroupId::new);
        let mut balancer = LoadBalancer::internet_facing(world.subnets::<Public>(&[0, 1]), groups);
        if let Some(pool) = pool {
            balancer = balancer.ipv4_ipam_pool_id(pool);
        }
        if let Some(units) = units {
            balancer = balancer.minimum_load_balancer_capacity(MinimumLoadBalancerCapacity::new(units));
        }
        program(balancer)
    };
    apply(&cloud, &with(Some("ipam-pool-1"), Some(500))).await;
    assert_has(&last(&wire, "CreateLoadBalancer"), &["IpamPools.Ipv4IpamPoolId=ipam-pool-1"]);
    assert_has(&last(&wire, "ModifyCapacityReservation"), &["MinimumLoadBalancerCapacity.CapacityUnits=500"]);
    let (cloud, wire) = Cloud::wired().await;
    let world = World::build(&cloud).await;
    let groups = || world.groups[..1].iter().map(SecurityGroupId::new);
    let plain = || LoadBalancer::internet_facing(world.subnets::<Public>(&[0, 1]), groups());
    apply(&cloud, &program(plain().ipv4_ipam_pool_id("ipam-pool-1"))).await;
    apply(&cloud, &program(plain().ipv4_ipam_pool_id("ipam-pool-2"))).await;
    assert_has(&last(&wire, "ModifyIpPools"), &["IpamPools.Ipv4IpamPoolId=ipam-pool-2"]);
    // The sandbox may have refused the change: the record then still says the first pool.
    apply(&cloud, &program(plain())).await;
    assert_has(&last(&wire, "ModifyIpPools"), &["RemoveIpamPools.member.1=ipv4"]);
}

#[tokio::test]
async fn targets_say_how_much_they_take() {
    let (cloud, wire) = Cloud::wired().await;
    let world = World::build(&cloud).await;
    apply(&cloud, &program(TargetGroup::https(world.vpc(), 8443).target_control_port(9000))).await;
    assert_has(&last(&wire, "CreateTargetGroup"), &["TargetControlPort=9000"]);
}
