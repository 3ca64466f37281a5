//! The records of the database that have the codes and names of a file.

use domain::{Code, ids::UnitId, level::AdminLevel};
use entity::unit;
use sea_orm::DerivePartialModel;
use std::collections::{HashMap, HashSet};

/// A unit with a name that a row has, or names as its superior or its unit.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "unit::Entity")]
pub(crate) struct UnitCandidate {
    pub(crate) id: UnitId,
    pub(crate) name_key: String,
    pub(crate) path: String,
    pub(crate) code: Option<String>,
    pub(crate) admin_level: AdminLevel,
}

/// The results of the lookup for one file. Names are in the form in which names are compared (`same_name`).
#[derive(Debug)]
pub(crate) struct Lookup<T> {
    /// The uploader's own unit.
    pub(crate) own: UnitId,
    /// The records that the uploader may change, by key.
    pub(crate) records: HashMap<String, T>,
    /// The keys of all other records.
    pub(crate) taken: HashSet<String>,
    /// Units of the uploader's subtree, the own unit included, by name.
    pub(crate) candidates: HashMap<String, Vec<UnitCandidate>>,
    /// Names that only units outside of the subtree have.
    pub(crate) outside: HashSet<String>,
}

impl<T> Lookup<T> {
    /// The credit code of a unit with this name, other than the unit that the row changes.
    pub(crate) fn code_of_namesake(&self, name: &str, changed: Option<UnitId>) -> Option<&str> {
        self.candidates.get(name)?.iter().find(|unit| Some(unit.id) != changed)?.code.as_deref()
    }

    /// The unit of the subtree with this name, without the unit `except`; `None` if there is none.
    pub(crate) fn unit(&self, name: &str, except: Option<UnitId>) -> Result<Option<&UnitCandidate>, Code> {
        let mut units = self.candidates.get(name).into_iter().flatten().filter(|unit| Some(unit.id) != except);
        match (units.next(), units.next()) {
            (unit, None) => Ok(unit),
            (_, Some(_)) => Err(Code::SuperiorAmbiguous),
        }
    }

    /// The finding for a name that no unit of the subtree has.
    pub(crate) fn missing_unit(&self, name: &str) -> Code {
        if self.outside.contains(name) { Code::SuperiorOutOfScope } else { Code::SuperiorUnknown }
    }
}
