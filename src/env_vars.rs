//! Every environment variable the program reads, each with a line of doc. Refuses to read them.

macro_rules! variables {
    ($($(#[doc = $doc:literal])+ $constant:ident = $name:literal;)+) => {
        $($(#[doc = $doc])+ pub const $constant: &str = $name;)+

        /// All of them, with what they are for.
        pub const ALL: &[(&str, &str)] = &[$(($name, concat!($($doc),+))),+];
    };
}

variables! {
    /// The access key.
    ACCESS_KEY_ID = "AWS_ACCESS_KEY_ID";
    /// The secret key.
    SECRET_ACCESS_KEY = "AWS_SECRET_ACCESS_KEY";
    /// The session token of temporary credentials.
    SESSION_TOKEN = "AWS_SESSION_TOKEN";
    /// The session token under its old name.
    SECURITY_TOKEN = "AWS_SECURITY_TOKEN";
    /// When the credentials in the environment end.
    CREDENTIAL_EXPIRATION = "AWS_CREDENTIAL_EXPIRATION";
    /// The account of the credentials in the environment.
    ACCOUNT_ID = "AWS_ACCOUNT_ID";
    /// The file with the keys of the original EC2 tools.
    CREDENTIAL_FILE = "AWS_CREDENTIAL_FILE";
    /// The file with the keys of boto.
    BOTO_CONFIG = "BOTO_CONFIG";
    /// The profile.
    PROFILE = "AWS_PROFILE";
    /// The profile, where the other is not set.
    DEFAULT_PROFILE = "AWS_DEFAULT_PROFILE";
    /// The region.
    REGION = "AWS_REGION";
    /// The region, where the other is not set.
    DEFAULT_REGION = "AWS_DEFAULT_REGION";
    /// The output format.
    DEFAULT_OUTPUT = "AWS_DEFAULT_OUTPUT";
    /// The config file.
    CONFIG_FILE = "AWS_CONFIG_FILE";
    /// The credentials file.
    SHARED_CREDENTIALS_FILE = "AWS_SHARED_CREDENTIALS_FILE";
    /// The endpoint of every service.
    ENDPOINT_URL = "AWS_ENDPOINT_URL";
    /// The endpoint of Step Functions.
    ENDPOINT_URL_SFN = "AWS_ENDPOINT_URL_SFN";
    /// The endpoint of the Security Token Service.
    ENDPOINT_URL_STS = "AWS_ENDPOINT_URL_STS";
    /// The endpoint of IAM Identity Center's portal.
    ENDPOINT_URL_SSO = "AWS_ENDPOINT_URL_SSO";
    /// The endpoint of IAM Identity Center's token service.
    ENDPOINT_URL_SSO_OIDC = "AWS_ENDPOINT_URL_SSO_OIDC";
    /// The endpoint of the sign-in service.
    ENDPOINT_URL_SIGNIN = "AWS_ENDPOINT_URL_SIGNIN";
    /// Whether endpoints from variables and profiles are ignored.
    IGNORE_CONFIGURED_ENDPOINT_URLS = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
    /// Whether FIPS endpoints are used.
    USE_FIPS_ENDPOINT = "AWS_USE_FIPS_ENDPOINT";
    /// Whether dual-stack endpoints are used.
    USE_DUALSTACK_ENDPOINT = "AWS_USE_DUALSTACK_ENDPOINT";
    /// From which size on requests of other services are compressed; only checked.
    REQUEST_MIN_COMPRESSION_SIZE_BYTES = "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES";
    /// When requests of other services get checksums; only checked.
    REQUEST_CHECKSUM_CALCULATION = "AWS_REQUEST_CHECKSUM_CALCULATION";
    /// When answers of other services have their checksums compared; only checked.
    RESPONSE_CHECKSUM_VALIDATION = "AWS_RESPONSE_CHECKSUM_VALIDATION";
    /// Whether other services have endpoints for each account; only checked.
    ACCOUNT_ID_ENDPOINT_MODE = "AWS_ACCOUNT_ID_ENDPOINT_MODE";
    /// Which ways of signing other services prefer; only checked.
    AUTH_SCHEME_PREFERENCE = "AWS_AUTH_SCHEME_PREFERENCE";
    /// Whether S3's directory buckets go without sessions; only checked.
    S3_DISABLE_EXPRESS_SESSION_AUTH = "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH";
    /// Set in a CGI program, where `HTTP_PROXY` is a header of whoever asks, and not read.
    REQUEST_METHOD = "REQUEST_METHOD";
    /// The file of certificate authorities to trust.
    CA_BUNDLE = "AWS_CA_BUNDLE";
    /// The same, where the other is not set.
    REQUESTS_CA_BUNDLE = "REQUESTS_CA_BUNDLE";
    /// How many times a call is tried.
    MAX_ATTEMPTS = "AWS_MAX_ATTEMPTS";
    /// How retries are spaced.
    RETRY_MODE = "AWS_RETRY_MODE";
    /// The pager.
    PAGER = "AWS_PAGER";
    /// The pager, where neither the other nor the profile has one.
    SYSTEM_PAGER = "PAGER";
    /// The pager for help, which goes before `PAGER`.
    MAN_PAGER = "MANPAGER";
    /// The options of `less`.
    LESS = "LESS";
    /// The style of error messages.
    CLI_ERROR_FORMAT = "AWS_CLI_ERROR_FORMAT";
    /// Whether to prompt.
    CLI_AUTO_PROMPT = "AWS_CLI_AUTO_PROMPT";
    /// The encoding of files named by `file://`.
    CLI_FILE_ENCODING = "AWS_CLI_FILE_ENCODING";
    /// The encoding of the output.
    CLI_OUTPUT_ENCODING = "AWS_CLI_OUTPUT_ENCODING";
    /// An application's id for the user agent.
    SDK_UA_APP_ID = "AWS_SDK_UA_APP_ID";
    /// What runs the program, for the user agent.
    EXECUTION_ENV = "AWS_EXECUTION_ENV";
    /// The role of a web identity.
    ROLE_ARN = "AWS_ROLE_ARN";
    /// The session name of a web identity.
    ROLE_SESSION_NAME = "AWS_ROLE_SESSION_NAME";
    /// The file with the token of a web identity.
    WEB_IDENTITY_TOKEN_FILE = "AWS_WEB_IDENTITY_TOKEN_FILE";
    /// The container's credentials, relative to the container service.
    CONTAINER_CREDENTIALS_RELATIVE_URI = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    /// The container's credentials, whole.
    CONTAINER_CREDENTIALS_FULL_URI = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    /// The token for the container's credentials.
    CONTAINER_AUTHORIZATION_TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
    /// The file with that token.
    CONTAINER_AUTHORIZATION_TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
    /// Whether the instance metadata service is left alone.
    EC2_METADATA_DISABLED = "AWS_EC2_METADATA_DISABLED";
    /// The instance metadata service's address.
    EC2_METADATA_SERVICE_ENDPOINT = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
    /// Whether that address is IPv4 or IPv6.
    EC2_METADATA_SERVICE_ENDPOINT_MODE = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
    /// Whether version 1 of the instance metadata service is not used.
    EC2_METADATA_V1_DISABLED = "AWS_EC2_METADATA_V1_DISABLED";
    /// Whether the instance metadata service is asked over IPv6.
    IMDS_USE_IPV6 = "AWS_IMDS_USE_IPV6";
    /// Seconds to wait for the instance metadata service.
    METADATA_SERVICE_TIMEOUT = "AWS_METADATA_SERVICE_TIMEOUT";
    /// How many times to ask the instance metadata service.
    METADATA_SERVICE_NUM_ATTEMPTS = "AWS_METADATA_SERVICE_NUM_ATTEMPTS";
    /// Where `aws login` keeps its tokens.
    LOGIN_CACHE_DIRECTORY = "AWS_LOGIN_CACHE_DIRECTORY";
    /// The proxy for http endpoints.
    HTTP_PROXY = "HTTP_PROXY";
    /// The same in lower case, which wins.
    HTTP_PROXY_LOWER = "http_proxy";
    /// The proxy for https endpoints.
    HTTPS_PROXY = "HTTPS_PROXY";
    /// The same in lower case, which wins.
    HTTPS_PROXY_LOWER = "https_proxy";
    /// The hosts to reach without a proxy.
    NO_PROXY = "NO_PROXY";
    /// The same in lower case, which wins.
    NO_PROXY_LOWER = "no_proxy";
    /// The home directory.
    HOME = "HOME";
    /// The folder of what programs keep between runs, where journals are.
    XDG_STATE_HOME = "XDG_STATE_HOME";
    /// The time zone of the dates in the result.
    TZ = "TZ";
    /// Where the zones of TZ are kept.
    TZDIR = "TZDIR";
    /// The kind of terminal.
    TERM = "TERM";
    /// Where programs are found.
    PATH = "PATH";
    /// How many times a command line was handed on in the place of aws; set for whom it is handed to.
    HANDED_ON = "REDRIVE_EXECUTION_HANDED_ON";
}
