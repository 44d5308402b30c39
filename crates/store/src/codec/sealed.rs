//! A file that is one document: a snapshot or a saved plan.
//!
//! ```text
//! {"format":2,"kind":"snapshot","lineage":"…","number":12,"digest":"…","body":
//! "…"
//! }
//! ```
//! The digest covers number and body, byte for byte; the rest is compared as it stands. So no
//! changed byte goes unnoticed, and `jq .body` still works on a state that isn't encrypted.

use ironward_core::state::Lineage;
use ironward_core::store::StoreError;
use zeroize::Zeroizing;

use super::vault::{Digest, Kind, Vault};
use super::{Damage, FORMAT, text};

const TAIL: &str = "\n}\n";

/// What the first line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Whose file it is.
    pub lineage: Lineage,
    /// The serial of the state that it was made from.
    pub number: u64,
    digest: Digest,
}

/// The text of a file of `kind`, whose content is the JSON text `json`.
///
/// # Errors
/// [`StoreError`] when there are no random bytes.
pub fn write(vault: &Vault, kind: Kind, number: u64, json: &str) -> Result<Vec<u8>, StoreError> {
    let body = vault.seal(kind, number, json)?;
    let digest = vault.digest(kind, &vault.origin(kind, number), number, body.as_bytes());
    let (lineage, kind) = (vault.lineage().as_str(), kind.label());
    Ok(format!(
        "{{\"format\":{FORMAT},\"kind\":\"{kind}\",\"lineage\":\"{lineage}\",\"number\":{number},\
         \"digest\":\"{digest}\",\"body\":\n{body}{TAIL}"
    )
    .into_bytes())
}

fn split(bytes: &[u8], kind: Kind) -> Result<(Header, &str), Damage> {
    let text = std::str::from_utf8(bytes).map_err(|_| Damage::new("this file isn't text; it was damaged"))?;
    let (head, rest) = text
        .split_once('\n')
        .ok_or_else(|| Damage::new("this file ends in its first line; it was cut off").at(1))?;
    let fields = text::format(head).map_err(|damage| damage.at(1))?;
    let parse = || {
        let fields = fields.strip_prefix("\"kind\":\"")?.strip_prefix(kind.label())?;
        let (lineage, fields) = fields.strip_prefix("\",\"lineage\":\"")?.split_once("\",\"number\":")?;
        let (number, fields) = fields.split_once(",\"digest\":\"")?;
        let digest = text::digest(fields.strip_suffix("\",\"body\":")?)?;
        Some(Header { lineage: Lineage::parse(lineage)?, number: text::whole(number)?, digest })
    };
    let header = parse().ok_or_else(|| {
        Damage::new(format!("this isn't the first line of a {}; it was damaged", kind.label())).at(1)
    })?;
    let body =
        rest.strip_suffix(TAIL).ok_or_else(|| Damage::new("this file was cut off or damaged").at(2))?;
    Ok((header, body))
}

/// What the first line says, without a key and without knowing whether it is true.
///
/// # Errors
/// [`Damage`] when this isn't a file of `kind`.
pub fn header(bytes: &[u8], kind: Kind) -> Result<Header, Damage> {
    split(bytes, kind).map(|(header, _)| header)
}

/// The number and the JSON text of a file of `kind`.
///
/// # Errors
/// [`Damage`] when it isn't exactly what was written with this vault.
pub fn read(vault: &Vault, kind: Kind, bytes: &[u8]) -> Result<(u64, Zeroizing<Vec<u8>>), Damage> {
    let (header, body) = split(bytes, kind)?;
    if header.lineage != *vault.lineage() {
        let what = format!(
            "this {} is of another state ({}) than this one ({})",
            kind.label(),
            header.lineage.as_str(),
            vault.lineage().as_str()
        );
        return Err(Damage::foreign(what).at(1));
    }
    let number = header.number;
    if vault.digest(kind, &vault.origin(kind, number), number, body.as_bytes()) != header.digest {
        return Err(Damage::new("the digest doesn't fit; the file was damaged or edited").at(2));
    }
    Ok((number, vault.unseal(kind, number, body).map_err(|damage| damage.at(2))?))
}
