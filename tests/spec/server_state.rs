//! The server's states: the tables of the documentation's appendices, row by row, and nothing but them.

use neo4j_wasm::bolt::ServerState;
use neo4j_wasm::bolt::server_state::{Outcome, RequestKind};

/// State, request, answer, new state. `MORE` is SUCCESS with `has_more`, `OTHERS` that other results are open.
/// From version 5.1 on; before, HELLO authenticates, and its rows are in `BEFORE_5_1`.
const TABLE: &str = "
    NEGOTIATION    HELLO      SUCCESS         AUTHENTICATION
    NEGOTIATION    HELLO      FAILURE         DEFUNCT

    AUTHENTICATION LOGON      FAILURE         DEFUNCT
    AUTHENTICATION LOGON      SUCCESS         READY

    READY          LOGOFF     FAILURE         FAILED
    READY          LOGOFF     SUCCESS         AUTHENTICATION
    READY          RUN        SUCCESS         STREAMING
    READY          RUN        FAILURE         FAILED
    READY          BEGIN      SUCCESS         TX_READY
    READY          BEGIN      FAILURE         FAILED
    READY          ROUTE      SUCCESS         READY
    READY          ROUTE      FAILURE         FAILED

    STREAMING      PULL       MORE            STREAMING
    STREAMING      PULL       SUCCESS         READY
    STREAMING      PULL       FAILURE         FAILED
    STREAMING      DISCARD    MORE            STREAMING
    STREAMING      DISCARD    SUCCESS         READY
    STREAMING      DISCARD    FAILURE         FAILED

    TX_READY       RUN        SUCCESS         TX_STREAMING
    TX_READY       RUN        FAILURE         FAILED
    TX_READY       COMMIT     SUCCESS         READY
    TX_READY       COMMIT     FAILURE         FAILED

    TX_STREAMING   RUN        SUCCESS         TX_STREAMING
    TX_STREAMING   RUN        FAILURE         FAILED
    TX_STREAMING   PULL       MORE            TX_STREAMING
    TX_STREAMING   PULL       SUCCESS         TX_READY
    TX_STREAMING   PULL       SUCCESS,OTHERS  TX_STREAMING
    TX_STREAMING   PULL       FAILURE         FAILED
    TX_STREAMING   DISCARD    MORE            TX_STREAMING
    TX_STREAMING   DISCARD    SUCCESS         TX_READY
    TX_STREAMING   DISCARD    SUCCESS,OTHERS  TX_STREAMING
    TX_STREAMING   DISCARD    FAILURE         FAILED

    FAILED         LOGOFF     IGNORED         FAILED
    FAILED         RUN        IGNORED         FAILED
    FAILED         PULL       IGNORED         FAILED
    FAILED         DISCARD    IGNORED         FAILED
    FAILED         BEGIN      IGNORED         FAILED
    FAILED         COMMIT     IGNORED         FAILED
    FAILED         ROUTE      IGNORED         FAILED

    INTERRUPTED    RUN        IGNORED         INTERRUPTED
    INTERRUPTED    PULL       IGNORED         INTERRUPTED
    INTERRUPTED    DISCARD    IGNORED         INTERRUPTED
    INTERRUPTED    BEGIN      IGNORED         INTERRUPTED
    INTERRUPTED    COMMIT     IGNORED         INTERRUPTED
    INTERRUPTED    ROUTE      IGNORED         INTERRUPTED
    INTERRUPTED    RESET      SUCCESS         READY
    INTERRUPTED    RESET      FAILURE         DEFUNCT
";

/// The documentation's CONNECTED is the NEGOTIATION of later versions.
const BEFORE_5_1: &str = "
    NEGOTIATION    HELLO_AUTH SUCCESS         READY
    NEGOTIATION    HELLO_AUTH FAILURE         DEFUNCT
";

/// The tables show the server's side. A client that has sent RESET calls the state INTERRUPTED before the server does,
/// and then still sees the ends of what was sent before; RESET itself is not in the tables but for INTERRUPTED, since
/// it interrupts first; and the transaction may be left with results open, which servers allow.
const BESIDES: &str = "
    INTERRUPTED    HELLO      SUCCESS         INTERRUPTED
    INTERRUPTED    HELLO_AUTH SUCCESS         INTERRUPTED
    INTERRUPTED    LOGON      SUCCESS         INTERRUPTED
    INTERRUPTED    LOGOFF     SUCCESS         INTERRUPTED
    INTERRUPTED    LOGOFF     FAILURE         INTERRUPTED
    INTERRUPTED    RUN        SUCCESS         INTERRUPTED
    INTERRUPTED    RUN        FAILURE         INTERRUPTED
    INTERRUPTED    PULL       SUCCESS         INTERRUPTED
    INTERRUPTED    PULL       MORE            INTERRUPTED
    INTERRUPTED    PULL       FAILURE         INTERRUPTED
    INTERRUPTED    DISCARD    SUCCESS         INTERRUPTED
    INTERRUPTED    DISCARD    MORE            INTERRUPTED
    INTERRUPTED    DISCARD    FAILURE         INTERRUPTED
    INTERRUPTED    BEGIN      SUCCESS         INTERRUPTED
    INTERRUPTED    BEGIN      FAILURE         INTERRUPTED
    INTERRUPTED    COMMIT     SUCCESS         INTERRUPTED
    INTERRUPTED    COMMIT     FAILURE         INTERRUPTED
    INTERRUPTED    ROUTE      SUCCESS         INTERRUPTED
    INTERRUPTED    ROUTE      FAILURE         INTERRUPTED
    INTERRUPTED    LOGOFF     IGNORED         INTERRUPTED

    FAILED         RESET      SUCCESS         READY
    READY          RESET      SUCCESS         READY
    STREAMING      RESET      SUCCESS         READY
    TX_READY       RESET      SUCCESS         READY
    TX_STREAMING   RESET      SUCCESS         READY

    TX_STREAMING   COMMIT     SUCCESS         READY
    TX_STREAMING   COMMIT     FAILURE         FAILED

    FAILED         HELLO      IGNORED         FAILED
    FAILED         HELLO_AUTH IGNORED         FAILED
    FAILED         LOGON      IGNORED         FAILED
    INTERRUPTED    HELLO      IGNORED         INTERRUPTED
    INTERRUPTED    HELLO_AUTH IGNORED         INTERRUPTED
    INTERRUPTED    LOGON      IGNORED         INTERRUPTED
