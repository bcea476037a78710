//! The server's states, as the Bolt documentation tables them: what each answer to each request leads to.

/// Where the server stands in the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ServerState {
    /// Connected; HELLO is due.
    Negotiation,
    /// HELLO is done; LOGON is due.
    Authentication,
    /// Idle.
    Ready,
    /// The result of an auto-commit query is waiting.
    Streaming,
    /// In a transaction with no result waiting.
    TxReady,
    /// In a transaction with results waiting.
    TxStreaming,
    /// A request has failed: all others are ignored until RESET.
    Failed,
    /// RESET is on its way: all others are ignored.
    Interrupted,
    /// The connection is of no more use.
    Defunct,
}

/// What a request is, without its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestKind {
    /// HELLO. `authenticates`: it carries credentials, as it does before Bolt 5.1.
    Hello {
        /// No LOGON follows.
        authenticates: bool,
    },
    /// LOGON.
    Logon,
    /// LOGOFF.
    Logoff,
    /// RESET.
    Reset,
    /// RUN.
    Run,
    /// PULL or DISCARD.
    Stream {
        /// PULL: records may come before the summary.
        records: bool,
    },
    /// BEGIN.
    Begin,
    /// COMMIT or ROLLBACK.
    End,
    /// ROUTE or TELEMETRY: allowed when idle, and changes nothing.
    Aside,
}

impl RequestKind {
    /// What the Bolt documentation calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Hello { .. } => "HELLO",
            Self::Logon => "LOGON",
            Self::Logoff => "LOGOFF",
            Self::Reset => "RESET",
            Self::Run => "RUN",
            Self::Stream { .. } => "PULL or DISCARD",
            Self::Begin => "BEGIN",
            Self::End => "COMMIT or ROLLBACK",
            Self::Aside => "ROUTE or TELEMETRY",
        }
    }
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// SUCCESS. `has_more`: of a PULL or DISCARD, the result goes on.
    Success {
        /// The result goes on.
        has_more: bool,
    },
    /// FAILURE.
    Failure,
    /// IGNORED.
    Ignored,
}

impl ServerState {
    /// The state after a request has ended, or `None` where the protocol does not allow such an end.
    ///
    /// `open_results` counts the results of the transaction that are not at their end, this one not included.
    #[must_use]
    pub fn after(self, request: RequestKind, outcome: Outcome, open_results: usize) -> Option<Self> {
        use RequestKind as Is;
        match outcome {
            Outcome::Success { has_more } => self.after_success(request, has_more, open_results),
            Outcome::Ignored => match (self, request) {
                (_, Is::Reset) => None,
                (Self::Failed | Self::Interrupted, _) => Some(self),
                _ => None,
            },
            Outcome::Failure => Some(match (self, request) {
                (Self::Negotiation | Self::Authentication | Self::Defunct, _) => Self::Defunct,
                (_, Is::Reset | Is::Hello { .. } | Is::Logon) => Self::Defunct,
                // A RESET overtakes what was sent before it, and what was sent may have failed before that.
                (Self::Interrupted, _) => Self::Interrupted,
                _ => Self::Failed,
            }),
        }
    }

    fn after_success(self, request: RequestKind, has_more: bool, open_results: usize) -> Option<Self> {
        use RequestKind as Is;
        Some(match (self, request) {
            (Self::Negotiation, Is::Hello { authenticates: false }) | (Self::Ready, Is::Logoff) => Self::Authentication,
            (Self::Negotiation, Is::Hello { authenticates: true })
            | (Self::Authentication, Is::Logon)
            | (Self::Ready, Is::Aside)
            | (Self::TxReady | Self::TxStreaming, Is::End) => Self::Ready,
            (Self::Negotiation | Self::Authentication | Self::Defunct, _) => return None,
            (_, Is::Reset) => Self::Ready,
            (Self::Ready, Is::Run) => Self::Streaming,
            (Self::Ready, Is::Begin) => Self::TxReady,
            (Self::Streaming, Is::Stream { .. }) => {
                if has_more {
                    Self::Streaming
                } else {
                    Self::Ready
                }
            }
            (Self::TxReady | Self::TxStreaming, Is::Run) => Self::TxStreaming,
            (Self::TxStreaming, Is::Stream { .. }) => {
                if has_more || open_results > 0 {
                    Self::TxStreaming
                } else {
                    Self::TxReady
                }
            }
            // A RESET overtakes what was sent before it, and what was sent may still have been done.
            (Self::Interrupted, _) => Self::Interrupted,
            _ => return None,
        })
    }
}
