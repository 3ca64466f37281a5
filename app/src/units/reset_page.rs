//! 重置密码 of a unit's account.

use super::api::get_unit;
use crate::{
    accounts::{ResetSubject, reset_page},
    forms::{id_in_path, load_one},
};
use domain::{Template, view::UnitId};
use leptos::prelude::*;

/// The page; the id is in the path.
#[component]
pub(crate) fn ResetUnitPage() -> impl IntoView {
    let id = id_in_path::<UnitId>();
    let load = |id| async move {
        let unit = get_unit(id).await?.unit;
        Ok(ResetSubject { holder: unit.id.into(), name: unit.name, login: unit.login })
    };
    reset_page(Template::Units, load_one(move || id.get(), load))
}
