use ironward_aws::cidr;
use ironward_aws::ec2::{
    AllocationId, DestinationOptions, DnsOptions, DnsRecordIpType, EncryptionExclusion, FileFormat, FlowLog,
    FlowLogDestination, HostnameType, Isolated, NatGateway, PrivateDnsFor, PrivateDnsNameOptions,
    PrivateDnsPreference, SecurityGroupId, ServiceName, Subnet, TagFieldSpecification, Vpc,
    VpcEncryptionControl, VpcEndpoint, VpcId, ZoneAddresses, ZoneName,
};
use ironward_aws::s3::BucketArn;

use super::{Samples, id};

pub fn add(samples: &mut Samples) {
    let addresses = ZoneAddresses::new(ZoneName::new("us-east-1a"), [AllocationId::new("eipalloc-1")]);
    let nat = NatGateway::regional(VpcId::new("vpc-1")).availability_zone_addresses([addresses]);
    samples.add(&nat);

    let exclusions = [
        EncryptionExclusion::InternetGateway,
        EncryptionExclusion::EgressOnlyInternetGateway,
        EncryptionExclusion::NatGateway,
        EncryptionExclusion::VirtualPrivateGateway,
        EncryptionExclusion::VpcPeering,
        EncryptionExclusion::Lambda,
        EncryptionExclusion::VpcLattice,
        EncryptionExclusion::ElasticFileSystem,
    ];
    let control = VpcEncryptionControl::enforce(exclusions);
    samples.add(&Vpc::new(cidr!("10.0.0.0/16")).vpc_encryption_control(control));

    let names = PrivateDnsNameOptions::new(HostnameType::IpName)
        .enable_resource_name_dns_a_record(true)
        .enable_resource_name_dns_aaaa_record(true);
    let zone = ZoneName::new("us-east-1a");
    let subnet = Subnet::<Isolated>::new(VpcId::new("vpc-1"), cidr!("10.0.0.0/24"), zone);
    samples.add(&subnet.private_dns_name_options_on_launch(names));

    let options = DestinationOptions::new(FileFormat::Parquet, true, true);
    let to = FlowLogDestination::bucket(BucketArn::new("arn:bucket"));
    let log = FlowLog::of_vpc(VpcId::new("vpc-1"), to)
        .destination_options(options)
        .tag_field_specifications([TagFieldSpecification::new("vpc", ["phi"])]);
    samples.add(&log);

    let options = DnsOptions::new()
        .dns_record_ip_type(DnsRecordIpType::Ipv4)
        .private_dns_only_for_inbound_resolver_endpoint(PrivateDnsFor::AllResolvers)
        .private_dns_preference(PrivateDnsPreference::SpecifiedDomainsOnly)
        .private_dns_specified_domains(["lab.example.com"]);
    let endpoint = VpcEndpoint::interface(
        VpcId::new("vpc-1"),
        id::<ServiceName>("com.amazonaws.us-east-1.s3"),
        [id("subnet-1")] as [ironward_core::output::Output<ironward_aws::ec2::SubnetId<Isolated>>; 1],
        [SecurityGroupId::new("sg-1")],
    );
    samples.add(&endpoint.dns_options(options));
}
