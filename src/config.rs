//! Settings: `Leptos.toml`, overridden by the environment. The only place that reads either.
//!
//! Every key of `[quittance]` and its tables has a name in the environment: `QUITTANCE_` and the
//! key in capitals, tables joined by underscores (`QUITTANCE_SMTP_HOST`). `DATABASE_URL` is
//! another name of `QUITTANCE_DATABASE`. A key nobody knows is refused, naming the nearest one.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use crate::{
    email::{Mailbox, Security, SmtpSettings},
    vault::{Patience, S3Settings, VaultSettings},
};

/// What kind of installation this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Real money: no sandbox unless allowed, no mailbox page, the clock stands still.
    Production,
    /// Everything that helps to look inside.
    Development,
}

/// The settings.
#[derive(Clone)]
pub struct Config {
    /// The database's address.
    pub database: String,
    /// Where to listen.
    pub listen: SocketAddr,
    /// The address people use, without a slash at its end.
    pub base_url: String,
    /// The folder for uploads.
    pub data_dir: PathBuf,
    /// What kind of installation this is.
    pub mode: Mode,
    /// Whether the sandbox processor may be used in production.
    pub allow_sandbox: bool,
    /// Whether a proxy in front sets `X-Forwarded-For`.
    pub trust_forwarded_for: bool,
    /// Further fonts for documents, such as for Chinese, Japanese and Korean.
    pub font_folder: Option<PathBuf>,
    /// Where documents are kept.
    pub documents: VaultSettings,
    /// The mail server, if there is one.
    pub smtp: Option<SmtpSettings>,
}

impl std::fmt::Debug for Config {
    /// Nothing of it is secret but the passwords of the database and the mail server and the key of
    /// the bucket, so none of those three is shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("base_url", &self.base_url)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is not TOML.
    #[error("{file} cannot be read: {message}")]
    Unreadable {
        /// The file.
        file: String,
        /// What the parser says.
        message: String,
    },
    /// A key nobody knows.
    #[error("{place}: unknown setting {key}{}", nearest.as_ref().map(|n| format!("; did you mean {n}?")).unwrap_or_default())]
    UnknownKey {
        /// The file, or the environment.
        place: String,
        /// The key.
        key: String,
        /// The nearest known one.
        nearest: Option<String>,
    },
    /// A value that makes no sense.
    #[error("{key}: {value:?} is not {wanted}")]
    BadValue {
        /// The key.
        key: &'static str,
        /// The value.
        value: String,
        /// What it should be.
        wanted: &'static str,
    },
}

/// Every key, as in the file.
const KEYS: &[&str] = &[
    "database",
    "listen",
    "base-url",
    "data-dir",
    "mode",
    "allow-sandbox",
    "trust-forwarded-for",
    "font-folder",
    "documents.folder",
    "documents.bucket",
    "documents.region",
    "documents.endpoint",
    "documents.access-key",
    "documents.secret-key",
    "smtp.host",
    "smtp.port",
    "smtp.security",
    "smtp.user",
    "smtp.password",
    "smtp.from",
    "smtp.from-name",
];

/// Names that our scripts use for themselves.
const SCRIPT_NAMES: &[&str] = &["QUITTANCE_CACHE", "QUITTANCE_SCREENS"];

/// The settings file, beside which the program is started.
pub const FILE: &str = "Leptos.toml";

fn environment_name(key: &str) -> String {
    format!("QUITTANCE_{}", key.replace(['-', '.'], "_").to_ascii_uppercase())
}

fn nearest<'a>(key: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    known
        .map(|name| (strsim::damerau_levenshtein(key, name), name))
        .min()
        .filter(|(distance, _)| *distance <= 4)
        .map(|(_, name)| name.to_owned())
}

