//! Which crate may depend on which: the table of the design, with its invariants 1 and 2.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use cargo_metadata::{DependencyKind, Metadata};

use super::Finding;

/// What one package of the workspace may depend on, tests aside.
struct Layer {
    package: &'static str,
    /// The packages of the workspace that it may name.
    may_use: &'static [&'static str],
    /// Beginnings of package names that it may not reach, even through others.
    never: &'static [&'static str],
}

const CORE: &str = "ironward-core";
const MACROS: &str = "ironward-macros";
const AWS: &str = "ironward-aws";
const PROVIDER: &str = "ironward-aws-provider";
const AWS_STATE: &str = "ironward-aws-state";
const COMPONENTS: &str = "ironward-hipaa-components";
const EMULATORS: &str = "ironward-emulators";
const JUDGES: &str = "ironward-judges";
const LIKEAWS: &str = "ironward-likeaws";
const CHAOS: &str = "ironward-chaos";
const SANDBOX: &str = "ironward-sandbox";
const SIM: &str = "ironward-sim";
const STORE: &str = "ironward-store";
const CLI: &str = "ironward-cli";
const DYLIB: &str = "ironward-dylib";
const REFERENCE: &str = "ironward-reference";

/// What writes down logs. Programs decide on that: at the finest level the SDK logs whole requests,
/// with the secrets in them.
const LOGGERS: &[&str] = &["tracing-subscriber", "tracing-log", "env_logger"];

const LAYERS: &[Layer] = &[
    Layer {
        package: CORE,
        may_use: &[],
        never: &["aws", "winterbaume", "clap", "ironward", "hyper", "reqwest", "anstream", "indicatif"],
    },
    Layer { package: MACROS, may_use: &[], never: &["aws", "winterbaume", "clap", "ironward"] },
    Layer { package: AWS, may_use: &[CORE, MACROS], never: &["aws-", "winterbaume", "clap"] },
    Layer { package: COMPONENTS, may_use: &[CORE, AWS], never: &["aws-", "winterbaume", "clap"] },
    Layer { package: EMULATORS, may_use: &[], never: &["aws", "winterbaume", "clap", "ironward"] },
    Layer { package: PROVIDER, may_use: &[CORE, AWS, EMULATORS], never: &["winterbaume", "clap"] },
    Layer {
        package: AWS_STATE,
        may_use: &[CORE, AWS, PROVIDER, EMULATORS, STORE],
        never: &["winterbaume", "clap"],
    },
    Layer { package: SANDBOX, may_use: &[CORE, AWS, PROVIDER, EMULATORS], never: &["clap"] },
    Layer { package: SIM, may_use: &[CORE, STORE], never: &["aws", "winterbaume"] },
    Layer { package: REFERENCE, may_use: &[CORE, AWS], never: &["aws-", "winterbaume", "clap"] },
    // What it judges is data: it sees no cloud.
    Layer { package: JUDGES, may_use: &[CORE, AWS], never: &["aws-", "winterbaume", "clap", "hyper"] },
    // Both see the program as its users do: as a process, over HTTP.
    Layer { package: LIKEAWS, may_use: &[EMULATORS], never: &["aws", "winterbaume", CORE] },
    Layer { package: CHAOS, may_use: &[EMULATORS, LIKEAWS], never: &["aws", "winterbaume", CORE] },
    Layer { package: STORE, may_use: &[CORE], never: &["aws", "winterbaume", "clap"] },
    Layer {
        package: CLI,
        may_use: &[CORE, MACROS, AWS, AWS_STATE, PROVIDER, COMPONENTS, EMULATORS, SANDBOX, STORE],
        never: LOGGERS,
    },
    // All of the above, linked.
    Layer { package: DYLIB, may_use: &[CLI], never: LOGGERS },
    Layer {
        package: "ironward",
        may_use: &[CORE, MACROS, AWS, AWS_STATE, PROVIDER, COMPONENTS, EMULATORS, SANDBOX, STORE, CLI, DYLIB],
        never: LOGGERS,
    },
    Layer { package: "xtask", may_use: &[], never: &["aws-", "winterbaume", "ironward"] },
];

/// A production build leaves these out, so nothing may need them.
const ALWAYS_OPTIONAL: [&str; 2] = [SANDBOX, DYLIB];

/// The packages and what they depend on, tests aside, with every feature on.
#[derive(Debug, Default)]
struct Graph {
    /// Members of the workspace outside `examples/`, with the path of their manifest.
    members: BTreeMap<String, String>,
    /// Direct dependencies of each package by name; versions are taken together.
    dependencies: HashMap<String, BTreeSet<String>>,
    /// (package, dependency) where the dependency is behind a feature.
    optional: BTreeSet<(String, String)>,
}

impl Graph {
    fn of(metadata: &Metadata) -> Self {
        let mut graph = Self::default();
        let names: HashMap<_, _> =
            metadata.packages.iter().map(|package| (&package.id, package.name.to_string())).collect();
        for node in metadata.resolve.iter().flat_map(|resolve| &resolve.nodes) {
            let dependencies = graph.dependencies.entry(names[&node.id].clone()).or_default();
            for dependency in &node.deps {
                let shipped =
                    dependency.dep_kinds.iter().any(|info| info.kind != DependencyKind::Development);
                if shipped {
                    dependencies.insert(names[&dependency.pkg].clone());
                }
            }
        }
        for package in metadata.workspace_packages() {
            let manifest = package
                .manifest_path
                .strip_prefix(&metadata.workspace_root)
                .unwrap_or(&package.manifest_path);
            if !manifest.starts_with("examples") {
                graph.members.insert(package.name.to_string(), manifest.to_string());
            }
            for dependency in package.dependencies.iter().filter(|dependency| dependency.optional) {
                graph.optional.insert((package.name.to_string(), dependency.name.clone()));
            }
        }
        graph
    }

