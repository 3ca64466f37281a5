//! The presets (预置) and the demo data. Safe to repeat.

mod demo;
mod names;
mod plant;

pub use demo::{DemoAccount, demo};

use crate::{Result, Services};
use domain::{AdminLevel, BudgetLevel};
use entity::UnitKind;
use plant::{Key, Plant, Planted};

/// The unit at the top.
const MINISTRY: &str = "中华人民共和国财政部";

/// What `seed` did.
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
    let mut superior = std::collections::HashMap::new();
    for division in divisions() {
        let above = division.superior.and_then(|code| superior.get(code).copied());
        let name = names::finance_department(division.code, division.name, above);
        let parent = division.superior.map_or(Key::Top, |code| Key::Division(code.to_owned()));
        units.push(finance(division.code, name, parent));
        superior.insert(division.code, division.name);
    }
    units.extend(central_units().map(|name| Plant {
        parent: Some(Key::Top),
        admin_level: AdminLevel::Central,
        budget_level: BudgetLevel::First,
        ..Plant::new(Key::Central(name.to_owned()), UnitKind::Central, name.to_owned())
    }));
    let tx = services.write().await?;
    let (now, year) = (services.now(), services.clock().year());
    let Planted { units, .. } = plant::units(&tx, now, year, units).await?;
    let accounts = plant::accounts(&tx, now).await? + plant::operator(&tx, now).await?;
    tx.commit().await?;
    Ok(Seeded { units, accounts })
}

fn ministry() -> Plant {
    Plant {
        admin_level: AdminLevel::Central,
        budget_level: BudgetLevel::First,
        ..Plant::new(Key::Top, UnitKind::Finance, MINISTRY.to_owned())
    }
}

/// The finance department of a division.
fn finance(division: &str, name: String, parent: Key) -> Plant {
    Plant {
        parent: Some(parent),
        admin_level: names::admin_level(division),
        budget_level: BudgetLevel::First,
        ..Plant::new(Key::Division(division.to_owned()), UnitKind::Finance, name)
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

fn central_units() -> impl Iterator<Item = &'static str> {
    include_str!("../../data/central.tsv").lines().filter(|line| !line.is_empty())
}
