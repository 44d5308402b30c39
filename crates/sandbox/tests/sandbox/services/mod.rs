//! Every type that Ironward deploys: created with everything that can be written, read back, read
//! back after a crash, and deleted.
//!
//! What is read back must be what [`ironward_emulators::gaps`] says: a property that the sandbox
//! starts to report, or stops reporting, fails here.

mod acm;
mod backup;
mod cloudtrail;
mod ec2;
mod ecs;
mod elb;
mod iam;
mod kms;
mod logs;
mod rds;
mod route53;
mod s3;

use std::collections::BTreeSet;

use aws_types::SdkConfig;
use ironward_emulators::{Emulator, gaps};

use crate::world::World;

/// What was found out about properties: type, property, and whether it came back as written.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Echoes(Vec<(&'static str, &'static str, bool)>);

impl Echoes {
    /// Adds the properties of a type.
    pub(crate) fn of(&mut self, cfn_type: &'static str, properties: &[(&'static str, bool)]) {
        let added = properties.iter().map(|(name, echoed)| (cfn_type, *name, *echoed));
        self.0.extend(added);
    }
}

/// Creates, reads, crashes, reads again, deletes, and looks that nothing is left.
macro_rules! lifecycles {
    ($($name:ident => $module:ident),* $(,)?) => {$(
        #[tokio::test]
        async fn $name() {
            let world = World::new().await;
            let config = world.config();
            let ids = $module::create(&config).await;
            let echoes = $module::read(&config, &ids).await;
            check(&echoes);
            let after = world.crash().await;
            let config = after.config();
            assert_eq!($module::read(&config, &ids).await, echoes, "after a crash");
            $module::delete(&config, &ids).await;
            // And once more under the same names, as a stack that is destroyed and deployed again.
            $module::create(&config).await;
        }
    )*

    /// Reads every type once.
    async fn everything(config: &SdkConfig) -> Echoes {
        let mut all = Echoes::default();
        $(
            let ids = $module::create(config).await;
            all.0.extend($module::read(config, &ids).await.0);
        )*
        all
    }};
}

lifecycles! {
    certificates => acm,
    backups => backup,
    trails => cloudtrail,
    networks => ec2,
    containers => ecs,
    load_balancers => elb,
    roles => iam,
    keys => kms,
    log_groups => logs,
    databases => rds,
    zones => route53,
    buckets => s3,
}

/// Compares with what the table says.
fn check(echoes: &Echoes) {
    let wrong: Vec<_> = echoes
        .0
        .iter()
        .filter(|(cfn_type, property, echoed)| Emulator::Sandbox.shows(cfn_type, property) != *echoed)
        .collect();
    assert!(wrong.is_empty(), "type, property, reported: {wrong:#?}");
}

#[tokio::test]
async fn every_gap_is_looked_for() {
    let world = World::new().await;
    let all = everything(&world.config()).await;
    let seen: BTreeSet<_> = all.0.iter().map(|(t, p, _)| (*t, *p)).collect();
    let gaps = gaps::of(Emulator::Sandbox);
    let unseen: Vec<_> = gaps.iter().filter(|gap| !seen.contains(&(gap.cfn_type, gap.property))).collect();
    assert!(unseen.is_empty(), "no test reads {unseen:#?}");
}
