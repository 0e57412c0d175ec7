//! The release binary, as an operator runs it.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::Outcome;

/// The binary beside this program, on a database.
pub struct Binary {
    /// Which engine, for people.
    pub engine: &'static str,
    /// The database's address.
    pub database: String,
    /// A folder for this run, removed at its end.
    pub folder: PathBuf,
}

/// A command that came to its end.
pub struct Finished {
    /// What it printed.
    pub printed: String,
    /// How long it ran.
    pub took: Duration,
    /// The most memory it ever held, in megabytes.
    pub peak_megabytes: u64,
}

/// A server that runs until this is dropped.
pub struct Serving {
    /// Address and port.
    pub authority: String,
    child: Child,
}

impl Binary {
    /// On a database: `sqlite:` alone is a new file, and one with a path is kept.
    pub fn on(database: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("quittance-bench-{}", std::process::id()));
        let (engine, database) = match database {
            "sqlite:" => ("SQLite", format!("sqlite:{}", folder.join("bench.db").display())),
            kept if kept.starts_with("sqlite:") => ("SQLite", kept.to_owned()),
            other => ("PostgreSQL", other.to_owned()),
        };
        Self { engine, database, folder }
    }

    /// Throws a kept file away, so that the next command makes it anew; a server's database stays.
    ///
    /// # Errors
    /// It cannot be thrown away.
    pub fn empty(&self) -> Outcome<()> {
        let Some(path) = self.database.strip_prefix("sqlite:") else { return Ok(()) };
        for file in [path.to_owned(), format!("{path}-wal"), format!("{path}-shm")] {
            match fs::remove_file(&file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error.into());
                }
                _ => {}
            }
        }
        if let Some(folder) = Path::new(path).parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(())
    }

    fn command(&self, arguments: &[&str]) -> Outcome<Command> {
        fs::create_dir_all(&self.folder)?;
        let mut command = Command::new(std::env::current_exe()?.with_file_name("quittance"));
        command.args(arguments).args(["--database", &self.database]);
        command.current_dir(&self.folder).stdin(Stdio::null());
        Ok(command)
    }

    /// Runs a command to its end.
    ///
    /// # Errors
    /// It cannot be started, or says that it failed.
    pub fn run(&self, arguments: &[&str]) -> Outcome<Finished> {
        self.run_with(arguments, "")
    }

    /// Runs a command that reads something to its end.
    ///
    /// # Errors
    /// It cannot be started, or says that it failed.
    pub fn run_with(&self, arguments: &[&str], input: &str) -> Outcome<Finished> {
        let mut command = self.command(arguments)?;
        let file = self.folder.join("input");
        fs::write(&file, input)?;
        command.stdin(fs::File::open(&file)?);
        // Into a file: a pipe that nobody empties would stop it.
        let output = self.folder.join("printed");
        command.stdout(fs::File::create(&output)?);
        let start = Instant::now();
        let mut child = command.spawn()?;
        let mut peak_megabytes = 0;
        let status = loop {
            peak_megabytes = peak_megabytes.max(most_memory(child.id()));
            if let Some(status) = child.try_wait()? {
                break status;
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let (took, printed) = (start.elapsed(), fs::read_to_string(output)?);
        if status.success() {
            Ok(Finished { printed, took, peak_megabytes })
        } else {
            Err(format!("{arguments:?} ended with {status}:\n{printed}").into())
        }
    }

    /// Starts the server and waits until it is ready.
    ///
    /// # Errors
    /// It cannot be started, or ends, or is not ready in half a minute.
    pub async fn serve(&self) -> Outcome<Serving> {
        let authority = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let mut command = self.command(&["serve", "--listen", &authority])?;
        let log = self.folder.join("log");
        let file = fs::File::create(&log)?;
        command.stdout(file.try_clone()?).stderr(file);
        let mut serving = Serving { child: command.spawn()?, authority };
        let ready = format!("http://{}/readyz", serving.authority);
        let start = Instant::now();
        while serving.child.try_wait()?.is_none() && start.elapsed() < Duration::from_secs(30) {
            if reqwest::get(&ready).await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(serving);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(format!("the server did not come up:\n{}", fs::read_to_string(log)?).into())
    }
}

impl Drop for Binary {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The most memory a process ever held, in megabytes; 0 once it has ended.
fn most_memory(process: u32) -> u64 {
    let file = Path::new("/proc").join(process.to_string()).join("status");
    let status = fs::read_to_string(file).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    let digits: String = line.chars().filter(char::is_ascii_digit).collect();
    digits.parse::<u64>().unwrap_or(0) / 1024
}
