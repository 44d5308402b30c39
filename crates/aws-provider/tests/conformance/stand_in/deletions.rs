//! A bucket whose policy refuses deletions, which the sandbox doesn't look at.
//!
//! Source: IAM User Guide, "Troubleshoot access denied error messages".

use super::{Call, Keeper, cloud, element};
use crate::s3::emptying::{bucket, delete, is_there, put};

/// A policy that lets nobody delete an object.
#[derive(Debug)]
struct NoDeletions;

impl Keeper for NoDeletions {
    fn is_sandbox(&self) -> bool {
        true
    }

    fn answer(&self, call: &Call) -> Option<(u16, String)> {
        if !call.body.contains("<Delete") {
            return None;
        }
        let keys = call.body.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next());
        let message = "User: arn:aws:iam::123456789012:user/ada is not authorized to perform: \
                       s3:DeleteObjectVersion with an explicit deny in a resource-based policy";
        let refusal = |key: &str| {
            let members = [element("Key", key), element("Code", "AccessDenied"), element("Message", message)];
            element("Error", &members.concat())
        };
        Some((200, element("DeleteResult", &keys.map(refusal).collect::<String>())))
    }
}

#[tokio::test]
async fn what_a_policy_keeps_stays_and_is_told() {
    let cloud = cloud(NoDeletions).await;
    let record = bucket(&cloud, false).await;
    let id = record.physical_id.as_str();
    put(&cloud, id, "2026/11/30/log").await;
    let removal = delete(&cloud, &record, true).await.unwrap();
    let remains = removal.remains.unwrap_or_default();
    assert!(removal.stays, "{remains}");
    assert!(remains.contains("keeps 1 object that its policy lets nobody delete"), "{remains}");
    assert!(is_there(&cloud, id).await);
}
