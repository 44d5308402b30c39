//! What is sent for properties that no emulator shows, out of a client that writes it down.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use ironward_aws_provider::{AwsProvider, Settings};
use ironward_core::clock::Clock;
use ironward_core::document::{Document, FromJson};
use ironward_core::path::Path;
use ironward_core::provider::{Change, Operation, Provider};
use ironward_core::state::{InstanceId, Lineage};
use serde_json::{Value as Json, json};

use crate::recorded::recorded;

/// Says yes to everything and keeps the bodies.
#[derive(Debug, Clone, Default)]
struct Recorder(Arc<Mutex<Vec<String>>>);

impl HttpConnector for Recorder {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        let action = body.split('&').find_map(|pair| pair.strip_prefix("Action=")).unwrap_or_default();
        let inner = match action {
            "DescribeNatGateways" => concat!(
                "<natGatewaySet><item><natGatewayId>nat-1</natGatewayId>",
                "<connectivityType>private</connectivityType><natGatewayAddressSet><item>",
                "<privateIp>10.0.0.9</privateIp><isPrimary>false</isPrimary>",
                "</item></natGatewayAddressSet></item></natGatewaySet>",
            ),
            "CreateNatGateway" => "<natGateway><natGatewayId>nat-1</natGatewayId></natGateway>",
            "AllocateAddress" => "<allocationId>eipalloc-1</allocationId>",
            "CreateVpcEncryptionControl" => concat!(
                "<vpcEncryptionControl><vpcEncryptionControlId>vpcec-1</vpcEncryptionControlId>",
                "</vpcEncryptionControl>",
            ),
            "CreateVpcEndpoint" => "<vpcEndpoint><vpcEndpointId>vpce-1</vpcEndpointId></vpcEndpoint>",
            "CreateSubnet" => "<subnet><subnetId>subnet-1</subnetId></subnet>",
            "GetCallerIdentity" => concat!(
                "<GetCallerIdentityResult><Account>123456789012</Account>",
                "<Arn>arn:aws:iam::123456789012:root</Arn></GetCallerIdentityResult>",
            ),
            _ => "<return>true</return>",
        };
        let answer = format!("<{action}Response>{inner}</{action}Response>");
        self.0.lock().unwrap().push(body);
        let status = StatusCode::try_from(200).unwrap();
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(answer))))
    }
}

struct NoClock;

#[async_trait]
impl Clock for NoClock {
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    async fn sleep(&self, _duration: Duration) {}
}

struct Wire {
    recorder: Recorder,
    provider: AwsProvider,
}

impl Wire {
    async fn connect() -> Self {
        let recorder = Recorder::default();
        let mut settings = Settings::new("us-east-1");
        settings.emulated = true;
        let recording = SharedHttpConnector::new(recorder.clone());
        settings.http_client = Some(recorded(http_client_fn(move |_, _| recording.clone())));
        let provider = AwsProvider::connect(settings, Arc::new(NoClock)).await.unwrap();
        Self { recorder, provider }
    }

    /// Whether an action was asked for.
    fn was_sent(&self, action: &str) -> bool {
        self.recorder.0.lock().unwrap().iter().any(|body| body.contains(&format!("Action={action}&")))
    }

    /// The form of the last request of an action.
    fn sent(&self, action: &str) -> BTreeMap<String, String> {
        let bodies = self.recorder.0.lock().unwrap();
        let body = bodies.iter().rfind(|body| body.contains(&format!("Action={action}&"))).unwrap();
        let plain = |text: &str| text.replace("%3A", ":").replace("%2F", "/");
        body.split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(key, value)| (plain(key), plain(value)))
            .collect()
    }

    async fn reconcile(&self, kind: &str, id: &str, before: Json, after: Json, aspect: &'static str) {
        let (path, instance, lineage) = identity();
        let operation = Operation::new(&path, &instance, &lineage, self.provider.place());
        let (before, after) = (document(&before), document(&after));
        let attributes = Document::new();
        let change = Change::new(id, &before, &after, &attributes, BTreeSet::from([aspect]));
        self.provider.handler(kind).unwrap().reconcile(&operation, &change).await.unwrap();
    }

    async fn create(&self, kind: &str, desired: Json) -> String {
        let (path, instance, lineage) = identity();
        let operation = Operation::new(&path, &instance, &lineage, self.provider.place());
        self.provider.handler(kind).unwrap().create(&operation, &document(&desired)).await.unwrap()
    }
}

