//! 演示短信: the SMS that contacts would receive. Demo mode only.

use super::api::list_sms;
use crate::{
    components::{Bare, PageTitle, SearchForm, Tone, empty, notice, skeleton, unavailable},
    current_account::current_account,
    i18n::use_lang,
    routes::{Route, parameter},
    session::api::SignOut,
    time::moment,
};
use domain::{account::Portal, sms::SentSms};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;
use texts::Lang;

/// The page.
#[component]
pub(crate) fn SentSmsPage() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let search =
        Memo::new(move |_| query.with(|query| query.get_str(parameter::SEARCH).unwrap_or_default().to_owned()));
    let sent = Resource::new(move || search.get(), list_sms);
    view! {
        <Bare>
            <PageTitle title=lang.sms_title() lead=lang.sms_lead()>
                {other_account(lang, current_account().is_some())}
            </PageTitle>
            {notice(Tone::Warning, "", lang.sms_demo_only().to_owned())}
            <div class="filters">
                <SearchForm page=Route::SentSms label=lang.sms_search() text=search/>
            </div>
            <Transition fallback=|| skeleton(6)>
                {move || Suspend::new(async move {
                    match sent.await {
                        Ok(messages) if messages.is_empty() => none(lang, &search.get_untracked()),
                        Ok(messages) => list(lang, messages),
                        Err(error) => unavailable(lang, error.problem()),
                    }
                })}
            </Transition>
        </Bare>
    }
    .into_any()
}

/// The way to another account. An account that is signed in must sign out first.
fn other_account(lang: Lang, signed_in: bool) -> AnyView {
    if !signed_in {
        let page = Route::SignIn(Portal::Management);
        return view! { <a class="button is-primary" href=page rel="external">{lang.sign_in()}</a> }.into_any();
    }
    view! {
        <a href=Route::Home(Portal::Management)>{lang.to_desktop()}</a>
        <form method="post" action=SignOut::url()>
            <button type="submit" class="button is-primary">{lang.sms_sign_in_as_other()}</button>
        </form>
    }
    .into_any()
}

fn none(lang: Lang, search: &str) -> AnyView {
    if search.is_empty() {
        return empty(lang.sms_none(), lang.sms_none_help(), ().into_any());
    }
    let clear = view! { <a class="button" href=Route::SentSms>{lang.clear_search()}</a> }.into_any();
    empty(lang.sms_not_found(), lang.sms_not_found_help(), clear)
}

fn list(lang: Lang, messages: Vec<SentSms>) -> AnyView {
    let items = messages.into_iter().map(|sms| message(lang, sms)).collect_view();
    view! { <ul class="messages">{items}</ul> }.into_any()
}

fn message(lang: Lang, sms: SentSms) -> AnyView {
    view! {
        <li class="card message">
            <p class="message-head">
                <b class="digits">{sms.mobile}</b>
                " "
                <span class="quiet">{moment(lang, sms.at)}</span>
            </p>
            <p class="message-text">{sms.text}</p>
        </li>
    }
    .into_any()
}
