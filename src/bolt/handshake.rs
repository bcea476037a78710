//! The handshake: four proposals out, a version back, or (manifest v1) the server's list to choose from.

use super::version::Version;
use crate::error::{Error, ErrorKind, Result};

/// What a client says first: the magic number and four proposals, each `00 range minor major`: manifest v1,
/// 5.8 to 5.6, 5.4 to 5.0, 4.4. Version 5.5 was never spoken by a server and is left out.
pub const OFFER: [u8; 20] = [0x60, 0x60, 0xB0, 0x17, 0, 0, 1, 0xFF, 0, 2, 8, 5, 0, 4, 4, 5, 0, 0, 4, 4];

/// The same where a server is known to speak `version`: nothing else is offered, so that requests of that version can be
/// sent right behind it.
#[must_use]
pub fn offer_only(version: Version) -> [u8; 20] {
    let mut offer = [0; 20];
    offer[..4].copy_from_slice(&OFFER[..4]);
    (offer[6], offer[7]) = (version.minor, version.major);
    offer
}

const MANIFEST_V1: [u8; 4] = [0, 0, 1, 0xFF];
const NO_MATCH: [u8; 4] = [0; 4];
const HTTP: [u8; 4] = *b"HTTP";
/// Far more versions than there are, far fewer than would cost anything.
const MOST_OFFERS: u64 = 1_024;

/// What the server's bytes came to, and how many of them the handshake used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// The version that both speak.
    pub version: Version,
    /// What must be sent before the first request; empty unless the server sent a manifest.
    pub answer: Vec<u8>,
    /// How many bytes belong to the handshake; what follows is messages.
    pub used: usize,
}

/// Reads the server's answer from all bytes received so far; `None` while they are not enough.
///
/// # Errors
/// A protocol error (`UnsupportedVersion`) when there is no common version, or (`ProtocolViolation`) when the
/// answer is not one that Bolt knows.
pub fn read_answer(bytes: &[u8]) -> Result<Option<Agreement>> {
    let Some((head, _)) = bytes.split_first_chunk::<4>() else { return Ok(None) };
    match *head {
        MANIFEST_V1 => read_manifest(bytes),
        NO_MATCH => Err(unsupported("The server speaks none of the Bolt versions this driver does (4.4 to 6.1)")),
        HTTP => Err(Error::protocol(
            "The port answers in HTTP, not Bolt: use the Bolt port, 7687 unless it was configured otherwise",
        )),
        [0, 0, minor, major] => {
            let version = Version { major, minor };
            agreed(version, version.is_supported())
        }
        // Not by `Debug`, which says nothing in the npm build.
        _ => Err(Error::protocol(format!(
            "The server's handshake answer {:#010x} is not Bolt: is this its Bolt port (7687 by default)?",
            u32::from_be_bytes(*head)
        ))),
    }
}

/// As [`read_answer`], where nothing but `offered` was.
///
/// # Errors
/// As [`read_answer`], and (`UnsupportedVersion`) when the answer is another version.
pub fn read_answer_to_only(offered: Version, bytes: &[u8]) -> Result<Option<Agreement>> {
    match bytes.first_chunk::<4>() {
        Some(head @ [0, 0, minor, major]) if *head != NO_MATCH => {
            let version = Version { major: *major, minor: *minor };
            agreed(version, version == offered)
        }
        _ => read_answer(bytes),
    }
}

/// Whether the server's answer is that it speaks nothing of what was offered.
pub(super) fn declines(answer: &[u8]) -> bool {
    answer.starts_with(&NO_MATCH)
}

fn agreed(version: Version, was_offered: bool) -> Result<Option<Agreement>> {
    if !was_offered {
        return Err(unsupported(&format!("The server chose Bolt {version}, which was not offered")));
    }
    Ok(Some(Agreement { version, answer: Vec::new(), used: 4 }))
}

fn read_manifest(bytes: &[u8]) -> Result<Option<Agreement>> {
    let mut at = 4;
    let Some(count) = read_varint(bytes, &mut at)? else { return Ok(None) };
    if count > MOST_OFFERS {
        return Err(Error::protocol(format!("The server's manifest claims {count} versions")));
    }
    let mut best = None;
    for _ in 0..count {
        let Some(&[_, range, minor, major]) = bytes.get(at..at + 4) else { return Ok(None) };
        at += 4;
        let spoken = Version::SUPPORTED.into_iter().find(|version| {
            version.major == major && version.minor <= minor && version.minor >= minor.saturating_sub(range)
        });
        best = best.max(spoken);
    }
    // The capabilities that the server has: none exists yet that this driver would choose.
    if read_varint(bytes, &mut at)?.is_none() {
        return Ok(None);
    }
    let version =
        best.ok_or_else(|| unsupported("The server speaks none of the Bolt versions this driver does (4.4 to 6.1)"))?;
    Ok(Some(Agreement { version, answer: vec![0, 0, version.minor, version.major, 0], used: at }))
}

/// Seven bits a byte, the lowest first, the top bit set on all but the last; ten bytes hold 64 bits.
fn read_varint(bytes: &[u8], at: &mut usize) -> Result<Option<u64>> {
    let mut value = 0;
    for shift in 0..10 {
        let Some(&byte) = bytes.get(*at) else { return Ok(None) };
        *at += 1;
        value |= u64::from(byte & 0x7F) << (7 * shift);
        if byte & 0x80 == 0 {
            return Ok(Some(value));
        }
    }
    Err(Error::protocol("A number in the server's manifest does not end"))
}

fn unsupported(message: &str) -> Error {
    Error::new(ErrorKind::Protocol, "UnsupportedVersion", message)
}