impl Config {
    /// Reads the settings.
    ///
    /// # Errors
    /// The first key or value that makes no sense.
    pub fn load() -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(FILE).unwrap_or_default();
        #[expect(clippy::disallowed_methods, reason = "the one reader of the environment")]
        let database_url = std::env::var("DATABASE_URL").ok();
        Self::from_parts(&text, std::env::vars(), database_url)
    }

    /// The settings of a file's text and an environment.
    ///
    /// # Errors
    /// The first key or value that makes no sense.
    pub fn from_parts(
        text: &str,
        environment: impl Iterator<Item = (String, String)>,
        database_url: Option<String>,
    ) -> Result<Self, ConfigError> {
        let mut values = read_file(text)?;
        if let Some(url) = database_url {
            values.insert("database".to_owned(), url);
        }
        for (name, value) in environment {
            if !name.starts_with("QUITTANCE_") || SCRIPT_NAMES.contains(&name.as_str()) {
                continue;
            }
            let names: Vec<String> = KEYS.iter().map(|key| environment_name(key)).collect();
            match KEYS.iter().zip(&names).find(|(_, known)| **known == name) {
                Some((key, _)) => values.insert((*key).to_owned(), value),
                None => {
                    return Err(ConfigError::UnknownKey {
                        place: "environment".to_owned(),
                        nearest: nearest(&name, names.iter().map(String::as_str)),
                        key: name,
                    });
                }
            };
        }
        Self::from_values(&values)
    }

    fn from_values(values: &BTreeMap<String, String>) -> Result<Self, ConfigError> {
        let text =
            |key: &str| values.get(key).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
        let listen = text("listen").unwrap_or_else(|| "127.0.0.1:3000".to_owned());
        let listen: SocketAddr = listen.parse().map_err(|_| ConfigError::BadValue {
            key: "listen",
            value: listen.clone(),
            wanted: "an address and a port, such as 127.0.0.1:3000",
        })?;
        let base_url = text("base-url").unwrap_or_else(|| format!("http://{listen}"));
        let base_url = base_url.trim_end_matches('/').to_owned();
        if !base_url.starts_with("http://") && !base_url.starts_with("https://") {
            return Err(ConfigError::BadValue {
                key: "base-url",
                value: base_url,
                wanted: "an address such as https://pay.example.com",
            });
        }
        let mode = match text("mode").as_deref() {
            Some("production") => Mode::Production,
            Some("development") => Mode::Development,
            None if is_loopback(&base_url) => Mode::Development,
            None => Mode::Production,
            Some(other) => {
                return Err(ConfigError::BadValue {
                    key: "mode",
                    value: other.to_owned(),
                    wanted: "production or development",
                });
            }
        };
        let data_dir =
            text("data-dir").map_or_else(|| PathBuf::from("quittance-data"), PathBuf::from);
        let documents = documents(&text, &data_dir)?;
        Ok(Self {
            database: text("database").unwrap_or_else(|| "sqlite:quittance.db".to_owned()),
            listen,
            base_url,
            data_dir,
            mode,
            allow_sandbox: flag("allow-sandbox", text("allow-sandbox"))?,
            trust_forwarded_for: flag("trust-forwarded-for", text("trust-forwarded-for"))?,
            font_folder: text("font-folder").map(PathBuf::from),
            documents,
            smtp: smtp(&text)?,
        })
    }

    /// Listens elsewhere; the address people use follows unless it was set.
    #[must_use]
    pub fn with_listen(mut self, listen: SocketAddr) -> Self {
        if self.base_url == format!("http://{}", self.listen) {
            self.base_url = format!("http://{listen}");
        }
        self.listen = listen;
        self
    }

    /// Whether people come over HTTPS.
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// Whether the sandbox processor takes the payments.
    pub fn has_sandbox(&self) -> bool {
        self.mode == Mode::Development || self.allow_sandbox
    }

    /// Whether people come from this machine only: the address they use is a loopback one.
    pub fn is_local(&self) -> bool {
        is_loopback(&self.base_url)
    }

    /// Whether the clock may be moved: never in production, whatever takes the payments.
    pub fn may_move_clock(&self) -> bool {
        self.mode == Mode::Development
    }

    /// Whether sent messages can be read on a page.
    pub fn has_mailbox(&self) -> bool {
        self.mode == Mode::Development
    }

    /// The portal's address, without a slash at its end.
    pub fn portal_url(&self) -> String {
        format!("{}/portal", self.base_url)
    }

    /// The name of a payer's session cookie. `__Host-` needs HTTPS.
    pub fn payer_cookie(&self) -> &'static str {
        if self.is_https() { "__Host-quittance-payer" } else { "quittance-payer" }
    }

    /// The name of a staff session cookie.
    pub fn staff_cookie(&self) -> &'static str {
        if self.is_https() { "__Host-quittance-staff" } else { "quittance-staff" }
    }

    /// The name of the cookie that a sign-in code is bound to.
    pub fn code_cookie(&self) -> &'static str {
        if self.is_https() { "__Host-quittance-code" } else { "quittance-code" }
    }
}

