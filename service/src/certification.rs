//! 采购人认证: a purchaser completes its data and submits it, the platform's operator decides.

use crate::{
    Actor, Error, PurchaserActor, RequestOrigin, Result, Services, TradingSession,
    audit::{self, AuditActor, AuditEvent},
    database::sql,
    query, sms,
};
use domain::sms::SmsKind;
use domain::{
    Certification, Problem, PurchaserKind,
    calendar::Timestamp,
    edit::EditResult,
    ids::PurchaserId,
    mobile::mask,
    normalize::same_name,
    paging::BoundedCount,
    purchaser::Completion,
    trade::{
        self, CERTIFICATIONS_PER_PAGE, CertificationCase, CertificationQueueItem, CertificationQueuePage,
        ComparedField, ComparedItem, Trade, TradeForm, TradeProfile,
    },
};
use entity::purchaser;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult, QuerySelect,
    sea_query::{Expr, Query},
};
use serde_json::{Value, json};

/// The own data (采购人资料); first comes the own password.
pub async fn profile(services: &Services, session: &TradingSession) -> Result<TradeProfile> {
    session.identity.trusted()?;
    let db = &services.0.db;
    own(db, stored(db, session.own.id).await?).await
}

/// A purchaser as its own people see it.
async fn own(db: &impl ConnectionTrait, stored: purchaser::Model) -> Result<TradeProfile> {
    let unit = entity::unit::Entity::find_by_id(stored.unit_id).one(db).await?;
    let unit = unit.ok_or_else(|| Error::internal("a purchaser without a unit"))?;
    Ok(TradeProfile {
        unit: unit.name,
        form: form(&stored),
        name: stored.name,
        code: stored.code,
        version: stored.version,
        certification: stored.certification.into(),
        note: stored.certification_note,
        submitted_at: stored.submitted_at,
        decided_at: stored.decided_at,
    })
}

/// Completes or corrects the own data; [`domain::Problem::Fields`] names what must be mended, and nothing is saved when the
/// version is not the stored one any more. A certification attests what kind of purchaser
/// it is and whom suppliers invoice: where that changes it lapses, and the data must be submitted again.
pub async fn save(
    services: &Services,
    session: &TradingSession,
    version: i32,
    form: &TradeForm,
    client: &RequestOrigin,
) -> Result<EditResult<TradeProfile>> {
    session.identity.trusted()?;
    let says = form.check().map_err(Problem::Fields)?;
    let now = services.now();
    let tx = services.write().await?;
    let before = locked(&tx, session.own.id).await?;
    if before.version != version {
        return Ok(EditResult::Conflict(Box::new(own(&tx, before).await?)));
    }
    let certification = match before.certification {
        domain::Certification::Certified if attested(&before, &says) => domain::Certification::None,
        unchanged => unchanged,
    };
    let filled = |text: &str| Some(text).filter(|text| !text.is_empty()).map(str::to_owned);
    let Completion { address, delivery_address, invoice_title, invoice_tax_number, invoice_bank, invoice_account } =
        &says.completion;
    let save = sql(
        &tx,
        "UPDATE purchaser SET kind = $1, address = $2, delivery_address = $3, invoice_title = $4, \
         invoice_tax_number = $5, invoice_bank = $6, invoice_account = $7, contact = $8, mobile = $9, \
         certification = $10, completed_at = COALESCE(completed_at, $11), updated_at = $11, version = version + 1 \
         WHERE id = $12",
        [
            says.kind.into(),
            address.as_str().into(),
            delivery_address.as_str().into(),
            invoice_title.as_str().into(),
            invoice_tax_number.as_str().into(),
            filled(invoice_bank).into(),
            filled(invoice_account).into(),
            says.contact.as_str().into(),
            says.mobile.as_str().into(),
            certification.as_str().into(),
            now.into(),
            before.id.into(),
        ],
    );
    tx.execute_raw(save).await?;
    let told = |kind: PurchaserKind, trade: &TradeForm, certification: domain::Certification| {
        let mut told = json!(trade);
        if let Some(told) = told.as_object_mut() {
            told.insert("kind".to_owned(), json!(kind));
            told.insert("mobile".to_owned(), mask(&trade.mobile).into());
            told.insert("invoice_account".to_owned(), tail(&trade.invoice_account).into());
            told.insert("certification".to_owned(), certification.as_str().into());
        }
        told
    };
    let after = told(says.kind, &says.into(), certification);
    let before = (before.id, told(before.kind.into(), &self::form(&before), before.certification));
    let event = event("purchaser-completed", before.0, Some(before.1), after);
    let by = AuditActor { address: client.address.clone(), ..session.identity.by() };
    audit::record(&tx, now, &by, vec![event]).await?;
    tx.commit().await?;
    Ok(EditResult::Saved)
}

