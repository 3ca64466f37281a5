//! 预算单位列表 and 预算单位管理: the units of the asker's subtree.

use crate::{client::Client, error::ApiError, json::Json};
use domain::view::{Edited, Superior, TreePage, UnitDetail, UnitEdit, UnitForm, UnitId, UnitQuery, UnitsPage};
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// A page of the asker's subtree.
#[server(client = Client, input = GetUrl, output = Json)]
pub async fn list_units(
    /// Which.
    query: UnitQuery,
) -> Result<UnitsPage, ApiError> {
    let (services, actor) = crate::server::actor()?;
    Ok(service::unit::list(&services, &actor, &query).await?)
}

/// The units directly below one; the top of the asker's tree without.
#[server(client = Client, input = GetUrl, output = Json)]
pub async fn unit_tree(
    /// Below which.
    #[server(default)]
    parent: Option<UnitId>,
    /// Behind which one of them.
    #[server(default)]
    after: Option<UnitId>,
) -> Result<TreePage, ApiError> {
    let (services, actor) = crate::server::actor()?;
    Ok(service::unit::tree(&services, &actor, parent, after).await?)
}

/// A unit in full.
#[server(client = Client, input = GetUrl, output = Json)]
pub async fn get_unit(
    /// Which.
    id: UnitId,
) -> Result<UnitDetail, ApiError> {
    let (services, actor) = crate::server::actor()?;
    Ok(service::unit::detail(&services, &actor, id).await?)
}

/// What is stored of a unit, to edit it.
#[server(client = Client, input = GetUrl, output = Json)]
pub async fn get_unit_form(
    /// Which.
    id: UnitId,
    /// Of which year the plan; this year's without.
    #[server(default)]
    year: Option<i32>,
) -> Result<UnitEdit, ApiError> {
    let (services, actor) = crate::server::actor()?;
    Ok(service::unit::form(&services, &actor, id, year).await?)
}

/// Units whose name contains what was typed, below which another may be put.
#[server(client = Client, input = GetUrl, output = Json)]
pub async fn find_superiors(
    /// Part of a name.
    typed: String,
) -> Result<Vec<Superior>, ApiError> {
    let (services, actor) = crate::server::actor()?;
    Ok(service::unit::superiors(&services, &actor, &typed).await?)
}

/// 新增; answers where to go on.
#[server(client = Client, output = Json)]
pub async fn create_unit(
    /// The form as typed.
    form: UnitForm,
) -> Result<String, ApiError> {
    let (services, actor) = crate::server::actor()?;
    let made = service::unit::create(&services, &actor, &form).await;
    let id = made.inspect_err(|_| crate::kept::keep("/units/new", &form))?;
    let to = format!("/units/{id}?done=added");
    crate::server::lead_on(&to);
    Ok(to)
}

/// 编辑. A browser without JavaScript is led to the unit, or to both versions where somebody else was quicker.
#[server(client = Client, output = Json)]
pub async fn edit_unit(
    /// Which.
    id: UnitId,
    /// The version that was edited.
    version: i32,
    /// The form as typed.
    form: UnitForm,
) -> Result<Edited, ApiError> {
    let (services, actor) = crate::server::actor()?;
    let edited = service::unit::edit(&services, &actor, id, version, &form).await;
    let page = format!("/units/{id}/edit");
    if !matches!(edited, Ok(Edited::Saved)) {
        crate::kept::keep(&page, &form);
    }
    let edited = edited?;
    crate::server::lead_on(&match &edited {
        Edited::Saved => format!("/units/{id}?done=edited"),
        Edited::Stale(stored) => format!("{page}?year={}&stale=yes", stored.form.year),
    });
    Ok(edited)
}

/// Goes from the form to the plan of another year, for a browser without JavaScript: where something was typed it is led
/// back to the form, which asks first. Answers where to go on.
#[server(client = Client, output = Json)]
pub async fn change_plan_year(
    /// Which.
    id: UnitId,
    /// The other year.
    year: i32,
    /// The form as typed.
    form: UnitForm,
) -> Result<String, ApiError> {
    let (services, actor) = crate::server::actor()?;
    let page = format!("/units/{id}/edit");
    let stored = service::unit::form(&services, &actor, id, form.year.trim().parse().ok()).await?.form;
    let to = if form == stored {
        format!("{page}?year={year}")
    } else {
        crate::kept::keep(&page, &form);
        format!("{page}?year={}&leave={year}", stored.year)
    };
    crate::server::lead_on(&to);
    Ok(to)
}

/// 删除; answers where to go on.
#[server(client = Client, output = Json)]
pub async fn delete_unit(
    /// Which.
    unit: UnitId,
) -> Result<String, ApiError> {
    let (services, actor) = crate::server::actor()?;
    service::unit::delete(&services, &actor, unit).await?;
    let to = "/units/manage?done=deleted";
    crate::server::lead_on(to);
    Ok(to.to_owned())
}

/// 合并; answers where to go on.
#[server(client = Client, output = Json)]
pub async fn merge_unit(
    /// The one that is dissolved.
    unit: UnitId,
    /// The full name of the one that takes its place.
    into: String,
    /// Its id where it was chosen from the list.
    #[server(default)]
    into_id: String,
) -> Result<String, ApiError> {
    use domain::{Code, Problem, problem::FieldFault};
    let (services, actor) = crate::server::actor()?;
    let heir = if let Ok(id) = into_id.parse() {
        id
    } else {
        let into = into.trim();
        let mut found = service::unit::superiors(&services, &actor, into).await?;
        found.retain(|found| found.unit.name == into);
        let fault = |code| ApiError::from(Problem::Fields(vec![FieldFault::new("into", code)]));
        match found.as_slice() {
            [found] => found.unit.id,
            [] if into.is_empty() => return Err(fault(Code::Required)),
            [] => return Err(fault(Code::SuperiorUnknown)),
            _ => return Err(fault(Code::SuperiorAmbiguous)),
        }
    };
    service::unit::merge(&services, &actor, unit, heir).await?;
    let to = format!("/units/{heir}?done=merged");
    crate::server::lead_on(&to);
    Ok(to)
}
