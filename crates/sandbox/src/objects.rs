//! The bodies of S3 objects: held in memory, written out when the region's state is saved.

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt};
use winterbaume_core::{Vfs, VfsEntry, VfsError, VfsStat};

use crate::ACCOUNT_ID;

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Every body, by the emulator's path for it.
#[derive(Default)]
pub(crate) struct Objects {
    bodies: RwLock<BTreeMap<String, Bytes>>,
}

impl Objects {
    /// The bodies that belong to a region.
    pub(crate) fn of_region(&self, region: &str) -> BTreeMap<String, Bytes> {
        let prefix = format!("s3/{ACCOUNT_ID}/{region}/");
        self.read()
            .range(prefix.clone()..)
            .take_while(|(path, _)| path.starts_with(&prefix))
            .map(|(path, body)| (path.clone(), body.clone()))
            .collect()
    }

    /// Puts bodies back, as they were read from disk.
    pub(crate) fn restore(&self, bodies: BTreeMap<String, Bytes>) {
        self.write().extend(bodies);
    }

    // A panic while the lock is held leaves the map whole: each change is one insertion or removal.
    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<String, Bytes>> {
        self.bodies.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, BTreeMap<String, Bytes>> {
        self.bodies.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Vfs for Objects {
    fn put<'a>(
        &'a self,
        path: &'a str,
        data: &'a mut (dyn AsyncRead + Unpin + Send),
    ) -> BoxFuture<'a, Result<u64, VfsError>> {
        Box::pin(async move {
            let mut body = Vec::new();
            let length = data.read_to_end(&mut body).await?;
            self.write().insert(path.to_owned(), body.into());
            Ok(length as u64)
        })
    }

    fn get<'a>(
        &'a self,
        path: &'a str,
    ) -> BoxFuture<'a, Result<Box<dyn AsyncRead + Send + Unpin>, VfsError>> {
        Box::pin(async move {
            match self.read().get(path) {
                Some(body) => Ok(Box::new(io::Cursor::new(body.clone())) as Box<_>),
                None => Err(VfsError::NotFound(path.to_owned())),
            }
        })
    }

    fn delete<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<(), VfsError>> {
        Box::pin(async move {
            match self.write().remove(path) {
                Some(_) => Ok(()),
                None => Err(VfsError::NotFound(path.to_owned())),
            }
        })
    }

    fn list<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<Vec<VfsEntry>, VfsError>> {
        Box::pin(async move {
            Ok(self
                .read()
                .range(prefix.to_owned()..)
                .take_while(|(path, _)| path.starts_with(prefix))
                .map(|(path, body)| VfsEntry { key: path.clone(), size: body.len() as u64 })
                .collect())
        })
    }

    fn stat<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Option<VfsStat>, VfsError>> {
        Box::pin(async move { Ok(self.read().get(path).map(|body| VfsStat { size: body.len() as u64 })) })
    }
}
