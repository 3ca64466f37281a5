//! The presets (预置) and the demo data. Safe to repeat.

mod demo;
mod names;
mod notices;
mod orders;
pub mod province;
mod writer;

pub use demo::{DemoAccount, demo, demo_orders};

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
    let now = services.clock().now();
    let SeededUnits { added: units, .. } = add_units(&tx, now, units).await?;
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

/// Whether a county has this code, today or in the list of the counties that the programme buys from.
pub(crate) fn is_county(origin: OriginCounty) -> bool {
    static COUNTIES: LazyLock<HashSet<u32>> = LazyLock::new(|| {
        let codes = divisions().map(|division| division.code).chain(origin_counties().map(|(code, _)| code));
        codes.filter_map(|code| code.parse().ok()).collect()
    });
    COUNTIES.contains(&origin.code())
}

/// The name of a county with its province: 河北省 行唐县. Counties that the programme buys from have the name of its list, others
/// today's. `None` for a code that no county has.
pub(crate) fn county_name(origin: OriginCounty) -> Option<String> {
    static NAMES: LazyLock<HashMap<u32, String>> = LazyLock::new(|| {
        let divisions: HashMap<&str, Division> = divisions().map(|division| (division.code, division)).collect();
        let today = divisions.values().filter_map(|county| {
            let mut top = county;
            while let Some(above) = top.superior.and_then(|code| divisions.get(code)) {
                top = above;
            }
            Some((county.code.parse().ok()?, format!("{} {}", top.name, county.name)))
        });
        let listed = include_str!("../../data/origin_counties.tsv").lines().filter_map(|line| {
            let mut columns = line.split('\t');
            let (code, province, county) = (columns.next()?, columns.next()?, columns.nth(1)?);
            Some((code.parse().ok()?, format!("{province} {county}")))
        });
        // The list stands later, so that its names stay.
        today.chain(listed).collect()
    });
    NAMES.get(&origin.code()).cloned()
}

/// Codes and names of the 832 counties that the programme buys from (国家级贫困县名单). Some have another code today.
fn origin_counties() -> impl Iterator<Item = (&'static str, &'static str)> {
    include_str!("../../data/origin_counties.tsv").lines().filter_map(|line| {
        let mut columns = line.split('\t');
        Some((columns.next()?, columns.nth(2)?))
    })
}

fn central_units() -> impl Iterator<Item = &'static str> {
    include_str!("../../data/central.tsv").lines().filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn counties_are_named_with_their_province() {
        let name = |code| county_name(OriginCounty::from_code(code).unwrap());
        assert_eq!(name(130_125).as_deref(), Some("河北省 行唐县"));
        assert_eq!(name(110_101).as_deref(), Some("北京市 东城区"));
        assert_eq!(name(659_999), None);
        let codes = origin_counties().filter_map(|(code, _)| OriginCounty::parse(code));
        assert!(codes.map(county_name).all(|name| name.is_some()));
    }

    #[test]
    fn the_list_of_origins_has_832_counties_in_22_provinces() {
        let codes: HashSet<_> = origin_counties().map(|(code, _)| code).collect();
        assert_eq!((origin_counties().count(), codes.len()), (832, 832));
        let mut of_province = BTreeMap::<&str, u32>::new();
        for code in codes {
            *of_province.entry(&code[..2]).or_default() += 1;
        }
        // The numbers that the list itself gives.
        let expected = [
            ("13", 45),
            ("14", 36),
            ("15", 31),
            ("22", 8),
            ("23", 20),
            ("34", 20),
            ("36", 24),
            ("41", 38),
            ("42", 28),
            ("43", 40),
            ("45", 33),
            ("46", 5),
            ("50", 14),
            ("51", 66),
            ("52", 66),
            ("53", 88),
            ("54", 74),
            ("61", 56),
            ("62", 58),
            ("63", 42),
            ("64", 8),
            ("65", 32),
        ];
        assert_eq!(of_province.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn an_origin_is_a_county_of_today_or_of_the_list() {
        let is_county = |code| OriginCounty::from_code(code).is_some_and(is_county);
        // 贞丰县; 黔西县, which has the code 520581 today; no county.
        assert_eq!([522_325, 520_522, 520_581, 522_399].map(is_county), [true, true, true, false]);
    }
}
