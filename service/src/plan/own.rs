//! What a unit does with its own plan: 保存草稿, 报送, 撤回, 申请变更.

use super::{Step, figures, find, rules, to_json, year_of};
use crate::{
    Actor, Result, Services,
    actor::OwnUnit,
    audit::{self, AuditActor},
    sql::tree,
};
use domain::{
    Problem,
    plan_filing::{self, CanteenKind, FilingAction, FilingForm, FilingState, PlanFigures, Timing},
    plan_finding::PlanFinding,
};
use entity::{plan_filing as table, plan_filing_version, unit};
use sea_orm::{ActiveModelTrait, DatabaseTransaction, EntityTrait, NotSet, QuerySelect, Set};

/// What became of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submission {
    /// The superior can decide about it.
    Filed,
    /// Nothing was submitted, because of these errors. The form was saved as a draft.
    Incomplete(Vec<PlanFinding>),
}

/// The own unit's filing of a year, in a transaction in which nobody else changes it.
struct OwnFiling<'a> {
    tx: DatabaseTransaction,
    services: &'a Services,
    actor: &'a Actor,
    own: &'a OwnUnit,
    unit: unit::Model,
    year: i32,
    stored: Option<table::Model>,
}

/// What an action changes beside the state.
#[derive(Default)]
struct Changes<'a> {
    form: Option<&'a FilingForm>,
    submitted: Option<Submitted<'a>>,
    reason: Option<&'a str>,
}

/// What is submitted.
struct Submitted<'a> {
    figures: &'a PlanFigures,
    representative: Option<domain::ids::UnitId>,
    late: bool,
}

impl<'a> OwnFiling<'a> {
    /// Begins the transaction. [`Problem::Stale`] unless the filing has the version that the user saw.
    ///
    /// It holds the row of the unit, as everybody does who changes a plan, and the shared lock of the tree: the unit stays where it is, and
    /// the summary is not confirmed meanwhile. Other units file at the same time, and orders are received.
    async fn lock(services: &'a Services, actor: &'a Actor, year: i32, version: i32) -> Result<Self> {
        let tx = services.write().await?;
        tree::lock_shared(&tx).await?;
        Self::locked(tx, services, actor, year, version).await
    }

    /// The same with the exclusive lock of the tree, so that no other unit changes with which units it shares a canteen.
    async fn lock_with_others(services: &'a Services, actor: &'a Actor, year: i32, version: i32) -> Result<Self> {
        let tx = services.write().await?;
        tree::lock(&tx).await?;
        Self::locked(tx, services, actor, year, version).await
    }

    async fn locked(
        tx: DatabaseTransaction,
        services: &'a Services,
        actor: &'a Actor,
        year: i32,
        version: i32,
    ) -> Result<Self> {
        let own = actor.unit()?;
        let year = year_of(services, Some(year))?;
        let unit = unit::Entity::find_by_id(own.id).lock_exclusive().one(&tx).await?;
        let unit = unit.filter(|unit| unit.merged_into.is_none()).ok_or(Problem::NotSignedIn)?;
        let stored = find(&tx, own.id, year).await?;
        if stored.as_ref().map_or(0, |filing| filing.version) != version {
            return Err(Problem::Stale.into());
        }
        Ok(Self { tx, services, actor, own, unit, year, stored })
    }

    fn state(&self) -> Option<FilingState> {
        self.stored.as_ref().map(|filing| filing.state)
    }

    /// [`Problem::PlanState`] if the state does not allow the action.
    fn next_state(&self, action: FilingAction) -> Result<FilingState> {
        Ok(action.leads(self.state()).ok_or(Problem::PlanState)?)
    }

