//! `Auth`: where a driver's authentication comes from, and who a connection is logged in as.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use super::turns::Turns;
use crate::bolt::AuthToken;
use crate::error::{Error, ErrorKind, Result};
use crate::platform::{Caller, LocalFuture, Platform, milliseconds, within};

/// Where a driver's authentication comes from.
///
/// ```
/// use neo4j_wasm::{AuthToken, Config};
///
/// let user = Config { auth: ("neo4j", "password").into(), ..Config::default() };
/// let single_sign_on = Config { auth: AuthToken::bearer("token").into(), ..Config::default() };
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Auth {
    /// Always the same token.
    Token(AuthToken),
    /// A token that can change.
    Manager(AuthManager),
}

impl From<AuthToken> for Auth {
    fn from(token: AuthToken) -> Self {
        Self::Token(token)
    }
}

/// A user name and a password.
impl From<(&str, &str)> for Auth {
    fn from((user, password): (&str, &str)) -> Self {
        Self::Token(AuthToken::basic(user, password, None))
    }
}

impl From<AuthManager> for Auth {
    fn from(manager: AuthManager) -> Self {
        Self::Manager(manager)
    }
}

/// Supplies authentication tokens that can change: passwords that are rotated, tokens that expire.
///
/// Asked whenever a connection is about to be used, so it must be quick where nothing has changed.
///
/// ```
/// use std::time::Duration;
/// use neo4j_wasm::{AuthManager, AuthToken, Config};
///
/// let manager = AuthManager::bearer(async || Ok((AuthToken::bearer("token"), Some(Duration::from_secs(600)))));
/// let config = Config { auth: manager.into(), ..Config::default() };
/// ```
#[derive(Clone)]
pub struct AuthManager {
    supply: Rc<Supply>,
    judge: Rc<Judge>,
}

/// Gets to know the platform's time.
type Supply = dyn Fn(Duration) -> LocalFuture<Result<AuthToken>>;
type Judge = dyn Fn(AuthToken, String) -> LocalFuture<Result<bool>>;

const UNAUTHORIZED: &str = "Neo.ClientError.Security.Unauthorized";
const TOKEN_EXPIRED: &str = "Neo.ClientError.Security.TokenExpired";

impl AuthManager {
    /// From two functions: one that supplies the token, and one that hears which token the server has refused and with
    /// which code. If the second says `true`, the error is worth another try.
    pub fn new<S, J>(
        token: impl Fn() -> S + 'static,
        handle_security_error: impl Fn(AuthToken, String) -> J + 'static,
    ) -> Self
    where
        S: Future<Output = Result<AuthToken>> + 'static,
        J: Future<Output = Result<bool>> + 'static,
    {
        Self {
            supply: Rc::new(move |_| Box::pin(token())),
            judge: Rc::new(move |token, code| Box::pin(handle_security_error(token, code))),
        }
    }

    /// For passwords: asks `provider` once, and again when the server has refused what it supplied.
    pub fn basic<F>(provider: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Result<AuthToken>> + 'static,
    {
        let provider = move || {
            let token = provider();
            async { Ok((token.await?, None)) }
        };
        Self::renewing(provider, &[UNAUTHORIZED])
    }

    /// For single sign-on: asks `provider` once, and again when the time that it gave the token is over or when the
    /// server has refused it.
    pub fn bearer<F>(provider: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Result<(AuthToken, Option<Duration>)>> + 'static,
    {
        Self::renewing(provider, &[UNAUTHORIZED, TOKEN_EXPIRED])
    }

    fn renewing<F>(provider: impl Fn() -> F + 'static, codes: &'static [&'static str]) -> Self
    where
        F: Future<Output = Result<(AuthToken, Option<Duration>)>> + 'static,
    {
        let supplied: Rc<Supplied> = Rc::new(Supplied { current: RefCell::default(), turns: Turns::new(1) });
        let provider = Rc::new(provider);
        let known = Rc::clone(&supplied);
        let supply = move |now| {
            let (known, provider) = (Rc::clone(&known), Rc::clone(&provider));
            let token: LocalFuture<_> = Box::pin(async move { known.get(now, &*provider).await });
            token
        };
        let judge = move |token: AuthToken, code: String| {
            let handled = codes.contains(&code.as_str());
            if handled {
                supplied.forget(&token);
            }
            let verdict: LocalFuture<_> = Box::pin(async move { Ok(handled) });
            verdict
        };
        Self { supply: Rc::new(supply), judge: Rc::new(judge) }
    }

    /// Whether the error is worth another try.
    pub(super) fn judge(&self, token: AuthToken, code: String) -> LocalFuture<Result<bool>> {
        (self.judge)(token, code)
    }
}

/// What a provider has supplied.
struct Supplied {
    /// With the time when it expires.
    current: RefCell<Option<(AuthToken, Option<Duration>)>>,
    /// The provider is asked by one at a time; the others wait for what it says.
    turns: Rc<Turns>,
}

impl Supplied {
    async fn get<F: Future<Output = Result<(AuthToken, Option<Duration>)>>>(
        &self,
        now: Duration,
        provider: impl Fn() -> F,
    ) -> Result<AuthToken> {
        let _turn = self.turns.next().await;
        if let Some((token, expires)) = &*self.current.borrow()
            && expires.is_none_or(|expires| now < expires)
        {
            return Ok(token.clone());
        }
        let (token, lifetime) = provider().await?;
        self.current.replace(Some((token.clone(), lifetime.map(|lifetime| now.saturating_add(lifetime)))));
        Ok(token)
    }

    fn forget(&self, refused: &AuthToken) {
        self.current.borrow_mut().take_if(|(token, _)| token == refused);
    }
}

/// Handles on the same one are equal.
impl PartialEq for AuthManager {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.supply, &other.supply) && Rc::ptr_eq(&self.judge, &other.judge)
    }
}

impl fmt::Debug for AuthManager {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AuthManager")
    }
}

/// Who a connection is logged in as.
#[derive(Clone)]
pub(super) struct Login {
    pub(super) token: AuthToken,
    /// Who has supplied the token and hears when the server refuses it.
    pub(super) manager: Option<AuthManager>,
    /// Whose call has led to asking for it.
    pub(super) caller: Option<Caller>,
}

impl Login {
    /// For a connection on which nobody logs in.
    pub(super) fn nobody() -> Self {
        Self { token: AuthToken::none(), manager: None, caller: None }
    }

    /// `session`: the token of a session that is someone else. `limit`: how long an auth token manager may take.
    pub(super) async fn get(
        auth: &Auth,
        session: Option<&AuthToken>,
        platform: &dyn Platform,
        limit: Duration,
    ) -> Result<Self> {
        match (session, auth) {
            (Some(token), _) | (None, Auth::Token(token)) => {
                Ok(Self { token: token.clone(), manager: None, caller: None })
            }
            (None, Auth::Manager(manager)) => {
                let supplied = within(platform, limit, (manager.supply)(platform.now())).await.unwrap_or_else(|| {
                    let message = format!("it gave no token within {} ms", milliseconds(limit));
                    Err(Error::new(ErrorKind::Timeout, "AuthTokenManagerTimeout", message))
                });
                let token = supplied.map_err(|error| {
                    let message = format!("The auth token manager failed: {}", error.message());
                    Error::new(ErrorKind::Auth, "AuthTokenManagerFailed", message).caused_by(error)
                })?;
                Ok(Self { token, manager: Some(manager.clone()), caller: Caller::current() })
            }
        }
    }
}
