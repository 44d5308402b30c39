//! Serves a sandbox directory: `cargo run -p ironward-sandbox --example serve -- DIR [PORT]`.

use std::error::Error;
use std::path::PathBuf;

use ironward_sandbox::Sandbox;
use tokio::net::TcpListener;

#[tokio::main]
#[allow(clippy::print_stdout)]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let dir: PathBuf = args.next().ok_or("usage: serve DIR [PORT]")?.into();
    let port = args.next().map_or(Ok(0), |port| port.parse::<u16>())?;
    let sandbox = Sandbox::open(&dir).await?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("export AWS_ENDPOINT_URL=http://{}", listener.local_addr()?);
    let stop = async {
        // Without a handler for Ctrl-C the process ends at once, and that does no harm either.
        let _ = tokio::signal::ctrl_c().await;
    };
    sandbox.serve(listener, stop).await?;
    Ok(())
}
