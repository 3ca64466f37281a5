//! Every version of a plan, and the differences between two of them.

use super::figures::{NONE, list};
use crate::{
    components::{card, table_head},
    routes::parameter,
    time::moment,
};
use domain::plan_filing::{ComparedFigures, FilingVersion, FilingView};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use texts::Lang;

/// The versions, newest first, and the comparison that the address asks for.
pub(super) fn versions_cards(lang: Lang, view: &FilingView) -> AnyView {
    let body = if view.versions.is_empty() {
        view! { <p class="card-none">{lang.plan_versions_none()}</p> }.into_any()
    } else {
        let items = view.versions.iter().map(|version| item(lang, version)).collect_view();
        view! { <ol class="trail">{items}</ol> }.into_any()
    };
    view! {
        {card("versions", lang.plan_versions(), body)}
        {differences(lang, view)}
    }
    .into_any()
}

fn item(lang: Lang, version: &FilingVersion) -> AnyView {
    let reason = version.reason.clone().map(|reason| view! { <span class="trail-reason">{reason}</span> });
    view! {
        <li>
            <span class="trail-what">
                {lang.plan_version_number(version.version)} " · " {lang.plan_action(version.action)}
            </span>
            <span class="quiet">
                {version.by.clone()} " " <span class="digits">{version.login.clone()}</span> " · " {moment(lang, version.at)}
            </span>
            {reason}
        </li>
    }
    .into_any()
}

/// Two versions with figures side by side: only the lines that differ. `None` while there are fewer than two.
fn differences(lang: Lang, view: &FilingView) -> Option<AnyView> {
    let with_figures: Vec<_> = view.versions.iter().filter(|version| version.figures.is_some()).collect();
    if with_figures.len() < 2 {
        return None;
    }
    let chosen = use_query_map().with_untracked(|query| {
        let number = |name| query.get_str(name).and_then(|number| number.parse::<i32>().ok());
        number(parameter::OLDER).zip(number(parameter::NEWER))
    });
    let compared = ComparedFigures::of(&view.versions, chosen).or_else(|| ComparedFigures::of(&view.versions, None))?;
    let (before, after) = (compared.before.figures.as_ref()?, compared.after.figures.as_ref()?);
    let (before, after) = (list(lang, before), list(lang, after));
    let find = |side: &[super::figures::Figure], label: &'static str| {
        side.iter().find(|(other, _)| *other == label).map(|(_, text)| text.clone())
    };
    let mut labels: Vec<_> = after.iter().map(|(label, _)| *label).collect();
    labels.extend(before.iter().map(|(label, _)| *label).filter(|label| find(&after, label).is_none()));
    let rows: Vec<_> = labels
        .into_iter()
        .filter_map(|label| {
            let (old, new) = (find(&before, label), find(&after, label));
            (old != new).then(|| {
                view! {
                    <tr>
                        <th scope="row" class="cell-wide">{label}</th>
                        <td data-label=lang.plan_older()><del>{old.unwrap_or_else(|| NONE.to_owned())}</del></td>
                        <td data-label=lang.plan_newer()><ins>{new.unwrap_or_else(|| NONE.to_owned())}</ins></td>
                    </tr>
                }
            })
        })
        .collect();
    let table = if rows.is_empty() {
        view! { <p class="card-none">{lang.plan_same()}</p> }.into_any()
    } else {
        view! {
            <table class="table is-inside is-cards plan-figures">
                {table_head([(lang.plan_item(), None), (lang.plan_older(), None), (lang.plan_newer(), None)])}
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    let year = view.rules.year;
    let select = |name: &'static str, label: &'static str, selected: i32| {
        let options = with_figures
            .iter()
            .map(|version| {
                let number = version.version;
                let text = lang.plan_version_number(number);
                view! { <option value=number.to_string() selected=number == selected>{text}</option> }
            })
            .collect_view();
        view! { <select name=name aria-label=label>{options}</select> }
    };
    let body = view! {
        <form method="get" class="plan-compare">
            <input type="hidden" name=parameter::YEAR value=year.to_string()/>
            {select(parameter::OLDER, lang.plan_older(), compared.before.version)}
            {select(parameter::NEWER, lang.plan_newer(), compared.after.version)}
            <button type="submit" class="button">{lang.plan_compare()}</button>
        </form>
        {table}
    };
    Some(card("differences", lang.plan_differences(), body.into_any()))
}
