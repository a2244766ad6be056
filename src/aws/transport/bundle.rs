//! A bundle of authorities (PEM), read as OpenSSL reads it: a broken block makes the whole bundle useless.

use aws_smithy_types::base64;
use rustls::pki_types::CertificateDer;

use super::certificate::Certificate;

/// OpenSSL's words for a bundle without a certificate.
const EMPTY: &str = "[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found";

/// OpenSSL's words for a bundle with a broken block.
const BROKEN: &str = "[X509] PEM lib";

/// The certificates of a bundle that may vouch for servers. Blocks that hold no certificate are passed over.
///
/// # Errors
/// OpenSSL's words for what is wrong.
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
