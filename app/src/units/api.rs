//! Server functions on the units of the actor's subtree.

use crate::{
    account_bound_client::AccountBoundClient,
    error::ApiError,
    server_function::{Read, Write},
};
#[cfg(feature = "ssr")]
use crate::{
    form_echo,
    forms::{answer_edit, answer_new},
    request::{actor, redirected},
    routes::{DoneNotice, Route, parameter},
};
#[cfg(feature = "ssr")]
use domain::{Code, Problem, problem::FieldFault};
use domain::{
    account::AccountHolderName,
    edit::EditResult,
    form::UnitForm,
    ids::UnitId,
    unit::{OpenTree, SuperiorOption, TreePage, UnitDetail, UnitEdit, UnitQuery, UnitsPage},
};
use leptos::prelude::*;

/// A page of the list.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn list_units(
    /// Conditions.
    query: UnitQuery,
) -> Result<UnitsPage, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::unit::list(&services, &actor, &query).await?)
}

/// The units directly below one; the top of the actor's tree without `parent`.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn unit_tree(
    /// The unit above.
    #[server(default)]
    parent: Option<UnitId>,
    /// The unit behind which the page begins.
    #[server(default)]
    after: Option<UnitId>,
) -> Result<TreePage, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::unit::tree(&services, &actor, parent, after).await?)
}

/// The tree as it is shown at first: the top and the branches down to a unit.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn open_unit_tree(
    /// The selected unit; the branches of one that no longer exists stay closed.
    #[server(default)]
    unit: Option<UnitId>,
) -> Result<OpenTree, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::unit::open_tree(&services, &actor, unit).await?)
}

/// The name of a unit.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn get_unit_name(
    /// Id.
    id: UnitId,
) -> Result<AccountHolderName, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::unit::name(&services, &actor, id).await?)
}

/// A unit in full.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn get_unit(
    /// Id.
    id: UnitId,
) -> Result<UnitDetail, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::unit::detail(&services, &actor, id).await?)
}

/// The stored data of a unit, to edit them.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn get_unit_form(
    /// Id.
    id: UnitId,
    /// The year of the plan; this year by default.
    #[server(default)]
    year: Option<i32>,
) -> Result<UnitEdit, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::unit::form(&services, &actor, id, year).await?)
}

/// Units whose name contains the typed text; the options for a superior.
#[server(client = AccountBoundClient, protocol = Read)]
pub async fn find_superiors(
    /// Part of a name.
    typed: String,
) -> Result<Vec<SuperiorOption>, ApiError> {
    let (services, actor) = actor()?;
    Ok(service::unit::superiors(&services, &actor, &typed).await?)
}

/// 新增. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn create_unit(
    /// The input.
    form: UnitForm,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    let created = service::unit::create(&services, &actor, &form).await;
    answer_new(created, &form, Route::NewUnit, Route::Unit)
}

/// 编辑. A browser without JavaScript is redirected to the unit, or to both versions where somebody else has saved in the
/// meantime.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn edit_unit(
    /// Id.
    id: UnitId,
    /// The version that the reader has seen.
    version: i32,
    /// The input.
    form: UnitForm,
) -> Result<EditResult, ApiError> {
    let (services, actor) = actor()?;
    let edited = service::unit::edit(&services, &actor, id, version, &form).await;
    let saved = Route::Unit(id).done(DoneNotice::Edited);
    answer_edit(edited, &form, Route::EditUnit(id), saved, |stored| Route::EditUnit(id).of_year(&stored.form.year))
}

/// Opens the plan of another year from the form of a browser without JavaScript. Where the form has unsaved input, the
/// browser is redirected to the form, which asks first. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn change_plan_year(
    /// Id.
    id: UnitId,
    /// The other year.
    year: i32,
    /// The input.
    form: UnitForm,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    let page = Route::EditUnit(id);
    let stored = service::unit::form(&services, &actor, id, form.year.trim().parse().ok()).await?.form;
    if form == stored {
        return Ok(redirected(page.of_year(year)));
    }
    form_echo::store(page, &form);
    Ok(redirected(page.with(&[(parameter::YEAR, stored.year), (parameter::LEAVE, year.to_string())])))
}

/// 删除. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn delete_unit(
    /// Id.
    unit: UnitId,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    service::unit::delete(&services, &actor, unit).await?;
    Ok(redirected(Route::ManageUnits.done(DoneNotice::Deleted)))
}

/// 合并. Returns the next page.
#[server(client = AccountBoundClient, protocol = Write)]
pub async fn merge_unit(
    /// The unit that is dissolved.
    unit: UnitId,
    /// The full name of the unit that takes its place.
    into: String,
    /// The id of that unit, where it was selected from the list.
    #[server(default)]
    into_id: String,
) -> Result<String, ApiError> {
    let (services, actor) = actor()?;
    let heir = if let Ok(id) = into_id.parse() {
        id
    } else {
        let name = into.trim();
        let mut candidates = service::unit::superiors(&services, &actor, name).await?;
        candidates.retain(|candidate| candidate.unit.name == name);
        let fault = |code| ApiError::from(Problem::Fields(vec![FieldFault::new("into", code)]));
        match candidates.as_slice() {
            [candidate] => candidate.unit.id,
            [] if name.is_empty() => return Err(fault(Code::Required)),
            [] => return Err(fault(Code::SuperiorUnknown)),
            _ => return Err(fault(Code::SuperiorAmbiguous)),
        }
    };
    service::unit::merge(&services, &actor, unit, heir).await?;
    Ok(redirected(Route::Unit(heir).done(DoneNotice::Merged)))
}
