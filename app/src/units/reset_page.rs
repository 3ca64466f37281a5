//! 重置密码 of a unit's account.

use super::api::get_unit_name;
use crate::{
    accounts::{ResetSubject, reset_page},
    forms::{id_in_path, load_one},
};
use domain::{Template, account::AccountHolderName, ids::UnitId};
use leptos::prelude::*;

/// The page; the id is in the path.
#[component]
pub(crate) fn ResetUnitPage() -> impl IntoView {
    let id = id_in_path::<UnitId>();
    let load = |id: UnitId| async move {
        let AccountHolderName { name, login } = get_unit_name(id).await?;
        Ok(ResetSubject { holder: id.into(), name, login })
    };
    reset_page(Template::Units, load_one(move || id.get(), load))
}
