//! The slots of steps that make calls. A step that only waits gives its slot back for as long.

use std::future::Future;

use tokio::sync::Semaphore;

pub(super) struct Slots(Semaphore);

impl Slots {
    pub(super) fn new(count: usize) -> Self {
        Self(Semaphore::new(count))
    }

    /// Takes a slot, once there is one.
    pub(super) async fn take(&self) {
        // The semaphore is never closed, so there is no other outcome.
        if let Ok(permit) = self.0.acquire().await {
            permit.forget();
        }
    }

    pub(super) fn give_back(&self) {
        self.0.add_permits(1);
    }

    /// Gives the slot back while `wait` lasts. Whoever returns comes before whoever is new.
    pub(super) async fn lend<T>(&self, wait: impl Future<Output = T>) -> T {
        self.give_back();
        let result = wait.await;
        self.take().await;
        result
    }
}
