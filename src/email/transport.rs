//! Hands a written message to a mail server.

use std::time::{Duration, SystemTime};

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        self, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        self, PoolConfig,
        authentication::Credentials,
        client::{Tls, TlsParameters},
        extension::ClientId,
    },
};

use super::text;

/// How long a mail server may take for one answer.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(30);

/// Connections kept to one mail server.
const CONNECTIONS_MAX: u32 = 4;

/// Answers that speak of our account, not of the message: authentication required, too weak,
/// refused, or in need of encryption.
const ACCOUNT_CODES: [u16; 4] = [530, 534, 535, 538];

/// How to reach the business's mail server. Not printable: it may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpSettings {
    /// Host name; with encryption, also the name its certificate must bear.
    pub host: String,
    /// Port, usually 587 for [`Security::StartTls`] and 465 for [`Security::Tls`].
    pub port: u16,
    /// Encryption.
    pub security: Security,
    /// Account and password, when the server asks for them.
    pub account: Option<(String, String)>,
    /// Whom messages come from unless they say otherwise.
    pub from: Mailbox,
}

/// Encryption between us and the mail server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Security {
    /// None: for a relay on the same machine.
    None,
    /// Required, begun on the plain connection.
    #[default]
    StartTls,
    /// From the first byte.
    Tls,
}

/// An address, with the name of its owner if known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mailbox {
    /// Shown by mail programs.
    pub name: Option<String>,
    /// `local@domain`.
    pub address: String,
}

/// A file that travels with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// File name.
    pub name: String,
    /// Media type, for example `application/pdf`.
    pub content_type: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A message as it will be sent. Sending the same value again sends the same bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// `<unique@domain>`, chosen once per message, so that a second delivery can be recognised.
    pub message_id: String,
    /// When the message was written.
    pub date: SystemTime,
    /// Sender, when not the one of the settings.
    pub from: Option<Mailbox>,
    /// Receiver.
    pub to: Mailbox,
    /// Where answers go, when not to the sender.
    pub reply_to: Option<Mailbox>,
    /// Subject; made one line here.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// HTML.
    pub html: String,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// An `https` address where a single POST ends messages of this kind, for reminders and
    /// statements (RFC 8058).
    pub unsubscribe_url: Option<String>,
}

/// What to do about a message that was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Send the same message again later.
    #[error("not taken, to be tried again: {0}")]
    Retry(SendFault),
    /// This message will never be taken.
    #[error("refused for good: {0}")]
    GiveUp(SendFault),
}

/// Why a message was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendFault {
    /// An address is none.
    #[error("an address is invalid")]
    Address,
    /// The message cannot be written in the mail format.
    #[error("the message cannot be written")]
    Message,
    /// No connection, or it broke; the server may have taken the message all the same.
    #[error("no connection to the mail server")]
    Connection,
    /// No encrypted connection.
    #[error("no encrypted connection to the mail server")]
    Encryption,
    /// The server lacks what the settings ask for.
    #[error("the mail server cannot be used with these settings")]
    Settings,
    /// The server answered with this code.
    #[error("the mail server answered {0}")]
    Answer(u16),
}

/// The way to a mail server.
#[derive(Clone)]
pub enum Transport {
    /// A server and the usual sender.
    Smtp(AsyncSmtpTransport<Tokio1Executor>, Mailbox),
    /// None is set up: messages are dropped with a warning.
    None,
}

impl Transport {
    /// A transport for `settings`. Connects only when something is sent.
    ///
    /// # Errors
    /// [`SendFault::Address`] for the usual sender, [`SendFault::Encryption`] when this machine
    /// has no trusted certificates or the host is no name.
    pub fn smtp(settings: &SmtpSettings) -> Result<Self, SendFault> {
        let from = mailbox(&settings.from)?;
        let tls =
            || TlsParameters::new_rustls(settings.host.clone()).map_err(|_| SendFault::Encryption);
        let tls = match settings.security {
            Security::None => Tls::None,
            Security::StartTls => Tls::Required(tls()?),
            Security::Tls => Tls::Wrapper(tls()?),
        };
        let mut builder =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host.as_str())
                .port(settings.port)
                .tls(tls)
                .hello_name(ClientId::Domain(from.email.domain().to_owned()))
                .timeout(Some(ANSWER_TIME_MAX))
                .pool_config(PoolConfig::new().max_size(CONNECTIONS_MAX));
        if let Some((user, password)) = &settings.account {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(Self::Smtp(builder.build(), settings.from.clone()))
    }

