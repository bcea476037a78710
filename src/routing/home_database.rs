//! `HomeDatabases`: which database each user's home was, when it was last seen.

use super::Need;
use crate::bolt::AuthToken;
use crate::connection::Few;

/// So many users at most: whoever serves more of them loses a round trip now and then, not its memory.
const CAPACITY: usize = 1_000;

/// The home databases of users.
#[derive(Debug, Default)]
pub(super) struct HomeDatabases {
    known: Few<User, String>,
    /// Whether the server that was talked to last routes by itself. Only then is it safe to go by what is known.
    pub(super) servers_route: bool,
}

/// Whose home it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum User {
    /// Whom the driver is authenticated as.
    Default,
    /// An impersonated user, or one with a session of its own.
    Named(String),
    /// The owner of a token without a name.
    Owner(Vec<u8>),
}

impl User {
    pub(super) fn of(need: &Need<'_>) -> Self {
        let named = need.impersonated_user.or(need.wanted.session.and_then(AuthToken::user));
        match (named, need.wanted.session) {
            (Some(user), _) => Self::Named(user.to_owned()),
            (None, Some(token)) => Self::Owner(token.to_bytes()),
            (None, None) => Self::Default,
        }
    }
}

impl HomeDatabases {
    pub(super) fn get(&self, user: &User) -> Option<&str> {
        self.known.get(user).map(String::as_str)
    }

    pub(super) fn put(&mut self, user: User, database: &str) {
        if self.known.len() >= CAPACITY {
            self.known = Few::default();
        }
        self.known.insert(user, database.to_owned());
    }

    pub(super) fn forget(&mut self, user: &User) {
        self.known.remove(user);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::As;

    fn user(impersonated_user: Option<&str>, session: Option<&AuthToken>) -> User {
        let wanted = As { session, ..As::default() };
        User::of(&Need { writes: false, database: None, impersonated_user, wanted, bookmarks: &[] })
    }

    #[test]
    fn users_are_told_apart_by_name_and_else_by_their_token() {
        let (ann, bob) = (AuthToken::basic("ann", "1", None), AuthToken::basic("bob", "1", None));
        assert_eq!(user(None, Some(&ann)), user(Some("ann"), Some(&bob)));
        assert_eq!(user(None, Some(&ann)), user(None, Some(&AuthToken::basic("ann", "2", None))));
        assert_ne!(user(None, Some(&ann)), user(None, Some(&bob)));
        let (one, two) = (AuthToken::bearer("1"), AuthToken::bearer("2"));
        assert_ne!(user(None, Some(&one)), user(None, Some(&two)));
        assert_eq!(user(None, Some(&one)), user(None, Some(&one)));
        assert_eq!(user(None, None), User::Default);
    }

    #[test]
    fn there_is_a_limit_to_how_many_are_kept() {
        let mut homes = HomeDatabases::default();
        for number in 0..=CAPACITY {
            homes.put(User::Named(number.to_string()), "films");
        }
        assert!(homes.known.len() <= CAPACITY);
        assert_eq!(homes.get(&User::Named(CAPACITY.to_string())), Some("films"));
    }
}
