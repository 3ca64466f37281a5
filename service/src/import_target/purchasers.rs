//! Template 2: rows become purchasers (采购人).

use super::{
    ImportTarget,
    chunk::{Chunk, PreparedRow, additions},
    lookup::Lookup,
    parent_order::ParentRef,
    sheet::Sheet,
};
use crate::{
    Result, Subtree,
    ids::{IdSequence, take},
    purchaser::write::{self, Addition, Alteration, Key},
    query::is_any_of,
};
use domain::{
    Code, Finding, PurchaserKind,
    check::{CheckedRow, PurchaserInput, purchaser_input},
    ids::{PurchaserId, UnitId},
    normalize::same_name,
    schema::purchasers,
};
use entity::{purchaser, unit};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationTrait};
use std::{borrow::Cow, collections::HashMap};

/// A stored purchaser with the name of its unit.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct StoredPurchaser {
    id: PurchaserId,
    unit_id: UnitId,
    unit_name: String,
    unit_path: String,
    kind: PurchaserKind,
    name: String,
    name_key: String,
    code: String,
    contact: String,
    mobile: String,
    remark: Option<String>,
}

/// One code may have several purchasers, but never two of the same name.
fn key(code: &str, name_key: &str) -> String {
    format!("{code} {name_key}")
}

impl ImportTarget for StoredPurchaser {
    type Input = PurchaserInput;

    const NAME: u8 = purchasers::NAME;
    const CODE: u8 = purchasers::CODE;
    const PARENT: u8 = purchasers::UNIT;
    const MAKES_UNITS: bool = false;

    fn input(row: &CheckedRow) -> Option<PurchaserInput> {
        purchaser_input(row)
    }

    async fn with_codes(db: &impl ConnectionTrait, codes: Vec<String>, _: i32) -> Result<Vec<Self>> {
        use purchaser::Column::{Code, Contact, Id, Kind, Mobile, Name, NameKey, Remark, UnitId, UnitPath};
        let purchasers = purchaser::Entity::find()
            .select_only()
            .columns([Id, UnitId, UnitPath, Kind, Name, NameKey, Code, Contact, Mobile, Remark])
            .column_as(unit::Column::Name, "unit_name")
            .join(JoinType::InnerJoin, purchaser::Relation::Unit.def())
            .filter(is_any_of(db, Code, codes));
        Ok(purchasers.into_model().all(db).await?)
    }

    fn id(&self) -> i64 {
        self.id.0
    }

    fn key(&self) -> String {
        key(&self.code, &self.name_key)
    }

    fn key_of<'a>(sheet: &Sheet, row: &'a CheckedRow) -> Option<Cow<'a, str>> {
        let (code, name) = (sheet.valid_cell(row, purchasers::CODE)?, sheet.valid_cell(row, purchasers::NAME)?);
        Some(key(code, &same_name(name)).into())
    }

    fn is_within(&self, subtree: &Subtree) -> bool {
        subtree.contains(&self.unit_path)
    }

    fn parents(
        sheet: &Sheet,
        lookup: &Lookup<Self>,
        _: &[Option<&Self>],
        findings: &mut Vec<Finding>,
    ) -> Vec<Option<ParentRef>> {
        let unit = |row: &CheckedRow| {
            if row.cell(purchasers::UNIT).is_empty() {
                return Some(lookup.own);
            }
            let name = same_name(sheet.valid_cell(row, purchasers::UNIT)?);
            match lookup.unit(&name, None).and_then(|unit| unit.ok_or_else(|| lookup.missing_unit(&name))) {
                Ok(unit) => Some(unit.id),
                Err(code) => {
                    findings.push(Finding::new(row.row, purchasers::UNIT, code));
                    None
                }
            }
        };
        let units: Vec<_> = sheet.rows.iter().map(unit).collect();
        units.into_iter().map(|unit| unit.map(ParentRef::Unit)).collect()
    }

    fn changes(&self, _: &CheckedRow, input: &PurchaserInput, unit: Option<ParentRef>) -> Vec<(u8, String)> {
        let remark = self.remark.as_deref().unwrap_or_default();
        let cells = [
            (purchasers::NAME, self.name.as_str(), self.name == input.name),
            (purchasers::TYPE, self.kind.label(), self.kind == input.kind),
            (purchasers::UNIT, &self.unit_name, unit == Some(ParentRef::Unit(self.unit_id))),
            (purchasers::CONTACT, &self.contact, self.contact == input.contact),
            (purchasers::MOBILE, &self.mobile, self.mobile == input.mobile.as_str()),
            (purchasers::REMARK, remark, remark == input.remark),
        ];
        cells.into_iter().filter(|(.., same)| !same).map(|(column, from, _)| (column, from.to_owned())).collect()
    }

    async fn write(chunk: &mut Chunk<'_>, rows: &[PreparedRow<PurchaserInput>]) -> Result<()> {
        let additions = additions(rows)?;
        let mut next = if additions > 0 { take(chunk.tx, IdSequence::Purchaser, additions).await? } else { 0 };
        let paths = chunk.parent_paths(rows).await?;
        let codes = rows.iter().map(|row| row.task.input.code.as_str());
        let stored: HashMap<Key, purchaser::Model> = write::with_codes(chunk.tx, codes)
            .await?
            .into_iter()
            .map(|purchaser| (Key::of(&purchaser), purchaser))
            .collect();
        let (mut added, mut altered) = (Vec::new(), Vec::new());
        for row in rows {
            let (task, input) = (&row.task, &row.task.input);
            let (unit, path) = match chunk.parent(task, &paths) {
                Ok(unit) => unit,
                Err(code) => {
                    chunk.failed(task, purchasers::UNIT, code);
                    continue;
                }
            };
            match (task.target.map(PurchaserId), stored.get(&Key::of_input(input))) {
                (None, None) => {
                    chunk.created(task, next);
                    added.push(Addition { id: PurchaserId(next), unit, path, input, password: row.password()? });
                    next += 1;
                }
                (Some(id), Some(purchaser)) if purchaser.id == id && chunk.subtree.contains(&purchaser.unit_path) => {
                    chunk.updated(task, id.0);
                    altered.push(Alteration { purchaser, unit, input });
                }
                (Some(_), None) => chunk.vanished(task),
                (_, Some(_)) => chunk.failed(task, purchasers::CODE, Code::CodeTaken),
            }
        }
        write::add(&chunk.writer(), &added).await?;
        write::alter(&chunk.writer(), &altered).await
    }
}
