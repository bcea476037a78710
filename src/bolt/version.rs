//! `Version`: the one place that compares protocol versions. Everything else asks it what a version has.

use std::fmt;

use super::packstream::Dialect;

/// A Bolt protocol version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// Major.
    pub major: u8,
    /// Minor.
    pub minor: u8,
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

const fn version(major: u8, minor: u8) -> Version {
    Version { major, minor }
}

impl Version {
    /// Every version this driver speaks, the newest first. 5.5 was never negotiated by any server.
    pub const SUPPORTED: [Self; 11] = [
        version(6, 1),
        version(6, 0),
        version(5, 8),
        version(5, 7),
        version(5, 6),
        version(5, 4),
        version(5, 3),
        version(5, 2),
        version(5, 1),
        version(5, 0),
        version(4, 4),
    ];

    /// The newest forms that structures take.
    pub(crate) fn newest_dialect() -> Dialect {
        Self::SUPPORTED[0].dialect(false)
    }

    /// Whether this driver speaks the version.
    #[must_use]
    pub fn is_supported(self) -> bool {
        Self::SUPPORTED.contains(&self)
    }

    /// The version of that name, such as `5.8`, if this driver speaks it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::SUPPORTED.into_iter().find(|version| version.to_string() == name)
    }

    /// LOGON and LOGOFF exist; before, HELLO carries the credentials.
    #[must_use]
    pub fn has_logon(self) -> bool {
        self >= version(5, 1)
    }

    /// Requests can filter notifications.
    #[must_use]
    pub fn has_notification_filters(self) -> bool {
        self >= version(5, 2)
    }

    /// HELLO says which driver this is in a map of its own.
    #[must_use]
    pub fn has_bolt_agent(self) -> bool {
        self >= version(5, 3)
    }

    /// TELEMETRY exists.
    #[must_use]
    pub fn has_telemetry(self) -> bool {
        self >= version(5, 4)
    }

    /// Notifications are GQL statuses, and filters speak of classifications rather than categories.
    #[must_use]
    pub fn has_gql_statuses(self) -> bool {
        self >= version(5, 5)
    }

    /// Failures are GQL errors.
    #[must_use]
    pub fn has_gql_errors(self) -> bool {
        self >= version(5, 7)
    }

    /// HELLO may ask for date-times that count from UTC; later versions always do.
    #[must_use]
    pub fn needs_utc_patch(self) -> bool {
        self < version(5, 0)
    }

    /// The forms that structures take. `utc_patch`: the server has agreed to the UTC patch.
    #[must_use]
    pub fn dialect(self, utc_patch: bool) -> Dialect {
        Dialect {
            element_ids: self >= version(5, 0),
            utc: utc_patch || !self.needs_utc_patch(),
            vectors: self >= version(6, 0),
            uuids: self >= version(6, 1),
            zone_offsets: false,
        }
    }
}
