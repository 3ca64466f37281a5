//! 首页 of the portal: the state of the certification, and the next step.

use super::{api::get_trade_profile, certification_state::certification_state};
use crate::{
    components::{PageTitle, card, confirmation, hotline, skeleton, unavailable_page},
    current_account::current_account,
    i18n::use_lang,
    routes::{DoneNotice, Route},
    time::hour,
};
use domain::{Certification, Template, account::Portal, trade::TradeProfile};
use leptos::prelude::*;
use texts::Lang;

/// The page.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    let lang = use_lang();
    let data = Resource::new(|| (), |()| get_trade_profile());
    view! {
        <Suspense fallback=|| skeleton(5)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(profile) => page(lang, &profile),
                    Err(error) => unavailable_page(lang, error.problem()),
                }
            })}
        </Suspense>
    }
    .into_any()
}

fn page(lang: Lang, profile: &TradeProfile) -> AnyView {
    let greeting = current_account()
        .map_or_else(|| profile.name.clone(), |account| lang.greeting(hour(account.now), &profile.name));
    let next = match profile.certification {
        Certification::None => Some((Route::Profile(Portal::Trading), lang.trade_check())),
        Certification::Returned => Some((Route::EditTradeProfile, lang.trade_mend())),
        Certification::Submitted | Certification::Certified => None,
    };
    let next = next.map(|(page, label)| view! { <p><a class="button is-primary" href=page>{label}</a></p> });
    let orders = match profile.certification {
        Certification::Certified => lang.orders_lead(),
        _ => lang.trade_orders_uncertified(),
    };
    view! {
        <PageTitle title=greeting lead=profile.unit.clone()/>
        {confirmation(lang, Template::Purchasers, &[DoneNotice::Password])}
        <div class="desk">
            <div class="desk-main">
                {certification_state(lang, profile, next.into_any())}
                {card("orders", lang.trade_orders(), view! {
                    <ul class="links">
                        <li class="quiet">{orders}</li>
                        <li><a href=Route::TradeOrders>{lang.orders_look()}</a></li>
                    </ul>
                }.into_any())}
            </div>
            <div class="desk-side">
                {card("data", lang.trade_profile(), view! {
                    <ul class="links">
                        <li>{profile.name.clone()}</li>
                        <li class="digits quiet">{profile.code.clone()}</li>
                        <li><a href=Route::Profile(Portal::Trading)>{lang.trade_look()}</a></li>
                        <li class="quiet">{hotline(lang)}</li>
                    </ul>
                }.into_any())}
            </div>
        </div>
    }
    .into_any()
}
