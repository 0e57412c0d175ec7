//! A bucket on a port of this machine that speaks enough S3 (API version 2006-03-01): putting,
//! getting whole and in ranges, asking for the head, deleting and listing. It believes nobody: every
//! request has to be signed for its region with its key (Signature Version 4), and what is put has
//! to be what was signed.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::stream;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};

use crate::vault::{Patience, S3Settings};

/// The bucket's name.
pub const BUCKET: &str = "papers";
/// Where it is.
pub const REGION: &str = "eu-north-1";
/// The name of its key.
pub const ACCESS_KEY: &str = "AKIDQUITTANCE";
/// Its key.
pub const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// How it behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// As it should.
    #[default]
    Well,
    /// It answers with a status.
    Fails(u16),
    /// It takes requests and does not answer.
    Silent,
    /// It hangs up in the middle of what it is sent.
    HangsUp,
    /// It keeps what it is sent, and says nothing.
    KeepsSilently,
    /// It sends a half and hangs up, once; then it is well.
    SendsHalf,
    /// It sends a half and then nothing more.
    Stalls,
    /// There is no such bucket.
    Gone,
}

/// What it holds and what it was asked.
#[derive(Default)]
struct Held {
    mood: Mood,
    objects: BTreeMap<String, Bytes>,
    asked: Vec<String>,
}

/// The bucket.
#[derive(Clone, Default)]
pub struct TestBucket {
    held: Arc<Mutex<Held>>,
    endpoint: String,
}

impl TestBucket {
    /// Opens it on a port of this machine.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let bucket = Self { endpoint, ..Self::default() };
        let router = Router::new().fallback(serve).with_state(bucket.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        bucket
    }

    /// What leads to it, with little patience.
    pub fn settings(&self) -> S3Settings {
        S3Settings {
            bucket: BUCKET.to_owned(),
            region: Some(REGION.to_owned()),
            endpoint: Some(self.endpoint.clone()),
            access_key: ACCESS_KEY.to_owned(),
            secret_key: SECRET_KEY.to_owned(),
            patience: Patience {
                connect: Duration::from_secs(5),
                answer: Duration::from_millis(700),
                pace: 100_000_000,
                try_for: Duration::from_secs(2),
            },
        }
    }

    /// From now on it behaves so.
    pub fn set(&self, mood: Mood) {
        self.held.lock().unwrap().mood = mood;
    }

    /// The names and contents of what it holds.
    pub fn objects(&self) -> BTreeMap<String, Bytes> {
        self.held.lock().unwrap().objects.clone()
    }

    /// What it was asked since the last time: methods and names.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.held.lock().unwrap().asked)
    }

    fn put(&self, key: String, bytes: Bytes) {
        self.held.lock().unwrap().objects.insert(key, bytes);
    }
}

fn refused(status: u16, code: &str) -> Response {
    let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code></Error>");
    (StatusCode::from_u16(status).unwrap(), [(header::CONTENT_TYPE, "application/xml")], body)
        .into_response()
}

/// The connection ends here, without a word; nobody is told of a panic, for there is none.
fn hang_up() -> ! {
    std::panic::resume_unwind(Box::new("the bucket hangs up"))
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// Whether a request is signed as it should be (AWS General Reference, Signature Version 4).
fn is_signed(method: &Method, path: &str, query: &str, headers: &HeaderMap) -> Option<()> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    let authorization = text("authorization")?.strip_prefix("AWS4-HMAC-SHA256 ")?;
    let part = |name: &str| {
        let mut parts = authorization.split(',').map(str::trim);
        parts.find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
    };
    let time = text("x-amz-date")?;
    let scope = format!("{}/{REGION}/s3/aws4_request", time.get(..8)?);
    (part("Credential")? == format!("{ACCESS_KEY}/{scope}")).then_some(())?;
    let names: Vec<&str> = part("SignedHeaders")?.split(';').collect();
    ["host", "x-amz-content-sha256", "x-amz-date"]
        .iter()
        .all(|name| names.contains(name))
        .then_some(())?;
    let mut signed = String::new();
    for name in &names {
        signed += &format!("{name}:{}\n", text(name)?.trim());
    }
    let mut pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).collect();
    pairs.sort_unstable();
    let canonical = format!(
        "{method}\n{path}\n{}\n{signed}\n{}\n{}",
        pairs.join("&"),
        names.join(";"),
        text("x-amz-content-sha256")?
    );
    let canonical = hex::encode(Sha256::digest(canonical.as_bytes()));
    let wanted = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{canonical}");
    let mut key = format!("AWS4{SECRET_KEY}").into_bytes();
    for step in [time.get(..8)?, REGION, "s3", "aws4_request"] {
        key = mac(&key, step);
    }
    (part("Signature")? == hex::encode(mac(&key, &wanted))).then_some(())
}

