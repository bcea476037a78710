//! Temporal structures, with the legacy forms of Bolt 4.4.

use neo4j_wasm::bolt::packstream::Dialect;
use neo4j_wasm::value::{
    Duration, EpochSeconds, LocalDate, LocalDateTime, LocalTime, TimeZone, Value, ZonedDateTime, ZonedTime,
};

use super::structures::{both_ways, dialects, needs_exactly, read, refused};
use super::wire::{encoded, hex};

/// The connections on which zoned date-times count from UTC, and the ones on which they do not.
fn by_clock() -> (Vec<Dialect>, Vec<Dialect>) {
    let (utc, local): (Vec<_>, Vec<_>) = dialects().into_iter().partition(|(name, _)| name != "4.4");
    assert_eq!((utc.len(), local.len()), (11, 1), "the UTC patch and every version from 5.0");
    (utc.into_iter().map(|(_, dialect)| dialect).collect(), local.into_iter().map(|(_, dialect)| dialect).collect())
}

fn zoned(seconds: EpochSeconds, zone: TimeZone) -> ZonedDateTime {
    ZonedDateTime::new(seconds, 42, zone).unwrap()
}

fn paris(offset_seconds: Option<i32>) -> TimeZone {
    TimeZone::Named { name: "Europe/Paris".into(), offset_seconds }
}

#[test]
fn a_date_counts_days() {
    for (_, dialect) in dialects() {
        both_ways(LocalDate::new(1970, 1, 1).unwrap(), "B1 44 00", dialect);
        both_ways(LocalDate::new(1970, 1, 2).unwrap(), "B1 44 01", dialect);
        both_ways(LocalDate::new(1969, 12, 31).unwrap(), "B1 44 FF", dialect);
        both_ways(LocalDate::new(2007, 12, 3).unwrap(), "B1 44 C9 36 1A", dialect);
        both_ways(LocalDate::new(999_999_999, 12, 31).unwrap(), "B1 44 CB 00 00 00 55 0A 1B 48 F7", dialect);
        needs_exactly(1, b'D', dialect);
    }
}

#[test]
fn a_time_is_local_and_has_its_offset() {
    for (_, dialect) in dialects() {
        let time = LocalTime::new(0, 0, 1, 0).unwrap();
        both_ways(ZonedTime::new(time, 3_600).unwrap(), "B2 54 CA 3B 9A CA 00 C9 0E 10", dialect);
        both_ways(ZonedTime::new(time, -64_800).unwrap(), "B2 54 CA 3B 9A CA 00 CA FF FF 02 E0", dialect);
        needs_exactly(2, b'T', dialect);
    }
}

#[test]
fn a_local_time_counts_nanoseconds() {
    for (_, dialect) in dialects() {
        both_ways(LocalTime::from_nanoseconds(0).unwrap(), "B1 74 00", dialect);
        let last = LocalTime::new(23, 59, 59, 999_999_999).unwrap();
        both_ways(last, "B1 74 CB 00 00 4E 94 91 4E FF FF", dialect);
        needs_exactly(1, b't', dialect);
    }
}

#[test]
fn a_local_date_time_counts_seconds() {
    for (_, dialect) in dialects() {
        both_ways(LocalDateTime::from_seconds(0, 0).unwrap(), "B2 64 00 00", dialect);
        both_ways(LocalDateTime::from_seconds(-1, 999_999_999).unwrap(), "B2 64 FF CA 3B 9A C9 FF", dialect);
        needs_exactly(2, b'd', dialect);
    }
}

#[test]
fn a_duration_has_four_parts_that_may_be_negative() {
    for (_, dialect) in dialects() {
        let duration = Duration { months: 1, days: -2, seconds: 300, nanoseconds: -4 };
        both_ways(duration, "B4 45 01 FE C9 01 2C FC", dialect);
        let longest = Duration { months: i64::MIN, days: i64::MAX, seconds: 0, nanoseconds: 999_999_999 };
        both_ways(longest, "B4 45 CB 8000000000000000 CB 7FFFFFFFFFFFFFFF 00 CA 3B 9A C9 FF", dialect);
        needs_exactly(4, b'E', dialect);
    }
}

#[test]
fn date_times_count_from_utc_since_5_0_and_with_the_patch() {
    // 1970-01-01T02:15:00.000000042+01:00
    for dialect in by_clock().0 {
        let offset = zoned(EpochSeconds::Utc(4_500), TimeZone::Offset(3_600));
        both_ways(offset, "B3 49 C9 11 94 2A C9 0E 10", dialect);
        let named = zoned(EpochSeconds::Utc(4_500), paris(None));
        both_ways(named, "B3 69 C9 11 94 2A 8C 45 75 72 6F 70 65 2F 50 61 72 69 73", dialect);
        needs_exactly(3, b'I', dialect);
        needs_exactly(3, b'i', dialect);
    }
}

