//! Documents in a bucket that speaks S3: the whole way there and back, and what is left where the
//! bucket fails in each of its ways. The tests of documents in a folder are in [`super::files`].

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use super::support::{
    app::TestApp,
    both_engines,
    browser::{Answer, BOUNDARY, Browser, multipart},
    bucket::{Mood, TestBucket},
    documents::{pdf, png},
    world::assert_books_hold,
};
use crate::{
    domain::{file::FileRefusal, ids::CustomerId},
    services::files,
    storage::{self, Db, files::FileRow},
    vault::{S3Settings, Vault, VaultSettings},
};
use tokio::{io::AsyncWriteExt, net::TcpStream};

const UPLOAD: &str = "/staff/documents/upload";
const TYPE: &str = "0193a5f0-0000-7000-8000-0000000000f1";

async fn start(db: &Db) -> (TestApp, TestBucket) {
    let bucket = TestBucket::start().await;
    let settings = VaultSettings::S3(bucket.settings());
    let app = TestApp::start_with(db, |config| config.documents = settings).await;
    (app, bucket)
}

async fn rows(app: &TestApp, customer_id: CustomerId) -> Vec<FileRow> {
    let mut session = app.world().db.read().await.unwrap();
    let rows = storage::files::all_of_customer(&mut session, customer_id).await.unwrap();
    rows.into_iter().map(|row| row.file).collect()
}

async fn upload(browser: &mut Browser, id: &str, name: &str, bytes: &[u8]) -> Answer {
    let fields = [("customer_id", id), ("type_id", TYPE), ("visibility", "shared")];
    browser.upload(UPLOAD, &fields, (name, bytes)).await
}

fn refusal(answer: &Answer) -> Option<FileRefusal> {
    let said: serde_json::Value = serde_json::from_str(&answer.body).ok()?;
    FileRefusal::from_word(said.get("refused")?.as_str()?)
}

/// A PDF of about so many bytes that do not repeat.
fn large(bytes: usize) -> Vec<u8> {
    let mut number = 1_u32;
    let mut noise = String::new();
    while noise.len() < bytes {
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        noise += &format!("{number:08x}");
    }
    pdf(&format!("3 0 obj\n<</Type/Page/Noise({noise})>>\nendobj"))
}

/// Up, down with every byte and header, replaced, removed; each request is signed, or the bucket
/// would have refused it.
async fn round_trip(db: Db) {
    let (app, bucket) = start(&db).await;
    app.given().seller().await;
    let customer = app.given().customer("C-1", "dana@alder.example").await;
    let id = customer.to_string();
    let mut staff = app.staff().await;
    let mut dana = app.payer("dana@alder.example").await;
    // More than a part of S3's parts: in one request all the same.
    let papers = [
        ("Contract \u{e4}.pdf", large(6 << 20)),
        ("Scan.png", png(40, 40)),
        ("a.txt", b"x".to_vec()),
    ];
    for (name, bytes) in &papers {
        let answer = upload(&mut staff, &id, name, bytes).await;
        assert_eq!(answer.status, 204, "{name}: {}", answer.body);
        let row = rows(&app, customer).await.remove(0);
        // Once; on a slow machine the same may be sent again.
        let asked: BTreeSet<String> = bucket.asked().into_iter().collect();
        assert_eq!(asked, BTreeSet::from([format!("PUT {}", row.object_key)]), "{name}");
        assert_eq!(bucket.objects()[&row.object_key], bytes, "{name}");
        for (browser, path) in [(&staff, "/staff/documents"), (&dana, "/portal/documents")] {
            let (status, headers, body) = browser.download(&format!("{path}/{}", row.id)).await;
            assert_eq!((status, body == *bytes), (200, true), "{name} of {path}");
            let header = |name: &str| headers[name].to_str().unwrap().to_owned();
            assert_eq!(header("content-length"), bytes.len().to_string());
            assert_eq!(header("content-type"), row.kind.content_type());
            assert!(header("content-disposition").starts_with("attachment; filename=\""));
            assert_eq!(header("x-content-type-options"), "nosniff");
            assert_eq!(header("cache-control"), "private, no-store");
            assert!(header("content-security-policy").starts_with("sandbox; default-src 'none'"));
        }
        assert_eq!(bucket.asked().len(), 2);
    }
    dana.get("/portal").await;

    // Another takes its place: the old one goes, and only that.
    let old = rows(&app, customer).await.remove(0);
    let call = format!("id={}&version=1", old.id);
    assert_eq!(staff.call("/api/staff/documents/remove", &call).await.status, 200);
    assert_eq!(bucket.asked(), [format!("DELETE {}", old.object_key)]);
    assert_eq!(upload(&mut staff, &id, "a.txt", b"y").await.status, 204);
    let new = rows(&app, customer).await.remove(0);
    assert_ne!(new.object_key, old.object_key);
    assert_eq!(staff.download(&format!("/staff/documents/{}", old.id)).await.0, 404);
    assert_eq!(staff.download(&format!("/staff/documents/{}", new.id)).await.2, b"y");
    assert_eq!(bucket.objects().len(), 3);

    // A download that is cut off is taken up where it was, by a range.
    let large = rows(&app, customer).await.pop().unwrap();
    bucket.asked();
    bucket.set(Mood::SendsHalf);
    let (status, _, body) = staff.download(&format!("/staff/documents/{}", large.id)).await;
    assert_eq!((status, body == papers[0].1), (200, true), "{} bytes", body.len());
    assert_eq!(bucket.asked().len(), 2, "it was asked once more");
    assert!(!app.state.config.data_dir.join("documents").exists(), "nothing lies in a folder");
    assert_books_hold(&db).await;
}
both_engines!(documents_go_to_a_bucket_and_back, round_trip);

