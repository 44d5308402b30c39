//! An isolated route table takes no route to the internet.
use ironward_aws::ec2::{Cidr, Isolated, NatGatewayId, Route, RouteTableId};
use ironward_core::output::Output;

fn open(table: Output<RouteTableId<Isolated>>, gateway: NatGatewayId) -> Route {
    Route::to_nat_gateway(&table, gateway, Cidr::ANYWHERE)
}

fn main() {}
