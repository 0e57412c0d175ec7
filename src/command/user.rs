//! `user add`, `user password`.

use std::{
    io::{BufRead, IsTerminal, Write},
    process::ExitCode,
};

use super::{CommandError, world};
use crate::{
    config::Config,
    domain::{form::Problem, permission::Role},
    services::{
        sign_in::SignInError,
        staff::{self, PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN},
    },
};

/// What is said about what was typed.
fn said(error: SignInError) -> CommandError {
    let SignInError::Invalid { field, problem } = error else { return error.into() };
    let reason = match problem {
        Problem::AlreadyUsed => "this address is taken".to_owned(),
        Problem::Required => "nothing was typed".to_owned(),
        Problem::TooShort => format!("at least {PASSWORD_LENGTH_MIN} characters are needed"),
        Problem::TooLong if field == "password" => {
            format!("at most {PASSWORD_LENGTH_MAX} characters are taken")
        }
        Problem::TooEasy => "the address itself is too easy to guess".to_owned(),
        _ => "this is no e-mail address".to_owned(),
    };
    CommandError::Said(format!("{field}: {reason}"))
}

pub(super) async fn add(
    config: Config,
    email: &str,
    name: &str,
    role: &str,
    from_stdin: bool,
) -> Result<ExitCode, CommandError> {
    let role = Role::from_word(role);
    let role = role.ok_or_else(|| CommandError::Said("role: there is no such role".to_owned()))?;
    let password = read_password(from_stdin)?;
    let world = world(&config).await?;
    staff::add(&world, email, name, &password, role).await.map_err(said)?;
    eprintln!("{email} can sign in at {}/staff.", config.base_url);
    world.db.close().await;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn password(
    config: Config,
    email: &str,
    from_stdin: bool,
) -> Result<ExitCode, CommandError> {
    let password = read_password(from_stdin)?;
    let world = world(&config).await?;
    staff::reset_password(&world, email, &password).await.map_err(|error| match error {
        SignInError::Refused => CommandError::Said(format!("email: there is no user {email}")),
        error => said(error),
    })?;
    eprintln!("{email} can sign in at {}/staff with the new password.", config.base_url);
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