/// Whether what a certification attests changes.
fn attested(before: &purchaser::Model, says: &Trade) -> bool {
    let Completion { invoice_title, invoice_tax_number, .. } = &says.completion;
    before.kind != says.kind.into()
        || before.invoice_title.as_ref() != Some(invoice_title)
        || before.invoice_tax_number.as_ref() != Some(invoice_tax_number)
}

/// 提交认证: the data as it stands goes to the operator. [`domain::Problem::Stale`] where it was changed meanwhile, waits
/// already or is certified.
pub async fn submit(services: &Services, actor: &PurchaserActor, version: i32) -> Result<()> {
    let now = services.now();
    let tx = services.write().await?;
    let before = as_seen(&tx, actor.own.id, version).await?;
    let (from, to) = (before.certification, domain::Certification::Submitted);
    if !matches!(from, domain::Certification::None | domain::Certification::Returned) {
        return Err(Problem::Stale.into());
    }
    let submit = "UPDATE purchaser SET certification = $1, submitted_at = $2, updated_at = $2, version = version + 1 \
                  WHERE id = $3";
    tx.execute_raw(sql(&tx, submit, [to.as_str().into(), now.into(), before.id.into()])).await?;
    let event = event(
        "certification-submitted",
        actor.own.id,
        Some(json!({ "certification": from.as_str() })),
        json!({ "certification": to.as_str() }),
    );
    audit::record(&tx, now, &AuditActor::from(actor), vec![event]).await?;
    Ok(tx.commit().await?)
}

/// Where a page of the queue begins: behind this purchaser.
#[derive(Clone, Copy)]
struct Behind {
    at: i64,
    id: i64,
}

impl Behind {
    /// From the URL; what is none means the first page.
    fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('-')?;
        Some(Self { at: at.parse().ok()?, id: id.parse().ok()? })
    }
}

#[derive(FromQueryResult)]
struct Waiting {
    id: i64,
    name: String,
    unit: String,
    kind: domain::PurchaserKind,
    submitted_at: i64,
}

/// The purchasers that wait for the operator, those that have waited longest first; `at` is [`CertificationQueuePage::next`] of the page
/// before.
pub async fn queue(services: &Services, actor: &Actor, at: Option<&str>) -> Result<CertificationQueuePage> {
    actor.operator()?;
    let db = &services.0.db;
    let behind = at.and_then(Behind::parse).unwrap_or(Behind { at: i64::MIN, id: i64::MIN });
    let text = "SELECT p.id, p.name, u.name AS unit, p.kind, p.submitted_at FROM purchaser p \
                JOIN unit u ON u.id = p.unit_id WHERE p.certification = 'submitted' \
                AND (p.submitted_at, p.id) > ($1, $2) ORDER BY p.submitted_at, p.id LIMIT $3";
    let values = [behind.at.into(), behind.id.into(), i64::from(CERTIFICATIONS_PER_PAGE + 1).into()];
    let mut found = Waiting::find_by_statement(sql(db, text, values)).all(db).await?;
    let page = usize::try_from(CERTIFICATIONS_PER_PAGE).unwrap_or(usize::MAX);
    let more = found.len() > page;
    found.truncate(page);
    let next = found.last().filter(|_| more).map(|last| format!("{}-{}", last.submitted_at, last.id));
    let waiting = Query::select()
        .expr(Expr::val(1))
        .from(purchaser::Entity)
        .and_where(purchaser::Column::Certification.eq(domain::Certification::Submitted))
        .limit(u64::from(BoundedCount::BOUND) + 1)
        .to_owned();
    let count = query::count_rows(db, waiting).await?;
    let row = |row: Waiting| CertificationQueueItem {
        id: PurchaserId(row.id),
        name: row.name,
        unit: row.unit,
        kind: row.kind.into(),
        submitted_at: Timestamp(row.submitted_at),
    };
    Ok(CertificationQueuePage { rows: found.into_iter().map(row).collect(), total: BoundedCount::counted(count), next })
}

