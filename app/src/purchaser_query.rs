//! Which purchasers to list, as it stands in a URL.

use domain::{
    Certification, PurchaserKind,
    view::{AccountState, PurchaserQuery},
};
use leptos_router::location::Url;

/// The query that a URL's parameters ask for; what makes no sense is left out.
pub fn parse(get: impl Fn(&str) -> Option<String>) -> PurchaserQuery {
    PurchaserQuery {
        search: get("q").unwrap_or_default().trim().to_owned(),
        state: get("state").and_then(|state| AccountState::from_name(&state)),
        certification: get("certification").and_then(|state| Certification::from_name(&state)),
        kind: get("kind").and_then(|kind| PurchaserKind::from_name(&kind)),
        unit: get("unit").and_then(|id| id.parse().ok()),
        at: get("at"),
    }
}

/// The address of a query on a page, as short as can be.
pub fn href(path: &str, query: &PurchaserQuery) -> String {
    let PurchaserQuery { search, state, certification, kind, unit, at } = query;
    let parts = [
        (!search.is_empty()).then(|| format!("q={}", Url::escape(search))),
        state.map(|state| format!("state={}", state.as_str())),
        certification.map(|state| format!("certification={}", state.as_str())),
        kind.map(|kind| format!("kind={}", kind.as_str())),
        unit.map(|unit| format!("unit={unit}")),
        at.as_ref().map(|at| format!("at={}", Url::escape(at))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { path.to_owned() } else { format!("{path}?{}", parts.join("&")) }
}

/// Whether a query leaves purchasers out.
pub fn is_filtered(query: &PurchaserQuery) -> bool {
    *query != PurchaserQuery { at: query.at.clone(), ..PurchaserQuery::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::view::UnitId;

    #[test]
    fn what_a_url_says_is_read_back() {
        let query = PurchaserQuery {
            search: "a".to_owned(),
            state: Some(AccountState::Active),
            certification: Some(Certification::Submitted),
            kind: Some(PurchaserKind::Union),
            unit: Some(UnitId(7)),
            at: Some("b7".to_owned()),
        };
        let href = href("/purchasers", &query);
        assert_eq!(href, "/purchasers?q=a&state=active&certification=submitted&kind=union&unit=7&at=b7");
        let parts: Vec<_> =
            href.split_once('?').unwrap().1.split('&').filter_map(|part| part.split_once('=')).collect();
        let get = |name: &str| parts.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        assert_eq!(parse(get), query);
        assert!(is_filtered(&query) && !is_filtered(&PurchaserQuery { at: query.at, ..PurchaserQuery::default() }));
    }
}
