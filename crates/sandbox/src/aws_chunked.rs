//! Bodies in the `aws-chunked` encoding, which S3 clients use to sign or checksum as they send.

use bytes::{Bytes, BytesMut};
use http::HeaderMap;

/// Whether the headers say that the body is chunked in AWS's own way.
pub(crate) fn is_encoded(headers: &HeaderMap) -> bool {
    let says = |name: &str, what: &str| {
        headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).any(|value| value.contains(what))
    };
    says("x-amz-content-sha256", "STREAMING-") || says("content-encoding", "aws-chunked")
}

/// The body itself, without chunk sizes, chunk signatures and trailers; `None` where the encoding
/// is broken.
pub(crate) fn decode(mut encoded: &[u8]) -> Option<Bytes> {
    let mut body = BytesMut::new();
    loop {
        let end = encoded.windows(2).position(|pair| pair == b"\r\n")?;
        let line = std::str::from_utf8(&encoded[..end]).ok()?;
        // `SIZE` or `SIZE;chunk-signature=…`, the size in hexadecimal.
        let size = line.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        encoded = &encoded[end + 2..];
        if size == 0 {
            // What follows are trailers: checksums over what has been read already.
            return Some(body.freeze());
        }
        body.extend_from_slice(encoded.get(..size)?);
        encoded = encoded.get(size..)?.strip_prefix(b"\r\n")?;
    }
}

/// Leaves the headers as they would be without the encoding.
pub(crate) fn strip_headers(headers: &mut HeaderMap) {
    let rest = headers.get("content-encoding").and_then(|value| value.to_str().ok()).map(|value| {
        value
            .split(',')
            .map(str::trim)
            .filter(|encoding| !encoding.is_empty() && *encoding != "aws-chunked")
            .collect::<Vec<_>>()
            .join(",")
    });
    headers.remove("content-encoding");
    if let Some(Ok(rest)) = rest.filter(|rest| !rest.is_empty()).map(|rest| rest.parse()) {
        headers.insert("content-encoding", rest);
    }
    headers.remove("x-amz-trailer");
    headers.remove("x-amz-decoded-content-length");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(encoded: &str, expected: Option<&str>) {
        assert_eq!(decode(encoded.as_bytes()).as_deref(), expected.map(str::as_bytes));
    }

    #[test]
    fn chunks_signatures_and_trailers_come_off() {
        check("5\r\nhello\r\n0\r\n\r\n", Some("hello"));
        check(
            "3;chunk-signature=ab\r\na\r\n\r\n2;chunk-signature=cd\r\nbc\r\n0;chunk-signature=ef\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
            Some("a\r\nbc"),
        );
        check("0\r\n\r\n", Some(""));
    }

    #[test]
    fn a_broken_encoding_is_noticed() {
        check("5\r\nhel", None);
        check("5\r\nhello!!0\r\n\r\n", None);
        check("no size", None);
    }
}
