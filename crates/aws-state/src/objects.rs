//! Objects in a bucket, each written under a condition.

use std::error::Error;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use aws_sdk_s3::types::{Delete, ObjectIdentifier, ObjectLockMode, ServerSideEncryption};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::timeout::TimeoutConfig;
use ironward_aws_provider::Settings;
use ironward_aws_provider::call::{Repeat, error_of};
use ironward_core::clock::Timestamp;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::store::{StoreError, StoreErrorKind};
use ironward_store::remote::{Listed, Object, ObjectError, Objects, Only, Tag};

/// Most keys in one list or one deletion.
const PAGE: usize = 1000;

/// For how long a request may take: a lease goes on only while its renewals are answered.
const ATTEMPT: Duration = Duration::from_secs(8);

/// Where in S3 the objects of a stack are.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Bucket {
    pub(crate) name: String,
    pub(crate) prefix: String,
    pub(crate) key: Option<String>,
    pub(crate) retained: Option<Timestamp>,
}

impl Bucket {
    /// The objects of the bucket `name` whose keys begin with `prefix` and a slash.
    pub fn new(name: &str, prefix: &str) -> Self {
        let prefix = match prefix.trim_matches('/') {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        };
        Self { name: name.to_owned(), prefix, key: None, retained: None }
    }

    /// Encrypts every object under this KMS key, by id or ARN, rather than under the bucket's.
    pub fn with_key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    /// Locks every object in compliance mode until then. The bucket must have object lock.
    pub fn retained_until(mut self, until: Timestamp) -> Self {
        self.retained = Some(until);
        self
    }
}

/// Objects in a bucket.
#[derive(Debug, Clone)]
pub struct S3Objects {
    pub(crate) client: Client,
    pub(crate) bucket: Bucket,
}

impl S3Objects {
    /// Connects to a bucket, and looks at whether it may hold states.
    ///
    /// # Errors
    /// [`StoreError`] when it can't be looked at, keeps no versions, isn't closed to the public, or
    /// doesn't encrypt under a KMS key; and, where objects are to be retained, when it has no object
    /// lock.
    pub async fn connect(settings: &Settings, bucket: Bucket) -> Result<Self, StoreError> {
        let config = settings.of_service(&settings.sdk_config().await, "s3");
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(5))
            .operation_attempt_timeout(ATTEMPT)
            .build();
        let client = settings.s3_config(&config).timeout_config(timeouts);
        let objects = Self { client: Client::from_conf(client.build()), bucket };
        objects.check().await?;
        Ok(objects)
    }

    /// The objects of the same bucket whose keys begin with another prefix. The bucket isn't looked at
    /// again.
    #[must_use]
    pub fn beside(&self, prefix: &str) -> Self {
        let Bucket { name, key, retained, .. } = &self.bucket;
        let bucket = Bucket { key: key.clone(), retained: *retained, ..Bucket::new(name, prefix) };
        Self { client: self.client.clone(), bucket }
    }

    fn key(&self, key: &str) -> String {
        format!("{}{key}", self.bucket.prefix)
    }

    fn failed<E>(&self, action: &'static str, key: &str, error: &SdkError<E, Response>) -> ObjectError
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let cause = error_of(action, Repeat::Once, error);
        let status = error.raw_response().map(|response| response.status().as_u16());
        match (&*cause.code, status) {
            ("PreconditionFailed", _) | (_, Some(412)) => return ObjectError::Refused,
            ("NoSuchKey", _) => return ObjectError::Absent,
            // Another write of the same key is under way: neither is refused yet.
            ("ConditionalRequestConflict", _) | (_, Some(409)) => {
                return ObjectError::Ambiguous(trouble(&self.place(key), &cause));
            }
            _ => {}
        }
        let kind = cause.kind;
        // A store that doesn't know conditions says so with 501: it isn't fit for states.
        let error = match status {
            Some(501) => failure(StoreErrorKind::Refused, &self.place(key), &cause),
            _ => trouble(&self.place(key), &cause),
        };
        let passing = status != Some(501)
            && (kind.is_retryable()
                || matches!(kind, ProviderErrorKind::Ambiguous | ProviderErrorKind::Unreachable)
                || status.is_some_and(|status| status == 429 || status >= 500));
        if passing { ObjectError::Ambiguous(error) } else { ObjectError::Failed(error) }
    }
}

/// What went wrong with what is at `place`.
pub(crate) fn trouble(place: &str, error: &ProviderError) -> StoreError {
    failure(error.kind.into(), place, error)
}

fn failure(kind: StoreErrorKind, place: &str, error: &ProviderError) -> StoreError {
    let hint = error.hint().unwrap_or_else(|| "check the bucket and the permissions on it".to_owned());
    StoreError::new(kind, format!("{place}: {error}")).with_hint(hint).with_source(error.clone())
}

