//! The document, the routes, and the frame around the pages of somebody who is signed in.

mod bare;
mod frame;
mod logo;
mod menu;
mod routes;

pub(crate) use bare::Bare;
pub(crate) use logo::logo;
pub(crate) use menu::language_switch;
pub(crate) use routes::warm_up;

use crate::{
    components::{Toasts, provide_toaster},
    document,
    i18n::{provide_lang, use_lang},
    pages::{NotFoundPage, SignInPage, TradeSignInPage},
    session::{portal_title, provide_session},
};
use domain::view::Portal;
use frame::{Frame, TradeFrame};
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};
use routes::{management, trade};

/// The document around the application.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    // The context that `App` fills is not there yet.
    let lang = provide_lang();
    view! {
        <!DOCTYPE html>
        <html lang=lang.tag()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="theme-color" content="#0d452d"/>
                <meta name="format-detection" content="telephone=no"/>
                <link rel="icon" type="image/svg+xml" href=logo::ICON/>
                <HashedStylesheet options=options.clone() id="style"/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body data-address=document::drawn_at() data-account=document::drawn_for()>
                <App/>
            </body>
        </html>
    }
}

/// The application.
#[component]
pub fn App() -> impl IntoView {
    // Every page is sent whole: it can be read without JavaScript, and its status says whether it is there.
    const WHOLE: SsrMode = SsrMode::Async;
    provide_meta_context();
    provide_lang();
    provide_session();
    provide_toaster();
    view! {
        {portal_title(use_lang(), Portal::Management)}
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/signin") view=SignInPage ssr=WHOLE/>
                <Route path=path!("/trade/signin") view=TradeSignInPage ssr=WHOLE/>
                <Route path=path!("/demo/sms") view={Lazy::<management::SentSms>::new()} ssr=WHOLE/>
                <ParentRoute path=path!("/trade") view=TradeFrame ssr=WHOLE>
                    <Route path=path!("") view={Lazy::<trade::Home>::new()} ssr=WHOLE/>
                    <Route path=path!("/password") view={Lazy::<trade::Password>::new()} ssr=WHOLE/>
                    <Route path=path!("/complete") view={Lazy::<trade::Complete>::new()} ssr=WHOLE/>
                    <Route path=path!("/profile/edit") view={Lazy::<trade::EditData>::new()} ssr=WHOLE/>
                    <Route path=path!("/profile") view={Lazy::<trade::Data>::new()} ssr=WHOLE/>
                    <Route path=path!("/orders") view={Lazy::<trade::Orders>::new()} ssr=WHOLE/>
                </ParentRoute>
                <ParentRoute path=path!("") view=Frame ssr=WHOLE>
                    <Route path=path!("/") view={Lazy::<management::Desktop>::new()} ssr=WHOLE/>
                    <Route path=path!("/password") view={Lazy::<management::Password>::new()} ssr=WHOLE/>
                    <Route path=path!("/profile/complete") view={Lazy::<management::Complete>::new()} ssr=WHOLE/>
                    <Route path=path!("/profile") view={Lazy::<management::Profile>::new()} ssr=WHOLE/>
                    <Route path=path!("/units/import/:batch") view={Lazy::<management::Batch>::new()} ssr=WHOLE/>
                    <Route path=path!("/units/import") view={Lazy::<management::Import>::new()} ssr=WHOLE/>
                    <Route path=path!("/purchasers/import/:batch") view={Lazy::<management::PurchasersBatch>::new()} ssr=WHOLE/>
                    <Route path=path!("/purchasers/import") view={Lazy::<management::PurchasersImport>::new()} ssr=WHOLE/>
                    <Route path=path!("/purchasers/new") view={Lazy::<management::NewPurchaser>::new()} ssr=WHOLE/>
                    <Route path=path!("/purchasers/:id/edit") view={Lazy::<management::EditPurchaser>::new()} ssr=WHOLE/>
                    <Route path=path!("/purchasers/:id/reset") view={Lazy::<management::ResetPurchaser>::new()} ssr=WHOLE/>
                    <Route path=path!("/purchasers/:id") view={Lazy::<management::Purchaser>::new()} ssr=WHOLE/>
                    <Route path=path!("/purchasers") view={Lazy::<management::Purchasers>::new()} ssr=WHOLE/>
                    <Route path=path!("/units/manage") view={Lazy::<management::Manage>::new()} ssr=WHOLE/>
                    <Route path=path!("/units/new") view={Lazy::<management::NewUnit>::new()} ssr=WHOLE/>
                    <Route path=path!("/units/:id/edit") view={Lazy::<management::EditUnit>::new()} ssr=WHOLE/>
                    <Route path=path!("/units/:id/reset") view={Lazy::<management::Reset>::new()} ssr=WHOLE/>
                    <Route path=path!("/units/:id") view={Lazy::<management::Unit>::new()} ssr=WHOLE/>
                    <Route path=path!("/units") view={Lazy::<management::Units>::new()} ssr=WHOLE/>
                    <Route path=path!("/certification/:id") view={Lazy::<management::Certification>::new()} ssr=WHOLE/>
                    <Route path=path!("/certification") view={Lazy::<management::Certifications>::new()} ssr=WHOLE/>
                    <Route path=path!("/help") view={Lazy::<management::Help>::new()} ssr=WHOLE/>
                </ParentRoute>
            </Routes>
        </Router>
        <Toasts/>
    }
}
