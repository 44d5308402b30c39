use serde_json::{Value as Json, json};

use super::Subject;

fn addresses() -> Subject {
    Subject::new(
        "AWS::Route53::RecordSet",
        json!({"HostedZoneId": "Z1", "Name": "www.example.com", "Type": "A", "TTL": 0,
            "ResourceRecords": ["192.0.2.1", "192.0.2.2"]}),
    )
}

#[test]
fn what_a_set_answers() {
    let alias = json!({"TTL": null, "ResourceRecords": null,
        "AliasTarget": {"DNSName": "lb.example.com", "HostedZoneId": "Z2"}});
    let keeping = |name: &str, value: Json| {
        let mut alias = alias.clone();
        alias[name] = value;
        alias
    };
    addresses()
        .takes(&json!({"TTL": 2_147_483_647_i64}))
        .takes(&alias)
        .refuses(&json!({"TTL": -1}), "`TTL` is `-1`; 0 to 2147483647 is allowed")
        .refuses(&json!({"TTL": null}), "`TTL` isn't declared, and what isn't an alias can't be without")
        .refuses(
            &json!({"ResourceRecords": []}),
            "`ResourceRecords` isn't declared, and what isn't an alias can't be without",
        )
        .refuses(
            &keeping("TTL", json!(60)),
            "`TTL` is declared, and an alias has what its target has: leave it out",
        )
        .refuses(
            &keeping("ResourceRecords", json!(["192.0.2.1"])),
            "`ResourceRecords` is declared, and an alias has what its target has: leave it out",
        )
        .refuses(
            &json!({"TTL": null, "ResourceRecords": null}),
            "`ResourceRecords` isn't declared, and what isn't an alias can't be without",
        );
    let several = json!({"SetIdentifier": "one", "MultiValueAnswer": true});
    let mut several_aliases = alias.clone();
    several_aliases.as_object_mut().unwrap().extend(several.as_object().unwrap().clone());
    addresses().refuses(
        &several_aliases,
        "`MultiValueAnswer` is true, and an alias can't be one of several answers: leave it out",
    );
}

#[test]
fn which_set_answers() {
    let set = |more: Json| {
        let mut set = json!({"SetIdentifier": "one"});
        set.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        set
    };
    let place = |place: Json| set(json!({"GeoLocation": place}));
    addresses()
        .takes(&set(json!({"Weight": 0})))
        .takes(&set(json!({"Weight": 255, "MultiValueAnswer": false})))
        .takes(&set(json!({"MultiValueAnswer": true})))
        .takes(&set(json!({"Region": "eu-central-1"})))
        .takes(&set(json!({"GeoProximityLocation": {"AWSRegion": "us-east-1", "Bias": -99}})))
        .takes(&place(json!({"ContinentCode": "EU"})))
        .takes(&place(json!({"CountryCode": "*"})))
        .takes(&place(json!({"CountryCode": "US", "SubdivisionCode": "NY"})))
        .takes(&json!({"MultiValueAnswer": false}))
        .refuses(&set(json!({"Weight": 256})), "`Weight` is `256`; 0 to 255 is allowed")
        .refuses(
            &json!({"Weight": 1}),
            "`SetIdentifier` isn't declared, and `Weight` can't be without",
        )
        .refuses(
            &json!({"MultiValueAnswer": true}),
            "`SetIdentifier` isn't declared, and `MultiValueAnswer` can't be without",
        )
        .refuses(
            &json!({"SetIdentifier": "one"}),
            "`SetIdentifier` is declared, and no policy of routing that would need it: leave it out",
        )
        .refuses(
            &json!({"SetIdentifier": "", "Weight": 1}),
            "`SetIdentifier` has 0 characters; at least 1 character is allowed",
        )
        .refuses(
            &set(json!({"Weight": 1, "Failover": "PRIMARY"})),
            "`Weight` and `Failover` are declared, and a set has one policy of routing: choose one",
        )
        .refuses(
            &set(json!({"Region": "eu-central-1", "MultiValueAnswer": true})),
            "`Region` and `MultiValueAnswer` are declared, and a set has one policy of routing: choose one",
        )
        .refuses(
            &place(json!({"ContinentCode": "EU", "CountryCode": "DE"})),
            "`GeoLocation` has a continent and what is smaller: leave `ContinentCode` out",
        )
        .refuses(
            &place(json!({"SubdivisionCode": "NY"})),
            "`GeoLocation` has a `SubdivisionCode`, and no `CountryCode` says of what: say it",
        )
        .refuses(
            &place(json!({"ContinentCode": "XX"})),
            "`GeoLocation.ContinentCode` is `\"XX\"`; `AF`, `AN`, `AS`, `EU`, `OC`, `NA` or `SA` is allowed",
        )
        .refuses(
            &place(json!({"CountryCode": "1"})),
            "`GeoLocation.CountryCode` is `1`; the two letters of a country or `*` for all others are allowed",
        );
}

