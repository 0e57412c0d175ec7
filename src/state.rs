//! The application as the server holds it: everything a request may need, put together once.

use std::{path::PathBuf, sync::Arc};

use axum::extract::FromRef;
use leptos::config::LeptosOptions;

use crate::{
    clock::{MovableClock, SystemEntropy},
    config::Config,
    email::{SendFault, Transport},
    gateways::{
        gateway::Gateway,
        none::NoGateway,
        sandbox::{self, SandboxGateway, SandboxGatewaySettings},
    },
    jobs::Worker,
    pdf::Engine,
    sandbox::{Faults, Sandbox, SandboxSettings},
    services::{World, import::uploads::Uploads},
    storage::{self, Db, StorageError},
    vault::{Vault, VaultError},
};

/// Addresses of what a page loads.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The script.
    pub js: String,
    /// The WebAssembly module.
    pub wasm: String,
    /// Origins beside our own that forms may lead to, each after a blank.
    pub form_targets: String,
}

impl Assets {
    /// The addresses, with the hashes that the build wrote beside the program.
    pub fn find(options: &LeptosOptions) -> Self {
        let name = &options.output_name;
        let package = &options.site_pkg_dir;
        let plain = |ending: &str| format!("/{package}/{name}.{ending}");
        let mut assets = Self {
            css: plain("css"),
            js: plain("js"),
            wasm: plain("wasm"),
            form_targets: String::new(),
        };
        if options.hash_files {
            let folder = std::env::current_exe().ok();
            let folder = folder.as_deref().and_then(std::path::Path::parent);
            let file = folder.map(|folder| folder.join(options.hash_file.as_ref()));
            let text = file.and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
            for (kind, hash) in text.lines().filter_map(|line| line.split_once(':')) {
                let hashed = format!("/{package}/{name}.{}.{}", hash.trim(), kind.trim());
                match kind.trim() {
                    "css" => assets.css = hashed,
                    "js" => assets.js = hashed,
                    "wasm" => assets.wasm = hashed,
                    _ => {}
                }
            }
        }
        assets
    }
}

/// The application. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// What use cases need.
    pub world: World,
    /// The settings.
    pub config: Arc<Config>,
    /// The clock, where it is moved.
    pub clock: MovableClock,
    /// The printer of documents.
    pub pdf: Arc<Engine>,
    /// The mail server.
    pub transport: Transport,
    /// Uploaded files.
    pub uploads: Uploads,
    /// Documents.
    pub vault: Vault,
    /// What a page loads.
    pub assets: Assets,
    /// The framework's settings.
    pub leptos_options: LeptosOptions,
    /// The sandbox processor, where it is used.
    pub sandbox: Option<Sandbox>,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos_options.clone()
    }
}

/// Why the application was not put together.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The mail server's settings make no sense.
    #[error("the mail server's settings cannot be used: {0}")]
    Mail(#[from] SendFault),
    /// No client for the processor could be made.
    #[error("no HTTP client could be made: {0}")]
    Client(#[from] reqwest::Error),
    /// Documents cannot be kept where the settings say.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl AppState {
    /// Puts the application together. The database is migrated already.
    ///
    /// # Errors
    /// When a part of it cannot be made.
    pub async fn start(
        config: Config,
        db: Db,
        leptos_options: LeptosOptions,
    ) -> Result<Self, StartError> {
        let clock = MovableClock::default();
        if config.has_sandbox() {
            clock.refresh(&db).await?;
        }
        let transport = match &config.smtp {
            Some(settings) => Transport::smtp(settings)?,
            None => Transport::None,
        };
        let (gateway, sandbox) = gateway(&config, &db, &clock).await?;
        let world =
            World { db, clock: Arc::new(clock.clone()), entropy: Arc::new(SystemEntropy), gateway };
        Ok(Self {
            world,
            clock,
            pdf: Arc::new(Engine::new(config.font_folder.clone())),
            transport,
            uploads: Uploads::new(uploads_folder(&config)),
            vault: Vault::open(&config.documents, config.data_dir.join("incoming"))?,
            assets: Assets::find(&leptos_options),
            leptos_options,
            sandbox,
            config: Arc::new(config),
        })
    }

    /// The worker of this application.
    pub fn worker(&self) -> Worker {
        Worker {
            world: self.world.clone(),
            clock: self.clock.clone(),
            transport: self.transport.clone(),
            pdf: self.pdf.clone(),
            uploads: self.uploads.clone(),
            vault: self.vault.clone(),
            portal_url: self.config.portal_url(),
        }
    }
}

fn uploads_folder(config: &Config) -> PathBuf {
    config.data_dir.join("uploads")
}

async fn gateway(
    config: &Config,
    db: &Db,
    clock: &MovableClock,
) -> Result<(Arc<dyn Gateway>, Option<Sandbox>), StartError> {
    if !config.has_sandbox() {
        return Ok((Arc::new(NoGateway), None));
    }
    let (secret_key, webhook_secret) = sandbox_secrets(db).await?;
    let base_url = format!("{}/sandbox", config.base_url);
    let settings = SandboxSettings {
        secret_key: secret_key.clone(),
        webhook_secret: webhook_secret.clone(),
        webhook_url: format!("{}/hooks/sandbox", config.base_url),
        public_url: base_url.clone(),
        http: sandbox::http_client()?,
        faults: Faults::default(),
    };
    let clock = Arc::new(clock.clone());
    let sandbox = Sandbox::new(db.clone(), clock, Arc::new(SystemEntropy), settings);
    let settings = SandboxGatewaySettings {
        base_url,
        secret_key,
        webhook_secret,
        http: sandbox::http_client()?,
    };
    Ok((Arc::new(SandboxGateway::new(settings)), Some(sandbox)))
}

/// The sandbox's keys: made once, kept in the database, shared by its processes.
async fn sandbox_secrets(db: &Db) -> Result<(String, String), StorageError> {
    use crate::domain::clock::Entropy;

    let secret = || {
        let mut bytes = [0_u8; 32];
        SystemEntropy.fill(&mut bytes);
        hex::encode(bytes)
    };
    let mut session = db.begin().await?;
    let key = format!("sk_sandbox_{}", secret());
    let key = storage::app_state::insert_once(&mut session, "sandbox-secret-key", &key).await?;
    let hook = format!("whsec_{}", secret());
    let hook =
        storage::app_state::insert_once(&mut session, "sandbox-webhook-secret", &hook).await?;
    session.commit().await?;
    Ok((key, hook))
}
