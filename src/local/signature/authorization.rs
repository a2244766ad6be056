//! The `Authorization` header, cut into its parts.

use http::HeaderMap;

use super::super::refusal::Refusal;

/// The only scheme that is understood.
pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// `AWS4-HMAC-SHA256 Credential=KEY/DAY/REGION/SERVICE/aws4_request, SignedHeaders=a;b, Signature=HEX`.
pub(crate) struct Authorization<'a> {
    /// The whole header, for messages.
    pub(crate) text: &'a str,
    pub(crate) access_key_id: &'a str,
    /// What the signature is good for.
    pub(crate) scope: Scope<'a>,
    /// The names of the headers that are signed, in lower case as given.
    pub(crate) signed_headers: Vec<&'a str>,
    pub(crate) signature: &'a str,
}

/// What a signature is good for.
pub(crate) struct Scope<'a> {
    /// `YYYYMMDD`.
    pub(crate) day: &'a str,
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
    pub(crate) terminator: &'a str,
}

impl<'a> Authorization<'a> {
    pub(crate) fn of(headers: &'a HeaderMap) -> Result<Self, Refusal> {
        let value = headers.get(http::header::AUTHORIZATION).ok_or_else(Refusal::missing_authentication_token)?;
        let text =
            value.to_str().map_err(|_| Refusal::incomplete_signature("Authorization header is no ASCII text"))?;
        let Some(parameters) = text.strip_prefix(ALGORITHM).filter(|rest| rest.is_empty() || rest.starts_with(' '))
        else {
            let scheme = text.split(' ').next().unwrap_or_default();
            return Err(Refusal::incomplete_signature(format!("Unsupported AWS 'algorithm': '{scheme}'.")));
        };
        let (mut credential, mut signed_headers, mut signature) = (None, None, None);
        for pair in parameters.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("Credential", value)) => credential = Some(value),
                Some(("SignedHeaders", value)) => signed_headers = Some(value),
                Some(("Signature", value)) => signature = Some(value),
                Some(_) => {}
                None => {
                    return Err(Refusal::incomplete_signature(format!(
                        "'{pair}' not a valid key=value pair (missing equal-sign) in Authorization header: '{text}'."
                    )));
                }
            }
        }
        let (Some(credential), Some(signed_headers), Some(signature)) = (credential, signed_headers, signature) else {
            let lacking = [("Credential", credential), ("Signature", signature), ("SignedHeaders", signed_headers)]
                .into_iter()
                .filter(|(_, value)| value.is_none())
                .map(|(name, _)| format!("Authorization header requires '{name}' parameter. "));
            return Err(Refusal::incomplete_signature(format!("{}Authorization={text}", lacking.collect::<String>())));
        };
        let (access_key_id, scope) = Scope::parse(credential)?;
        Ok(Self { text, access_key_id, scope, signed_headers: signed_headers.split(';').collect(), signature })
    }
}

impl<'a> Scope<'a> {
    /// An access key's id and the scope after it. The id may itself hold slashes.
    fn parse(credential: &'a str) -> Result<(&'a str, Self), Refusal> {
        let mut parts = credential.rsplitn(5, '/');
        let mut next = || parts.next();
        match (next(), next(), next(), next(), next()) {
            (Some(terminator), Some(service), Some(region), Some(day), Some(access_key_id)) => {
                Ok((access_key_id, Self { day, region, service, terminator }))
            }
            _ => Err(Refusal::incomplete_signature(format!(
                "Credential must have at least 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{credential}'"
            ))),
        }
    }
}