    /// Writes the filing, its version and the event, and ends the transaction.
    async fn write(self, action: FilingAction, changes: Changes<'_>) -> Result<()> {
        let (state, now) = (self.next_state(action)?, self.services.now());
        let Changes { form, submitted, reason } = changes;
        let version = self.stored.as_ref().map_or(0, |filing| filing.version) + 1;
        let mut row = table::ActiveModel {
            unit_id: Set(self.own.id),
            year: Set(self.year),
            state: Set(state),
            form: form.map(to_json).transpose()?.map_or(NotSet, Set),
            updated_at: Set(now),
            version: Set(version),
            ..Default::default()
        };
        if let Some(Submitted { figures, representative, late }) = &submitted {
            row.figures = Set(Some(to_json(figures)?));
            row.canteen = Set(Some(figures.canteen.kind()));
            row.representative_id = Set(*representative);
            row.total = Set(Some(figures.total()));
            row.share = Set(Some(figures.share()));
            row.late = Set(*late);
            row.submitted_at = Set(Some(now));
        }
        if self.stored.is_some() {
            row.update(&self.tx).await?;
        } else {
            if submitted.is_none() {
                row.late = Set(false);
            }
            table::Entity::insert(row).exec_without_returning(&self.tx).await?;
        }
        let figures = submitted.as_ref().map(|submitted| submitted.figures);
        let step = Step { action, state, reason, figures };
        let row = step.version(self.actor, &self.unit.name, now, (self.own.id, self.year, version))?;
        plan_filing_version::Entity::insert(row).exec_without_returning(&self.tx).await?;
        let event = step.event(self.own.id, self.year, self.state());
        audit::record(&self.tx, now, &AuditActor::from(self.actor), vec![event]).await?;
        Ok(self.tx.commit().await?)
    }
}

/// 保存草稿: keeps the form as typed, with all its mistakes. [`Problem::Stale`] unless `version` is the stored one,
/// [`Problem::PlanState`] while the plan waits for a decision or is approved.
pub async fn save(services: &Services, actor: &Actor, year: i32, version: i32, form: &FilingForm) -> Result<()> {
    let filing = OwnFiling::lock(services, actor, year, version).await?;
    filing.write(FilingAction::Save, Changes { form: Some(form), ..Changes::default() }).await
}

/// 报送: checks the form and submits it. A form with errors is kept as a draft. After the last day of filing the plan is
/// marked as late. [`Problem::Stale`] and [`Problem::PlanState`] as in [`save`].
pub async fn submit(
    services: &Services,
    actor: &Actor,
    year: i32,
    version: i32,
    form: &FilingForm,
) -> Result<Submission> {
    let filing = if CanteenKind::from_name(&form.canteen) == Some(CanteenKind::SharedMember) {
        OwnFiling::lock_with_others(services, actor, year, version).await?
    } else {
        OwnFiling::lock(services, actor, year, version).await?
    };
    filing.next_state(FilingAction::Submit)?;
    let rules = rules::load(&filing.tx, &filing.unit, filing.year, services.now()).await?;
    let mut check = form.check(&rules);
    let mut representative = None;
    if let Some(figures) = &check.figures {
        match rules::look_up(&filing.tx, &filing.unit, filing.year, figures).await? {
            Ok(found) => representative = found,
            Err(error) => check.add_errors([error]),
        }
    }
    let Some(figures) = &check.figures else {
        let errors = check.errors();
        filing.write(FilingAction::Save, Changes { form: Some(form), ..Changes::default() }).await?;
        return Ok(Submission::Incomplete(errors));
    };
    let submitted = Submitted { figures, representative, late: rules.timing == Timing::Late };
    let changes = Changes { form: Some(form), submitted: Some(submitted), reason: None };
    filing.write(FilingAction::Submit, changes).await?;
    Ok(Submission::Filed)
}

/// 撤回: takes a plan back that no superior has decided about. [`Problem::PlanState`] afterwards.
pub async fn withdraw(services: &Services, actor: &Actor, year: i32, version: i32) -> Result<()> {
    let filing = OwnFiling::lock(services, actor, year, version).await?;
    filing.write(FilingAction::Withdraw, Changes::default()).await
}

/// 申请变更: asks the superior to open a confirmed plan. The reason is required.
pub async fn request_change(services: &Services, actor: &Actor, year: i32, version: i32, reason: &str) -> Result<()> {
    let reason = plan_filing::reason(reason).map_err(Problem::Fields)?;
    let filing = OwnFiling::lock(services, actor, year, version).await?;
    // A summary that was confirmed without a filing has no form yet: the approved figures are the first one.
    let form = match &filing.stored {
        Some(stored) => figures(stored)?.map(|figures| FilingForm::of(&figures)),
        None => None,
    };
    let changes = Changes { form: form.as_ref(), reason: Some(&reason), ..Changes::default() };
    filing.write(FilingAction::RequestChange, changes).await
}
