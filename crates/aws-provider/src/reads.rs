//! Coalesced reads: each operation knows how to answer for many items at once.

use std::any::Any;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::{self, StreamExt};
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::ReadResult;

/// Calls per operation that may be under way at once.
const AT_ONCE: usize = 8;

/// One read operation.
#[async_trait]
pub trait Reader: Send + Sync {
    /// The coalescing key, such as `ec2:DescribeSubnets`.
    fn operation(&self) -> &'static str;

    /// Answers for all items.
    async fn read(&self, items: &[String]) -> BTreeMap<String, ReadResult>;
}

/// A future that is compiled for what it reads, and polled without knowing that.
type Reading<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A read of one item at a time.
pub(crate) struct Each {
    operation: &'static str,
    read: Box<dyn Fn(String) -> Reading<ReadResult> + Send + Sync>,
}

impl Each {
    /// `read` is a method of a service's API, none for what isn't there.
    pub(crate) fn new<A, R, F, T>(operation: &'static str, api: &Arc<A>, read: R) -> Self
    where
        A: Send + Sync + 'static,
        R: Fn(Arc<A>, String) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Option<T>, ProviderError>> + Send + 'static,
        T: Any + Send + Sync,
    {
        let api = Arc::clone(api);
        let read = move |item| -> Reading<ReadResult> {
            let found = read(Arc::clone(&api), item);
            Box::pin(async move { answer_of(found.await.map(|found| found.map(ReadResult::found))) })
        };
        Self { operation, read: Box::new(read) }
    }
}

#[async_trait]
impl Reader for Each {
    fn operation(&self) -> &'static str {
        self.operation
    }

    async fn read(&self, items: &[String]) -> BTreeMap<String, ReadResult> {
        let answers = items.iter().cloned().map(|item| {
            let answer = (self.read)(item.clone());
            async move { (item, answer.await) }
        });
        stream::iter(answers.collect::<Vec<_>>()).buffer_unordered(AT_ONCE).collect().await
    }
}

/// What exists of several items, by item.
type Several = Result<BTreeMap<String, ReadResult>, ProviderError>;

/// A read of several items at a time.
pub(crate) struct Batch {
    operation: &'static str,
    size: usize,
    read: Box<dyn Fn(Vec<String>) -> Reading<Several> + Send + Sync>,
}

impl Batch {
    /// `read` is a method of a service's API that returns what exists of up to `size` items, by item.
    pub(crate) fn new<A, R, F, T>(operation: &'static str, size: usize, api: &Arc<A>, read: R) -> Self
    where
        A: Send + Sync + 'static,
        R: Fn(Arc<A>, Vec<String>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<BTreeMap<String, T>, ProviderError>> + Send + 'static,
        T: Any + Send + Sync,
    {
        let api = Arc::clone(api);
        let read = move |items| -> Reading<Several> {
            let found = read(Arc::clone(&api), items);
            Box::pin(async move {
                Ok(found.await?.into_iter().map(|(item, found)| (item, ReadResult::found(found))).collect())
            })
        };
        Self { operation, size, read: Box::new(read) }
    }
}

#[async_trait]
impl Reader for Batch {
    fn operation(&self) -> &'static str {
        self.operation
    }

    async fn read(&self, items: &[String]) -> BTreeMap<String, ReadResult> {
        let chunks = items.chunks(self.size.max(1)).map(|chunk| {
            let found = (self.read)(chunk.to_vec());
            async move { (chunk.to_vec(), found.await) }
        });
        let chunks: Vec<_> =
            stream::iter(chunks.collect::<Vec<_>>()).buffer_unordered(AT_ONCE).collect().await;
        let mut answers = BTreeMap::new();
        for (chunk, found) in chunks {
            match found {
                Ok(mut found) => answers.extend(chunk.into_iter().map(|item| {
                    let answer = found.remove(&item).unwrap_or(ReadResult::Absent);
                    (item, answer)
                })),
                Err(error) => {
                    answers.extend(chunk.into_iter().map(|item| (item, ReadResult::Failed(error.clone()))));
                }
            }
        }
        answers
    }
}

fn answer_of(read: Result<Option<ReadResult>, ProviderError>) -> ReadResult {
    match read {
        Ok(Some(found)) => found,
        Ok(None) => ReadResult::Absent,
        Err(error) if error.kind == ProviderErrorKind::NotFound => ReadResult::Absent,
        Err(error) => ReadResult::Failed(error),
    }
}
