//! The states of rows: as a badge, and all together as a bar.

use crate::components::{Tone, badge};
use domain::import_batch::{RowState, StateCounts};
use leptos::prelude::*;
use texts::Lang;

/// The order of the bar. Valid rows come first, because they are usually the most.
const BAR: [RowState; 7] = [
    RowState::Generated,
    RowState::Correct,
    RowState::Warning,
    RowState::Error,
    RowState::Failed,
    RowState::Update,
    RowState::Existing,
];

/// A row's state (状态).
pub fn state_badge(lang: Lang, state: RowState) -> AnyView {
    let (tone, sign) = match state {
        RowState::Error | RowState::Failed => (Tone::Error, "✕"),
        RowState::Warning => (Tone::Warning, "!"),
        RowState::Correct | RowState::Generated => (Tone::Good, "✓"),
        RowState::Update => (Tone::Info, "↻"),
        RowState::Existing => (Tone::Quiet, "="),
    };
    badge(tone, sign, lang.row_state(state))
}

/// All states as a bar. It is an SVG: widths in style attributes would need a weaker content security policy.
pub fn state_bar(lang: Lang, counts: &StateCounts) -> AnyView {
    const WIDTH: u64 = 10_000;
    const LEAST: u64 = 60;
    const GAP: u64 = 16;
    let total = counts.total().max(1);
    let shown: Vec<_> = BAR.into_iter().filter(|s| counts.of(*s) > 0).collect();
    // Every state gets a minimum width; the rest is divided by count.
    let spare = WIDTH.saturating_sub(LEAST * u64::from(domain::count::of(shown.len())));
    let mut x = 0;
    let rects = shown
        .into_iter()
        .map(|state| {
            let part = spare * u64::from(counts.of(state)) / u64::from(total);
            let width = LEAST + part;
            let at = x;
            x += width;
            // The last state takes the remainder of rounding.
            let width = if WIDTH - x < LEAST { WIDTH - at } else { width - GAP };
            let title = format!("{} {}", lang.row_state(state), counts.of(state));
            view! {
                <rect x=at y="0" width=width height="8" data-state=state.as_str()>
                    <title>{title}</title>
                </rect>
            }
        })
        .collect_view();
    let viewbox = format!("0 0 {WIDTH} 8");
    view! {
        <svg class="state-bar" viewBox=viewbox preserveAspectRatio="none" role="img" aria-label=lang.import_bar_text(counts)>
            {rects}
        </svg>
    }
    .into_any()
}
