//! Writes purchasers with their accounts, SMS and history. Generation and the form both use it.

use crate::{
    PlaintextPassword, Result,
    query::{insert_many, is_any_of},
    sql::update_each::{listed, update_each},
    totals::{PurchaserChange, follow_purchasers},
    writer::{Added, Changed, Writer, filled},
};
use domain::{
    Certification,
    check::PurchaserInput,
    ids::{PurchaserId, UnitId},
    mobile::mask,
    normalize::same_name,
};
use entity::purchaser;
use sea_orm::{
    DatabaseTransaction, EntityTrait, QueryFilter, Set,
    sea_query::{CaseStatement, Expr, ExprTrait},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What no two purchasers share: code and name, the name in the form in which names are compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    code: String,
    name: String,
}

impl Key {
    /// The key of a stored purchaser.
    pub(crate) fn of(purchaser: &purchaser::Model) -> Self {
        Self { code: purchaser.code.clone(), name: purchaser.name_key.clone() }
    }

    /// The key that a row or a form asks for.
    pub(crate) fn of_input(input: &PurchaserInput) -> Self {
        Self { code: input.code.as_str().to_owned(), name: same_name(&input.name).into_owned() }
    }
}

/// All purchasers that have one of these codes, in any subtree. The transaction holds the lock of the tree
/// ([`crate::unit::write::lock`]), as every transaction does that adds or moves purchasers.
pub(crate) async fn with_codes(
    tx: &DatabaseTransaction,
    codes: impl Iterator<Item = &str>,
) -> Result<Vec<purchaser::Model>> {
    let codes: BTreeSet<&str> = codes.collect();
    let codes = is_any_of(tx, purchaser::Column::Code, codes.into_iter().map(str::to_owned));
    Ok(purchaser::Entity::find().filter(codes).all(tx).await?)
}

/// A purchaser to add.
pub(crate) struct Addition<'a> {
    pub(crate) id: PurchaserId,
    pub(crate) unit: UnitId,
    /// The path of the unit. A trigger corrects a wrong one, with another statement for each row on SQLite.
    pub(crate) path: &'a str,
    pub(crate) input: &'a PurchaserInput,
    /// The initial password and its hash.
    pub(crate) password: &'a (PlaintextPassword, String),
}

/// A purchaser to change.
pub(crate) struct Alteration<'a> {
    /// The purchaser as it is stored.
    pub(crate) purchaser: &'a purchaser::Model,
    pub(crate) unit: UnitId,
    pub(crate) input: &'a PurchaserInput,
}

/// Adds purchasers and their accounts, and queues the SMS with the initial passwords.
pub(crate) async fn add(writer: &Writer<'_>, purchasers: &[Addition<'_>]) -> Result<()> {
    let now = writer.services.clock().now();
    let rows = purchasers.iter().map(|Addition { id, unit, path, input, .. }| purchaser::ActiveModel {
        id: Set(*id),
        unit_id: Set(*unit),
        unit_path: Set((*path).to_owned()),
        kind: Set(input.kind),
        name: Set(input.name.clone()),
        name_key: Set(same_name(&input.name).into_owned()),
        code: Set(input.code.as_str().to_owned()),
        contact: Set(input.contact.clone()),
        mobile: Set(input.mobile.as_str().to_owned()),
        remark: Set(filled(&input.remark)),
        created_at: Set(now),
        updated_at: Set(now),
        version: Set(1),
        ..purchaser::ActiveModel::default()
    });
    insert_many(writer.tx, rows.collect::<Vec<_>>(), None).await?;
    let added = purchasers.iter().map(|new| Added {
        id: new.id,
        mobile: new.input.mobile.as_str(),
        password: new.password,
        values: new_values(new.input, new.unit),
    });
    writer.open_accounts(added.collect()).await
}

/// Changes purchasers. A certification (认证) attests the identity of the purchaser: it lapses if the identity changes, and
/// the purchaser submits its data again. Its purchases follow it to another unit. The transaction holds the lock of the tree.
pub(crate) async fn alter(writer: &Writer<'_>, purchasers: &[Alteration<'_>]) -> Result<()> {
    use purchaser::Column::{
        Certification as State, Code, Contact, Id, Kind, Mobile, Name, NameKey, Remark, UnitId, UpdatedAt, Version,
    };
    if purchasers.is_empty() {
        return Ok(());
    }
    let now = writer.services.clock().now();
    let followed: Vec<_> = purchasers
        .iter()
        .map(|change| PurchaserChange {
            id: change.purchaser.id,
            old_unit: change.purchaser.unit_id,
            new_unit: change.unit,
            old_kind: change.purchaser.kind,
            new_kind: change.input.kind,
        })
        .collect();
    follow_purchasers(writer.tx, &followed).await?;
    let row = |Alteration { purchaser, unit, input }: &Alteration<'_>| {
        vec![
            purchaser.id.into(),
            (*unit).into(),
            input.kind.into(),
            input.name.as_str().into(),
            same_name(&input.name).into_owned().into(),
            input.code.as_str().into(),
            input.contact.as_str().into(),
            input.mobile.as_str().into(),
            filled(&input.remark).into(),
        ]
    };
    let stored = |column| Expr::col((purchaser::Entity, column));
    let identity_changes = [NameKey, Code, Kind].map(|column| stored(column).ne(listed(column)));
    let [name, code, kind] = identity_changes;
    let lapses = stored(State).eq(Certification::Certified).and(name.or(code).or(kind));
    let state: Expr = CaseStatement::new().case(lapses, Certification::None).finally(stored(State)).into();
    let set = [UnitId, Kind, Name, NameKey, Code, Contact, Mobile, Remark];
    let rows = purchasers.iter().map(row).collect();
    update_each(writer.tx, purchaser::Entity, &[Id], &set, rows, |update| {
        update.value(UpdatedAt, now).value(Version, stored(Version).add(1)).value(State, state.clone());
    })
    .await?;
    let changed = purchasers.iter().map(|change| Changed {
        id: change.purchaser.id,
        before: self::stored(change.purchaser),
        after: new_values(change.input, change.unit),
    });
    writer.log_changes(changed.collect()).await
}

/// The new values of a purchaser for the audit log.
fn new_values(input: &PurchaserInput, unit: UnitId) -> Value {
    json!({
        "name": input.name,
        "code": input.code.as_str(),
        "kind": input.kind,
        "unit": unit,
        "contact": input.contact,
        "mobile": input.mobile.masked(),
        "remark": filled(&input.remark),
    })
}

/// The stored values of a purchaser for the audit log.
pub(super) fn stored(purchaser: &purchaser::Model) -> Value {
    json!({
        "name": purchaser.name,
        "code": purchaser.code,
        "kind": purchaser.kind.as_str(),
        "unit": purchaser.unit_id,
        "contact": purchaser.contact,
        "mobile": mask(&purchaser.mobile),
        "remark": purchaser.remark,
    })
}