fn identity() -> (Path, InstanceId, Lineage) {
    let path = Path::parse("subject").unwrap();
    let lineage = Lineage::from_random([7; 16]);
    let instance = InstanceId::derive(&lineage, &path, 1);
    (path, instance, lineage)
}

fn document(json: &Json) -> Document {
    Document::from_json(json).unwrap()
}

#[track_caller]
fn assert_has(form: &BTreeMap<String, String>, wanted: &[(&str, &str)]) {
    for (key, value) in wanted {
        assert_eq!(form.get(*key).map(String::as_str), Some(*value), "{key} in {form:#?}");
    }
}

#[tokio::test]
async fn options_of_subnets() {
    let wire = Wire::connect().await;
    let kind = "AWS::EC2::Subnet";
    wire.reconcile(kind, "subnet-1", json!({}), json!({"EnableDns64": true}), "enable_dns64").await;
    let sent = wire.sent("ModifySubnetAttribute");
    assert_has(&sent, &[("SubnetId", "subnet-1"), ("EnableDns64.Value", "true")]);
    wire.reconcile(kind, "subnet-1", json!({"EnableDns64": true}), json!({}), "enable_dns64").await;
    assert_has(&wire.sent("ModifySubnetAttribute"), &[("EnableDns64.Value", "false")]);
    let names = json!({"PrivateDnsNameOptionsOnLaunch": {"HostnameType": "resource-name"}});
    wire.reconcile(kind, "subnet-1", json!({}), names.clone(), "private_dns_name_options").await;
    let sent = wire.sent("ModifySubnetAttribute");
    assert_has(&sent, &[("PrivateDnsHostnameTypeOnLaunch", "resource-name")]);
    wire.reconcile(kind, "subnet-1", names, json!({}), "private_dns_name_options").await;
    assert_has(&wire.sent("ModifySubnetAttribute"), &[("PrivateDnsHostnameTypeOnLaunch", "ip-name")]);
    let names = json!({"PrivateDnsNameOptionsOnLaunch":
        {"HostnameType": "ip-name", "EnableResourceNameDnsAAAARecord": true}});
    wire.reconcile(kind, "subnet-1", json!({}), names, "private_dns_name_options").await;
    let sent = wire.sent("ModifySubnetAttribute");
    assert_has(&sent, &[("EnableResourceNameDnsAAAARecordOnLaunch.Value", "true")]);
    let desired = json!({"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24", "AvailabilityZone": "us-east-1a",
        "Ipv6CidrBlock": "2001:db8::/64"});
    assert_eq!(wire.create(kind, desired).await, "subnet-1");
    assert_has(&wire.sent("CreateSubnet"), &[("Ipv6CidrBlock", "2001:db8::/64")]);
    let outpost = "arn:aws:outposts:us-east-1:123456789012:outpost/op-1";
    let desired = json!({"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24", "AvailabilityZone": "us-east-1a",
        "OutpostArn": outpost, "EnableLniAtDeviceIndex": 1});
    wire.create(kind, desired.clone()).await;
    assert_has(&wire.sent("CreateSubnet"), &[("OutpostArn", outpost)]);
    wire.reconcile(kind, "subnet-1", json!({}), desired.clone(), "local_interface").await;
    assert_has(&wire.sent("ModifySubnetAttribute"), &[("EnableLniAtDeviceIndex", "1")]);
    wire.reconcile(kind, "subnet-1", desired, json!({}), "local_interface").await;
    assert_has(&wire.sent("ModifySubnetAttribute"), &[("DisableLniAtDeviceIndex.Value", "true")]);
}

