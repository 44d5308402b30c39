//! A private one does.
use ironward_aws::ec2::{Cidr, NatGatewayId, Private, Route, RouteTableId};
use ironward_core::output::Output;

#[allow(dead_code)]
fn open(table: Output<RouteTableId<Private>>, gateway: NatGatewayId) -> Route {
    Route::to_nat_gateway(&table, gateway, Cidr::ANYWHERE)
}

fn main() {}
