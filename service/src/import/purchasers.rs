//! Template 2: rows that stand for purchasers.

use super::{
    known::{Known, Subject},
    sheet::{Link, Sheet},
    tree::Superior,
};
use crate::Subtree;
use domain::PurchaserKind;
use domain::{
    Finding,
    check::{CheckedRow, purchaser_input},
    normalize::same_name,
    schema::purchasers,
};
use sea_orm::FromQueryResult;
use std::borrow::Cow;

/// A purchaser that a row found by its code and name.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Purchaser {
    id: i64,
    unit_id: i64,
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

/// One code may have several purchasers, never two of the same name.
fn key(code: &str, name_key: &str) -> String {
    format!("{code} {name_key}")
}

impl Subject for Purchaser {
    const NAME: u8 = purchasers::NAME;
    const CODE: u8 = purchasers::CODE;
    const PLACE: u8 = purchasers::UNIT;
    const MAKES_UNITS: bool = false;

    fn with_codes(codes: &str, _: i32) -> String {
        format!(
            "SELECT p.id, p.unit_id, u.name AS unit_name, p.unit_path, p.kind, p.name, p.name_key, p.code, p.contact, \
             p.mobile, p.remark FROM purchaser p JOIN unit u ON u.id = p.unit_id WHERE p.code IN ({codes})"
        )
    }

    fn id(&self) -> i64 {
        self.id
    }

    fn key(&self) -> String {
        key(&self.code, &self.name_key)
    }

    fn key_of<'a>(sheet: &Sheet, row: &'a CheckedRow) -> Option<Cow<'a, str>> {
        let (code, name) = (sheet.sound(row, purchasers::CODE)?, sheet.sound(row, purchasers::NAME)?);
        Some(key(code, &same_name(name)).into())
    }

    fn is_within(&self, subtree: &Subtree) -> bool {
        subtree.contains(&self.unit_path)
    }

    fn links<'a>(
        sheet: &'a Sheet,
        known: &'a Known<Self>,
        found: Vec<Option<&'a Self>>,
        news: &mut Vec<Finding>,
    ) -> Vec<Link<'a, Self>> {
        let place = |row: &CheckedRow| {
            if row.cell(purchasers::UNIT).is_empty() {
                return Some(known.own);
            }
            let name = same_name(sheet.sound(row, purchasers::UNIT)?);
            match known.place(&name, None).and_then(|place| place.ok_or_else(|| known.missing(&name))) {
                Ok(place) => Some(place.id),
                Err(code) => {
                    news.push(Finding::new(row.row, purchasers::UNIT, code));
                    None
                }
            }
        };
        let places = sheet.rows.iter().map(place);
        places.zip(found).map(|(place, found)| Link::new(found, place.map(Superior::Unit))).collect()
    }

    fn changes(&self, row: &CheckedRow, unit: Option<Superior>) -> Option<Vec<(u8, String)>> {
        let says = purchaser_input(row)?;
        let kind = domain::PurchaserKind::from(self.kind);
        let remark = self.remark.as_deref().unwrap_or_default();
        let cells = [
            (purchasers::NAME, self.name.as_str(), self.name == says.name),
            (purchasers::TYPE, kind.label(), kind == says.kind),
            (purchasers::UNIT, &self.unit_name, unit == Some(Superior::Unit(self.unit_id))),
            (purchasers::CONTACT, &self.contact, self.contact == says.contact),
            (purchasers::MOBILE, &self.mobile, self.mobile == says.mobile.as_str()),
            (purchasers::REMARK, remark, remark == says.remark),
        ];
        Some(cells.into_iter().filter(|(.., same)| !same).map(|(column, from, _)| (column, from.to_owned())).collect())
    }
}
