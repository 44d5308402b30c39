//! The sandbox: recognises a request, has it answered, and saves what it changed.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex as StdMutex, PoisonError};

use serde_json::value::to_raw_value;
use tokio::sync::Mutex;
use winterbaume_core::{MockRequest, MockResponse};

use crate::call::Call;
use crate::directory::{self, Directory};
use crate::emulator::{self, Emulator};
use crate::objects::Objects;
use crate::overlay::Memory;
use crate::refusal::{failure, refusal};
use crate::saved::{self, Saved};
use crate::service::Service;
use crate::{SandboxError, answering, aws_chunked, example_zones};

/// An AWS of one's own: emulated services in this process, kept on disk between runs if wanted.
///
/// Clones share everything. The account is [`crate::ACCOUNT_ID`]; regions come into being when they
/// are first used. Any credentials are accepted, and no policy is enforced. It begins with nothing but the
/// public hosted zones `example.com`, `example.net` and `example.org`.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> Result<(), ironward_sandbox::SandboxError> {
/// let sandbox = ironward_sandbox::Sandbox::open(".ironward/sandbox".as_ref()).await?;
/// let client = sandbox.http_client(); // goes into the SDK's configuration
/// # drop(client);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

struct Inner {
    emulators: BTreeMap<Service, Box<dyn Emulator>>,
    objects: Arc<Objects>,
    shards: StdMutex<HashMap<(Service, String), Arc<Shard>>>,
    directory: Option<Directory>,
}

/// One service in one region: what is saved together.
#[derive(Default)]
struct Shard {
    // Held while a call is answered, so that a saved state has no call half done in it.
    memory: Mutex<Memory>,
    // Mutating calls answered.
    answered: AtomicU64,
    // How many of them are on disk. Held while saving: those who wait find their call saved too.
    saved: Mutex<u64>,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("directory", &self.inner.directory).finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Makes an empty sandbox that leaves nothing on disk.
    ///
    /// # Errors
    ///
    /// [`SandboxError::Furnish`] and [`SandboxError::Serialize`], which no known emulator causes.
    pub async fn in_memory() -> Result<Sandbox, SandboxError> {
        let sandbox = Sandbox::assemble(None);
        sandbox.inner.give_example_zones().await?;
        Ok(sandbox)
    }

    /// Opens the sandbox that is kept in a directory, creating it where there is none.
    ///
    /// The directory is locked until the last clone of the sandbox is dropped or the process ends.
    /// A call that changes something is on disk before it is answered.
    ///
    /// # Errors
    ///
    /// [`SandboxError::InUse`] or [`SandboxError::Served`] where another process has the directory
    /// open; [`SandboxError::Corrupt`] where a file cannot be read back; [`SandboxError::Io`].
    pub async fn open(dir: &Path) -> Result<Sandbox, SandboxError> {
        let owned = dir.to_path_buf();
        let (directory, saved) = blocking(move || {
            let directory = Directory::lock(&owned)?;
            let saved = saved::read_all(&owned)?;
            Ok((directory, saved))
        })
        .await?;
        let sandbox = Sandbox::assemble(Some(directory));
        for saved in saved {
            sandbox.inner.restore(dir, saved).await?;
        }
        sandbox.inner.give_example_zones().await?;
        Ok(sandbox)
    }

    /// Where a live process serves the sandbox of a directory, as `http://HOST:PORT`.
    ///
    /// What a killed server left behind is recognised by the lock that nobody holds.
    ///
    /// # Errors
    ///
    /// [`SandboxError::Io`].
    pub fn served_at(dir: &Path) -> Result<Option<String>, SandboxError> {
        directory::served_at(dir)
    }

    /// Deletes everything that the sandbox of a directory holds.
    ///
    /// # Errors
    ///
    /// [`SandboxError::InUse`] or [`SandboxError::Served`] where a process has the directory open,
    /// and then nothing is deleted; [`SandboxError::Io`].
    pub fn reset(dir: &Path) -> Result<(), SandboxError> {
        Directory::lock(dir)?.clear()
    }

    /// The directory that the sandbox is kept in, if it is.
    pub(crate) fn directory(&self) -> Option<&Directory> {
        self.inner.directory.as_ref()
    }

    /// Answers a request. Runs to its end even when the caller loses interest: a call that has
    /// changed something is saved.
    pub(crate) async fn answer(&self, request: MockRequest) -> MockResponse {
        let inner = Arc::clone(&self.inner);
        let refused = failure(&request, "An emulator of the sandbox failed; its log says more.");
        match tokio::spawn(async move { inner.answer(request).await }).await {
            Ok(response) => response,
            Err(error) => {
                tracing::error!(%error, "an emulator failed");
                refused
            }
        }
    }

    fn assemble(directory: Option<Directory>) -> Sandbox {
        let objects = Arc::new(Objects::default());
        Sandbox {
            inner: Arc::new(Inner {
                emulators: emulator::all(objects.clone()),
                objects,
                shards: StdMutex::default(),
                directory,
            }),
        }
    }
}

