//! Bucket policies under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ironward_aws::place::Here;
use ironward_aws::policy::{Allow, PolicyDocument};
use ironward_aws::s3::{Bucket, BucketPolicy, tls_only};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use super::client;
use crate::cloud::Cloud;
use crate::subject::Subject;
use crate::suite::conform;

struct PolicySubject;

#[async_trait]
impl Subject for PolicySubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let root = stack.lookup("here", Here)?.account_root();
        let one = stack.add("one", Bucket::log_delivery())?;
        let two = stack.add("two", Bucket::log_delivery())?;
        let bucket = if edit == Some("Bucket") { two } else { one };
        let mut document = PolicyDocument::new().with(tls_only(bucket.arn()));
        if edit == Some("PolicyDocument") {
            document =
                document.with(Allow::actions(["s3:ListBucket"]).principal(root).on(bucket.arn().as_text()));
        }
        stack.add("subject", BucketPolicy::on(bucket.name(), document))?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["PolicyDocument"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["Bucket"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let answer = client(cloud).get_bucket_policy().bucket(id).send().await.ok()?;
        let policy: Json = serde_json::from_str(answer.policy()?).unwrap();
        let statements = policy["Statement"].as_array().unwrap();
        let refusal = statements.iter().find(|statement| statement["Effect"] == "Deny").unwrap();
        assert_eq!(refusal["Condition"]["Bool"]["aws:SecureTransport"], json!("false"), "{refusal}");
        Some(BTreeMap::from([("PolicyDocument", policy)]))
    }

    async fn tags(&self, _cloud: &Cloud, _id: &str) -> Option<BTreeMap<String, String>> {
        None
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        client(cloud).delete_bucket_policy().bucket(id).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let policy = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "s3:PutObject", "Resource": format!("arn:aws:s3:::{id}/*"),
        }]});
        client(cloud).put_bucket_policy().bucket(id).policy(policy.to_string()).send().await.unwrap();
        Some("PolicyDocument")
    }
}

#[tokio::test]
async fn bucket_policy_on_sandbox() {
    conform(&PolicySubject, Cloud::sandbox().await).await;
}

#[tokio::test]
async fn bucket_policy_on_moto() {
    conform(&PolicySubject, Cloud::moto().await).await;
}
