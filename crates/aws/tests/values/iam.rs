use serde_json::{Value as Json, json};

use super::{Subject, filler};

fn changed(mut statement: Json, change: &Json) -> Json {
    for (name, json) in change.as_object().unwrap() {
        statement[name] = json.clone();
    }
    json!({"Version": "2012-10-17", "Statement": [statement]})
}

fn trust(change: &Json) -> Json {
    let statement = json!({"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"},
        "Action": "sts:AssumeRole"});
    json!({"AssumeRolePolicyDocument": changed(statement, change)})
}

fn inline(change: &Json) -> Json {
    let statement = json!({"Effect": "Allow", "Action": ["s3:GetObject"],
        "Resource": ["arn:aws:s3:::data/${aws:userid}/*"]});
    json!({"PolicyDocument": changed(statement, change)})
}

fn role() -> Subject {
    Subject::new("AWS::IAM::Role", trust(&json!({})))
}

fn role_policy() -> Subject {
    let mut taken = inline(&json!({}));
    taken["RoleName"] = json!("app");
    Subject::new("AWS::IAM::RolePolicy", taken)
}

#[test]
fn a_role() {
    role()
        .takes(&json!({"Path": "/"}))
        .takes(&json!({"Path": "/clinic/wards/", "MaxSessionDuration": 43_200, "Description": "d".repeat(1000)}))
        .takes(&json!({"PermissionsBoundary": "arn:aws-us-gov:iam::aws:policy/job-function/ViewOnlyAccess"}))
        .refuses(
            &json!({"Description": "d".repeat(2000)}),
            "`Description` has 2000 characters; 0 to 1000 characters are allowed",
        )
        .refuses(&json!({"MaxSessionDuration": 60}), "`MaxSessionDuration` is `60`; 3600 to 43200 is allowed")
        .refuses(&json!({"Path": "clinic"}), r#"`Path` is `"clinic"`; it has to match `^/([!-\x{7F}]+/)?$`"#)
        .refuses(&json!({"Path": "/clinic"}), r#"`Path` is `"/clinic"`; it has to match `^/([!-\x{7F}]+/)?$`"#)
        .refuses(
            &json!({"PermissionsBoundary": "arn:aws:iam::123456789012:role/app"}),
            r#"`PermissionsBoundary` is `"arn:aws:iam::123456789012:role/app"`; it has to match `^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+$`"#,
        );
}

#[test]
fn the_trust_of_a_role() {
    let named = |sid: &str| trust(&json!({"Sid": sid}));
    let of_length = |length| named(&filler(length, |sid| named(sid)["AssumeRolePolicyDocument"].clone()));
    role()
        .takes(&trust(&json!({"Principal": {"AWS": "*"}, "Action": ["sts:AssumeRole", "sts:TagSession"]})))
        .takes(&json!({"AssumeRolePolicyDocument": trust(&json!({}))["AssumeRolePolicyDocument"].to_string()}))
        .takes(&of_length(4_096))
        .refuses(
            &trust(&json!({"Principal": null})),
            "`AssumeRolePolicyDocument.Statement[0]` lacks `Principal`: say whom it is about",
        )
        .refuses(
            &trust(&json!({"Resource": "*"})),
            "`AssumeRolePolicyDocument.Statement[0]` has `Resource`, and a trust policy is about its role: take \
             it out",
        )
        .refuses(
            &trust(&json!({"Action": "AssumeRole"})),
            "`AssumeRolePolicyDocument.Statement[0].Action` holds `AssumeRole`, which is no action: write \
             `SERVICE:ACTION`, such as `s3:GetObject`, or `*`",
        )
        .refuses(
            &json!({"AssumeRolePolicyDocument": {"Version": "2012-10-17"}}),
            "`AssumeRolePolicyDocument` has no statement, and a policy has one at least: say what it allows or \
             refuses",
        )
        .refuses(
            &of_length(4_097),
            "`AssumeRolePolicyDocument` has 4097 characters without white space, and 4096 are the most: say it in \
             fewer statements",
        );
}

#[test]
fn an_inline_policy() {
    let named = |sid: &str| inline(&json!({"Sid": sid}));
    let of_length = |length| named(&filler(length, |sid| named(sid)["PolicyDocument"].clone()));
    let statement = |sid: &str| json!({"Sid": sid, "Effect": "Allow", "Action": "*", "Resource": "*"});
    role_policy()
        .takes(&inline(&json!({"Action": ["ecr:*", "s3:Get?bject", "*"], "Resource": "*"})))
        .takes(&inline(&json!({"Action": null, "NotAction": "iam:*"})))
        .takes(&inline(&json!({"Resource": null, "NotResource": "arn:aws:s3:::logs/*"})))
        .takes(&of_length(10_240))
        .takes(&json!({"PolicyDocument": {"Statement": statement("One")}}))
        .takes(&json!({"PolicyDocument": {"Statement": [statement(""), statement("")]}}))
        .refuses(
            &inline(&json!({"Action": ["s3:GetObject", "not an action"]})),
            "`PolicyDocument.Statement[0].Action` holds `not an action`, which is no action: write \
             `SERVICE:ACTION`, such as `s3:GetObject`, or `*`",
        )
        .refuses(
            &inline(&json!({"Action": "s3:Get:Object"})),
            "`PolicyDocument.Statement[0].Action` holds `s3:Get:Object`, which is no action: write \
             `SERVICE:ACTION`, such as `s3:GetObject`, or `*`",
        )
        .refuses(
            &inline(&json!({"Action": []})),
            "`PolicyDocument.Statement[0]` lacks `Action`: say which actions it is about",
        )
        .refuses(
            &inline(&json!({"Resource": null})),
            "`PolicyDocument.Statement[0]` lacks `Resource`: say on what",
        )
        .refuses(
            &inline(&json!({"Resource": "data"})),
            "`PolicyDocument.Statement[0].Resource` holds `data`, which is no ARN: name it by its ARN, or say `*`",
        )
        .refuses(
            &inline(&json!({"Effect": "allow"})),
            "`PolicyDocument.Statement[0].Effect` is `allow`; `Allow` or `Deny` is allowed",
        )
        .refuses(
            &inline(&json!({"Principal": "*"})),
            "`PolicyDocument.Statement[0]` has `Principal`, and the policy of a role is about the role: take it out",
        )
        .refuses(
            &inline(&json!({"Sid": "two words"})),
            "`PolicyDocument.Statement[0].Sid` is `two words`; letters and digits alone are allowed",
        )
        .refuses(
            &json!({"PolicyDocument": {"Statement": [statement("One"), statement("One")]}}),
            "`PolicyDocument.Statement[1].Sid` is `One`, as that of an earlier statement: give it a name of its own",
        )
        .refuses(
            &json!({"PolicyDocument": {"Version": "2026-01-01", "Statement": [statement("One")]}}),
            "`PolicyDocument.Version` is `2026-01-01`; `2012-10-17` or `2008-10-17` is allowed: it is the version of \
             the language, not of the policy",
        )
        .refuses(
            &json!({"PolicyDocument": {}}),
            "`PolicyDocument` has no statement, and a policy has one at least: say what it allows or refuses",
        )
        .refuses(
            &of_length(10_241),
            "`PolicyDocument` has 10241 characters without white space, and 10240 are the most: say it in fewer \
             statements, or attach a managed policy, which has a length of its own",
        );
}

#[test]
fn an_attachment() {
    let policy = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    Subject::new("AWS::IAM::RolePolicyAttachment", json!({"RoleName": "app", "PolicyArn": policy}))
        .refuses(
            &json!({"PolicyArn": "AdministratorAccess2"}),
            r#"`PolicyArn` is `"AdministratorAccess2"`; it has to match `^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+$`"#,
        )
        .refuses(
            &json!({"RoleName": "arn:aws:iam::123456789012:role/app"}),
            r#"`RoleName` is `"arn:aws:iam::123456789012:role/app"`; it has to match `^[\w+=,.@-]+$`"#,
        );
}
