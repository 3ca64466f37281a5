//! The units of the province, with the plans of two years.

use super::{ProvinceUnit, Purpose, Stage, Superior, YearPlan, random};
use crate::{
    Error, Result, Services,
    query::is_any_of,
    seed::{
        demo::{self, PROVINCE, credit_code},
        finance,
        writer::{SeedKey, SeedPlan, SeedUnit, add_accounts, add_units},
    },
};
use domain::{AdminLevel, BudgetLevel, Money, Ratio, calendar::Timestamp, ids::UnitId};
use entity::{UnitKind, account, unit};
use rand::{RngExt, rngs::StdRng};
use sea_orm::{ConnectionTrait, DerivePartialModel, EntityTrait, QueryFilter, QuerySelect};
use std::collections::{BTreeSet, HashMap};

pub(super) const CITIES: [&str; 11] =
    ["青岚市", "云溪市", "丹枫市", "金穗市", "白鹭市", "望川市", "长渚市", "松坪市", "澄湖市", "南屏市", "碧沙市"];
/// The names of counties: one of the first and one of the second characters, a second one for each city.
const COUNTY_FIRST: [&str; 8] = ["清", "安", "永", "云", "石", "金", "白", "新"];
const COUNTY_SECOND: [&str; 11] = ["溪", "岭", "泉", "河", "川", "湖", "塘", "峰", "桥", "坪", "林"];
/// The units below a finance department, each with those below it.
const OF_COUNTY: [(&str, &[&str]); 18] = [
    ("教育局", &["第一中学", "第二中学", "实验小学", "中等职业学校"]),
    ("卫生健康局", &["人民医院", "中医医院", "疾病预防控制中心"]),
    ("民政局", &[]),
    ("人力资源和社会保障局", &[]),
    ("农业农村局", &[]),
    ("水利局", &[]),
    ("交通运输局", &[]),
    ("自然资源局", &[]),
    ("住房和城乡建设局", &[]),
    ("文化广电旅游局", &[]),
    ("应急管理局", &[]),
    ("市场监督管理局", &[]),
    ("审计局", &[]),
    ("统计局", &[]),
    ("公安局", &[]),
    ("司法局", &[]),
    ("机关事务服务中心", &[]),
    ("总工会", &[]),
];
const TOWNSHIPS: [&str; 8] = ["城关镇", "新街镇", "东升镇", "西岭乡", "南河镇", "北塘乡", "兴隆镇", "高桥乡"];
/// How many of [`OF_COUNTY`] a city has too.
const OF_CITY: usize = 10;

fn city_code(city: usize) -> String {
    format!("99{:02}00", city + 2)
}

/// Adds the units that are missing, with accounts without passwords, and the approved plans.
pub(super) async fn add(services: &Services, cities: usize) -> Result<Vec<ProvinceUnit>> {
    let this = services.clock().year();
    let (now, seeds) = (services.now(), units(this, cities)?);
    let plans: Vec<[YearPlan; 2]> = (0..seeds.len()).map(|unit| plans(unit, this)).collect::<Result<_>>()?;
    let keys: Vec<SeedKey> = seeds.iter().map(|unit| unit.key.clone()).collect();
    let tx = services.write().await?;
    let seeded = add_units(&tx, now, seeds).await?;
    add_accounts(&tx, now).await?;
    let ids: Vec<UnitId> = keys.iter().filter_map(|key| seeded.ids.get(key).copied()).collect();
    let stored = stored(&tx, &ids).await?;
    tx.commit().await?;
    let unit = |(id, plans): (UnitId, [YearPlan; 2])| {
        let (unit, login) = stored.get(&id)?;
        let (superior, superior_login) = stored.get(&unit.parent_id?)?;
        Some(ProvinceUnit {
            id,
            path: unit.path.clone(),
            added: unit.created_at,
            name: unit.name.clone(),
            code: unit.code.clone()?,
            contact: unit.contact.clone()?,
            mobile: unit.mobile.clone()?,
            login: login.clone(),
            superior: Superior { name: superior.name.clone(), login: superior_login.clone() },
            plans,
        })
    };
    Ok(ids.into_iter().zip(plans).filter_map(unit).collect())
}

