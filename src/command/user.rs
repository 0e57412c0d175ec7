//! `user add`.

use std::{
    io::{BufRead, IsTerminal, Write},
    process::ExitCode,
};

use super::{CommandError, world};
use crate::{
    config::Config,
    domain::form::Problem,
    services::sign_in::{self, PASSWORD_LENGTH_MIN, SignInError},
};

pub(super) async fn add(
    config: Config,
    email: &str,
    name: &str,
    from_stdin: bool,
) -> Result<ExitCode, CommandError> {
    let password = read_password(from_stdin)?;
    let world = world(&config).await?;
    match sign_in::add_staff(&world, email, name, &password).await {
        Ok(_) => {}
        Err(SignInError::Invalid { field, problem }) => {
            let reason = match problem {
                Problem::AlreadyUsed => "this address is taken".to_owned(),
                Problem::TooShort => {
                    format!("at least {PASSWORD_LENGTH_MIN} characters are needed")
                }
                _ => "this is no e-mail address".to_owned(),
            };
            return Err(CommandError::Said(format!("{field}: {reason}")));
        }
        Err(error) => return Err(error.into()),
    }
    eprintln!("{email} can sign in at {}/staff.", config.base_url);
    world.db.close().await;
    Ok(ExitCode::SUCCESS)
}

/// The first line of standard input; a person at a terminal is asked for it.
fn read_password(from_stdin: bool) -> Result<String, CommandError> {
    let stdin = std::io::stdin();
    if !from_stdin && stdin.is_terminal() {
        eprint!("Password (at least {PASSWORD_LENGTH_MIN} characters, shown as you type): ");
        std::io::stderr().flush()?;
    }
    let mut line = String::new();
    stdin.lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
