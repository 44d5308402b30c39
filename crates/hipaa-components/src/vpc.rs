//! `HipaaVpc`: a network of three tiers.

use ironward_aws::ec2::{
    AggregationInterval, AvailabilityZones, Cidr, DeclaredVpcEndpoint, Eip, EndpointPolicy,
    EndpointStatement, FlowLog, FlowLogDestination, InternetGateway, Isolated, NatGateway, NatGatewayId,
    Private, Public, Route, RouteTable, RouteTableId, SecurityGroup, SecurityGroupId, Subnet, SubnetId,
    SubnetRouteTableAssociation, Tier, TrafficType, Vpc, VpcEndpoint, VpcGatewayAttachment, VpcId, ZoneName,
    service_name,
};
use ironward_aws::iam::{Role, RolePolicy, service_trust};
use ironward_aws::kms::CustomerKey;
use ironward_aws::logs::LogGroup;
use ironward_aws::place::{FoundHere, Here};
use ironward_aws::policy::{Allow, PolicyDocument};
use ironward_core::declare::{Declaration, Located};
use ironward_core::output::{Output, ToValue, concat};
use ironward_core::path::Path;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Profile, Stack};

use crate::classification::{Classification, open};
use crate::environment::Environment;
use crate::network::NetworkPlan;
use crate::retention::Retention;

/// A VPC of three tiers over two or three zones: public subnets for load balancers and NAT
/// gateways, private ones for applications, isolated ones for data. Its flow log goes to an
/// encrypted log group; private endpoints lead to S3, Secrets Manager, ECR, CloudWatch Logs and
/// KMS, and carry nothing to or for another account.
#[derive(Debug, Clone)]
pub struct HipaaVpc {
    vpc: Output<VpcId>,
    public: Vec<Output<SubnetId<Public>>>,
    private: Vec<Output<SubnetId<Private>>>,
    isolated: Vec<Output<SubnetId<Isolated>>>,
    private_tables: Vec<Output<RouteTableId<Private>>>,
    endpoint_group: Output<SecurityGroupId>,
    s3: DeclaredVpcEndpoint,
    way_in: Path,
    ways_out: Vec<Path>,
}

/// How the private tier reaches the internet (45 CFR 164.312(e)(1)).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaysOut {
    /// Through NAT gateways: one in each zone in production, one in all otherwise.
    #[default]
    NatGateways,
    /// Not at all: only the endpoints of AWS services can be reached.
    EndpointsOnly,
}

/// What a [`HipaaVpc`] is built from.
#[derive(Debug, Clone)]
#[must_use = "nothing is declared before `build`"]
pub struct HipaaVpcBuilder {
    name: String,
    plan: NetworkPlan,
    logs: CustomerKey,
    environment: Environment,
    retention: Retention,
    ways_out: WaysOut,
}

/// The services behind interface endpoints, and the names of their resources.
const INTERFACES: &[(&str, &str)] = &[
    ("secretsmanager", "secrets-manager"),
    ("ecr.api", "ecr-api"),
    ("ecr.dkr", "ecr-docker"),
    ("logs", "logs"),
    ("kms", "kms"),
];

impl HipaaVpc {
    /// Starts a VPC with the ranges of `plan` whose flow log is encrypted with the key `logs`.
    pub fn builder(name: &str, plan: NetworkPlan, logs: CustomerKey) -> HipaaVpcBuilder {
        HipaaVpcBuilder {
            name: name.to_owned(),
            plan,
            logs,
            environment: Environment::Production,
            retention: Retention::default(),
            ways_out: WaysOut::default(),
        }
    }

    /// The VPC's id.
    #[must_use]
    pub fn id(&self) -> Output<VpcId> {
        self.vpc.clone()
    }

    /// The public subnets, one for each zone.
    #[must_use]
    pub fn public_subnets(&self) -> &[Output<SubnetId<Public>>] {
        &self.public
    }

    /// The private subnets, one for each zone.
    #[must_use]
    pub fn private_subnets(&self) -> &[Output<SubnetId<Private>>] {
        &self.private
    }

    /// The isolated subnets, one for each zone.
    #[must_use]
    pub fn isolated_subnets(&self) -> &[Output<SubnetId<Isolated>>] {
        &self.isolated
    }

    /// The route tables of the private tier: one for each NAT gateway, and one where there is none. No route
    /// in them leads to networks that reach the VPC over private ways; whoever connects such a network adds
    /// one to each, to what connects it, such as [`Route::to_transit_gateway`] or
    /// [`Route::to_vpc_peering_connection`].
    #[must_use]
    pub fn private_route_tables(&self) -> &[Output<RouteTableId<Private>>] {
        &self.private_tables
    }

    /// The security group of the interface endpoints.
    #[must_use]
    pub fn endpoint_group(&self) -> Output<SecurityGroupId> {
        self.endpoint_group.clone()
    }

    /// The gateway endpoint of S3.
    #[must_use]
    pub fn s3_endpoint(&self) -> &DeclaredVpcEndpoint {
        &self.s3
    }

