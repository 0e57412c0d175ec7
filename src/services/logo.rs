//! The company's logo: shown at the top of the portal and printed on documents.

use crate::{
    domain::company::CompanyProfile,
    services::{
        World,
        change::ChangeError,
        company::{self, Company, version_of},
        files::FileError,
    },
    vault::inspect::inspect_drawing,
};

/// A text that changes when the logo does.
pub fn version(profile: &CompanyProfile) -> String {
    version_of(&profile.logo_svg)
}

/// Puts a drawing in the place of the logo of a version, if it is a still one.
///
/// # Errors
/// `Refused`, and `Changed` when the logo is not of that version any more.
pub async fn change(
    world: &World,
    version: &str,
    bytes: &[u8],
    actor: &str,
) -> Result<(), FileError> {
    let svg = inspect_drawing(bytes).map_err(FileError::Refused)?;
    Ok(write(world, version, svg, actor).await?)
}

/// Takes the logo of a version away; the company's name is shown instead.
///
/// # Errors
/// `Changed` when it is not of that version any more.
pub async fn remove(world: &World, version: &str, actor: &str) -> Result<(), ChangeError> {
    write(world, version, "", actor).await
}

async fn write(world: &World, known: &str, svg: &str, actor: &str) -> Result<(), ChangeError> {
    let mut session = world.db.begin().await?;
    let before = company::hold(&mut session).await?;
    if version(&before.profile) != known {
        return Err(ChangeError::Changed);
    }
    let profile = CompanyProfile { logo_svg: svg.to_owned(), ..before.profile.clone() };
    let after = Company { profile, ..before.clone() };
    company::put(&mut session, world, &before, &after, actor).await?;
    Ok(session.commit().await?)
}
