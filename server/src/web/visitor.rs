//! The visitor of a request: session, language and address, determined once a request.

use super::{App, answer::Asker, upload};
use crate::config::{self, Network};
use app::{
    cookies,
    document::ACCOUNT_HEADER,
    request::{PortalSession, Visitor},
    routes::{is_api, portal_of},
};
use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::Response,
};
use domain::{Problem, account::Portal};
use http::{HeaderName, Method};
use service::{
    Error, RequestOrigin, Secret,
    session::{authenticate, authenticate_trading},
};
use std::net::{IpAddr, SocketAddr};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Adds the [`Visitor`] to the request.
pub(super) async fn find(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let asker = Asker::of(&request);
    let origin = RequestOrigin { address: client_address(&request, &app.config.site.trusted_proxies) };
    let portal = portal_of(request.uri().path());
    let token = cookies::session_token(request.headers(), portal).map(|token| Secret(token.to_owned()));
    let session = match (&token, portal) {
        (None, _) => None,
        (Some(Secret(token)), Portal::Management) => {
            Some(authenticate(&app.services, token, &origin).await.map(PortalSession::Management))
        }
        (Some(Secret(token)), Portal::Trading) => {
            Some(authenticate_trading(&app.services, token, &origin).await.map(PortalSession::Trading))
        }
    };
    let session = match session {
        None | Some(Err(Error::Problem(_))) => None,
        Some(Ok(session)) => Some(session),
        // The visitor must not be taken for signed out: the input of a form would be lost.
        Some(Err(error)) => return asker.refuse(&error.into_problem()),
    };
    if let Some(problem) = other_account(&request, session.as_ref()) {
        upload::drain(request.into_body().into_data_stream()).await;
        return asker.refuse(&problem);
    }
    let secure = app.config.site.secure;
    request.extensions_mut().insert(Visitor { portal, session, me: None, token, origin, lang: asker.lang, secure });
    next.run(request).await
}

/// The problem of a request that a page of another account sent: a browser has one session, while its tabs may show pages of
/// several accounts.
fn other_account(request: &Request, session: Option<&PortalSession>) -> Option<Problem> {
    let page = request.headers().get(ACCOUNT_HEADER)?.to_str().ok()?;
    let now = session?.identity().login();
    (page != now).then(|| Problem::OtherAccount { page: page.to_owned(), now: now.to_owned() })
}

/// Adds what a page's frame shows of who is signed in; server functions need it not.
pub(super) async fn introduce(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let page = matches!(*request.method(), Method::GET | Method::HEAD) && !is_api(request.uri().path());
    let asker = Asker::of(&request);
    if page
        && let Some(visitor) = request.extensions_mut().get_mut::<Visitor>()
        && let Some(session) = &visitor.session
    {
        match session.account(&app.services).await {
            Ok(me) => visitor.me = Some(me),
            Err(error) => return asker.refuse(&error.into_problem()),
        }
    }
    next.run(request).await
}

/// The address of who asks: the connection's, or, where that is a trusted proxy, the last one in X-Forwarded-For that is
/// none.
pub(super) fn client_address(request: &Request, trusted: &[Network]) -> String {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
    let forwarded = request.headers().get_all(FORWARDED_FOR).iter().filter_map(|v| v.to_str().ok()).collect::<Vec<_>>();
    peer.map_or_else(String::new, |peer| believed(peer, &forwarded.join(","), trusted).to_string())
}

fn believed(peer: IpAddr, forwarded: &str, trusted: &[Network]) -> IpAddr {
    let is_proxy = |address: IpAddr| trusted.iter().any(|network| config::contains(network, address));
    let mut address = peer;
    for hop in forwarded.rsplit(',').map(str::trim) {
        if !is_proxy(address) {
            break;
        }
        match hop.parse::<IpAddr>() {
            Ok(hop) => address = hop.to_canonical(),
            Err(_) => break,
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::believed;
    use crate::config;
    use rstest::rstest;

    #[rstest]
    #[case("192.0.2.1", "203.0.113.9", &[], "192.0.2.1")]
    #[case("127.0.0.1", "203.0.113.9", &["127.0.0.1"], "203.0.113.9")]
    #[case("127.0.0.1", "198.51.100.1, 203.0.113.9", &["127.0.0.1"], "203.0.113.9")]
    #[case("127.0.0.1", "203.0.113.9, 10.0.0.7", &["127.0.0.1", "10.0.0.0/8"], "203.0.113.9")]
    #[case("127.0.0.1", "rubbish", &["127.0.0.1"], "127.0.0.1")]
    #[case("127.0.0.1", "", &["127.0.0.1"], "127.0.0.1")]
    fn forwarded(#[case] peer: &str, #[case] header: &str, #[case] trusted: &[&str], #[case] expected: &str) {
        let trusted: Vec<_> = trusted.iter().map(|text| config::parse_network(text).unwrap()).collect();
        assert_eq!(believed(peer.parse().unwrap(), header, &trusted).to_string(), expected);
    }
}