fn is_loopback(base_url: &str) -> bool {
    let rest = base_url.split_once("://").map_or(base_url, |(_, rest)| rest);
    let host = rest.rsplit_once(':').map_or(rest, |(host, _)| host);
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

fn flag(key: &'static str, value: Option<String>) -> Result<bool, ConfigError> {
    match value.as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(other) => {
            Err(ConfigError::BadValue { key, value: other.to_owned(), wanted: "true or false" })
        }
    }
}

/// Where documents are kept: in the folder of uploads unless the settings say otherwise. Values of
/// keys are not repeated in errors.
fn documents(
    text: &impl Fn(&str) -> Option<String>,
    data_dir: &Path,
) -> Result<VaultSettings, ConfigError> {
    let missing = |key, wanted| ConfigError::BadValue { key, value: String::new(), wanted };
    let Some(bucket) = text("documents.bucket") else {
        let of_a_bucket = [
            "documents.region",
            "documents.endpoint",
            "documents.access-key",
            "documents.secret-key",
        ];
        if of_a_bucket.into_iter().any(|key| text(key).is_some()) {
            let wanted = "the bucket that the other settings of documents are for";
            return Err(missing("documents.bucket", wanted));
        }
        let folder = text("documents.folder").map(PathBuf::from);
        return Ok(VaultSettings::Folder(folder.unwrap_or_else(|| data_dir.join("documents"))));
    };
    if let Some(folder) = text("documents.folder") {
        let wanted = "left out: documents are kept in a folder or in a bucket, not in both";
        return Err(ConfigError::BadValue { key: "documents.folder", value: folder, wanted });
    }
    let endpoint = text("documents.endpoint").map(|url| url.trim_end_matches('/').to_owned());
    if let Some(url) = &endpoint
        && !url.starts_with("http://")
        && !url.starts_with("https://")
    {
        return Err(ConfigError::BadValue {
            key: "documents.endpoint",
            value: url.clone(),
            wanted: "an address such as https://s3.example.com",
        });
    }
    let key = |key, wanted| text(key).ok_or_else(|| missing(key, wanted));
    Ok(VaultSettings::S3(S3Settings {
        bucket,
        region: text("documents.region"),
        endpoint,
        access_key: key("documents.access-key", "the name of the key that opens the bucket")?,
        secret_key: key("documents.secret-key", "the key that opens the bucket")?,
        patience: Patience::default(),
    }))
}

fn smtp(text: &impl Fn(&str) -> Option<String>) -> Result<Option<SmtpSettings>, ConfigError> {
    let Some(host) = text("smtp.host") else { return Ok(None) };
    let security = match text("smtp.security").as_deref() {
        Some("none") => Security::None,
        None | Some("starttls") => Security::StartTls,
        Some("tls") => Security::Tls,
        Some(other) => {
            return Err(ConfigError::BadValue {
                key: "smtp.security",
                value: other.to_owned(),
                wanted: "none, starttls or tls",
            });
        }
    };
    let port = text("smtp.port").unwrap_or_else(|| "587".to_owned());
    let port = port.parse().map_err(|_| ConfigError::BadValue {
        key: "smtp.port",
        value: port.clone(),
        wanted: "a port",
    })?;
    let from = text("smtp.from").ok_or(ConfigError::BadValue {
        key: "smtp.from",
        value: String::new(),
        wanted: "the address messages are sent from",
    })?;
    Ok(Some(SmtpSettings {
        host,
        port,
        security,
        account: text("smtp.user").zip(text("smtp.password")),
        from: Mailbox { name: text("smtp.from-name"), address: from },
    }))
}

/// The `[quittance]` table of a file, flattened; the rest of the file is the framework's.
fn read_file(text: &str) -> Result<BTreeMap<String, String>, ConfigError> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        ConfigError::Unreadable { file: FILE.to_owned(), message: error.to_string() }
    })?;
    let mut values = BTreeMap::new();
    if let Some(toml::Value::Table(ours)) = table.get("quittance") {
        flatten("", ours, &mut values);
    }
    for key in values.keys() {
        if !KEYS.contains(&key.as_str()) {
            return Err(ConfigError::UnknownKey {
                place: FILE.to_owned(),
                key: key.clone(),
                nearest: nearest(key, KEYS.iter().copied()),
            });
        }
    }
    Ok(values)
}