#[test]
fn names() {
    let (label, name) = ("a".repeat(64), format!("{}a", "a.".repeat(127)));
    let long = format!("{name}.a");
    addresses()
        .takes(&json!({"Name": "*.example.com."}))
        .takes(&json!({"Name": "_dmarc.example.com"}))
        // A character by its code is one.
        .takes(&json!({"Name": format!("{}.example.com", "\\052".repeat(63))}))
        .takes(&json!({"Name": name}))
        .refuses(
            &json!({"Name": long}),
            &format!("`Name` is `{long}`, which has 257 characters, and a name has 255 at most"),
        )
        .refuses(
            &json!({"Name": format!("{label}.example.com")}),
            &format!("`Name` is `{label}.example.com`, a label of which has 64 characters, and one has 63 at most"),
        )
        .refuses(
            &json!({"Name": "www..example.com"}),
            "`Name` is `www..example.com`, which has an empty label",
        )
        .refuses(
            &json!({"Name": "the web.example.com"}),
            "`Name` is `the web.example.com`, and ` ` can't be in a name as it is: write its octal code, such as `\\040`",
        );
}

fn of(kind: &str, values: &[&str]) -> Json {
    json!({"Type": kind, "ResourceRecords": values})
}

#[test]
fn values_that_are_taken() {
    let long = format!("\"{}\"", "a".repeat(255));
    let escaped = format!("\"{}\"", "\\101".repeat(255));
    addresses()
        .takes(&of("AAAA", &["2001:0db8:85a3:0:0:8a2e:0370:7334", "::1"]))
        .takes(&of("CNAME", &["www.example.com."]))
        .takes(&of("CNAME", &["_1a.acm-validations.aws."]))
        .takes(&of("MX", &["0 mail.example.com", "65535 mail.example.com."]))
        .takes(&of("CAA", &["0 issue \"amazon.com\"", "128 issuewild \";\""]))
        .takes(&of(
            "TXT",
            &[r#""v=spf1 -all""#, r#""a" "b""#, r#""a""b""#, r#""say \"it\"""#, "\"\"", &long, &escaped],
        ))
        .takes(&of("SRV", &["1 10 5269 xmpp.example.com"]));
}

#[test]
fn values_that_are_not() {
    let long = format!("\"{}\"", "a".repeat(256));
    let quoted =
        "a value of TXT is texts in quotes of 255 characters each at most, such as `\"v=spf1 -all\"`";
    let refused = |kind: &str, value: &str, message: &str| {
        addresses().refuses(&of(kind, &[value]), message);
    };
    refused(
        "A",
        "2001:db8::1",
        "`ResourceRecords[0]` is `2001:db8::1`; a value of A is an IPv4 address such as 192.0.2.1",
    );
    refused(
        "AAAA",
        "192.0.2.1",
        "`ResourceRecords[0]` is `192.0.2.1`; a value of AAAA is an IPv6 address such as 2001:db8::1",
    );
    refused(
        "CNAME",
        "www example com",
        "`ResourceRecords[0]` is `www example com`; a value of CNAME is a name such as www.example.com",
    );
    refused(
        "MX",
        "mail.example.com",
        "`ResourceRecords[0]` is `mail.example.com`; a value of MX is a priority from 0 to 65535 and a name, such as \
         `10 mail.example.com`",
    );
    refused(
        "MX",
        "65536 mail.example.com",
        "`ResourceRecords[0]` is `65536 mail.example.com`; a value of MX is a priority from 0 to 65535 and a name, such \
         as `10 mail.example.com`",
    );
    refused(
        "CAA",
        "0 issue amazon.com",
        "`ResourceRecords[0]` is `0 issue amazon.com`; a value of CAA is a flag from 0 to 255, a tag and a value in \
         quotes, such as `0 issue \"amazon.com\"`",
    );
    refused("TXT", "v=spf1 -all", &format!("`ResourceRecords[0]` is `v=spf1 -all`; {quoted}"));
    refused("TXT", "\"open", &format!("`ResourceRecords[0]` is `\"open`; {quoted}"));
    refused("TXT", &long, &format!("`ResourceRecords[0]` is `\"{}…`; {quoted}", "a".repeat(59)));
    addresses().refuses(
        &of("CNAME", &["a.example.com", "b.example.com"]),
        "`ResourceRecords` has 2 values, and a CNAME record has one",
    );
}
