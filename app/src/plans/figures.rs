//! The figures of a plan as a list, for reading and for comparing.

use crate::components::{Tone, badge, card, fact, table_head};
use domain::{
    Money,
    plan_filing::{Canteen, FilingView, LastYear, PlanFigures, Standing},
};
use leptos::prelude::*;
use texts::{Lang, yuan};

/// A figure: its label and its text.
pub(super) type Figure = (&'static str, String);

/// In place of what there is not.
pub(super) const NONE: &str = "—";

/// Every figure in the order of the form.
pub(super) fn list(lang: Lang, figures: &PlanFigures) -> Vec<Figure> {
    let mut list = vec![(lang.plan_canteen(), lang.plan_canteen_kind(figures.canteen.kind()).to_owned())];
    match &figures.canteen {
        Canteen::SharedMember { representative } => {
            list.push((lang.plan_representative(), representative.clone()));
        }
        Canteen::Outsourced { firm, contract_end, .. } => {
            list.push((lang.plan_firm(), firm.clone()));
            list.push((lang.plan_contract_end(), contract_end.clone()));
        }
        Canteen::Own(_) | Canteen::SharedLead(_) | Canteen::None => {}
    }
    if let Some(plan) = figures.canteen.plan() {
        list.push((lang.plan_total(), yuan(plan.total)));
        list.push((lang.plan_ratio(), plan.ratio.to_string()));
        list.push((lang.plan_share_yuan(), yuan(figures.share())));
        list.extend(plan.approval.clone().map(|approval| (lang.plan_approval(), approval)));
    }
    list.push((lang.plan_union_demand(), yes_or_no(lang, figures.union.is_some())));
    if let Some(union) = &figures.union {
        list.extend(union.funds.map(|funds| (lang.plan_union_funds(), yuan(funds))));
        list.push((lang.plan_members(), texts::grouped(union.members)));
        list.push((lang.plan_union_share(), yuan(union.share)));
    }
    let texts = [
        (lang.plan_fall_reason(), &figures.fall_reason),
        (lang.plan_remark(), &figures.remark),
        (lang.plan_filler(), &figures.filler),
    ];
    list.extend(texts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(label, text)| (label, text.clone())));
    list
}

fn yes_or_no(lang: Lang, yes: bool) -> String {
    if yes { lang.plan_yes() } else { lang.plan_no() }.to_owned()
}

/// What was submitted last, with last year's amounts beside it; or the plan that a superior has set.
pub(super) fn figures_card(lang: Lang, view: &FilingView) -> AnyView {
    let late = view.late.then(|| badge(Tone::Warning, "!", lang.plan_late()));
    let body = match (&view.figures, &view.plan) {
        (Some(figures), _) => with_last_year(lang, figures, view.rules.last.as_ref()),
        (None, Some(plan)) => {
            let text = if view.is_own { lang.plan_set_text() } else { lang.plan_set_text_superior() };
            view! {
                {(view.standing == Standing::SetBySuperior).then(|| view! { <p class="card-none">{text}</p> })}
                <dl class="facts">
                    {fact(lang.plan_total(), yuan(plan.total).into_any())}
                    {fact(lang.plan_ratio(), plan.ratio.to_string().into_any())}
                    {fact(lang.plan_share_yuan(), yuan(plan.share).into_any())}
                </dl>
            }
            .into_any()
        }
        (None, None) => view! { <p class="card-none">{lang.plan_nothing()}</p> }.into_any(),
    };
    let body = view! { {late.map(|late| view! { <p class="plan-late">{late}</p> })} {body} };
    card("figures", lang.plan_figures(), body.into_any())
}

/// Each figure beside last year's.
fn with_last_year(lang: Lang, figures: &PlanFigures, last: Option<&LastYear>) -> AnyView {
    let of_last: Vec<Figure> = match last {
        None => Vec::new(),
        Some(LastYear { figures: Some(figures), .. }) => list(lang, figures),
        Some(last) => {
            let amount = |money: Money| yuan(money);
            vec![
                (lang.plan_total(), amount(last.total)),
                (lang.plan_ratio(), last.ratio.to_string()),
                (lang.plan_share_yuan(), amount(last.share)),
            ]
        }
    };
    let rows = list(lang, figures)
        .into_iter()
        .map(|(label, text)| {
            let before = of_last.iter().find(|(of_last, _)| *of_last == label).map(|(_, text)| text.clone());
            let before = before.unwrap_or_else(|| NONE.to_owned());
            view! {
                <tr>
                    <th scope="row" class="cell-wide">{label}</th>
                    <td data-label=lang.plan_figures()>{text}</td>
                    <td data-label=lang.plan_last_year() class="quiet">{before}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table is-inside is-cards plan-figures">
            {table_head([(lang.plan_item(), None), (lang.plan_figures(), None), (lang.plan_last_year(), None)])}
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
