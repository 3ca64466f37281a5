//! The page of a unit or a purchaser: its facts, its account and its history.

use super::{account_actions, account_card, history_card, sms_card};
use crate::{
    components::{Crumb, PageTitle, confirmation, section_crumb, skeleton, unavailable_page},
    error::ApiError,
    forms::{id_in_path, load_one},
    i18n::use_lang,
    routes::{DoneNotice, Route},
};
use domain::{
    Template,
    account::{AccountHolder, AccountState},
    calendar::Timestamp,
    history::EventView,
    sms::SmsView,
};
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::str::FromStr;
use texts::Lang;

/// Such a page, in parts.
pub(crate) struct HolderPage {
    pub(crate) template: Template,
    pub(crate) holder: AccountHolder,
    pub(crate) name: String,
    /// The list that the holder belongs to.
    pub(crate) list: Crumb,
    /// 编辑, where the reader may edit.
    pub(crate) edit: Option<Route>,
    /// The cards of the main column.
    pub(crate) main: AnyView,
    /// Title of the account's card.
    pub(crate) account_title: &'static str,
    pub(crate) login: Option<String>,
    pub(crate) account: AccountState,
    pub(crate) last_sign_in: Option<Timestamp>,
    /// A form between the account and its actions.
    pub(crate) account_form: Option<AnyView>,
    pub(crate) sms: Vec<SmsView>,
    pub(crate) events: Vec<EventView>,
    /// 删除, where the reader may delete.
    pub(crate) removal: Option<AnyView>,
}

/// Loads a unit or a purchaser by the id in the path and draws its page.
pub(crate) fn holder_page<I, T, F>(
    load: impl Fn(I) -> F + Send + Sync + 'static,
    draw: impl Fn(Lang, T) -> HolderPage + Copy + Send + Sync + 'static,
) -> AnyView
where
    I: FromStr + PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
    F: Future<Output = Result<T, ApiError>> + Send + 'static,
{
    let lang = use_lang();
    let id = id_in_path();
    let data = load_one(move || id.get(), load);
    view! {
        <Transition fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(detail) => page(lang, draw(lang, detail)),
                    Err(error) => unavailable_page(lang, error.problem()),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn page(lang: Lang, page: HolderPage) -> AnyView {
    let HolderPage { template, holder, name, list, edit, main, account_title, login, account, .. } = page;
    view! {
        <PageTitle title=name crumbs=vec![section_crumb(lang, template), list]>
            {edit.map(|edit| view! { <a class="button is-primary" href=edit>{lang.manage_edit()}</a> })}
        </PageTitle>
        {confirmation(lang, template, &DoneNotice::OF_HOLDER)}
        <div class="detail">
            <div class="detail-main">
                {main}
                {history_card(lang, template, page.events)}
            </div>
            <div class="detail-side">
                {account_card(lang, account_title, login, account, page.last_sign_in)}
                {page.account_form}
                {account_actions(lang, holder, account)}
                {sms_card(lang, page.sms)}
                {page.removal}
            </div>
        </div>
    }
    .into_any()
}
