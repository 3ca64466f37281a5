//! The document, the routes, and the frame around the pages of somebody who is signed in.

mod bare;
mod frame;
mod logo;
mod menu;

pub(crate) use bare::Bare;
pub(crate) use logo::logo;
pub(crate) use menu::language_switch;

use crate::{
    components::{Toasts, provide_toaster},
    i18n::{provide_lang, use_lang},
    pages::{
        CertificationPage, CertificationsPage, CompletePage, DataPage, DesktopPage, EditDataPage, EditUnitPage, HelpPage,
        HomePage, ManagePage, NewUnitPage, NotFoundPage, OrdersPage, PasswordPage, ProfilePage, ResetPage, SentSmsPage,
        SignInPage, TradeCompletePage, TradePasswordPage, TradeSignInPage, UnitPage, UnitsPage,
        import::{BatchPage, ImportPage},
    },
    session::{portal_title, provide_session},
};
use domain::view::Portal;
use frame::{Frame, TradeFrame};
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

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
            <body>
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
                <Route path=path!("/demo/sms") view=SentSmsPage ssr=WHOLE/>
                <ParentRoute path=path!("/trade") view=TradeFrame ssr=WHOLE>
                    <Route path=path!("") view=HomePage ssr=WHOLE/>
                    <Route path=path!("/password") view=TradePasswordPage ssr=WHOLE/>
                    <Route path=path!("/complete") view=TradeCompletePage ssr=WHOLE/>
                    <Route path=path!("/profile/edit") view=EditDataPage ssr=WHOLE/>
                    <Route path=path!("/profile") view=DataPage ssr=WHOLE/>
                    <Route path=path!("/orders") view=OrdersPage ssr=WHOLE/>
                </ParentRoute>
                <ParentRoute path=path!("") view=Frame ssr=WHOLE>
                    <Route path=path!("/") view=DesktopPage ssr=WHOLE/>
                    <Route path=path!("/password") view=PasswordPage ssr=WHOLE/>
                    <Route path=path!("/profile/complete") view=CompletePage ssr=WHOLE/>
                    <Route path=path!("/profile") view=ProfilePage ssr=WHOLE/>
                    <Route path=path!("/units/import/:batch") view=BatchPage ssr=WHOLE/>
                    <Route path=path!("/units/import") view=ImportPage ssr=WHOLE/>
                    <Route path=path!("/units/manage") view=ManagePage ssr=WHOLE/>
                    <Route path=path!("/units/new") view=NewUnitPage ssr=WHOLE/>
                    <Route path=path!("/units/:id/edit") view=EditUnitPage ssr=WHOLE/>
                    <Route path=path!("/units/:id/reset") view=ResetPage ssr=WHOLE/>
                    <Route path=path!("/units/:id") view=UnitPage ssr=WHOLE/>
                    <Route path=path!("/units") view=UnitsPage ssr=WHOLE/>
                    <Route path=path!("/certification/:id") view=CertificationPage ssr=WHOLE/>
                    <Route path=path!("/certification") view=CertificationsPage ssr=WHOLE/>
                    <Route path=path!("/help") view=HelpPage ssr=WHOLE/>
                </ParentRoute>
            </Routes>
        </Router>
        <Toasts/>
    }
}
