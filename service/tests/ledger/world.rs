//! The common part of these tests: a tree of units with purchasers, and records of orders.

use domain::{
    CreditCode, PurchaserKind,
    calendar::{Day, Timestamp},
    form::{PurchaserForm, UnitForm},
    ids::{PurchaserId, UnitId},
    order::{LineRecord, OrderRecord, Outcome, Verdict},
};
use sea_orm::{ConnectionTrait, Statement};
use service::{
    Actor, Services, TotalsSettings,
    ledger::{OrderSource, receive},
    seed::DemoAccount,
};
use testdb::{Backend, TestApp};

/// The department whose units buy, and another one.
pub(crate) const OWN: &str = "示例县财政局";
pub(crate) const OTHER: &str = "样例县财政局";
/// The totals of these tests begin with so few units that both ways of reading are taken.
pub(crate) const TOTALS: TotalsSettings = TotalsSettings { units: 3, units_with_origins: 6, slots: 3 };

/// Services with the demo data.
pub(crate) struct World {
    pub(crate) app: TestApp,
    pub(crate) accounts: Vec<DemoAccount>,
    pub(crate) own: Actor,
    pub(crate) operator: Actor,
}

impl World {
    pub(crate) async fn new(backend: Backend) -> Self {
        let app = TestApp::with(backend, |settings| settings.totals = TOTALS).await;
        let accounts = service::seed::demo(&app.services).await.unwrap();
        let own = app.act_as(&accounts, OWN).await;
        let operator = app.act_as(&accounts, "平台运维").await;
        Self { app, accounts, own, operator }
    }

    pub(crate) fn services(&self) -> &Services {
        &self.app.services
    }

    /// Receives records.
    pub(crate) async fn receive(&self, records: Vec<OrderRecord>) -> Vec<Verdict> {
        receive(self.services(), &OrderSource::console(), records).await.unwrap()
    }

    /// The outcomes of records.
    pub(crate) async fn outcomes(&self, records: Vec<OrderRecord>) -> Vec<&'static str> {
        self.receive(records).await.iter().map(|verdict| verdict.outcome.code()).collect()
    }

    /// Receives a record that must be added or revised.
    pub(crate) async fn accept(&self, record: OrderRecord) {
        let verdicts = self.receive(vec![record]).await;
        assert!(matches!(verdicts[0].outcome, Outcome::Added | Outcome::Revised), "{verdicts:?}");
    }

    /// Adds a unit below another one.
    pub(crate) async fn add_unit(&self, number: u32, superior: &(UnitId, String)) -> (UnitId, String) {
        let name = format!("示例县第{number}小学校");
        let form = UnitForm {
            name: name.clone(),
            code: code(number),
            superior: superior.1.clone(),
            superior_id: superior.0.to_string(),
            admin_level: "县级".to_owned(),
            budget_level: "二级预算单位".to_owned(),
            total: "86.5".to_owned(),
            ratio: "15".to_owned(),
            contact: "王芳".to_owned(),
            mobile: "13800136021".to_owned(),
            ..UnitForm::default()
        };
        (service::unit::create(self.services(), &self.own, &form).await.unwrap(), name)
    }

    /// Adds a purchaser of a unit. Returns its id and the login name of its account.
    pub(crate) async fn add_purchaser(
        &self,
        number: u32,
        unit: &(UnitId, String),
        kind: PurchaserKind,
    ) -> (PurchaserId, String) {
        let form = PurchaserForm {
            name: format!("第{number}食堂"),
            code: code(number),
            kind: kind.label().to_owned(),
            unit: unit.1.clone(),
            unit_id: unit.0.to_string(),
            contact: "王芳".to_owned(),
            mobile: "13812345678".to_owned(),
            ..PurchaserForm::default()
        };
        let id = service::purchaser::create(self.services(), &self.own, &form).await.unwrap();
        let login = self.texts(&format!("SELECT login FROM account WHERE purchaser_id = {id}")).await.remove(0);
        (id, login)
    }

    /// Moves a purchaser to a unit, or gives it another type.
    pub(crate) async fn change_purchaser(&self, id: PurchaserId, unit: &(UnitId, String), kind: PurchaserKind) {
        let edit = service::purchaser::form(self.services(), &self.own, id).await.unwrap();
        let form = PurchaserForm {
            unit: unit.1.clone(),
            unit_id: unit.0.to_string(),
            kind: kind.label().to_owned(),
            ..edit.form
        };
        service::purchaser::edit(self.services(), &self.own, id, edit.version, &form).await.unwrap();
    }

    /// Moves a unit below another one, if it may go there.
    pub(crate) async fn move_unit(&self, unit: UnitId, superior: &(UnitId, String)) -> service::Result<()> {
        let edit = service::unit::form(self.services(), &self.own, unit, None).await?;
        let form = UnitForm { superior: superior.1.clone(), superior_id: superior.0.to_string(), ..edit.form };
        service::unit::edit(self.services(), &self.own, unit, edit.version, &form).await.map(drop)
    }

    /// The id of a unit with this name.
    pub(crate) async fn unit(&self, name: &str) -> (UnitId, String) {
        let ids = self.texts(&format!("SELECT id FROM unit WHERE name = '{name}'")).await;
        (UnitId(ids[0].parse().unwrap()), name.to_owned())
    }

    /// The rows of a query of one column, as texts.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        self.rows::<1>(sql).await.into_iter().map(|[text]| text).collect()
    }

    /// The rows of a query, as texts; NULL becomes empty.
    pub(crate) async fn rows<const N: usize>(&self, sql: &str) -> Vec<[String; N]> {
        let db = self.services().database();
        let names: Vec<String> = (0..N).map(|column| format!("c{column}")).collect();
        let cast: Vec<String> = names.iter().map(|name| format!("COALESCE(CAST({name} AS TEXT), '')")).collect();
        let text = format!("WITH q ({}) AS ({sql}) SELECT {} FROM q", names.join(", "), cast.join(", "));
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), text)).await.unwrap();
        rows.iter().map(|row| std::array::from_fn(|column| row.try_get_by_index(column).unwrap())).collect()
    }
}

/// A valid credit code.
pub(crate) fn code(n: u32) -> String {
    let body = format!("12990103{n:09}");
    let mut checked = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars().map(|c| format!("{body}{c}"));
    checked.find(|code| CreditCode::parse(code).is_ok()).unwrap()
}

/// An order of one line that is only ordered.
pub(crate) fn record(number: &str, revision: u32, purchaser: &str, fen: i64, ordered_at: Timestamp) -> OrderRecord {
    OrderRecord {
        number: number.to_owned(),
        revision,
        purchaser: purchaser.to_owned(),
        supplier: "示例县合作社".to_owned(),
        supplier_code: None,
        payer: "canteen".to_owned(),
        lines: vec![line("tea", fen, Some("522325"))],
        ordered_at,
        paid_at: None,
        shipped_at: None,
        accepted_at: None,
        evaluated_at: None,
        refunds: Vec::new(),
    }
}

/// A line of an order.
pub(crate) fn line(category: &str, fen: i64, origin: Option<&str>) -> LineRecord {
    LineRecord {
        product: "产品".to_owned(),
        category: category.to_owned(),
        quantity: "1".to_owned(),
        unit_price: fen,
        amount: fen,
        origin: origin.map(str::to_owned),
    }
}

/// The moment so many days before another one.
pub(crate) fn days_before(at: Timestamp, days: i64) -> Timestamp {
    Timestamp(at.0 - days * 86_400_000)
}

/// The day of a moment.
pub(crate) fn day(at: Timestamp) -> Day {
    Day::of(at)
}