#[tokio::test]
async fn sources_of_addresses() {
    let wire = Wire::connect().await;
    let desired = json!({"Domain": "vpc", "NetworkBorderGroup": "us-east-1-wl1", "PublicIpv4Pool": "pool-1",
        "IpamPoolId": "ipam-pool-1", "Address": "192.0.2.1"});
    assert_eq!(wire.create("AWS::EC2::EIP", desired).await, "eipalloc-1");
    let wanted = [
        ("Domain", "vpc"),
        ("NetworkBorderGroup", "us-east-1-wl1"),
        ("PublicIpv4Pool", "pool-1"),
        ("IpamPoolId", "ipam-pool-1"),
        ("Address", "192.0.2.1"),
    ];
    assert_has(&wire.sent("AllocateAddress"), &wanted);
}

#[tokio::test]
async fn addresses_of_private_nat_gateways() {
    let wire = Wire::connect().await;
    let kind = "AWS::EC2::NatGateway";
    let desired = json!({"SubnetId": "subnet-1", "ConnectivityType": "private", "PrivateIpAddress": "10.0.0.8",
        "SecondaryPrivateIpAddresses": ["10.0.0.9"]});
    assert_eq!(wire.create(kind, desired.clone()).await, "nat-1");
    let sent = wire.sent("CreateNatGateway");
    assert_has(&sent, &[("PrivateIpAddress", "10.0.0.8"), ("SecondaryPrivateIpAddress.1", "10.0.0.9")]);
    assert!(sent.contains_key("ClientToken"));
    let after = json!({"SecondaryPrivateIpAddresses": ["10.0.0.10"], "MaxDrainDurationSeconds": 60});
    wire.reconcile(kind, "nat-1", desired, after, "addresses").await;
    assert_has(&wire.sent("AssignPrivateNatGatewayAddress"), &[("PrivateIpAddress.1", "10.0.0.10")]);
    let wanted = [("PrivateIpAddress.1", "10.0.0.9"), ("MaxDrainDurationSeconds", "60")];
    assert_has(&wire.sent("UnassignPrivateNatGatewayAddress"), &wanted);
}

#[tokio::test]
async fn addresses_of_regional_nat_gateways() {
    let wire = Wire::connect().await;
    let kind = "AWS::EC2::NatGateway";
    let zone = |allocation: &str| json!([{"AvailabilityZone": "us-east-1a", "AllocationIds": [allocation]}]);
    let desired = json!({"VpcId": "vpc-1", "AvailabilityMode": "regional", "ConnectivityType": "public",
        "AvailabilityZoneAddresses": zone("eipalloc-1")});
    assert_eq!(wire.create(kind, desired.clone()).await, "nat-1");
    let sent = wire.sent("CreateNatGateway");
    let wanted = [
        ("VpcId", "vpc-1"),
        ("AvailabilityMode", "regional"),
        ("AvailabilityZoneAddress.1.AvailabilityZone", "us-east-1a"),
        ("AvailabilityZoneAddress.1.AllocationId.1", "eipalloc-1"),
    ];
    assert_has(&sent, &wanted);
    assert!(!sent.contains_key("SubnetId"), "{sent:#?}");
    let after = json!({"AvailabilityZoneAddresses": zone("eipalloc-2")});
    wire.reconcile(kind, "nat-1", desired, after, "zone_addresses").await;
    let wanted = [("AvailabilityZone", "us-east-1a"), ("AllocationId.1", "eipalloc-2")];
    assert_has(&wire.sent("AssociateNatGatewayAddress"), &wanted);
}