#[test]
fn date_times_count_on_the_zones_clock_in_4_4_without_the_patch() {
    for dialect in by_clock().1 {
        let offset = zoned(EpochSeconds::Local(8_100), TimeZone::Offset(3_600));
        both_ways(offset, "B3 46 C9 1F A4 2A C9 0E 10", dialect);
        let named = zoned(EpochSeconds::Local(8_100), paris(None));
        both_ways(named, "B3 66 C9 1F A4 2A 8C 45 75 72 6F 70 65 2F 50 61 72 69 73", dialect);
        needs_exactly(3, b'F', dialect);
        needs_exactly(3, b'f', dialect);
    }
}

#[test]
fn each_clock_has_its_own_structures_and_not_the_others() {
    let (utc, local) = by_clock();
    for (dialects, bytes) in [
        (&utc, ["B3 46 C9 1F A4 2A C9 0E 10", "B3 66 C9 1F A4 2A 83 47 4D 54"]),
        (&local, ["B3 49 C9 11 94 2A C9 0E 10", "B3 69 C9 11 94 2A 83 47 4D 54"]),
    ] {
        for (dialect, bytes) in dialects.iter().flat_map(|dialect| bytes.map(|bytes| (*dialect, bytes))) {
            assert!(read(&hex(bytes), dialect).unwrap_err().starts_with("Unknown structure"), "{bytes}");
        }
    }
}

#[test]
fn a_date_time_is_sent_on_the_servers_clock_where_the_offset_is_known() {
    let (utc, local) = by_clock();
    for zone in [TimeZone::Offset(3_600), paris(Some(3_600))] {
        let from_utc = zoned(EpochSeconds::Utc(4_500), zone.clone());
        let from_local = zoned(EpochSeconds::Local(8_100), zone);
        for dialect in utc.iter().chain(&local) {
            let write = |value: &ZonedDateTime| encoded(&Value::from(value.clone()), *dialect);
            assert_eq!(write(&from_utc), write(&from_local));
        }
    }
}

#[test]
fn a_date_time_whose_clock_cannot_be_changed_is_refused() {
    let (utc, local) = by_clock();
    for dialect in utc {
        assert!(refused(zoned(EpochSeconds::Local(8_100), paris(None)), dialect).contains("offset_seconds"));
    }
    for dialect in local {
        assert!(refused(zoned(EpochSeconds::Utc(4_500), paris(None)), dialect).contains("offset_seconds"));
    }
}

#[test]
fn the_offset_of_a_named_zone_can_be_handed_over_beside_the_wire() {
    for dialect in by_clock().0 {
        let with_offsets = Dialect { zone_offsets: true, ..dialect };
        let named = zoned(EpochSeconds::Utc(4_500), paris(Some(3_600)));
        let bytes = hex("B4 69 C9 11 94 2A 8C 45 75 72 6F 70 65 2F 50 61 72 69 73 C9 0E 10");
        assert_eq!(read(&bytes, with_offsets), Ok(Value::from(named)));
        assert!(read(&bytes, dialect).is_err(), "never on the wire");
        needs_exactly(4, b'i', with_offsets);
    }
}

#[test]
fn what_no_calendar_or_clock_has_is_an_error() {
    for (name, dialect) in dialects() {
        let (date_time, zone_id) = if name == "4.4" { ("46", "66") } else { ("49", "69") };
        for bytes in [
            // A day beyond the year 999,999,999, and one before -999,999,999.
            "B1 44 CB 00 00 00 55 0A 1B 48 F8".to_owned(),
            "B1 44 CB FF FF FF AA F5 CE C3 25".to_owned(),
            "B1 44 CB 7F FF FF FF FF FF FF FF".to_owned(),
            // A time of day of -1 and of 24 hours.
            "B1 74 FF".to_owned(),
            "B1 74 CB 00 00 4E 94 91 4F 00 00".to_owned(),
            // An offset of more than 18 hours.
            "B2 54 00 CA 00 00 FD 21".to_owned(),
            // A nanosecond of -1 and of a whole second.
            "B2 64 00 FF".to_owned(),
            "B2 64 00 CA 3B 9A CA 00".to_owned(),
            format!("B3 {date_time} 00 CA 3B 9A CA 00 00"),
            format!("B3 {date_time} 00 00 CA 00 00 FD 21"),
            format!("B3 {date_time} 00 00 CB 00 00 00 01 00 00 00 00"),
            format!("B3 {date_time} CB 7F FF FF FF FF FF FF FF 00 00"),
            format!("B3 {zone_id} 00 FF 83 47 4D 54"),
            format!("B3 {zone_id} CB 80 00 00 00 00 00 00 00 00 83 47 4D 54"),
            // Nanoseconds of a duration that do not fit in 32 bits.
            "B4 45 00 00 00 CB 00 00 00 00 80 00 00 00".to_owned(),
        ] {
            let error = read(&hex(&bytes), dialect).unwrap_err();
            assert!(error.ends_with("is out of range"), "{name}: {bytes}: {error}");
        }
        // Not integers where integers are due.
        for bytes in ["B1 44 80", "B1 74 C1 00 00 00 00 00 00 00 00", "B2 54 00 C0", "B4 45 00 00 00 90"] {
            assert!(read(&hex(bytes), dialect).is_err(), "{bytes}");
        }
    }
}
