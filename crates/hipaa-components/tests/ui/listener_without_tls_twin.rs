//! With a certificate it can.
use ironward_aws::acm::CertificateArn;
use ironward_aws::elbv2::{Action, Listener, LoadBalancerArn, Tls};

#[allow(dead_code)]
fn declare(balancer: LoadBalancerArn, certificate: CertificateArn, action: Action) -> Listener {
    Listener::https(balancer, 443_i64, Tls::new(certificate), action)
}

fn main() {}
