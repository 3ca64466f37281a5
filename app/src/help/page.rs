//! The page. Its search shows what contains every word of the text; without a text it shows everything.

use crate::{
    components::{PageTitle, SearchForm, Tone, badge, card, empty, hotline, table_head, template_downloads},
    current_account::{is_operator, own_unit},
    document::public_settings,
    i18n::use_lang,
    routes::{Route, parameter},
};
use domain::{
    Code, Severity, Template,
    account::Portal,
    report::ReportKind,
    schema::{Column, Kind, letter},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use texts::{
    Lang,
    help::{HelpTopic, Question},
};

/// The page.
#[component]
pub(crate) fn HelpPage() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let search = Memo::new(move |_| query.read().get(parameter::SEARCH).unwrap_or_default());
    scroll_to(use_location().hash);
    view! {
        <PageTitle title=lang.help_title() lead=lang.help_lead()/>
        <SearchForm page=Route::Help label=lang.help_search() text=search/>
        {move || search.with(|search| content(lang, &Words::of(search)))}
        <section class="card help-contact" aria-labelledby="contact">
            <h2 id="contact">{lang.help_contact_title()}</h2>
            <p>{hotline(lang)}</p>
        </section>
    }
    .into_any()
}

/// Scrolls to the section that the address names. The router does so before the page is there.
fn scroll_to(hash: Memo<String>) {
    Effect::new(move |_| {
        let id = hash.get().trim_start_matches('#').to_owned();
        request_animation_frame(move || {
            if let Some(section) = document().get_element_by_id(&id) {
                section.scroll_into_view();
            }
        });
    });
}

/// The words that are searched for, in lower case.
struct Words(Vec<String>);

