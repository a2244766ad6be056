//! Who signs: the credentials, looked for where and in the order that the AWS CLI looks.
//!
//! Looking has two moments, as there: [`find`] when the client is made (a half-set pair is refused then), and [`Found::resolve`] when
//! a request is about to be signed (a role is assumed then). Refuses to guess: a profile that was chosen is the only one asked.

pub mod fixed;

use aws_credential_types::Credentials;

use crate::error::Result;
use crate::settings::{Identity, Sources};

/// What the search came to.
#[derive(Debug)]
pub enum Found {
    /// Nothing, anywhere.
    Nothing,
    /// Credentials that are ready for use.
    Ready(Credentials),
}

/// Looks for credentials: the environment (unless `--profile` was given), then the profile.
///
/// # Errors
/// Credentials that are there but incomplete or unusable.
pub async fn find(sources: &Sources<'_>, identity: &Identity) -> Result<Found> {
    if !identity.sign {
        return Ok(Found::Nothing);
    }
    let asked_for_profile = sources.globals.is_some_and(|globals| globals.profile.is_some());
    if !asked_for_profile && let Some(credentials) = fixed::from_environment(sources)? {
        return Ok(Found::Ready(credentials));
    }
    let profile = identity.profile.as_deref().unwrap_or("default");
    let from_shared = fixed::from_section(sources.files.shared_credentials(profile), "shared-credentials-file")?;
    if let Some(credentials) = from_shared {
        return Ok(Found::Ready(credentials));
    }
    let from_config = fixed::from_section(sources.files.config_profile(profile), "config-file")?;
    Ok(from_config.map_or(Found::Nothing, Found::Ready))
}

impl Found {
    /// The credentials to sign with; none where there are none.
    ///
    /// # Errors
    /// A source that refuses or cannot be reached.
    pub async fn resolve(self) -> Result<Option<Credentials>> {
        match self {
            Self::Nothing => Ok(None),
            Self::Ready(credentials) => Ok(Some(credentials)),
        }
    }
}
