//! Documents: what is taken and what is not, what is left of an upload that was cut off, who sees
//! which, how many there may be, and their types.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::support::{
    app::TestApp,
    both_engines,
    browser::{Answer, BOUNDARY, Browser, multipart},
    documents::{
        Part, claiming, docx, docx_of_macros, docx_saying, jpeg, part, pdf, pdf_packing, png,
        sharing, test_virus, wide, xlsx, zip,
    },
    sampled,
    world::assert_books_hold,
};
use crate::{
    domain::{
        activity::{ActivityKind, Topic},
        file::{CUSTOMER_FILES_MAX, FileRefusal, INVOICE_FILES_MAX, Visibility},
        form::{FieldProblem, Problem},
        ids::{CustomerId, FileId},
        permission::{Duties, Permission, Role},
    },
    services::{
        change::ChangeError,
        customers, file_types,
        files::{self, FileError, FileForm},
    },
    storage::{self, Db, activity::ActivityQuery, files::FileRow, hierarchy::PlacedRow},
};

const UPLOAD: &str = "/staff/documents/upload";

/// The first of the types that are there from the beginning: *Invoices*.
const TYPE: &str = "0193a5f0-0000-7000-8000-0000000000f1";
/// The second: *Other*.
const OTHER: &str = "0193a5f0-0000-7000-8000-0000000000f2";

async fn all(db: &Db, customer_id: CustomerId) -> Vec<FileRow> {
    let mut session = db.read().await.unwrap();
    let rows = storage::files::all_of_customer(&mut session, customer_id).await.unwrap();
    rows.into_iter().map(|row| row.file).collect()
}

/// How many files lie in a folder of the application's.
fn lying(app: &TestApp, folder: &str) -> usize {
    std::fs::read_dir(app.state.config.data_dir.join(folder)).map_or(0, Iterator::count)
}

/// Nothing is kept, and nothing lies about. What was cut off is noticed a moment later.
async fn assert_nothing_left(app: &TestApp, customer_id: CustomerId, case: &str) {
    for _ in 0..200 {
        if lying(app, "incoming") == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(lying(app, "incoming"), 0, "{case}: something was left on its way");
    assert_eq!(lying(app, "documents"), 0, "{case}: something was kept");
    assert_eq!(all(&app.world().db, customer_id).await, [], "{case}: there is a row");
}

fn fields<'a>(customer: &'a str, visibility: &'a str) -> [(&'a str, &'a str); 3] {
    [("customer_id", customer), ("type_id", TYPE), ("visibility", visibility)]
}

fn refusal(answer: &Answer) -> Option<FileRefusal> {
    let said: serde_json::Value = serde_json::from_str(&answer.body).ok()?;
    FileRefusal::from_word(said.get("refused")?.as_str()?)
}

/// What is to come of a document.
enum Fate {
    Refused(FileRefusal),
    /// Kept under a harmless name, and handed out as something to be saved.
    Harmless,
}

