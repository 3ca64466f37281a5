//! 登录管理账号.

use super::{focus_fault, go_on, pending, problem};
use crate::{
    api::session::SignIn,
    components::{Field, PasswordField, SubmitButton, Tone, notice},
    i18n::use_lang,
    session::{me, own_path},
    shell::{language_switch, logo},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Redirect, hooks::use_query_map};

/// The sign-in page; somebody who is signed in already is led on.
#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    let lang = use_lang();
    let next = use_query_map().with_untracked(|query| query.get_str("next").and_then(own_path).map(str::to_owned));
    let to = next.clone().unwrap_or_else(|| "/".to_owned());
    let demo = SharedValue::new(is_demo).into_inner();
    let action = ServerAction::<SignIn>::new();
    let problem = problem(action);
    go_on(action);
    focus_fault(problem);
    let failure = move || problem.get().map(|problem| notice(Tone::Error, "", lang.problem(&problem)));
    view! {
        <Title text=lang.sign_in_title()/>
        {me().map(|_| view! { <Redirect path=to/> })}
        <div class="sign-in">
            <header class="sign-in-brand">
                <p class="sign-in-product">{logo(lang.product())}</p>
                <p class="sign-in-claim">{lang.claim()}</p>
                <p class="sign-in-more">{lang.claim_more()}</p>
                {fields()}
            </header>
            <main class="sign-in-main">
                {language_switch(lang)}
                <div class="sign-in-box">
                    <h1>{lang.sign_in_title()}</h1>
                    {failure}
                    <ActionForm action>
                        {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
                        <Field name="login" label=lang.login_name() autocomplete="username" maxlength=32 autofocus=true/>
                        <PasswordField name="password" label=lang.password() autocomplete="current-password"/>
                        <SubmitButton label=lang.sign_in() busy=lang.signing_in() pending=pending(action) wide=true/>
                    </ActionForm>
                    <div class="sign-in-notes">
                        <p>{lang.sign_in_forgotten()}</p>
                        <p>{lang.sign_in_from_superior()}</p>
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
