//! 登录管理账号 and 登录交易账号: the same page in the words of its portal.

use super::{failure, focus_fault, go_on, pending, problem};
use crate::{
    api::{session::SignIn, trade::TradeSignIn},
    components::{Field, PasswordField, SubmitButton},
    i18n::use_lang,
    kept,
    session::{self, me, own_path},
    shell::{language_switch, logo, warm_up},
};
use domain::{Problem, view::Portal};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Redirect, hooks::use_query_map};
use texts::Lang;

/// The management's.
#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<SignIn>::new();
    go_on(action);
    let form = view! { <ActionForm action>{inputs(lang, Portal::Management, pending(action))}</ActionForm> };
    page(lang, Portal::Management, problem(action), form.into_any())
}

/// The trading portal's.
#[component]
pub(crate) fn TradeSignInPage() -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<TradeSignIn>::new();
    go_on(action);
    let form = view! { <ActionForm action>{inputs(lang, Portal::Trading, pending(action))}</ActionForm> };
    page(lang, Portal::Trading, problem(action), form.into_any())
}

/// Where the page leads on to.
fn next() -> Option<String> {
    use_query_map().with_untracked(|query| query.get_str("next").and_then(own_path).map(str::to_owned))
}

fn inputs(lang: Lang, portal: Portal, pending: Memo<bool>) -> AnyView {
    let login = kept::take::<String>(session::sign_in(portal)).unwrap_or_default();
    view! {
        {next().map(|next| view! { <input type="hidden" name="next" value=next/> })}
        <Field name="login" label=lang.login_name() value=login autocomplete="username" maxlength=32 autofocus=true/>
        <PasswordField name="password" label=lang.password() autocomplete="current-password"/>
        <SubmitButton label=lang.sign_in() busy=lang.signing_in() pending wide=true/>
    }
    .into_any()
}

/// What a portal says of itself.
struct Words {
    product: &'static str,
    title: &'static str,
    claim: &'static str,
    claim_more: &'static str,
    forgotten: &'static str,
    opened: &'static str,
    /// Where the other kind of account signs in.
    other: &'static str,
    go: &'static str,
}

const fn words(lang: Lang, portal: Portal) -> Words {
    match portal {
        Portal::Management => Words {
            product: lang.product(),
            title: lang.sign_in_title(),
            claim: lang.claim(),
            claim_more: lang.claim_more(),
            forgotten: lang.sign_in_forgotten(),
            opened: lang.sign_in_from_superior(),
            other: lang.trade_to_portal(),
            go: lang.trade_go_portal(),
        },
        Portal::Trading => Words {
            product: lang.trade_product(),
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

/// The page around the form; somebody who is signed in already is led on.
fn page(lang: Lang, portal: Portal, problem: Signal<Option<Problem>>, form: AnyView) -> AnyView {
    let words = words(lang, portal);
    let to = next().unwrap_or_else(|| session::home(portal).to_owned());
    let demo = SharedValue::new(is_demo).into_inner();
    focus_fault(problem);
    warm_up(portal);
    let elsewhere = session::sign_in(match portal {
        Portal::Management => Portal::Trading,
        Portal::Trading => Portal::Management,
    });
    let lead = move || {
        problem.with(|problem| matches!(problem, Some(Problem::WrongPortal(_)))).then(|| {
            view! { <p><a class="button is-wide" href=elsewhere rel="external">{words.go}</a></p> }
        })
    };
    view! {
        {session::portal_title(lang, portal)}
        <Title text=words.title/>
        {me().filter(|me| me.kind.portal() == portal).map(|_| view! { <Redirect path=to/> })}
        <div class="sign-in">
            <header class="sign-in-brand">
                <p class="sign-in-product">{logo(words.product)}</p>
                <p class="sign-in-claim">{words.claim}</p>
                <p class="sign-in-more">{words.claim_more}</p>
                {fields()}
            </header>
            <main class="sign-in-main">
                {language_switch(lang)}
                <div class="sign-in-box">
                    <h1>{words.title}</h1>
                    {failure(lang, "", problem)}
                    {lead}
                    {form}
                    <div class="sign-in-notes">
                        <p>{words.forgotten}</p>
                        <p>{words.opened}</p>
                        <p><a href=elsewhere rel="external">{words.other}</a></p>
                        <p>{lang.hotline()}</p>
                        {demo.then(|| view! { <p><a href="/demo/sms">{lang.sms_demo_link()}</a></p> })}
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

/// Furrows of a field.
fn fields() -> AnyView {
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
