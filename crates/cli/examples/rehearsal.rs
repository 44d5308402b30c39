//! The command line against a slow cloud that lives in a file, to look at prompts, progress and
//! errors: `cargo run -p ironward-cli --example rehearsal -- up`. `REHEARSAL_FAILS='create clinic/data/records'`
//! makes a call fail.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use ironward_cli::process_env::ProcessEnv;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};

#[path = "../tests/cli/world.rs"]
#[allow(dead_code, clippy::unwrap_used, reason = "it belongs to the tests, which use more of it")]
mod world;

use world::{Network, Store, World};

fn declare(stack: &mut Stack<Hipaa>) -> Result<(), DeclareError> {
    let mut clinic = stack.component("clinic", "Clinic")?;
    clinic.tag("Owner", "clinic");
    let mut network = clinic.component("network", "ClinicNetwork")?;
    let vpc = network.add("vpc", Network::new("10.0.0.0/16"))?;
    let mut subnets = Vec::new();
    for number in 0..6 {
        let subnet = Network::new(format!("10.0.{number}.0/24")).with("Label", vpc.attribute("Id"));
        subnets.push(network.add(&format!("subnet-{number}"), subnet)?);
    }
    let mut data = clinic.component("data", "ClinicData")?;
    let records = data.add(
        "records",
        Store::new(100).with("Network", subnets[0].attribute("Id")).with("Versioning", "Enabled"),
    )?;
    for number in 0..4 {
        let store = Store::new(number).with("Network", subnets[1].attribute("Id"));
        data.add(&format!("bucket-{number}"), store.with("Policy", records.attribute("Endpoint")))?;
    }
    stack.output("records_endpoint", records.attribute("Endpoint"))?;
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut process_env = match ProcessEnv::of_process() {
        Ok(process_env) => process_env,
        Err(_) => return ExitCode::FAILURE,
    };
    let file = process_env.directory.join(".ironward/rehearsal.json");
    let cloud = World::kept(file, Duration::from_millis(700));
    if let Ok(call) = std::env::var("REHEARSAL_FAILS")
        && let Some((action, path)) = call.split_once(' ')
    {
        cloud.fail(
            action,
            path,
            ProviderError::new(ProviderErrorKind::Quota, "test:Call", "there are enough of these"),
        );
    }
    process_env.connector = Arc::new(cloud);
    tokio::spawn(ironward_cli::interrupt::listen(process_env.interrupt.clone()));
    ExitCode::from(ironward_cli::run_with("rehearsal", declare, process_env).await)
}
