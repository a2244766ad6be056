//! Certificates as OpenSSL reads them: a bundle of authorities (PEM), which a broken block makes useless, and of a certificate's DER the
//! signed part, the signature, and for what the key may be used.

use aws_smithy_types::base64;
use rustls::pki_types::CertificateDer;

/// OpenSSL's words for a bundle without a certificate.
const EMPTY: &str = "[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found";

/// OpenSSL's words for a bundle with a broken block.
const BROKEN: &str = "[X509] PEM lib";

/// The certificates of a bundle that may vouch for servers. Blocks that hold no certificate are passed over.
pub(crate) fn authorities(file: &[u8]) -> Result<Vec<CertificateDer<'static>>, &'static str> {
    let mut lines = file.split(|&byte| byte == b'\n').map(trim_end);
    let mut found = false;
    let mut authorities = Vec::new();
    while let Some(label) = next_label(&mut lines) {
        let der = block(&mut lines, label)?.map(base64::decode).transpose().map_err(|_| BROKEN)?;
        if !matches!(label, b"CERTIFICATE" | b"X509 CERTIFICATE" | b"TRUSTED CERTIFICATE") {
            continue;
        }
        let der = der.ok_or(BROKEN)?;
        let certificate = Certificate::parse(&der).ok_or(BROKEN)?;
        found = true;
        if label != b"TRUSTED CERTIFICATE" || certificate.is_trusted_for_servers() {
            authorities.push(CertificateDer::from(certificate.der.to_vec()));
        }
    }
    if found { Ok(authorities) } else { Err(EMPTY) }
}

/// Goes to the next `BEGIN`; returns what begins there.
fn next_label<'f>(lines: &mut impl Iterator<Item = &'f [u8]>) -> Option<&'f [u8]> {
    let label = |line: &'f [u8]| {
        let label = line.strip_prefix(b"-----BEGIN ")?.strip_suffix(b"-----")?;
        (!label.contains(&b'\r')).then_some(label)
    };
    let first = lines.next()?;
    // The byte order mark that some editors put there.
    label(first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first)).or_else(|| lines.find_map(label))
}

/// The base64 text up to the `END`; `None` where it is behind a header, which no certificate has.
fn block<'f>(lines: &mut impl Iterator<Item = &'f [u8]>, label: &[u8]) -> Result<Option<String>, &'static str> {
    let mut text = Vec::new();
    let mut blanks = 0;
    let mut has_header = false;
    loop {
        let line = lines.next().ok_or(BROKEN)?;
        if let Some(end) = line.strip_prefix(b"-----END ") {
            let ends_this = end.strip_suffix(b"-----") == Some(label);
            // The text ends where a hyphen stands, as in a block that was cut off.
            let text = text.split(|&byte| byte == b'-').next().unwrap_or_default();
            let text = String::from_utf8(text.to_vec()).ok().filter(|_| !has_header);
            return if ends_this { Ok(text) } else { Err(BROKEN) };
        }
        if line.is_empty() {
            // What stands before a blank line is a header.
            blanks += 1;
            has_header |= !text.is_empty() || blanks > 1;
        }
        text.extend(line.iter().filter(|byte| !byte.is_ascii_whitespace()));
    }
}

fn trim_end(line: &[u8]) -> &[u8] {
    let length = line.iter().rposition(|&byte| byte > b' ').map_or(0, |last| last + 1);
    line.get(..length).unwrap_or_default()
}

/// The purposes `serverAuth` and `anyExtendedKeyUsage`, as the content of their DER.
const SERVER_AUTH: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 1];
const ANY_PURPOSE: &[u8] = &[0x55, 0x1d, 0x25, 0];

const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];

/// The bits of the key usage, one of which TLS needs: digitalSignature, keyEncipherment, keyAgreement.
const USAGES_OF_TLS: u8 = 0b1010_1000;

const OBJECT_IDENTIFIER: u8 = 0x06;
const OCTET_STRING: u8 = 0x04;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;
/// What is tagged `[0]` or `[3]`.
const ZERO: u8 = 0xa0;
const THREE: u8 = 0xa3;

struct Element<'d> {
    tag: u8,
    content: &'d [u8],
    /// With tag and length.
    encoded: &'d [u8],
}

