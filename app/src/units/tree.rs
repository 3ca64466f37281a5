//! The subtree as a tree. Selecting a unit limits the list to the units below it. Without JavaScript the branch of the
//! selected unit is open.

use super::api::{open_unit_tree, unit_tree};
use crate::{
    components::{Toaster, skeleton, unavailable, use_toaster},
    routes::{ListQuery, Route, UrlQuery},
};
use domain::{
    ids::UnitId,
    paging::BoundedCount,
    unit::{OpenTree, TreeNode, TreePage, UnitQuery},
};
use leptos::{ev, prelude::*, task::spawn_local};
use std::collections::HashMap;
use texts::Lang;

/// The tree's state. A handle: copies share it.
#[derive(Clone, Copy)]
struct Tree {
    lang: Lang,
    query: Memo<UnitQuery>,
    toaster: Toaster,
    /// Whether the page's code runs. Before that a click on a toggle would be lost, so that toggles are disabled.
    hydrated: RwSignal<bool>,
    /// The branches that are open initially.
    open: StoredValue<HashMap<UnitId, TreePage>>,
}

/// The panel; a disclosure on phones.
pub(super) fn tree_panel(lang: Lang, query: Memo<UnitQuery>) -> AnyView {
    let toaster = use_toaster();
    let hydrated = RwSignal::new(false);
    Effect::new(move |_| hydrated.set(true));
    let region = query.with_untracked(|query| query.region);
    let data = Resource::new(|| (), move |()| open_unit_tree(region));
    view! {
        <nav class="card tree-panel" aria-label=lang.manage_tree()>
            // On narrow screens the style shows the tree while this is ticked.
            <input type="checkbox" id="tree" class="tree-show" autocomplete="off" aria-label=lang.manage_tree()/>
            <label for="tree" class="tree-label">{lang.manage_tree()}</label>
            <Suspense fallback=|| skeleton(6)>
                {move || Suspend::new(async move {
                    match data.await {
                        Ok(OpenTree { top, branches }) => {
                            let open = StoredValue::new(branches.into_iter().collect());
                            let tree = Tree { lang, query, toaster, hydrated, open };
                            let nodes = top.nodes.into_iter().map(|unit| node(tree, unit, true)).collect_view();
                            view! { <ul class="tree">{nodes}</ul> }.into_any()
                        }
                        Err(error) => unavailable(lang, error.problem()),
                    }
                })}
            </Suspense>
        </nav>
    }
    .into_any()
}

/// A unit, with the units below it once it is opened.
fn node(tree: Tree, node: TreeNode, top: bool) -> AnyView {
    let Tree { lang, query, hydrated, .. } = tree;
    let (id, children) = (node.unit.id, node.children());
    let region = (!top).then_some(id);
    let href = move || query.with(|query| UnitQuery { region, ..query.first_page() }.href(Route::ManageUnits));
    let current = move || (query.with(|query| query.region) == region).then_some("true");
    let first = tree.open.with_value(|open| open.get(&id).cloned());
    let open = RwSignal::new(first.is_some() && children);
    let pages = RwSignal::new(first.into_iter().collect::<Vec<_>>());
    let toggle = move |_| {
        open.update(|open| *open = !*open);
        if open.get_untracked() && pages.with_untracked(Vec::is_empty) {
            fetch(tree, id, pages);
        }
    };
    let label = format!("{}{}", lang.import_colon(), node.unit.name);
    let toggle = children.then(|| {
        view! {
            <button
                type="button"
                class="tree-toggle"
                disabled=move || !hydrated.get()
                aria-expanded=move || if open.get() { "true" } else { "false" }
                on:click=toggle
            >
                <span aria-hidden="true">{move || if open.get() { "▾" } else { "▸" }}</span>
                <span class="sr-only">
                    {move || if open.get() { lang.manage_tree_close() } else { lang.manage_tree_open() }} {label}
                </span>
            </button>
        }
    });
    let count = children.then(|| view! { <span class="tree-count">{bounded_count(node.below)}</span> });
    let branch = children.then(|| {
        let each = move || 0..pages.with(Vec::len);
        let nodes = move |page: usize| {
            let nodes =
                pages.with_untracked(|pages| pages.get(page).map(|page| page.nodes.clone())).unwrap_or_default();
            nodes.into_iter().map(|unit| self::node(tree, unit, false)).collect_view()
        };
        let more = move || {
            let more = pages.with(|pages| pages.last().map(|page| page.more)).filter(|more| more.number() > 0)?;
            let fetch_more = move |event: ev::MouseEvent| {
                event.prevent_default();
                fetch(tree, id, pages);
            };
            let label = lang.manage_tree_more(&bounded_count(more));
            Some(view! { <li class="tree-more"><a href=href on:click=fetch_more>{label}</a></li> })
        };
        view! {
            <ul hidden=move || !open.get()>
                <For each key=|page| *page children=nodes/>
                {more}
            </ul>
        }
    });
    view! {
        <li>
            <div class="tree-line">
                {toggle}
                <a class="tree-unit" href=href aria-current=current data-noscroll="true">{node.unit.name}</a>
                {count}
            </div>
            {branch}
        </li>
    }
    .into_any()
}

/// Loads the next units below one.
fn fetch(tree: Tree, parent: UnitId, pages: RwSignal<Vec<TreePage>>) {
    let after = pages.with_untracked(|pages| pages.last()?.nodes.last().map(|node| node.unit.id));
    spawn_local(async move {
        match unit_tree(Some(parent), after).await {
            // Ignored where the same units were loaded twice, or the page has been left.
            Ok(page) => drop(pages.try_update(|pages| {
                if pages.last().and_then(|page| page.nodes.last()).map(|node| node.unit.id) == after {
                    pages.push(page);
                }
            })),
            Err(error) => tree.toaster.show(&tree.lang.problem(error.problem())),
        }
    });
}

/// A count that may stop at a bound: `10,000+`.
fn bounded_count(total: BoundedCount) -> String {
    let more = if matches!(total, BoundedCount::MoreThan(_)) { "+" } else { "" };
    format!("{}{more}", texts::grouped(total.number()))
}
