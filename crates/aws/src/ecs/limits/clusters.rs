//! Of clusters.

use ironward_core::document::Node;
use ironward_core::shape::{Bounds, Relation, Shape};

use super::{Misfit, Properties};
use crate::facts::{as_number, as_text, is_something, items, member};

const CREATE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html";
const SETTING: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ClusterSetting.html";
const STRATEGY: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html";
const EXECUTE: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommandConfiguration.html";
const NAMESPACE: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ClusterServiceConnectDefaultsRequest.html";

/// Of a cluster.
pub(in crate::ecs) const CLUSTER: &[Shape] = &[
    Shape::new("ClusterSettings.Name").values(&["containerInsights"]).source(SETTING),
    Shape::new("ClusterSettings.Value").values(&["enhanced", "enabled", "disabled"]).source(SETTING),
    Shape::new("ServiceConnectDefaults.Namespace").length(Bounds::most(1_024.0)).source(NAMESPACE),
];

/// Between the properties of a cluster.
pub(in crate::ecs) const CLUSTER_RELATIONS: &[Relation] = &[
    Relation::new(&["CapacityProviders", "DefaultCapacityProviderStrategy"], providers, CREATE),
    Relation::new(&["DefaultCapacityProviderStrategy"], bases, STRATEGY),
    Relation::new(&["Configuration"], session_logs, EXECUTE),
];

fn strategy(properties: &Properties) -> &[Node] {
    properties.get("DefaultCapacityProviderStrategy").map(items).unwrap_or_default()
}

/// A strategy is of what the cluster has.
fn providers(properties: &Properties) -> Misfit {
    let name = "DefaultCapacityProviderStrategy";
    let providers = match properties.get("CapacityProviders") {
        None | Some(Node::Null) => &[],
        Some(Node::List(providers)) => providers.as_slice(),
        Some(_) => return None,
    };
    let known: Option<Vec<&str>> = providers.iter().map(as_text).collect();
    let known = known?;
    strategy(properties).iter().find_map(|item| {
        let provider = as_text(member(item, "CapacityProvider")?)?;
        let message = || format!("`{name}` has {provider}, and `CapacityProviders` doesn't: add it there");
        (!known.contains(&provider)).then(|| (name, message()))
    })
}

/// One provider has the tasks that are there before all others.
fn bases(properties: &Properties) -> Misfit {
    let base = |item: &&Node| member(item, "Base").and_then(as_number).is_some_and(|base| base > 0);
    let count = strategy(properties).iter().filter(base).count();
    let name = "DefaultCapacityProviderStrategy";
    let message =
        || format!("{count} providers of `{name}` have a `Base`, and one may: leave it out of the others");
    (count > 1).then(|| (name, message()))
}

/// Sessions that are logged elsewhere say where.
fn session_logs(properties: &Properties) -> Misfit {
    let sessions = member(properties.get("Configuration")?, "ExecuteCommandConfiguration")?;
    let elsewhere = as_text(member(sessions, "Logging")?)? == "OVERRIDE";
    let nowhere = !member(sessions, "LogConfiguration").is_some_and(is_something);
    (elsewhere && nowhere).then(|| {
        let message = "`Configuration.ExecuteCommandConfiguration` overrides where sessions are logged, and has no \
                       `LogConfiguration`: say where";
        ("Configuration", message.to_owned())
    })
}