async fn serve(State(bucket): State<TestBucket>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let (path, query) =
        (head.uri.path().to_owned(), head.uri.query().unwrap_or_default().to_owned());
    let key = path.strip_prefix(&format!("/{BUCKET}")).unwrap_or_default().trim_start_matches('/');
    let key = key.to_owned();
    let mood = {
        let mut held = bucket.held.lock().unwrap();
        held.asked.push(format!("{} {key}", head.method));
        let mood = held.mood;
        if mood == Mood::SendsHalf && head.method == Method::GET {
            held.mood = Mood::Well;
        }
        mood
    };
    match mood {
        Mood::Fails(status) => return refused(status, "Unwell"),
        Mood::Silent => return std::future::pending().await,
        Mood::Gone => return refused(404, "NoSuchBucket"),
        Mood::HangsUp => {
            let mut body = body;
            let _ = body.frame().await;
            hang_up();
        }
        _ => {}
    }
    if is_signed(&head.method, &path, &query, &head.headers).is_none() {
        return refused(403, "SignatureDoesNotMatch");
    }
    let Ok(body) = body.collect().await else { return refused(400, "IncompleteBody") };
    let body = body.to_bytes();
    let hash = head.headers.get("x-amz-content-sha256").unwrap().to_str().unwrap();
    if hash != hex::encode(Sha256::digest(&body)) {
        return refused(400, "XAmzContentSHA256Mismatch");
    }
    match head.method {
        Method::PUT if query.is_empty() => {
            let tag = tag(&body);
            bucket.put(key, body);
            if mood == Mood::KeepsSilently {
                return std::future::pending().await;
            }
            [(header::ETAG, tag)].into_response()
        }
        Method::GET if key.is_empty() => list(&bucket),
        Method::GET | Method::HEAD => {
            let Some(bytes) = bucket.objects().remove(&key) else {
                return refused(404, "NoSuchKey");
            };
            give(bytes, &head.method, &head.headers, mood)
        }
        Method::DELETE => {
            bucket.held.lock().unwrap().objects.remove(&key);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => refused(501, "NotImplemented"),
    }
}

fn tag(bytes: &[u8]) -> String {
    format!("\"{}\"", hex::encode(&Sha256::digest(bytes)[..16]))
}

fn list(bucket: &TestBucket) -> Response {
    let item = |(key, bytes): (String, Bytes)| {
        format!(
            "<Contents><Key>{key}</Key><LastModified>2026-11-23T00:00:00.000Z</LastModified>\
             <Size>{}</Size></Contents>",
            bytes.len()
        )
    };
    let items: String = bucket.objects().into_iter().map(item).collect();
    let body =
        format!("<ListBucketResult><IsTruncated>false</IsTruncated>{items}</ListBucketResult>");
    ([(header::CONTENT_TYPE, "application/xml")], body).into_response()
}

/// An object, or the range of it that is asked for.
fn give(bytes: Bytes, method: &Method, headers: &HeaderMap, mood: Mood) -> Response {
    let all = bytes.len();
    let range = headers.get(header::RANGE).map(|range| {
        let range = range.to_str().unwrap().strip_prefix("bytes=").unwrap();
        let (from, to) = range.split_once('-').unwrap();
        (from.parse::<usize>().unwrap(), to.parse::<usize>().map_or(all - 1, |to| to.min(all - 1)))
    });
    let mut answer = Response::builder()
        .header(header::ETAG, tag(&bytes))
        .header(header::LAST_MODIFIED, "Mon, 23 Nov 2026 00:00:00 GMT")
        .header(header::CONTENT_TYPE, "binary/octet-stream");
    let part = match range {
        Some((from, to)) => {
            answer = answer
                .status(StatusCode::PARTIAL_CONTENT)
                .header(header::CONTENT_RANGE, format!("bytes {from}-{to}/{all}"));
            bytes.slice(from..=to)
        }
        None => bytes,
    };
    answer = answer.header(header::CONTENT_LENGTH, part.len());
    let half = Ok(part.slice(..part.len() / 2));
    let body = match mood {
        _ if method == Method::HEAD => Body::empty(),
        Mood::SendsHalf => {
            let cut = Err(std::io::Error::other("the bucket hangs up"));
            // What was sent has to leave before the end does.
            let late = async {
                tokio::time::sleep(Duration::from_millis(100)).await;
                cut
            };
            use futures::StreamExt as _;
            Body::from_stream(stream::iter([half]).chain(stream::once(late)))
        }
        Mood::Stalls => {
            use futures::StreamExt as _;
            Body::from_stream(
                stream::iter([half]).chain(stream::pending::<std::io::Result<Bytes>>()),
            )
        }
        _ => Body::from(part),
    };
    answer.body(body).unwrap()
}