/// A purchaser's data beside its unit's, for the operator to decide upon, and still to be looked at afterwards.
/// [`domain::Problem::NotFound`] for one that never submitted.
pub async fn case(services: &Services, actor: &Actor, id: PurchaserId) -> Result<CertificationCase> {
    actor.operator()?;
    let db = &services.0.db;
    let stored = stored(db, id).await?;
    if stored.submitted_at.is_none() {
        return Err(Problem::NotFound.into());
    }
    let unit = entity::unit::Entity::find_by_id(stored.unit_id).one(db).await?;
    let unit = unit.ok_or_else(|| Error::internal("a purchaser without a unit"))?;
    Ok(CertificationCase {
        id,
        version: stored.version,
        kind: stored.kind.into(),
        login: stored.login.clone().unwrap_or_default(),
        certification: stored.certification.into(),
        note: stored.certification_note.clone(),
        submitted_at: stored.submitted_at,
        decided_at: stored.decided_at,
        pairs: pairs(&stored, &unit),
        completion: completion(&stored),
        name: stored.name,
    })
}

/// What both have, side by side; numbers are compared before they are masked.
fn pairs(purchaser: &purchaser::Model, unit: &entity::unit::Model) -> Vec<ComparedItem> {
    let name = Some(unit.name.as_str());
    let title = purchaser.invoice_title.as_deref().unwrap_or_default();
    let tax_number = purchaser.invoice_tax_number.as_deref().unwrap_or_default();
    let pair = |datum, purchaser: &str, unit: Option<&str>| {
        let shown = |text: &str| if datum == ComparedField::Mobile { mask(text) } else { text.to_owned() };
        ComparedItem {
            datum,
            same: unit.is_some_and(|unit| same_name(unit) == same_name(purchaser)),
            purchaser: shown(purchaser),
            unit: unit.map(shown),
        }
    };
    vec![
        pair(ComparedField::Name, &purchaser.name, name),
        pair(ComparedField::Code, &purchaser.code, unit.code.as_deref()),
        pair(ComparedField::InvoiceTitle, title, name),
        pair(ComparedField::TaxNumber, tax_number, unit.code.as_deref()),
        pair(ComparedField::Contact, &purchaser.contact, unit.contact.as_deref()),
        pair(ComparedField::Mobile, &purchaser.mobile, unit.mobile.as_deref()),
    ]
}

/// 通过认证, and the contact is told by SMS. [`domain::Problem::Stale`] where the data was changed or decided upon meanwhile.
pub async fn certify(services: &Services, actor: &Actor, id: PurchaserId, version: i32) -> Result<()> {
    decide(services, actor, id, version, Certification::Certified, None).await
}

/// 退回 with a reason, which the purchaser reads, likewise; [`domain::Problem::Fields`] where there is none or it is longer
/// than 200 characters.
pub async fn send_back(services: &Services, actor: &Actor, id: PurchaserId, version: i32, reason: &str) -> Result<()> {
    actor.operator()?;
    let reason = trade::reason(reason).map_err(|fault| Problem::Fields(vec![fault]))?;
    decide(services, actor, id, version, Certification::Returned, Some(&reason)).await
}

