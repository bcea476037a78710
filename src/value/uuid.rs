//! `Uuid`: sixteen bytes and their usual text form.

use std::fmt;
use std::str::FromStr;

/// A Cypher `UUID`.
///
/// ```
/// use neo4j_wasm::value::Uuid;
///
/// let uuid: Uuid = "550e8400-e29b-41d4-a716-446655440000".parse()?;
/// assert_eq!(uuid.0[0], 0x55);
/// assert_eq!(uuid.to_string(), "550e8400-e29b-41d4-a716-446655440000");
/// # Ok::<(), neo4j_wasm::value::InvalidUuid>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uuid(
    /// The bytes, the most significant first.
    pub [u8; 16],
);

/// The text is not 32 hexadecimal digits in the groups 8-4-4-4-12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a UUID: 32 hexadecimal digits in groups of 8-4-4-4-12 are expected")]
pub struct InvalidUuid;

impl fmt::Display for Uuid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                formatter.write_str("-")?;
            }
            write!(formatter, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl FromStr for Uuid {
    type Err = InvalidUuid;

    fn from_str(text: &str) -> Result<Self, InvalidUuid> {
        let bytes = text.as_bytes();
        if bytes.len() != 36 || [8, 13, 18, 23].iter().any(|&at| bytes[at] != b'-') {
            return Err(InvalidUuid);
        }
        let mut digits = bytes.iter().filter(|&&byte| byte != b'-').map(|&byte| char::from(byte).to_digit(16));
        let mut uuid = [0; 16];
        for byte in &mut uuid {
            let (Some(Some(high)), Some(Some(low))) = (digits.next(), digits.next()) else { return Err(InvalidUuid) };
            *byte = u8::try_from(high << 4 | low).map_err(|_| InvalidUuid)?;
        }
        if digits.next().is_some() { Err(InvalidUuid) } else { Ok(Self(uuid)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_uuid_is_refused() {
        for text in [
            "",
            "550e8400e29b41d4a716446655440000",
            "550e8400-e29b-41d4-a716-44665544000g",
            "550e8400-e29b-41d4-a716-4466554400000",
            "550e8400-e29b-41d4-a716-44665544é00",
            "550e8400-e29b-41d4-a716------------",
            "------------------------------------",
        ] {
            assert_eq!(text.parse::<Uuid>(), Err(InvalidUuid), "{text}");
        }
    }
}
