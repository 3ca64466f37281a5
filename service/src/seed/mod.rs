//! The presets (预置) and the demo data. Safe to repeat.

mod demo;
mod names;
mod writer;

pub use demo::{DemoAccount, demo};

use crate::{Result, Services};
use domain::{AdminLevel, BudgetLevel, order::OriginCounty};
use entity::UnitKind;
use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};
use writer::{SeedKey, SeedUnit, SeededUnits, add_accounts, add_operator, add_units};

/// The unit at the top.
const MINISTRY: &str = "中华人民共和国财政部";

/// How much a seed added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seeded {
    /// Units added; 0 when repeated.
    pub units: u32,
    /// Accounts added.
    pub accounts: u32,
}

/// Loads 中华人民共和国财政部, the finance departments of every division, the central units and the operator's account.
pub async fn presets(services: &Services) -> Result<Seeded> {
    let mut units = vec![ministry()];
    let mut superior = HashMap::new();
    for division in divisions() {
        let above = division.superior.and_then(|code| superior.get(code).copied());
        let name = names::finance_department(division.code, division.name, above);
        let parent = division.superior.map_or(SeedKey::Top, |code| SeedKey::Division(code.to_owned()));
        units.push(finance(division.code, name, parent));
        superior.insert(division.code, division.name);
    }
    units.extend(central_units().map(|name| SeedUnit {
        parent: Some(SeedKey::Top),
        admin_level: AdminLevel::Central,
        budget_level: BudgetLevel::First,
        ..SeedUnit::new(SeedKey::Central(name.to_owned()), UnitKind::Central, name.to_owned())
    }));
    let tx = services.write().await?;
    let (now, year) = (services.clock().now(), services.clock().year());
    let SeededUnits { added: units, .. } = add_units(&tx, now, year, units).await?;
    let accounts = add_accounts(&tx, now).await? + add_operator(&tx, now).await?;
    tx.commit().await?;
    Ok(Seeded { units, accounts })
}

fn ministry() -> SeedUnit {
    SeedUnit {
        admin_level: AdminLevel::Central,
        budget_level: BudgetLevel::First,
        ..SeedUnit::new(SeedKey::Top, UnitKind::Finance, MINISTRY.to_owned())
    }
}

/// The finance department of a division.
fn finance(division: &str, name: String, parent: SeedKey) -> SeedUnit {
    SeedUnit {
        parent: Some(parent),
        admin_level: names::admin_level(division),
        budget_level: BudgetLevel::First,
        ..SeedUnit::new(SeedKey::Division(division.to_owned()), UnitKind::Finance, name)
    }
}

/// A province, city or county.
struct Division {
    /// GB/T 2260.
    code: &'static str,
    superior: Option<&'static str>,
    name: &'static str,
}

/// Superiors before subordinates.
fn divisions() -> impl Iterator<Item = Division> {
    include_str!("../../data/divisions.tsv").lines().filter_map(|line| {
        let (code, rest) = line.split_once('\t')?;
        let (superior, name) = rest.split_once('\t')?;
        Some(Division { code, superior: Some(superior).filter(|code| !code.is_empty()), name })
    })
}

/// Whether a county has this code.
pub(crate) fn is_county(origin: OriginCounty) -> bool {
    static COUNTIES: LazyLock<HashSet<u32>> =
        LazyLock::new(|| divisions().filter_map(|division| division.code.parse().ok()).collect());
    COUNTIES.contains(&origin.code())
}

fn central_units() -> impl Iterator<Item = &'static str> {
    include_str!("../../data/central.tsv").lines().filter(|line| !line.is_empty())
}
