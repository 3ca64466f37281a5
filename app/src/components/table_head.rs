//! The head of a table.

use leptos::prelude::*;

/// The column of a number, which is aligned to the right.
pub const NUMBER: Option<&str> = Some("number");

/// A column: its label, and its class in the style sheet.
pub type TableColumn = (&'static str, Option<&'static str>);

/// The head of a table with these columns.
pub fn table_head(columns: impl IntoIterator<Item = TableColumn>) -> AnyView {
    view! {
        <thead>
            <tr>{column_heads(columns)}</tr>
        </thead>
    }
    .into_any()
}

/// The heads of columns, for a table with further ones.
pub fn column_heads(columns: impl IntoIterator<Item = TableColumn>) -> AnyView {
    let head = |(label, class)| view! { <th scope="col" class=class>{label}</th> };
    columns.into_iter().map(head).collect_view().into_any()
}
