//! Saved state: one file for each service and region, and a file for each large object body.
//!
//! A state file is a line with the format's version and the digest of the rest, and then JSON. The
//! digest tells a damaged file from a sound one; a file is replaced as a whole, so none is torn.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::SandboxError;
use crate::directory::{TEMPORARY, remove_file, replace};
use crate::overlay::Memory;
use crate::service::Service;

const MAGIC: &str = "ironward-sandbox 1 ";

/// Bodies up to this many bytes are kept in the state file itself.
const INLINE: usize = 1024;

/// Everything that one service holds in one region.
pub(crate) struct Saved {
    /// The service.
    pub(crate) service: Service,
    /// The region.
    pub(crate) region: String,
    /// What the overlay remembers.
    pub(crate) memory: Memory,
    /// The emulator's state.
    pub(crate) state: Box<RawValue>,
    /// The bodies of S3 objects.
    pub(crate) bodies: BTreeMap<String, Bytes>,
}

#[derive(Serialize, Deserialize)]
struct Document {
    memory: Memory,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    bodies: BTreeMap<String, Body>,
    state: Box<RawValue>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Body {
    Base64(String),
    Sha256(String),
}

/// Writes a service's state in one region; durable when it returns.
pub(crate) fn write(dir: &Path, saved: Saved) -> Result<(), SandboxError> {
    let objects = dir.join("objects").join(&saved.region);
    let mut bodies = BTreeMap::new();
    let mut wanted = BTreeSet::new();
    for (key, body) in saved.bodies {
        let reference = if body.len() <= INLINE {
            Body::Base64(aws_smithy_types::base64::encode(&body))
        } else {
            let digest = digest(&body);
            let path = objects.join(&digest);
            if !path.exists() {
                fs::create_dir_all(&objects).map_err(SandboxError::io("create", &objects))?;
                replace(&path, &body)?;
            }
            wanted.insert(digest.clone());
            Body::Sha256(digest)
        };
        bodies.insert(key, reference);
    }
    let document = Document { memory: saved.memory, bodies, state: saved.state };
    let json = serde_json::to_string(&document).map_err(|source| SandboxError::Serialize {
        service: saved.service.signing_name(),
        region: saved.region.clone(),
        source,
    })?;
    let state = dir.join("state");
    fs::create_dir_all(&state).map_err(SandboxError::io("create", &state))?;
    let path = path_of(dir, saved.service, &saved.region);
    replace(&path, format!("{MAGIC}{}\n{json}", digest(json.as_bytes())).as_bytes())?;
    // Only now does nothing refer to the bodies that were deleted or replaced.
    if saved.service == Service::S3 {
        for name in names(&objects)? {
            if !wanted.contains(&name) {
                remove_file(&objects.join(name))?;
            }
        }
    }
    Ok(())
}

/// Reads everything that was saved under a directory.
pub(crate) fn read_all(dir: &Path) -> Result<Vec<Saved>, SandboxError> {
    let state = dir.join("state");
    let mut all = Vec::new();
    for name in names(&state)? {
        let path = state.join(&name);
        if name.ends_with(TEMPORARY) {
            // The write that it was for was never acknowledged.
            remove_file(&path)?;
            continue;
        }
        let Some((service, region)) = name
            .split_once('.')
            .and_then(|(service, region)| Some((Service::from_signing_name(service)?, region)))
        else {
            return Err(corrupt(&path, "its name is not SERVICE.REGION of a service that this version has"));
        };
        all.push(read(dir, &path, service, region)?);
    }
    Ok(all)
}

fn read(dir: &Path, path: &Path, service: Service, region: &str) -> Result<Saved, SandboxError> {
    let content = fs::read(path).map_err(SandboxError::io("read", path))?;
    let content = std::str::from_utf8(&content).map_err(|_| corrupt(path, "it is not UTF-8"))?;
    let (header, json) = content.split_once('\n').ok_or_else(|| corrupt(path, "it has no first line"))?;
    let expected = header
        .strip_prefix(MAGIC)
        .ok_or_else(|| corrupt(path, "it is not a sandbox file of this version"))?;
    if digest(json.as_bytes()) != expected {
        return Err(corrupt(path, "its content does not match the digest in its first line"));
    }
    let document: Document = serde_json::from_str(json).map_err(|e| corrupt(path, &e.to_string()))?;
    let objects = dir.join("objects").join(region);
    let bodies = document
        .bodies
        .into_iter()
        .map(|(key, body)| Ok((key, read_body(path, &objects, body)?)))
        .collect::<Result<_, SandboxError>>()?;
    Ok(Saved { service, region: region.to_owned(), memory: document.memory, state: document.state, bodies })
}

fn read_body(state: &Path, objects: &Path, body: Body) -> Result<Bytes, SandboxError> {
    match body {
        Body::Base64(text) => aws_smithy_types::base64::decode(text)
            .map(Bytes::from)
            .map_err(|e| corrupt(state, &e.to_string())),
        Body::Sha256(expected) => {
            let path = objects.join(&expected);
            let content = fs::read(&path).map_err(|source| match source.kind() {
                io::ErrorKind::NotFound => corrupt(&path, "an S3 object's body is missing"),
                _ => SandboxError::io("read", &path)(source),
            })?;
            if digest(&content) != expected {
                return Err(corrupt(&path, "its content does not match its name"));
            }
            Ok(content.into())
        }
    }
}

pub(crate) fn corrupt(path: &Path, reason: &str) -> SandboxError {
    SandboxError::Corrupt { path: path.to_path_buf(), reason: reason.to_owned() }
}

/// The file that holds a service's state in one region.
pub(crate) fn path_of(dir: &Path, service: Service, region: &str) -> PathBuf {
    dir.join("state").join(format!("{}.{region}", service.signing_name()))
}

/// The names in a directory that need not exist.
fn names(dir: &Path) -> Result<Vec<String>, SandboxError> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(SandboxError::io("read", dir)(source)),
    };
    let mut names = entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<Vec<_>, io::Error>>()
        .map_err(SandboxError::io("read", dir))?;
    names.sort();
    Ok(names)
}

fn digest(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}