/// The first element, and what follows it.
fn split(der: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let [tag, first, rest @ ..] = der else { return None };
    let (length, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        0x81..=0x84 => {
            let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (length.iter().fold(0, |length, &byte| length << 8 | usize::from(byte)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    let encoded = der.get(..der.len() - rest.len())?;
    Some((Element { tag: *tag, content, encoded }, rest))
}

fn elements(der: &[u8]) -> impl Iterator<Item = Element<'_>> {
    let mut rest = der;
    std::iter::from_fn(move || {
        let (element, after) = split(rest)?;
        rest = after;
        Some(element)
    })
}

pub(crate) struct Certificate<'d> {
    /// The certificate alone, without what follows it.
    pub(crate) der: &'d [u8],
    pub(crate) signed: &'d [u8],
    pub(crate) signature: &'d [u8],
    extensions: &'d [u8],
    /// What follows the certificate: OpenSSL's trust settings, in a block `TRUSTED CERTIFICATE`.
    after: &'d [u8],
}

impl<'d> Certificate<'d> {
    /// `None` where a part is missing.
    pub(crate) fn parse(der: &'d [u8]) -> Option<Self> {
        let (outer, after) = split(der).filter(|(outer, _)| outer.tag == SEQUENCE)?;
        let parts: [Element<'_>; 3] = elements(outer.content).collect::<Vec<_>>().try_into().ok()?;
        let [signed, algorithm, signature] = parts;
        if (signed.tag, algorithm.tag, signature.tag) != (SEQUENCE, SEQUENCE, BIT_STRING) {
            return None;
        }
        // No bit of the last byte is unused.
        let signature = signature.content.strip_prefix(&[0])?;
        let extensions = elements(signed.content).find(|part| part.tag == THREE).and_then(|part| split(part.content));
        let extensions = extensions.map_or(&[][..], |(list, _)| list.content);
        Some(Self { der: outer.encoded, signed: signed.encoded, signature, extensions, after })
    }

    fn extension(&self, identifier: &[u8]) -> Option<Element<'d>> {
        let extension = elements(self.extensions).find(|extension| {
            elements(extension.content).any(|part| part.tag == OBJECT_IDENTIFIER && part.content == identifier)
        })?;
        let value = elements(extension.content).find(|part| part.tag == OCTET_STRING)?;
        split(value.content).map(|(value, _)| value)
    }

    /// Whether a TLS server may use the key, by OpenSSL's rules: a list of usages must name it; "any" does not count.
    pub(crate) fn is_for_servers(&self) -> bool {
        let usage = self
            .extension(KEY_USAGE)
            .is_none_or(|usage| usage.content.get(1).is_some_and(|bits| bits & USAGES_OF_TLS != 0));
        let purposes = self.extension(EXTENDED_KEY_USAGE);
        usage && purposes.is_none_or(|purposes| elements(purposes.content).any(|one| one.content == SERVER_AUTH))
    }

    pub(crate) fn is_trusted_for_servers(&self) -> bool {
        let settings = split(self.after).map_or(&[][..], |(settings, _)| settings.content);
        let names_servers = |list: Element<'_>| {
            elements(list.content).any(|purpose| [SERVER_AUTH, ANY_PURPOSE].contains(&purpose.content))
        };
        let list = |tag| elements(settings).find(|list| list.tag == tag);
        !list(ZERO).is_some_and(names_servers) && list(SEQUENCE).is_none_or(names_servers)
    }
}

#[cfg(test)]
mod tests {
    use super::{BROKEN, EMPTY, authorities};

    /// The least that has the parts of a certificate: two sequences and a bit string in a sequence.
    const BLOCK: &str = "-----BEGIN CERTIFICATE-----\nMAgwADAAAwIAAQ==\n-----END CERTIFICATE-----\n";

    #[test]
    fn what_openssl_reads_is_read() {
        for (file, count) in [
            (BLOCK.to_owned(), 1),
            (BLOCK.repeat(2), 2),
            (format!("\u{feff}{BLOCK}"), 1),
            (BLOCK.replace('\n', " \r\n"), 1),
            (BLOCK.replace("CERT", "X509 CERT"), 1),
            (BLOCK.replace("CERT", "TRUSTED CERT"), 1),
            (BLOCK.replace("-----\nM", "-----\n\nM"), 1),
            (BLOCK.replace("CERTIFICATE", "SOMETHING") + BLOCK, 1),
            (
                format!(
                    "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4\n\nAA==\n-----END RSA PRIVATE KEY-----\n{BLOCK}"
                ),
                1,
            ),
        ] {
            assert_eq!(authorities(file.as_bytes()).map(|found| found.len()), Ok(count), "{file}");
        }
    }

    #[test]
    fn one_broken_block_spoils_the_bundle() {
        for broken in [
            BLOCK.replace("MAgw", "M!gw"),
            BLOCK.replace("==", ""),
            BLOCK.replace("MAgw", "MAkw"),
            BLOCK.replace("wADA", "wA\n\nDA"),
            BLOCK.replace("==\n", "==\n\n"),
            BLOCK.replace("END CERT", "END X509 CERT"),
            BLOCK.replace("-----END CERTIFICATE-----", ""),
            BLOCK.trim_end().repeat(2),
        ] {
            assert_eq!(authorities(format!("{BLOCK}{broken}").as_bytes()), Err(BROKEN), "{broken}");
        }
    }

    #[test]
    fn a_file_without_a_certificate_is_refused() {
        for file in [String::new(), "text".to_owned(), format!(" {BLOCK}"), BLOCK.replace('\n', "\r")] {
            assert_eq!(authorities(file.as_bytes()), Err(EMPTY), "{file}");
        }
    }
}
