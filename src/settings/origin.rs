//! Where each setting came from, for `--debug`. Owns nothing that decides: values come resolved, and places from [`Sources`].

use std::fmt;

use super::{Connection, Identity, Sources, Verify};
use crate::cli::Globals;
use crate::trace::Trace;
use crate::{env_vars, os_text};

/// The place of a setting that is no option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin<'n> {
    /// The variable of this name.
    Variable(&'n str),
    /// This key of the profile.
    Profile(&'n str),
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => formatter.write_str(name),
            Self::Profile(key) => write!(formatter, "{key} of the profile"),
        }
    }
}

/// A setting by the places it can come from.
struct Setting {
    name: &'static str,
    option: &'static str,
    variables: &'static [&'static str],
    key: &'static str,
}

const REGION: Setting = Setting {
    name: "region",
    option: "--region",
    variables: &[env_vars::REGION, env_vars::DEFAULT_REGION],
    key: "region",
};
const OUTPUT: Setting =
    Setting { name: "output", option: "--output", variables: &[env_vars::DEFAULT_OUTPUT], key: "output" };
const CA_BUNDLE: Setting =
    Setting { name: "ca bundle", option: "--ca-bundle", variables: &[env_vars::CA_BUNDLE], key: "ca_bundle" };
const MAX_ATTEMPTS: Setting =
    Setting { name: "attempts", option: "", variables: &[env_vars::MAX_ATTEMPTS], key: "max_attempts" };
const RETRY_MODE: Setting =
    Setting { name: "retry mode", option: "", variables: &[env_vars::RETRY_MODE], key: "retry_mode" };
const FIPS: Setting =
    Setting { name: "FIPS endpoint", option: "", variables: &[env_vars::USE_FIPS_ENDPOINT], key: "use_fips_endpoint" };
const DUAL_STACK: Setting = Setting {
    name: "dual-stack endpoint",
    option: "",
    variables: &[env_vars::USE_DUALSTACK_ENDPOINT],
    key: "use_dualstack_endpoint",
};
const APPLICATION: Setting =
    Setting { name: "application id", option: "", variables: &[env_vars::SDK_UA_APP_ID], key: "sdk_ua_app_id" };

/// Tells which files and which profile there are, before anything is read from them.
pub fn tell_profile(trace: &Trace, sources: &Sources<'_>) {
    for (name, variable, usual) in [
        ("config file", env_vars::CONFIG_FILE, "~/.aws/config"),
        ("credentials file", env_vars::SHARED_CREDENTIALS_FILE, "~/.aws/credentials"),
    ] {
        trace.line("setting", || match sources.variable(&[variable]) {
            Some(path) => format!("{name} = {path}, from {variable}"),
            None => format!("{name} = {usual}, by default"),
        });
    }
    trace.line("setting", || {
        let option = sources.globals.and_then(|globals| globals.profile.as_ref()).is_some_and(|name| !name.is_empty());
        let variables = [env_vars::PROFILE, env_vars::DEFAULT_PROFILE];
        match (option, variables.into_iter().find(|name| sources.variable(&[name]).is_some())) {
            (true, _) => format!("profile = {}, from --profile", sources.profile_name().unwrap_or_default()),
            (_, Some(name)) => format!("profile = {}, from {name}", sources.profile_name().unwrap_or_default()),
            (_, None) => "profile = default, by default".to_owned(),
        }
    });
}

/// Tells everything that was settled for the call, each with its place.
pub fn tell(trace: &Trace, sources: &Sources<'_>, globals: &Globals, identity: &Identity, connection: &Connection) {
    if !trace.is_on() {
        return;
    }
    let place = |setting: &Setting, typed: bool| match sources.found(setting.variables, setting.key) {
        _ if typed => format!("from {}", setting.option),
        Ok(Some((_, origin))) => format!("from {origin}"),
        _ => "by default".to_owned(),
    };
    let say = |setting: &Setting, value: String, typed: bool| {
        trace.line("setting", || format!("{} = {value}, {}", setting.name, place(setting, typed)));
    };
    say(&REGION, connection.region.clone(), globals.region.is_some());
    trace.line("setting", || endpoint(sources, globals, connection));
    let format =
        sources.found(OUTPUT.variables, OUTPUT.key).ok().flatten().map_or("json".to_owned(), |(format, _)| format);
    say(&OUTPUT, globals.output.clone().unwrap_or(format), globals.output.is_some());
    match &identity.verify {
        Verify::Shipped => {
            trace.line("setting", || "certificates = checked against the built-in authorities".to_owned())
        }
        Verify::Off => trace.line("setting", || "certificates = not checked, from --no-verify-ssl".to_owned()),
        Verify::Bundle(path) => say(&CA_BUNDLE, os_text::decode(path.as_os_str()), globals.ca_bundle.is_some()),
    }
    say(&MAX_ATTEMPTS, connection.max_attempts.to_string(), false);
    say(&RETRY_MODE, format!("{:?}", connection.retry_mode).to_lowercase(), false);
    for (name, limit, typed) in [
        ("connect timeout", connection.connect_timeout, globals.connect_timeout.is_some()),
        ("read timeout", connection.read_timeout, globals.read_timeout.is_some()),
    ] {
        let value = limit.map_or("none".to_owned(), |limit| format!("{} s", limit.as_secs()));
        let place = if typed { "from the command line" } else { "by default" };
        trace.line("setting", || format!("{name} = {value}, {place}"));
    }
    if connection.use_fips {
        say(&FIPS, "yes".to_owned(), false);
    }
    if connection.use_dual_stack {
        say(&DUAL_STACK, "yes".to_owned(), false);
    }
    if let Some(id) = &connection.application_id {
        say(&APPLICATION, id.clone(), false);
    }
}

/// The endpoint and its place; which of the variables or sections it is, its own value tells.
fn endpoint(sources: &Sources<'_>, globals: &Globals, connection: &Connection) -> String {
    let Some(url) = &connection.endpoint_url else {
        return "endpoint = the service's own in the region, by default".to_owned();
    };
    let variable = [env_vars::ENDPOINT_URL_SFN, env_vars::ENDPOINT_URL]
        .into_iter()
        .find(|name| sources.variable(&[name]).as_ref() == Some(url));
    match (&globals.endpoint_url, variable) {
        (Some(_), _) => format!("endpoint = {url}, from --endpoint-url"),
        (None, Some(name)) => format!("endpoint = {url}, from {name}"),
        (None, None) => format!("endpoint = {url}, from endpoint_url of the profile or its services section"),
    }
}

#[cfg(test)]
mod tests {
    use super::Origin;
    use crate::host::Host;
    use crate::settings::{ConfigFiles, Sources};

    #[test]
    fn a_variable_goes_before_the_profile_and_says_which() {
        let files = ConfigFiles::default();
        let host = Host::fixed(&[("B", "two"), ("C", "three")]);
        let sources = Sources { host: &host, files: &files, globals: None };
        assert_eq!(sources.found(&["A", "B", "C"], "key").unwrap(), Some(("two".to_owned(), Origin::Variable("B"))));
        assert_eq!(sources.found(&["A"], "key").unwrap(), None);
    }
}
