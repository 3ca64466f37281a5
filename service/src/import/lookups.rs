//! Looks up the codes and names of a file in the database. One statement is for thousands of rows.

use crate::{
    Result, Subtree,
    actor::OwnUnit,
    import_target::{
        ImportTarget,
        lookup::{Lookup, UnitCandidate},
        sheet::Sheet,
    },
    query::{is_any_of, within},
};
use domain::normalize::same_name;
use entity::{UnitKind, unit, unit_alias};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
};
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

/// Codes or names in one statement.
const AT_ONCE: usize = 10_000;

/// The codes and names of a file, each name once.
pub(super) struct LookupKeys {
    codes: Vec<String>,
    names: Vec<String>,
}

impl LookupKeys {
    pub(super) fn new<T: ImportTarget>(sheet: &Sheet) -> Self {
        let codes = sheet.rows.iter().filter_map(|row| sheet.valid_cell(row, T::CODE)).map(str::to_owned).collect();
        let names: HashSet<_> = parent_names::<T>(sheet).chain(unit_names::<T>(sheet).map(same_name)).collect();
        Self { codes, names: names.into_iter().map(Cow::into_owned).collect() }
    }
}

/// The names of the units that rows belong below or to.
fn parent_names<T: ImportTarget>(sheet: &Sheet) -> impl Iterator<Item = Cow<'_, str>> {
    sheet.rows.iter().filter_map(|row| sheet.valid_cell(row, T::PARENT)).map(same_name)
}

/// The names of the units that the file itself adds.
pub(super) fn unit_names<T: ImportTarget>(sheet: &Sheet) -> impl Iterator<Item = &str> {
    sheet.rows.iter().filter(|_| T::MAKES_UNITS).filter_map(|row| sheet.valid_cell(row, T::NAME))
}

/// Whether a row names a unit that is neither in the database nor in the file: only then are suggestions needed.
pub(super) fn has_unknown_unit<T: ImportTarget>(sheet: &Sheet, lookup: &Lookup<T>) -> bool {
    let is_missing =
        |name: &Cow<'_, str>| !lookup.candidates.contains_key(name.as_ref()) && !lookup.outside.contains(name.as_ref());
    let missing: HashSet<_> = parent_names::<T>(sheet).filter(is_missing).collect();
    if missing.is_empty() {
        return false;
    }
    let in_file: HashSet<_> = unit_names::<T>(sheet).map(same_name).collect();
    !missing.is_subset(&in_file)
}

/// Looks up the codes and names of a file.
pub(super) async fn look_up<T: ImportTarget>(
    db: &impl ConnectionTrait,
    own: &OwnUnit,
    year: i32,
    keys: &LookupKeys,
) -> Result<Lookup<T>> {
    let subtree = Subtree::of(&own.path);
    let mut lookup = Lookup {
        own: own.id,
        records: HashMap::new(),
        taken: HashSet::new(),
        candidates: HashMap::new(),
        outside: HashSet::new(),
    };
    for codes in keys.codes.chunks(AT_ONCE) {
        for record in T::with_codes(db, codes.to_vec(), year).await? {
            if record.is_within(&subtree) {
                lookup.records.insert(record.key(), record);
            } else {
                lookup.taken.insert(record.key());
            }
        }
    }
    for names in keys.names.chunks(AT_ONCE) {
        let units = unit::Entity::find().filter(unit::Column::MergedInto.is_null()).filter(is_any_of(
            db,
            unit::Column::NameKey,
            names.to_vec(),
        ));
        for unit in units.into_partial_model::<UnitCandidate>().all(db).await? {
            if subtree.contains(&unit.path) {
                lookup.candidates.entry(unit.name_key.clone()).or_default().push(unit);
            } else {
                lookup.outside.insert(unit.name_key);
            }
        }
    }
    Ok(lookup)
}

/// The names of units that may be suggested to an uploader.
#[derive(Default)]
pub(super) struct SuggestedNames {
    /// The names of the units of its subtree, and of the presets, which are public.
    pub(super) present: Vec<String>,
    /// The present names of the units of its subtree, by their former names in the form in which names are compared.
    pub(super) by_former: HashMap<String, String>,
}

/// All names that may be suggested to an uploader with this path.
pub(super) async fn suggested_names(db: &impl ConnectionTrait, own_path: &str) -> Result<SuggestedNames> {
    let subtree = Subtree::of(own_path);
    let presets = unit::Column::Kind.is_in([UnitKind::Finance, UnitKind::Central]);
    let present = unit::Entity::find()
        .select_only()
        .column(unit::Column::Name)
        .filter(Condition::any().add(within(unit::Column::Path, &subtree)).add(presets))
        .order_by_asc(unit::Column::Name)
        .order_by_asc(unit::Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    let by_former: Vec<(String, String)> = unit_alias::Entity::find()
        .select_only()
        .column(unit_alias::Column::NameKey)
        .column(unit::Column::Name)
        .join(JoinType::InnerJoin, unit_alias::Relation::Unit.def())
        .filter(within(unit::Column::Path, &subtree))
        .into_tuple()
        .all(db)
        .await?;
    Ok(SuggestedNames { present, by_former: by_former.into_iter().collect() })
}
