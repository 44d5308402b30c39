//! A program whose declarations move: `HOUSE=new` declares the same things at other paths, and changes what stands
//! on them. `cargo xtask chaos` kills the `up` between the two.

use std::process::ExitCode;

use ironward::aws::cidr;
use ironward::aws::ec2::{
    Cidr, InternetGateway, Public, Route, RouteTable, SecurityGroup, SecurityGroupIngress, Subnet,
    SubnetRouteTableAssociation, Traffic, Vpc, VpcGatewayAttachment, ZoneName,
};
use ironward::aws::iam::{PolicyArn, Role, RolePolicy, RolePolicyAttachment, RolePolicyName};
use ironward::aws::logs::{LogGroup, LogGroupName, LogRetention};
use ironward::aws::place::Here;
use ironward::aws::policy::{Allow, PolicyDocument};
use ironward::aws::s3::{Bucket, BucketPolicy, tls_only};
use ironward::hipaa::{HipaaKey, KeyUse};
use ironward::prelude::*;

/// The house that everything moves out of, or into.
struct House {
    is_new: bool,
}

impl House {
    /// Where a declaration stands.
    fn at(&self, old: &str, new: &str) -> String {
        if self.is_new { new.to_owned() } else { old.to_owned() }
    }

    /// What changes on the way.
    fn says(&self, what: &str) -> String {
        let house = if self.is_new { "new" } else { "old" };
        format!("{what} of the {house} house")
    }

    fn network(&self, stack: &mut Stack<Hipaa>) -> Result<(), DeclareError> {
        let vpc = stack.add("vpc", Vpc::new(cidr!("10.0.0.0/16")))?;
        let zone = ZoneName::new("us-east-1a");
        let subnet = stack.add("subnet", Subnet::<Public>::new(vpc.id(), cidr!("10.0.1.0/24"), zone))?;
        let gateway = stack.add("gateway", InternetGateway::new())?;
        let attachment = VpcGatewayAttachment::internet(vpc.id(), gateway.id());
        let attachment = stack.add(&self.at("gateway-attachment", "attachments-gateway"), attachment)?;
        let table = stack.add("table", RouteTable::<Public>::new(vpc.id()))?.id();
        let route = Route::to_internet_gateway(&table, attachment.gateway_id(), Cidr::ANYWHERE);
        let route = stack.add(&self.at("route", "routes-internet"), route)?;
        let association = SubnetRouteTableAssociation::new(subnet.id(), &table);
        let association = stack.add(&self.at("association", "tables-subnet"), association)?;
        let group = stack.add("group", SecurityGroup::in_vpc(vpc.id(), "Of both houses"))?;
        let neighbours = stack.add("neighbours", SecurityGroup::in_vpc(vpc.id(), "Of the neighbours"))?;
        let rule =
            SecurityGroupIngress::from_group(group.id(), neighbours.id(), Traffic::HTTPS, "From next door");
        let rule = stack.add(&self.at("rule", "rules-https"), rule)?;
        // What stands on all of it changes in the same run.
        let trusted = PolicyDocument::trusting_service("ecs-tasks.amazonaws.com");
        let visitor = Role::new(trusted).description(self.says("Visitor"));
        let visitor = visitor.options().depends_on(&route).depends_on(&association).depends_on(&rule);
        stack.add("visitor", visitor)?;
        Ok(())
    }

    fn records(&self, stack: &mut Stack<Hipaa>) -> Result<(), DeclareError> {
        let key = HipaaKey::declare(stack, "key", KeyUse::Storage)?.customer_key();
        let bucket = stack.add("records", Bucket::encrypted(key.clone()))?;
        let policy = BucketPolicy::on(bucket.name(), PolicyDocument::new().with(tls_only(bucket.arn())));
        let policy = stack.add(&self.at("policy", "records-policy"), policy)?;
        let logs = HipaaKey::declare(stack, "logs-key", KeyUse::Logs)?.customer_key();
        let log = LogGroup::new(LogRetention::Days2557, logs).log_group_name(LogGroupName::new("/house/log"));
        stack.add(&self.at("log", "logs-house"), log)?;

        let here = stack.lookup("here", Here)?;
        let role = Role::new(PolicyDocument::trusting_service("ecs-tasks.amazonaws.com"));
        let role = stack.add("role", role.description(self.says("Reader")).options().depends_on(&policy))?;
        let read = PolicyArn::aws_managed(&here, "ReadOnlyAccess");
        stack.add(&self.at("attachment", "role-reads"), RolePolicyAttachment::new(role.name(), read))?;
        let list = Allow::actions(["s3:ListBucket"]).on(bucket.arn().as_text());
        let inline = RolePolicy::new(role.name(), PolicyDocument::new().with(list))
            .policy_name(RolePolicyName::new("house"));
        stack.add(&self.at("inline", "role-lists"), inline)?;
        Ok(())
    }
}

fn main() -> ExitCode {
    let house = House { is_new: std::env::var("HOUSE").is_ok_and(|house| house == "new") };
    ironward::run("house", move |stack: &mut Stack<Hipaa>| {
        house.network(stack)?;
        house.records(stack)
    })
}
