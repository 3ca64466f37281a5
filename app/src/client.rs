//! How the browser calls server functions: every request says of whose page it comes, and the server refuses it where somebody
//! else is signed in by now.

use crate::document::{ACCOUNT_HEADER, account};
use leptos::server_fn::{
    Bytes,
    client::{self, browser::BrowserClient},
    error::FromServerFnError,
    request::browser::BrowserRequest,
    response::browser::BrowserResponse,
};

/// The client of every server function: `#[server(client = Client)]`.
pub struct Client;

impl<E, I, O> client::Client<E, I, O> for Client
where
    E: FromServerFnError,
    I: FromServerFnError,
    O: FromServerFnError,
{
    type Request = BrowserRequest;
    type Response = BrowserResponse;

    fn send(request: Self::Request) -> impl Future<Output = Result<Self::Response, E>> + Send {
        if let Some(account) = account() {
            request.headers().set(ACCOUNT_HEADER, &account);
        }
        <BrowserClient as client::Client<E, I, O>>::send(request)
    }

    fn open_websocket(
        path: &str,
    ) -> impl Future<
        Output = Result<
            (
                impl futures_util::Stream<Item = Result<Bytes, Bytes>> + Send + 'static,
                impl futures_util::Sink<Bytes> + Send + 'static,
            ),
            E,
        >,
    > + Send {
        <BrowserClient as client::Client<E, I, O>>::open_websocket(path)
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        <BrowserClient as client::Client<E, I, O>>::spawn(future);
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    #[test]
    fn every_server_function_is_called_so() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api");
        let texts = fs::read_dir(folder).unwrap().map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
        let all = texts.collect::<Vec<_>>().concat();
        let functions = all.lines().filter(|line| line.starts_with("#[server")).collect::<Vec<_>>();
        assert!(functions.len() > 20);
        for function in functions {
            assert!(function.contains("client = Client"), "{function}");
        }
    }
}
