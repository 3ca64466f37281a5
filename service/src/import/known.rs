//! What the database knows of the codes and names of a file. Each question is asked for thousands of rows at once.

use super::{
    sheet::{Link, Sheet},
    tree::Superior,
};
use crate::{
    Subtree,
    actor::OwnUnit,
    database::{elements, sql},
};
use domain::{Code, Finding, check::CheckedRow, level::AdminLevel};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, QueryResult};
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

/// Codes or names in one statement.
const AT_ONCE: usize = 10_000;

/// What the rows of a template stand for, as the database has it: all that importing one template does otherwise than
/// importing the other.
pub(super) trait Subject: FromQueryResult + Send + Sync + 'static {
    /// The columns of its name, of its credit code, and of the unit that it belongs below or to.
    const NAME: u8;
    const CODE: u8;
    const PLACE: u8;
    /// Whether the rows make units, which other rows of the file may name.
    const MAKES_UNITS: bool;

    /// The query for all that have one of these codes (a subquery).
    fn with_codes(codes: &str, year: i32) -> String;

    /// Its id.
    fn id(&self) -> i64;

    /// What tells it from all others.
    fn key(&self) -> String;

    /// The same of a row, where the cells that say it are in order.
    fn key_of<'a>(sheet: &Sheet, row: &'a CheckedRow) -> Option<Cow<'a, str>>;

    /// Whether an uploader of this subtree may change it.
    fn is_within(&self, subtree: &Subtree) -> bool;

    /// The rows with what they found and where they belong, and what is wrong with that.
    fn links<'a>(
        sheet: &'a Sheet,
        known: &'a Known<Self>,
        found: Vec<Option<&'a Self>>,
        news: &mut Vec<Finding>,
    ) -> Vec<Link<'a, Self>>;

    /// The columns in which a row differs from it, with what it has there; `None` where the row is in error.
    fn changes(&self, row: &CheckedRow, place: Option<Superior>) -> Option<Vec<(u8, String)>>;
}

/// A unit of the uploader's subtree, the uploader included, that a row names, or that has the name of a row.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) id: i64,
    pub(super) path: String,
    pub(super) code: Option<String>,
    pub(super) admin_level: Option<AdminLevel>,
}

/// What to ask: codes and names of units, each a JSON array of as many as go into one statement.
pub(super) struct Questions {
    codes: Vec<String>,
    names: Vec<String>,
}

impl Questions {
    /// Each name given once.
    pub(super) fn new(codes: &[&str], names: &[Cow<'_, str>]) -> serde_json::Result<Self> {
        Ok(Self {
            codes: codes.chunks(AT_ONCE).map(serde_json::to_string).collect::<Result<_, _>>()?,
            names: names.chunks(AT_ONCE).map(serde_json::to_string).collect::<Result<_, _>>()?,
        })
    }
}

/// The answers.
#[derive(Debug)]
pub(super) struct Known<S> {
    /// The uploader's own unit.
    pub(super) own: i64,
    /// What the uploader may change, by key.
    pub(super) found: HashMap<String, S>,
    /// The keys of all others.
    pub(super) taken: HashSet<String>,
    /// Units of the subtree by name, brackets full-width.
    pub(super) places: HashMap<String, Vec<Place>>,
    /// Names that units outside the subtree have.
    pub(super) outside: HashSet<String>,
}

impl<S> Known<S> {
    /// The credit code of a unit that has this name (as compared) beside the one that a row found.
    pub(super) fn namesake(&self, name: &str, found: Option<i64>) -> Option<&str> {
        self.places.get(name)?.iter().find(|place| Some(place.id) != found)?.code.as_deref()
    }

    /// The unit of that name (as compared), but for one; `None` where there is none.
    pub(super) fn place(&self, name: &str, but: Option<i64>) -> Result<Option<&Place>, Code> {
        let mut places = self.places.get(name).into_iter().flatten().filter(|place| Some(place.id) != but);
        match (places.next(), places.next()) {
            (place, None) => Ok(place),
            (_, Some(_)) => Err(Code::SuperiorAmbiguous),
        }
    }

    /// Why there is no unit of that name.
    pub(super) fn missing(&self, name: &str) -> Code {
        if self.outside.contains(name) { Code::SuperiorOutOfScope } else { Code::SuperiorUnknown }
    }
}

/// Looks up the codes and names of a file.
pub(super) async fn load<S: Subject>(
    db: &impl ConnectionTrait,
    own: &OwnUnit,
    year: i32,
    Questions { codes, names }: Questions,
) -> crate::Result<Known<S>> {
    let subtree = Subtree::of(&own.path);
    let (found, taken, places, outside) = Default::default();
    let mut known = Known { own: own.id.0, found, taken, places, outside };
    let text = S::with_codes(&elements::<str>(db, 1), year);
    for codes in codes {
        for found in S::find_by_statement(sql(db, &text, [codes.into()])).all(db).await? {
            if found.is_within(&subtree) {
                known.found.insert(found.key(), found);
            } else {
                known.taken.insert(found.key());
            }
        }
    }
    let text = format!(
        "SELECT name_key, id, path, admin_level, code FROM unit WHERE path < '~' AND name_key IN ({})",
        elements::<str>(db, 1)
    );
    for names in names {
        for row in db.query_all_raw(sql(db, &text, [names.into()])).await? {
            let (name, path): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(2)?);
            if subtree.contains(&path) {
                let level: i16 = row.try_get_by_index(3)?;
                let admin_level = u8::try_from(level).ok().and_then(AdminLevel::from_index);
                let (id, code) = (row.try_get_by_index(1)?, row.try_get_by_index(4)?);
                known.places.entry(name).or_default().push(Place { id, path, code, admin_level });
            } else {
                known.outside.insert(name);
            }
        }
    }
    Ok(known)
}

/// The names that may be offered to an uploader.
#[derive(Default)]
pub(super) struct Names {
    /// Those of its subtree, and of the presets, which are public.
    pub(super) now: Vec<String>,
    /// What units of its subtree are called now, by what they were called before, as names are compared.
    pub(super) before: HashMap<String, String>,
}

/// Every name that may be offered to this uploader.
pub(super) async fn names(db: &impl ConnectionTrait, own_path: &str) -> crate::Result<Names> {
    let subtree = Subtree::of(own_path);
    let values = || [subtree.from.as_str().into(), subtree.to.as_str().into()];
    let text = "SELECT name FROM unit WHERE (path >= $1 AND path < $2) OR kind IN ('finance', 'central') \
                ORDER BY name, id";
    let rows = db.query_all_raw(sql(db, text, values())).await?;
    let now = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
    let text = "SELECT a.name_key, u.name FROM unit_alias a JOIN unit u ON u.id = a.unit_id \
                WHERE u.path >= $1 AND u.path < $2";
    let rows = db.query_all_raw(sql(db, text, values())).await?;
    let names = |row: &QueryResult| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?));
    Ok(Names { now, before: rows.iter().map(names).collect::<Result<_, DbErr>>()? })
}
