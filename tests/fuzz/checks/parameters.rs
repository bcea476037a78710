//! Parameters from JavaScript: whatever the bytes, they are refused or can be asked for in every dialect, and what can be sent
//! is values that can be read.

use neo4j_wasm::bolt::packstream::{Reader, Writer, read_map, read_parameters, write_map};

/// The first byte chooses the dialect, the others are a map as `encode.js` writes it.
pub(crate) fn parameters(data: &[u8]) {
    let Some((&choice, bytes)) = data.split_first() else { return };
    let Ok(map) = read_parameters(bytes) else { return };
    let dialect = super::value::dialect(choice);
    let mut writer = Writer::new();
    if write_map(&mut writer, &map, dialect).is_err() {
        return;
    }
    let written = writer.into_bytes();
    let mut reader = Reader::new(&written, dialect.uuids);
    // A structure passes through as it is: its tag and its fields are for the server to judge.
    if read_map(&mut reader, dialect).is_ok() {
        assert_eq!(reader.remaining(), 0, "{written:02x?}");
    }
}
