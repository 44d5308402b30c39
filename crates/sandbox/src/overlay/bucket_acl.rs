//! A bucket's ACL in well-formed XML: the emulator writes an attribute as an element.

use winterbaume_core::MockResponse;

use super::{Memory, Part, edit_xml};
use crate::call::Call;

pub(crate) struct BucketAcl;

impl Part for BucketAcl {
    fn response(&self, call: &Call, _memory: &mut Memory, response: &mut MockResponse) {
        if call.operation == "GET" && call.query().split('&').any(|part| part.starts_with("acl")) {
            edit_xml(response, |body| {
                body.replace("<xsi:type>CanonicalUser</xsi:type>", "").replace(
                    "<Grantee>",
                    r#"<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">"#,
                )
            });
        }
    }
}
