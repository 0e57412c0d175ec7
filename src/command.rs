//! The command line: one program, several roles.

mod company;
mod data;
mod doctor;
mod import;
mod report;
mod serve;
mod user;
mod verify;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::{
    config::{Config, ConfigError},
    services::{World, import::Choices},
    storage::{Db, StorageError},
};

/// Accounts receivable: staff collect what customers owe, payers settle it in a portal.
#[derive(Debug, Parser)]
#[command(name = "quittance", version, about)]
struct CommandLine {
    /// The database: sqlite:FILE or postgres://… (also DATABASE_URL)
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the pages and do the work in the background (the default)
    Serve(ServeOptions),
    /// Only do the work in the background
    Work,
    /// Bring the database's schema up to date
    Migrate,
    /// Fill an empty database with a demo company
    Demo,
    /// Import receivables from a file
    Import(ImportOptions),
    /// Print a report
    #[command(subcommand)]
    Report(Report),
    /// Recompute every balance and check every invariant of the books
    Verify,
    /// Manage staff users
    #[command(subcommand)]
    User(User),
    /// Show or change the company
    #[command(subcommand)]
    Company(Company),
    /// Move the clock ahead (development and demo only)
    Clock {
        /// How many days
        #[arg(long)]
        days: u16,
    },
    /// Check the installation and show what needs a person
    Doctor,
}

#[derive(Debug, Default, Args)]
struct ServeOptions {
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
}

#[derive(Debug, Args)]
struct ImportOptions {
    /// What the file holds
    #[arg(long, value_enum)]
    kind: FileKind,
    /// The file: delimited text or .xlsx
    #[arg(long)]
    file: PathBuf,
    /// Which column is what, where it cannot be guessed
    #[arg(long, value_name = "FIELD=COLUMN", value_delimiter = ',')]
    map: Vec<String>,
    /// How dates are written, such as %d.%m.%Y
    #[arg(long)]
    date_format: Option<String>,
    /// Currency of rows that name none
    #[arg(long)]
    currency: Option<String>,
    /// Terms of rows that name none, such as "Net 30"
    #[arg(long)]
    terms: Option<String>,
    /// Kinds told by how a number begins, such as C=credit-memo,A=adjustment
    #[arg(long, value_name = "PREFIX=KIND", value_delimiter = ',')]
    number_prefix: Vec<String>,
    /// Customer of rows that name none; without it such rows are refused
    #[arg(long, value_name = "NUMBER")]
    default_customer: Option<String>,
    /// Only rehearse: report, and keep nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FileKind {
    Invoices,
    Customers,
    CreditMemos,
}

impl ImportOptions {
    fn choices(&self) -> Choices {
        let kind = match self.kind {
            FileKind::Invoices => "invoices",
            FileKind::Customers => "customers",
            FileKind::CreditMemos => "credit-memos",
        };
        Choices {
            kind: kind.to_owned(),
            map: self.map.join(","),
            date_format: self.date_format.clone().unwrap_or_default(),
            currency: self.currency.clone().unwrap_or_default(),
            terms: self.terms.clone().unwrap_or_default(),
            prefixes: self.number_prefix.join(","),
            default_customer: self.default_customer.clone().unwrap_or_default(),
            is_complete: false,
        }
    }
}

