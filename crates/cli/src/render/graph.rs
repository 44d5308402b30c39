//! The dependency graph as Graphviz, Mermaid and JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use ironward_core::needs::Needs;
use ironward_core::path::Path;
use ironward_core::program::Program;
use serde::Serialize;

/// What is drawn.
#[derive(Debug, Serialize)]
pub(crate) struct Drawing {
    pub(crate) program: String,
    pub(crate) components: Vec<Group>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) edges: Vec<Edge>,
}

/// A component.
#[derive(Debug, Serialize)]
pub(crate) struct Group {
    pub(crate) path: Path,
    #[serde(rename = "type")]
    pub(crate) type_name: String,
    pub(crate) source: String,
}

/// A resource or a lookup.
#[derive(Debug, Serialize)]
pub(crate) struct Node {
    pub(crate) path: Path,
    #[serde(rename = "type")]
    pub(crate) type_name: String,
    pub(crate) lookup: bool,
    pub(crate) source: String,
}

/// `from` needs `to`.
#[derive(Debug, Serialize)]
pub(crate) struct Edge {
    pub(crate) from: Path,
    pub(crate) to: Path,
}

impl Drawing {
    /// The graph of a program.
    pub(crate) fn of(program: &Program) -> Self {
        let components = program
            .components
            .iter()
            .map(|(path, component)| Group {
                path: path.clone(),
                type_name: component.type_name.clone(),
                source: component.source.to_string(),
            })
            .collect();
        let mut nodes: Vec<Node> = program
            .lookups
            .values()
            .map(|lookup| Node {
                path: lookup.path.clone(),
                type_name: lookup.name.to_owned(),
                lookup: true,
                source: lookup.source.to_string(),
            })
            .collect();
        nodes.extend(program.resources.values().map(|resource| Node {
            path: resource.path.clone(),
            type_name: resource.schema.type_name.to_owned(),
            lookup: false,
            source: resource.source.to_string(),
        }));
        let known: BTreeSet<&Path> = nodes.iter().map(|node| &node.path).collect();
        let needs = Needs::new(program);
        let edges = program
            .resources
            .values()
            .flat_map(|resource| {
                let from = resource.path.clone();
                needs.of(&resource.path).iter().cloned().map(move |to| Edge { from: from.clone(), to })
            })
            .filter(|edge| known.contains(&edge.to))
            .collect();
        Self { program: program.name.clone(), components, nodes, edges }
    }

    /// The nodes by the component that holds them; those of the root come under nothing.
    fn by_component(&self) -> BTreeMap<Option<Path>, Vec<(usize, &Node)>> {
        let mut found: BTreeMap<Option<Path>, Vec<(usize, &Node)>> = BTreeMap::new();
        for (index, node) in self.nodes.iter().enumerate() {
            found.entry(node.path.parent()).or_default().push((index, node));
        }
        found
    }

    fn index(&self) -> BTreeMap<&Path, usize> {
        self.nodes.iter().enumerate().map(|(index, node)| (&node.path, index)).collect()
    }

    /// The graph in Graphviz's language.
    pub(crate) fn dot(&self) -> String {
        let mut text = format!(
            "digraph \"{}\" {{\n  rankdir = LR;\n  node [shape = box, fontname = \"Helvetica\"];\n",
            self.program
        );
        for (component, nodes) in self.by_component() {
            let indent = if component.is_some() { "    " } else { "  " };
            if let Some(path) = &component {
                let _ = writeln!(text, "  subgraph \"cluster_{path}\" {{\n    label = \"{path}\";");
            }
            for (_, node) in nodes {
                let style = if node.lookup { ", style = dashed" } else { "" };
                let _ = writeln!(
                    text,
                    "{indent}\"{}\" [label = \"{}\\n{}\"{style}];",
                    node.path,
                    node.path.name(),
                    node.type_name
                );
            }
            if component.is_some() {
                text.push_str("  }\n");
            }
        }
        for edge in &self.edges {
            let _ = writeln!(text, "  \"{}\" -> \"{}\";", edge.from, edge.to);
        }
        text.push_str("}\n");
        text
    }

    /// The graph in Mermaid's language.
    pub(crate) fn mermaid(&self) -> String {
        let mut text = "flowchart LR\n".to_owned();
        for (number, (component, nodes)) in self.by_component().into_iter().enumerate() {
            let indent = if component.is_some() { "    " } else { "  " };
            if let Some(path) = &component {
                let _ = writeln!(text, "  subgraph c{number}[\"{path}\"]");
            }
            for (index, node) in nodes {
                let label = format!("{}<br/>{}", node.path.name(), node.type_name);
                let (open, close) = if node.lookup { ("([", "])") } else { ("[", "]") };
                let _ = writeln!(text, "{indent}n{index}{open}\"{label}\"{close}");
            }
            if component.is_some() {
                text.push_str("  end\n");
            }
        }
        let index = self.index();
        for edge in &self.edges {
            if let (Some(from), Some(to)) = (index.get(&edge.from), index.get(&edge.to)) {
                let _ = writeln!(text, "  n{from} --> n{to}");
            }
        }
        text
    }
}
