//! The deliberate differences from the AWS CLI: the data behind the table in README.md. A recorded case that is not compared
//! in full names one of them as its reason.

/// One deliberate difference. The texts are Markdown.
#[derive(Clone, Copy, Debug)]
pub struct Difference {
    /// What a recorded case gives as its `why`.
    pub id: &'static str,
    pub what: &'static str,
    pub aws_cli: &'static str,
    pub here: &'static str,
    pub why: &'static str,
}

const fn row([id, what, aws_cli, here, why]: [&'static str; 5]) -> Difference {
    Difference { id, what, aws_cli, here, why }
}

/// All of them, in the order of the table.
#[rustfmt::skip] // A row is a line, as in the table.
pub const ALL: &[Difference] = &[
    row(["empty-region", "an empty region", "signs for the region \"\"", "`You must specify a region` (253)", "a request must not go to an address that nobody chose"]),
    row(["accident", "an error that is an accident of Python or of a library (`'int' object has no attribute 'items'`, a number of OpenSSL or of the AWS runtime)", "that text", "a sentence of ours, the same exit status", "the text does not explain the cause"]),
    row(["own-texts", "`--version`, `--debug`, `help`", "its own texts", "ours", "they describe another program"]),
    row(["help-page", "the help page", "AWS's manual through groff, always paged, 80 columns wide; `cli_help_output` opens a browser", "a page of its own, paged only on a terminal, as wide as the terminal", "no groff; shown in under 10 ms"]),
    row(["pager-ctrl-c", "Ctrl-C in a pager", "ends the AWS CLI and leaves `less` behind on the terminal", "goes to the pager", "the terminal stays usable"]),
    row(["blocked-write-ctrl-c", "Ctrl-C while nobody reads the output", "waits for the reader, then ends with 130", "ends at once with 130", "Ctrl-C means now"]),
    row(["own-commands", "`bulk`, `wait`, `report`, `doctor`, `completions`, `man`, `aws` as first words", "an error", "commands of this program", "they add what the AWS CLI lacks"]),
    row(["help-forms", "`--help` or `-h` as the only word; `help` with a topic or a command behind it", "an error (252)", "help (0)", "newcomers type them, and no script can mean an error"]),
    row(["bare-call", "no word at all, with stderr on a terminal", "the usage, which names `aws help`", "the same, and a line that names `redrive-execution help`", "`aws help` describes another program"]),
    row(["mistyped-command", "a first word that is nearly one of ours (`bluk`), a word behind `help` that is no topic", "`the following arguments are required: --execution-arn` or `Unknown options` (252)", "names the word that was meant (252)", "no script can mean such a word"]),
    row(["prompt", "the prompt", "ends on an unfinished quote; recalls lines of every command", "reports the quote and goes on; recalls its own lines; completes `--name=value`, quotes files and profiles that need it, offers state machines and executions", "it is easier to use"]),
    row(["proxy-tls", "a proxy of `https://`; `proxy_ca_bundle`, `proxy_client_cert`, `proxy_use_forwarding_for_https`", "speaks TLS with the proxy", "`Failed to connect to proxy URL`, nothing is sent", "there is no known use"]),
    row(["tls-words", "why a TLS connection failed", "OpenSSL's words, with a line number of Python's source", "the same words without the line number; where rustls has no such case, its own", "the number means nothing to a user"]),
    row(["unchecked-certificate", "the warning about an unchecked certificate", "a warning of its HTTP library", "one line of ours", "that warning names a Python file"]),
    row(["tls-algorithms", "CBC ciphers, RSA key exchange, P-521 certificates, TLS renegotiation", "accepted", "refused", "rustls does not have them"]),
    row(["tls-names", "a server certificate with its name in the common name only, or with a bare `*`", "accepted", "refused", "public authorities have not issued such certificates for years"]),
    row(["tls-anchors", "a certificate of `--ca-bundle` that another authority has signed", "is trusted only if the bundle leads to a root", "is trusted", "whoever puts it into the bundle means it"]),
    row(["bundle-authority-as-server", "a server with the certificate of an authority", "is accepted if the bundle leads to a root", "is accepted only if an authority of the bundle has signed it itself", "rustls takes no longer chain for it"]),
    row(["bundle-purposes", "an authority of `--ca-bundle` with an extended key usage of its own", "must allow servers", "is not looked at", "whoever puts it into the bundle means it"]),
    row(["bundle-other-blocks", "a bundle of nothing but a revocation list", "no certificate is trusted", "is refused as empty", "the cause is clearer"]),
    row(["table-colours", "colours in tables", "escape sequences where its libraries put them", "the same look; the sequences may stand elsewhere", "only the look matters on a terminal"]),
    row(["other-operations", "an operation other than `redrive-execution`", "runs it", "`Found invalid choice` (252)", "this program is not the AWS CLI"]),
    row(["surrogates", "half a surrogate pair", "kept, then fails to print", "U+FFFD in JSON; refused in YAML", "Rust's text is Unicode"]),
    row(["output-encodings", "encodings for output", "all of Python's; `PYTHONIOENCODING` where Python is the system's", "UTF-8, -16, -32, ASCII, Latin-1 and the encodings of one byte in the next row; an encoding of several bytes is refused and nothing is sent; set by `AWS_CLI_OUTPUT_ENCODING` only", "there is no known use of the others"]),
    row(["file-encodings", "encodings of files", "all of Python's", "UTF-8, -16, -32, ASCII, Latin-1, cp866, cp874, cp932, cp949, cp1250 to cp1258, EUC-KR, GBK, ISO 8859-2 to -8, -10, -13 to -16, KOI8-R, Mac Roman and Cyrillic; another is an `unknown encoding` (255)", "encoding_rs would read the others (GB 18030, Big5, EUC-JP, Shift_JIS, KOI8-U …) differently"]),
    row(["unencodable-output", "a result or message with a character that `AWS_CLI_OUTPUT_ENCODING` lacks", "prints what comes before the character, then the error", "prints only the error", "where Python's output breaks off is an accident"]),
    row(["history", "`cli_history`", "keeps a database", "ignored", "it belongs to `aws history`"]),
    row(["monitoring", "client side monitoring (`csm_enabled`, `AWS_CSM_ENABLED` …)", "sends two datagrams for each call", "ignored", "it is a debugging aid of AWS's SDKs; `--debug` shows more"]),
    row(["models", "API models of your own (`~/.aws/models`, `AWS_DATA_PATH`, `data_path`)", "are read", "ignored", "the official SDK defines the call"]),
    row(["aliases", "`~/.aws/cli/alias`", "is applied, and refused if it cannot be read", "is read only by the AWS CLI when it calls this program", "an alias for this command would call it without end"]),
    row(["plugins", "plugins (`[plugins]` with `cli_legacy_plugin_path`)", "loads them", "hands the call to `aws` when it stands in for it, else refuses it (255)", "only the AWS CLI can load them"]),
    row(["unknown-home", "a path of `~` or `~name/…` where no such home is known", "is a folder in the working directory", "nothing is read, run or written there", "whoever makes that folder could have a command run"]),
    row(["size-limits", "an answer, a parameter file, a bundle or the output of `credential_process` over 16 MiB; a config file over 8 MiB; a token or cache file over 1 MiB", "is read to its end", "refused", "memory is bounded"]),
    row(["nesting", "JSON, YAML or a query nested over 300 deep", "is read up to Python's limits, from 196 to about 65,000", "refused", "the stack is bounded"]),
    row(["yaml-size", "a YAML document with over 500,000 values, or with merges (`<<`) that multiply beyond measure", "is read", "refused", "memory and time are bounded"]),
    row(["yaml-self", "a YAML collection that holds itself", "`Circular reference detected` (255), or a text with `[...]`", "refused as invalid YAML (252)", "no parameter can hold itself"]),
    row(["yaml-directive", "a `%YAML 1.1` directive", "reads `yes`, `017` and `1:30` by YAML 1.1", "changes nothing", "documents of parameters do not use it"]),
    row(["yaml-tabs", "a tab at the start of a line or before a value in YAML", "refused", "is white space", "YAML 1.2 allows it"]),
    row(["yaml-line-breaks", "U+0085, U+2028 and U+2029 in YAML as it is read", "U+0085 ends a line, the others in some places", "do not end a line", "YAML 1.2 has no such line breaks"]),
    row(["yaml-rare-syntax", "rare syntax in YAML (`!!<tag>`, `{x:}`)", "is read as ruamel.yaml reads it", "is read as granit-parser reads it, or refused", "documents of parameters do not use it"]),
    row(["yaml-python-types", "YAML values that need a type of Python: `!!binary`, `!!omap`, `!!pairs`, `!!set`, a list or map as a key", "builds the value and reports its type", "refused in words of ours, with the same status", "a parameter is text, so nearly all of them are refused anyway"]),
    row(["jmespath-expression", "an expression reference as a value in a query (`[&a].map([0], @)`)", "is evaluated", "refused (255)", "JMESPath has references only as arguments of functions"]),
    row(["jmespath-merge", "a list of pairs as a later argument of `merge` in a query (`merge(@, [['a', 'b']])`)", "accepted", "a type error (255)", "JMESPath merges objects only"]),
    row(["cut-headers", "an answer cut off inside its headers", "an empty success", "requested again, with the same token", "the answer is unknown"]),
    row(["early-hints", "`103 Early Hints` before the answer", "an empty success", "waits for the answer", "the answer is what counts"]),
    row(["read-timeout-beyond-the-clock", "a read timeout beyond what the clock can count", "sends the request, and never reads the answer", "refused (255), nothing is sent", "a redrive that was made must not be reported as failed"]),
    row(["redirect-address", "a redirect to an address that cannot be parsed", "fails in its HTTP library and tries again", "reports the status of the redirect", "nothing would change on a second try"]),
    row(["url-words", "an address that cannot be parsed, of an endpoint or a proxy", "words of urllib3", "words of ours, the same exit status", "the text is an accident of Python"]),
    row(["invalid-endpoint", "`Invalid endpoint` for a region that ends in a line feed", "names the FIPS, dual-stack or China host", "names `states.REGION.amazonaws.com`", "the region is wrong either way"]),
    row(["isolated-dual-stack", "dual-stack endpoints of two isolated partitions", "`Unable to construct a modeled endpoint`", "used", "the SDK knows them"]),
    row(["proxy-mask", "a proxy's user or password that also appears earlier in its URL (`http://u:p@…`)", "hides the earlier place and shows the password", "hides the password", "it is a secret"]),
    row(["proxy-credentials", "the address of a proxy that begins with `socks5://` or holds `/`, `?` or `#` before its host", "prints the password in it", "hides the password", "it is a secret"]),
    row(["header-value-hidden", "a key, token or header value that cannot be sent", "prints it", "names the setting", "it is a secret"]),
    row(["control-characters", "control characters in keys, tokens and headers", "sends them", "refused (255), nothing is sent", "the HTTP library cannot send them"]),
    row(["undecodable-bytes", "an ARN or token with bytes that are not UTF-8", "sends them as lone surrogates", "refused (255), nothing is sent", "it cannot be valid"]),
    row(["answer-not-xml", "an answer of the Security Token Service that is not XML", "is printed", "is not shown", "it may hold a secret"]),
    row(["code-without-terminal", "a code for `mfa_serial` without a terminal", "prints a warning that names a Python file, then asks", "asks", "the warning does not help"]),
    row(["dates", "a date in another form than ISO 8601 and RFC 2822 (`Nov 14 2023`, `10:00 EST`)", "every form that dateutil can guess", "refused, as any text that is not a date", "every service and credential source writes those two"]),
    row(["far-zone", "a `TZ` of 24 hours or more from Greenwich", "fails after the call (255)", "prints dates in UTC", "the redrive has been made, and its date is worth printing"]),
    row(["zone-change-day", "the hour at which daylight saving begins or ends under a `TZ` rule without dates (`CET-1CEST`)", "follows the machine's `posixrules` file", "follows the rule in local time", "it matters for a few hours on two days a year"]),
    row(["zone-line-end", "a `TZ` with a carriage return at its end", "is summer time all year", "white space at the end is ignored", "it is a slip in a script"]),
    row(["region-requested-once", "the instance's region, for a role", "is requested twice", "is requested once", "it is the same region"]),
    row(["reader-gone", "a result whose reader is gone", "Python's `BrokenPipeError` lines, 120", "120 without a message", "a reader like `head` usually means it"]),
    row(["closed-stdout", "`help` and `--version` with stdout closed (`>&-`)", "the text goes to stderr or nowhere, 0", "an error, 255", "the requested text was not written"]),
    row(["query-too-large", "a query whose result grows without end (`[@,@]`, piped again and again)", "prints on until memory is full", "ends at 64 MiB with an error (255), after the call", "memory is bounded"]),
    row(["macos-proxies", "proxies of macOS's System Settings or of Windows' registry", "used where no variable names one", "not read: variables only", "they are not files that can be read everywhere"]),
    row(["windows", "Windows: text in the ANSI code page, a home of `HOMEDRIVE` and `HOMEPATH`, `[WinError 2]` in messages", "so", "UTF-8, `USERPROFILE`, `[Errno 2]`", "the build for Windows is an experiment"]),
];
