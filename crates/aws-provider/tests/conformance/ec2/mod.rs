//! Elastic Compute Cloud: the network under test.

mod gateways;
mod lookups;
mod network;
mod routing;
mod subnet;
mod vpc;