impl Words {
    fn of(search: &str) -> Self {
        Self(search.split_whitespace().map(str::to_lowercase).collect())
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the texts together contain every word.
    fn are_in(&self, texts: &[&str]) -> bool {
        self.is_empty() || {
            let texts = texts.join("\n").to_lowercase();
            self.0.iter().all(|word| texts.contains(word.as_str()))
        }
    }
}

/// What of the help contains the words.
struct Found {
    columns: Vec<(Template, Vec<(u8, &'static Column)>)>,
    questions: Vec<(HelpTopic, Vec<Answered>)>,
    codes: Vec<(Severity, Vec<Code>)>,
}

type Answered = (Question, String);

impl Found {
    fn of(lang: Lang, words: &Words) -> Self {
        let settings = public_settings();
        let columns = |template: Template| {
            let columns = (0..).zip(template.columns()).filter(|(index, column)| {
                let list = if let Kind::List(list) = column.kind { list.join("、") } else { String::new() };
                words.are_in(&[column.label(), lang.help_column(template, *index), &list])
            });
            (template, columns.collect::<Vec<_>>())
        };
        let questions = |topic: HelpTopic| {
            let questions = Question::ALL.into_iter().filter(|question| question.topic() == topic);
            let answered = questions.map(|question| (question, lang.answer(question, &settings)));
            let found = answered
                .filter(|(question, answer)| words.are_in(&[lang.question(*question), answer, lang.help_topic(topic)]));
            (topic, found.collect::<Vec<_>>())
        };
        let codes = |severity: Severity| {
            let codes = Code::ALL.into_iter().filter(|code| code.severity() == severity);
            (severity, codes.filter(|code| words.are_in(&[lang.finding_title(*code)])).collect::<Vec<_>>())
        };
        Self {
            columns: Template::ALL.into_iter().map(columns).filter(|(_, found)| !found.is_empty()).collect(),
            questions: HelpTopic::ALL.into_iter().map(questions).filter(|(_, found)| !found.is_empty()).collect(),
            codes: [Severity::Error, Severity::Warning, Severity::Info]
                .into_iter()
                .map(codes)
                .filter(|(_, found)| !found.is_empty())
                .collect(),
        }
    }

    fn count(&self) -> u32 {
        let columns = self.columns.iter().map(|(_, found)| found.len());
        let questions = self.questions.iter().map(|(_, found)| found.len());
        let codes = self.codes.iter().map(|(_, found)| found.len());
        domain::count::of(columns.chain(questions).chain(codes).sum())
    }
}

fn content(lang: Lang, words: &Words) -> AnyView {
    let found = Found::of(lang, words);
    let show_all = || view! { <a href=Route::Help>{lang.help_show_all()}</a> };
    if found.count() == 0 {
        return empty(lang.help_none(), lang.help_none_help(), show_all().into_any());
    }
    let summary = (!words.is_empty()).then(|| {
        view! { <p class="help-found" role="status">{lang.help_found(found.count())} " · " {show_all()}</p> }
    });
    let Found { columns, questions, codes } = found;
    let columns = columns.into_iter().map(|(template, found)| self::columns(lang, template, found)).collect_view();
    view! {
        {summary}
        <div class="help">
            {columns}
            {(!questions.is_empty()).then(|| self::questions(lang, questions, !words.is_empty()))}
            {(!codes.is_empty()).then(|| self::codes(lang, codes))}
        </div>
    }
    .into_any()
}

/// The template's columns, from the schema that every file is checked by.
fn columns(lang: Lang, template: Template, found: Vec<(u8, &'static Column)>) -> AnyView {
    let rows = found
        .into_iter()
        .map(|(index, column)| {
            let example = lang.help_example(template, index);
            let label = (!example.is_empty()).then(|| lang.help_example_head());
            let required = if column.required() {
                badge(Tone::Warning, "*", lang.help_required())
            } else {
                view! { <span class="quiet">{lang.help_optional()}</span> }.into_any()
            };
            let list = match column.kind {
                Kind::List(words) => Some(words.join("、")),
                _ => None,
            };
            view! {
                <tr>
                    <td class="help-letter">{letter(index)}</td>
                    <th scope="row">{column.label()}</th>
                    <td>{required}</td>
                    <td class="cell-wide">
                        {lang.help_column(template, index)}
                        {list.map(|list| view! { <span class="cell-more">{list}</span> })}
                    </td>
                    <td class="cell-wide" data-label=label><span class="digits">{example}</span></td>
                </tr>
            }
        })
        .collect_view();
    let heads = [
        (lang.help_letter(), None),
        (lang.help_header(), None),
        (lang.help_required_head(), None),
        (lang.help_rule(), None),
        (lang.help_example_head(), None),
    ];
    card(
        template.as_str(),
        lang.help_columns_title(template),
        view! {
            <div class="help-text">
                <p>{lang.help_columns_lead(template)}</p>
                <p class="help-downloads">{template_downloads(lang, template, "")}</p>
            </div>
            <table class="table is-inside is-cards">
                {table_head(heads)}
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any(),
    )
}

/// The questions by topic. Answers that were searched for are open.
fn questions(lang: Lang, topics: Vec<(HelpTopic, Vec<Answered>)>, open: bool) -> AnyView {
    let question = |(question, answer): Answered| {
        view! {
            <details class="question" open=open>
                <summary>{lang.question(question)}</summary>
                <p>{answer} " " {place(lang, question)}</p>
            </details>
        }
    };
    let topics = topics
        .into_iter()
        .map(|(topic, questions)| {
            view! {
                <h3 class="help-topic" id=topic.id()>{lang.help_topic(topic)}</h3>
                {questions.into_iter().map(question).collect_view()}
            }
        })
        .collect_view();
    card("questions", lang.help_questions_title(), topics.into_any())
}

/// A link to the page on which the reader does what the answer says, by the name of that page.
fn place(lang: Lang, question: Question) -> AnyView {
    let (page, name) = match question {
        Question::OwnSheet => return template_downloads(lang, Template::Units, "is-small"),
        Question::UploadAgain | Question::ImportedBefore | Question::Superior | Question::GenerateOff => {
            (Route::Import(Template::Units), lang.import_title(Template::Units))
        }
        Question::CodeTaken => (Route::Disputes, lang.dispute_title()),
        Question::WrongData
        | Question::Merged
        | Question::NoSms
        | Question::InitialPassword
        | Question::ForgottenPassword => (Route::ManageUnits, lang.manage_title()),
        Question::ContactChanged => (Route::Profile(Portal::Management), lang.profile_title()),
        Question::OtherPortal => {
            return view! { <a href=Route::SignIn(Portal::Trading) rel="external">{lang.trade_product()}</a> }
                .into_any();
        }
        Question::FilePlan | Question::NoCanteen | Question::PlanReturned => (Route::Plan, lang.plan_title()),
        Question::RemindUnits => (Route::ReviewPlans, lang.plan_review_title()),
        Question::Progress | Question::MovedPurchases => (Route::Report(ReportKind::Execution), lang.report_section()),
        Question::Bulletin => (Route::Bulletin, lang.bulletin_title()),
        Question::ParkedOrders => (Route::ParkedOrders, lang.parked_title()),
        Question::OrdersOfSystems | Question::LeakedKey => (Route::ApiKeys, lang.api_keys_title()),
        Question::MinimumRatio => (Route::PlanParameters, lang.plan_parameters_title()),
        Question::SameCode => (Route::Import(Template::Purchasers), lang.import_title(Template::Purchasers)),
        Question::Certification => (Route::Purchasers, lang.purchasers_title()),
        Question::NoticeReaders | Question::WrongNotice => (Route::Notices(Portal::Management), lang.notice_title()),
    };
    // The operator has no unit, and so not these pages. Others are the operator's alone.
    let of_unit = matches!(page, Route::Import(_) | Route::Plan | Route::PlanParameters);
    let of_operator = matches!(page, Route::ParkedOrders | Route::ApiKeys);
    if (of_unit && own_unit().is_none()) || (of_operator && !is_operator()) {
        return name.into_any();
    }
    view! { <a href=page>{name}</a> }.into_any()
}

/// The findings by severity.
fn codes(lang: Lang, groups: Vec<(Severity, Vec<Code>)>) -> AnyView {
    let group = |(severity, codes): (Severity, Vec<Code>)| {
        let (tone, sign) = match severity {
            Severity::Error => (Tone::Error, "✕"),
            Severity::Warning => (Tone::Warning, "!"),
            Severity::Info => (Tone::Info, "→"),
        };
        let items = codes
            .into_iter()
            .map(|code| view! { <li id=format!("code-{}", code.as_str())>{lang.finding_title(code)}</li> })
            .collect_view();
        view! {
            <div class="help-codes">
                <h3>{badge(tone, sign, lang.severity(severity))}</h3>
                <p class="quiet">{lang.severity_means(severity)}</p>
                <ul>{items}</ul>
            </div>
        }
        .into_any()
    };
    let groups = groups.into_iter().map(group).collect_view();
    card("codes", lang.help_codes_title(), groups.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_must_occur() {
        for (search, expected) in
            [("", true), ("短信", true), ("sms", true), (" 短信  号码 ", true), ("短信 密码", false)]
        {
            assert_eq!(Words::of(search).are_in(&["联系人没有收到短信", "看手机号码 SMS"]), expected);
        }
    }

    #[test]
    fn a_search_leaves_out_what_does_not_fit() {
        let all = Found::of(Lang::Zh, &Words::of(""));
        let some = Found::of(Lang::Zh, &Words::of("手机号码"));
        assert!(some.count() > 3 && some.count() < all.count());
        assert_eq!(Found::of(Lang::Zh, &Words::of("没有这样的词")).count(), 0);
        assert!(Found::of(Lang::En, &Words::of("RATIO")).count() > 1);
    }
}
