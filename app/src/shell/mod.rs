//! The document, the router, and the frame around the pages behind the sign-in.

mod bundles;
mod frame;
mod menu;
mod not_found_page;

use crate::{
    components::{ICON, Toasts, portal_title, provide_toaster},
    current_account::provide_current_account,
    document,
    i18n::{provide_lang, use_lang},
    routes::pattern,
    session::{SignInPage, TradeSignInPage},
};
use bundles::{management, preload_behind_sign_in, trade};
use domain::account::Portal;
use frame::{Frame, TradeFrame};
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{ParentRoute, Route, Router, Routes},
};
use not_found_page::NotFoundPage;

/// The document around the application.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    // `App` has not filled the context yet.
    let lang = provide_lang();
    view! {
        <!DOCTYPE html>
        <html lang=lang.tag()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="theme-color" content="#0d452d"/>
                <meta name="format-detection" content="telephone=no"/>
                <link rel="icon" type="image/svg+xml" href=ICON/>
                <HashedStylesheet options=options.clone() id="style"/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body
                data-address=document::requested_address()
                data-account=document::requesting_account()
                data-settings=document::settings_json()
            >
                <App/>
            </body>
        </html>
    }
}

/// The application.
#[component]
pub fn App() -> impl IntoView {
    // Every page is sent as a whole: it can be read without JavaScript, and its status says whether its subject exists.
    const WHOLE: SsrMode = SsrMode::Async;
    provide_meta_context();
    provide_lang();
    provide_current_account();
    provide_toaster();
    view! {
        {portal_title(use_lang(), Portal::Management)}
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=pattern!(SignIn) view=sign_in ssr=WHOLE/>
                <Route path=pattern!(TradeSignIn) view=trade_sign_in ssr=WHOLE/>
                <Route path=pattern!(SentSms) view={Lazy::<management::SentSms>::new()} ssr=WHOLE/>
                <ParentRoute path=pattern!(Trade) view=TradeFrame ssr=WHOLE>
                    <Route path=pattern!(TradeHome) view={Lazy::<trade::TradeHome>::new()} ssr=WHOLE/>
                    <Route path=pattern!(TradePassword) view={Lazy::<trade::TradePassword>::new()} ssr=WHOLE/>
                    <Route path=pattern!(CompleteTradeProfile) view={Lazy::<trade::CompleteTradeProfile>::new()} ssr=WHOLE/>
                    <Route path=pattern!(EditTradeProfile) view={Lazy::<trade::EditTradeProfile>::new()} ssr=WHOLE/>
                    <Route path=pattern!(TradeProfile) view={Lazy::<trade::TradeProfile>::new()} ssr=WHOLE/>
                    <Route path=pattern!(TradeOrder) view={Lazy::<trade::TradeOrder>::new()} ssr=WHOLE/>
                    <Route path=pattern!(TradeNotice) view={Lazy::<trade::TradeNotice>::new()} ssr=WHOLE/>
                    <Route path=pattern!(TradeNotices) view={Lazy::<trade::TradeNotices>::new()} ssr=WHOLE/>
                    <Route path=pattern!(TradeOrders) view={Lazy::<trade::TradeOrders>::new()} ssr=WHOLE/>
                </ParentRoute>
                <ParentRoute path=pattern!(Management) view=Frame ssr=WHOLE>
                    <Route path=pattern!(Home) view={Lazy::<management::Desktop>::new()} ssr=WHOLE/>
                    <Route path=pattern!(Password) view={Lazy::<management::Password>::new()} ssr=WHOLE/>
                    <Route path=pattern!(CompleteProfile) view={Lazy::<management::CompleteProfile>::new()} ssr=WHOLE/>
                    <Route path=pattern!(Profile) view={Lazy::<management::Profile>::new()} ssr=WHOLE/>
                    <Route path=pattern!(UnitsBatch) view={Lazy::<management::UnitsBatch>::new()} ssr=WHOLE/>
                    <Route path=pattern!(ImportUnits) view={Lazy::<management::ImportUnits>::new()} ssr=WHOLE/>
                    <Route path=pattern!(PurchasersBatch) view={Lazy::<management::PurchasersBatch>::new()} ssr=WHOLE/>
                    <Route path=pattern!(ImportPurchasers) view={Lazy::<management::ImportPurchasers>::new()} ssr=WHOLE/>
                    <Route path=pattern!(NewPurchaser) view={Lazy::<management::NewPurchaser>::new()} ssr=WHOLE/>
                    <Route path=pattern!(EditPurchaser) view={Lazy::<management::EditPurchaser>::new()} ssr=WHOLE/>
                    <Route path=pattern!(ResetPurchaserPassword) view={Lazy::<management::ResetPurchaserPassword>::new()} ssr=WHOLE/>
                    <Route path=pattern!(Purchaser) view={Lazy::<management::Purchaser>::new()} ssr=WHOLE/>
                    <Route path=pattern!(Purchasers) view={Lazy::<management::Purchasers>::new()} ssr=WHOLE/>
                    <Route path=pattern!(ManageUnits) view={Lazy::<management::ManageUnits>::new()} ssr=WHOLE/>
                    <Route path=pattern!(NewUnit) view={Lazy::<management::NewUnit>::new()} ssr=WHOLE/>
                    <Route path=pattern!(EditUnit) view={Lazy::<management::EditUnit>::new()} ssr=WHOLE/>
                    <Route path=pattern!(ResetUnitPassword) view={Lazy::<management::ResetUnitPassword>::new()} ssr=WHOLE/>
                    <Route path=pattern!(Unit) view={Lazy::<management::Unit>::new()} ssr=WHOLE/>
                    <Route path=pattern!(Units) view={Lazy::<management::Units>::new()} ssr=WHOLE/>
                    <Route path=pattern!(Certification) view={Lazy::<management::Certification>::new()} ssr=WHOLE/>
                    <Route path=pattern!(Certifications) view={Lazy::<management::Certifications>::new()} ssr=WHOLE/>
                    <Route path=pattern!(NewDispute) view={Lazy::<management::NewDispute>::new()} ssr=WHOLE/>
                    <Route path=pattern!(Dispute) view={Lazy::<management::Dispute>::new()} ssr=WHOLE/>
                    <Route path=pattern!(Disputes) view={Lazy::<management::Disputes>::new()} ssr=WHOLE/>
                    <Route path=pattern!(NewNotice) view={Lazy::<management::NewNotice>::new()} ssr=WHOLE/>
                    <Route path=pattern!(EditNotice) view={Lazy::<management::EditNotice>::new()} ssr=WHOLE/>
                    <Route path=pattern!(Notice) view={Lazy::<management::Notice>::new()} ssr=WHOLE/>
                    <Route path=pattern!(Notices) view={Lazy::<management::Notices>::new()} ssr=WHOLE/>
                    <Route path=pattern!(PlanParameters) view={Lazy::<management::PlanParameters>::new()} ssr=WHOLE/>
                    <Route path=pattern!(Plan) view={Lazy::<management::Plan>::new()} ssr=WHOLE/>
                    <Route path=pattern!(RemindPlans) view={Lazy::<management::RemindPlans>::new()} ssr=WHOLE/>
                    <Route path=pattern!(UnitPlan) view={Lazy::<management::UnitPlan>::new()} ssr=WHOLE/>
                    <Route path=pattern!(ReviewPlans) view={Lazy::<management::ReviewPlans>::new()} ssr=WHOLE/>
                    <Route path=pattern!(ParkedOrders) view={Lazy::<management::ParkedOrders>::new()} ssr=WHOLE/>
                    <Route path=pattern!(ApiKeys) view={Lazy::<management::ApiKeys>::new()} ssr=WHOLE/>
                    <Route path=pattern!(Bulletin) view={Lazy::<management::Bulletin>::new()} ssr=WHOLE/>
                    <Route path=pattern!(Report) view={Lazy::<management::Report>::new()} ssr=WHOLE/>
                    <Route path=pattern!(Help) view={Lazy::<management::Help>::new()} ssr=WHOLE/>
                </ParentRoute>
            </Routes>
        </Router>
        <Toasts/>
    }
}

/// 登录管理账号.
fn sign_in() -> impl IntoView {
    preload_behind_sign_in(Portal::Management);
    SignInPage()
}

/// 登录交易账号.
fn trade_sign_in() -> impl IntoView {
    preload_behind_sign_in(Portal::Trading);
    TradeSignInPage()
}