fn timestamp(time: Option<&DateTime>) -> Timestamp {
    let millis = time.and_then(|time| time.to_millis().ok()).unwrap_or_default();
    Timestamp::from_unix(Duration::from_millis(u64::try_from(millis).unwrap_or_default()))
}

fn tag(etag: Option<String>) -> Tag {
    Tag::new(etag.unwrap_or_default())
}

#[async_trait]
impl Objects for S3Objects {
    fn place(&self, key: &str) -> String {
        format!("s3://{}/{}{key}", self.bucket.name, self.bucket.prefix)
    }

    async fn get(&self, key: &str) -> Result<Object, ObjectError> {
        let answer = self.client.get_object().bucket(&self.bucket.name).key(self.key(key)).send().await;
        let answer = answer.map_err(|error| self.failed("s3:GetObject", key, &error))?;
        let (modified, tag) = (timestamp(answer.last_modified.as_ref()), tag(answer.e_tag));
        let bytes = answer.body.collect().await.map_err(|error| {
            let message = format!("{}: {error}", self.place(key));
            ObjectError::Ambiguous(StoreError::new(StoreErrorKind::Unreachable, message).with_source(error))
        })?;
        Ok(Object { bytes: bytes.to_vec(), tag, modified })
    }

    async fn put(&self, key: &str, bytes: &[u8], only: &Only) -> Result<Tag, ObjectError> {
        let mut request = self
            .client
            .put_object()
            .bucket(&self.bucket.name)
            .key(self.key(key))
            .body(ByteStream::from(bytes.to_vec()));
        if let Some(kms) = &self.bucket.key {
            request = request.server_side_encryption(ServerSideEncryption::AwsKms).ssekms_key_id(kms);
        }
        if let Some(until) = self.bucket.retained {
            let until = DateTime::from_millis(i64::try_from(until.unix_millis()).unwrap_or(i64::MAX));
            request =
                request.object_lock_mode(ObjectLockMode::Compliance).object_lock_retain_until_date(until);
        }
        let request = match only {
            Only::IfAbsent => request.if_none_match("*"),
            Only::IfTag(tag) => request.if_match(tag.as_str()),
        };
        match request.send().await {
            Ok(answer) => Ok(tag(answer.e_tag)),
            // What should have a tag isn't there.
            Err(error) => Err(match self.failed("s3:PutObject", key, &error) {
                ObjectError::Absent => ObjectError::Refused,
                error => error,
            }),
        }
    }

    async fn list(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<Listed>, ObjectError> {
        let mut listed: Vec<Listed> = Vec::new();
        let mut next: Option<String> = None;
        loop {
            let page = i32::try_from((limit - listed.len()).min(PAGE)).unwrap_or(i32::MAX);
            let request = self
                .client
                .list_objects_v2()
                .bucket(&self.bucket.name)
                .prefix(self.key(prefix))
                .set_start_after((!after.is_empty()).then(|| self.key(after)))
                .set_continuation_token(next.take())
                .max_keys(page);
            let answer =
                request.send().await.map_err(|error| self.failed("s3:ListBucket", prefix, &error))?;
            for object in answer.contents() {
                let key = object.key().and_then(|key| key.strip_prefix(&self.bucket.prefix));
                let modified = timestamp(object.last_modified());
                listed.extend(key.map(|key| Listed { key: key.to_owned(), modified }));
            }
            next = answer.next_continuation_token;
            if next.is_none() || listed.len() >= limit {
                return Ok(listed);
            }
        }
    }

    async fn delete(&self, keys: &[String]) -> Result<(), ObjectError> {
        for page in keys.chunks(PAGE) {
            let mut delete = Delete::builder().quiet(true);
            for key in page {
                let object = ObjectIdentifier::builder().key(self.key(key)).build();
                delete = delete.objects(object.map_err(|error| unbuilt(&self.place(key), error))?);
            }
            let delete = delete.build().map_err(|error| unbuilt(&self.place(""), error))?;
            let request = self.client.delete_objects().bucket(&self.bucket.name).delete(delete);
            let answer = request.send().await.map_err(|error| self.failed("s3:DeleteObject", "", &error))?;
            if let Some(refused) = answer.errors().first() {
                let place = format!("s3://{}/{}", self.bucket.name, refused.key().unwrap_or_default());
                let why = refused.message().unwrap_or("it can't be deleted");
                let kind = match refused.code() {
                    Some("AccessDenied") => StoreErrorKind::Denied,
                    _ => StoreErrorKind::Unreachable,
                };
                return Err(ObjectError::Failed(StoreError::new(kind, format!("{place}: {why}"))));
            }
        }
        Ok(())
    }
}

fn unbuilt(place: &str, error: impl Error + Send + Sync + 'static) -> ObjectError {
    let message = format!("{place}: {error}");
    ObjectError::Failed(StoreError::new(StoreErrorKind::Defect, message).with_source(error))
}

#[cfg(test)]
mod tests {
    //! What S3 answers on the wire, and what it means for the store.

