//! The options of every command, as typed. `cli` fills them in; nothing is interpreted yet.

/// The global options as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Globals {
    pub(crate) debug: bool,
    pub(crate) endpoint_url: Option<String>,
    pub(crate) no_verify_ssl: bool,
    pub(crate) output: Option<String>,
    pub(crate) query: Option<String>,
    pub(crate) profile: Option<String>,
    pub(crate) region: Option<String>,
    /// `on`, `off` or `auto`.
    pub(crate) color: Option<String>,
    pub(crate) no_sign_request: bool,
    pub(crate) ca_bundle: Option<String>,
    /// `--cli-read-timeout`, not yet a number.
    pub(crate) read_timeout: Option<String>,
    /// `--cli-connect-timeout`, not yet a number.
    pub(crate) connect_timeout: Option<String>,
    /// The value of `--cli-binary-format` changes nothing, for the operation has no binary parameters.
    pub(crate) binary_format_given: bool,
    pub(crate) no_pager: bool,
    pub(crate) error_format: Option<String>,
}
