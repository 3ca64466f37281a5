//! Determines the visitor of a request once: session, language and address.

use super::{App, problem_response::ResponseFormat, upload};
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
use std::{
    collections::HashSet,
    net::{IpAddr, SocketAddr},
    sync::{Mutex, PoisonError},
};
use tokio::time::timeout;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// Peers that the log warns of at most: anybody may send the header.
const MAX_WARNINGS: usize = 32;

/// Adds the [`Visitor`] to the request.
pub(super) async fn add_visitor(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let response_format = ResponseFormat::of_request(&request);
    let origin = RequestOrigin {
        address: client_address(&request, &app.config.site.trusted_proxies),
        device: cookies::device_token(request.headers()).map(|token| Secret(token.to_owned())),
    };
    let portal = portal_of(request.uri().path());
    let secure = app.config.site.secure;
    let token = cookies::session_token(request.headers(), portal, secure).map(|token| Secret(token.to_owned()));
    let session = match timeout(app.request_time(), session(&app, token.as_ref(), portal, &origin)).await {
        Ok(session) => session.map_err(Error::into_problem),
        // The limit of the whole request does not hold for uploads, which take their time.
        Err(_) => Err(Problem::Busy),
    };
    let session = session.and_then(|session| match other_account_problem(&request, session.as_ref()) {
        Some(problem) => Err(problem),
        None => Ok(session),
    });
    let session = match session {
        Ok(session) => session,
        Err(problem) => {
            upload::drain(request.into_body().into_data_stream()).await;
            return response_format.problem_response(&problem);
        }
    };
    request.extensions_mut().insert(Visitor {
        portal,
        session,
        me: None,
        token,
        origin,
        lang: response_format.lang,
        secure,
    });
    next.run(request).await
}

/// The session of a token. `None` if there is no token, or no session of this portal to which it belongs. If the database cannot
/// tell, that is an error: the visitor must not count as signed out, because the input of a form would be lost.
async fn session(
    app: &App,
    token: Option<&Secret>,
    portal: Portal,
    origin: &RequestOrigin,
) -> service::Result<Option<PortalSession>> {
    let Some(Secret(token)) = token else { return Ok(None) };
    let session = match portal {
        Portal::Management => authenticate(&app.services, token, origin).await.map(PortalSession::Management),
        Portal::Trading => authenticate_trading(&app.services, token, origin).await.map(PortalSession::Trading),
    };
    match session {
        Ok(session) => Ok(Some(session)),
        Err(Error::Problem(Problem::NotSignedIn)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The problem of a request from a page of another account. A browser has one session, but its tabs may show pages of several
/// accounts.
fn other_account_problem(request: &Request, session: Option<&PortalSession>) -> Option<Problem> {
    let page_login = request.headers().get(ACCOUNT_HEADER)?.to_str().ok()?;
    let session_login = session?.identity().login();
    (page_login != session_login)
        .then(|| Problem::OtherAccount { page: page_login.to_owned(), now: session_login.to_owned() })
}

/// Adds the account that the frame of a page shows. Server functions do not need it.
pub(super) async fn add_account(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD) && !is_api(request.uri().path());
    let response_format = ResponseFormat::of_request(&request);
    if is_page
        && let Some(visitor) = request.extensions_mut().get_mut::<Visitor>()
        && let Some(session) = &visitor.session
    {
        match session.account(&app.services).await {
            Ok(me) => visitor.me = Some(me),
            Err(error) => return response_format.problem_response(&error.into_problem()),
        }
    }
    next.run(request).await
}

/// The address of the client: the address of the connection, or the last address in X-Forwarded-For that is not a trusted proxy
/// if the connection comes from one.
pub(super) fn client_address(request: &Request, trusted: &[Network]) -> String {
    let peer = peer_address(request);
    let forwarded = request.headers().get_all(FORWARDED_FOR).iter().filter_map(|v| v.to_str().ok()).collect::<Vec<_>>();
    peer.map_or_else(String::new, |peer| client_behind_proxies(peer, &forwarded.join(","), trusted).to_string())
}

/// The address of the connection.
fn peer_address(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical())
}

/// The peers that have sent X-Forwarded-For although they are no trusted proxies, and of which the log has warned.
#[derive(Default)]
pub(super) struct UntrustedProxies(Mutex<HashSet<IpAddr>>);

impl UntrustedProxies {
    /// Warns of a peer that may be a proxy which is not configured: then everybody behind it has one address, so that one of them
    /// can exhaust the sign-in attempts of all.
    pub(super) fn warn_of(&self, request: &Request, trusted: &[Network]) {
        if !request.headers().contains_key(FORWARDED_FOR) {
            return;
        }
        let Some(peer) = peer_address(request).filter(|peer| !is_trusted(*peer, trusted)) else { return };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MAX_WARNINGS && known.insert(peer) {
            tracing::warn!(
                "{peer} sends X-Forwarded-For, which is not believed: everybody behind it counts as one address; if it is your \
                 proxy, write trusted_proxies = [\"{peer}\"] below [site] in Leptos.toml, or set FARM_SITE_TRUSTED_PROXIES={peer}"
            );
        }
    }
}

fn is_trusted(address: IpAddr, trusted: &[Network]) -> bool {
    trusted.iter().any(|network| config::contains(network, address))
}

fn client_behind_proxies(peer: IpAddr, forwarded: &str, trusted: &[Network]) -> IpAddr {
    let mut address = peer;
    for hop in forwarded.rsplit(',').map(str::trim) {
        if !is_trusted(address, trusted) {
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
    use super::client_behind_proxies;
    use crate::config;
    use rstest::rstest;

    #[rstest]
    #[case("192.0.2.1", "203.0.113.9", &[], "192.0.2.1")]
    #[case("127.0.0.1", "203.0.113.9", &["127.0.0.1"], "203.0.113.9")]
    #[case("127.0.0.1", "198.51.100.1, 203.0.113.9", &["127.0.0.1"], "203.0.113.9")]
    #[case("127.0.0.1", "203.0.113.9, 10.0.0.7", &["127.0.0.1", "10.0.0.0/8"], "203.0.113.9")]
    #[case("127.0.0.1", "rubbish", &["127.0.0.1"], "127.0.0.1")]
    #[case("127.0.0.1", "", &["127.0.0.1"], "127.0.0.1")]
    fn only_trusted_proxies_may_forward_an_address(
        #[case] peer: &str,
        #[case] header: &str,
        #[case] trusted: &[&str],
        #[case] expected: &str,
    ) {
        let trusted: Vec<_> = trusted.iter().map(|text| config::parse_network(text).unwrap()).collect();
        assert_eq!(client_behind_proxies(peer.parse().unwrap(), header, &trusted).to_string(), expected);
    }
}
