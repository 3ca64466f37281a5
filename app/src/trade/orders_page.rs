//! 我的订单.

use crate::{
    components::{PageTitle, empty},
    current_account::current_account,
    i18n::use_lang,
    routes::Route,
};
use domain::{Certification, account::Portal};
use leptos::prelude::*;
use texts::Lang;

/// The page. It explains that orders will be listed here, and which purchasers may purchase.
#[component]
pub(crate) fn OrdersPage() -> impl IntoView {
    let lang = use_lang();
    let state =
        current_account().and_then(|account| account.purchaser).map_or(Certification::None, |own| own.certification);
    let step = (state != Certification::Certified).then(
        || view! { <a class="button is-primary" href=Route::Profile(Portal::Trading)>{lang.trade_profile()}</a> },
    );
    view! {
        <PageTitle title=lang.trade_orders()/>
        {empty(lang.trade_orders_none(), no_orders_reason(lang, state), step.into_any())}
    }
    .into_any()
}

/// Why there are no orders.
pub(super) const fn no_orders_reason(lang: Lang, state: Certification) -> &'static str {
    match state {
        Certification::Certified => lang.trade_orders_certified(),
        _ => lang.trade_orders_uncertified(),
    }
}
