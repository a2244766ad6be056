//! Every environment variable the program reads, each with what it is for. Refuses to read them.

macro_rules! variables {
    ($($constant:ident = $name:literal, $doc:literal;)+) => {
        $(#[doc = $doc] pub const $constant: &str = $name;)+

        /// All of them, with what they are for.
        pub const ALL: &[(&str, &str)] = &[$(($name, $doc)),+];
    };
}

variables! {
    ACCESS_KEY_ID = "AWS_ACCESS_KEY_ID", "The access key.";
    SECRET_ACCESS_KEY = "AWS_SECRET_ACCESS_KEY", "The secret key.";
    SESSION_TOKEN = "AWS_SESSION_TOKEN", "The session token of temporary credentials.";
    SECURITY_TOKEN = "AWS_SECURITY_TOKEN", "The session token under its old name.";
    CREDENTIAL_EXPIRATION = "AWS_CREDENTIAL_EXPIRATION", "When the credentials in the environment end.";
    ACCOUNT_ID = "AWS_ACCOUNT_ID", "The account of the credentials in the environment.";
    CREDENTIAL_FILE = "AWS_CREDENTIAL_FILE", "The file with the keys of the original EC2 tools.";
    BOTO_CONFIG = "BOTO_CONFIG", "The file with the keys of boto.";
    PROFILE = "AWS_PROFILE", "The profile.";
    DEFAULT_PROFILE = "AWS_DEFAULT_PROFILE", "The profile, where the other is not set.";
    REGION = "AWS_REGION", "The region.";
    DEFAULT_REGION = "AWS_DEFAULT_REGION", "The region, where the other is not set.";
    DEFAULT_OUTPUT = "AWS_DEFAULT_OUTPUT", "The output format.";
    CONFIG_FILE = "AWS_CONFIG_FILE", "The config file.";
    SHARED_CREDENTIALS_FILE = "AWS_SHARED_CREDENTIALS_FILE", "The credentials file.";
    ENDPOINT_URL = "AWS_ENDPOINT_URL", "The endpoint of every service.";
    ENDPOINT_URL_SFN = "AWS_ENDPOINT_URL_SFN", "The endpoint of Step Functions.";
    ENDPOINT_URL_STS = "AWS_ENDPOINT_URL_STS", "The endpoint of the Security Token Service.";
    ENDPOINT_URL_SSO = "AWS_ENDPOINT_URL_SSO", "The endpoint of IAM Identity Center's portal.";
    ENDPOINT_URL_SSO_OIDC = "AWS_ENDPOINT_URL_SSO_OIDC", "The endpoint of IAM Identity Center's token service.";
    ENDPOINT_URL_SIGNIN = "AWS_ENDPOINT_URL_SIGNIN", "The endpoint of the sign-in service.";
    IGNORE_CONFIGURED_ENDPOINT_URLS = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "Whether endpoints from variables and profiles are ignored.";
    USE_FIPS_ENDPOINT = "AWS_USE_FIPS_ENDPOINT", "Whether FIPS endpoints are used.";
    USE_DUALSTACK_ENDPOINT = "AWS_USE_DUALSTACK_ENDPOINT", "Whether dual-stack endpoints are used.";
    REQUEST_MIN_COMPRESSION_SIZE_BYTES = "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "From which size on requests of other services are compressed; only checked.";
    REQUEST_CHECKSUM_CALCULATION = "AWS_REQUEST_CHECKSUM_CALCULATION", "When requests of other services get checksums; only checked.";
    RESPONSE_CHECKSUM_VALIDATION = "AWS_RESPONSE_CHECKSUM_VALIDATION", "When answers of other services have their checksums compared; only checked.";
    ACCOUNT_ID_ENDPOINT_MODE = "AWS_ACCOUNT_ID_ENDPOINT_MODE", "Whether other services have endpoints for each account; only checked.";
    AUTH_SCHEME_PREFERENCE = "AWS_AUTH_SCHEME_PREFERENCE", "Which ways of signing other services prefer; only checked.";
    S3_DISABLE_EXPRESS_SESSION_AUTH = "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "Whether S3's directory buckets go without sessions; only checked.";
    REQUEST_METHOD = "REQUEST_METHOD", "Set in a CGI program, where `HTTP_PROXY` is a header of the request, and not read.";
    CA_BUNDLE = "AWS_CA_BUNDLE", "The file of certificate authorities to trust.";
    REQUESTS_CA_BUNDLE = "REQUESTS_CA_BUNDLE", "The same, where the other is not set.";
    MAX_ATTEMPTS = "AWS_MAX_ATTEMPTS", "How many times a call is tried.";
    RETRY_MODE = "AWS_RETRY_MODE", "How retries are spaced.";
    PAGER = "AWS_PAGER", "The pager.";
    SYSTEM_PAGER = "PAGER", "The pager, where neither the other nor the profile has one.";
    MAN_PAGER = "MANPAGER", "The pager for help, which goes before `PAGER`.";
    LESS = "LESS", "The options of `less`.";
    CLI_ERROR_FORMAT = "AWS_CLI_ERROR_FORMAT", "The style of error messages.";
    CLI_AUTO_PROMPT = "AWS_CLI_AUTO_PROMPT", "Whether to prompt.";
    CLI_FILE_ENCODING = "AWS_CLI_FILE_ENCODING", "The encoding of files named by `file://`.";
    CLI_OUTPUT_ENCODING = "AWS_CLI_OUTPUT_ENCODING", "The encoding of the output.";
    SDK_UA_APP_ID = "AWS_SDK_UA_APP_ID", "An application's id for the user agent.";
    EXECUTION_ENV = "AWS_EXECUTION_ENV", "What runs the program, for the user agent.";
    ROLE_ARN = "AWS_ROLE_ARN", "The role of a web identity.";
    ROLE_SESSION_NAME = "AWS_ROLE_SESSION_NAME", "The session name of a web identity.";
    WEB_IDENTITY_TOKEN_FILE = "AWS_WEB_IDENTITY_TOKEN_FILE", "The file with the token of a web identity.";
    CONTAINER_CREDENTIALS_RELATIVE_URI = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "The container's credentials, relative to the container service.";
    CONTAINER_CREDENTIALS_FULL_URI = "AWS_CONTAINER_CREDENTIALS_FULL_URI", "The container's credentials, as a full URL.";
    CONTAINER_AUTHORIZATION_TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN", "The token for the container's credentials.";
    CONTAINER_AUTHORIZATION_TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "The file with that token.";
    EC2_METADATA_DISABLED = "AWS_EC2_METADATA_DISABLED", "Whether the instance metadata service is left alone.";
    EC2_METADATA_SERVICE_ENDPOINT = "AWS_EC2_METADATA_SERVICE_ENDPOINT", "The instance metadata service's address.";
    EC2_METADATA_SERVICE_ENDPOINT_MODE = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "Whether that address is IPv4 or IPv6.";
    EC2_METADATA_V1_DISABLED = "AWS_EC2_METADATA_V1_DISABLED", "Whether version 1 of the instance metadata service is not used.";
    IMDS_USE_IPV6 = "AWS_IMDS_USE_IPV6", "Whether the instance metadata service is called over IPv6.";
    METADATA_SERVICE_TIMEOUT = "AWS_METADATA_SERVICE_TIMEOUT", "Seconds to wait for the instance metadata service.";
    METADATA_SERVICE_NUM_ATTEMPTS = "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "How many times to call the instance metadata service.";
    LOGIN_CACHE_DIRECTORY = "AWS_LOGIN_CACHE_DIRECTORY", "Where `aws login` keeps its tokens.";
    HTTP_PROXY = "HTTP_PROXY", "The proxy for http endpoints.";
    HTTP_PROXY_LOWER = "http_proxy", "The same in lower case, which wins.";
    HTTPS_PROXY = "HTTPS_PROXY", "The proxy for https endpoints.";
    HTTPS_PROXY_LOWER = "https_proxy", "The same in lower case, which wins.";
    NO_PROXY = "NO_PROXY", "The hosts to reach without a proxy.";
    NO_PROXY_LOWER = "no_proxy", "The same in lower case, which wins.";
    HOME = "HOME", "The home directory.";
    USER_PROFILE = "USERPROFILE", "The home directory on Windows.";
    XDG_STATE_HOME = "XDG_STATE_HOME", "The folder of what programs keep between runs, where journals are.";
    TZ = "TZ", "The time zone of the dates in the result.";
    TZDIR = "TZDIR", "Where the zones of TZ are kept.";
    TERM = "TERM", "The kind of terminal.";
    NO_COLOR = "NO_COLOR", "No colours in usage texts and in what the AWS CLI does not have, where it is set to anything.";
    FORCE_COLOR = "FORCE_COLOR", "Colours in usage texts even without a terminal, where it is set to anything.";
    CLICOLOR_FORCE = "CLICOLOR_FORCE", "Colours in what the AWS CLI does not have even without a terminal, where it is anything but 0.";
    PATH = "PATH", "Where programs are found.";
    COMPLETE = "REDRIVE_EXECUTION_COMPLETE", "The shell that wants completions; set by the script that `completions` prints.";
    HANDED_ON = "REDRIVE_EXECUTION_HANDED_ON", "How many times a command line was handed on in the place of aws; set for whom it is handed to.";
}