    /// The route by which the internet is reached from the public tier: what faces the internet waits
    /// for it, and goes before it.
    #[must_use]
    pub fn way_in(&self) -> &Path {
        &self.way_in
    }

    /// The routes and endpoints by which the private tier reaches anything outside the VPC: what runs
    /// there waits for them, and goes before them, so that it can say its last to its log.
    #[must_use]
    pub fn ways_out(&self) -> &[Path] {
        &self.ways_out
    }
}

/// Stands for a resource that is known by its path.
pub(crate) struct At(pub(crate) Path);

impl Located for At {
    fn path(&self) -> &Path {
        &self.0
    }
}

impl HipaaVpcBuilder {
    /// Sets what the VPC is for; production unless set. Production has one NAT gateway in each
    /// zone, other environments one in all.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Sets how long the flow log is kept; seven years unless set.
    pub fn retention(mut self, retention: Retention) -> Self {
        self.retention = retention;
        self
    }

    /// Sets how the private tier reaches the internet; through NAT gateways unless set.
    pub fn ways_out(mut self, ways_out: WaysOut) -> Self {
        self.ways_out = ways_out;
        self
    }

    /// Declares the VPC.
    ///
    /// # Errors
    /// [`DeclareError`] when the name is taken or isn't one.
    #[track_caller]
    pub fn build<P: Profile>(self, stack: &mut Stack<P>) -> Result<HipaaVpc, DeclareError> {
        let mut scope = open(stack, &self.name, "HipaaVpc", Classification::Internal)?;
        let here = scope.lookup("here", Here)?;
        let zones = scope.lookup("zones", AvailabilityZones)?;
        let vpc = Vpc::new(self.plan.range()).enable_dns_support(true).enable_dns_hostnames(true);
        let vpc = scope.add("vpc", vpc)?.id();
        let tiers = Tiers { scope: &mut scope, vpc: vpc.clone() };
        let names: Vec<Output<ZoneName>> = (0..self.plan.zones()).map(|index| zones.zone(index)).collect();
        let network = tiers.declare(&self.plan, &names, self.environment, self.ways_out)?;
        let Network { public, private, isolated, tables, way_in, mut ways_out } = network;
        self.flow_log(&mut scope, &vpc)?;
        let s3 = VpcEndpoint::gateway(&vpc, service_name(&here.region(), "s3"), &tables.private);
        let s3 = s3.route_table(&tables.isolated).policy_document(to_buckets(&here));
        let s3 = scope.add("s3", s3)?;
        ways_out.push(s3.path().clone());
        let group = SecurityGroup::in_vpc(&vpc, "Interface endpoints of AWS services");
        let endpoint_group = scope.add("endpoints", group)?.id();
        for (service, name) in INTERFACES {
            let endpoint = VpcEndpoint::interface(
                &vpc,
                service_name(&here.region(), service),
                private.clone(),
                [endpoint_group.clone()],
            );
            let endpoint = scope.add(name, endpoint.policy_document(to_service(service, &here)))?;
            ways_out.push(endpoint.path().clone());
        }
        let private_tables = tables.private;
        Ok(HipaaVpc { vpc, public, private, isolated, private_tables, endpoint_group, s3, way_in, ways_out })
    }

    /// All traffic, accepted and refused, to a log group (45 CFR 164.312(b)).
    fn flow_log<P: Profile>(&self, scope: &mut Stack<P>, vpc: &Output<VpcId>) -> Result<(), DeclareError> {
        let here = scope.lookup("flow-log-place", Here)?;
        let group = LogGroup::new(self.retention.for_logs(), self.logs.clone());
        let group = scope.add("flow-log-group", group)?;
        let role = Role::new(service_trust("vpc-flow-logs.amazonaws.com", &here));
        let role = scope.add("flow-log-role", role.description("Writes the VPC's flow log"))?;
        let writes = Allow::actions(["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"])
            .on(concat([group.arn().to_value(), ":*".to_value()]));
        let policy = RolePolicy::new(role.name(), PolicyDocument::new().with(writes));
        let policy = scope.add("flow-log-policy", policy)?;
        let log = FlowLog::of_vpc(vpc, FlowLogDestination::log_group(group.name(), role.arn()))
            .traffic_type(TrafficType::All)
            .max_aggregation_interval(AggregationInterval::OneMinute);
        scope.add("flow-log", log.options().depends_on(&policy))?;
        Ok(())
    }
}

/// What passes to S3: requests of this account to its own buckets, and reads of the layers of images,
/// which ECR keeps in a bucket of its own and hands out by signed addresses.
/// Source: Amazon ECR User Guide, "Amazon ECR interface VPC endpoints",
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html>.
fn to_buckets(here: &FoundHere) -> EndpointPolicy {
    let layers = concat([
        "arn:".to_value(),
        here.partition().to_value(),
        ":s3:::prod-".to_value(),
        here.region().to_value(),
        "-starport-layer-bucket/*".to_value(),
    ]);
    EndpointPolicy::within_account(&here.account())
        .with(EndpointStatement::allow(["s3:GetObject"]).on(layers))
}

