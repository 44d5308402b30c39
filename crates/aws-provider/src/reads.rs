//! Coalesced reads: each operation knows how to answer for many items at once.

use std::any::Any;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::{self, StreamExt};
use ironward_core::fault::{Fault, FaultKind};
use ironward_core::provider::Answer;

/// Calls per operation that may be under way at once.
const AT_ONCE: usize = 8;

/// One read operation.
#[async_trait]
pub trait Reader: Send + Sync {
    /// The coalescing key, such as `ec2:DescribeSubnets`.
    fn operation(&self) -> &'static str;

    /// Answers for all items.
    async fn read(&self, items: &[String]) -> BTreeMap<String, Answer>;
}

/// A read of one item at a time: a method of a service's API.
pub(crate) struct Each<A, R> {
    pub(crate) operation: &'static str,
    pub(crate) api: Arc<A>,
    pub(crate) read: R,
}

#[async_trait]
impl<A, R, F, T> Reader for Each<A, R>
where
    A: Send + Sync,
    R: Fn(Arc<A>, String) -> F + Send + Sync,
    F: Future<Output = Result<Option<T>, Fault>> + Send,
    T: Any + Send + Sync,
{
    fn operation(&self) -> &'static str {
        self.operation
    }

    async fn read(&self, items: &[String]) -> BTreeMap<String, Answer> {
        let answers = items.iter().cloned().map(|item| {
            let answer = (self.read)(Arc::clone(&self.api), item.clone());
            async move { (item, answer_of(answer.await)) }
        });
        stream::iter(answers.collect::<Vec<_>>()).buffer_unordered(AT_ONCE).collect().await
    }
}

/// A read of up to `size` items at a time: a method of a service's API that returns what exists,
/// by item.
pub(crate) struct Batch<A, R> {
    pub(crate) operation: &'static str,
    pub(crate) size: usize,
    pub(crate) api: Arc<A>,
    pub(crate) read: R,
}

#[async_trait]
impl<A, R, F, T> Reader for Batch<A, R>
where
    A: Send + Sync,
    R: Fn(Arc<A>, Vec<String>) -> F + Send + Sync,
    F: Future<Output = Result<BTreeMap<String, T>, Fault>> + Send,
    T: Any + Send + Sync,
{
    fn operation(&self) -> &'static str {
        self.operation
    }

    async fn read(&self, items: &[String]) -> BTreeMap<String, Answer> {
        let chunks = items.chunks(self.size.max(1)).map(|chunk| {
            let found = (self.read)(Arc::clone(&self.api), chunk.to_vec());
            async move { (chunk.to_vec(), found.await) }
        });
        let chunks: Vec<_> =
            stream::iter(chunks.collect::<Vec<_>>()).buffer_unordered(AT_ONCE).collect().await;
        let mut answers = BTreeMap::new();
        for (chunk, found) in chunks {
            match found {
                Ok(mut found) => answers.extend(chunk.into_iter().map(|item| {
                    let answer = found.remove(&item).map_or(Answer::Absent, Answer::found);
                    (item, answer)
                })),
                Err(fault) => {
                    answers.extend(chunk.into_iter().map(|item| (item, Answer::Failed(fault.clone()))));
                }
            }
        }
        answers
    }
}

fn answer_of<T: Any + Send + Sync>(read: Result<Option<T>, Fault>) -> Answer {
    match read {
        Ok(Some(found)) => Answer::found(found),
        Ok(None) => Answer::Absent,
        Err(fault) if fault.kind == FaultKind::NotFound => Answer::Absent,
        Err(fault) => Answer::Failed(fault),
    }
}
