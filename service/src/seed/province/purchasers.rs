//! The purchasers of the province: a canteen and a union for each unit.

use super::{ProvincePurchaser, ProvinceUnit, Purpose, random};
use crate::{
    Result, Services,
    query::is_any_of,
    seed::{demo::PurchasersUnit, writer::insert_purchasers},
    sql::tree,
};
use domain::{
    PurchaserKind,
    calendar::Timestamp,
    ids::{PurchaserId, UnitId},
};
use entity::purchaser;
use rand::RngExt;
use sea_orm::{EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;

/// Adds the purchasers that are missing. Nine of ten have completed their data.
pub(super) async fn add(services: &Services, units: &[ProvinceUnit], now: Timestamp) -> Result<Vec<ProvincePurchaser>> {
    let tx = services.write().await?;
    // Two servers that begin at the same time wait for each other, as they do for the units.
    tree::lock(&tx).await?;
    let existing: Vec<(UnitId, String, PurchaserId)> = purchaser::Entity::find()
        .select_only()
        .columns([purchaser::Column::UnitId, purchaser::Column::Name, purchaser::Column::Id])
        .filter(is_any_of(&tx, purchaser::Column::UnitId, units.iter().map(|unit| unit.id)))
        .into_tuple()
        .all(&tx)
        .await?;
    let existing: HashMap<_, _> = existing.into_iter().map(|(unit, name, id)| ((unit, name), id)).collect();
    let (mut found, mut missing, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    for (number, unit) in units.iter().enumerate() {
        let mut random = random(Purpose::Purchasers, number);
        let of_unit = PurchasersUnit {
            id: unit.id,
            path: unit.path.clone(),
            name: unit.name.clone(),
            code: unit.code.clone(),
            contact: unit.contact.clone(),
            mobile: unit.mobile.clone(),
        };
        for (is_union, kind, suffix) in
            [(false, PurchaserKind::Unit, "机关食堂"), (true, PurchaserKind::Union, "工会委员会")]
        {
            let name = format!("{}{suffix}", unit.name);
            let is_certified = random.random_range(0..10) > 0;
            // A tenth of the canteens is run by a firm.
            let kind = if !is_union && random.random_range(0..10) == 0 { PurchaserKind::Canteen } else { kind };
            if let Some(id) = existing.get(&(unit.id, name.clone())) {
                found.push(ProvincePurchaser { id: *id, unit: number, is_union });
            } else {
                missing.push((number, is_union));
                rows.push(of_unit.purchaser(&name, kind, is_certified, now));
            }
        }
    }
    let added = insert_purchasers(&tx, now, rows).await?;
    tx.commit().await?;
    let added = added.into_iter().zip(missing).map(|(id, (unit, is_union))| ProvincePurchaser { id, unit, is_union });
    found.extend(added);
    found.sort_unstable_by_key(|purchaser| (purchaser.unit, purchaser.is_union));
    Ok(found)
}
