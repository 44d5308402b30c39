//! moto behind the proxy that answers and refuses as AWS does: each rule has its effect, and programs that are
//! right on AWS have nothing to do a second time.

mod answers;
mod strict;

use std::fmt::Debug;

use aws_sdk_ec2::error::ProvideErrorMetadata;
use aws_types::SdkConfig;
use ironward::prelude::*;
use ironward::target::Endpoint;
use ironward::testing::TestStack;
use ironward_likeaws::rule::Upstream;
use ironward_likeaws::{Proxy, Rule};

use crate::program::{Program, Served};

fn moto() -> String {
    std::env::var("IRONWARD_TEST_MOTO")
        .expect("IRONWARD_TEST_MOTO isn't set: run `cargo xtask test --only moto`")
}

fn proxy(rules: Vec<Rule>) -> Proxy {
    Proxy::start(&moto(), rules).unwrap()
}

async fn sdk(proxy: &Proxy) -> SdkConfig {
    let endpoint = Endpoint::parse(&proxy.endpoint()).unwrap();
    TestStack::<Hipaa>::at("likeaws", &endpoint).await.unwrap().sdk_config().await
}

/// That a rule had an effect, so that no test passes because a rule is never asked.
#[track_caller]
fn applied(proxy: &Proxy, rule: &str) {
    assert!(proxy.applied().contains(&rule), "{:?}", proxy.applied());
}

/// The code of a refusal.
#[track_caller]
fn refused<T: Debug, E: ProvideErrorMetadata>(result: Result<T, E>) -> String {
    match result {
        Ok(answer) => panic!("it was taken: {answer:?}"),
        Err(error) => error.code().unwrap_or_default().to_owned(),
    }
}

/// moto behind rules, and AWS Backup, which a sandbox answers for, behind the same: moto answers 500 to
/// `CreateBackupSelection`.
struct Stage {
    region: &'static str,
    moto: Proxy,
    backup: Proxy,
    _sandbox: (Program, Served),
}

impl Stage {
    fn before_moto(region: &'static str, rules: fn() -> Vec<Rule>) -> Self {
        let program = Program::new(None);
        let served = program.serve();
        // Whoever asks this one who answers is told by the sandbox; what rules ask about roles, moto knows.
        let backup = Upstream::new(&moto())
            .with_service_at("backup", &served.endpoint)
            .with_service_at("sts", &served.endpoint);
        let backup = Proxy::before(backup, rules()).unwrap();
        Self { region, moto: proxy(rules()), backup, _sandbox: (program, served) }
    }

    /// The names of the rules that had an effect.
    fn applied(&self) -> Vec<&'static str> {
        [self.moto.applied(), self.backup.applied()].concat()
    }

    /// A public hosted zone, which is there before the program that looks it up.
    fn serves(&self, domain: &str) {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let route53 = aws_sdk_route53::Client::new(&sdk(&self.moto).await);
            // An earlier run on the same moto may have made it.
            let zones = route53.list_hosted_zones_by_name().dns_name(domain).send().await.unwrap();
            if !zones.hosted_zones().iter().any(|zone| zone.name().trim_end_matches('.') == domain) {
                route53.create_hosted_zone().name(domain).caller_reference(domain).send().await.unwrap();
            }
        });
    }

    /// A program whose stack is before these rules.
    fn program(&self, example: &str) -> Program {
        let Self { region, moto, backup, .. } = self;
        let (moto, backup) = (moto.endpoint(), backup.endpoint());
        let configuration = format!(
            "default = \"moto\"\n[stack.moto]\nregion = \"{region}\"\nendpoint = \"{moto}\"\n\
             [stack.moto.endpoints]\nbackup = \"{backup}\"\n"
        );
        Program::of(example, Some(&configuration))
    }

    /// A program that comes up at the first try, and has nothing to do a second time, nor changed outside.
    /// Returns what the first said.
    #[track_caller]
    fn settle(program: &Program) -> String {
        let said = program.expect(0, "up --yes");
        Self::rest(program);
        said
    }

    /// A program that has nothing to do, nor is anything changed outside.
    #[track_caller]
    fn rest(program: &Program) {
        let said = program.expect(0, "preview --detailed-exitcode");
        assert!(said.contains("nothing to do"), "{said}");
        let said = program.expect(0, "drift --detailed-exitcode");
        assert!(said.contains("Drift: 0 of"), "{said}");
    }

    /// A program that does, and goes.
    #[track_caller]
    fn settles(&self, example: &str, environment: &[(&'static str, &'static str)]) {
        let mut program = self.program(example);
        program.environment.extend_from_slice(environment);
        Self::settle(&program);
        program.expect(0, "destroy --yes --lift-protection");
    }
}
