//! Lists and searches of the purchasers of a subtree, in the order of the tree.

use crate::{
    Actor, Result, Services, Subtree,
    list::{KeyKind, ListQuery, ListRow, Listed, SortKey},
    query::within,
    unit::{self, list::last_sms},
};
use domain::{
    Certification, PurchaserKind,
    account::AccountState,
    ids::{PurchaserId, UnitId},
    mobile::mask,
    purchaser::{PURCHASERS_PER_PAGE, PurchaserListItem, PurchaserQuery, PurchasersPage},
    sms::SmsState,
    unit::UnitRef,
};
use entity::{purchaser, sms_outbox};
use sea_orm::{ColumnTrait, DerivePartialModel, JoinType, QuerySelect, RelationTrait, Select, sea_query::Expr};

/// A purchaser as the list reads it.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "purchaser::Entity")]
pub(crate) struct PurchaserListRow {
    id: PurchaserId,
    name: String,
    code: String,
    kind: PurchaserKind,
    unit_id: UnitId,
    #[sea_orm(from_expr = "entity::unit::Column::Name.into_expr()")]
    unit_name: String,
    login: Option<String>,
    account: AccountState,
    certification: Certification,
    contact: String,
    mobile: String,
    #[sea_orm(from_expr = "last_sms(sms_outbox::Column::PurchaserId, purchaser::Column::Id)")]
    sms: Option<SmsState>,
}

impl ListRow<PurchaserId> for PurchaserListRow {
    fn id(&self) -> PurchaserId {
        self.id
    }
}

impl From<PurchaserListRow> for PurchaserListItem {
    fn from(row: PurchaserListRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            code: row.code,
            kind: row.kind,
            unit: UnitRef { id: row.unit_id, name: row.unit_name },
            login: row.login,
            account: row.account,
            certification: row.certification,
            contact: row.contact,
            mobile: mask(&row.mobile),
            sms: row.sms,
        }
    }
}

impl Listed for purchaser::Entity {
    type Id = PurchaserId;
    type Row = PurchaserListRow;

    const ID: Self::Column = purchaser::Column::Id;
    const SEARCH_TEXT: Self::Column = purchaser::Column::SearchText;
    const MOBILE: Self::Column = purchaser::Column::Mobile;
    const INDEX: &'static str = "purchaser_list";
    const PER_PAGE: u32 = PURCHASERS_PER_PAGE;

    /// The purchasers of all units of the subtree, its top included.
    fn in_subtree(subtree: &Subtree) -> Expr {
        within(purchaser::Column::UnitPath, subtree)
    }

    fn join(select: Select<Self>, _year: i32) -> Select<Self> {
        select.join(JoinType::InnerJoin, purchaser::Relation::Unit.def())
    }
}

/// The purchasers of a query. A unit outside the subtree is [`domain::Problem::NotFound`].
pub(crate) async fn of_query(
    services: &Services,
    actor: &Actor,
    query: &PurchaserQuery,
) -> Result<ListQuery<purchaser::Entity>> {
    let db = &services.0.db;
    let mut subtree = actor.subtree();
    if let Some(unit) = query.unit {
        subtree = Subtree::of(&unit::path(db, &subtree, unit).await?);
    }
    let mut purchasers = of_subtree(services, &subtree);
    purchasers.search(db, &query.search, |_| None);
    purchasers.filter_value(purchaser::Column::Account, query.state);
    purchasers.filter_value(purchaser::Column::Certification, query.certification);
    purchasers.filter_value(purchaser::Column::Kind, query.kind);
    Ok(purchasers)
}

/// These purchasers, if they belong to the actor's subtree.
pub(crate) fn of_ids(services: &Services, actor: &Actor, ids: &[PurchaserId]) -> ListQuery<purchaser::Entity> {
    let mut purchasers = of_subtree(services, &actor.subtree());
    purchasers.filter_ids(&services.0.db, ids);
    purchasers
}

/// All purchasers of a subtree, in the order of the tree.
fn of_subtree(services: &Services, subtree: &Subtree) -> ListQuery<purchaser::Entity> {
    let tree = SortKey {
        expr: purchaser::Column::UnitPath.into_expr(),
        kind: KeyKind::Text,
        unique: false,
        index: "purchaser_list",
    };
    ListQuery::new(subtree, tree, services.clock().year())
}

/// A page of the subtree's purchasers; [`domain::Problem::NotFound`] for a unit outside it.
pub async fn list(services: &Services, actor: &Actor, query: &PurchaserQuery) -> Result<PurchasersPage> {
    let db = &services.0.db;
    let purchasers = of_query(services, actor, query).await?;
    let (total, page) = tokio::try_join!(purchasers.count(db), purchasers.page(db, query.cursor.as_deref()))?;
    Ok(PurchasersPage {
        rows: page.rows.into_iter().map(Into::into).collect(),
        total,
        previous: page.previous,
        next: page.next,
    })
}
