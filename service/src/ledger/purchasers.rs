//! The purchasers that orders name.

use crate::{Result, query::is_any_of};
use domain::{
    PurchaserKind,
    ids::{PurchaserId, UnitId},
    order::PurchaserKey,
};
use entity::{account, purchaser};
use sea_orm::{
    ConnectionTrait, DerivePartialModel, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    RelationTrait,
};
use std::collections::{BTreeSet, HashMap};

/// A purchaser with its unit.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "purchaser::Entity")]
pub(super) struct KnownPurchaser {
    pub(super) id: PurchaserId,
    pub(super) unit_id: UnitId,
    pub(super) unit_path: String,
    pub(super) kind: PurchaserKind,
}

/// The purchasers that were found, by each key that was looked for.
#[derive(Debug, Default)]
pub(super) struct Purchasers {
    by_id: HashMap<PurchaserId, KnownPurchaser>,
    by_login: HashMap<String, PurchaserId>,
}

impl Purchasers {
    /// Finds purchasers by their keys, with one statement for each kind of key.
    pub(super) async fn find(db: &impl ConnectionTrait, keys: Vec<&PurchaserKey>) -> Result<Self> {
        let (mut logins, mut ids) = (BTreeSet::new(), BTreeSet::new());
        for key in keys {
            match key {
                PurchaserKey::Login(login) => drop(logins.insert(login.clone())),
                PurchaserKey::Id(id) => drop(ids.insert(*id)),
            }
        }
        let mut found = Self::default();
        found.find_by_login(db, logins).await?;
        found.find_by_id(db, ids).await?;
        Ok(found)
    }

    async fn find_by_login(&mut self, db: &impl ConnectionTrait, logins: BTreeSet<String>) -> Result<()> {
        #[derive(FromQueryResult)]
        struct Row {
            login: String,
            id: PurchaserId,
            unit_id: UnitId,
            unit_path: String,
            kind: PurchaserKind,
        }
        if logins.is_empty() {
            return Ok(());
        }
        // The login name of an account has an index, its copy in the table of purchasers has none.
        let rows: Vec<Row> = account::Entity::find()
            .select_only()
            .column(account::Column::Login)
            .columns([
                purchaser::Column::Id,
                purchaser::Column::UnitId,
                purchaser::Column::UnitPath,
                purchaser::Column::Kind,
            ])
            .join(JoinType::InnerJoin, account::Relation::Purchaser.def())
            .filter(is_any_of(db, account::Column::Login, logins))
            .into_model()
            .all(db)
            .await?;
        for Row { login, id, unit_id, unit_path, kind } in rows {
            self.by_login.insert(login, id);
            self.by_id.insert(id, KnownPurchaser { id, unit_id, unit_path, kind });
        }
        Ok(())
    }

    /// Finds those of the ids that are not known yet.
    pub(super) async fn find_by_id(&mut self, db: &impl ConnectionTrait, ids: BTreeSet<PurchaserId>) -> Result<()> {
        let ids: BTreeSet<_> = ids.into_iter().filter(|id| !self.by_id.contains_key(id)).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let rows = purchaser::Entity::find()
            .filter(is_any_of(db, purchaser::Column::Id, ids))
            .into_partial_model::<KnownPurchaser>()
            .all(db)
            .await?;
        self.by_id.extend(rows.into_iter().map(|purchaser| (purchaser.id, purchaser)));
        Ok(())
    }

    /// The purchaser of a key.
    pub(super) fn get(&self, key: &PurchaserKey) -> Option<&KnownPurchaser> {
        match key {
            PurchaserKey::Login(login) => self.by_id(*self.by_login.get(login)?),
            PurchaserKey::Id(id) => self.by_id(*id),
        }
    }

    /// The purchaser with this id.
    pub(super) fn by_id(&self, id: PurchaserId) -> Option<&KnownPurchaser> {
        self.by_id.get(&id)
    }
}