";

const STATES: [(&str, ServerState); 9] = [
    ("NEGOTIATION", ServerState::Negotiation),
    ("AUTHENTICATION", ServerState::Authentication),
    ("READY", ServerState::Ready),
    ("STREAMING", ServerState::Streaming),
    ("TX_READY", ServerState::TxReady),
    ("TX_STREAMING", ServerState::TxStreaming),
    ("FAILED", ServerState::Failed),
    ("INTERRUPTED", ServerState::Interrupted),
    ("DEFUNCT", ServerState::Defunct),
];

/// COMMIT stands for ROLLBACK too, and ROUTE for TELEMETRY: their rows are the same.
const REQUESTS: [(&str, RequestKind); 11] = [
    ("HELLO", RequestKind::Hello { authenticates: false }),
    ("HELLO_AUTH", RequestKind::Hello { authenticates: true }),
    ("LOGON", RequestKind::Logon),
    ("LOGOFF", RequestKind::Logoff),
    ("RESET", RequestKind::Reset),
    ("RUN", RequestKind::Run),
    ("PULL", RequestKind::Stream { records: true }),
    ("DISCARD", RequestKind::Stream { records: false }),
    ("BEGIN", RequestKind::Begin),
    ("COMMIT", RequestKind::End),
    ("ROUTE", RequestKind::Aside),
];

const ANSWERS: [(&str, Outcome, usize); 7] = [
    ("SUCCESS", Outcome::Success { has_more: false }, 0),
    ("SUCCESS,OTHERS", Outcome::Success { has_more: false }, 1),
    ("MORE", Outcome::Success { has_more: true }, 0),
    ("MORE,OTHERS", Outcome::Success { has_more: true }, 1),
    ("FAILURE", Outcome::Failure, 0),
    ("FAILURE,OTHERS", Outcome::Failure, 1),
    ("IGNORED", Outcome::Ignored, 0),
];

/// The new state of the row for these three, if there is one.
fn row(table: &str, state: &str, request: &str, answer: &str) -> Option<&'static str> {
    let found =
        table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).find_map(|row| match row[..] {
            [from, to_request, by_answer, to] if (from, to_request, by_answer) == (state, request, answer) => Some(to),
            _ => None,
        })?;
    STATES.iter().map(|(name, _)| *name).find(|name| *name == found)
}

/// What the tables say, where they say it; other results open make a difference only where a row says so, and
/// `has_more` only to PULL and DISCARD.
fn expected(state: &str, request: &str, answer: &str) -> Option<&'static str> {
    let tables = [TABLE, BEFORE_5_1, BESIDES];
    let find = |answer: &str| tables.iter().find_map(|table| row(table, state, request, answer));
    let plain = answer.split(',').next().expect("an answer");
    let without_more = if matches!(request, "PULL" | "DISCARD") { plain } else { &plain.replace("MORE", "SUCCESS") };
    find(answer).or_else(|| find(plain)).or_else(|| find(without_more))
}

#[test]
fn each_row_of_the_tables_leads_where_it_says() {
    let mut rows = 0;
    for line in [TABLE, BEFORE_5_1, BESIDES].concat().lines().filter(|line| !line.trim().is_empty()) {
        let [state, request, answer, to] = line.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{line}") };
        let after = |name: &str| STATES.iter().find(|(state, _)| *state == name).expect("a state").1;
        let kind = REQUESTS.iter().find(|(name, _)| *name == request).expect("a request").1;
        let (_, outcome, others) = ANSWERS.iter().find(|(name, ..)| *name == answer).expect("an answer");
        assert_eq!(after(state).after(kind, *outcome, *others), Some(after(to)), "{line}");
        rows += 1;
    }
    assert_eq!(rows, 47 + 2 + 33);
}

#[test]
fn what_has_no_row_is_a_violation_of_the_protocol() {
    for (name, state) in STATES {
        for (request, kind) in REQUESTS {
            for (answer, outcome, others) in ANSWERS {
                let after = state.after(kind, outcome, others);
                let after = after.map(|after| STATES.iter().find(|(_, state)| *state == after).expect("a state").0);
                let expected = match (expected(name, request, answer), outcome) {
                    // A failure where none is due is still a failure: that of the whole conversation before READY.
                    (None, Outcome::Failure) => match (name, request) {
                        ("NEGOTIATION" | "AUTHENTICATION" | "DEFUNCT", _) => Some("DEFUNCT"),
                        (_, "RESET" | "HELLO" | "HELLO_AUTH" | "LOGON") => Some("DEFUNCT"),
                        _ => Some("FAILED"),
                    },
                    (expected, _) => expected,
                };
                assert_eq!(after, expected, "{name} {request} {answer}");
            }
        }
    }
}
