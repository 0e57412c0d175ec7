//! `make bench`: speeds of the release build, measured from outside, printed and never judged.
//!
//! A program of its own, so that nothing is built twice: it is made with the release's settings and
//! drives the very binary that is shipped. `quittance-bench import|portal DATABASE-URL`; the
//! database is empty and is thrown away. `quittance-bench profile DATABASE-URL [WORD]` keeps what it
//! makes there, and with a word measures only what has it in its name.

mod bare;
mod binary;
mod import;
mod load;
mod portal;
mod profile;

use std::{error::Error, process::ExitCode};

use self::binary::Binary;

/// What the measured program has, the bare handler has too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A bench that cannot be run says why.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["import", database] => import::online_retail(&Binary::on(database)),
        ["portal", database] => portal::invoice_list(&Binary::on(database)).await,
        ["profile", database] => profile::staff_side(&Binary::on(database), "").await,
        ["profile", database, word] => profile::staff_side(&Binary::on(database), word).await,
        _ => Err("quittance-bench import|portal|profile DATABASE-URL".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
