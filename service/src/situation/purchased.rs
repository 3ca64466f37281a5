//! Notes units that purchase.

use super::recount::counted_before;
use crate::{Result, sql::rows::insert_rows};
use domain::ids::UnitId;
use entity::unit_to_recount;
use sea_orm::{DatabaseTransaction, Value};
use std::collections::BTreeMap;

/// Notes the units of postings whose purchases of a year begin or may end. `accepted` has what is added to the amount that is accepted
/// and paid, by unit and year. The transaction holds the lock of the tree, shared or exclusive.
///
/// A unit that has purchased already is not noted when it purchases more, so that orders cost little. This is right because
/// nobody takes that back while the transaction runs: who counts a unit that may have purchased less holds the exclusive lock of
/// the tree.
pub(crate) async fn note_purchases(tx: &DatabaseTransaction, accepted: &BTreeMap<(UnitId, i32), i64>) -> Result<()> {
    use unit_to_recount::Column::{Exclusive, UnitId as Unit};
    let mut units: Vec<UnitId> = accepted.keys().map(|(unit, _)| *unit).collect();
    units.dedup();
    let counted = counted_before(tx, &units).await?;
    let mut noted: BTreeMap<UnitId, bool> = BTreeMap::new();
    for ((unit, year), accepted) in accepted {
        let has_purchased = || counted.get(unit).is_some_and(|unit| unit.tally.plans(*year).purchased > 0);
        if *accepted < 0 {
            noted.insert(*unit, true);
        } else if *accepted > 0 && !has_purchased() {
            noted.entry(*unit).or_insert(false);
        }
    }
    let rows = noted.iter().map(|(unit, exclusive)| -> Vec<Value> { vec![(*unit).into(), (*exclusive).into()] });
    insert_rows(tx, unit_to_recount::Entity, &[Unit, Exclusive], rows.collect(), None).await.map(drop)
}
