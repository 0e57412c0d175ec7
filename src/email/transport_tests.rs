//! Sending, against a mail server that does as it is told.

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

use super::*;

/// What the server does differently from a good one.
#[derive(Clone, Copy)]
pub enum Fault {
    /// Nothing.
    None,
    /// Answers this line to the command that starts so.
    Answer(&'static str, &'static str),
    /// Closes the connection when this command comes.
    DropAt(&'static str),
    /// Closes the connection when the message has come, without taking it.
    DropAtEnd,
    /// Takes the message and closes the connection without saying so.
    DropAfterTaking,
}

/// A mail server for as many connections as come; yields what it took.
pub async fn server(fault: Fault) -> (Transport, mpsc::UnboundedReceiver<String>) {
    let (port, messages) = listen(fault).await;
    (Transport::smtp(&settings(port)).unwrap(), messages)
}

async fn listen(fault: Fault) -> (u16, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (taken, messages) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, fault, taken.clone()));
        }
    });
    (port, messages)
}

async fn serve(
    stream: TcpStream,
    fault: Fault,
    taken: mpsc::UnboundedSender<String>,
) -> std::io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    writer.write_all(b"220 sink\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        match fault {
            Fault::Answer(command, answer) if line.starts_with(command) => {
                writer.write_all(answer.as_bytes()).await?;
                continue;
            }
            Fault::DropAt(command) if line.starts_with(command) => return Ok(()),
            _ => {}
        }
        if line.starts_with("EHLO") {
            writer.write_all(b"250-sink\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n").await?;
        } else if line == "DATA" {
            writer.write_all(b"354 go on\r\n").await?;
            let mut message = String::new();
            while let Some(line) = lines.next_line().await? {
                if line == "." {
                    break;
                }
                message.push_str(&line);
                message.push('\n');
            }
            match fault {
                Fault::DropAtEnd => return Ok(()),
                Fault::DropAfterTaking => {
                    let _ = taken.send(message);
                    return Ok(());
                }
                Fault::Answer(".", answer) => writer.write_all(answer.as_bytes()).await?,
                _ => {
                    let _ = taken.send(message);
                    writer.write_all(b"250 taken\r\n").await?;
                }
            }
        } else if line == "QUIT" {
            writer.write_all(b"221 bye\r\n").await?;
            return Ok(());
        } else {
            writer.write_all(b"250 ok\r\n").await?;
        }
    }
    Ok(())
}

fn settings(port: u16) -> SmtpSettings {
    SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::None,
        account: None,
        from: person("Northwind, Inc.", "ar@northwind.example"),
    }
}

fn person(name: &str, address: &str) -> Mailbox {
    Mailbox { name: Some(name.to_owned()), address: address.to_owned() }
}

fn outgoing() -> Outgoing {
    Outgoing {
        message_id: "<0193-receipt@northwind.example>".to_owned(),
        date: SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_342_507),
        from: None,
        to: person("Keller, Maria", "maria@lakeshore.example"),
        reply_to: Some(person("Accounts", "accounts@northwind.example")),
        subject: "Receipt R-1".to_owned(),
        text: "Paid.\n.\nA dot alone on a line is text.\n".to_owned(),
        html: "<p>Paid.</p>".to_owned(),
        attachments: Vec::new(),
        unsubscribe_url: None,
    }
}

/// What became of sending one message, and what the server took.
async fn outcome(fault: Fault) -> (Result<(), SendError>, Vec<String>) {
    let (transport, mut messages) = server(fault).await;
    let result = transport.send(&outgoing()).await;
    let mut taken = Vec::new();
    while let Ok(message) = messages.try_recv() {
        taken.push(message);
    }
    (result, taken)
}

fn formatted(outgoing: &Outgoing) -> String {
    let from = person("Northwind", "ar@northwind.example");
    String::from_utf8(write(outgoing, &from).unwrap().formatted()).unwrap()
}

#[tokio::test]
async fn a_message_arrives_as_written() {
    let (result, taken) = outcome(Fault::None).await;
    assert_eq!(result, Ok(()));
    let [message] = taken.as_slice() else { panic!("one message, not {}", taken.len()) };
    for line in [
        "Message-ID: <0193-receipt@northwind.example>",
        "From: =?utf-8?b?Tm9ydGh3aW5kLCBJbmMu?= <ar@northwind.example>",
        "To: =?utf-8?b?S2VsbGVyLCBNYXJpYQ==?= <maria@lakeshore.example>",
        "Reply-To: Accounts <accounts@northwind.example>",
        "Subject: Receipt R-1",
        "Auto-Submitted: auto-generated",
        "A dot alone on a line is text.",
        "<p>Paid.</p>",
    ] {
        assert!(message.lines().any(|found| found == line), "no {line:?} in\n{message}");
    }
    assert!(!message.contains("List-Unsubscribe"));
}

#[tokio::test]
async fn refusals_for_now_are_tried_again() {
    for (command, answer, code) in [
        ("EHLO", "421 busy\r\n", 421),
        ("MAIL", "451 later\r\n", 451),
        ("RCPT", "450 greylisted\r\n", 450),
        ("DATA", "452 no room\r\n", 452),
        (".", "451 later\r\n", 451),
    ] {
        let (result, taken) = outcome(Fault::Answer(command, answer)).await;
        assert_eq!(result, Err(SendError::Retry(SendFault::Answer(code))), "{command}");
        assert!(taken.is_empty());
    }
}

