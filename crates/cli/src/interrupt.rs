//! Ctrl-C: once to stop in good order, twice to stop at once.

use std::sync::Arc;

use tokio::sync::watch;

/// Counts how often the user asked to stop. Clones count together.
#[derive(Debug, Clone)]
pub struct Interrupt {
    count: Arc<watch::Sender<u32>>,
}

impl Interrupt {
    /// Nobody asked yet.
    #[must_use]
    pub fn new() -> Self {
        Self { count: Arc::new(watch::Sender::new(0)) }
    }

    /// Asks once more, and returns how often that was.
    pub fn ask(&self) -> u32 {
        self.count.send_modify(|count| *count += 1);
        *self.count.borrow()
    }

    /// Returns once it was asked `times` times.
    pub async fn asked(&self, times: u32) {
        let mut count = self.count.subscribe();
        // The sender lives as long as this does.
        let _ = count.wait_for(|count| *count >= times).await;
    }
}

impl Default for Interrupt {
    fn default() -> Self {
        Self::new()
    }
}

/// Passes Ctrl-C and termination (SIGTERM) of this process on; both ask the same. The third ends the
/// process whatever it does.
pub async fn listen(interrupt: Interrupt) {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).ok();
    loop {
        #[cfg(unix)]
        let asked = {
            let terminated = async {
                match terminate.as_mut() {
                    Some(signal) => signal.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                result = tokio::signal::ctrl_c() => result.is_ok(),
                _ = terminated => true,
            }
        };
        #[cfg(not(unix))]
        let asked = tokio::signal::ctrl_c().await.is_ok();
        if !asked {
            return;
        }
        if interrupt.ask() > 2 {
            std::process::exit(130);
        }
    }
}
