//! The page of the bulletin: the draft in fields, the tables below them, and the ways to take it along. A plain form posts the texts;
//! the server makes the tables again.

use super::{
    edits::{EarlierEdits, store},
    table::bulletin_table,
};
use crate::{
    components::{Field, LongField, PageTitle, filter, skeleton, unavailable_page},
    current_account::current_account,
    forms::load_one,
    i18n::use_lang,
    lists::query_in_address,
    routes::{BulletinFile, Endpoint, Route, UrlQuery, parameter},
    statistics::api::{BulletinView, get_bulletin},
    time::moment,
};
use domain::{
    bulletin::{Bulletin, BulletinPart, BulletinQuery},
    report::AmountUnit,
};
use leptos::prelude::*;
use texts::Lang;

/// The page.
#[component]
pub(crate) fn BulletinPage() -> impl IntoView {
    let lang = use_lang();
    let query = query_in_address::<BulletinQuery>();
    let data =
        load_one(move || Some(query.get()), |query| async move { get_bulletin(query).await.map(|view| (query, view)) });
    view! {
        <Transition fallback=|| skeleton(10)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok((query, view)) => page(lang, query, view),
                    Err(error) => unavailable_page(lang, error.problem()),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn page(lang: Lang, query: BulletinQuery, view: BulletinView) -> AnyView {
    let BulletinView { bulletin, texts } = view;
    let read_at = lang.report_read(&moment(lang, bulletin.read_at));
    let scope = bulletin.unit.as_ref().map_or(lang.report_country(), |unit| &unit.name);
    let lead = [scope, &lang.report_as_of(bulletin.month.last_day()), &read_at].join(" · ");
    let chosen = BulletinQuery { month: Some(bulletin.month), ..query };
    let hidden = |name: &'static str, value: String| view! { <input type="hidden" name=name value=value/> };
    let account = current_account().map(|account| account.login).unwrap_or_default();
    let mut number = 0;
    let fields = BulletinPart::ALL
        .into_iter()
        .map(|part| {
            let tables = part.tables().iter().filter_map(|kind| {
                number += 1;
                Some(bulletin_table(lang, query.amounts, number, bulletin.table(*kind)?))
            });
            let tables = tables.collect_view();
            view! { {field(lang, part, texts.get(part))} {tables} }
        })
        .collect_view();
    let key = format!("{}#{}", chosen.href(Route::Bulletin), lang.tag());
    let stored = key.clone();
    view! {
        <PageTitle
            title=lang.bulletin_title()
            crumbs=vec![(lang.report_section().to_owned(), Some(Route::Report(domain::report::ReportKind::Execution)))]
            lead
        />
        <div class="report bulletin">
            {conditions(lang, query, &bulletin)}
            <p class="quiet">{lang.bulletin_lead()}</p>
            <form
                method="post"
                action=Endpoint::Bulletin(BulletinFile::Docx)
                class="bulletin-form"
                on:input=move |_| store(&stored)
            >
                {hidden(parameter::ACCOUNT, account)}
                {chosen.parameters().into_iter().map(|(name, value)| hidden(name, value)).collect_view()}
                <div class="bulletin-files" role="group" aria-label=lang.bulletin_files()>
                    <button type="submit" class="button is-primary">
                        <span aria-hidden="true">"↓ "</span>
                        {lang.bulletin_word()}
                    </button>
                    <button type="submit" class="button" formaction=Endpoint::Bulletin(BulletinFile::Xlsx)>
                        <span aria-hidden="true">"↓ "</span>
                        {lang.bulletin_sheet()}
                    </button>
                    <button
                        type="submit"
                        class="button"
                        formaction=Endpoint::Bulletin(BulletinFile::Paper)
                        formtarget="_blank"
                    >
                        {lang.bulletin_paper()}
                    </button>
                </div>
                <EarlierEdits key drawn=texts/>
                <section class="card bulletin-text" aria-label=lang.bulletin_text()>
                    <p class="quiet">{lang.bulletin_hint()}</p>
                    {fields}
                </section>
            </form>
        </div>
    }
    .into_any()
}

/// The month and the unit of amounts. Another month opens as a whole document, so that no field keeps a text of this one.
fn conditions(lang: Lang, query: BulletinQuery, bulletin: &Bulletin) -> AnyView {
    let months = bulletin
        .months
        .iter()
        .map(|month| {
            let selected = *month == bulletin.month;
            view! { <option value=month.to_string() selected=selected>{lang.bulletin_of_month(*month)}</option> }
        })
        .collect_view();
    let units = AmountUnit::ALL.map(|unit| (unit.as_str().to_owned(), lang.amount_unit(unit)));
    let amounts = Signal::stored(query.amounts.as_str().to_owned());
    view! {
        <div class="report-conditions">
            <form method="get" action=Route::Bulletin>
                <div class="search" role="group" aria-label=lang.bulletin_conditions()>
                    <label class="report-until">
                        <span>{lang.bulletin_month()}</span>
                        <select name=parameter::MONTH>{months}</select>
                    </label>
                    {filter(parameter::AMOUNTS, lang.report_amounts(), None, units.into(), amounts)}
                    <button type="submit" class="button">{lang.report_show()}</button>
                </div>
            </form>
        </div>
    }
    .into_any()
}

/// The field of a text.
fn field(lang: Lang, part: BulletinPart, text: &str) -> AnyView {
    let (name, label, maxlength) = (part.as_str(), lang.bulletin_part(part), part.most_characters());
    let (value, rows) = (text.to_owned(), rows_of(text));
    if part.is_line() {
        view! { <Field name label maxlength value optional=true/> }.into_any()
    } else {
        view! { <LongField name label maxlength rows value optional=true/> }.into_any()
    }
}

/// About as many rows as the text takes on a wide page, for browsers that do not fit fields to their text.
fn rows_of(text: &str) -> u16 {
    const CHARACTERS: usize = 60;
    let rows: usize = text.lines().map(|line| line.chars().count().div_ceil(CHARACTERS).max(1)).sum();
    u16::try_from(rows).unwrap_or(u16::MAX).clamp(2, 16)
}
