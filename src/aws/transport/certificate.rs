//! What this program itself reads of a certificate's DER: the signed part, the signature, and for what the key may be used.

/// The purposes `serverAuth` and `anyExtendedKeyUsage`, as the content of their DER.
const SERVER_AUTH: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 1];
const ANY_PURPOSE: &[u8] = &[0x55, 0x1d, 0x25, 0];

/// The extensions of a certificate that are looked at.
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

/// An element of DER.
struct Element<'d> {
    tag: u8,
    content: &'d [u8],
    /// With tag and length.
    whole: &'d [u8],
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
    let whole = der.get(..der.len() - rest.len())?;
    Some((Element { tag: *tag, content, whole }, rest))
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
        Some(Self { der: outer.whole, signed: signed.whole, signature, extensions, after })
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

    /// Whether the trust settings behind the certificate let it vouch for servers.
    pub(crate) fn is_trusted_for_servers(&self) -> bool {
        let settings = split(self.after).map_or(&[][..], |(settings, _)| settings.content);
        let names_servers = |list: Element<'_>| {
            elements(list.content).any(|purpose| [SERVER_AUTH, ANY_PURPOSE].contains(&purpose.content))
        };
        let list = |tag| elements(settings).find(|list| list.tag == tag);
        !list(ZERO).is_some_and(names_servers) && list(SEQUENCE).is_none_or(names_servers)
    }
}
