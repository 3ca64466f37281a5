//! Lists and searches of the units of a subtree.

use crate::{
    Actor, Result, Services,
    actor::Subtree,
    list::{KeyKind, ListQuery, ListRow, Listed, SortKey},
    query::{is_any_of, within},
    search::SearchTerm,
    sql::{
        self,
        text::{contains, length},
    },
};
use domain::{
    AdminLevel, Money, Problem, Ratio,
    account::AccountState,
    ids::UnitId,
    mobile::mask,
    paging::BoundedCount,
    sms::{SmsKind, SmsState},
    unit::{SuperiorOption, UNITS_PER_PAGE, UnitListItem, UnitQuery, UnitRef, UnitSort, UnitsPage},
};
use entity::{reserve_plan, sms_outbox, unit, unit_alias};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DerivePartialModel, EntityTrait, JoinType, Order, PartialModelTrait, QueryFilter,
    QuerySelect, QueryTrait, RelationTrait, Select,
    sea_query::{Expr, ExprTrait, Func, IntoCondition, Query, SelectStatement, SubQueryStatement},
};

/// Superiors that are offered at most.
const MAX_OFFERED: u64 = 10;
/// Units among which the superiors to offer are chosen.
const MAX_CANDIDATES: u64 = 100;

/// The superior of a unit, joined by this name.
const SUPERIOR: &str = "superior";

/// A unit as the list reads it, with the plan of this year.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "unit::Entity")]
pub(crate) struct UnitListRow {
    id: UnitId,
    path: String,
    name: String,
    code: Option<String>,
    admin_level: AdminLevel,
    contact: Option<String>,
    mobile: Option<String>,
    login: Option<String>,
    account: AccountState,
    #[sea_orm(from_expr = "superior_name()")]
    superior: Option<String>,
    #[sea_orm(from_expr = "reserve_plan::Column::Total.into_expr()")]
    total: Option<Money>,
    #[sea_orm(from_expr = "reserve_plan::Column::Ratio.into_expr()")]
    ratio: Option<Ratio>,
    #[sea_orm(from_expr = "last_sms(sms_outbox::Column::UnitId, unit::Column::Id)")]
    sms: Option<SmsState>,
}

impl UnitListRow {
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The unit as the actor of this subtree sees it.
    pub(crate) fn into_item(self, subtree: &Subtree) -> UnitListItem {
        UnitListItem {
            id: self.id,
            account: self.account,
            // The superior of the actor's own unit lies outside its subtree.
            superior: self.superior.filter(|_| self.path != subtree.from),
            name: self.name,
            code: self.code,
            admin_level: self.admin_level,
            login: self.login,
            total: self.total,
            ratio: self.ratio,
            contact: self.contact,
            mobile: self.mobile.as_deref().map(mask),
            sms: self.sms,
        }
    }
}

impl ListRow<UnitId> for UnitListRow {
    fn id(&self) -> UnitId {
        self.id
    }
}

fn superior_name() -> Expr {
    Expr::col((SUPERIOR, unit::Column::Name))
}

/// Whether an SMS is about an account. Reminders are not: they do not bring what an SMS that failed should have brought.
fn is_about_account(kind: Expr) -> Expr {
    kind.is_not_in(SmsKind::REMINDERS)
}

/// The state of the last SMS about the account of a unit or a purchaser, whose id a column of the outbox holds.
pub(crate) fn last_sms(of: sms_outbox::Column, id: impl ColumnTrait) -> Expr {
    let last = Query::select()
        .expr(sms_outbox::Column::State.into_expr())
        .from(sms_outbox::Entity)
        .and_where(ExprTrait::eq(of.into_expr(), id.into_expr()))
        .and_where(is_about_account(sms_outbox::Column::Kind.into_expr()))
        .order_by_expr(sms_outbox::Column::Id.into_expr(), Order::Desc)
        .limit(1)
        .to_owned();
    SubQueryStatement::from(last).into()
}

impl Listed for unit::Entity {
    type Id = UnitId;
    type Row = UnitListRow;

    const ID: Self::Column = unit::Column::Id;
    const SEARCH_TEXT: Self::Column = unit::Column::SearchText;
    const MOBILE: Self::Column = unit::Column::Mobile;
    const INDEX: &'static str = "unit_list";
    const PER_PAGE: u32 = UNITS_PER_PAGE;

    /// The units below the top of the subtree, which is the actor's own unit and not listed.
    fn in_subtree(subtree: &Subtree) -> Expr {
        let path = unit::Column::Path;
        path.gt(subtree.from.as_str()).and(path.lt(subtree.to.as_str()))
    }

