//! Buckets.

use ironward_emulators::xml;

use crate::call::Call;
use crate::rule::{Calls, Does, Rule};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        Rule {
            name: "lifecycle-rules-in-their-form",
            source: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html",
            calls: Calls::Of("s3", &["GET?lifecycle"]),
            does: Does::Rewrite(lifecycle),
        },
        Rule {
            name: "encryption-names-what-is-blocked",
            source: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionRule.html",
            calls: Calls::Of("s3", &["GET?encryption"]),
            does: Does::Rewrite(blocked_encryption),
        },
    ]
}

/// S3 says nothing about a delete marker that isn't to be removed, nor of an expiration that says nothing else, and
/// tells the whole bucket as a filter with an empty prefix.
fn lifecycle(_call: &Call, answer: &str) -> Option<String> {
    Some(xml::edit_each(answer, "Rule", |rule| {
        let rule = without(rule, "ExpiredObjectDeleteMarker", "false");
        let rule = without(&rule, "Expiration", "");
        let has_filter = xml::has(&rule, "Filter");
        let whole_bucket = |rule: &str| format!("<Filter><Prefix></Prefix></Filter>{rule}");
        if has_filter {
            return Some(xml::edit_each(&rule, "Filter", |filter| {
                filter.trim().is_empty().then(|| "<Prefix></Prefix>".to_owned())
            }));
        }
        match xml::text(&rule, "Prefix") {
            Some(prefix) if !prefix.trim().is_empty() => Some(rule),
            _ => Some(whole_bucket(&without(&rule, "Prefix", ""))),
        }
    }))
}

/// Takes out the elements of a name with this text.
fn without(text: &str, name: &str, content: &str) -> String {
    let mark = format!("<{name}>\u{0}</{name}>");
    let marked = xml::edit_each(text, name, |inner| (inner.trim() == content).then(|| "\u{0}".to_owned()));
    marked.replace(&mark, "")
}

/// New buckets block encryption with keys of the customer's own making, and say so in each rule.
fn blocked_encryption(_call: &Call, answer: &str) -> Option<String> {
    const BLOCKED: &str =
        "<BlockedEncryptionTypes><EncryptionType>SSE-C</EncryptionType></BlockedEncryptionTypes>";
    Some(xml::edit_each(answer, "Rule", |rule| {
        (!xml::has(rule, "BlockedEncryptionTypes")).then(|| format!("{rule}{BLOCKED}"))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(rule: &str) -> String {
        let request = hyper::Request::new(bytes::Bytes::new());
        let call = Call { service: "s3".into(), operation: String::new(), request };
        let answer = lifecycle(&call, &format!("<C><Rule>{rule}</Rule></C>")).unwrap();
        xml::text(&answer, "Rule").unwrap().to_owned()
    }

    #[test]
    fn a_rule_for_the_whole_bucket_has_a_filter_with_an_empty_prefix() {
        const WHOLE: &str = "<Filter><Prefix></Prefix></Filter>";
        assert_eq!(told("<ID>a</ID>"), format!("{WHOLE}<ID>a</ID>"));
        assert_eq!(told("<Prefix></Prefix><ID>a</ID>"), format!("{WHOLE}<ID>a</ID>"));
        assert_eq!(told("<Filter></Filter><ID>a</ID>"), format!("{WHOLE}<ID>a</ID>"));
        assert_eq!(told("<Filter><Prefix>x/</Prefix></Filter>"), "<Filter><Prefix>x/</Prefix></Filter>");
        assert_eq!(told("<Prefix>x/</Prefix>"), "<Prefix>x/</Prefix>");
    }

    #[test]
    fn silence_about_delete_markers_means_false() {
        let rule = "<Filter><Prefix>x/</Prefix></Filter>";
        let with = |expiration: &str| told(&format!("{rule}<Expiration>{expiration}</Expiration>"));
        assert_eq!(with("<ExpiredObjectDeleteMarker>false</ExpiredObjectDeleteMarker>"), rule);
        assert_eq!(
            with("<Days>3</Days><ExpiredObjectDeleteMarker>false</ExpiredObjectDeleteMarker>"),
            format!("{rule}<Expiration><Days>3</Days></Expiration>")
        );
        assert!(with("<ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker>").contains("true"));
    }
}