/// A unit as it is stored, with the login name of its account.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "unit::Entity")]
struct StoredUnit {
    id: UnitId,
    parent_id: Option<UnitId>,
    path: String,
    created_at: Timestamp,
    name: String,
    code: Option<String>,
    contact: Option<String>,
    mobile: Option<String>,
}

/// The units with these ids and their superiors.
async fn stored(db: &impl ConnectionTrait, ids: &[UnitId]) -> Result<HashMap<UnitId, (StoredUnit, String)>> {
    let own = unit::Entity::find()
        .filter(is_any_of(db, unit::Column::Id, ids.iter().copied()))
        .into_partial_model::<StoredUnit>()
        .all(db)
        .await?;
    let above: BTreeSet<UnitId> = own.iter().filter_map(|unit| unit.parent_id).collect();
    let above = unit::Entity::find()
        .filter(is_any_of(db, unit::Column::Id, above))
        .into_partial_model::<StoredUnit>()
        .all(db)
        .await?;
    let units: HashMap<UnitId, StoredUnit> = own.into_iter().chain(above).map(|unit| (unit.id, unit)).collect();
    let logins: Vec<(Option<UnitId>, String)> = account::Entity::find()
        .select_only()
        .columns([account::Column::UnitId, account::Column::Login])
        .filter(is_any_of(db, account::Column::UnitId, units.keys().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let mut logins: HashMap<_, _> = logins.into_iter().filter_map(|(unit, login)| Some((unit?, login))).collect();
    let with_login = |(id, unit)| (id, (unit, logins.remove(&id).unwrap_or_default()));
    Ok(units.into_iter().map(with_login).collect())
}

/// The units of the first cities in the order of the tree, superiors first.
fn units(this: i32, cities: usize) -> Result<Vec<SeedUnit>> {
    let mut made = Made { units: Vec::new(), this };
    for (city, name) in CITIES.into_iter().enumerate().take(cities) {
        let division = city_code(city);
        made.finance(&division, format!("示例省{name}财政局"), PROVINCE)?;
        made.offices(&division, &format!("示例省{name}"), AdminLevel::City, OF_COUNTY.get(..OF_CITY).unwrap_or(&[]))?;
        for (county, first) in COUNTY_FIRST.into_iter().enumerate() {
            let second = COUNTY_SECOND.get(city).copied().unwrap_or_default();
            let (division, name) = (format!("{}{:02}", &division[..4], county + 1), format!("{first}{second}县"));
            made.finance(&division, format!("{name}财政局"), &city_code(city))?;
            made.offices(&division, &name, AdminLevel::County, &OF_COUNTY)?;
            for township in TOWNSHIPS {
                let key = SeedKey::Division(division.clone());
                made.unit("11", &division, format!("{name}{township}人民政府"), AdminLevel::Township, key)?;
            }
        }
    }
    Ok(made.units)
}

/// The units that have been made up.
struct Made {
    units: Vec<SeedUnit>,
    this: i32,
}

impl Made {
    fn finance(&mut self, division: &str, name: String, above: &str) -> Result<()> {
        let unit = finance(division, name, SeedKey::Division(above.to_owned()));
        let unit = self.complete("11", division, unit)?;
        self.units.push(unit);
        Ok(())
    }

    /// The units below the finance department of a division. In a city, nothing is below them.
    fn offices(&mut self, division: &str, place: &str, level: AdminLevel, offices: &[(&str, &[&str])]) -> Result<()> {
        for (office, below) in offices {
            let above = SeedKey::Division(division.to_owned());
            let key = self.unit("11", division, format!("{place}{office}"), level, above)?;
            for name in below.iter().filter(|_| level == AdminLevel::County) {
                self.unit("12", division, format!("{place}{name}"), level, key.clone())?;
            }
        }
        Ok(())
    }

    fn unit(
        &mut self,
        category: &str,
        division: &str,
        name: String,
        level: AdminLevel,
        above: SeedKey,
    ) -> Result<SeedKey> {
        let budget_level = if matches!(above, SeedKey::Code(_)) { BudgetLevel::Third } else { BudgetLevel::Second };
        let code = credit_code(category, division, self.units.len())?;
        let key = SeedKey::Code(code.clone().into());
        let unit = SeedUnit {
            parent: Some(above),
            admin_level: level,
            budget_level,
            ..SeedUnit::new(key.clone(), UnitKind::Budget, name)
        };
        let unit = self.complete(category, division, unit)?;
        self.units.push(unit);
        Ok(key)
    }

    /// Adds what every unit has.
    fn complete(&self, category: &str, division: &str, unit: SeedUnit) -> Result<SeedUnit> {
        let number = self.units.len();
        let approved = plans(number, self.this)?.into_iter().filter(|plan| plan.stage.is_approved());
        Ok(SeedUnit {
            code: Some(credit_code(category, division, number)?),
            contact: Some((demo::person(number), demo::mobile("1390991", number)?)),
            plans: approved
                .map(|plan| SeedPlan { year: plan.year, total: plan.total, ratio: plan.ratio, union: plan.union })
                .collect(),
            completed: true,
            ..unit
        })
    }
}

/// The plans of a unit for the last year and this year.
fn plans(unit: usize, this: i32) -> Result<[YearPlan; 2]> {
    const RATIOS: [u16; 8] = [1_000, 1_000, 1_200, 1_500, 1_500, 1_800, 2_000, 3_000];
    let out_of_range = || Error::internal("out of range");
    let mut random = random(Purpose::Plan, unit);
    let wan = random.random_range(8..160_i64);
    let has_canteen = random.random_range(0..100) >= 7;
    let members = random.random_range(12..180_u32);
    let plan = |year: i32, growth: i64, ratio: u16, stage: Stage| {
        let has_canteen = has_canteen && stage != Stage::ZeroFiling;
        let total = Money::from_fen(wan * Money::WAN * growth / 100).filter(|_| has_canteen);
        let union = Money::from_fen(i64::from(members) * 40_000).ok_or_else(out_of_range)?;
        Ok::<_, Error>(YearPlan {
            year,
            total: if has_canteen { total.ok_or_else(out_of_range)? } else { Money::ZERO },
            ratio: if has_canteen { Ratio::from_hundredths(ratio).ok_or_else(out_of_range)? } else { Ratio::default() },
            union: if has_canteen { (union, members) } else { (Money::ZERO, 0) },
            stage: if !has_canteen && stage.is_approved() { Stage::ZeroFiling } else { stage },
        })
    };
    let ratio = |random: &mut StdRng| RATIOS.get(random.random_range(0..RATIOS.len())).copied().unwrap_or(1_000);
    let before = ratio(&mut random);
    let after = if random.random_range(0..4) == 0 { ratio(&mut random) } else { before };
    let stage = match random.random_range(0..100) {
        0..5 => Stage::Nothing,
        5..9 => Stage::Draft,
        9..18 => Stage::Submitted,
        18..22 => Stage::Returned,
        _ => Stage::Approved,
    };
    let growth = random.random_range(85..125);
    Ok([plan(this - 1, 100, before, Stage::Confirmed)?, plan(this, growth, after, stage)?])
}

impl Stage {
    /// Whether the figures are those of the unit's plan.
    pub(super) const fn is_approved(self) -> bool {
        matches!(self, Self::Approved | Self::Confirmed | Self::ZeroFiling)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_province_has_about_3_000_units_with_different_names_and_codes() {
        let units = units(2026, CITIES.len()).unwrap();
        let names: HashSet<_> = units.iter().map(|unit| &unit.name).collect();
        let codes: HashSet<_> = units.iter().filter_map(|unit| unit.code.clone()).collect();
        assert_eq!((names.len(), codes.len()), (units.len(), units.len()));
        assert!((2_900..3_300).contains(&units.len()), "{}", units.len());
    }

    #[test]
    fn plans_are_the_same_each_time_and_differ_in_their_stages() {
        let all: Vec<_> = (0..3_000).map(|unit| plans(unit, 2026).unwrap()[1]).collect();
        assert!(all.iter().zip(0..).all(|(plan, unit)| plans(unit, 2026).unwrap()[1].total == plan.total));
        for stage in [Stage::Nothing, Stage::Draft, Stage::Submitted, Stage::Returned, Stage::ZeroFiling] {
            assert!(all.iter().filter(|plan| plan.stage == stage).count() > 50, "{stage:?}");
        }
        assert!(all.iter().filter(|plan| plan.stage == Stage::Approved).count() > 2_000);
    }
}
