//! The acyclic graph of what depends on what.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use petgraph::Direction;
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

/// A dependency graph over keys: an edge leads from what is needed to what needs it.
#[derive(Debug, Clone)]
pub(crate) struct Graph<K: Ord + Clone> {
    graph: DiGraph<K, ()>,
    index: BTreeMap<K, NodeIndex>,
}

impl<K: Ord + Clone> Graph<K> {
    pub(crate) fn new() -> Self {
        Self { graph: DiGraph::new(), index: BTreeMap::new() }
    }

    pub(crate) fn add(&mut self, key: &K) -> NodeIndex {
        if let Some(index) = self.index.get(key) {
            return *index;
        }
        let index = self.graph.add_node(key.clone());
        self.index.insert(key.clone(), index);
        index
    }

    pub(crate) fn contains(&self, key: &K) -> bool {
        self.index.contains_key(key)
    }

    /// `later` needs `earlier`. Saying so twice is harmless: edges are counted, not looked up,
    /// since looking up is linear in the number of dependents.
    pub(crate) fn needs(&mut self, later: &K, earlier: &K) {
        let (later, earlier) = (self.add(later), self.add(earlier));
        if later != earlier {
            self.graph.add_edge(earlier, later, ());
        }
    }

    /// All keys, each after what it needs; among equals in order of insertion.
    ///
    /// # Errors
    /// The keys of one cycle, each needed by the next and the last by the first.
    pub(crate) fn order(&self) -> Result<Vec<K>, Vec<K>> {
        self.order_by(|_| 0)
    }

    /// The same, but of those that could be next one of the lowest rank.
    ///
    /// # Errors
    /// As for [`Graph::order`].
    pub(crate) fn order_by(&self, rank: impl Fn(&K) -> u8) -> Result<Vec<K>, Vec<K>> {
        let ranked = |node: NodeIndex| Reverse((rank(&self.graph[node]), node));
        let incoming = |node| self.graph.neighbors_directed(node, Direction::Incoming).count();
        let mut waits: Vec<usize> = self.graph.node_indices().map(incoming).collect();
        let mut ready: BinaryHeap<Reverse<(u8, NodeIndex)>> =
            self.graph.node_indices().filter(|node| waits[node.index()] == 0).map(ranked).collect();
        let mut order = Vec::with_capacity(waits.len());
        while let Some(Reverse((_, node))) = ready.pop() {
            order.push(self.graph[node].clone());
            for next in self.graph.neighbors(node) {
                waits[next.index()] -= 1;
                if waits[next.index()] == 0 {
                    ready.push(ranked(next));
                }
            }
        }
        if order.len() == waits.len() { Ok(order) } else { Err(self.cycle()) }
    }

    fn cycle(&self) -> Vec<K> {
        let component = tarjan_scc(&self.graph).into_iter().find(|component| component.len() > 1);
        let Some(component) = component else { return Vec::new() };
        let inside: BTreeSet<NodeIndex> = component.iter().copied().collect();
        let mut path = vec![component[0]];
        loop {
            let last = path[path.len() - 1];
            let next = self.graph.neighbors(last).find(|next| inside.contains(next));
            let Some(next) = next else { break };
            if let Some(start) = path.iter().position(|seen| *seen == next) {
                path.drain(..start);
                break;
            }
            path.push(next);
        }
        path.into_iter().filter_map(|i| self.graph.node_weight(i).cloned()).collect()
    }

    pub(crate) fn needed_by<'a>(&'a self, key: &K) -> impl Iterator<Item = &'a K> {
        self.neighbours(key, Direction::Outgoing)
    }

    pub(crate) fn needs_of<'a>(&'a self, key: &K) -> impl Iterator<Item = &'a K> {
        self.neighbours(key, Direction::Incoming)
    }

    fn neighbours<'a>(&'a self, key: &K, direction: Direction) -> impl Iterator<Item = &'a K> {
        self.index
            .get(key)
            .into_iter()
            .flat_map(move |index| self.graph.neighbors_directed(*index, direction))
            .filter_map(|index| self.graph.node_weight(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_puts_needs_first() {
        let mut graph = Graph::new();
        graph.needs(&"c", &"b");
        graph.needs(&"b", &"a");
        assert_eq!(graph.order().unwrap(), ["a", "b", "c"]);
        assert_eq!(graph.needed_by(&"a").collect::<Vec<_>>(), [&"b"]);
        assert_eq!(graph.needs_of(&"c").collect::<Vec<_>>(), [&"b"]);
    }

    #[test]
    fn equals_stay_in_order_of_insertion() {
        let mut graph = Graph::new();
        for key in ["c", "z", "a", "b"] {
            graph.add(&key);
        }
        graph.needs(&"c", &"a");
        graph.needs(&"c", &"a");
        assert_eq!(graph.order().unwrap(), ["z", "a", "c", "b"]);
    }

    #[test]
    fn what_has_a_higher_rank_comes_after_all_that_does_not_need_it() {
        let mut graph = Graph::new();
        for key in ["late", "a", "b", "c"] {
            graph.add(&key);
        }
        graph.needs(&"c", &"b");
        graph.needs(&"d", &"late");
        assert_eq!(graph.order_by(|key| u8::from(*key == "late")).unwrap(), ["a", "b", "c", "late", "d"]);
    }

    #[test]
    fn a_cycle_is_named_whole() {
        let mut graph = Graph::new();
        for (later, earlier) in [("x", "a"), ("b", "a"), ("c", "b"), ("a", "c")] {
            graph.needs(&later, &earlier);
        }
        let cycle = graph.order().unwrap_err();
        assert_eq!(cycle.len(), 3);
        let at = cycle.iter().position(|key| *key == "a").unwrap();
        assert_eq!(cycle[(at + 1) % 3], "b");
    }
}
