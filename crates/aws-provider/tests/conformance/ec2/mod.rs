//! Elastic Compute Cloud: the network under test.

mod gateways;
mod lookups;
mod network;
mod network_wire;
mod routing;
mod subnet;
mod vpc;
