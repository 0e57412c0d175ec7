//! `verify`.

use std::{io::Write, process::ExitCode};

use super::{CommandError, open};
use crate::{
    config::Config,
    storage::{
        Session,
        verify::{INVARIANTS, check},
    },
};

pub(super) async fn verify(config: Config) -> Result<ExitCode, CommandError> {
    let db = open(&config).await?;
    let mut session = db.read().await?;
    let holds = report(&mut session, &mut std::io::stdout(), &mut std::io::stderr()).await?;
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Writes a line for each invariant up to the first that does not hold, and says whether all hold.
async fn report(
    session: &mut Session,
    out: &mut impl Write,
    errors: &mut impl Write,
) -> Result<bool, CommandError> {
    for invariant in INVARIANTS {
        let finding = check(session, invariant).await?;
        if let Some(offender) = finding.offender {
            writeln!(out, "FAULT {} ({} checked): {offender}", invariant.name, finding.checked)?;
            writeln!(errors, "It must hold that {}.", invariant.says)?;
            return Ok(false);
        }
        writeln!(out, "ok    {} ({} checked)", invariant.name, finding.checked)?;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        storage::Db,
        tests::support::{both_engines, database::tamper, given::Given, world::world},
    };

    async fn said(db: &Db) -> (bool, String, String) {
        let (mut out, mut errors) = (Vec::new(), Vec::new());
        let mut session = db.read().await.unwrap();
        let holds = report(&mut session, &mut out, &mut errors).await.unwrap();
        (holds, String::from_utf8(out).unwrap(), String::from_utf8(errors).unwrap())
    }

    async fn first_offender(db: Db) {
        let world = world(&db);
        let given = Given(&world);
        given.seller().await;
        let customer = given.customer("C-1", "dana@alder.example").await;
        given.invoice(customer, "INV-1", 10_000).await;
        let (holds, out, errors) = said(&db).await;
        assert!(holds && errors.is_empty(), "{out}{errors}");
        assert_eq!(out.lines().count(), INVARIANTS.len());
        assert!(out.lines().all(|line| line.starts_with("ok    ")), "{out}");
        assert!(out.contains("ok    transactions-balance (1 checked)\n"), "{out}");

        tamper(&db, "UPDATE invoices SET balance_minor = balance_minor - 1").await;
        let (holds, out, errors) = said(&db).await;
        assert!(!holds);
        let last = out.lines().last().unwrap();
        assert!(last.starts_with("FAULT owners (1 checked): customer C-1"), "{out}");
        assert!(errors.starts_with("It must hold that "), "{errors}");
    }
    both_engines!(the_first_that_breaks_a_rule_is_named, first_offender);
}
