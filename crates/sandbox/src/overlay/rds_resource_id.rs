//! An RDS instance has a resource id, by which IAM policies name it
//! (<https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html>).

use sha2::{Digest, Sha256};
use winterbaume_core::MockResponse;

use super::{Memory, Part, edit_xml, xml};
use crate::call::Call;

pub(crate) struct RdsResourceId;

/// Letters and digits behind `db-`.
const LENGTH: usize = 26;

impl Part for RdsResourceId {
    fn response(&self, _call: &Call, _memory: &mut Memory, response: &mut MockResponse) {
        edit_xml(response, |body| {
            xml::edit_each(body, "DBInstance", |inner| {
                if xml::has(inner, "DbiResourceId") {
                    return None;
                }
                let arn = xml::text(inner, "DBInstanceArn")?;
                // Another instance of this name has another one.
                let created = xml::text(inner, "InstanceCreateTime").unwrap_or_default();
                Some(format!("{inner}<DbiResourceId>{}</DbiResourceId>", resource_id(arn, created)))
            })
        });
    }
}

fn resource_id(arn: &str, created: &str) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let digest = Sha256::digest(format!("{arn} {created}"));
    let id = digest.iter().take(LENGTH).map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
    format!("db-{}", id.collect::<String>())
}
