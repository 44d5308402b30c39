use ironward_aws::terraform::Source;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn read_text(text: &str) -> Result<StateFile, ReadError> {
    read(text.as_bytes())
}

fn state(resources: &Json) -> String {
    json!({
        "version": 4, "terraform_version": "1.9.5", "serial": 12, "lineage": "x",
        "outputs": {"password": {"value": "hunter2", "type": "string", "sensitive": true}},
        "resources": resources, "check_results": null
    })
    .to_string()
}

fn ids(state: &StateFile) -> Vec<String> {
    let id = |one: &Instance| format!("{} {}", one.address, one.physical_id().unwrap_or_default());
    state.instances.iter().map(id).collect()
}

#[test]
fn addresses_have_modules_and_keys() {
    let text = state(&json!([
        {"mode": "managed", "type": "aws_vpc", "name": "main",
         "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
         "instances": [{"schema_version": 1, "attributes": {"id": "vpc-1"}}]},
        {"module": "module.net[\"a\"].module.inner", "mode": "managed", "type": "aws_subnet", "name": "s",
         "instances": [
             {"index_key": 0, "attributes": {"id": "subnet-0"}},
             {"index_key": "b \"c\"", "attributes": {"id": "subnet-1"}},
             {"index_key": 2, "deposed": "00aa", "attributes": {"id": "subnet-2"}}
         ]},
        {"mode": "data", "type": "aws_ami", "name": "it", "instances": [{"attributes": {"id": "ami-1"}}]}
    ]));
    let state = read_text(&text).unwrap();
    assert_eq!(
        ids(&state),
        [
            "aws_vpc.main vpc-1",
            "module.net[\"a\"].module.inner.aws_subnet.s[0] subnet-0",
            "module.net[\"a\"].module.inner.aws_subnet.s[\"b \\\"c\\\"\"] subnet-1",
        ]
    );
    assert_eq!(state.data_sources, 1);
    assert_eq!(state.deposed, ["module.net[\"a\"].module.inner.aws_subnet.s[2]"]);
}

#[test]
fn flat_attributes_of_format_4_are_read() {
    let text = state(&json!([
        {"mode": "managed", "type": "aws_route_table", "name": "t", "instances": [{"schema_version": 0,
         "attributes_flat": {"id": "rtb-1", "route.#": "1", "route.77.cidr_block": "0.0.0.0/0",
            "route.77.gateway_id": "igw-1"}}]}
    ]));
    assert_eq!(
        ids(&read_text(&text).unwrap()),
        ["aws_route_table.t rtb-1", "aws_route_table.t.route[0] rtb-1|0.0.0.0/0"]
    );
}

