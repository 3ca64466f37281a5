//! The product's logo: 采 (to gather, to purchase) on a rounded square, drawn as text.

use leptos::prelude::*;

/// The icon of the browser's tab.
pub(crate) const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='7' fill='%2314603f'/%3E%3Ctext x='16' y='23' font-size='19' font-weight='700' text-anchor='middle' fill='%23fff' font-family='PingFang SC,Microsoft YaHei,Noto Sans CJK SC,sans-serif'%3E%E9%87%87%3C/text%3E%3C/svg%3E";

/// The logo beside a product's name.
pub(crate) fn logo(name: &'static str) -> AnyView {
    view! {
        <span class="logo" aria-hidden="true">"采"</span>
        <span class="logo-name">{name}</span>
    }
    .into_any()
}