    fn join(select: Select<Self>, year: i32) -> Select<Self> {
        let plan = unit::Relation::ReservePlan.def().on_condition(move |_, plan| {
            ExprTrait::eq(Expr::col((plan, reserve_plan::Column::Year)), year).into_condition()
        });
        select.join_as(JoinType::LeftJoin, unit::Relation::Parent.def(), SUPERIOR).join(JoinType::LeftJoin, plan)
    }
}

/// What units are sorted by. An order by total compares the totals of this year.
fn sort_key(sort: UnitSort, year: i32) -> SortKey {
    let key = |expr: Expr, kind, unique| SortKey { expr, kind, unique, index: unit::Entity::INDEX };
    match sort {
        UnitSort::Tree => key(unit::Column::Path.into_expr(), KeyKind::Text, true),
        // The search text begins with the name.
        UnitSort::Name => key(unit::Column::SearchText.into_expr(), KeyKind::Text, false),
        UnitSort::Code => {
            let code = Func::coalesce([unit::Column::Code.into_expr(), Expr::val("")]);
            key(code.into(), KeyKind::Text, false)
        }
        UnitSort::Total => {
            let (plan_year, total) = if year % 2 == 0 {
                (unit::Column::EvenYear, unit::Column::EvenTotal)
            } else {
                (unit::Column::OddYear, unit::Column::OddTotal)
            };
            let total = Expr::case(plan_year.eq(year), total.into_expr()).finally(-1i64);
            key(total.into(), KeyKind::Number, false)
        }
        UnitSort::Added => key(unit::Column::Id.into_expr(), KeyKind::Number, true),
    }
}

/// The order by name along the index of all names: quick if most units are in the subtree.
fn along_names() -> SortKey {
    SortKey { expr: unit::Column::NameKey.into_expr(), kind: KeyKind::Text, unique: false, index: "unit_name" }
}

/// Whether a unit's account waits to be activated and the last SMS to it failed.
pub(crate) fn is_unreached() -> Expr {
    unit::Column::Account.eq(AccountState::NotActivated).and(unit::Column::Id.in_subquery(last_sms_failed()))
}

/// Those of the units whose account got an SMS last that failed, as `unit_id`.
pub(crate) fn unreached_sms(db: &impl ConnectionTrait, units: &[UnitId]) -> SelectStatement {
    last_sms_failed().and_where(is_any_of(db, sms_outbox::Column::UnitId, units.iter().copied())).to_owned()
}

/// The units whose account got an SMS last that failed.
fn last_sms_failed() -> SelectStatement {
    const LATER: &str = "later";
    let column = |column| Expr::col((LATER, column));
    let later = Query::select()
        .expr(Expr::val(1))
        .from_as(sms_outbox::Entity, LATER)
        .and_where(column(sms_outbox::Column::AccountId).eq(sms_outbox::Column::AccountId.into_expr()))
        .and_where(column(sms_outbox::Column::Id).gt(sms_outbox::Column::Id.into_expr()))
        .and_where(is_about_account(column(sms_outbox::Column::Kind)))
        .to_owned();
    Query::select()
        .expr(sms_outbox::Column::UnitId.into_expr())
        .from(sms_outbox::Entity)
        .and_where(sms_outbox::Column::State.eq(SmsState::Failed))
        .and_where(is_about_account(sms_outbox::Column::Kind.into_expr()))
        .and_where(Expr::exists(later).not())
        .to_owned()
}

/// The units of a query. A region outside the subtree is [`Problem::NotFound`].
pub(crate) async fn of_query(services: &Services, actor: &Actor, query: &UnitQuery) -> Result<ListQuery<unit::Entity>> {
    let (db, year) = (&services.0.db, services.clock().year());
    let mut subtree = actor.subtree();
    if let Some(region) = query.region {
        subtree = Subtree::of(&path(db, &subtree, region).await?);
    }
    let mut units = ListQuery::new(&subtree, sort_key(query.sort, year), year);
    units.sort(sort_key(query.sort, year), query.descending);
    units.search(db, &query.search, |term| Some(has_former_name(db, term)));
    units.filter_value(unit::Column::Account, query.state);
    units.filter_value(unit::Column::AdminLevel, query.admin_level);
    if query.unreached {
        units.filter(is_unreached());
    }
    Ok(units)
}

/// These units, if they lie in the actor's subtree.
pub(crate) fn of_ids(services: &Services, actor: &Actor, ids: &[UnitId]) -> ListQuery<unit::Entity> {
    let mut units = of_subtree(services, &actor.subtree());
    units.filter_ids(&services.0.db, ids);
    units
}

/// All units of a subtree, in the order of the tree.
pub(crate) fn of_subtree(services: &Services, subtree: &Subtree) -> ListQuery<unit::Entity> {
    let year = services.clock().year();
    ListQuery::new(subtree, sort_key(UnitSort::Tree, year), year)
}

