//! The dependency graph as a picture: what needs nothing stands on the left, and everything
//! stands to the right of what it needs.

use std::collections::BTreeMap;
use std::fmt::Write;

use ironward_core::path::Path;

use super::graph::{Drawing, Node};

const BOX_WIDTH: f64 = 230.0;
const BOX_HEIGHT: f64 = 40.0;
const GAP_X: f64 = 90.0;
const GAP_Y: f64 = 14.0;
const MARGIN: f64 = 24.0;
const TITLE: f64 = 44.0;
/// Rounds of moving boxes towards what they are connected to.
const ROUNDS: usize = 12;
const COLORS: [&str; 16] = [
    "#dbeafe", "#dcfce7", "#fef3c7", "#fce7f3", "#ede9fe", "#cffafe", "#ffe4e6", "#f1f5f9", "#a5c8ff",
    "#9fe8b8", "#fcd96a", "#f5a8d0", "#c4b5fd", "#7fdbe6", "#fda4af", "#cbd5e1",
];

/// The graph as a self-contained SVG document.
pub(crate) fn draw(drawing: &Drawing) -> String {
    let layout = Layout::of(drawing);
    let groups = groups(drawing);
    let width = MARGIN * 2.0 + layout.columns as f64 * (BOX_WIDTH + GAP_X) - GAP_X;
    let legend = (groups.len() as f64 / 4.0).ceil() * 22.0;
    let height = MARGIN * 2.0 + TITLE + layout.rows as f64 * (BOX_HEIGHT + GAP_Y) + legend;
    let width = width.max(720.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"Helvetica, Arial, sans-serif\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"{MARGIN}\" y=\"{:.0}\" font-size=\"18\" font-weight=\"bold\" fill=\"#0f172a\">{}</text>\n\
         <text x=\"{MARGIN}\" y=\"{:.0}\" font-size=\"11\" fill=\"#475569\">{}; \
         a line leads from a resource to what needs it</text>\n",
        MARGIN + 10.0,
        escape(&drawing.program),
        MARGIN + 28.0,
        tally(drawing),
    );
    let index: BTreeMap<&Path, usize> =
        drawing.nodes.iter().enumerate().map(|(index, node)| (&node.path, index)).collect();
    for edge in &drawing.edges {
        let (Some(from), Some(to)) = (index.get(&edge.to), index.get(&edge.from)) else { continue };
        let (x1, y1) = layout.places[*from];
        let (x2, y2) = layout.places[*to];
        let (x1, y1, y2) = (x1 + BOX_WIDTH, y1 + BOX_HEIGHT / 2.0, y2 + BOX_HEIGHT / 2.0);
        let bend = ((x2 - x1) / 2.0).max(30.0);
        let _ = writeln!(
            svg,
            "<path d=\"M{x1:.1} {y1:.1} C{:.1} {y1:.1} {:.1} {y2:.1} {x2:.1} {y2:.1}\" fill=\"none\" \
             stroke=\"#94a3b8\" stroke-width=\"1.1\" stroke-opacity=\"0.7\"/>",
            x1 + bend,
            x2 - bend,
        );
    }
    for (node, (x, y)) in drawing.nodes.iter().zip(&layout.places) {
        let group = group_of(node);
        let fill =
            groups.iter().position(|known| *known == group).map_or("#f8fafc", |at| COLORS[at % COLORS.len()]);
        let dash = if node.lookup { " stroke-dasharray=\"4 3\"" } else { "" };
        let _ = writeln!(
            svg,
            "<g><title>{} ({}) {}</title><rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{BOX_WIDTH}\" \
             height=\"{BOX_HEIGHT}\" rx=\"6\" fill=\"{fill}\" stroke=\"#64748b\"{dash}/>\
             <text x=\"{:.1}\" y=\"{:.1}\" font-size=\"12\" fill=\"#0f172a\">{}</text>\
             <text x=\"{:.1}\" y=\"{:.1}\" font-size=\"10\" fill=\"#475569\">{}</text></g>",
            escape(node.path.as_str()),
            escape(&node.type_name),
            escape(&node.source),
            x + 10.0,
            y + 17.0,
            escape(&short(label(node, group), 34)),
            x + 10.0,
            y + 31.0,
            escape(&short(&node.type_name, 42)),
        );
    }
    for (number, group) in groups.iter().enumerate() {
        let x = MARGIN + (number % 4) as f64 * 170.0;
        let y = height - legend - MARGIN / 2.0 + (number / 4) as f64 * 22.0;
        let name = if group.is_empty() { "(outside components)" } else { group };
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"14\" height=\"14\" rx=\"3\" fill=\"{}\" \
             stroke=\"#64748b\"/><text x=\"{:.1}\" y=\"{:.1}\" font-size=\"11\" fill=\"#0f172a\">{}</text>",
            COLORS[number % COLORS.len()],
            x + 20.0,
            y + 11.0,
            escape(&short(name, 22)),
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// The component by which a node is coloured: the second level where there is one, since most
/// programs have one component at the top.
fn group_of(node: &Node) -> &str {
    let path = node.path.as_str();
    match path.match_indices('/').map(|(at, _)| at).take(2).last() {
        Some(at) => &path[..at],
        None => "",
    }
}

/// What stands in a node's box: its path from the last segment of its component on, since names such
/// as `key` say little alone.
fn label<'a>(node: &'a Node, group: &str) -> &'a str {
    let start = group.rfind('/').map_or(0, |slash| slash + 1);
    node.path.as_str().get(start..).unwrap_or(node.path.as_str())
}