type Case = (&'static str, String, Vec<u8>, Fate);

fn corpus() -> Vec<Case> {
    use Fate::{Harmless, Refused};
    use FileRefusal as F;

    let mut cases: Vec<Case> = Vec::new();
    let mut add = |what, name: &str, bytes: Vec<u8>, fate| {
        cases.push((what, name.to_owned(), bytes, fate));
    };
    let good = || pdf("");

    // Names.
    add("a program behind a document", "invoice.pdf.exe", good(), Refused(F::NotTaken));
    add("a program before the ending", "invoice.exe.pdf", good(), Refused(F::DoubleEnding));
    add("a script before the ending", "picture.php.png", png(4, 4), Refused(F::DoubleEnding));
    add("letters turned round", "invoice\u{202e}fdp.exe", good(), Refused(F::NotTaken));
    add("letters turned round, harmless", "invoice\u{202e}x.pdf", good(), Harmless);
    add("a way out of the folder", "../../etc/passwd.pdf", good(), Harmless);
    add("a drive", "C:/Windows/system.pdf", good(), Harmless);
    add("300 letters", &format!("{}.pdf", "a".repeat(300)), good(), Harmless);
    add("a NUL", "a.pdf\u{0}.exe", good(), Refused(F::Incomplete));
    add("a device", "nul.pdf", good(), Harmless);
    add("only an ending", ".pdf", good(), Harmless);
    add("no ending", "README", good(), Refused(F::NotTaken));
    add("a page", "page.html", b"<html>".to_vec(), Refused(F::NotTaken));
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    add("a script in a drawing", "drawing.svg", svg.to_vec(), Refused(F::NotTaken));
    add("a workbook with macros", "book.xlsm", xlsx(Vec::new()), Refused(F::NotTaken));
    add("an archive", "all.zip", docx(Vec::new()), Refused(F::NotTaken));
    add("a second stream", "x.pdf:y.exe", good(), Refused(F::NotTaken));
    add("a script", "run.js", b"alert(1)".to_vec(), Refused(F::NotTaken));

    // What every scanner finds.
    let virus = test_virus();
    add("the test virus", "eicar.txt", virus.clone(), Refused(F::Virus));
    add("the test virus as a PDF", "eicar.pdf", virus.clone(), Refused(F::Virus));
    let inside = [b"number,amount\n".as_slice(), &virus, b"\n"].concat();
    add("the test virus in a table", "list.csv", inside, Refused(F::Virus));
    let inside = docx(vec![part("word/media/a.bin", &virus)]);
    add("the test virus in a text", "letter.docx", inside, Refused(F::Virus));
    let inside = pdf_packing("/Filter/FlateDecode", &virus);
    add("the test virus packed in a PDF", "packed.pdf", inside, Refused(F::Virus));

    // Other than their ending says.
    let program = [b"MZ\x90\0\x03\0\0\0".as_slice(), &[0; 200]].concat();
    add("a page as a PDF", "a.pdf", b"<html><script>".to_vec(), Refused(F::NotWhatItSays));
    add("a drawing as a picture", "a.png", svg.to_vec(), Refused(F::NotWhatItSays));
    add("a PDF as a picture", "a.png", good(), Refused(F::NotWhatItSays));
    add("a picture as a PDF", "a.pdf", png(4, 4), Refused(F::NotWhatItSays));
    add("a program as a text", "a.txt", program.clone(), Refused(F::NotWhatItSays));
    add("a program as a PDF", "a.pdf", program, Refused(F::NotWhatItSays));
    let plain = zip(&[part("a.txt", b"hello")]);
    add("any archive as a text of Word", "a.docx", plain, Refused(F::NotWhatItSays));
    add("a workbook as a text of Word", "a.docx", xlsx(Vec::new()), Refused(F::NotWhatItSays));
    add("a text of Word as a workbook", "a.xlsx", docx(Vec::new()), Refused(F::NotWhatItSays));
    add("another picture", "a.jpg", b"GIF89a\x01\0\x01\0".to_vec(), Refused(F::NotWhatItSays));
    let front = [b"<html>\n".as_slice(), &good()].concat();
    add("a PDF behind a page", "a.pdf", front, Refused(F::NotWhatItSays));
    let remark = jpeg(4, 4, b"%PDF-1.7\n1 0 obj");
    add("a PDF in a photograph", "a.jpg", remark, Refused(F::NotWhatItSays));
    add("a text with NUL", "a.txt", b"a\0b".to_vec(), Refused(F::NotWhatItSays));

    // Two kinds at once.
    let archive = zip(&[part("evil.class", b"\xca\xfe\xba\xbe")]);
    let behind = |bytes: Vec<u8>, more: &[u8]| [bytes.as_slice(), more].concat();
    let page = b"<script>alert(1)</script>\n%%EOF\n";
    add("a page behind a PDF", "a.pdf", behind(good(), page), Refused(F::TwoKinds));
    let both = behind(behind(good(), &archive), b"\n%%EOF\n");
    add("an archive behind a PDF", "a.pdf", both, Refused(F::TwoKinds));
    add("an archive behind a picture", "a.png", behind(png(4, 4), &archive), Refused(F::TwoKinds));
    add("something behind a picture", "a.png", behind(png(4, 4), b"more"), Refused(F::TwoKinds));
    let remark = jpeg(4, 4, b"<ScRiPt src=//evil.example></script>");
    add("a script in a photograph", "a.jpg", remark, Refused(F::TwoKinds));
    let both = behind(jpeg(4, 4, b""), &archive);
    add("an archive behind a photograph", "a.jpg", both, Refused(F::TwoKinds));

    // PDFs that act.
    for (what, object) in [
        ("a script", "3 0 obj\n<</S/JavaScript/JS(app.alert(1))>>\nendobj"),
        ("a script in disguise", "3 0 obj\n<</S/J#61va#53cript/JS(x)>>\nendobj"),
        ("a program", "3 0 obj\n<</S/Launch/F(cmd.exe)>>\nendobj"),
        ("a file in the file", "3 0 obj\n<</Type/EmbeddedFile/Length 0>>\nendobj"),
    ] {
        add(what, "a.pdf", pdf(object), Refused(F::Active));
    }
    let objects = "/Type/ObjStm/N 1/First 4/Filter/FlateDecode";
    let packed = pdf_packing(objects, b"5 0 <</S/JavaScript/JS(x)>>");
    add("a packed script", "a.pdf", packed, Refused(F::Active));
    let bomb = pdf_packing(objects, &vec![b' '; 20 << 20]);
    add("packed objects that explode", "a.pdf", bomb, Refused(F::TooTight));
    let hidden = "3 0 obj\n<</Type/ObjStm/Filter/ASCIIHexDecode>>\nstream\n00>\nendstream\nendobj";
    add("objects nobody can look into", "a.pdf", pdf(hidden), Refused(F::Locked));
    let half = good();
    let half = half[..half.len() - 8].to_vec();
    add("half a PDF", "a.pdf", half, Refused(F::Broken));

    // Pictures that fill the memory of whoever opens them.
    add("a huge picture", "a.png", png(60_000, 60_000), Refused(F::TooManyPoints));
    add("a wide picture", "a.png", png(2_000_000, 1), Refused(F::TooManyPoints));
    add("a huge photograph", "a.jpg", jpeg(65_535, 65_535, b""), Refused(F::TooManyPoints));
    let half = png(4, 4);
    let half = half[..half.len() - 6].to_vec();
    add("half a picture", "a.png", half, Refused(F::Broken));

    // Archives.
    let zeros = vec![0; 20 << 20];
    let tight = || part("xl/media/a.bin", &zeros);
    add("20 MB in 20 kB", "a.xlsx", xlsx(vec![tight()]), Refused(F::TooTight));
    let lying = xlsx(vec![claiming(tight(), 100)]);
    add("20 MB that say they are 100 bytes", "a.xlsx", lying, Refused(F::TooTight));
    let part_of_4_gb =
        |index: i32| claiming(part(&format!("xl/media/{index}.bin"), b"x"), u32::MAX - 1);
    let huge: Vec<Part> = (0..3).map(part_of_4_gb).collect();
    add("12 GB, as it says", "a.xlsx", xlsx(huge), Refused(F::TooTight));
    let kernel = part("xl/media/0.bin", &vec![0; 1 << 20]);
    let copies = (1..300).map(|index| sharing(&format!("xl/media/{index}.bin"), 3, &kernel));
    let copies: Vec<Part> = copies.collect();
    let overlapping = xlsx(std::iter::once(kernel).chain(copies).collect());
    add("parts that lie over each other", "a.xlsx", overlapping, Refused(F::Broken));
    let many = (0..1_001).map(|index| part(&format!("word/{index}.bin"), b"")).collect();
    add("a thousand parts", "a.docx", docx(many), Refused(F::TooTight));
    let nested = docx(vec![part("word/embeddings/more.zip", &zip(&[part("a", b"a")]))]);
    add("an archive in a text", "a.docx", nested, Refused(F::Nested));
    let nested = docx(vec![part("word/media/image1.png", &zip(&[part("a", b"a")]))]);
    add("an archive that says it is a picture", "a.docx", nested, Refused(F::Nested));
    let old = docx(vec![part("word/embeddings/a.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")]);
    add("an object of the nineties", "a.docx", old, Refused(F::Nested));
    let macros = docx(vec![part("word/vbaProject.bin", b"x")]);
    add("macros", "a.docx", macros, Refused(F::Macros));
    add("macros, as it says", "a.docx", docx_of_macros(), Refused(F::Macros));
    let sheet = xlsx(vec![part("xl/macrosheets/sheet1.xml", b"<a/>")]);
    add("macros of an old kind", "a.xlsx", sheet, Refused(F::Macros));
    let entities = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>";
    add("entities", "a.docx", docx_saying(entities), Refused(F::Active));
    let outside = docx(vec![part("../../evil.xml", b"<a/>")]);
    add("a part out of the folder", "a.docx", outside, Refused(F::Broken));
    let twice = docx(vec![part("WORD/document.xml", b"<a/>")]);
    add("a part that is there twice", "a.docx", twice, Refused(F::Broken));
    let locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1encrypted".to_vec();
    add("a text with a password", "a.docx", locked, Refused(F::Locked));
    let half = docx(Vec::new());
    let half = half[..half.len() - 30].to_vec();
    add("half an archive", "a.docx", half, Refused(F::Broken));

    // Sizes, and texts that only a browser could mistake for something else.
    add("nothing", "a.pdf", Vec::new(), Refused(F::Empty));
    add("26 MB", "a.txt", vec![b'a'; 26 << 20], Refused(F::TooLarge));
    add("a page as a text", "a.txt", b"<html><script>alert(1)</script>".to_vec(), Harmless);
    add("a page in wide letters", "a.txt", wide("<script>alert(1)</script>"), Harmless);
    add("a table that computes", "a.csv", b"=HYPERLINK(\"//x\"),1\n".to_vec(), Harmless);
    cases
}

/// Every one of them is refused, or kept and handed out so that it does nothing (reliability.md
/// S-7).
async fn corpus_story(db: Db) {
    let app = TestApp::start(&db).await;
    app.given().seller().await;
    let customer = app.given().customer("C-1", "dana@alder.example").await;
    let mut browser = app.staff().await;
    let id = customer.to_string();
    let cases = corpus();
    assert!(cases.len() >= 60, "only {} cases", cases.len());
    for (what, name, bytes, fate) in cases {
        let answer = browser.upload(UPLOAD, &fields(&id, "internal"), (&name, &bytes)).await;
        match fate {
            Fate::Refused(why) => {
                assert_eq!(
                    refusal(&answer),
                    Some(why),
                    "{what}: {} {}",
                    answer.status,
                    answer.body
                );
                assert_eq!(answer.status, why.status(), "{what}");
            }
            Fate::Harmless => {
                assert_eq!(answer.status, 204, "{what}: {}", answer.body);
                let row = all(&db, customer).await.remove(0);
                let is_bad = |c: char| c.is_control() || "/\\:\u{202e}".contains(c);
                assert!(
                    row.name.len() <= 255 && !row.name.contains(is_bad),
                    "{what}: {}",
                    row.name
                );
                assert!(!row.object_key.contains('.'), "{what}");
                assert_saved(&browser, &format!("/staff/documents/{}", row.id), &bytes, what).await;
                remove(&mut browser, row.id, 1).await;
            }
        }
        assert_nothing_left(&app, customer, what).await;
    }
    assert_books_hold(&db).await;
}
both_engines!(bad_documents_are_refused_or_harmless, corpus_story);

async fn remove(browser: &mut Browser, id: FileId, version: i64) {
    let body = format!("id={id}&version={version}");
    let answer = browser.call("/api/staff/documents/remove", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// What is handed out is to be saved, and nothing else can be done with it.
async fn assert_saved(browser: &Browser, path: &str, bytes: &[u8], what: &str) {
    let (status, headers, body) = browser.download(path).await;
    assert_eq!((status, body.as_slice() == bytes), (200, true), "{what}");
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert!(header("content-disposition").starts_with("attachment; filename=\""), "{what}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
    let policy = header("content-security-policy");
    assert!(policy.starts_with("sandbox; default-src 'none'"), "{what}: {policy}");
    assert_eq!(header("cache-control"), "private, no-store", "{what}");
    assert!(!header("content-type").contains("html"), "{what}");
}

/// Honest documents are taken as they are.
async fn honest_story(db: Db) {
    let app = TestApp::start(&db).await;
    app.given().seller().await;
    let customer = app.given().customer("C-1", "dana@alder.example").await;
    let mut browser = app.staff().await;
    let id = customer.to_string();
    let picture = docx(vec![part("word/media/image1.png", &png(4, 4))]);
    for (name, bytes) in [
        ("Contract.pdf", pdf("3 0 obj\n<</Type/Page>>\nendobj")),
        ("Packed.pdf", pdf_packing("/Type/ObjStm/Filter/FlateDecode", b"5 0 <</Type/Page>>")),
        ("Scan.PNG", png(2_480, 3_508)),
        ("Photo.jpeg", jpeg(4_000, 3_000, b"taken on a walk")),
        ("Letter.docx", picture),
        ("Book.xlsx", xlsx(Vec::new())),
        ("table.csv", b"\xef\xbb\xbfnumber;amount\r\n1;2\r\n".to_vec()),
        ("western.txt", b"Gr\xfc\xdfe aus K\xf6ln\n".to_vec()),
        ("Vertrag \u{e4}\u{6f22}.txt", "漢字".as_bytes().to_vec()),
    ] {
        let answer = browser.upload(UPLOAD, &fields(&id, "shared"), (name, &bytes)).await;
        assert_eq!(answer.status, 204, "{name}: {}", answer.body);
        let row = all(&db, customer).await.remove(0);
        assert_eq!((row.name.as_str(), row.visibility), (name, Visibility::Shared));
        assert_eq!(row.bytes, i64::try_from(bytes.len()).unwrap());
        assert_saved(&browser, &format!("/staff/documents/{}", row.id), &bytes, name).await;
    }
    assert_eq!(lying(&app, "documents"), 9);
    assert_eq!(lying(&app, "incoming"), 0);

    // Without script the form is led back to where it came from, with a word about what was wrong.
    let back = format!("/staff/customers?panel={id}&tab=documents");
    let plain = [("customer_id", id.as_str()), ("type_id", TYPE), ("back", back.as_str())];
    let answer = browser.send_file(UPLOAD, &plain, ("", b""), "text/html").await;
    assert_eq!((answer.status, answer.location), (303, format!("{back}&refused=no_file")));
    let page = browser.get(&format!("{back}&refused=no_file")).await;
    assert!(page.body.contains("Choose a file first."), "{}", page.body);
    assert!(page.body.contains("Contract.pdf") && page.body.contains("enctype"), "{}", page.body);
    let sent = ("Tenth.txt", b"the last one".as_slice());
    let answer = browser.send_file(UPLOAD, &plain, sent, "text/html").await;
    assert_eq!((answer.status, answer.location), (303, back));
    let tenth = all(&db, customer).await.remove(0);
    assert_eq!((tenth.name.as_str(), tenth.visibility), ("Tenth.txt", Visibility::Internal));

    // Ten is enough; an invoice has five places of its own.
    assert_eq!(all(&db, customer).await.len(), usize::try_from(CUSTOMER_FILES_MAX).unwrap());
    let full = browser.upload(UPLOAD, &fields(&id, "shared"), sent).await;
    assert_eq!((full.status, refusal(&full)), (409, Some(FileRefusal::CustomerFull)));
    let invoice = app.given().invoice(customer, "INV-1", 10_000).await.to_string();
    let of_invoice =
        [("customer_id", id.as_str()), ("invoice_id", invoice.as_str()), ("type_id", OTHER)];
    for _ in 0..INVOICE_FILES_MAX {
        assert_eq!(browser.upload(UPLOAD, &of_invoice, sent).await.status, 204);
    }
    let full = browser.upload(UPLOAD, &of_invoice, sent).await;
    assert_eq!(refusal(&full), Some(FileRefusal::InvoiceFull));
    let gone = [("customer_id", id.as_str()), ("type_id", TYPE), ("invoice_id", id.as_str())];
    assert_eq!(browser.upload(UPLOAD, &gone, sent).await.status, 404);
    remove(&mut browser, tenth.id, 1).await;
    let no_type = [("customer_id", id.as_str()), ("type_id", invoice.as_str())];
    let answer = browser.upload(UPLOAD, &no_type, sent).await;
    assert_eq!(refusal(&answer), Some(FileRefusal::NoType));
    assert_eq!(lying(&app, "documents"), 14);
    // Two at the same time do not both get the last place.
    let (mut one, mut two) = (browser.clone(), browser.clone());
    let form = fields(&id, "internal");
    let (a, b) = tokio::join!(one.upload(UPLOAD, &form, sent), two.upload(UPLOAD, &form, sent));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409]);
    assert_eq!(lying(&app, "documents"), 15);
    assert_books_hold(&db).await;
}
both_engines!(honest_documents_are_kept, honest_story);

/// Sends the beginning of a request and hangs up.
async fn send_and_hang_up(app: &TestApp, browser: &Browser, whole: &[u8], sent: usize) {
    let host = app.base_url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let head = format!(
        "POST {UPLOAD} HTTP/1.1\r\nHost: {host}\r\nOrigin: {}\r\nCookie: {}\r\n\
         Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {}\r\n\r\n",
        app.base_url,
        browser.cookie_header(),
        whole.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&whole[..sent]).await.unwrap();
    stream.flush().await.unwrap();
}

/// An upload that is cut off leaves nothing, wherever it is cut.
async fn cut_off(db: Db) {
    let app = TestApp::start(&db).await;
    app.given().seller().await;
    let customer = app.given().customer("C-1", "dana@alder.example").await;
    let browser = app.staff().await;
    let id = customer.to_string();
    let bytes = vec![b'a'; 200_000];
    let whole = multipart(&fields(&id, "internal"), ("a.txt", &bytes));
    for cut in (10_000..bytes.len()).step_by(10_000) {
        send_and_hang_up(&app, &browser, &whole, cut).await;
    }
    // Behind the end the form is whole, whatever else was announced.
    let small = multipart(&fields(&id, "internal"), ("a.txt", &bytes[..400]));
    for cut in (0..small.len() - 4).step_by(sampled(9, 1)) {
        send_and_hang_up(&app, &browser, &small, cut).await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_nothing_left(&app, customer, "cut off").await;

    // One that does not end is ended.
    let host = app.base_url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let head = format!(
        "POST {UPLOAD} HTTP/1.1\r\nHost: {host}\r\nOrigin: {}\r\nCookie: {}\r\n\
         Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\
         Transfer-Encoding: chunked\r\n\r\n",
        app.base_url,
        browser.cookie_header(),
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut from, mut to) = stream.split();
    let begin = &whole[..1_000];
    let endless = async {
        to.write_all(format!("{:x}\r\n", begin.len()).as_bytes()).await?;
        to.write_all(begin).await?;
        let chunk = [b"\r\n100000\r\n".as_slice(), &vec![b'a'; 1 << 20]].concat();
        for _ in 0..1_000 {
            to.write_all(&chunk).await?;
        }
        std::io::Result::Ok(())
    };
    let mut answer = [0; 64];
    tokio::select! {
        sent = endless => assert!(sent.is_err(), "a gigabyte was taken"),
        read = from.read(&mut answer) => {
            let said = String::from_utf8_lossy(&answer[..read.unwrap_or(0)]).into_owned();
            assert!(said.contains(" 413 ") || said.contains(" 303 "), "{said}");
        }
    }
    drop(stream);
    assert_nothing_left(&app, customer, "endless").await;

    // What a process left that was ended goes with the sweep, and only that.
    let row = kept(&app, &mut browser.clone(), &id, "internal").await;
    let data = &app.state.config.data_dir;
    std::fs::write(data.join("documents").join("ab".repeat(32)), b"orphan").unwrap();
    std::fs::write(data.join("documents").join(format!("{}#1", "cd".repeat(32))), b"x").unwrap();
    std::fs::write(data.join("incoming").join("ef".repeat(32)), b"half").unwrap();
    let noted = "ba".repeat(32);
    std::fs::write(data.join("documents").join(&noted), b"noted").unwrap();
    let (world, vault) = (app.world(), &app.state.vault);
    let mut session = world.db.begin().await.unwrap();
    storage::files::insert_leftover(&mut session, &noted, world.now()).await.unwrap();
    session.commit().await.unwrap();
    let now = world.now();
    let wall = now - chrono::TimeDelta::seconds(app.state.clock.offset_seconds());
    let hour = chrono::TimeDelta::hours(1);
    let sweep = async |by: chrono::TimeDelta| {
        files::sweep(world, vault, now + by, wall + by).await.unwrap()
    };
    assert_eq!(sweep(-hour).await, 0, "it may be on its way");
    assert_eq!(lying(&app, "documents"), 4);
    assert_eq!(sweep(hour).await, 1);
    assert_eq!(sweep(hour).await, 0, "once");
    // What the database knows nothing of is left: it may belong to another one.
    assert_eq!((lying(&app, "documents"), lying(&app, "incoming")), (2, 0));
    assert!(data.join("documents").join("ab".repeat(32)).exists());
    std::fs::remove_file(data.join("documents").join("ab".repeat(32))).unwrap();
    assert_eq!(vault.read(&row.object_key).await.unwrap().bytes, 5);
}
both_engines!(what_is_cut_off_leaves_nothing, cut_off);

async fn kept(app: &TestApp, browser: &mut Browser, id: &str, visibility: &str) -> FileRow {
    let file = ("a.txt", b"hello".as_slice());
    let answer = browser.upload(UPLOAD, &fields(id, visibility), file).await;
    assert_eq!(answer.status, 204, "{}", answer.body);
    all(&app.world().db, id.parse().unwrap()).await.remove(0)
}

/// Payers see what is shared by those for whom they pay; ours see their customers'.
async fn sight_story(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let ours = given.customer("C-1", "dana@alder.example").await;
    let bought = given.customer("C-2", "ben@alder.example").await;
    let theirs = given.customer("C-3", "eve@other.example").await;
    let invoice = given.invoice(ours, "INV-1", 10_000).await.to_string();
    let placed = PlacedRow {
        id: bought,
        number: "C-2".to_owned(),
        name: "Customer C-2".to_owned(),
        parent_number: String::new(),
        parent_id: None,
        is_project: false,
        billing_preference: None,
        bill_to_id: bought,
    };
    let mut session = db.begin().await.unwrap();
    let now = app.world().now();
    assert!(storage::hierarchy::update_bill_to(&mut session, &placed, ours, now).await.unwrap());
    session.commit().await.unwrap();
    let mut staff = app.staff().await;
    let [ours_text, bought_text, theirs_text] = [ours, bought, theirs].map(|id| id.to_string());
    let shared = kept(&app, &mut staff, &ours_text, "shared").await;
    let internal = kept(&app, &mut staff, &ours_text, "internal").await;
    let of_bought = kept(&app, &mut staff, &bought_text, "shared").await;
    let foreign = kept(&app, &mut staff, &theirs_text, "shared").await;
    let of_invoice = [("invoice_id", invoice.as_str()), ("type_id", OTHER)];
    for visibility in ["shared", "internal"] {
        let form = [of_invoice[0], of_invoice[1], ("visibility", visibility)];
        let name = format!("{visibility}-of-invoice.txt");
        assert_eq!(staff.upload(UPLOAD, &form, (&name, b"hello")).await.status, 204);
    }
    let mut session = db.read().await.unwrap();
    let rows = storage::files::all_of_invoice(&mut session, invoice.parse().unwrap()).await;
    let [hidden, open] = <[_; 2]>::try_from(rows.unwrap()).unwrap();
    assert_eq!((hidden.uploader.as_str(), open.type_name.as_str()), ("Ana", "Other"));
    drop(session);

    let mut payer = app.payer("dana@alder.example").await;
    for (id, status) in [
        (shared.id, 200),
        (of_bought.id, 200),
        (open.file.id, 200),
        (internal.id, 404),
        (foreign.id, 404),
        (hidden.file.id, 404),
    ] {
        let (got, ..) = payer.download(&format!("/portal/documents/{id}")).await;
        assert_eq!(got, status, "{id}");
    }
    assert_saved(&payer, &format!("/portal/documents/{}", shared.id), b"hello", "shared").await;
    let page = payer.get("/portal/documents").await;
    assert_eq!((page.status, page.body.matches("/portal/documents/").count()), (200, 2));
    assert!(page.body.contains("for Customer C-2") && !page.body.contains("Customer C-3"));
    let page = payer.get(&format!("/portal/invoices/{invoice}")).await;
    assert!(page.body.contains("shared-of-invoice.txt"), "{}", page.body);
    assert!(!page.body.contains("internal-of-invoice.txt"));
    // Whoever is paid for sees nothing here: it is told to whoever pays.
    let other = app.payer("ben@alder.example").await;
    let (got, ..) = other.download(&format!("/portal/documents/{}", of_bought.id)).await;
    assert_eq!(got, 404);
    let page = other.clone().get("/portal/documents").await;
    assert!(page.body.contains("Nothing is shared with you yet"), "{}", page.body);

    // Of ours, whoever sees the customer sees all of it; what they may do is another matter.
    let only = |permission: Option<Permission>| Duties {
        permissions: permission.into_iter().collect(),
        ..Duties::of(Role::Viewer)
    };
    let mut viewer = app.staff_with("viewer@halden.example", only(None)).await;
    let mut mailer = app.staff_with("mail@halden.example", only(Some(Permission::Mail))).await;
    let keeper_duties = only(Some(Permission::Customers));
    let mut keeper = app.staff_with("keeper@halden.example", keeper_duties).await;
    let own = Duties { own_customers_only: true, ..Duties::of(Role::Specialist) };
    let mut ben = app.staff_with("ben@halden.example", own).await;
    let listed = format!("/api/staff/documents/list?customer_id={ours_text}");
    for browser in [&mut viewer, &mut mailer, &mut keeper] {
        let answer = browser.ask(&listed).await;
        assert!(answer.body.contains(&internal.id.to_string()), "{}", answer.body);
        let (got, ..) = browser.download(&format!("/staff/documents/{}", internal.id)).await;
        assert_eq!(got, 200);
    }
    assert_eq!(ben.ask(&listed).await.status, 404);
    let (got, ..) = ben.download(&format!("/staff/documents/{}", internal.id)).await;
    assert_eq!(got, 404);
    let sent = ("b.txt", b"hello".as_slice());
    let of_customer = fields(&ours_text, "internal");
    let invoice_form = [of_invoice[0], of_invoice[1], ("customer_id", ours_text.as_str())];
    for (browser, to_customer, to_invoice) in [
        (&mut viewer, 403, 403),
        (&mut mailer, 403, 204),
        (&mut keeper, 204, 204),
        (&mut ben, 404, 404),
    ] {
        assert_eq!(browser.upload(UPLOAD, &of_customer, sent).await.status, to_customer);
        assert_eq!(browser.upload(UPLOAD, &invoice_form, sent).await.status, to_invoice);
    }
    let body = format!("id={}&version=1", internal.id);
    for (browser, status) in [(&mut viewer, 403), (&mut mailer, 403), (&mut ben, 404)] {
        assert_eq!(browser.call("/api/staff/documents/remove", &body).await.status, status);
    }
    // Made responsible for the customer, they see its documents.
    let owner = given.staff("owner@halden.example", Duties::of(Role::Owner)).await;
    let mut session = db.read().await.unwrap();
    let user = storage::staff::find_by_email(&mut session, "ben@halden.example").await.unwrap();
    drop(session);
    customers::assign(app.world(), &owner, ours, None, Some(user.unwrap().id)).await.unwrap();
    assert_eq!(ben.ask(&listed).await.status, 200);
    assert_eq!(ben.upload(UPLOAD, &of_customer, sent).await.status, 204);
}
both_engines!(documents_are_seen_by_whom_they_are_for, sight_story);

fn field(error: impl Into<FileError>) -> (&'static str, Problem) {
    match error.into() {
        FileError::Change(ChangeError::Invalid(FieldProblem { field, problem })) => {
            (field.leak(), problem)
        }
        other => panic!("{other}"),
    }
}

/// What is said of a document changes with a row in the history, and never over somebody else's.
async fn changes_story(db: Db) {
    let app = TestApp::start(&db).await;
    let given = app.given();
    given.seller().await;
    let customer = given.customer("C-1", "dana@alder.example").await;
    let ana = given.staff("ana@halden.example", Duties::of(Role::Owner)).await;
    let mut browser = app.staff().await;
    let id = customer.to_string();
    let file = kept(&app, &mut browser, &id, "internal").await;
    let form = FileForm { name: "a.txt", type_id: TYPE, visibility: "internal" };
    let change =
        async |version, form| files::change(app.world(), &ana, file.id, version, form).await;
    let bad = change(1, FileForm { name: " ", ..form }).await.unwrap_err();
    assert_eq!(field(bad), ("document_name", Problem::Required));
    let bad = change(1, FileForm { name: "a.pdf", ..form }).await.unwrap_err();
    assert_eq!(field(bad), ("document_name", Problem::Wrong));
    let bad = change(1, FileForm { type_id: &id, ..form }).await.unwrap_err();
    assert_eq!(field(bad), ("document_type", Problem::NotAChoice));
    let bad = change(1, FileForm { visibility: "all", ..form }).await.unwrap_err();
    assert_eq!(field(bad), ("visibility", Problem::NotAChoice));
    change(1, form).await.unwrap();
    let renamed = FileForm { name: "Contract", visibility: "shared", ..form };
    change(1, renamed).await.unwrap();
    let late = change(1, form).await;
    assert!(matches!(late, Err(FileError::Change(ChangeError::Changed))), "{late:?}");
    let row = all(&db, customer).await.remove(0);
    assert_eq!((row.name.as_str(), row.version), ("Contract.txt", 2));

    // Types: one in use goes when its documents get another.
    let world = app.world();
    let types = async || {
        let mut session = db.read().await.unwrap();
        storage::file_types::all(&mut session).await.unwrap()
    };
    let names = |types: &[storage::file_types::FileTypeRow]| {
        types.iter().map(|row| row.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&types().await), ["Invoices", "Other"]);
    let bad = file_types::add(world, " other ").await.unwrap_err();
    assert_eq!(field(bad), ("type_name", Problem::AlreadyUsed));
    let contracts = file_types::add(world, "Contracts").await.unwrap();
    let bad = file_types::edit(world, contracts, 1, "").await.unwrap_err();
    assert_eq!(field(bad), ("type_name", Problem::Required));
    file_types::edit(world, contracts, 1, "Agreements").await.unwrap();
    let late = file_types::edit(world, contracts, 1, "Contracts").await;
    assert!(matches!(late, Err(ChangeError::Changed)), "{late:?}");
    let text = contracts.to_string();
    files::change(world, &ana, file.id, 2, FileForm { type_id: &text, ..renamed }).await.unwrap();
    let bad = file_types::remove(world, &ana, contracts, 2, None).await.unwrap_err();
    assert_eq!(field(bad), ("type_replacement", Problem::Required));
    let bad = file_types::remove(world, &ana, contracts, 2, Some(contracts)).await.unwrap_err();
    assert_eq!(field(bad), ("type_replacement", Problem::NotAChoice));
    let other = OTHER.parse().unwrap();
    file_types::remove(world, &ana, contracts, 2, Some(other)).await.unwrap();
    file_types::remove(world, &ana, TYPE.parse().unwrap(), 1, None).await.unwrap();
    let bad = file_types::remove(world, &ana, other, 1, None).await.unwrap_err();
    assert_eq!(field(bad), ("type_replacement", Problem::Required));
    assert_eq!(names(&types().await), ["Other"]);
    let mut session = db.read().await.unwrap();
    let used = storage::file_types::all_used(&mut session).await.unwrap();
    assert_eq!(used.get(&other), Some(&1));
    drop(session);

    let late = files::remove(world, &app.state.vault, &ana, file.id, 3).await;
    assert!(matches!(late, Err(FileError::Change(ChangeError::Changed))), "{late:?}");
    files::remove(world, &app.state.vault, &ana, file.id, 4).await.unwrap();
    assert_nothing_left(&app, customer, "removed").await;
    let mut session = db.read().await.unwrap();
    let query = ActivityQuery {
        customer_id: customer,
        topic: Some(Topic::Documents),
        has_invoices: false,
        before: None,
    };
    let rows = storage::activity::list(&mut session, &query).await.unwrap();
    let kinds: Vec<ActivityKind> = rows.iter().map(|row| row.kind).collect();
    use ActivityKind::{DocumentAdded, DocumentChanged, DocumentRemoved};
    let expected =
        [DocumentRemoved, DocumentChanged, DocumentChanged, DocumentChanged, DocumentAdded];
    assert_eq!(kinds, expected);
    assert_eq!(rows[0].before()["document"], "Contract.txt");
    assert_eq!(rows[1].before()["document_type"], "Agreements");
    assert_eq!(rows[3].before()["visibility"], "internal");
    assert_eq!(rows[4].after()["size"], "5");
    drop(session);
    assert_books_hold(&db).await;
}
both_engines!(documents_and_types_are_changed_and_removed, changes_story);
