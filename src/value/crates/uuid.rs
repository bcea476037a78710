//! UUIDs of the crate `uuid`.

use super::{read, sent};
use crate::value::Uuid;

impl From<uuid::Uuid> for Uuid {
    fn from(uuid: uuid::Uuid) -> Self {
        Self(uuid.into_bytes())
    }
}

impl From<Uuid> for uuid::Uuid {
    fn from(uuid: Uuid) -> Self {
        Self::from_bytes(uuid.0)
    }
}

read! { uuid::Uuid: Uuid, }
sent! { uuid::Uuid: Uuid, }

#[cfg(test)]
mod tests {
    use crate::value::{FromValue, Value};

    #[test]
    fn a_uuid_comes_back() {
        let uuid = uuid::Uuid::from_u128(0x550e_8400_e29b_41d4_a716_4466_5544_0000);
        let value = Value::from(uuid);
        assert_eq!(value, Value::Uuid("550e8400-e29b-41d4-a716-446655440000".parse().unwrap()));
        assert_eq!(uuid::Uuid::from_value(value), Ok(uuid));
    }
}
