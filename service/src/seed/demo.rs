//! The demo data: a province 示例省 that does not exist, with two counties that must never see each other, and a few dozen
//! budget units in one of them.

use super::{
    finance, ministry, notices,
    orders::{self, DemoPurchases},
    writer::{SeedKey, SeedPlan, SeedUnit, add_accounts, add_operator, add_units, insert_purchasers},
};
use crate::{
    Error, PlaintextPassword, Result, Services,
    hashing_queue::HashingSender,
    ids::{IdSequence, take},
    password::{self, Verification},
    query::is_any_of,
};
use domain::{
    AdminLevel, BudgetLevel, Certification, CreditCode, Mobile, Money, PurchaserKind, Ratio,
    account::{AccountHolder, AccountKind},
    calendar::Timestamp,
    dispute::DisputeState,
    ids::{DisputeId, PurchaserId, UnitId},
    order::PayerKind,
};
use entity::{UnitKind, account, code_dispute, purchaser, reserve_plan, unit};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DatabaseTransaction, DerivePartialModel, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Value,
    sea_query::{self, Expr},
};
use std::collections::HashMap;
use tokio_util::sync::CancellationToken;

/// The divisions of the province: GB/T 2260 gives no code that begins with 99.
pub(super) const PROVINCE: &str = "990000";
const CITY: &str = "990100";
const COUNTY: &str = "990101";
const OTHER_COUNTY: &str = "990102";

/// The accounts to sign in with: the owner, and the password.
const READY: [(Owner, &str); 6] = [
    (Owner::Division("示例县财政局", COUNTY), "lvye-qingshan-27"),
    (Owner::Division("样例县财政局", OTHER_COUNTY), "baiyun-caoyuan-64"),
    (Owner::Division("示例省财政厅", PROVINCE), "qiuyu-zhulin-58"),
    (Owner::Operator, "hongri-xiaoxi-81"),
    (Owner::Purchaser(NEW_PURCHASER), "jinqiu-daotian-35"),
    (Owner::Purchaser(CERTIFIED_PURCHASER), "chunfeng-chashan-92"),
];

/// The purchasers (采购人) of 样例县城南镇人民政府: one whose data is not complete yet, and one that may purchase.
const NEW_PURCHASER: &str = "样例县城南镇人民政府机关食堂";
const CERTIFIED_PURCHASER: &str = "样例县城南镇人民政府机关工会";

/// The unit that has filed a code dispute, and the unit that has the code.
const DISPUTE_OF: &str = "样例县财政局";
const DISPUTED: &str = "示例县文学艺术界联合会";

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
/// password. Returns the accounts to sign in with, also if it is repeated. A password that somebody has changed stays as it
/// is, and its account is not among them.
pub async fn demo(services: &Services) -> Result<Vec<DemoAccount>> {
    let (now, year) = (services.clock().now(), services.clock().year());
    let tx = services.write().await?;
    let seeded = add_units(&tx, now, units(year)?).await?;
    add_accounts(&tx, now).await?;
    add_operator(&tx, now).await?;
    let purchasers = add_purchasers(&tx, now).await?;
    add_dispute(&tx, now).await?;
    notices::add(&tx, now).await?;
    tx.commit().await?;

    let (budget, divisions): (HashMap<_, _>, HashMap<_, _>) =
        seeded.ids.into_iter().partition(|(key, _)| matches!(key, SeedKey::Code(_)));
    spread_states(services, account::Column::UnitId, budget.into_values().collect()).await?;
    let mut ready = Vec::new();
    for (owner, password) in READY {
        let holder = match owner {
            Owner::Operator => None,
            Owner::Division(_, code) => divisions.get(&SeedKey::Division(code.to_owned())).map(|id| (*id).into()),
            Owner::Purchaser(name) => purchasers.get(name).map(|id| (*id).into()),
        };
        if let Some(login) = make_ready(services, holder, password).await? {
            let (name, password) = (owner.name().to_owned(), PlaintextPassword::new(password.to_owned()));
            ready.push(DemoAccount { name, login, password });
        }
    }
    Ok(ready)
}

