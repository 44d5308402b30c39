//! `sandbox serve` and `sandbox reset`.

use super::Context;
use crate::arguments::SandboxCommand;
use crate::errors::Failure;

#[cfg(not(feature = "sandbox"))]
pub(super) async fn run(_context: &mut Context, _command: &SandboxCommand) -> Result<u8, Failure> {
    Err(Failure::new("this build leaves the sandbox out", "build with the feature `sandbox`"))
}

#[cfg(feature = "sandbox")]
pub(super) async fn run(context: &mut Context, command: &SandboxCommand) -> Result<u8, Failure> {
    match command {
        SandboxCommand::Serve { port } => serve(context, *port).await,
        SandboxCommand::Reset => reset(context),
    }
}

#[cfg(feature = "sandbox")]
async fn serve(context: &mut Context, port: u16) -> Result<u8, Failure> {
    #[derive(serde::Serialize)]
    struct ServingEvent<'a> {
        event: &'static str,
        endpoint: &'a str,
    }
    use crate::connect::sandbox_fault;
    let sandbox = ironward_sandbox::Sandbox::open(&context.target.sandbox_directory())
        .await
        .map_err(|error| sandbox_fault(&error))?;
    let taken = |error: std::io::Error| {
        Failure::new(
            format!("can't listen on port {port}: {error}"),
            "give `--port` another number, or 0 for any free one",
        )
    };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.map_err(taken)?;
    let address = listener.local_addr().map_err(taken)?;
    let endpoint = format!("http://{address}");
    let region = &context.target.reach.region;
    let lines = [
        format!("The sandbox answers at {endpoint}, for example:"),
        format!("    AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION={region} \\"),
        format!("        aws --endpoint-url {endpoint} ec2 describe-vpcs"),
        "Other commands find it by themselves meanwhile. Ctrl-C ends it.".to_owned(),
    ];
    context.console.event(&ServingEvent { event: "serving", endpoint: &endpoint });
    context.console.lines(&lines);
    let interrupt = context.interrupt.clone();
    tokio::select! {
        served = sandbox.serve(listener, interrupt.asked(1)) => served.map_err(|error| sandbox_fault(&error))?,
        () = interrupt.asked(2) => {}
    }
    context.console.line("The sandbox is closed; everything in it is on disk.");
    Ok(0)
}

#[cfg(feature = "sandbox")]
fn reset(context: &mut Context) -> Result<u8, Failure> {
    let directory = context.target.sandbox_directory();
    ironward_sandbox::Sandbox::reset(&directory).map_err(|error| crate::connect::sandbox_fault(&error))?;
    context.console.line("The sandbox is empty.");
    let next = context.next("up");
    context.console.line(&format!(
        "Stacks that were deployed to it still have their state: `{next}` finds everything gone and makes it again."
    ));
    Ok(0)
}