fn flatten(prefix: &str, table: &toml::Table, values: &mut BTreeMap<String, String>) {
    for (key, value) in table {
        let key = format!("{prefix}{key}");
        match value {
            toml::Value::Table(inner) => flatten(&format!("{key}."), inner, values),
            toml::Value::String(text) => {
                values.insert(key, text.clone());
            }
            other => {
                values.insert(key, other.to_string());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let pairs = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Config::from_parts(text, pairs, None)
    }

    #[test]
    fn the_environment_overrides_the_file() {
        let text = "[quittance]\nlisten = \"127.0.0.1:4000\"\n[quittance.smtp]\nhost = \"mail\"\n\
                    from = \"ar@example.com\"\nport = 25\n";
        let config = config(text, &[("QUITTANCE_LISTEN", "127.0.0.1:5000")]).unwrap();
        assert_eq!(config.listen.port(), 5000);
        assert_eq!(config.base_url, "http://127.0.0.1:5000");
        assert_eq!(config.smtp.unwrap().port, 25);
        assert_eq!(config.mode, Mode::Development);
    }

    #[test]
    fn unknown_keys_name_the_nearest() {
        let error = config("[quittance]\nlisen = \"x\"\n", &[]).unwrap_err().to_string();
        assert_eq!(error, "Leptos.toml: unknown setting lisen; did you mean listen?");
        let error = config("", &[("QUITTANCE_SMTP_HOTS", "x")]).unwrap_err().to_string();
        assert!(error.ends_with("did you mean QUITTANCE_SMTP_HOST?"), "{error}");
    }

    #[test]
    fn a_public_address_means_production() {
        let config = config("[quittance]\nbase-url = \"https://pay.example.com/\"", &[]).unwrap();
        assert_eq!(config.mode, Mode::Production);
        assert!(!config.has_sandbox() && !config.has_mailbox());
        assert_eq!(config.payer_cookie(), "__Host-quittance-payer");
        assert_eq!(config.portal_url(), "https://pay.example.com/portal");
    }

    #[test]
    fn documents_lie_in_a_folder_or_in_a_bucket() {
        let folder = |text: &str| match config(text, &[]).unwrap().documents {
            VaultSettings::Folder(folder) => folder.display().to_string(),
            VaultSettings::S3(_) => panic!("a bucket"),
        };
        assert_eq!(folder(""), "quittance-data/documents");
        assert_eq!(folder("[quittance]\ndata-dir = \"/srv/q\""), "/srv/q/documents");
        assert_eq!(folder("[quittance.documents]\nfolder = \"/srv/d\""), "/srv/d");
        let bucket = "[quittance.documents]\nbucket = \"b\"\naccess-key = \"who\"\n";
        let key = [("QUITTANCE_DOCUMENTS_SECRET_KEY", "hush")];
        let with_key = config(bucket, &key).unwrap();
        assert!(matches!(&with_key.documents, VaultSettings::S3(s3) if s3.bucket == "b"));
        assert!(!format!("{with_key:?} {:?}", with_key.documents).contains("hush"));
        for (text, key) in [
            (bucket.to_owned(), "documents.secret-key"),
            (format!("{bucket}endpoint = \"s3.example\""), "documents.endpoint"),
            (format!("{bucket}folder = \"x\""), "documents.folder"),
            ("[quittance.documents]\nregion = \"x\"".to_owned(), "documents.bucket"),
        ] {
            let error = config(&text, &[]).unwrap_err().to_string();
            assert!(error.starts_with(key), "{error}");
        }
        let alone = config("", &key).unwrap_err().to_string();
        assert!(!alone.contains("hush"), "{alone}");
    }

    #[test]
    fn bad_values_are_named() {
        for (text, key) in [
            ("listen = \"nowhere\"", "listen"),
            ("mode = \"fast\"", "mode"),
            ("base-url = \"pay.example\"", "base-url"),
            ("allow-sandbox = \"perhaps\"", "allow-sandbox"),
        ] {
            let error = config(&format!("[quittance]\n{text}"), &[]).unwrap_err().to_string();
            assert!(error.starts_with(key), "{error}");
        }
    }
}
