//! Which units to list, as it stands in a URL.

use domain::{
    AdminLevel,
    view::{AccountState, UnitQuery, UnitSort},
};
use leptos_router::location::Url;

/// The query that a URL's parameters ask for; what makes no sense is left out.
pub fn parse(get: impl Fn(&str) -> Option<String>) -> UnitQuery {
    let level = |index: String| AdminLevel::from_index(index.parse().ok()?);
    UnitQuery {
        search: get("q").unwrap_or_default().trim().to_owned(),
        state: get("state").and_then(|state| AccountState::from_name(&state)),
        admin_level: get("level").and_then(level),
        unreached: get("sms").is_some_and(|state| state == "failed"),
        region: get("below").and_then(|id| id.parse().ok()),
        sort: get("sort").and_then(|sort| UnitSort::from_name(&sort)).unwrap_or_default(),
        descending: get("order").is_some_and(|order| order == "desc"),
        at: get("at"),
    }
}

/// The address of a query on a page, as short as can be.
pub fn href(path: &str, query: &UnitQuery) -> String {
    let UnitQuery { search, state, admin_level, unreached, region, sort, descending, at } = query;
    let parts = [
        (!search.is_empty()).then(|| format!("q={}", Url::escape(search))),
        state.map(|state| format!("state={}", state.as_str())),
        admin_level.map(|level| format!("level={}", level.index())),
        unreached.then(|| "sms=failed".to_owned()),
        region.map(|unit| format!("below={unit}")),
        (*sort != UnitSort::default()).then(|| format!("sort={}", sort.as_str())),
        descending.then(|| "order=desc".to_owned()),
        at.as_ref().map(|at| format!("at={}", Url::escape(at))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { path.to_owned() } else { format!("{path}?{}", parts.join("&")) }
}

/// Whether a query leaves units out, whatever their order.
pub fn is_filtered(query: &UnitQuery) -> bool {
    !query.search.is_empty()
        || query.state.is_some()
        || query.admin_level.is_some()
        || query.unreached
        || query.region.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::view::UnitId;

    #[test]
    fn what_a_url_says_is_read_back() {
        let query = UnitQuery {
            search: "a".to_owned(),
            state: Some(AccountState::NotActivated),
            admin_level: Some(AdminLevel::County),
            unreached: true,
            region: Some(UnitId(7)),
            sort: UnitSort::Name,
            descending: true,
            at: Some("b7".to_owned()),
        };
        let href = href("/units", &query);
        assert_eq!(href, "/units?q=a&state=not-activated&level=3&sms=failed&below=7&sort=name&order=desc&at=b7");
        let parts: Vec<_> =
            href.split_once('?').unwrap().1.split('&').filter_map(|part| part.split_once('=')).collect();
        let get = |name: &str| parts.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        assert_eq!(parse(get), query);
        assert_eq!(
            parse(|_| Some("?".to_owned())),
            UnitQuery { search: "?".to_owned(), at: Some("?".to_owned()), ..UnitQuery::default() }
        );
    }
}
