//! The demo data: a province 示例省 that does not exist, with two counties that must never see each other, and a few dozen
//! budget units in one of them.

use super::{
    finance, ministry,
    plant::{self, Key, Plant},
};
use crate::{
    Error, PlaintextPassword, Result, Services,
    clock::{DAY, millis},
    database::{elements, insert, sql},
    ids::{IdSequence, login, take},
    password::{self, Verification},
};
use domain::account::AccountKind;
use domain::{
    AdminLevel, BudgetLevel, CreditCode, Mobile, Money, Ratio,
    account::AccountHolder,
    ids::{PurchaserId, UnitId},
};
use domain::{Certification, PurchaserKind};
use entity::UnitKind;
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use std::collections::HashMap;

/// Its divisions: GB/T 2260 gives no code that begins with 99.
const PROVINCE: &str = "990000";
const CITY: &str = "990100";
const COUNTY: &str = "990101";
const OTHER_COUNTY: &str = "990102";

/// The accounts to sign in with: whose, and the password.
const READY: [(Owner, &str); 5] = [
    (Owner::Division("示例县财政局", COUNTY), "lvye-qingshan-27"),
    (Owner::Division("样例县财政局", OTHER_COUNTY), "baiyun-caoyuan-64"),
    (Owner::Operator, "hongri-xiaoxi-81"),
    (Owner::Purchaser(NEW_PURCHASER), "jinqiu-daotian-35"),
    (Owner::Purchaser(CERTIFIED_PURCHASER), "chunfeng-chashan-92"),
];

/// The purchasers (采购人) of 样例县城南镇人民政府: one that has its data to complete yet, and one that may purchase.
const NEW_PURCHASER: &str = "样例县城南镇人民政府机关食堂";
const CERTIFIED_PURCHASER: &str = "样例县城南镇人民政府机关工会";

#[derive(Clone, Copy)]
enum Owner {
    Operator,
    /// Name and code of a finance department.
    Division(&'static str, &'static str),
    /// Name of a purchaser.
    Purchaser(&'static str),
}

impl Owner {
    const fn name(self) -> &'static str {
        match self {
            Self::Operator => "平台运维",
            Self::Division(name, _) | Self::Purchaser(name) => name,
        }
    }
}

/// Townships of 示例县, and whether each has a service centre.
const TOWNSHIPS: [(&str, bool); 12] = [
    ("城关镇", true),
    ("清水镇", true),
    ("石桥镇", true),
    ("柳林镇", true),
    ("双河镇", true),
    ("白塔镇", true),
    ("龙泉乡", true),
    ("梨园乡", true),
    ("青石乡", true),
    ("云雾乡", true),
    ("竹溪乡", false),
    ("东山乡", false),
];
/// Units of 示例县 directly below its finance department, each with those below it.
const COUNTY_UNITS: [(&str, &[&str]); 11] = [
    ("融媒体中心", &["广播电视发射台"]),
    ("残疾人联合会", &["残疾人康复中心"]),
    ("供销合作社联合社", &["农产品冷链物流中心", "农资服务中心"]),
    ("工商业联合会", &[]),
    ("红十字会", &[]),
    ("文学艺术界联合会", &[]),
    ("科学技术协会", &[]),
    ("公共资源交易中心", &[]),
    ("大数据服务中心", &[]),
    ("退役军人服务中心", &[]),
    ("乡村振兴服务中心", &[]),
];
/// Townships of 样例县.
const OTHER_TOWNSHIPS: [&str; 4] = ["城南镇", "河口镇", "平川乡", "北岭乡"];

const SURNAMES: [&str; 13] = ["王", "李", "张", "刘", "陈", "杨", "赵", "周", "吴", "徐", "孙", "何", "高"];
const GIVEN: [&str; 11] = ["文静", "建国", "晓梅", "志强", "雪", "海燕", "俊", "桂英", "立新", "思远", "春华"];

/// An account to show the product with.
#[derive(Debug)]
pub struct DemoAccount {
    /// Its unit, or 平台运维.
    pub name: String,
    /// Login name.
    pub login: String,
    /// Password.
    pub password: PlaintextPassword,
}

