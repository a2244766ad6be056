//! `--call`: the credentials are made, and one harmless request is sent.

use super::examination::Examination;
use crate::aws::credentials::{self, masked_key};
use crate::aws::reads::Reader;
use crate::aws::session::Session;
use crate::error::{Error, Result};
use crate::platform::signals::interruptible;
use crate::settings::Settings;

impl Examination<'_> {
    /// # Errors
    /// A signal that came meanwhile. What fails is a problem.
    pub(super) async fn call(&mut self, settings: &Settings<'_>) -> Result<()> {
        let clock = settings.sources.host.clock;
        let began = clock.timestamp();
        let mut key = String::new();
        let outcome = interruptible(async {
            credentials::check_instance_settings(&settings.sources)?;
            let session = Session::open(settings).await?;
            let credentials = session.credentials().await?;
            let source = session.found.name();
            if let Some(credentials) = &credentials {
                key = format!("{} from {source}", masked_key(credentials.access_key_id()));
            }
            let client = session.client(credentials);
            Reader { client: &client, connection: &session.connection }.list_machines(None, Some(1)).await
        })
        .await;
        if !key.is_empty() {
            self.finding("access key", &key, "--call");
        }
        let milliseconds = clock.timestamp().duration_since(began).as_millis();
        match outcome {
            Ok(_) => self.finding("ListStateMachines", &format!("answered in {milliseconds} ms"), "--call"),
            Err(error @ Error::Interrupted(_)) => return Err(error),
            Err(error) => {
                self.finding("ListStateMachines", &format!("failed after {milliseconds} ms"), "--call");
                // Who may redrive need not be allowed to list.
                match error.code() {
                    Some("AccessDeniedException") => self.note(
                        error.message(),
                        "the credentials are good; allow states:ListStateMachines, if bulk or the prompt is to list",
                    ),
                    _ => self.fails(&error),
                }
            }
        }
        Ok(())
    }
}
