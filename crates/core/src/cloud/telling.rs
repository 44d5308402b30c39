//! How a call that is under way says what it waits for.
//!
//! A provider repeats calls where it makes them, far below what knows which resource they are for. So the
//! engine listens around the future of a handler, and whoever works inside of it [`tell`]s.

use std::future::Future;
use std::pin::pin;

use tokio::sync::mpsc::{self, UnboundedSender};

tokio::task_local! {
    static LISTENER: UnboundedSender<String>;
}

/// Says what the call that is under way waits for, to whoever listens; to nobody where nobody does.
pub fn tell(what: &str) {
    // Nobody hears it where the operation was dropped.
    let _ = LISTENER.try_with(|listener| listener.send(what.to_owned()));
}

/// Runs `work` and passes on what it tells.
pub async fn listening<T>(work: impl Future<Output = T>, hear: impl Fn(&str)) -> T {
    let (listener, mut heard) = mpsc::unbounded_channel::<String>();
    let mut work = pin!(LISTENER.scope(listener, work));
    loop {
        tokio::select! {
            biased;
            Some(what) = heard.recv() => hear(&what),
            result = &mut work => return result,
        }
    }
}

/// Runs what is done for many at once within the work of one, and keeps what it tells from that one.
pub(crate) async fn unheard<T>(work: impl Future<Output = T>) -> T {
    let (nobody, _) = mpsc::unbounded_channel();
    LISTENER.scope(nobody, work).await
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[tokio::test]
    async fn only_who_listens_hears_and_in_order() {
        tell("to nobody");
        let heard = RefCell::new(Vec::new());
        let hear = |what: &str| heard.borrow_mut().push(what.to_owned());
        let work = async {
            tell("first");
            tokio::task::yield_now().await;
            unheard(async { tell("of others") }).await;
            tell("second");
            tokio::task::yield_now().await;
            7
        };
        assert_eq!(listening(work, hear).await, 7);
        assert_eq!(*heard.borrow(), ["first", "second"]);
    }
}