/// Adds 示例县财政局 with a ready account and a few dozen units, a second finance department, and gives the operator a
/// password; answers the accounts to sign in with, also when repeated. A password that somebody changed meanwhile stays as
/// it is, and that account is not among them.
pub async fn demo(services: &Services) -> Result<Vec<DemoAccount>> {
    let (now, year) = (services.now(), services.clock().year());
    let tx = services.write().await?;
    let planted = plant::units(&tx, now, year, units()?).await?;
    plant::accounts(&tx, now).await?;
    plant::operator(&tx, now).await?;
    let purchasers = purchasers(&tx, now).await?;
    tx.commit().await?;

    let (budget, divisions): (HashMap<_, _>, HashMap<_, _>) =
        planted.ids.into_iter().partition(|(key, _)| matches!(key, Key::Code(_)));
    spread_states(services, budget.into_values().collect()).await?;
    let mut ready = Vec::new();
    for (owner, password) in READY {
        let holder = match owner {
            Owner::Operator => None,
            Owner::Division(_, code) => divisions.get(&Key::Division(code.to_owned())).map(|id| UnitId(*id).into()),
            Owner::Purchaser(name) => purchasers.get(name).map(|id| PurchaserId(*id).into()),
        };
        if let Some(login) = make_ready(services, holder, password).await? {
            let (name, password) = (owner.name().to_owned(), PlaintextPassword::new(password.to_owned()));
            ready.push(DemoAccount { name, login, password });
        }
    }
    Ok(ready)
}

fn units() -> Result<Vec<Plant>> {
    let division = |code: &str| Key::Division(code.to_owned());
    let mut made = Maker::default();
    let mut units = vec![
        ministry(),
        finance(PROVINCE, "示例省财政厅".to_owned(), Key::Top),
        finance(CITY, "示例市财政局".to_owned(), division(PROVINCE)),
    ];
    for (owner, _) in READY {
        if let Owner::Division(name, code) = owner {
            let ready = finance(code, name.to_owned(), division(CITY));
            units.push(Plant {
                code: Some(made.code("11")?),
                contact: Some(made.contact()?),
                plan: Some(made.plan()?),
                completed: true,
                ..ready
            });
        }
    }
    for (township, centre) in TOWNSHIPS {
        let office = made.township(format!("示例县{township}人民政府"), division(COUNTY))?;
        let below = office.key.clone();
        units.push(office);
        if centre {
            units.push(Plant {
                budget_level: BudgetLevel::Third,
                ..made.township(format!("示例县{township}便民服务中心"), below)?
            });
        }
    }
    for (name, below) in COUNTY_UNITS {
        let unit = made.unit("12", format!("示例县{name}"), division(COUNTY))?;
        let key = unit.key.clone();
        units.push(unit);
        for name in below {
            let unit = made.unit("12", format!("示例县{name}"), key.clone())?;
            units.push(Plant { budget_level: BudgetLevel::Third, ..unit });
        }
    }
    for township in OTHER_TOWNSHIPS {
        units.push(made.township(format!("样例县{township}人民政府"), division(OTHER_COUNTY))?);
    }
    Ok(units)
}

