//! 首页 of the portal: where the certification stands, and what comes next.

use super::state;
use crate::{
    api::trade::get_trade_profile,
    components::{PageTitle, skeleton, unavailable_page},
    i18n::use_lang,
    pages::done_notice,
    session::me,
    time::hour,
};
use domain::{Certification, trade::TradeProfile};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
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
                    Err(error) => unavailable_page(lang, &error),
                }
            })}
        </Suspense>
    }
    .into_any()
}

fn page(lang: Lang, profile: &TradeProfile) -> AnyView {
    let greeting = me().map_or_else(|| profile.name.clone(), |me| lang.greeting(hour(me.now), &profile.name));
    let changed = use_query_map().with_untracked(|query| query.get_str("done") == Some("password"));
    let next = match profile.certification {
        Certification::None => Some(("/trade/profile", lang.trade_check())),
        Certification::Returned => Some(("/trade/profile/edit", lang.trade_mend())),
        Certification::Submitted | Certification::Certified => None,
    };
    let next = next.map(|(href, label)| view! { <p><a class="button is-primary" href=href>{label}</a></p> });
    view! {
        <PageTitle title=greeting lead=profile.unit.clone()/>
        {changed.then(|| done_notice(lang.password_saved()))}
        <div class="desk">
            <div class="desk-main">
                {state(lang, profile, next.into_any())}
                <section class="card" aria-labelledby="orders">
                    <h2 id="orders" class="card-head">{lang.trade_orders()}</h2>
                    <p class="card-none">{super::orders::none(lang, profile.certification)}</p>
                </section>
            </div>
            <div class="desk-side">
                <section class="card" aria-labelledby="data">
                    <h2 id="data" class="card-head">{lang.trade_profile()}</h2>
                    <ul class="links">
                        <li>{profile.name.clone()}</li>
                        <li class="digits quiet">{profile.code.clone()}</li>
                        <li><a href="/trade/profile">{lang.trade_look()}</a></li>
                        <li class="quiet">{lang.hotline()}</li>
                    </ul>
                </section>
            </div>
        </div>
    }
    .into_any()
}