#[tokio::test]
async fn targets_of_routes() {
    let wire = Wire::connect().await;
    let kind = "AWS::EC2::Route";
    for (target, to) in [
        ("GatewayId", ("DestinationCidrBlock", "10.9.0.0/16")),
        ("NatGatewayId", ("DestinationCidrBlock", "10.9.0.0/16")),
        ("EgressOnlyInternetGatewayId", ("DestinationIpv6CidrBlock", "2001:db8::/32")),
        ("TransitGatewayId", ("DestinationPrefixListId", "pl-1")),
        ("VpcPeeringConnectionId", ("DestinationCidrBlock", "10.9.0.0/16")),
        ("VpcEndpointId", ("DestinationCidrBlock", "10.9.0.0/16")),
        ("NetworkInterfaceId", ("DestinationCidrBlock", "10.9.0.0/16")),
        ("CarrierGatewayId", ("DestinationCidrBlock", "10.9.0.0/16")),
        ("LocalGatewayId", ("DestinationCidrBlock", "10.9.0.0/16")),
        ("CoreNetworkArn", ("DestinationIpv6CidrBlock", "2001:db8::/32")),
        ("OdbNetworkArn", ("DestinationCidrBlock", "10.9.0.0/16")),
    ] {
        let mut desired = json!({"RouteTableId": "rtb-1"});
        desired[target] = json!("target-1");
        desired[to.0] = json!(to.1);
        let id = wire.create(kind, desired.clone()).await;
        assert_eq!(id, format!("rtb-1|{}", to.1));
        let wanted = [("RouteTableId", "rtb-1"), (target, "target-1"), to];
        assert_has(&wire.sent("CreateRoute"), &wanted);
        wire.reconcile(kind, &id, json!({}), desired, "target").await;
        assert_has(&wire.sent("ReplaceRoute"), &wanted);
    }
}

#[tokio::test]
async fn encryption_of_vpcs_is_monitored_and_enforced() {
    let wire = Wire::connect().await;
    let kind = "AWS::EC2::VPC";
    let aspect = "encryption_control";
    let monitor = json!({"VpcEncryptionControl": {"Mode": "monitor"}});
    wire.reconcile(kind, "vpc-1", json!({}), monitor.clone(), aspect).await;
    assert_has(&wire.sent("CreateVpcEncryptionControl"), &[("VpcId", "vpc-1")]);
    assert!(!wire.was_sent("ModifyVpcEncryptionControl"), "a new control monitors");
    let enforce = json!({"VpcEncryptionControl": {"Mode": "enforce", "NatGatewayExclusion": "enable"}});
    wire.reconcile(kind, "vpc-1", monitor, enforce, aspect).await;
    let wanted = [
        ("VpcEncryptionControlId", "vpcec-1"),
        ("Mode", "enforce"),
        ("NatGatewayExclusion", "enable"),
        ("InternetGatewayExclusion", "disable"),
        ("LambdaExclusion", "disable"),
    ];
    assert_has(&wire.sent("ModifyVpcEncryptionControl"), &wanted);
}

#[tokio::test]
async fn ways_to_lattice() {
    let wire = Wire::connect().await;
    let kind = "AWS::EC2::VPCEndpoint";
    let resource = "arn:aws:vpc-lattice:us-east-1:123456789012:resourceconfiguration/rcfg-1";
    let desired = json!({"VpcId": "vpc-1", "VpcEndpointType": "Resource",
        "ResourceConfigurationArn": resource, "SubnetIds": ["subnet-1"],
        "DnsOptions": {"PrivateDnsPreference": "SPECIFIED_DOMAINS_ONLY",
            "PrivateDnsSpecifiedDomains": ["lab.example.com"]}});
    assert_eq!(wire.create(kind, desired).await, "vpce-1");
    let sent = wire.sent("CreateVpcEndpoint");
    let wanted = [
        ("VpcEndpointType", "Resource"),
        ("ResourceConfigurationArn", resource),
        ("DnsOptions.PrivateDnsPreference", "SPECIFIED_DOMAINS_ONLY"),
        ("DnsOptions.PrivateDnsSpecifiedDomain.1", "lab.example.com"),
    ];
    assert_has(&sent, &wanted);
    assert!(!sent.contains_key("ServiceName"), "{sent:#?}");
    let network = "arn:aws:vpc-lattice:us-east-1:123456789012:servicenetwork/sn-1";
    let desired =
        json!({"VpcId": "vpc-1", "VpcEndpointType": "ServiceNetwork", "ServiceNetworkArn": network});
    wire.create(kind, desired).await;
    assert_has(&wire.sent("CreateVpcEndpoint"), &[("ServiceNetworkArn", network)]);
}
