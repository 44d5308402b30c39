use serde_json::{Value as Json, json};

use super::{Subject, filler};

const ROOT: &str = "arn:aws:iam::123456789012:root";

fn policy(change: &Json) -> Json {
    let mut statement =
        json!({"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "kms:*", "Resource": "*"});
    for (name, json) in change.as_object().unwrap() {
        statement[name] = json.clone();
    }
    json!({"KeyPolicy": {"Version": "2012-10-17", "Statement": [statement]}})
}

fn key() -> Subject {
    Subject::new("AWS::KMS::Key", policy(&json!({})))
}

#[test]
fn a_key() {
    key()
        .takes(&json!({"PendingWindowInDays": 7, "EnableKeyRotation": true, "RotationPeriodInDays": 2560}))
        .takes(&json!({"Description": "d".repeat(8192), "Origin": "EXTERNAL", "EnableKeyRotation": false}))
        .takes(&json!({"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}))
        .takes(&json!({"KeySpec": "ECC_NIST_P256", "KeyUsage": "KEY_AGREEMENT"}))
        .takes(&json!({"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}))
        .refuses(&json!({"PendingWindowInDays": 3}), "`PendingWindowInDays` is `3`; 7 to 30 is allowed")
        .refuses(&json!({"RotationPeriodInDays": 10}), "`RotationPeriodInDays` is `10`; 90 to 2560 is allowed")
        .refuses(
            &json!({"Description": "d".repeat(8193)}),
            "`Description` has 8193 characters; 0 to 8192 characters are allowed",
        )
        .refuses(
            &json!({"KeySpec": "RSA_2048"}),
            "`KeyUsage` isn't declared, and a key of RSA_2048 can't be without: say `ENCRYPT_DECRYPT` or \
             `SIGN_VERIFY`",
        )
        .refuses(
            &json!({"KeyUsage": "SIGN_VERIFY"}),
            "`KeyUsage` is `SIGN_VERIFY`, and a key of SYMMETRIC_DEFAULT has `ENCRYPT_DECRYPT`: take that, or \
             another kind",
        )
        .refuses(
            &json!({"KeySpec": "RSA_4096", "KeyUsage": "SIGN_VERIFY", "EnableKeyRotation": true}),
            "`EnableKeyRotation` is true, and a key of RSA_4096 isn't rotated: leave rotation out, or take a \
             symmetric key of KMS's own",
        )
        .refuses(
            &json!({"Origin": "EXTERNAL", "EnableKeyRotation": true}),
            "`EnableKeyRotation` is true, and imported material isn't rotated: leave rotation out, or take a \
             symmetric key of KMS's own",
        );
}

#[test]
fn the_policy_of_a_key() {
    let named = |sid: &str| policy(&json!({"Sid": sid}));
    let of_length = |length| named(&filler(length, |sid| named(sid)["KeyPolicy"].clone()));
    // KMS takes actions of any form, which then grant nothing.
    key()
        .takes(&policy(&json!({"Action": "not an action"})))
        .takes(&policy(&json!({"Sid": "Enable IAM User Permissions"})))
        .takes(&json!({"KeyPolicy": policy(&json!({}))["KeyPolicy"].to_string()}))
        .takes(&of_length(32_768))
        .refuses(
            &policy(&json!({"Principal": null})),
            "`KeyPolicy.Statement[0]` lacks `Principal`: say whom it is about",
        )
        .refuses(
            &policy(&json!({"Effect": null})),
            "`KeyPolicy.Statement[0]` lacks `Effect`: say `Allow` or `Deny`",
        )
        .refuses(
            &json!({"KeyPolicy": {"Version": "2012-10-17", "Statement": []}}),
            "`KeyPolicy` has no statement, and a policy has one at least: say what it allows or refuses",
        )
        .refuses(
            &json!({"KeyPolicy": "everybody"}),
            "`KeyPolicy` isn't a JSON object: a policy is one, with its statements",
        )
        .refuses(
            &of_length(32_769),
            "`KeyPolicy` has 32769 characters without white space, and 32768 are the most: say it in fewer \
             statements, or name principals by a condition",
        );
}