/// Adds the purchasers that are not there yet, each with an account without a password; answers their ids by name.
async fn purchasers(tx: &impl ConnectionTrait, now: i64) -> Result<HashMap<String, i64>> {
    #[derive(FromQueryResult)]
    struct Unit {
        id: i64,
        path: String,
        name: String,
        code: String,
        contact: String,
        mobile: String,
    }
    let unit = "SELECT id, path, name, code, contact, mobile FROM unit WHERE name_key = $1 AND path < '~'";
    let unit = sql(tx, unit, [format!("样例县{}人民政府", OTHER_TOWNSHIPS[0]).into()]);
    // It was renamed or dissolved meanwhile.
    let Some(unit) = Unit::find_by_statement(unit).one(tx).await? else { return Ok(HashMap::new()) };
    for (name, kind, certified) in
        [(NEW_PURCHASER, PurchaserKind::Canteen, false), (CERTIFIED_PURCHASER, PurchaserKind::Union, true)]
    {
        let there = "SELECT 1 FROM purchaser WHERE code = $1 AND name_key = $2";
        if tx.query_one_raw(sql(tx, there, [unit.code.as_str().into(), name.into()])).await?.is_some() {
            continue;
        }
        let id = take(tx, IdSequence::Purchaser, 1).await?;
        let state = if certified { Certification::Certified } else { Certification::None };
        let (at, done) = (certified.then_some(now), |text: &str| certified.then(|| text.to_owned()));
        let row: [Value; 20] = [
            id.into(),
            unit.id.into(),
            unit.path.as_str().into(),
            kind.into(),
            name.into(),
            name.into(),
            unit.code.as_str().into(),
            unit.contact.as_str().into(),
            unit.mobile.as_str().into(),
            done("样例县城南镇人民路 1 号").into(),
            done("样例县城南镇人民路 1 号后院").into(),
            done(&unit.name).into(),
            done(&unit.code).into(),
            at.into(),
            state.as_str().into(),
            at.into(),
            at.into(),
            now.into(),
            now.into(),
            1.into(),
        ];
        let into = "purchaser (id, unit_id, unit_path, kind, name, name_key, code, contact, mobile, address, \
                    delivery_address, invoice_title, invoice_tax_number, completed_at, certification, submitted_at, \
                    decided_at, created_at, updated_at, version)";
        insert(tx, into, [row], "").await?;
        let kind = AccountKind::Trading;
        let (account, number) = (take(tx, IdSequence::Account, 1).await?, take(tx, IdSequence::Login(kind), 1).await?);
        let row: [Value; 7] =
            [account.into(), kind.into(), id.into(), login(kind, number).into(), true.into(), now.into(), 1.into()];
        insert(tx, "account (id, kind, purchaser_id, login, must_change, created_at, version)", [row], "").await?;
    }
    let all = sql(tx, "SELECT name, id FROM purchaser WHERE unit_id = $1", [unit.id.into()]);
    let all = tx.query_all_raw(all).await?;
    all.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// Makes up what the units have: the same every time, as units are known again by their codes.
#[derive(Default)]
struct Maker {
    made: usize,
}

impl Maker {
    fn unit(&mut self, category: &str, name: String, parent: Key) -> Result<Plant> {
        let code = self.code(category)?;
        Ok(Plant {
            parent: Some(parent),
            contact: Some(self.contact()?),
            plan: Some(self.plan()?),
            completed: true,
            code: Some(code.clone()),
            ..Plant::new(Key::Code(code.into()), UnitKind::Budget, name)
        })
    }

    fn township(&mut self, name: String, parent: Key) -> Result<Plant> {
        Ok(Plant { admin_level: AdminLevel::Township, ..self.unit("11", name, parent)? })
    }

    /// The next credit code of a category ("11" state organ, "12" public institution; GB 32100-2015, table 1).
    fn code(&mut self, category: &str) -> Result<CreditCode> {
        self.made += 1;
        let digits = format!("{category}{COUNTY}MB{:07}", 2_600_100 + self.made * 37);
        "0123456789ABCDEFGHJKLMNPQRTUWXY"
            .chars()
            .find_map(|check| CreditCode::parse(&format!("{digits}{check}")).ok())
            .ok_or_else(|| Error::internal("no check character fits"))
    }

    fn contact(&self) -> Result<(String, Mobile)> {
        let name = |from: &[&str]| from.get(self.made % from.len()).copied().unwrap_or_default().to_owned();
        let mobile = Mobile::parse(&format!("1390990{:04}", 1000 + self.made * 7)).map_err(Error::internal)?;
        Ok((name(&SURNAMES) + &name(&GIVEN), mobile))
    }

    fn plan(&self) -> Result<(Money, Ratio)> {
        let wan = i64::try_from(12 + self.made * 29 % 97).map_err(Error::internal)?;
        let total = Money::from_fen(wan * Money::WAN + 500_000).ok_or_else(|| Error::internal("out of range"))?;
        let ratios = [10, 15, 20, 12];
        let percent = ratios.get(self.made % ratios.len()).copied().unwrap_or(10);
        Ok((total, Ratio::from_hundredths(percent * 100).ok_or_else(|| Error::internal("out of range"))?))
    }
}

/// Opens the accounts of budget units that have no password yet: most activated, some not yet, a few disabled. Nobody
/// knows their passwords.
async fn spread_states(services: &Services, mut units: Vec<i64>) -> Result<()> {
    units.sort_unstable();
    let hash = services.0.hasher.hash(&password::initial()).await?;
    let now = services.now();
    let until = now.saturating_add(millis(DAY * services.settings().public.initial_password_days));
    let tx = services.write().await?;
    for state in 0..3 {
        let (activated, disabled) = (state != 1, state == 2);
        let ids = units.iter().enumerate().filter(|(n, _)| [0, 1, 0, 0, 1, 0, 2, 0].get(n % 8) == Some(&state));
        let ids: Vec<i64> = ids.map(|(_, id)| *id).collect();
        let text = format!(
            "UPDATE account SET password_hash = $1, must_change = $2, initial_until = $3, activated_at = $4, \
             disabled_at = $5 WHERE password_hash IS NULL AND kind = 'management' AND unit_id IN ({})",
            elements::<i64>(&tx, 6)
        );
        let values = [
            hash.as_str().into(),
            (!activated).into(),
            (!activated).then_some(until).into(),
            activated.then_some(now).into(),
            disabled.then_some(now).into(),
            serde_json::to_string(&ids)?.into(),
        ];
        tx.execute_raw(sql(&tx, &text, values)).await?;
    }
    Ok(tx.commit().await?)
}

/// Gives an account (the operator's without a holder) the password if it has none yet, and answers its login name where the
/// password opens it.
async fn make_ready(services: &Services, holder: Option<AccountHolder>, password: &str) -> Result<Option<String>> {
    #[derive(FromQueryResult)]
    struct Account {
        id: i64,
        login: String,
        password_hash: Option<String>,
        disabled_at: Option<i64>,
    }
    let db = &services.0.writer;
    let columns = "SELECT id, login, password_hash, disabled_at FROM account WHERE";
    let statement = match holder {
        Some(AccountHolder::Unit(UnitId(id))) => sql(db, &format!("{columns} unit_id = $1"), [id.into()]),
        Some(AccountHolder::Purchaser(PurchaserId(id))) => {
            sql(db, &format!("{columns} purchaser_id = $1"), [id.into()])
        }
        None => sql(db, &format!("{columns} kind = 'operator' ORDER BY id LIMIT 1"), []),
    };
    let account = Account::find_by_statement(statement).one(db).await?;
    let account = account.ok_or_else(|| Error::internal("a demo account is missing"))?;
    let works = if let Some(stored) = &account.password_hash {
        services.0.hasher.verify(password, Some(stored)).await? != Verification::Wrong
    } else {
        let set = "UPDATE account SET password_hash = $1, must_change = FALSE, activated_at = $2 \
                   WHERE id = $3 AND password_hash IS NULL";
        let hash = services.0.hasher.hash(password).await?;
        let values = [hash.into(), services.now().into(), account.id.into()];
        db.execute_raw(sql(db, set, values)).await?.rows_affected() == 1
    };
    Ok((works && account.disabled_at.is_none()).then_some(account.login))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_keep_the_policy() {
        for (owner, password) in READY {
            let owner = domain::password::Owner { login: "GL00003211", unit: &[owner.name()] };
            assert!(domain::password::check(password, owner).is_ok(), "{password}");
        }
    }

    #[test]
    fn units_are_the_same_every_time_and_each_has_a_code_of_its_own() {
        let (first, second) = (units().unwrap(), units().unwrap());
        let codes = |units: &[Plant]| units.iter().filter_map(|unit| unit.code.clone()).collect::<Vec<_>>();
        assert_eq!(codes(&first), codes(&second));
        let mut unique = codes(&first);
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), codes(&first).len());
        assert!(first.len() > 40);
    }
}
