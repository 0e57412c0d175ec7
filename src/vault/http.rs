//! HTTP for the bucket: one client for plain addresses and TLS.

use std::time::Duration;

use futures::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, Error, connect::HttpConnector as TcpConnector},
    rt::TokioExecutor,
};
use object_store::{
    ClientOptions,
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody,
        HttpResponse, HttpResponseBody, HttpService,
    },
};

use super::store::Patience;

type Tls = HttpsConnector<TcpConnector>;

/// A client, ready to be handed out.
#[derive(Clone, Debug)]
pub(super) struct Connector {
    client: Client<Tls, HttpRequestBody>,
    patience: Patience,
}

impl Connector {
    /// A client that trusts whom this machine trusts.
    ///
    /// # Errors
    /// When the machine's certificates cannot be read.
    pub(super) fn new(patience: Patience) -> std::io::Result<Self> {
        let mut tcp = TcpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(patience.connect));
        let tls = HttpsConnectorBuilder::new()
            .with_native_roots()?
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        Ok(Self { client: Client::builder(TokioExecutor::new()).build(tls), patience })
    }
}

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Service(self.clone())))
    }
}

#[derive(Debug)]
struct Service(Connector);

fn kind(error: &Error) -> HttpErrorKind {
    if error.is_connect() { HttpErrorKind::Connect } else { HttpErrorKind::Request }
}

#[async_trait::async_trait]
impl HttpService for Service {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let Connector { client, patience } = &self.0;
        let bytes = u32::try_from(request.body().content_length()).unwrap_or(u32::MAX);
        let sending = Duration::from_secs(u64::from(bytes / patience.pace.max(1)));
        let wait = patience.answer;
        let answer = tokio::time::timeout(wait + sending, client.request(request))
            .await
            .map_err(|error| HttpError::new(HttpErrorKind::Timeout, error))?
            .map_err(|error| HttpError::new(kind(&error), error))?;
        let (head, body) = answer.into_parts();
        // One who stops in the middle is not waited for either.
        let body = stream::unfold(Some(body), move |held| async move {
            let mut body = held?;
            match tokio::time::timeout(wait, body.frame()).await {
                Ok(None) => None,
                Ok(Some(Ok(frame))) => Some((Ok(frame), Some(body))),
                Ok(Some(Err(error))) => {
                    Some((Err(HttpError::new(HttpErrorKind::Interrupted, error)), None))
                }
                Err(error) => Some((Err(HttpError::new(HttpErrorKind::Timeout, error)), None)),
            }
        });
        Ok(HttpResponse::from_parts(head, HttpResponseBody::new(StreamBody::new(body))))
    }
}