/// Whether a unit had a name before that contains the term.
pub(crate) fn has_former_name(db: &impl ConnectionTrait, term: &SearchTerm) -> Expr {
    let named = Query::select()
        .expr(unit_alias::Column::UnitId.into_expr())
        .from(unit_alias::Entity)
        .and_where(contains(db, Func::lower(unit_alias::Column::NameKey.into_expr()), &term.name))
        .to_owned();
    unit::Column::Id.in_subquery(named)
}

/// The path of a unit of a subtree; [`Problem::NotFound`] outside it.
pub(crate) async fn path(db: &impl ConnectionTrait, subtree: &Subtree, unit: UnitId) -> Result<String> {
    let path = unit::Entity::find_by_id(unit)
        .select_only()
        .column(unit::Column::Path)
        .filter(within(unit::Column::Path, subtree))
        .into_tuple()
        .one(db)
        .await?;
    Ok(path.ok_or(Problem::NotFound)?)
}

/// A page of the subtree. The actor's own unit is not listed; the operator's list has every unit. The number of statements
/// does not grow with the units, nor does the work with the page.
pub async fn list(services: &Services, actor: &Actor, query: &UnitQuery) -> Result<UnitsPage> {
    let db = &services.0.db;
    let mut units = of_query(services, actor, query).await?;
    let cursor = query.cursor.as_deref();
    let (total, page) = if query.sort == UnitSort::Name && units.is_unfiltered() {
        let total = units.count(db).await?;
        if matches!(total, BoundedCount::MoreThan(_)) {
            units.sort(along_names(), query.descending);
        }
        (total, units.page(db, cursor).await?)
    } else {
        tokio::try_join!(units.count(db), units.page(db, cursor))?
    };
    let subtree = actor.subtree();
    Ok(UnitsPage {
        rows: page.rows.into_iter().map(|row| row.into_item(&subtree)).collect(),
        total,
        previous: page.previous,
        next: page.next,
    })
}

/// A unit that is offered as a superior.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "unit::Entity")]
struct Candidate {
    id: UnitId,
    name: String,
    code: Option<String>,
    path: String,
    #[sea_orm(from_expr = "superior_name()")]
    superior: Option<String>,
}

/// Units of the subtree, the own unit included, whose name contains the typed text: those below which a unit may be put.
/// The best match comes first. At most 10; none if nothing was typed.
pub async fn superiors(services: &Services, actor: &Actor, typed: &str) -> Result<Vec<SuperiorOption>> {
    let (db, subtree) = (&services.0.db, actor.subtree());
    let Some(SearchTerm { name, .. }) = SearchTerm::new(typed) else { return Ok(Vec::new()) };
    let select = candidates(db, &subtree, &name);
    let offered = sql::lists::all::<Candidate>(db, &select, &unit::Entity, unit::Entity::INDEX).await?;
    let superior = |unit: Candidate| SuperiorOption {
        unit: UnitRef { id: unit.id, name: unit.name },
        code: unit.code,
        above: unit.superior.filter(|_| unit.path != subtree.from),
    };
    Ok(offered.into_iter().map(superior).collect())
}

/// The units whose name contains a text, the shortest name first, as it is the most similar to the text. The search text,
/// which is little longer than the name, finds the candidates in the index.
fn candidates(db: &impl ConnectionTrait, subtree: &Subtree, name: &str) -> SelectStatement {
    const CANDIDATES: &str = "candidates";
    let length = |column: unit::Column| length(column.into_expr());
    let candidates = Query::select()
        .expr_as(unit::Column::Id.into_expr(), "id")
        .from(unit::Entity)
        .and_where(within(unit::Column::Path, subtree))
        .and_where(contains(db, unit::Column::SearchText.into_expr(), name))
        .order_by_expr(length(unit::Column::SearchText).into(), Order::Asc)
        .order_by_expr(unit::Column::Path.into_expr(), Order::Asc)
        .limit(MAX_CANDIDATES)
        .to_owned();
    let mut select = unit::Entity::find().select_only();
    QuerySelect::query(&mut select)
        .from_clear()
        .from_subquery(candidates, CANDIDATES)
        .join(JoinType::InnerJoin, unit::Entity, Expr::col((CANDIDATES, "id")).eq(unit::Column::Id.into_expr()))
        .and_where(contains(db, Func::lower(unit::Column::NameKey.into_expr()), name))
        .order_by_expr(length(unit::Column::NameKey).into(), Order::Asc)
        .order_by_expr(unit::Column::Path.into_expr(), Order::Asc)
        .limit(MAX_OFFERED);
    let select = select.join_as(JoinType::LeftJoin, unit::Relation::Parent.def(), SUPERIOR);
    Candidate::select_cols(select).into_query()
}