    use std::net::SocketAddr;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// A server that answers one request with these bytes, and closes the connection.
    async fn answering(answer: String) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.windows(4).any(|window| window == b"\r\n\r\n") {
                let mut part = [0; 4096];
                let read = stream.read(&mut part).await.unwrap();
                request.extend_from_slice(&part[..read]);
            }
            stream.write_all(answer.as_bytes()).await.unwrap();
            let _ = stream.shutdown().await;
        });
        address
    }

    async fn objects(address: SocketAddr) -> S3Objects {
        let mut settings = Settings::new("eu-west-1");
        (settings.endpoint, settings.emulated) = (Some(format!("http://{address}")), true);
        let config = settings.s3_config(&settings.sdk_config().await);
        S3Objects { client: Client::from_conf(config.build()), bucket: Bucket::new("states", "fhir") }
    }

    fn refusal(status: &str, code: &str) -> String {
        let body = if code.is_empty() {
            String::new()
        } else {
            format!("<Error><Code>{code}</Code><Message>said so</Message><RequestId>7</RequestId></Error>")
        };
        let length = body.len();
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/xml\r\ncontent-length: {length}\r\n\r\n{body}"
        )
    }

    async fn put(answer: String) -> Result<Tag, ObjectError> {
        let objects = objects(answering(answer).await).await;
        objects.put("lock.json", b"{}", &Only::IfTag(Tag::new("\"1\"".to_owned()))).await
    }

    #[tokio::test]
    async fn a_condition_that_does_not_hold_is_a_refusal() {
        for (status, code) in [
            ("412 Precondition Failed", "PreconditionFailed"),
            ("412 Precondition Failed", ""),
            ("404 Not Found", "NoSuchKey"),
        ] {
            let answer = put(refusal(status, code)).await;
            assert!(matches!(answer, Err(ObjectError::Refused)), "{status} {code}: {answer:?}");
        }
    }

    #[tokio::test]
    async fn what_may_have_been_written_or_may_be_soon_is_ambiguous() {
        for (status, code) in [
            ("409 Conflict", "ConditionalRequestConflict"),
            ("409 Conflict", "OperationAborted"),
            ("500 Internal Server Error", "InternalError"),
            ("503 Service Unavailable", "SlowDown"),
            ("503 Service Unavailable", ""),
            ("429 Too Many Requests", ""),
        ] {
            let answer = put(refusal(status, code)).await;
            let Err(ObjectError::Ambiguous(error)) = answer else { panic!("{status} {code}: {answer:?}") };
            assert!(error.to_string().contains("s3://states/fhir/lock.json"), "{error}");
            assert_eq!(error.kind(), &StoreErrorKind::Unreachable, "{status} {code}");
        }
        // No answer at all, and one that breaks off.
        for answer in ["", "HTTP/1.1 200 OK\r\ncontent-le"] {
            let answer = put(answer.to_owned()).await;
            assert!(matches!(answer, Err(ObjectError::Ambiguous(_))), "{answer:?}");
        }
    }

    #[tokio::test]
    async fn what_time_does_not_mend_is_a_failure() {
        for (status, code, kind) in [
            ("403 Forbidden", "AccessDenied", StoreErrorKind::Denied),
            ("400 Bad Request", "InvalidRequest", StoreErrorKind::Unreachable),
            ("404 Not Found", "NoSuchBucket", StoreErrorKind::Unreachable),
            ("501 Not Implemented", "NotImplemented", StoreErrorKind::Refused),
        ] {
            let answer = put(refusal(status, code)).await;
            let Err(ObjectError::Failed(error)) = answer else { panic!("{status} {code}: {answer:?}") };
            assert_eq!(error.kind(), &kind, "{status} {code}");
        }
    }

    #[tokio::test]
    async fn an_object_that_breaks_off_is_not_one() {
        let answer = "HTTP/1.1 200 OK\r\netag: \"1\"\r\ncontent-length: 10\r\n\r\nhalf";
        let answer = objects(answering(answer.to_owned()).await).await.get("lock.json").await;
        assert!(matches!(answer, Err(ObjectError::Ambiguous(_))), "{answer:?}");
        let answer =
            objects(answering(refusal("404 Not Found", "NoSuchKey")).await).await.get("lock.json").await;
        assert!(matches!(answer, Err(ObjectError::Absent)), "{answer:?}");
    }
}