fn units(year: i32) -> Result<Vec<SeedUnit>> {
    let division = |code: &str| SeedKey::Division(code.to_owned());
    let mut made = Maker { made: 0, year };
    let mut units = vec![
        ministry(),
        finance(PROVINCE, "示例省财政厅".to_owned(), SeedKey::Top),
        finance(CITY, "示例市财政局".to_owned(), division(PROVINCE)),
    ];
    for (owner, _) in READY {
        if let Owner::Division(name, code) = owner
            && code != PROVINCE
        {
            let ready = finance(code, name.to_owned(), division(CITY));
            units.push(SeedUnit {
                code: Some(made.code("11")?),
                contact: Some(made.contact()?),
                plans: vec![made.plan()?],
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
            units.push(SeedUnit {
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
            units.push(SeedUnit { budget_level: BudgetLevel::Third, ..unit });
        }
    }
    for township in OTHER_TOWNSHIPS {
        units.push(made.township(format!("样例县{township}人民政府"), division(OTHER_COUNTY))?);
    }
    // The province comes last, so that the codes of all others stay as they were before it had an account to sign in with.
    if let Some(province) = units.iter_mut().find(|unit| unit.key == division(PROVINCE)) {
        province.code = Some(made.code("11")?);
        province.contact = Some(made.contact()?);
        province.completed = true;
    }
    Ok(units)
}

/// The canteens of 样例县 that purchase: the township, and what it orders in a year in hundredths of its share. 北岭乡 has reserved
/// and not purchased yet.
const PURCHASING_TOWNSHIPS: [(&str, i64); 2] = [(OTHER_TOWNSHIPS[1], 70), (OTHER_TOWNSHIPS[2], 125)];

/// Adds two years of orders of purchasers in 样例县, for the reports of its finance department. Returns how many there are. It
/// may be repeated.
pub async fn demo_orders(services: &Services) -> Result<u32> {
    let (now, this) = (services.clock().now(), services.clock().year());
    let tx = services.write().await?;
    let mut purchases = Vec::new();
    let purchasing =
        PURCHASING_TOWNSHIPS.map(|(township, percent)| (township, "机关食堂", PurchaserKind::Canteen, percent));
    let union = (OTHER_TOWNSHIPS[0], "机关工会", PurchaserKind::Union, 95);
    for (township, about, kind, percent) in purchasing.into_iter().chain([union]) {
        let Some(unit) = purchasers_unit(&tx, &format!("样例县{township}人民政府")).await? else { continue };
        let name = format!("{}{about}", unit.name);
        let id = add_missing_purchaser(&tx, &unit, &name, kind, true, now).await?;
        let plan = reserve_plan::Entity::find_by_id((unit.id, this)).one(&tx).await?;
        let Some(amount) = plan.map(|plan| plan.share.fen() * percent / 100) else { continue };
        let payer = if kind == PurchaserKind::Union { PayerKind::Union } else { PayerKind::Canteen };
        purchases.extend([this - 1, this].map(|year| DemoPurchases { purchaser: id, payer, year, amount, orders: 36 }));
    }
    tx.commit().await?;
    orders::add(services, purchases, now, &CancellationToken::new()).await
}

/// The unit of the purchasers.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "unit::Entity")]
pub(super) struct PurchasersUnit {
    pub(super) id: UnitId,
    pub(super) path: String,
    pub(super) name: String,
    pub(super) code: String,
    pub(super) contact: String,
    pub(super) mobile: String,
}

/// Adds the purchasers that are missing, each with an account without a password. Returns the ids of the unit's purchasers
/// by name.
async fn add_purchasers(tx: &DatabaseTransaction, now: Timestamp) -> Result<HashMap<String, PurchaserId>> {
    let unit = purchasers_unit(tx, &format!("样例县{}人民政府", OTHER_TOWNSHIPS[0])).await?;
    // Somebody has renamed or dissolved the unit.
    let Some(unit) = unit else { return Ok(HashMap::new()) };
    for (name, kind, certified) in
        [(NEW_PURCHASER, PurchaserKind::Canteen, false), (CERTIFIED_PURCHASER, PurchaserKind::Union, true)]
    {
        add_missing_purchaser(tx, &unit, name, kind, certified, now).await?;
    }
    let purchasers: Vec<(String, PurchaserId)> = purchaser::Entity::find()
        .select_only()
        .columns([purchaser::Column::Name, purchaser::Column::Id])
        .filter(purchaser::Column::UnitId.eq(unit.id))
        .into_tuple()
        .all(tx)
        .await?;
    Ok(purchasers.into_iter().collect())
}

/// The unit of this name, unless somebody has renamed or dissolved it.
async fn purchasers_unit(tx: &DatabaseTransaction, name: &str) -> Result<Option<PurchasersUnit>> {
    let unit = unit::Entity::find()
        .filter(unit::Column::NameKey.eq(name))
        .filter(unit::Column::MergedInto.is_null())
        .into_partial_model::<PurchasersUnit>();
    Ok(unit.one(tx).await?)
}

/// The purchaser of a unit with this name. It is added if it is missing.
async fn add_missing_purchaser(
    tx: &DatabaseTransaction,
    unit: &PurchasersUnit,
    name: &str,
    kind: PurchaserKind,
    certified: bool,
    now: Timestamp,
) -> Result<PurchaserId> {
    let existing = purchaser::Entity::find()
        .select_only()
        .column(purchaser::Column::Id)
        .filter(purchaser::Column::Code.eq(unit.code.as_str()))
        .filter(purchaser::Column::NameKey.eq(name))
        .into_tuple()
        .one(tx)
        .await?;
    if let Some(id) = existing {
        return Ok(id);
    }
    let added = insert_purchasers(tx, now, vec![unit.purchaser(name, kind, certified, now)]).await?;
    added.first().copied().ok_or_else(|| Error::internal("a purchaser was not added"))
}

impl PurchasersUnit {
    /// A purchaser without its id. One that is certified has completed its data.
    pub(super) fn purchaser(
        &self,
        name: &str,
        kind: PurchaserKind,
        certified: bool,
        now: Timestamp,
    ) -> purchaser::ActiveModel {
        let at = certified.then_some(now);
        let completed = |text: String| Set(certified.then_some(text));
        let address = format!("{}人民路 1 号", self.name.trim_end_matches("人民政府"));
        purchaser::ActiveModel {
            unit_id: Set(self.id),
            unit_path: Set(self.path.clone()),
            kind: Set(kind),
            name: Set(name.to_owned()),
            name_key: Set(name.to_owned()),
            code: Set(self.code.clone()),
            contact: Set(self.contact.clone()),
            mobile: Set(self.mobile.clone()),
            delivery_address: completed(format!("{address}后院")),
            address: completed(address),
            invoice_title: completed(self.name.clone()),
            invoice_tax_number: completed(self.code.clone()),
            completed_at: Set(at),
            certification: Set(if certified { Certification::Certified } else { Certification::None }),
            submitted_at: Set(at),
            decided_at: Set(at),
            created_at: Set(now),
            updated_at: Set(now),
            version: Set(1),
            ..purchaser::ActiveModel::default()
        }
    }
}

/// Adds a code dispute (代码争议) of 样例县财政局 about the code of a unit of 示例县, unless it has filed one.
async fn add_dispute(tx: &DatabaseTransaction, now: Timestamp) -> Result<()> {
    let find = |name: &str| {
        unit::Entity::find().filter(unit::Column::NameKey.eq(name)).filter(unit::Column::MergedInto.is_null()).one(tx)
    };
    let (Some(asking), Some(holder)) = (find(DISPUTE_OF).await?, find(DISPUTED).await?) else { return Ok(()) };
    let account = account::Entity::find().filter(account::Column::UnitId.eq(asking.id)).one(tx).await?;
    let filed = code_dispute::Entity::find().filter(code_dispute::Column::UnitId.eq(asking.id)).count(tx).await?;
    let (Some(account), Some(code), 0) = (account, holder.code, filed) else { return Ok(()) };
    let dispute = code_dispute::ActiveModel {
        id: Set(DisputeId(take(tx, IdSequence::Dispute, 1).await?)),
        unit_id: Set(asking.id),
        account_id: Set(account.id),
        code: Set(code),
        name: Set("样例县文学艺术界联合会".to_owned()),
        superior: Set(asking.name),
        superior_id: Set(Some(asking.id)),
        reason: Set("登记证书由样例县机构编制委员会办公室颁发，示例县登记时可能填错了代码。".to_owned()),
        contact: Set(asking.contact.unwrap_or_default()),
        mobile: Set(asking.mobile.unwrap_or_default()),
        state: Set(DisputeState::Open),
        filed_at: Set(now),
        version: Set(1),
        ..code_dispute::ActiveModel::default()
    };
    code_dispute::Entity::insert(dispute).exec_without_returning(tx).await?;
    Ok(())
}

/// Makes up the data of the units. It is the same each time, as units are identified by their codes.
struct Maker {
    made: usize,
    /// The year of the plans.
    year: i32,
}

impl Maker {
    fn unit(&mut self, category: &str, name: String, parent: SeedKey) -> Result<SeedUnit> {
        let code = self.code(category)?;
        Ok(SeedUnit {
            parent: Some(parent),
            contact: Some(self.contact()?),
            plans: vec![self.plan()?],
            completed: true,
            code: Some(code.clone()),
            ..SeedUnit::new(SeedKey::Code(code.into()), UnitKind::Budget, name)
        })
    }

    fn township(&mut self, name: String, parent: SeedKey) -> Result<SeedUnit> {
        Ok(SeedUnit { admin_level: AdminLevel::Township, ..self.unit("11", name, parent)? })
    }

    fn code(&mut self, category: &str) -> Result<CreditCode> {
        self.made += 1;
        credit_code(category, COUNTY, 2_600_100 + self.made * 37)
    }

    fn contact(&self) -> Result<(String, Mobile)> {
        Ok((person(self.made), mobile("1390990", 1_000 + self.made * 7)?))
    }

    fn plan(&self) -> Result<SeedPlan> {
        let wan = i64::try_from(12 + self.made * 29 % 97).map_err(Error::internal)?;
        let total = Money::from_fen(wan * Money::WAN + 500_000).ok_or_else(|| Error::internal("out of range"))?;
        let ratios = [10, 15, 20, 12];
        let percent = ratios.get(self.made % ratios.len()).copied().unwrap_or(10);
        let ratio = Ratio::from_hundredths(percent * 100).ok_or_else(|| Error::internal("out of range"))?;
        Ok(SeedPlan { year: self.year, total, ratio, union: (Money::ZERO, 0) })
    }
}

/// A credit code of a category ("11" state organ, "12" public institution; GB 32100-2015, table 1) and a division, from a number of
/// at most 7 digits.
pub(super) fn credit_code(category: &str, division: &str, number: usize) -> Result<CreditCode> {
    let digits = format!("{category}{division}MB{number:07}");
    "0123456789ABCDEFGHJKLMNPQRTUWXY"
        .chars()
        .find_map(|check| CreditCode::parse(&format!("{digits}{check}")).ok())
        .ok_or_else(|| Error::internal("no check character fits"))
}

/// The name of a person.
pub(super) fn person(number: usize) -> String {
    let name = |from: &[&str]| from.get(number % from.len()).copied().unwrap_or_default().to_owned();
    name(&SURNAMES) + &name(&GIVEN)
}

/// A mobile number from its first 7 digits and a number of at most 4 digits.
pub(super) fn mobile(begins: &str, number: usize) -> Result<Mobile> {
    Mobile::parse(&format!("{begins}{number:04}")).map_err(Error::internal)
}

/// Opens the accounts of holders that have no password yet: most are activated, some not yet, and a few are disabled. Nobody
/// knows their passwords. `column` is the one of the holders.
pub(super) async fn spread_states<T>(services: &Services, column: account::Column, mut holders: Vec<T>) -> Result<()>
where
    T: Copy + Ord + Into<Value> + sea_query::ValueType,
{
    use account::Column::{ActivatedAt, DisabledAt, InitialUntil, MustChange, PasswordHash};
    holders.sort_unstable();
    let hash = services.0.hasher.hash(&password::initial(), HashingSender::console()).await?;
    let now = services.clock().now();
    let until = now + services.settings().initial_password_lifetime();
    let tx = services.write().await?;
    for state in 0..3 {
        let (activated, disabled) = (state != 1, state == 2);
        let ids = holders.iter().enumerate().filter(|(n, _)| [0, 1, 0, 0, 1, 0, 2, 0].get(n % 8) == Some(&state));
        account::Entity::update_many()
            .col_expr(PasswordHash, Expr::val(hash.as_str()))
            .col_expr(MustChange, Expr::val(!activated))
            .col_expr(InitialUntil, Expr::val((!activated).then_some(until)))
            .col_expr(ActivatedAt, Expr::val(activated.then_some(now)))
            .col_expr(DisabledAt, Expr::val(disabled.then_some(now)))
            .filter(PasswordHash.is_null())
            .filter(is_any_of(&tx, column, ids.map(|(_, id)| *id)))
            .exec(&tx)
            .await?;
    }
    Ok(tx.commit().await?)
}

/// Sets the password of an account (the operator's without a holder) if it has none yet. Returns its login name if the
/// password opens it.
async fn make_ready(services: &Services, holder: Option<AccountHolder>, password: &str) -> Result<Option<String>> {
    let db = &services.0.writer;
    let condition = match holder {
        Some(AccountHolder::Unit(id)) => account::Column::UnitId.eq(id),
        Some(AccountHolder::Purchaser(id)) => account::Column::PurchaserId.eq(id),
        None => account::Column::Kind.eq(AccountKind::Operator),
    };
    let account = account::Entity::find().filter(condition).order_by_asc(account::Column::Id).one(db).await?;
    let account = account.ok_or_else(|| Error::internal("a demo account is missing"))?;
    let works = if let Some(stored) = &account.password_hash {
        services.0.hasher.verify(password, Some(stored), HashingSender::console()).await? != Verification::Wrong
    } else {
        let hash = services.0.hasher.hash(password, HashingSender::console()).await?;
        let set = account::Entity::update_many()
            .col_expr(account::Column::PasswordHash, Expr::val(hash))
            .col_expr(account::Column::MustChange, Expr::val(false))
            .col_expr(account::Column::ActivatedAt, Expr::val(services.clock().now()))
            .filter(account::Column::Id.eq(account.id))
            .filter(account::Column::PasswordHash.is_null());
        set.exec(db).await?.rows_affected == 1
    };
    Ok((works && account.disabled_at.is_none()).then_some(account.login))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_meet_the_policy() {
        for (owner, password) in READY {
            let owner = domain::password::Owner { login: "GL00003211", unit: &[owner.name()] };
            assert!(domain::password::check(password, owner).is_ok(), "{password}");
        }
    }

    #[test]
    fn units_are_the_same_each_time_and_have_different_codes() {
        let (first, second) = (units(2026).unwrap(), units(2026).unwrap());
        let codes = |units: &[SeedUnit]| units.iter().filter_map(|unit| unit.code.clone()).collect::<Vec<_>>();
        assert_eq!(codes(&first), codes(&second));
        let mut unique = codes(&first);
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), codes(&first).len());
        assert!(first.len() > 40);
    }
}
