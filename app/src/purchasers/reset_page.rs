//! 重置密码 of a purchaser's account.

use super::api::get_purchaser;
use crate::{
    accounts::{ResetSubject, reset_page},
    forms::{id_in_path, load_one},
};
use domain::{Template, view::PurchaserId};
use leptos::prelude::*;

/// The page; the id is in the path.
#[component]
pub(crate) fn ResetPurchaserPage() -> impl IntoView {
    let id = id_in_path::<PurchaserId>();
    let load = |id| async move {
        let purchaser = get_purchaser(id).await?.purchaser;
        Ok(ResetSubject { holder: purchaser.id.into(), name: purchaser.name, login: purchaser.login })
    };
    reset_page(Template::Purchasers, load_one(move || id.get(), load))
}