/// What the bucket does not take leaves no row and nothing in it, and says so.
async fn failures(db: Db) {
    let (app, bucket) = start(&db).await;
    app.given().seller().await;
    let customer = app.given().customer("C-1", "dana@alder.example").await;
    let id = customer.to_string();
    let mut staff = app.staff().await;
    let bytes = large(300_000);
    for mood in [
        Mood::Fails(500),
        Mood::Fails(403),
        Mood::Gone,
        Mood::Silent,
        Mood::HangsUp,
        Mood::KeepsSilently,
    ] {
        bucket.set(mood);
        let began = Instant::now();
        let answer = upload(&mut staff, &id, "Contract.pdf", &bytes).await;
        assert_eq!(refusal(&answer), Some(FileRefusal::Unavailable), "{mood:?}: {answer:?}");
        assert_eq!(answer.status, FileRefusal::Unavailable.status(), "{mood:?}");
        assert!(began.elapsed() < Duration::from_secs(20), "{mood:?} was waited for");
        assert_eq!(rows(&app, customer).await, [], "{mood:?}");
        assert!(bucket.objects().is_empty(), "{mood:?} left something");
        let left = std::fs::read_dir(app.state.config.data_dir.join("incoming"));
        assert_eq!(left.map_or(0, Iterator::count), 0, "{mood:?}");
    }
    // What came to it late goes with the sweep: it is noted until then.
    bucket.set(Mood::Well);
    let (now, hour) = (app.world().now(), chrono::TimeDelta::hours(1));
    let wall = now - chrono::TimeDelta::seconds(app.state.clock.offset_seconds());
    bucket.asked();
    let swept = files::sweep(app.world(), &app.state.vault, now + hour, wall + hour).await.unwrap();
    assert_eq!(swept, 6);
    assert_eq!(bucket.asked().len(), 6);

    // One that is there and cannot be had now is not gone.
    assert_eq!(upload(&mut staff, &id, "Contract.pdf", &bytes).await.status, 204);
    let row = rows(&app, customer).await.remove(0);
    let path = format!("/staff/documents/{}", row.id);
    for (mood, status) in [
        (Mood::Fails(500), 503),
        (Mood::Fails(403), 503),
        (Mood::Silent, 503),
        (Mood::HangsUp, 503),
    ] {
        bucket.set(mood);
        assert_eq!(staff.download(&path).await.0, status, "{mood:?}");
    }
    // One who stops in the middle does not hold whoever waits for it.
    bucket.set(Mood::Stalls);
    let began = Instant::now();
    let cut = staff.try_download(&path).await;
    assert!(cut.is_err(), "half of it is no document");
    assert!(began.elapsed() < Duration::from_secs(20));
    bucket.set(Mood::Well);
    assert_eq!(staff.download(&path).await.2, bytes);

    // It cannot be removed now: the row goes, and the contents when the bucket is back.
    bucket.set(Mood::Fails(503));
    let call = format!("id={}&version=1", row.id);
    assert_eq!(staff.call("/api/staff/documents/remove", &call).await.status, 200);
    assert_eq!((rows(&app, customer).await.len(), bucket.objects().len()), (0, 1));
    bucket.set(Mood::Well);
    files::sweep(app.world(), &app.state.vault, now + hour, wall + hour).await.unwrap();
    assert!(bucket.objects().is_empty());
    assert_books_hold(&db).await;
}
both_engines!(what_a_bucket_does_not_take_leaves_nothing, failures);

