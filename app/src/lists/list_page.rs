//! A list: its actions, its filters, the number of rows and the conditions by which they were found, and its pages. The
//! conditions and the open page are in the URL.

use super::bulk_actions::bulk_outcome;
use crate::{
    components::{PageTitle, section_crumb, skeleton, unavailable},
    current_account::own_unit,
    error::ApiError,
    i18n::use_lang,
    routes::{Endpoint, ListQuery, Route, UrlQuery},
};
use domain::{Template, bulk::BulkOutcome, paging::BoundedCount, unit::UnitRef};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;
use texts::Lang;

/// A condition of a list: its label, and the query without it.
pub(crate) type FilterChip<Q> = (String, Q);

/// The rows of a page of a list.
pub(crate) struct Results<Q> {
    pub(crate) total: BoundedCount,
    /// The total in words.
    pub(crate) text: String,
    pub(crate) chips: Vec<FilterChip<Q>>,
    /// The table, or a message if the list is empty.
    pub(crate) list: AnyView,
}

/// A list with bulk actions.
pub(crate) struct ListPage<Q: Send + Sync + 'static, P: Send + Sync + 'static> {
    pub(crate) template: Template,
    pub(crate) title: &'static str,
    /// 新增: its page and its label.
    pub(crate) add: (Route, &'static str),
    pub(crate) query: Memo<Q>,
    pub(crate) rows: Resource<Result<P, ApiError>>,
    /// The unit below which the list is searched.
    pub(crate) unit: Resource<Option<UnitRef>>,
}

/// The query in the page's address.
pub(crate) fn query_in_address<Q: UrlQuery + PartialEq + Send + Sync + 'static>() -> Memo<Q> {
    let parameters = use_query_map();
    Memo::new(move |_| Q::from_parameters(|name| parameters.read().get(name)))
}

/// A part of a query in the words of its parameter; empty where there is no such condition.
pub(crate) fn signal_of<Q: Send + Sync + 'static>(
    query: Memo<Q>,
    part: impl Fn(&Q) -> Option<String> + Send + Sync + 'static,
) -> Signal<String> {
    Signal::derive(move || query.with(|query| part(query).unwrap_or_default()))
}

/// Hidden inputs with the parameters of a query that a search must not drop.
pub(crate) fn hidden_inputs<Q: UrlQuery + Send + Sync + 'static>(
    query: Memo<Q>,
    names: &'static [&'static str],
) -> AnyView {
    let inputs = move || {
        let parameters = query.with(UrlQuery::parameters).into_iter().filter(|(name, _)| names.contains(name));
        parameters.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()
    };
    inputs.into_any()
}

/// The page. `frame` adds the filters to the list; `results` draws the rows of a page.
pub(crate) fn list_page<Q, P, S>(
    page: ListPage<Q, P>,
    resend: ServerAction<S>,
    frame: impl FnOnce(AnyView) -> AnyView,
    results: impl Fn(Lang, &Q, Option<UnitRef>, P) -> Results<Q> + Copy + Send + Sync + 'static,
) -> AnyView
where
    Q: ListQuery + PartialEq + Send + Sync + 'static,
    P: Clone + Send + Sync + 'static,
    S: ServerFn<Output = Vec<BulkOutcome>, Error = ApiError> + Clone + Send + Sync + 'static,
{
    let lang = use_lang();
    let ListPage { template, title, add: (add, add_label), query, rows, unit } = page;
    let route = Route::bulk_list(template);
    let export = move || query.get().first_page().href(Endpoint::Export(template));
    let add = own_unit().is_some().then(|| {
        view! {
            <a class="button is-primary" href=add>
                <span aria-hidden="true">"＋ "</span>
                {add_label}
            </a>
        }
    });
    let list = view! {
        <Transition fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                let unit = unit.await;
                match rows.await {
                    Ok(rows) => {
                        let query = query.get_untracked();
                        summary(lang, route, query.is_filtered(), results(lang, &query, unit, rows))
                    }
                    Err(error) => unavailable(lang, error.problem()),
                }
            })}
        </Transition>
    };
    view! {
        <PageTitle title crumbs=vec![section_crumb(lang, template)]>
            <a class="button" href=export download rel="external">
                <span aria-hidden="true">"↓ "</span>
                {lang.manage_export()}
            </a>
            {add}
        </PageTitle>
        {bulk_outcome(lang, template, resend)}
        {frame(list.into_any())}
    }
    .into_any()
}

/// The number of rows and the conditions by which they were found, each with a link that drops it, above the list. An empty
/// list without conditions explains itself.
fn summary<Q: ListQuery>(lang: Lang, route: Route, is_filtered: bool, results: Results<Q>) -> AnyView {
    let Results { total, text, chips, list } = results;
    if total.number() == 0 && !is_filtered {
        return list;
    }
    let chip = |(label, without): FilterChip<Q>| {
        view! {
            <a class="chip" href=without.href(route) data-noscroll="true">
                {label}
                <span aria-hidden="true">"✕"</span>
                <span class="sr-only">{lang.manage_remove_filter()}</span>
            </a>
        }
    };
    let more = matches!(total, BoundedCount::MoreThan(_)).then_some("+");
    view! {
        <div class="found manage-found">
            <span role="status">{text} {more}</span>
            {chips.into_iter().map(chip).collect_view()}
            {is_filtered.then(|| view! { <a href=route>{lang.clear_search()}</a> })}
        </div>
        {list}
    }
    .into_any()
}
