//! What the database knows of the codes and names of a file. Each question is asked for thousands of rows at once.

use crate::{
    Subtree,
    database::{elements, sql},
};
use domain::level::{AdminLevel, BudgetLevel};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

/// Codes or names in one statement.
const AT_ONCE: usize = 10_000;

/// A unit of the uploader's subtree that a row found by its code, with this year's plan.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub(super) struct Found {
    pub(super) id: i64,
    pub(super) path: String,
    pub(super) code: String,
    pub(super) name: String,
    pub(super) parent_id: Option<i64>,
    pub(super) parent_name: Option<String>,
    pub(super) admin_level: i16,
    pub(super) budget_level: Option<i16>,
    pub(super) contact: Option<String>,
    pub(super) mobile: Option<String>,
    pub(super) remark: Option<String>,
    pub(super) total: Option<i64>,
    pub(super) ratio: Option<i32>,
    pub(super) share: Option<i64>,
}

impl Found {
    pub(super) fn admin_level(&self) -> Option<AdminLevel> {
        u8::try_from(self.admin_level).ok().and_then(AdminLevel::from_index)
    }

    pub(super) fn budget_level(&self) -> Option<BudgetLevel> {
        u8::try_from(self.budget_level?).ok().and_then(BudgetLevel::from_index)
    }
}

/// A unit of the uploader's subtree, the uploader included, that a row names as its superior.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) id: i64,
    pub(super) path: String,
    pub(super) admin_level: Option<AdminLevel>,
}

/// What to ask: codes and names of superiors, each a JSON array of as many as go into one statement.
pub(super) struct Questions {
    codes: Vec<String>,
    superiors: Vec<String>,
}

impl Questions {
    /// Each code and each name given once.
    pub(super) fn new(codes: &[&str], superiors: &[Cow<'_, str>]) -> serde_json::Result<Self> {
        Ok(Self {
            codes: codes.chunks(AT_ONCE).map(serde_json::to_string).collect::<Result<_, _>>()?,
            superiors: superiors.chunks(AT_ONCE).map(serde_json::to_string).collect::<Result<_, _>>()?,
        })
    }
}

/// The answers.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Units below the uploader by code.
    pub(super) below: HashMap<String, Found>,
    /// Codes of units elsewhere, the uploader's own included: nobody imports itself.
    pub(super) taken: HashSet<String>,
    /// Units of the subtree by name, brackets full-width.
    pub(super) places: HashMap<String, Vec<Place>>,
    /// Names that units outside the subtree have.
    pub(super) outside: HashSet<String>,
}

/// Looks up the codes and names of a file.
pub(super) async fn load(
    db: &impl ConnectionTrait,
    own_path: &str,
    year: i32,
    Questions { codes, superiors }: Questions,
) -> crate::Result<Known> {
    let subtree = Subtree::of(own_path);
    let mut known = Known::default();
    let text = format!(
        "SELECT u.id, u.path, u.code, u.name, u.parent_id, p.name AS parent_name, u.admin_level, u.budget_level, \
         u.contact, u.mobile, u.remark, r.total, r.ratio, r.share \
         FROM unit u LEFT JOIN unit p ON p.id = u.parent_id \
         LEFT JOIN reserve_plan r ON r.unit_id = u.id AND r.year = $2 WHERE u.code IN ({})",
        elements::<str>(db, 1)
    );
    for codes in codes {
        let statement = sql(db, &text, [codes.into(), year.into()]);
        for found in Found::find_by_statement(statement).all(db).await? {
            if subtree.contains(&found.path) && found.path != own_path {
                known.below.insert(found.code.clone(), found);
            } else {
                known.taken.insert(found.code);
            }
        }
    }
    let text = format!(
        "SELECT name_key, id, path, admin_level FROM unit WHERE path < '~' AND name_key IN ({})",
        elements::<str>(db, 1)
    );
    for names in superiors {
        for row in db.query_all_raw(sql(db, &text, [names.into()])).await? {
            let (name, path): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(2)?);
            if subtree.contains(&path) {
                let level: i16 = row.try_get_by_index(3)?;
                let admin_level = u8::try_from(level).ok().and_then(AdminLevel::from_index);
                known.places.entry(name).or_default().push(Place { id: row.try_get_by_index(1)?, path, admin_level });
            } else {
                known.outside.insert(name);
            }
        }
    }
    Ok(known)
}

/// Every name that may be offered to this uploader: its subtree's, and the presets', which are public.
pub(super) async fn names(db: &impl ConnectionTrait, own_path: &str) -> crate::Result<Vec<String>> {
    let subtree = Subtree::of(own_path);
    let text = "SELECT name FROM unit WHERE (path >= $1 AND path < $2) OR kind IN ('finance', 'central')";
    let rows = db.query_all_raw(sql(db, text, [subtree.from.into(), subtree.to.into()])).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
}