#[derive(Debug, Subcommand)]
enum Report {
    /// What is open, by how late it is
    Aging {
        /// The day
        #[arg(long)]
        as_of: NaiveDate,
        /// Only this currency
        #[arg(long)]
        currency: Option<String>,
        /// How to print it
        #[arg(long, value_enum, default_value = "table")]
        format: ReportFormat,
        /// Which buckets
        #[arg(long, value_enum, default_value = "classic")]
        buckets: Buckets,
    },
    /// The open documents, one by one
    Open {
        /// The day
        #[arg(long)]
        as_of: NaiveDate,
        /// How to print it
        #[arg(long, value_enum, default_value = "csv")]
        format: ReportFormat,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ReportFormat {
    Json,
    Csv,
    Table,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Buckets {
    /// Current, 1-30, 31-60, 61-90, 90+
    Classic,
    /// The seven of the screens
    Detailed,
}

#[derive(Debug, Subcommand)]
enum User {
    /// Add a staff user
    Add {
        /// Their e-mail address
        #[arg(long)]
        email: String,
        /// Their name
        #[arg(long, default_value = "")]
        name: String,
        /// What they may do
        #[arg(long, default_value = "owner", value_parser = ["owner", "admin", "manager", "specialist", "viewer"])]
        role: String,
        /// Read the password from standard input instead of asking for it
        #[arg(long)]
        password_stdin: bool,
    },
    /// Set a staff user's password, let them sign in again and end their sessions
    Password {
        /// Their e-mail address
        #[arg(long)]
        email: String,
        /// Read the password from standard input instead of asking for it
        #[arg(long)]
        password_stdin: bool,
    },
}

#[derive(Debug, Subcommand)]
enum Company {
    /// Print the company and its rules on payments as JSON
    Show,
    /// Replace them with a JSON file of the same shape
    Set {
        /// The file; - reads standard input
        #[arg(long)]
        file: PathBuf,
    },
}

/// Why a command failed, for people.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Url(#[from] crate::storage::db::DatabaseUrlError),
    #[error("the database's schema cannot be brought up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Start(#[from] crate::state::StartError),
    #[error(transparent)]
    Serve(#[from] crate::http::ServeError),
    #[error(transparent)]
    Import(#[from] crate::services::import::ImportError),
    #[error(transparent)]
    SignIn(#[from] crate::services::sign_in::SignInError),
    #[error(transparent)]
    Company(#[from] crate::services::company::SaveCompanyError),
    #[error(transparent)]
    Demo(#[from] crate::services::demo::DemoError),
    #[error("{0}")]
    Said(String),
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error("{0}")]
    Leptos(String),
}

impl From<sqlx::Error> for CommandError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

/// Runs the program.
pub fn main() -> ExitCode {
    let line = CommandLine::parse();
    crate::telemetry::start();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(run(line)),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("quittance: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(line: CommandLine) -> Result<ExitCode, CommandError> {
    let mut config = Config::load()?;
    if let Some(database) = line.database {
        config.database = database;
    }
    match line.command.unwrap_or(Command::Serve(ServeOptions::default())) {
        Command::Serve(options) => serve::serve(config, options.listen).await,
        Command::Work => serve::work(config).await,
        Command::Migrate => {
            open(&config).await?;
            eprintln!("The database is up to date.");
            Ok(ExitCode::SUCCESS)
        }
        Command::Demo => data::demo(config).await,
        Command::Import(options) => import::import(config, &options).await,
        Command::Report(report) => report::report(config, report).await,
        Command::Verify => verify::verify(config).await,
        Command::User(User::Add { email, name, role, password_stdin }) => {
            user::add(config, &email, &name, &role, password_stdin).await
        }
        Command::User(User::Password { email, password_stdin }) => {
            user::password(config, &email, password_stdin).await
        }
        Command::Company(Company::Show) => company::show(config).await,
        Command::Company(Company::Set { file }) => company::set(config, &file).await,
        Command::Clock { days } => data::advance(config, days).await,
        Command::Doctor => doctor::doctor(config).await,
    }
}

/// Opens the database and brings it up to date.
async fn open(config: &Config) -> Result<Db, CommandError> {
    let db = Db::open(&config.database)?;
    db.migrate().await?;
    Ok(db)
}

/// The world of commands that serve nobody: everything but a processor.
async fn world(config: &Config) -> Result<World, CommandError> {
    let db = open(config).await?;
    let clock = crate::clock::MovableClock::default();
    if config.has_sandbox() {
        clock.refresh(&db).await?;
    }
    Ok(World {
        db,
        clock: std::sync::Arc::new(clock),
        entropy: std::sync::Arc::new(crate::clock::SystemEntropy),
        gateway: std::sync::Arc::new(crate::gateways::none::NoGateway),
    })
}
