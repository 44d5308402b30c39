//! The tree of components and what hangs in it.

use std::collections::BTreeMap;

use ironward_core::path::Path;

/// A node of the tree: a component, a resource, or both for a moment.
#[derive(Debug)]
pub(crate) struct Branch<'a, T> {
    pub(crate) name: &'a str,
    pub(crate) path: String,
    pub(crate) items: Vec<T>,
    children: BTreeMap<&'a str, Branch<'a, T>>,
}

/// A row of a drawn tree.
#[derive(Debug)]
pub(crate) struct Row<'t, 'a, T> {
    /// What stands before the node itself.
    pub(crate) prefix: String,
    /// What stands before lines that belong to the node.
    pub(crate) below: String,
    pub(crate) branch: &'t Branch<'a, T>,
}

impl<'a, T> Branch<'a, T> {
    pub(crate) fn root() -> Self {
        Self { name: "", path: String::new(), items: Vec::new(), children: BTreeMap::new() }
    }

    pub(crate) fn insert(&mut self, path: &'a Path, item: T) {
        let mut branch = self;
        for name in path.segments() {
            let path =
                if branch.path.is_empty() { name.to_owned() } else { format!("{}/{name}", branch.path) };
            branch = branch.children.entry(name).or_insert_with(|| Branch {
                name,
                path,
                items: Vec::new(),
                children: BTreeMap::new(),
            });
        }
        branch.items.push(item);
    }

    /// The nodes below this one, each with its part of the drawing.
    pub(crate) fn rows(&self) -> Vec<Row<'_, 'a, T>> {
        let mut rows = Vec::new();
        for child in self.children.values() {
            rows.push(Row { prefix: String::new(), below: child.stem(""), branch: child });
            child.descend("", &mut rows);
        }
        rows
    }

    fn descend<'t>(&'t self, indent: &str, rows: &mut Vec<Row<'t, 'a, T>>) {
        let last = self.children.len();
        for (index, child) in self.children.values().enumerate() {
            let (fork, next) = if index + 1 == last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            let inside = format!("{indent}{next}");
            rows.push(Row { prefix: format!("{indent}{fork}"), below: child.stem(&inside), branch: child });
            child.descend(&inside, rows);
        }
    }

    fn stem(&self, indent: &str) -> String {
        if self.children.is_empty() { indent.to_owned() } else { format!("{indent}│  ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_are_drawn_in_order() {
        let paths: Vec<Path> =
            ["a/b/c", "a/b/d", "a/e", "f"].iter().map(|path| Path::parse(path).unwrap()).collect();
        let mut root = Branch::root();
        for path in &paths {
            root.insert(path, ());
        }
        let drawn: Vec<String> =
            root.rows().iter().map(|row| format!("{}{}", row.prefix, row.branch.name)).collect();
        assert_eq!(drawn, ["a", "├─ b", "│  ├─ c", "│  └─ d", "└─ e", "f"]);
        assert_eq!(root.rows()[1].branch.path, "a/b");
    }
}
