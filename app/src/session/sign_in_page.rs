//! 登录管理账号 and 登录交易账号: one page in the words of its portal.

use super::api::SignIn;
use crate::{
    components::{Field, PasswordField, SubmitButton, hotline, language_switch, logo, portal_name, portal_title},
    current_account::current_account,
    form_echo,
    forms::{ServerForm, failure, focus_first_error_on, follow, pending, problem},
    i18n::use_lang,
    routes::{Route, own_path, parameter},
    trade::api::TradeSignIn,
};
use domain::{Problem, account::Portal};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Redirect, hooks::use_query_map};
use texts::Lang;

/// The management's.
#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<SignIn>::new();
    follow(action);
    let form = view! { <ServerForm action>{inputs(lang, Portal::Management, pending(action))}</ServerForm> };
    page(lang, Portal::Management, problem(action), form.into_any())
}

/// The trading portal's.
#[component]
pub(crate) fn TradeSignInPage() -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<TradeSignIn>::new();
    follow(action);
    let form = view! { <ServerForm action>{inputs(lang, Portal::Trading, pending(action))}</ServerForm> };
    page(lang, Portal::Trading, problem(action), form.into_any())
}

/// The path of the next page, from the address.
fn next() -> Option<String> {
    use_query_map().with_untracked(|query| query.get_str(parameter::NEXT).and_then(own_path).map(str::to_owned))
}

fn inputs(lang: Lang, portal: Portal, pending: Memo<bool>) -> AnyView {
    let login = form_echo::take_at::<String>(Route::SignIn(portal)).unwrap_or_default();
    view! {
        {next().map(|next| view! { <input type="hidden" name="next" value=next/> })}
        <Field name="login" label=lang.login_name() value=login autocomplete="username" maxlength=32 autofocus=true/>
        <PasswordField name="password" label=lang.password() autocomplete="current-password"/>
        <SubmitButton label=lang.sign_in() busy=lang.signing_in() pending wide=true/>
    }
    .into_any()
}

/// The words of a portal.
struct Words {
    title: &'static str,
    claim: &'static str,
    claim_more: &'static str,
    forgotten: &'static str,
    opened: &'static str,
    /// The link to the other portal.
    other: &'static str,
    /// The button to the other portal, after an attempt at the wrong one.
    go: &'static str,
}

const fn words(lang: Lang, portal: Portal) -> Words {
    match portal {
        Portal::Management => Words {
            title: lang.sign_in_title(),
            claim: lang.claim(),
            claim_more: lang.claim_more(),
            forgotten: lang.sign_in_forgotten(),
            opened: lang.sign_in_from_superior(),
            other: lang.trade_to_portal(),
            go: lang.trade_go_portal(),
        },
        Portal::Trading => Words {
            title: lang.trade_sign_in_title(),
            claim: lang.trade_claim(),
            claim_more: lang.trade_claim_more(),
            forgotten: lang.trade_forgotten(),
            opened: lang.trade_from_unit(),
            other: lang.trade_to_management(),
            go: lang.trade_go_management(),
        },
    }
}

/// The page around the form. An account that is signed in already is redirected.
fn page(lang: Lang, portal: Portal, problem: Signal<Option<Problem>>, form: AnyView) -> AnyView {
    let words = words(lang, portal);
    let target = next().unwrap_or_else(|| Route::Home(portal).to_string());
    let demo = SharedValue::new(is_demo).into_inner();
    focus_first_error_on(problem);
    let other_portal = Route::SignIn(match portal {
        Portal::Management => Portal::Trading,
        Portal::Trading => Portal::Management,
    });
    let wrong_portal = move || {
        problem.with(|problem| matches!(problem, Some(Problem::WrongPortal(_)))).then(|| {
            view! { <p><a class="button is-wide" href=other_portal rel="external">{words.go}</a></p> }
        })
    };
    view! {
        {portal_title(lang, portal)}
        <Title text=words.title/>
        {current_account()
            .filter(|account| account.kind.portal() == portal)
            .map(|_| view! { <Redirect path=target/> })}
        <div class="sign-in">
            <header class="sign-in-brand">
                <p class="sign-in-product">{logo(portal_name(lang, portal))}</p>
                <p class="sign-in-claim">{words.claim}</p>
                <p class="sign-in-more">{words.claim_more}</p>
                {furrows()}
            </header>
            <main class="sign-in-main">
                {language_switch(lang)}
                <div class="sign-in-box">
                    <h1>{words.title}</h1>
                    {failure(lang, "", problem)}
                    {wrong_portal}
                    {form}
                    <div class="sign-in-notes">
                        <p>{words.forgotten}</p>
                        <p>{words.opened}</p>
                        <p><a href=other_portal rel="external">{words.other}</a></p>
                        <p>{hotline(lang)}</p>
                        {demo.then(|| view! { <p><a href=Route::SentSms>{lang.sms_demo_link()}</a></p> })}
                    </div>
                </div>
            </main>
        </div>
    }
    .into_any()
}

/// Whether this is a demonstration.
#[cfg(feature = "ssr")]
fn is_demo() -> bool {
    use_context::<service::Services>().is_some_and(|services| services.settings().demo)
}

/// In the browser the value comes with the page.
#[cfg(not(feature = "ssr"))]
const fn is_demo() -> bool {
    false
}

/// The furrows of a field, as decoration.
fn furrows() -> AnyView {
    let lines = (0..7)
        .map(|line| {
            let y = 40 + line * 36;
            let path = format!(
                "M0 {} C 90 {}, 190 {}, 330 {} S 560 {}, 720 {}",
                y + 38,
                y - 14,
                y + 42,
                y + 12,
                y - 46,
                y + 8,
            );
            view! { <path d=path></path> }
        })
        .collect_view();
    view! {
        <svg class="sign-in-fields" viewBox="0 0 720 330" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            {lines}
        </svg>
    }
    .into_any()
}
