//! The order in which the rows of a file are generated: a superior before the units below it.

use domain::{check::depths, ids::UnitId};
use std::collections::HashMap;

/// The position of a row among the rows of its batch, from 0.
pub(crate) type RowIndex = usize;

/// The unit that a row belongs below or to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParentRef {
    /// A unit that exists.
    Unit(UnitId),
    /// The unit that another row of the file adds.
    SheetRow(RowIndex),
}

/// A row as the order needs it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node<'a> {
    /// The unit that the row changes.
    pub(crate) unit: Option<UnitId>,
    /// Its superior, if that is known.
    pub(crate) parent: Option<ParentRef>,
    /// The path of a superior that exists.
    pub(crate) parent_path: Option<&'a str>,
}

/// For each row the nearest row above it. Units that are not in the file may be between the two.
pub(crate) fn rows_above(nodes: &[Node<'_>]) -> Vec<Option<RowIndex>> {
    let rows: HashMap<UnitId, RowIndex> = nodes.iter().enumerate().filter_map(|(i, n)| Some((n.unit?, i))).collect();
    let nearest = |node: &Node<'_>| match node.parent? {
        ParentRef::SheetRow(index) => Some(index),
        ParentRef::Unit(_) if rows.is_empty() => None,
        ParentRef::Unit(id) => rows.get(&id).copied().or_else(|| {
            let mut ids = node.parent_path?.rsplit('/').filter_map(|id| id.parse().ok().map(UnitId));
            ids.find_map(|id| rows.get(&id).copied())
        }),
    };
    nodes.iter().map(nearest).collect()
}

/// The rows in an order in which each comes after the row above it, and otherwise as in the file.
pub(crate) fn parents_first(above: &[Option<RowIndex>]) -> Vec<RowIndex> {
    let depths = depths(above, |_| 1);
    let mut order: Vec<RowIndex> = (0..above.len()).collect();
    order.sort_by_key(|node| depths.get(*node).copied());
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn node(unit: Option<i64>, parent: ParentRef, parent_path: Option<&str>) -> Node<'_> {
        Node { unit: unit.map(UnitId), parent: Some(parent), parent_path }
    }

    #[test]
    fn units_outside_the_file_are_passed_over() {
        let below = |unit| ParentRef::Unit(UnitId(unit));
        let nodes = [
            node(Some(5), below(1), Some("1/")),
            node(None, below(7), Some("1/5/6/7/")),
            node(None, below(5), Some("1/5/")),
            node(None, ParentRef::SheetRow(1), None),
            node(None, below(8), Some("1/8/")),
        ];
        assert_eq!(rows_above(&nodes), [None, Some(0), Some(0), Some(1), None]);
    }

    proptest! {
        #[test]
        fn superiors_come_before_subordinates(edges in proptest::collection::vec(proptest::option::of(0usize..1_000), 1..60)) {
            // Each row is below an earlier row of a shuffled file.
            let n = edges.len();
            let place = |i: usize| (i * 7 + 3) % n;
            let mut above = vec![None; n];
            let mut taken = vec![false; n];
            for (i, edge) in edges.iter().enumerate() {
                if std::mem::replace(&mut taken[place(i)], true) { continue }
                above[place(i)] = edge.filter(|_| i > 0).map(|e| place(e % i)).filter(|a| *a != place(i));
            }
            prop_assume!(domain::check::find_cycles(&above).is_empty());
            let order = parents_first(&above);
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
        fn a_loop_ends(above in proptest::collection::vec(proptest::option::of(0usize..20), 0..20)) {
            prop_assert_eq!(parents_first(&above).len(), above.len());
        }
    }
}
