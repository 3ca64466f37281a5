//! Where which parameters of plans apply. A parameter that is set at a unit applies to its subtree, so that what depends on it is
//! corrected at the units that have set another value than the one above.

use super::tally::Tally;
use crate::{
    Result, Subtree,
    query::{is_any_of, within},
    totals::units_on_path,
};
use domain::{
    Ratio,
    calendar::Timestamp,
    ids::UnitId,
    plan_filing::{Timing, timing},
    plan_parameters::{ParameterSet, Parameters},
    unit::UnitRef,
};
use entity::{plan_parameter_set, unit};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::ExprTrait};
use std::collections::{BTreeMap, HashMap};

/// What applies to the units of a place in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    /// 最低比例
    pub(crate) minimum: Ratio,
    /// Whether the last day of filing is over.
    pub(crate) overdue: bool,
}

/// A unit that has set parameters.
#[derive(Clone, Debug)]
pub(super) struct Setter {
    unit: UnitId,
    path: String,
    parameters: Parameters,
    /// What applies to its superior, and to itself.
    pub(super) above: Rules,
    pub(super) rules: Rules,
}

impl Setter {
    pub(super) fn subtree(&self) -> Subtree {
        Subtree::of(&self.path)
    }
}

/// The parameters of a year on the path to a unit and below it.
#[derive(Clone, Debug)]
pub(crate) struct Jurisdictions {
    year: i32,
    now: Timestamp,
    /// What applies where nobody has set anything.
    national: Rules,
    /// In the order of the tree.
    setters: Vec<Setter>,
    /// The index of each of them.
    indexes: HashMap<UnitId, usize>,
}

fn rules_of(parameters: &Parameters, year: i32, now: Timestamp) -> Rules {
    Rules { minimum: parameters.minimum_ratio.value, overdue: timing(year, now, parameters) == Timing::Late }
}

impl Jurisdictions {
    /// Loads the parameters by one statement. Without a path, those of the whole country.
    pub(crate) async fn load(db: &impl ConnectionTrait, path: Option<&str>, year: i32, now: Timestamp) -> Result<Self> {
        let mut sets = plan_parameter_set::Entity::find()
            .find_also_related(unit::Entity)
            .filter(plan_parameter_set::Column::Year.eq(year));
        let below = within(unit::Column::Path, &path.map_or_else(Subtree::everything, Subtree::of));
        sets = match path {
            Some(path) => sets.filter(below.or(is_any_of(db, unit::Column::Id, units_on_path(path)))),
            None => sets.filter(below),
        };
        let sets = sets.all(db).await?;
        let mut sets: Vec<_> = sets.into_iter().filter_map(|(set, unit)| Some((unit?, set))).collect();
        // The path of a superior is the beginning of the paths below it.
        sets.sort_by(|(one, _), (other, _)| one.path.cmp(&other.path));
        let national = Parameters::national();
        let mut jurisdictions =
            Self { year, now, national: rules_of(&national, year, now), setters: Vec::new(), indexes: HashMap::new() };
        for (unit, set) in sets {
            let set: ParameterSet = serde_json::from_str(&set.parameters)?;
            jurisdictions.push(unit.id, unit.name, unit.path, &set, &national);
        }
        Ok(jurisdictions)
    }

    fn push(&mut self, unit: UnitId, name: String, path: String, set: &ParameterSet, national: &Parameters) {
        let above = self.setter_of(&path).map(|setter| (setter.parameters.clone(), setter.rules));
        let (above, rules_above) = above.unwrap_or_else(|| (national.clone(), self.national));
        let parameters = above.below(&UnitRef { id: unit, name }, set);
        let rules = rules_of(&parameters, self.year, self.now);
        self.indexes.insert(unit, self.setters.len());
        self.setters.push(Setter { unit, path, parameters, above: rules_above, rules });
    }

    /// The nearest unit on a path that has set parameters.
    fn setter_of(&self, path: &str) -> Option<&Setter> {
        let index = units_on_path(path).filter_map(|unit| self.indexes.get(&unit)).last()?;
        self.setters.get(*index)
    }

    /// The parameters that apply to the unit of a path.
    pub(crate) fn parameters_at(&self, path: &str) -> Parameters {
        self.setter_of(path).map_or_else(Parameters::national, |setter| setter.parameters.clone())
    }

    pub(super) const fn year(&self) -> i32 {
        self.year
    }

    /// What applies to the unit at the top; without one, where nobody has set anything.
    pub(super) fn rules_below(&self, path: Option<&str>) -> Rules {
        path.map_or(self.national, |path| self.rules_at(path))
    }

    /// What applies to the unit of a path.
    fn rules_at(&self, path: &str) -> Rules {
        self.setter_of(path).map_or(self.national, |setter| setter.rules)
    }

    /// The units below the top of a subtree below which other rules apply than above them.
    pub(super) fn corrections<'a>(&'a self, top: Option<&'a str>) -> impl Iterator<Item = &'a Setter> {
        let top = top.unwrap_or_default();
        let first = self.setters.partition_point(|setter| setter.path.as_str() <= top);
        let below = self.setters.iter().skip(first).take_while(move |setter| setter.path.starts_with(top));
        below.filter(|setter| setter.rules != setter.above)
    }

    /// The subtrees of which the counts are needed to apply the rules below a path.
    pub(super) fn needed(&self, path: Option<&str>) -> Vec<(UnitId, String)> {
        self.corrections(path).map(|setter| (setter.unit, setter.path.clone())).collect()
    }

    /// 低于最低比例 and 逾期未报 of a subtree. `tallies` has the counts of [`Self::needed`].
    pub(super) fn apply(&self, path: &str, tally: &Tally, tallies: &BTreeMap<UnitId, Tally>) -> (i64, i64) {
        let (mut under_minimum, mut overdue) = self.apply_to_unit(path, tally);
        for setter in self.corrections(Some(path)) {
            let Some(tally) = tallies.get(&setter.unit) else { continue };
            under_minimum += tally.ratios_between(self.year, setter.above.minimum, setter.rules.minimum);
            overdue += tally.unfiled(self.year) * (i64::from(setter.rules.overdue) - i64::from(setter.above.overdue));
        }
        (under_minimum, overdue)
    }

    /// The same where the same rules apply to all that is counted, for example to a unit without those below it.
    pub(super) fn apply_to_unit(&self, path: &str, tally: &Tally) -> (i64, i64) {
        let rules = self.rules_at(path);
        let overdue = if rules.overdue { tally.unfiled(self.year) } else { 0 };
        (tally.ratios_between(self.year, Ratio::default(), rules.minimum), overdue)
    }
}