async fn decide(
    services: &Services,
    actor: &Actor,
    id: PurchaserId,
    version: i32,
    decision: Certification,
    reason: Option<&str>,
) -> Result<()> {
    actor.operator()?;
    let now = services.now();
    let tx = services.write().await?;
    let before = as_seen(&tx, id, version).await?;
    if before.certification != domain::Certification::Submitted {
        return Err(Problem::Stale.into());
    }
    let decide = "UPDATE purchaser SET certification = $1, certification_note = $2, decided_at = $3, updated_at = $3, \
                  version = version + 1 WHERE id = $4";
    tx.execute_raw(sql(&tx, decide, [decision.as_str().into(), reason.into(), now.into(), id.0.into()])).await?;
    let account = "SELECT id FROM account WHERE purchaser_id = $1";
    let account = tx.query_one_raw(sql(&tx, account, [id.0.into()])).await?;
    let account: i64 = account.ok_or_else(|| Error::internal("a purchaser without an account"))?.try_get_by_index(0)?;
    let (kind, action) = match decision {
        Certification::Certified => (SmsKind::Certified, "certified"),
        _ => (SmsKind::CertificationReturned, "certification-returned"),
    };
    let message = sms::New { kind, account, holder: id.into(), batch: None, mobile: &before.mobile, secret: None };
    sms::queue(services, &tx, &[message]).await?;
    let event = event(
        action,
        id,
        Some(json!({ "certification": before.certification.as_str() })),
        json!({ "certification": decision.as_str(), "reason": reason }),
    );
    audit::record(&tx, now, &AuditActor::from(actor), vec![event]).await?;
    tx.commit().await?;
    sms::wake(services);
    Ok(())
}

async fn stored(db: &impl ConnectionTrait, id: PurchaserId) -> Result<purchaser::Model> {
    Ok(purchaser::Entity::find_by_id(id).one(db).await?.ok_or(Problem::NotFound)?)
}

/// Locked until the transaction ends.
async fn locked(tx: &DatabaseTransaction, id: PurchaserId) -> Result<purchaser::Model> {
    Ok(purchaser::Entity::find_by_id(id).lock_exclusive().one(tx).await?.ok_or(Problem::NotFound)?)
}

/// The same, and as the reader saw it.
async fn as_seen(tx: &DatabaseTransaction, id: PurchaserId, version: i32) -> Result<purchaser::Model> {
    let stored = locked(tx, id).await?;
    if stored.version == version { Ok(stored) } else { Err(Problem::Stale.into()) }
}

fn completion(stored: &purchaser::Model) -> Completion {
    let text = |stored: &Option<String>| stored.clone().unwrap_or_default();
    Completion {
        address: text(&stored.address),
        delivery_address: text(&stored.delivery_address),
        invoice_title: text(&stored.invoice_title),
        invoice_tax_number: text(&stored.invoice_tax_number),
        invoice_bank: text(&stored.invoice_bank),
        invoice_account: text(&stored.invoice_account),
    }
}

/// What is stored, as a form.
fn form(stored: &purchaser::Model) -> TradeForm {
    let kind = PurchaserKind::from(stored.kind);
    TradeForm::filled(kind, completion(stored), stored.contact.clone(), stored.mobile.clone())
}

/// The last digits of a bank account.
fn tail(account: &str) -> String {
    let from = account.len().saturating_sub(4);
    account.get(from..).filter(|tail| !tail.is_empty()).map(|tail| format!("****{tail}")).unwrap_or_default()
}

fn event(action: &'static str, id: PurchaserId, before: Option<Value>, after: Value) -> AuditEvent<'static> {
    AuditEvent {
        action,
        of: Some(id.into()),
        object: "purchaser",
        object_id: Some(id.0),
        before: before.map(|before| before.to_string()),
        after: Some(after.to_string()),
    }
}