#[tokio::test]
async fn refusals_for_good_are_given_up() {
    for (command, answer, code) in [
        ("MAIL", "553 not you\r\n", 553),
        ("RCPT", "550 5.1.1 no such user\r\n", 550),
        (".", "554 looks like spam\r\n", 554),
    ] {
        let (result, taken) = outcome(Fault::Answer(command, answer)).await;
        assert_eq!(result, Err(SendError::GiveUp(SendFault::Answer(code))), "{command}");
        assert!(taken.is_empty());
    }
}

#[tokio::test]
async fn broken_connections_are_tried_again() {
    for fault in
        [Fault::DropAt("EHLO"), Fault::DropAt("RCPT"), Fault::DropAt("DATA"), Fault::DropAtEnd]
    {
        let (result, taken) = outcome(fault).await;
        assert!(matches!(result, Err(SendError::Retry(_))), "{result:?}");
        assert!(taken.is_empty());
    }
}

#[tokio::test]
async fn a_message_taken_in_silence_comes_again_unchanged() {
    let (transport, mut messages) = server(Fault::DropAfterTaking).await;
    for _ in 0..2 {
        let result = transport.send(&outgoing()).await;
        assert!(matches!(result, Err(SendError::Retry(SendFault::Connection))), "{result:?}");
    }
    assert_eq!(messages.recv().await.unwrap(), messages.recv().await.unwrap());
}

#[tokio::test]
async fn nobody_at_home_is_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let transport = Transport::smtp(&settings(port)).unwrap();
    assert_eq!(transport.send(&outgoing()).await, Err(SendError::Retry(SendFault::Connection)));
}

#[tokio::test]
async fn a_refused_password_is_for_the_operator_to_mend() {
    let (port, _messages) = listen(Fault::Answer("AUTH", "535 wrong password\r\n")).await;
    let account = Some(("ar".to_owned(), "wrong".to_owned()));
    let transport = Transport::smtp(&SmtpSettings { account, ..settings(port) }).unwrap();
    assert_eq!(transport.send(&outgoing()).await, Err(SendError::Retry(SendFault::Answer(535))));
}

#[tokio::test]
async fn a_server_without_encryption_is_not_used_when_it_is_required() {
    let (port, mut messages) = listen(Fault::None).await;
    let security = Security::StartTls;
    let transport = Transport::smtp(&SmtpSettings { security, ..settings(port) }).unwrap();
    let result = transport.send(&outgoing()).await;
    assert_eq!(result, Err(SendError::Retry(SendFault::Settings)));
    assert!(messages.try_recv().is_err());
}

#[tokio::test]
async fn without_a_server_messages_are_dropped() {
    assert_eq!(Transport::None.send(&outgoing()).await, Ok(()));
}

#[tokio::test]
async fn an_address_that_is_none_is_given_up() {
    for address in ["", "maria", "maria@", "a b@c.example", "a@b.example\r\nBcc: x@y.example"] {
        let to = Mailbox { name: None, address: address.to_owned() };
        let (transport, _messages) = server(Fault::None).await;
        assert_eq!(
            transport.send(&Outgoing { to, ..outgoing() }).await,
            Err(SendError::GiveUp(SendFault::Address)),
            "{address:?}"
        );
    }
}

#[test]
fn headers_cannot_be_smuggled_in() {
    let evil = "x\r\nBcc: everyone@example.com\r\n\r\nbody";
    let message = formatted(&Outgoing {
        message_id: format!("<1@a.example>{evil}"),
        to: person(evil, "maria@lakeshore.example"),
        reply_to: Some(person(evil, "maria@lakeshore.example")),
        subject: evil.to_owned(),
        unsubscribe_url: Some(format!("https://a.example/{evil}")),
        attachments: vec![Attachment {
            name: format!("../{evil}\".pdf"),
            content_type: "application/pdf".to_owned(),
            bytes: b"%PDF".to_vec(),
        }],
        ..outgoing()
    });
    assert!(!message.lines().any(|line| line.starts_with("Bcc:")), "{message}");
    let (head, _) = message.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("Content-Type: multipart/mixed"), "the head is whole:\n{head}");
    assert!(head.lines().all(|line| line.starts_with([' ', '\t']) || line.contains(": ")));
}

#[test]
fn attachments_and_unsubscription_are_written() {
    let with_file = Outgoing {
        attachments: vec![Attachment {
            name: "Receipt Ü R-1.pdf".to_owned(),
            content_type: "application/pdf".to_owned(),
            bytes: vec![0x25, 0x50, 0x44, 0x46, 0xff],
        }],
        unsubscribe_url: Some("https://pay.example.com/u/abc".to_owned()),
        ..outgoing()
    };
    let message = formatted(&with_file);
    assert_eq!(message, formatted(&with_file), "the same bytes again");
    assert!(message.contains("List-Unsubscribe: <https://pay.example.com/u/abc>\r\n"));
    assert!(message.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    assert!(message.contains("Content-Type: application/pdf\r\n"));
    assert!(message.contains("JVBERv8="));
    let odd =
        Attachment { name: "x".to_owned(), content_type: "nonsense".to_owned(), bytes: vec![] };
    let odd = Outgoing { attachments: vec![odd], ..outgoing() };
    let from = person("N", "ar@northwind.example");
    assert_eq!(write(&odd, &from).err(), Some(SendFault::Message));
}