    /// The shortest chain from `package` to a package whose name begins with `prefix`.
    fn chain(&self, package: &str, prefix: &str) -> Option<Vec<&str>> {
        let start = self.dependencies.get_key_value(package)?.0.as_str();
        let mut chains = vec![vec![start]];
        let mut seen = BTreeSet::from([start]);
        let mut next = 0;
        while next < chains.len() {
            let chain = chains[next].clone();
            next += 1;
            let direct = chain.last().and_then(|last| self.dependencies.get(*last));
            for dependency in direct.into_iter().flatten() {
                if !seen.insert(dependency) {
                    continue;
                }
                let mut longer = chain.clone();
                longer.push(dependency);
                if dependency.starts_with(prefix) {
                    return Some(longer);
                }
                chains.push(longer);
            }
        }
        None
    }
}

/// Checks every package of the workspace against its layer.
pub(super) fn check(metadata: &Metadata) -> Vec<Finding> {
    violations(&Graph::of(metadata))
}

fn violations(graph: &Graph) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (package, manifest) in &graph.members {
        let Some(layer) = LAYERS.iter().find(|layer| layer.package == package) else {
            findings.push(Finding::new(
                manifest,
                0,
                format!("`{package}` has no layer; give it one in the table in xtask's layers.rs"),
            ));
            continue;
        };
        for dependency in graph.dependencies.get(package).into_iter().flatten() {
            if !graph.members.contains_key(dependency) {
                continue;
            }
            if !layer.may_use.contains(&dependency.as_str()) {
                findings.push(Finding::new(
                    manifest,
                    0,
                    format!("`{package}` may not depend on `{dependency}` (see the layout table)"),
                ));
            }
            if ALWAYS_OPTIONAL.contains(&dependency.as_str())
                && !graph.optional.contains(&(package.clone(), dependency.clone()))
            {
                findings.push(Finding::new(
                    manifest,
                    0,
                    format!("`{package}` must put `{dependency}` behind a feature"),
                ));
            }
        }
        for prefix in layer.never {
            if let Some(chain) = graph.chain(package, prefix) {
                let message = format!("`{package}` may not reach `{prefix}…`: {}", chain.join(" -> "));
                findings.push(Finding::new(manifest, 0, message));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Members are the packages of the table; an edge ending in `?` is optional.
    fn messages(edges: &[(&str, &str)]) -> Vec<String> {
        let mut graph = Graph::default();
        for (from, to) in edges {
            let (to, optional) = to.strip_suffix('?').map_or((*to, false), |to| (to, true));
            for name in [*from, to] {
                graph.dependencies.entry(name.into()).or_default();
                if name.starts_with("ironward") || name == "xtask" {
                    graph.members.insert(name.into(), format!("{name}/Cargo.toml"));
                }
            }
            graph.dependencies.entry((*from).into()).or_default().insert(to.into());
            if optional {
                graph.optional.insert(((*from).into(), to.into()));
            }
        }
        violations(&graph).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn the_intended_edges_pass() {
        let edges = [
            (CORE, "petgraph"),
            (AWS, CORE),
            (AWS, MACROS),
            (PROVIDER, AWS),
            (PROVIDER, "aws-sdk-kms"),
            (COMPONENTS, AWS),
            (SANDBOX, PROVIDER),
            (SANDBOX, "winterbaume-core"),
            (CLI, "ironward-sandbox?"),
            (CLI, "clap"),
            ("ironward", CLI),
            ("xtask", "clap"),
        ];
        assert_eq!(messages(&edges), Vec::<String>::new());
    }

    #[test]
    fn each_rule_can_fail() {
        for (edges, expected) in [
            (vec![(CORE, AWS)], "`ironward-core` may not depend on `ironward-aws`"),
            (vec![(CORE, "clap")], "may not reach `clap…`: ironward-core -> clap"),
            (vec![(CORE, "helper"), ("helper", "aws-config")], "ironward-core -> helper -> aws-config"),
            (vec![(AWS, "aws-sdk-ec2")], "ironward-aws -> aws-sdk-ec2"),
            (vec![(AWS, PROVIDER)], "may not depend on `ironward-aws-provider`"),
            (vec![(COMPONENTS, "aws-sdk-kms")], "ironward-hipaa-components -> aws-sdk-kms"),
            (vec![(COMPONENTS, PROVIDER)], "may not depend on `ironward-aws-provider`"),
            (vec![(PROVIDER, SANDBOX)], "may not depend on `ironward-sandbox`"),
            (vec![(CLI, SANDBOX)], "must put `ironward-sandbox` behind a feature"),
            (vec![("ironward", DYLIB)], "must put `ironward-dylib` behind a feature"),
            (vec![("ironward-new", "serde")], "`ironward-new` has no layer"),
            (vec![("xtask", CORE)], "may not depend on `ironward-core`"),
        ] {
            let found = messages(&edges);
            assert!(
                found.iter().any(|message| message.contains(expected)),
                "{edges:?} should give {expected:?}, gave {found:#?}"
            );
        }
    }
}