/// What passes to another service: requests of this account to what is its own. Of ECR, images may be
/// another account's, and a login isn't about anything that somebody owns.
pub(crate) fn to_service(service: &str, here: &FoundHere) -> EndpointPolicy {
    let account = here.account();
    if !service.starts_with("ecr.") && service != "ssmmessages" {
        return EndpointPolicy::within_account(&account);
    }
    let of_this_account =
        EndpointStatement::allow(["*"]).on("*").when("StringEquals", "aws:PrincipalAccount", &account);
    EndpointPolicy::new().with(of_this_account)
}

struct Tiers<'a, P: Profile> {
    scope: &'a mut Stack<P>,
    vpc: Output<VpcId>,
}

struct Network {
    public: Vec<Output<SubnetId<Public>>>,
    private: Vec<Output<SubnetId<Private>>>,
    isolated: Vec<Output<SubnetId<Isolated>>>,
    tables: Tables,
    way_in: Path,
    ways_out: Vec<Path>,
}

struct Tables {
    private: Vec<Output<RouteTableId<Private>>>,
    isolated: Output<RouteTableId<Isolated>>,
}

impl<P: Profile> Tiers<'_, P> {
    fn declare(
        mut self,
        plan: &NetworkPlan,
        zones: &[Output<ZoneName>],
        environment: Environment,
        ways_out: WaysOut,
    ) -> Result<Network, DeclareError> {
        let gateway = self.scope.add("internet-gateway", InternetGateway::new())?;
        let attachment = VpcGatewayAttachment::internet(&self.vpc, gateway.id());
        let attachment = self.scope.add("internet-gateway-attachment", attachment)?;
        let public_table = self.scope.add("public-table", RouteTable::<Public>::new(&self.vpc))?.id();
        let route = Route::to_internet_gateway(&public_table, attachment.gateway_id(), Cidr::ANYWHERE);
        let internet = self.scope.add("public-default-route", route)?;
        let (mut public, mut private, mut isolated) = (Vec::new(), Vec::new(), Vec::new());
        for (index, (range, zone)) in plan.public().iter().zip(zones).enumerate() {
            public.push(self.subnet(index, *range, zone, &public_table)?);
        }
        let gateways = match ways_out {
            WaysOut::EndpointsOnly => 0,
            WaysOut::NatGateways if environment.is_production() => zones.len(),
            WaysOut::NatGateways => 1,
        };
        let mut nats: Vec<Output<NatGatewayId>> = Vec::new();
        for (index, subnet) in public.iter().take(gateways).enumerate() {
            let address = Eip::new().options().depends_on(&attachment);
            let address = self.scope.add(&format!("nat-address-{}", index + 1), address)?;
            let nat = NatGateway::public(subnet, address.allocation_id()).options().depends_on(&internet);
            nats.push(self.scope.add(&format!("nat-gateway-{}", index + 1), nat)?.id());
        }
        let (mut tables, mut ways_out) = (Vec::new(), Vec::new());
        for number in 1..=gateways.max(1) {
            let table = RouteTable::<Private>::new(&self.vpc);
            tables.push(self.scope.add(&format!("private-table-{number}"), table)?.id());
        }
        for (index, (table, nat)) in tables.iter().zip(&nats).enumerate() {
            let route = Route::to_nat_gateway(table, nat, Cidr::ANYWHERE);
            let route = self.scope.add(&format!("private-default-route-{}", index + 1), route)?;
            ways_out.push(route.path().clone());
        }
        for (index, (range, zone)) in plan.private().iter().zip(zones).enumerate() {
            if let Some(table) = tables.get(index).or(tables.last()).cloned() {
                private.push(self.subnet(index, *range, zone, &table)?);
            }
        }
        let isolated_table = self.scope.add("isolated-table", RouteTable::<Isolated>::new(&self.vpc))?.id();
        for (index, (range, zone)) in plan.isolated().iter().zip(zones).enumerate() {
            isolated.push(self.subnet(index, *range, zone, &isolated_table)?);
        }
        Ok(Network {
            public,
            private,
            isolated,
            tables: Tables { private: tables, isolated: isolated_table },
            way_in: internet.path().clone(),
            ways_out,
        })
    }

    fn subnet<T: Tier>(
        &mut self,
        index: usize,
        range: Cidr,
        zone: &Output<ZoneName>,
        table: &Output<RouteTableId<T>>,
    ) -> Result<Output<SubnetId<T>>, DeclareError> {
        let name = format!("{}-subnet-{}", T::NAME, index + 1);
        let subnet = Subnet::<T>::new(&self.vpc, range, zone).tag("Tier", T::NAME);
        let subnet = self.scope.add(&name, subnet)?.id();
        let association = SubnetRouteTableAssociation::new(&subnet, table);
        let associated = self.scope.add(&format!("{name}-association"), association)?;
        // Through the association, so that whatever stands in the subnet has its routes.
        Ok(associated.subnet_id())
    }
}