#[test]
fn formats_1_to_3_are_read() {
    for version in 1..=3 {
        let text = json!({
            "version": version, "serial": 3, "modules": [
                {"path": ["root"], "outputs": {}, "resources": {
                    "aws_vpc.main": {"type": "aws_vpc", "depends_on": [], "primary": {
                        "id": "vpc-1", "attributes": {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}, "meta": {}}},
                    "data.aws_ami.it": {"type": "aws_ami", "primary": {"id": "ami-1"}}}},
                {"path": ["root", "net", "inner"], "resources": {
                    "aws_subnet.s.1": {"type": "aws_subnet", "primary": {"id": "subnet-1"},
                        "deposed": [{"id": "subnet-0"}]},
                    "aws_eip.e": {"type": "aws_eip", "tainted": [{"id": "eipalloc-1"}]}}}
            ]
        });
        let state = read_text(&text.to_string()).unwrap();
        assert_eq!(ids(&state), ["aws_vpc.main vpc-1", "module.net.module.inner.aws_subnet.s[1] subnet-1"]);
        assert_eq!(state.instances[0].values[&Source::Own("cidr_block")], "10.0.0.0/16");
        assert_eq!(state.data_sources, 1);
        assert_eq!(
            state.deposed,
            ["module.net.module.inner.aws_eip.e", "module.net.module.inner.aws_subnet.s[1]"]
        );
    }
    assert_eq!(read_text(r#"{"version":3,"modules":null}"#), Ok(StateFile::default()));
}

#[test]
fn what_show_prints_as_json_is_read() {
    let text = json!({"format_version": "1.0", "terraform_version": "1.9.5", "values": {"root_module": {
        "resources": [{"address": "aws_vpc.main", "mode": "managed", "type": "aws_vpc", "name": "main",
            "values": {"id": "vpc-1"}, "sensitive_values": {}}],
        "child_modules": [{"address": "module.a", "resources": [
            {"address": "module.a.aws_subnet.s[0]", "mode": "managed", "type": "aws_subnet", "index": 0,
             "values": {"id": "subnet-1"}},
            {"address": "module.a.data.aws_ami.it", "mode": "data", "type": "aws_ami", "values": {}}]}]
    }}});
    let state = read_text(&text.to_string()).unwrap();
    assert_eq!(ids(&state), ["aws_vpc.main vpc-1", "module.a.aws_subnet.s[0] subnet-1"]);
    assert_eq!(state.data_sources, 1);
}

#[test]
fn nothing_but_what_identifies_is_kept_or_told() {
    let secret = "hunter2";
    let text = state(&json!([
        {"mode": "managed", "type": "aws_db_instance", "name": "db", "instances": [{"attributes": {
            "id": "db-ABC", "identifier": "records", "password": secret, "username": secret
        }}]},
        {"mode": "managed", "type": "random_password", "name": "p",
         "instances": [{"attributes": {"id": "none", "result": secret}}]}
    ]));
    let state = read_text(&text).unwrap();
    assert!(!format!("{state:?}").contains(secret), "{state:?}");
    assert_eq!(state.instances[0].values[&Source::Own("identifier")], "records");
    // Errors don't quote the file either.
    let broken = text.replace("\"managed\"", "17");
    assert!(!read_text(&broken).unwrap_err().to_string().contains(secret));
    let broken = text.replace("\"instances\":[{", "\"instances\":[\"hunter2\",{");
    let error = read_text(&broken).unwrap_err().to_string();
    assert!(error.contains("of another kind, at line 1") && !error.contains(secret), "{error}");
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        "[a-z_0-9\"\\\\ é#%.]{0,12}".prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
            prop::collection::btree_map(member(), inner, 0..6)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

/// Names that matter, and others.
fn member() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "version",
            "resources",
            "mode",
            "type",
            "name",
            "module",
            "instances",
            "index_key",
            "attributes",
            "attributes_flat",
            "deposed",
            "id",
            "arn",
            "modules",
            "path",
            "primary",
            "ingress",
            "cidr_blocks",
            "ingress.#",
            "values",
            "root_module",
            "child_modules",
        ])
        .prop_map(str::to_owned),
        "[a-z.#%]{1,6}",
    ]
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}") {
        let _ = read_text(&text);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
    }

    #[test]
    fn no_json_makes_it_panic(resources in any_json(), instances in any_json(), attributes in any_json()) {
        for version in 1..=5 {
            let _ = read_text(&json!({"version": version, "resources": resources, "modules": instances}).to_string());
        }
        let _ = read_text(&json!({"format_version": "1.0", "values": resources}).to_string());
        let resource = json!({"mode": "managed", "type": "aws_security_group", "name": "a", "instances": instances});
        let _ = read_text(&json!({"version": 4, "resources": [resource]}).to_string());
        let instance = json!({"index_key": attributes.clone(), "attributes": attributes});
        let flat = json!({"attributes_flat": attributes});
        let resource = json!({"mode": "managed", "type": "aws_security_group", "name": "a",
            "instances": [instance, flat]});
        let _ = read_text(&json!({"version": 4, "resources": [resource]}).to_string());
    }

    #[test]
    fn a_file_that_is_cut_off_gives_nothing(cut in 0.0..1.0_f64) {
        let whole = state(&json!([
            {"mode": "managed", "type": "aws_vpc", "name": "main",
             "instances": [{"attributes": {"id": "vpc-1"}}]},
            {"mode": "managed", "type": "aws_subnet", "name": "s",
             "instances": [{"index_key": 0, "attributes": {"id": "subnet-0"}}]}
        ]));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss,
                 reason = "a place inside a short text")]
        let at = (whole.len() as f64 * cut) as usize;
        prop_assert!(read_text(&whole[..at]).is_err());
    }
}
