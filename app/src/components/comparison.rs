//! The data of two sides, side by side.

use super::{Tone, badge, card, table_head};
use leptos::prelude::*;
use texts::Lang;

/// A datum of both sides: its label, the value of each side, and whether the values are the same. `None`: they are not compared.
pub type ComparedDatum = (&'static str, [AnyView; 2], Option<bool>);

/// A card with the data of two sides; differences are marked. `id` is the title's, unique on the page.
pub fn comparison(
    lang: Lang,
    id: &str,
    title: &str,
    sides: [&'static str; 2],
    data: impl IntoIterator<Item = ComparedDatum>,
) -> AnyView {
    let [first_side, second_side] = sides;
    let rows = data
        .into_iter()
        .map(|(label, [first, second], same)| {
            let mark = same.map(|same| {
                if same {
                    badge(Tone::Good, "✓", lang.certify_same())
                } else {
                    badge(Tone::Warning, "!", lang.certify_differs())
                }
            });
            view! {
                <tr class:is-different=same == Some(false)>
                    <th scope="row" class="cell-wide">{label}</th>
                    <td data-label=first_side>{first}</td>
                    <td data-label=second_side>{second}</td>
                    <td class="cell-wide">{mark}</td>
                </tr>
            }
        })
        .collect_view();
    let heads = [(lang.certify_datum(), None), (first_side, None), (second_side, None), (lang.certify_verdict(), None)];
    let table = view! {
        <table class="table is-inside is-cards certify-compare">
            {table_head(heads)}
            <tbody>{rows}</tbody>
        </table>
    };
    card(id, title, table.into_any())
}
