//! The program: see `command` for what it can be told to do.

use std::process::ExitCode;

/// A page is made of thousands of small strings: a quarter of the time went into the system's
/// allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    quittance::command::main()
}