impl Inner {
    async fn answer(&self, mut request: MockRequest) -> MockResponse {
        if aws_chunked::is_encoded(&request.headers) {
            match aws_chunked::decode(&request.body) {
                Some(body) => request.body = body,
                None => {
                    return refusal(&request, 400, "IncompleteBody", "The aws-chunked body is broken.");
                }
            }
            aws_chunked::strip_headers(&mut request.headers);
        }
        let mut call = match Call::recognise(request) {
            Ok(call) => call,
            Err(refused) => return *refused,
        };
        let shard = self.shard(call.service, &call.region);
        let (response, answered) = self.call(&shard, &mut call).await;
        let Some(answered) = answered else {
            return response;
        };
        match self.save(&shard, &call, answered).await {
            Ok(()) => response,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "could not save");
                failure(&call.request, &format!("The sandbox could not save this call: {error}."))
            }
        }
    }

    /// Has a call answered; the number is that of a call whose effect has to be saved.
    async fn call(&self, shard: &Shard, call: &mut Call) -> (MockResponse, Option<u64>) {
        let Some(emulator) = self.emulators.get(&call.service) else {
            let missing = match call.service.feature() {
                Some(feature) => format!(
                    "This build of the sandbox leaves {feature} out: add the feature `{feature}` of `ironward` in Cargo.toml."
                ),
                None => "The sandbox lacks this service.".to_owned(),
            };
            return (failure(&call.request, &missing), None);
        };
        let mut memory = shard.memory.lock().await;
        let response = answering::answer(emulator.as_ref(), call, &mut memory).await;
        drop(memory);
        if response.status >= 400 {
            return (response, None);
        }
        let answered = (!call.is_read_only()).then(|| shard.answered.fetch_add(1, Ordering::Relaxed) + 1);
        (response, answered)
    }

    /// Returns once the call of that number, and all before it, are on disk.
    async fn save(&self, shard: &Shard, call: &Call, number: u64) -> Result<(), SandboxError> {
        let (Some(directory), Some(emulator)) = (&self.directory, self.emulators.get(&call.service)) else {
            return Ok(());
        };
        let mut on_disk = shard.saved.lock().await;
        if *on_disk >= number {
            return Ok(());
        }
        let memory = shard.memory.lock().await;
        let answered = shard.answered.load(Ordering::Relaxed);
        let state = emulator.snapshot(&call.region).await.map_err(|source| SandboxError::Serialize {
            service: call.service.signing_name(),
            region: call.region.clone(),
            source,
        })?;
        let bodies = match call.service {
            Service::S3 => self.objects.of_region(&call.region),
            _ => BTreeMap::new(),
        };
        let saved = Saved {
            service: call.service,
            region: call.region.clone(),
            memory: memory.clone(),
            state,
            bodies,
        };
        drop(memory);
        let dir = directory.path().to_path_buf();
        blocking(move || saved::write(&dir, saved)).await?;
        *on_disk = answered;
        Ok(())
    }

    async fn restore(&self, dir: &Path, saved: Saved) -> Result<(), SandboxError> {
        let Some(emulator) = self.emulators.get(&saved.service) else {
            return Ok(());
        };
        self.objects.restore(saved.bodies);
        *self.shard(saved.service, &saved.region).memory.lock().await = saved.memory;
        emulator
            .restore(&saved.region, &saved.state)
            .await
            .map_err(|reason| saved::corrupt(&saved::path_of(dir, saved.service, &saved.region), &reason))
    }

    /// Gives Route 53 the zones that every sandbox has. They are saved with what changes first: until then
    /// the next process makes the same.
    async fn give_example_zones(&self) -> Result<(), SandboxError> {
        let service = Service::Route53;
        let Some(emulator) = self.emulators.get(&service) else { return Ok(()) };
        let region = service.home_region("us-east-1");
        let shard = self.shard(service, region);
        let mut memory = shard.memory.lock().await;
        let unread = |source| SandboxError::Serialize {
            service: service.signing_name(),
            region: region.to_owned(),
            source,
        };
        let state = emulator.snapshot(region).await.map_err(unread)?;
        let mut state = serde_json::from_str(state.get()).map_err(unread)?;
        if !example_zones::give(&mut memory, &mut state) {
            return Ok(());
        }
        let state = to_raw_value(&state).map_err(unread)?;
        emulator
            .restore(region, &state)
            .await
            .map_err(|reason| SandboxError::Furnish { service: service.signing_name(), reason })
    }

    fn shard(&self, service: Service, region: &str) -> Arc<Shard> {
        let mut shards = self.shards.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(shards.entry((service, region.to_owned())).or_default())
    }
}

/// Runs file operations where they block nobody.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SandboxError> + Send + 'static,
) -> Result<T, SandboxError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(error) => Err(SandboxError::Stopped { source: error }),
        },
    }
}