/// How much is drawn, in words. Lookups are no resources: no plan counts them.
fn tally(drawing: &Drawing) -> String {
    let lookups = drawing.nodes.iter().filter(|node| node.lookup).count();
    let resources = drawing.nodes.len() - lookups;
    let mut words = format!("{resources} resource{}", if resources == 1 { "" } else { "s" });
    if lookups > 0 {
        let _ = write!(words, " and {lookups} lookup{} (dashed)", if lookups == 1 { "" } else { "s" });
    }
    words
}

fn groups(drawing: &Drawing) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for node in &drawing.nodes {
        let group = group_of(node);
        if !found.contains(&group) {
            found.push(group);
        }
    }
    found.sort_unstable();
    found
}

struct Layout {
    /// The upper left corner of each node.
    places: Vec<(f64, f64)>,
    columns: usize,
    rows: usize,
}

impl Layout {
    fn of(drawing: &Drawing) -> Self {
        let index: BTreeMap<&Path, usize> =
            drawing.nodes.iter().enumerate().map(|(index, node)| (&node.path, index)).collect();
        let count = drawing.nodes.len();
        let mut needs: Vec<Vec<usize>> = vec![Vec::new(); count];
        let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); count];
        for edge in &drawing.edges {
            if let (Some(from), Some(to)) = (index.get(&edge.from), index.get(&edge.to)) {
                needs[*from].push(*to);
                needed_by[*to].push(*from);
            }
        }
        let depth = depths(&needs);
        let columns = depth.iter().max().map_or(1, |deepest| deepest + 1);
        let mut layers: Vec<Vec<usize>> = vec![Vec::new(); columns];
        for (node, depth) in depth.iter().enumerate() {
            layers[*depth].push(node);
        }
        for layer in &mut layers {
            layer.sort_by(|a, b| drawing.nodes[*a].path.cmp(&drawing.nodes[*b].path));
        }
        order(&mut layers, &needs, &needed_by);
        let rows = layers.iter().map(Vec::len).max().unwrap_or(0);
        let mut places = vec![(0.0, 0.0); count];
        for (column, layer) in layers.iter().enumerate() {
            let spare = (rows - layer.len()) as f64 / 2.0;
            for (row, node) in layer.iter().enumerate() {
                places[*node] = (
                    MARGIN + column as f64 * (BOX_WIDTH + GAP_X),
                    MARGIN + TITLE + (row as f64 + spare) * (BOX_HEIGHT + GAP_Y),
                );
            }
        }
        Self { places, columns, rows }
    }
}

/// The longest way from each node to one that needs nothing. A circle, which no plan accepts, ends
/// the count.
fn depths(needs: &[Vec<usize>]) -> Vec<usize> {
    let mut depths = vec![0; needs.len()];
    for _ in 0..needs.len() {
        let mut settled = true;
        for node in 0..needs.len() {
            let depth = needs[node].iter().map(|needed| depths[*needed] + 1).max().unwrap_or(0);
            if depth > depths[node] && depth < needs.len() {
                depths[node] = depth;
                settled = false;
            }
        }
        if settled {
            break;
        }
    }
    depths
}

/// Moves the nodes of each layer to the mean height of their neighbours, so that fewer lines cross.
fn order(layers: &mut [Vec<usize>], needs: &[Vec<usize>], needed_by: &[Vec<usize>]) {
    let mut height = vec![0.0; needs.len()];
    let place = |layer: &[usize], height: &mut [f64]| {
        for (row, node) in layer.iter().enumerate() {
            height[*node] = row as f64 - layer.len() as f64 / 2.0;
        }
    };
    for layer in layers.iter() {
        place(layer, &mut height);
    }
    for round in 0..ROUNDS {
        let neighbours = if round % 2 == 0 { needs } else { needed_by };
        for layer in layers.iter_mut() {
            let wanted = |node: &usize| {
                let near = &neighbours[*node];
                if near.is_empty() {
                    height[*node]
                } else {
                    near.iter().map(|other| height[*other]).sum::<f64>() / near.len() as f64
                }
            };
            let mut keyed: Vec<(f64, usize)> = layer.iter().map(|node| (wanted(node), *node)).collect();
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
            *layer = keyed.into_iter().map(|(_, node)| node).collect();
            place(layer, &mut height);
        }
    }
}

fn short(text: &str, most: usize) -> String {
    console::truncate_str(text, most, "…").into_owned()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(path: &str, lookup: bool) -> Node {
        let path = Path::parse(path).unwrap();
        Node { path, type_name: "Test::Thing".into(), lookup, source: "main.rs:1".into() }
    }

    #[test]
    fn lookups_are_no_resources_and_boxes_name_their_component() {
        let nodes =
            vec![node("fhir/data-key/here", true), node("fhir/data-key/key", false), node("top", false)];
        let drawing = Drawing { program: "fhir".into(), components: Vec::new(), nodes, edges: Vec::new() };
        let svg = draw(&drawing);
        assert!(svg.contains(">2 resources and 1 lookup (dashed); a line"), "{svg}");
        assert!(svg.contains(">data-key/key</text>") && svg.contains(">top</text>"), "{svg}");
    }
}