/// Whoever hangs up in the middle leaves nothing, neither here nor there.
async fn cut_off(db: Db) {
    let (app, bucket) = start(&db).await;
    app.given().seller().await;
    let customer = app.given().customer("C-1", "dana@alder.example").await;
    let staff = app.staff().await;
    let id = customer.to_string();
    let fields = [("customer_id", id.as_str()), ("type_id", TYPE), ("visibility", "shared")];
    let whole = multipart(&fields, ("a.txt", &vec![b'a'; 400_000]));
    let host = app.base_url.strip_prefix("http://").unwrap();
    let incoming = app.state.config.data_dir.join("incoming");
    let lying = || std::fs::read_dir(&incoming).map_or(0, Iterator::count);
    let head = format!(
        "POST {UPLOAD} HTTP/1.1\r\nHost: {host}\r\nOrigin: {}\r\nCookie: {}\r\n\
         Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {}\r\n\r\n",
        app.base_url,
        staff.cookie_header(),
        whole.len()
    );
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&whole[..whole.len() / 2]).await.unwrap();
    let mut has_begun = false;
    for _ in 0..200 {
        has_begun |= lying() == 1;
        if has_begun {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert!(has_begun, "it is on its way");
    drop(stream);
    for _ in 0..200 {
        if lying() == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!((lying(), rows(&app, customer).await.len()), (0, 0));
    assert_eq!(bucket.asked(), [""; 0], "the bucket never heard of it");
}
both_engines!(what_is_cut_off_never_reaches_the_bucket, cut_off);

/// The doctor's question: whether documents can be put there, had and removed.
#[tokio::test]
async fn the_bucket_is_looked_at() {
    let bucket = TestBucket::start().await;
    let ask = async |settings: S3Settings| {
        let vault = Vault::open(&VaultSettings::S3(settings), std::env::temp_dir()).unwrap();
        vault.check().await
    };
    ask(bucket.settings()).await.unwrap();
    let asked = bucket.asked();
    let verbs: Vec<&str> = asked.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(verbs, ["PUT", "GET", "DELETE"]);
    assert!(bucket.objects().is_empty(), "nothing is left");
    for mood in [Mood::Gone, Mood::Fails(403), Mood::Fails(500), Mood::Silent, Mood::HangsUp] {
        bucket.set(mood);
        assert!(ask(bucket.settings()).await.is_err(), "{mood:?}");
    }
    bucket.set(Mood::Well);
    let other = |text: &str| text.to_owned();
    for wrong in [
        S3Settings { secret_key: other("another"), ..bucket.settings() },
        S3Settings { access_key: other("another"), ..bucket.settings() },
        S3Settings { region: Some(other("us-east-1")), ..bucket.settings() },
        S3Settings { region: None, ..bucket.settings() },
        S3Settings { endpoint: Some(other("http://127.0.0.1:1")), ..bucket.settings() },
    ] {
        assert!(ask(wrong.clone()).await.is_err(), "{wrong:?}");
    }
    let said = ask(S3Settings { secret_key: other("hush"), ..bucket.settings() }).await;
    assert!(!said.unwrap_err().to_string().contains("hush"));
}
