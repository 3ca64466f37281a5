//! Receives parked records again when what they name may be known.

use super::{OrderSource, purchasers::Purchasers, receive};
use crate::{Result, Services, query::is_any_of};
use domain::order::{MAX_ORDERS_AT_ONCE, OrderRecord, Outcome, PurchaserKey, UnknownPart};
use entity::parked_order;
use sea_orm::{
    ColumnTrait, DerivePartialModel, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

/// Which parked records are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recheck {
    /// Those whose purchaser was unknown.
    Purchasers,
    /// All: another version of the program may know other categories and counties.
    Everything,
}

/// What is read of a parked record first.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "parked_order::Entity")]
struct ParkedKey {
    number: String,
    revision: i32,
    reason: UnknownPart,
    purchaser: String,
}

/// Receives the parked records again whose purchaser is known now. Returns how many are parked no longer.
pub async fn match_parked(services: &Services, recheck: Recheck) -> Result<u32> {
    use parked_order::{Column, Entity};
    let mut matched = 0;
    let mut behind: Option<(String, i32)> = None;
    loop {
        let mut page = Entity::find()
            .order_by_asc(Column::Number)
            .order_by_asc(Column::Revision)
            .limit(u64::from(MAX_ORDERS_AT_ONCE));
        if let Some((number, revision)) = &behind {
            let later = Column::Number.eq(number.as_str()).and(Column::Revision.gt(*revision));
            page = page.filter(Column::Number.gt(number.as_str()).or(later));
        }
        let page = page.into_partial_model::<ParkedKey>().all(&services.0.db).await?;
        let Some(last) = page.last() else { return Ok(matched) };
        behind = Some((last.number.clone(), last.revision));
        let candidates = candidates(services, recheck, page).await?;
        matched += receive_again(services, &candidates).await?;
    }
}

/// The records that may be placed now.
async fn candidates(services: &Services, recheck: Recheck, page: Vec<ParkedKey>) -> Result<Vec<ParkedKey>> {
    let key = |parked: &ParkedKey| match parked.reason {
        UnknownPart::Purchaser => PurchaserKey::parse(&parked.purchaser),
        UnknownPart::Category | UnknownPart::Origin => None,
    };
    let keys: Vec<PurchaserKey> = page.iter().filter_map(key).collect();
    let known = Purchasers::find(&services.0.db, keys.iter().collect()).await?;
    let may_be_placed = |parked: &ParkedKey| match key(parked) {
        Some(key) => known.get(&key).is_some(),
        None => recheck == Recheck::Everything,
    };
    Ok(page.into_iter().filter(may_be_placed).collect())
}

/// Receives records again and forgets those that are parked no longer. Returns their number.
async fn receive_again(services: &Services, candidates: &[ParkedKey]) -> Result<u32> {
    use parked_order::{Column, Entity};
    if candidates.is_empty() {
        return Ok(0);
    }
    let numbers = || candidates.iter().map(|parked| parked.number.clone());
    let is_candidate = |number: &str, revision: i32| {
        candidates.binary_search_by(|parked| (parked.number.as_str(), parked.revision).cmp(&(number, revision))).is_ok()
    };
    let rows = Entity::find().filter(is_any_of(&services.0.db, Column::Number, numbers())).all(&services.0.db).await?;
    let mut records = Vec::with_capacity(candidates.len());
    for row in rows.into_iter().filter(|row| is_candidate(&row.number, row.revision)) {
        records.push(serde_json::from_str::<OrderRecord>(&row.content)?);
    }
    let verdicts = receive(services, &OrderSource(()), records).await?;
    let mut matched = 0;
    // By revision, as a number may have another revision that stays parked.
    let mut placed: std::collections::BTreeMap<i32, Vec<String>> = std::collections::BTreeMap::new();
    for verdict in verdicts.into_iter().filter(|verdict| !matches!(verdict.outcome, Outcome::Parked(_))) {
        if let Outcome::Refused(faults) = &verdict.outcome {
            tracing::warn!(number = verdict.number, ?faults, "a parked order is refused");
        }
        matched += 1;
        let revision = i32::try_from(verdict.revision).map_err(crate::Error::internal)?;
        placed.entry(revision).or_default().push(verdict.number.trim().to_owned());
    }
    for (revision, numbers) in placed {
        Entity::delete_many()
            .filter(Expr::col(Column::Revision).eq(revision))
            .filter(is_any_of(&services.0.writer, Column::Number, numbers))
            .exec(&services.0.writer)
            .await?;
    }
    Ok(matched)
}
