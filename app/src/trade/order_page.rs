//! 我的订单: one order.

use super::{
    api::get_order,
    orders_page::{order_badge, partly_refunded},
};
use crate::{
    components::{NUMBER, PageTitle, card, fact, skeleton, table_head, text_fact, unavailable_page},
    forms::{id_in_path, load_one},
    i18n::use_lang,
    routes::Route,
    time::moment,
};
use domain::order::{FormerOrder, LineView, OrderStep, OrderView};
use leptos::prelude::*;
use texts::{Lang, yuan};

/// The page; the id is in the path.
#[component]
pub(crate) fn OrderPage() -> impl IntoView {
    let lang = use_lang();
    let id = id_in_path();
    let order = load_one(move || id.get(), get_order);
    view! {
        <Suspense fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                match order.await {
                    Ok(order) => page(lang, &order),
                    Err(error) => unavailable_page(lang, error.problem()),
                }
            })}
        </Suspense>
    }
    .into_any()
}

fn page(lang: Lang, order: &OrderView) -> AnyView {
    let crumbs = vec![(lang.trade_orders().to_owned(), Some(Route::TradeOrders))];
    view! {
        <PageTitle title=lang.order_title(&order.item.number) crumbs/>
        <div class="detail">
            <div class="detail-main">
                {card("lines", lang.order_lines(), lines(lang, order))}
                {card("summary", lang.order_summary(), summary(lang, order))}
            </div>
            <div class="detail-side">
                {card("steps", lang.order_steps(), steps(lang, &order.steps))}
                {card("revisions", lang.order_revisions(), revisions(lang, order))}
            </div>
        </div>
    }
    .into_any()
}

fn summary(lang: Lang, order: &OrderView) -> AnyView {
    let item = &order.item;
    let refunded = partly_refunded(lang, item).map(|text| view! { <span class="cell-more">{text}</span> });
    let state = view! { {order_badge(lang, item.state)} {refunded} };
    let code = order.supplier_code.as_deref().map(|code| text_fact(lang, lang.order_supplier_code(), code));
    view! {
        <dl class="facts">
            {fact(lang.order_state_head(), state.into_any())}
            {text_fact(lang, lang.order_amount(), &lang.order_amount_yuan(&yuan(item.amount)))}
            {text_fact(lang, lang.order_payer(), lang.payer(item.payer))}
            {text_fact(lang, lang.order_supplier(), &item.supplier)}
            {code}
            {text_fact(lang, lang.order_ordered_at(), &moment(lang, item.ordered_at))}
        </dl>
    }
    .into_any()
}

fn lines(lang: Lang, order: &OrderView) -> AnyView {
    let heads = [
        (lang.order_product(), None),
        (lang.order_category(), None),
        (lang.order_origin(), None),
        (lang.order_quantity(), NUMBER),
        (lang.order_unit_price(), NUMBER),
        (lang.order_line_amount(), NUMBER),
    ];
    let row = |line: &LineView| {
        let origin = line.origin.clone().unwrap_or_else(|| "—".to_owned());
        view! {
            <tr>
                <td class="cell-main">{line.product.clone()}</td>
                <td data-label=lang.order_category()>{lang.product_category(line.category)}</td>
                <td data-label=lang.order_origin()>{origin}</td>
                <td class="number" data-label=lang.order_quantity()>{line.quantity.clone()}</td>
                <td class="number" data-label=lang.order_unit_price()>{yuan(line.unit_price)}</td>
                <td class="number" data-label=lang.order_line_amount()>{yuan(line.amount)}</td>
            </tr>
        }
    };
    view! {
        <table class="table is-inside is-cards">
            {table_head(heads)}
            <tbody>{order.lines.iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// What happened, in the order of the times.
fn steps(lang: Lang, steps: &[OrderStep]) -> AnyView {
    let step = |step: &OrderStep| {
        view! {
            <li>
                <span class="trail-what">{lang.order_event(step.event)}</span>
                <span class="quiet">{moment(lang, step.at)}</span>
            </li>
        }
    };
    view! { <ol class="trail">{steps.iter().map(step).collect_view()}</ol> }.into_any()
}

/// The revision of today and those before.
fn revisions(lang: Lang, order: &OrderView) -> AnyView {
    let former = |former: &FormerOrder| {
        let state = format!("{} · {}", lang.order_state(former.state), lang.order_amount_yuan(&yuan(former.amount)));
        view! {
            <li>
                <span class="trail-what">{lang.order_revision(former.revision)}</span>
                <span class="quiet">{state}</span>
                <span class="quiet">{lang.order_received_at()} " " {moment(lang, former.received_at)}</span>
            </li>
        }
    };
    view! {
        <ol class="trail">
            <li>
                <span class="trail-what">{lang.order_revision(order.revision)} " · " {lang.order_revision_today()}</span>
                <span class="quiet">{lang.order_received_at()} " " {moment(lang, order.received_at)}</span>
            </li>
            {order.former.iter().map(former).collect_view()}
        </ol>
    }
    .into_any()
}
