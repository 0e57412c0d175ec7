//! The program: see `command` for what it can be told to do.

use std::process::ExitCode;

fn main() -> ExitCode {
    quittance::command::main()
}
