//! How a server function is called: `#[server(client = AccountBoundClient, protocol = Read)]`, or `protocol = Write` for one
//! that changes something.

use crate::{account_bound_client::AccountBoundClient, error::ApiError, json::Json};
use leptos::server_fn::{
    Http, Protocol,
    codec::{GetUrl, PostUrl},
    server::Server,
};
use std::marker::PhantomData;

/// Arguments in the URL of a GET request.
pub type Read = Api<GetUrl>;

/// Arguments in a form of a POST request.
pub type Write = Api<PostUrl>;

/// HTTP with JSON as the answer. Only functions with [`AccountBoundClient`] and [`ApiError`] can have it. This is the one
/// place where a failed server function sets the status of the response.
pub struct Api<Arguments>(PhantomData<Arguments>);

type Inner<Arguments> = Http<Arguments, Json>;

impl<Input, Output, S, Arguments> Protocol<Input, Output, AccountBoundClient, S, ApiError> for Api<Arguments>
where
    S: Server<ApiError>,
    Inner<Arguments>: Protocol<Input, Output, AccountBoundClient, S, ApiError>,
{
    const METHOD: http::Method = <Inner<Arguments> as Protocol<Input, Output, AccountBoundClient, S, ApiError>>::METHOD;

    fn run_server<F, Fut>(
        request: S::Request,
        server_fn: F,
    ) -> impl Future<Output = Result<S::Response, ApiError>> + Send
    where
        F: Fn(Input) -> Fut + Send,
        Fut: Future<Output = Result<Output, ApiError>> + Send,
    {
        let answer = Inner::<Arguments>::run_server(request, server_fn);
        async move {
            let answer = answer.await;
            #[cfg(feature = "ssr")]
            if let Err(error) = &answer {
                crate::request::set_status_of(error.problem());
            }
            answer
        }
    }

    fn run_client(path: &str, input: Input) -> impl Future<Output = Result<Output, ApiError>> + Send {
        Inner::<Arguments>::run_client(path, input)
    }
}
