use serde_json::json;

use super::Subject;

const DOMAIN: &str =
    r"^(\*\.)?([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9][A-Za-z0-9-]{0,61}[A-Za-z0-9]$";

#[test]
fn a_certificate() {
    let authority =
        "arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/11111111-2222-3333-4444-555555555555";
    let label = "a".repeat(63);
    let longest = format!("{label}.{label}.{label}.{}", "a".repeat(61));
    let validating = |name: &str, domain: &str| json!({"DomainValidationOptions": [{"DomainName": name, "ValidationDomain": domain}]});
    Subject::new("AWS::CertificateManager::Certificate", json!({"DomainName": "www.example.com"}))
        .takes(&json!({"DomainName": "*.Example.com", "SubjectAlternativeNames": [longest]}))
        .takes(&json!({"DomainName": format!("{}.example.com", "a".repeat(52))}))
        .takes(&json!({"KeyAlgorithm": "EC_secp384r1"}))
        .takes(&json!({"KeyAlgorithm": "RSA_4096", "CertificateAuthorityArn": authority}))
        .takes(&validating("Test.example.com", "example.com"))
        .takes(&validating("example.com", "example.com"))
        .refuses(
            &json!({"DomainName": format!("{}.example.com", "a".repeat(53))}),
            "`DomainName` has 65 characters; 1 to 64 characters are allowed",
        )
        .refuses(
            &json!({"DomainName": "https://www.example.com"}),
            &format!("`DomainName` is `\"https://www.example.com\"`; it has to match `{DOMAIN}`"),
        )
        .refuses(
            &json!({"DomainName": "localhost"}),
            &format!("`DomainName` is `\"localhost\"`; it has to match `{DOMAIN}`"),
        )
        .refuses(
            &json!({"SubjectAlternativeNames": ["a.example.com", "www.*.example.com"]}),
            &format!("`SubjectAlternativeNames[1]` is `\"www.*.example.com\"`; it has to match `{DOMAIN}`"),
        )
        .refuses(
            &json!({"SubjectAlternativeNames": [format!("{longest}a")]}),
            "`SubjectAlternativeNames[0]` has 254 characters; 1 to 253 characters are allowed",
        )
        .refuses(
            &json!({"SubjectAlternativeNames": vec!["a.example.com"; 101]}),
            "`SubjectAlternativeNames` has 101 items; at most 100 items are allowed",
        )
        .refuses(
            &json!({"KeyAlgorithm": "RSA_8192"}),
            "`KeyAlgorithm` is `\"RSA_8192\"`; `RSA_1024`, `RSA_2048`, `RSA_3072`, `RSA_4096`, `EC_prime256v1`, \
             `EC_secp384r1` or `EC_secp521r1` is allowed",
        )
        .refuses(
            &json!({"KeyAlgorithm": "RSA_4096"}),
            "`KeyAlgorithm` is RSA_4096, and public certificates have RSA_2048, EC_prime256v1 or EC_secp384r1: take one \
             of them",
        )
        .refuses(
            &json!({"CertificateAuthorityArn": "arn:aws:iam::123456789012:role/a"}),
            "`CertificateAuthorityArn` is `\"arn:aws:iam::123456789012:role/a\"`; it has to match \
             `^arn:[a-z-]+:acm-pca:[a-z0-9-]*:[0-9]+:certificate-authority/.+$`",
        )
        .refuses(
            &validating("test.example.com", "ample.com"),
            "`DomainValidationOptions[0].ValidationDomain` is `ample.com`, and test.example.com is validated by itself \
             or by a domain above it",
        );
}
