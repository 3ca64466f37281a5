//! How the rows of a file hang together once all of them are done.

use std::collections::HashMap;

/// The direct superior of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Superior {
    /// A unit that exists.
    Unit(i64),
    /// A unit that another row of the file will make: its index.
    Row(usize),
}

/// What the tree needs to know of a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node<'a> {
    /// The unit that the row found.
    pub(crate) unit: Option<i64>,
    /// Its superior, where that is known.
    pub(crate) superior: Option<Superior>,
    /// The path of a superior that exists.
    pub(crate) path: Option<&'a str>,
}

/// For every row the row that stands nearest above it, with units that are not in the file in between or not.
pub(crate) fn above(nodes: &[Node<'_>]) -> Vec<Option<usize>> {
    let rows: HashMap<i64, usize> = nodes.iter().enumerate().filter_map(|(i, n)| Some((n.unit?, i))).collect();
    let nearest = |node: &Node<'_>| match node.superior? {
        Superior::Row(index) => Some(index),
        Superior::Unit(_) if rows.is_empty() => None,
        Superior::Unit(id) => rows.get(&id).copied().or_else(|| {
            let mut ids = node.path?.rsplit('/').filter_map(|id| id.parse::<i64>().ok());
            ids.find_map(|id| rows.get(&id).copied())
        }),
    };
    nodes.iter().map(nearest).collect()
}

/// The rows so that each comes behind what stands above it, otherwise as in the file.
pub(crate) fn order(above: &[Option<usize>]) -> Vec<usize> {
    let mut depths: Vec<Option<u32>> = vec![None; above.len()];
    let mut trail = Vec::new();
    for start in 0..above.len() {
        let mut at = Some(start);
        let mut depth = 0;
        while let Some(node) = at {
            if let Some(known) = depths.get(node).copied().flatten() {
                depth = known + 1;
                break;
            }
            trail.push(node);
            // No trail is longer than the file, whatever is in it.
            at = above.get(node).copied().flatten().filter(|_| trail.len() <= above.len());
        }
        while let Some(node) = trail.pop() {
            if let Some(slot) = depths.get_mut(node) {
                *slot = Some(depth);
            }
            depth += 1;
        }
    }
    let mut order: Vec<usize> = (0..above.len()).collect();
    order.sort_by_key(|node| depths.get(*node).copied().flatten());
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn node(unit: Option<i64>, superior: Superior, path: Option<&str>) -> Node<'_> {
        Node { unit, superior: Some(superior), path }
    }

    #[test]
    fn units_outside_the_file_are_passed_over() {
        let nodes = [
            node(Some(5), Superior::Unit(1), Some("1/")),
            node(None, Superior::Unit(7), Some("1/5/6/7/")),
            node(None, Superior::Unit(5), Some("1/5/")),
            node(None, Superior::Row(1), None),
            node(None, Superior::Unit(8), Some("1/8/")),
        ];
        assert_eq!(above(&nodes), [None, Some(0), Some(0), Some(1), None]);
    }

    proptest! {
        #[test]
        fn superiors_come_first(edges in proptest::collection::vec(proptest::option::of(0usize..1_000), 1..60)) {
            // Every row hangs from an earlier one of a shuffled file.
            let n = edges.len();
            let place = |i: usize| (i * 7 + 3) % n;
            let mut above = vec![None; n];
            let mut taken = vec![false; n];
            for (i, edge) in edges.iter().enumerate() {
                if std::mem::replace(&mut taken[place(i)], true) { continue }
                above[place(i)] = edge.filter(|_| i > 0).map(|e| place(e % i)).filter(|a| *a != place(i));
            }
            prop_assume!(domain::check::find_cycles(&above).is_empty());
            let order = order(&above);
            let at = |node| order.iter().position(|n| *n == node).unwrap();
            for (node, superior) in above.iter().enumerate() {
                if let Some(superior) = superior {
                    prop_assert!(at(*superior) < at(node));
                }
            }
            let mut sorted = order.clone();
            sorted.sort_unstable();
            prop_assert_eq!(sorted, (0..n).collect::<Vec<_>>());
        }

        #[test]
        fn even_a_loop_ends(above in proptest::collection::vec(proptest::option::of(0usize..20), 0..20)) {
            prop_assert_eq!(order(&above).len(), above.len());
        }
    }
}
