use ironward_aws::acm::CertificateArn;
use ironward_aws::ec2::{Public, SecurityGroupId, SubnetId, VpcId};
use ironward_aws::elbv2::{
    Action, ClaimFormat, CognitoSignIn, FixedResponse, JwtClaim, JwtValidation, Listener, ListenerAttributes,
    LoadBalancer, LoadBalancerArn, LoadBalancerAttributes, Matcher, MinimumLoadBalancerCapacity,
    MutualAuthentication, OnUnauthenticated, RedirectStatus, Stickiness, TargetGroup, TargetGroupArn,
    TargetGroupAttributes, Tls, TrustStoreArn,
};
use ironward_core::output::Output;

use super::{Samples, id};

pub fn add(samples: &mut Samples) {
    let subnets: [Output<SubnetId<Public>>; 1] = [id("subnet-1")];
    let balancer = LoadBalancer::internet_facing(subnets, [SecurityGroupId::new("sg-1")])
        .minimum_load_balancer_capacity(MinimumLoadBalancerCapacity::new(100))
        .load_balancer_attributes(LoadBalancerAttributes::new().http2(true));
    samples.add(&balancer);

    let group = || TargetGroup::https(VpcId::new("vpc-1"), 8443);
    let attributes = TargetGroupAttributes::new().slow_start_seconds(30);
    samples.add(&group().matcher(Matcher::http("200")).target_group_attributes(attributes));
    samples.add(&group().matcher(Matcher::grpc("0")));

    let arn = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";
    let listener = |action| {
        let tls = Tls::new(CertificateArn::try_from(arn).unwrap());
        Listener::https(LoadBalancerArn::new("arn:balancer"), 443, tls, action)
    };
    let forward = Action::forward(TargetGroupArn::new("arn:group")).sticky(Stickiness::new(true, 60));
    let store = "arn:aws:elasticloadbalancing:us-east-1:123456789012:truststore/clinic/73e2d6bc24d8a067";
    let clients = MutualAuthentication::verify(TrustStoreArn::new(store))
        .ignore_client_certificate_expiry()
        .advertise_trust_store_ca_names();
    let claim = JwtClaim::new("scope", ClaimFormat::SingleString, ["system/*.read"]);
    let tokens = JwtValidation::new("https://id.example.com", "https://id.example.com/keys");
    let tokens = tokens.additional_claims([claim]);
    let attributes = ListenerAttributes::new().server_header(false);
    let listens = listener(forward).mutual_authentication(clients).listener_attributes(attributes);
    samples.add(&listens.validating_tokens(tokens));
    let pool = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_x";
    let people = CognitoSignIn::new(pool, "client", "ward")
        .authentication_request_extra_params([("prompt", "login")])
        .scope("openid")
        .session_cookie_name("ward")
        .session_timeout(900)
        .on_unauthenticated_request(OnUnauthenticated::Deny);
    let response = FixedResponse::new("503").content_type("text/plain").message_body("closed");
    samples.add(&listener(Action::respond(response)).signing_in(people));
    let elsewhere = Action::redirect_elsewhere("#{host}", "/#{path}", RedirectStatus::Permanent);
    samples.add(&listener(elsewhere.query("#{query}")));
}
