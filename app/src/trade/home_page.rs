//! 首页 of the portal: the state of the certification, and the next step.

use super::{
    api::{get_trade_desktop, get_trade_profile},
    certification_state::certification_state,
};
use crate::{
    components::{PageTitle, Tone, badge, card, confirmation, hotline, skeleton, unavailable_page},
    current_account::current_account,
    desktop::{item, notices_item, waits_card},
    i18n::use_lang,
    routes::{DoneNotice, Route, UrlQuery},
    time::hour,
};
use domain::{Certification, Template, account::Portal, desktop::TradeDesktop, order::OrderQuery, trade::TradeProfile};
use leptos::prelude::*;
use texts::Lang;

/// The page.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    let lang = use_lang();
    let data = Resource::new(|| (), |()| get_trade_profile());
    let desktop = Resource::new(|| (), |()| get_trade_desktop());
    view! {
        <Suspense fallback=|| skeleton(5)>
            {move || Suspend::new(async move {
                let (data, desktop) = (data.await, desktop.await);
                match data.and_then(|profile| Ok((profile, desktop?))) {
                    Ok((profile, desktop)) => page(lang, &profile, &desktop),
                    Err(error) => unavailable_page(lang, error.problem()),
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// Notices, and orders that wait for long: each leads to the orders of its state until the same day.
fn waits(lang: Lang, desktop: &TradeDesktop) -> AnyView {
    let mut items: Vec<AnyView> = notices_item(lang, Portal::Trading, desktop.unread_notices).into_iter().collect();
    for (state, count) in &desktop.orders {
        let query = OrderQuery { state: Some(*state), until: Some(desktop.ordered_until), ..OrderQuery::default() };
        let number = badge(Tone::Warning, "!", texts::grouped(*count));
        let (title, why) =
            (lang.waits_orders(*count, *state), lang.waits_orders_why(&desktop.ordered_until.to_string()));
        items.push(item(number, title, why, query.href(Route::TradeOrders), lang.waits_look()));
    }
    waits_card(lang, items)
}

fn page(lang: Lang, profile: &TradeProfile, desktop: &TradeDesktop) -> AnyView {
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
                {waits(lang, desktop)}
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