    /// Sends `outgoing`.
    ///
    /// # Errors
    /// [`SendError::Retry`] also when the server may already have taken the message: a receiver
    /// recognises the second one by its `message_id`.
    pub async fn send(&self, outgoing: &Outgoing) -> Result<(), SendError> {
        let (server, usual_from) = match self {
            Self::Smtp(server, usual_from) => (server, usual_from),
            Self::None => {
                tracing::warn!(message_id = outgoing.message_id, "No mail server, message dropped");
                return Ok(());
            }
        };
        let from = outgoing.from.as_ref().unwrap_or(usual_from);
        let message = write(outgoing, from).map_err(SendError::GiveUp)?;
        server.send(message).await.map(|_| ()).map_err(|error| what_now(&error))
    }
}

/// Puts `outgoing` into the mail format.
fn write(outgoing: &Outgoing, from: &Mailbox) -> Result<Message, SendFault> {
    let message_id = bracketed(&outgoing.message_id);
    let mut builder = Message::builder()
        .message_id(Some(message_id.clone()))
        .date(outgoing.date)
        .from(mailbox(from)?)
        .to(mailbox(&outgoing.to)?)
        .subject(text::one_line(&outgoing.subject))
        .raw_header(header("Auto-Submitted", "auto-generated"));
    if let Some(reply_to) = &outgoing.reply_to {
        builder = builder.reply_to(mailbox(reply_to)?);
    }
    if let Some(url) = &outgoing.unsubscribe_url {
        let url = format!("<{}>", without_space(url));
        builder = builder
            .raw_header(header("List-Unsubscribe", &url))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
    }

    // Boundaries from the message's own id keep a repeated message equal to the first.
    let stem: String = message_id.chars().filter(char::is_ascii_alphanumeric).take(48).collect();
    let body = MultiPart::alternative()
        .boundary(format!("quittance-{stem}-body"))
        .singlepart(SinglePart::plain(outgoing.text.clone()))
        .singlepart(SinglePart::html(outgoing.html.clone()));
    if outgoing.attachments.is_empty() {
        return builder.multipart(body).map_err(|_| SendFault::Message);
    }
    let mut whole = MultiPart::mixed().boundary(format!("quittance-{stem}-all")).multipart(body);
    for file in &outgoing.attachments {
        let content_type =
            ContentType::parse(&file.content_type).map_err(|_| SendFault::Message)?;
        let name = text::one_line(&file.name).replace(['/', '\\', '"'], "_");
        whole =
            whole.singlepart(message::Attachment::new(name).body(file.bytes.clone(), content_type));
    }
    builder.multipart(whole).map_err(|_| SendFault::Message)
}

fn mailbox(mailbox: &Mailbox) -> Result<message::Mailbox, SendFault> {
    let address: Address = mailbox.address.trim().parse().map_err(|_| SendFault::Address)?;
    let name = mailbox.name.as_deref().map(text::one_line).filter(|name| !name.is_empty());
    Ok(message::Mailbox::new(name, address))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

fn bracketed(id: &str) -> String {
    let id = without_space(id);
    format!("<{}>", id.trim_matches(['<', '>']))
}

fn without_space(text: &str) -> String {
    text.chars().filter(char::is_ascii_graphic).collect()
}

/// Tells a fault that will pass, or that the operator can mend, from one of this message.
fn what_now(error: &smtp::Error) -> SendError {
    if let Some(code) = error.status().map(u16::from) {
        let fault = SendFault::Answer(code);
        return if error.is_permanent() && !ACCOUNT_CODES.contains(&code) {
            SendError::GiveUp(fault)
        } else {
            SendError::Retry(fault)
        };
    }
    SendError::Retry(if error.is_tls() {
        SendFault::Encryption
    } else if error.is_client() {
        SendFault::Settings
    } else {
        // Half an answer, which a dropped connection leaves behind, counts among these.
        SendFault::Connection
    })
}

#[cfg(test)]
#[path = "transport_tests.rs"]
pub mod tests;
