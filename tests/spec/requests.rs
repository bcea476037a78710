//! Requests: the fields that each version allows, and no others.

use neo4j_wasm::bolt::packstream::{Reader, Token, read_value};
use neo4j_wasm::bolt::{AuthToken, Hello, NotificationFilter, Request, Route, TransactionOptions, Version};
use neo4j_wasm::value::{Map, Value};
use neo4j_wasm::{Error, ErrorKind};

use super::wire::hex;

/// Each version with a value from the table's row for it. The rows name every supported version.
fn rows<T: Copy>(table: [(&str, T); 11]) -> Vec<(Version, T)> {
    let versions = Version::SUPPORTED;
    let row = |version: Version| table.iter().find(|(name, _)| *name == version.to_string());
    versions.into_iter().map(|version| (version, row(version).expect("a row for each version").1)).collect()
}

fn encode(request: &Request<'_>, version: Version) -> Result<Vec<u8>, Error> {
    request.encode(version, version.dialect(false))
}

/// The tag of the message and its fields.
fn fields(request: &Request<'_>, version: Version) -> (u8, Vec<Value>) {
    let message = encode(request, version).expect("a request the version has");
    let dialect = version.dialect(false);
    let mut reader = Reader::new(&message, dialect.uuids);
    let Ok(Token::Structure { tag, fields }) = reader.token() else { panic!("not a structure") };
    let fields = (0..fields).map(|_| read_value(&mut reader, dialect).expect("a field")).collect();
    assert_eq!(reader.remaining(), 0, "bytes behind the last field");
    (tag, fields)
}

fn strings(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

fn filter() -> NotificationFilter {
    NotificationFilter {
        minimum_severity: Some("WARNING".into()),
        disabled_classifications: Some(strings(&["HINT", "GENERIC"])),
    }
}

/// What every field of a HELLO, BEGIN or RUN is in these tests.
fn field(name: &str) -> Value {
    let text = |key: &'static str, value: &'static str| Map::from([(key, value)]).into();
    match name {
        "user_agent" => "Example/4.1.0".into(),
        "bolt_agent" => text("product", "neo4j-fortran-alice-doe/42.69.0"),
        "patch_bolt" => vec!["utc"].into(),
        "routing" => text("address", "x.example.com:9001"),
        "scheme" => "basic".into(),
        "principal" => "user".into(),
        "credentials" => "password".into(),
        "realm" => "native".into(),
        "notifications_minimum_severity" => "WARNING".into(),
        "notifications_disabled_categories" | "notifications_disabled_classifications" => {
            vec!["HINT", "GENERIC"].into()
        }
        "bookmarks" => vec!["example-bookmark:1", "example-bookmark:2"].into(),
        "tx_timeout" => 123.into(),
        "tx_metadata" => text("log", "example_message"),
        "mode" => "r".into(),
        "db" => "example_database".into(),
        "imp_user" => "bob".into(),
        other => panic!("no field {other}"),
    }
}

fn map(names: &str) -> Value {
    names.split_whitespace().map(|name| (name, field(name))).collect::<Map>().into()
}

/// What a HELLO that says all it can consists of.
const HELLO: [(&str, &str); 11] = [
    ("4.4", "user_agent patch_bolt routing scheme principal credentials realm"),
    ("5.0", "user_agent routing scheme principal credentials realm"),
    ("5.1", "user_agent routing"),
    ("5.2", "user_agent routing notifications_minimum_severity notifications_disabled_categories"),
    ("5.3", "user_agent bolt_agent routing notifications_minimum_severity notifications_disabled_categories"),
    ("5.4", "user_agent bolt_agent routing notifications_minimum_severity notifications_disabled_categories"),
    ("5.6", "user_agent bolt_agent routing notifications_minimum_severity notifications_disabled_classifications"),
    ("5.7", "user_agent bolt_agent routing notifications_minimum_severity notifications_disabled_classifications"),
    ("5.8", "user_agent bolt_agent routing notifications_minimum_severity notifications_disabled_classifications"),
    ("6.0", "user_agent bolt_agent routing notifications_minimum_severity notifications_disabled_classifications"),
    ("6.1", "user_agent bolt_agent routing notifications_minimum_severity notifications_disabled_classifications"),
];

/// What HELLO says when it says no more than it must.
const SHORTEST_HELLO: [(&str, &str); 11] = [
    ("4.4", "user_agent patch_bolt scheme principal credentials realm"),
    ("5.0", "user_agent scheme principal credentials realm"),
    ("5.1", "user_agent"),
    ("5.2", "user_agent"),
    ("5.3", "user_agent bolt_agent"),
    ("5.4", "user_agent bolt_agent"),
    ("5.6", "user_agent bolt_agent"),
    ("5.7", "user_agent bolt_agent"),
    ("5.8", "user_agent bolt_agent"),
    ("6.0", "user_agent bolt_agent"),
    ("6.1", "user_agent bolt_agent"),
];

#[test]
fn hello_says_what_its_version_allows() {
    let agent = Map::from([("product", "neo4j-fortran-alice-doe/42.69.0")]);
    let context = Map::from([("address", "x.example.com:9001")]);
    let auth = AuthToken::basic("user", "password", Some("native"));
    for (table, routing) in [(HELLO, Some(&context)), (SHORTEST_HELLO, None)] {
        for (version, names) in rows(table) {
            let notifications = if names.contains("notifications") { filter() } else { NotificationFilter::default() };
            let hello = Hello {
                user_agent: "Example/4.1.0",
                bolt_agent: &agent,
                routing,
                auth: &auth,
                notifications: &notifications,
            };
            assert_eq!(fields(&Request::Hello(hello), version), (0x01, vec![map(names)]), "{version}");
        }
    }
}

#[test]
fn an_empty_routing_context_is_a_routing_context() {
    let (agent, none) = (Map::new(), Map::new());
    let (auth, notifications) = (AuthToken::none(), NotificationFilter::default());
    for version in Version::SUPPORTED {
        let hello = Hello {
            user_agent: "a",
            bolt_agent: &agent,
            routing: Some(&none),
            auth: &auth,
            notifications: &notifications,
        };
        let (_, said) = fields(&Request::Hello(hello), version);
        assert_eq!(said[0].as_map().unwrap().get("routing"), Some(&Value::Map(Map::new())), "{version}");
    }
}

const FILTERS: [(&str, &str); 11] = [
    ("4.4", ""),
    ("5.0", ""),
    ("5.1", ""),
    ("5.2", "notifications_minimum_severity notifications_disabled_categories"),
    ("5.3", "notifications_minimum_severity notifications_disabled_categories"),
    ("5.4", "notifications_minimum_severity notifications_disabled_categories"),
    ("5.6", "notifications_minimum_severity notifications_disabled_classifications"),
    ("5.7", "notifications_minimum_severity notifications_disabled_classifications"),
    ("5.8", "notifications_minimum_severity notifications_disabled_classifications"),
    ("6.0", "notifications_minimum_severity notifications_disabled_classifications"),
    ("6.1", "notifications_minimum_severity notifications_disabled_classifications"),
];

/// Options that say all they can.
fn options() -> TransactionOptions {
    TransactionOptions {
        bookmarks: strings(&["example-bookmark:1", "example-bookmark:2"]),
        timeout: Some(123),
        metadata: Map::from([("log", "example_message")]),
        read_only: true,
        database: Some("example_database".into()),
        impersonated_user: Some("bob".into()),
        notifications: NotificationFilter::default(),
    }
}

#[test]
fn begin_and_auto_commit_run_say_what_their_version_allows() {
    for (version, filters) in rows(FILTERS) {
        let mut options = options();
        if !filters.is_empty() {
            options.notifications = filter();
        }
        let extra = map(&format!("bookmarks tx_timeout tx_metadata mode db imp_user {filters}"));
        assert_eq!(fields(&Request::Begin(&options), version), (0x11, vec![extra.clone()]), "{version}");
        let parameters = Map::from([("x", 1)]);
        let run = Request::Run { query: "RETURN $x AS x", parameters: &parameters, options: Some(&options) };
        assert_eq!(fields(&run, version), (0x10, vec!["RETURN $x AS x".into(), parameters.clone().into(), extra]));
    }
}

#[test]
fn each_option_is_said_alone() {
    let all = options();
    let default = TransactionOptions::default;
    for (options, names) in [
        (default(), ""),
        (TransactionOptions { bookmarks: all.bookmarks, ..default() }, "bookmarks"),
        (TransactionOptions { timeout: all.timeout, ..default() }, "tx_timeout"),
        (TransactionOptions { metadata: all.metadata, ..default() }, "tx_metadata"),
        (TransactionOptions { read_only: true, ..default() }, "mode"),
        (TransactionOptions { database: all.database, ..default() }, "db"),
        (TransactionOptions { impersonated_user: all.impersonated_user, ..default() }, "imp_user"),
    ] {
        for version in Version::SUPPORTED {
            assert_eq!(fields(&Request::Begin(&options), version), (0x11, vec![map(names)]), "{version}");
        }
    }
    // A timeout of zero is not the default: it means none at all.
    let endless = TransactionOptions { timeout: Some(0), ..default() };
    assert_eq!(
        encode(&Request::Begin(&endless), Version::SUPPORTED[0]).unwrap(),
        hex("B1 11 A1 8A 74785F74696D656F7574 00")
    );
}

#[test]
fn each_filter_is_said_alone_and_an_empty_one_turns_all_back_on() {
    let empty = NotificationFilter { minimum_severity: None, disabled_classifications: Some(vec![]) };
    let severity = NotificationFilter { minimum_severity: Some("OFF".into()), disabled_classifications: None };
    for (version, filters) in rows(FILTERS).into_iter().filter(|(_, filters)| !filters.is_empty()) {
        let (minimum, disabled) = filters.split_once(' ').unwrap();
        for (filter, key, value) in [(&empty, disabled, Value::List(vec![])), (&severity, minimum, Value::from("OFF"))]
        {
            let options = TransactionOptions { notifications: filter.clone(), ..TransactionOptions::default() };
            assert_eq!(fields(&Request::Begin(&options), version).1, [Value::from(Map::from([(key, value)]))]);
        }
    }
}

#[test]
fn a_filter_is_refused_where_the_server_would_not_obey_it() {
    let (agent, auth, notifications) = (Map::new(), AuthToken::none(), filter());
    let options = TransactionOptions { notifications: filter(), ..TransactionOptions::default() };
    let hello =
        Hello { user_agent: "a", bolt_agent: &agent, routing: None, auth: &auth, notifications: &notifications };
    for (version, _) in rows(FILTERS).into_iter().filter(|(_, filters)| filters.is_empty()) {
        for request in [Request::Hello(hello), Request::Begin(&options)] {
            let error = encode(&request, version).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration, "{version}");
        }
    }
}

#[test]
fn run_in_a_transaction_says_nothing_beyond_the_query() {
    let parameters = Map::new();
    for version in Version::SUPPORTED {
        let run = Request::Run { query: "RETURN 1", parameters: &parameters, options: None };
        assert_eq!(encode(&run, version).unwrap(), hex("B3 10 88 52 45 54 55 52 4E 20 31 A0 A0"), "{version}");
    }
}

#[test]
fn logon_and_logoff_came_with_5_1() {
    let auth = AuthToken::basic("user", "password", None);
    for version in Version::SUPPORTED {
        let old = ["4.4", "5.0"].contains(&version.to_string().as_str());
        if old {
            for request in [Request::Logon(&auth), Request::Logoff] {
                let error = encode(&request, version).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Configuration);
                assert!(error.message().contains("5.1") && !error.message().contains("password"), "{error}");
            }
        } else {
            let said = fields(&Request::Logon(&auth), version);
            assert_eq!(said, (0x6A, vec![map("scheme principal credentials")]), "{version}");
            assert_eq!(encode(&Request::Logoff, version).unwrap(), hex("B0 6B"));
        }
    }
}

#[test]
fn each_scheme_of_authentication_has_its_entries() {
    let custom = |parameters| AuthToken::custom("me", "secret", "mine", "dance", parameters);
    for (auth, entries) in [
        (AuthToken::none(), Map::from([("scheme", "none")])),
        (
            AuthToken::basic("user", "", None),
            Map::from([("scheme", "basic"), ("principal", "user"), ("credentials", "")]),
        ),
        (AuthToken::basic("user", "password", Some("")), map_of("scheme principal credentials")),
        (AuthToken::basic("user", "password", Some("native")), map_of("scheme principal credentials realm")),
        (AuthToken::bearer("token"), Map::from([("scheme", "bearer"), ("credentials", "token")])),
        (
            AuthToken::kerberos("ticket"),
            Map::from([("scheme", "kerberos"), ("principal", ""), ("credentials", "ticket")]),
        ),
        (
            custom(None),
            Map::from([("scheme", "dance"), ("principal", "me"), ("credentials", "secret"), ("realm", "mine")]),
        ),
        (
            AuthToken::custom("me", "", "", "dance", Some(Map::new())),
            Map::from([("scheme", "dance"), ("principal", "me")]),
        ),
        (
            custom(Some(Map::from([("steps", 3)]))),
            Map::from([
                ("scheme", Value::from("dance")),
                ("principal", "me".into()),
                ("credentials", "secret".into()),
                ("realm", "mine".into()),
                ("parameters", Map::from([("steps", 3)]).into()),
            ]),
        ),
    ] {
        assert_eq!(fields(&Request::Logon(&auth), Version::SUPPORTED[0]).1, [Value::from(entries)]);
    }
}

fn map_of(names: &str) -> Map {
    map(names).as_map().cloned().expect("a map")
}

#[test]
fn telemetry_came_with_5_4() {
    for version in Version::SUPPORTED {
        for interface in 0..=3 {
            let encoded = encode(&Request::Telemetry(interface), version);
            match ["4.4", "5.0", "5.1", "5.2", "5.3"].contains(&version.to_string().as_str()) {
                true => assert_eq!(encoded.unwrap_err().kind(), ErrorKind::Configuration, "{version}"),
                false => assert_eq!(encoded.unwrap(), [0xB1, 0x54, interface], "{version}"),
            }
        }
    }
}

#[test]
fn requests_without_fields_are_two_bytes() {
    for version in Version::SUPPORTED {
        for (request, bytes) in [
            (Request::Goodbye, "B0 02"),
            (Request::Reset, "B0 0F"),
            (Request::Commit, "B0 12"),
            (Request::Rollback, "B0 13"),
        ] {
            assert_eq!(encode(&request, version).unwrap(), hex(bytes), "{version}");
        }
    }
}

#[test]
fn pull_and_discard_say_how_many_and_of_which_query() {
    for version in Version::SUPPORTED {
        for (count, query_id, extra) in [
            (-1, None, "A1 81 6E FF"),
            (1_000, None, "A1 81 6E C9 03 E8"),
            (-1, Some(-1), "A2 81 6E FF 83 71 69 64 FF"),
            (2, Some(7_000), "A2 81 6E 02 83 71 69 64 C9 1B 58"),
        ] {
            let (pull, discard) = (Request::Pull { count, query_id }, Request::Discard { count, query_id });
            assert_eq!(encode(&pull, version).unwrap(), hex(&format!("B1 3F {extra}")), "{version}");
            assert_eq!(encode(&discard, version).unwrap(), hex(&format!("B1 2F {extra}")), "{version}");
        }
    }
}

#[test]
fn route_says_the_context_the_bookmarks_and_for_whom() {
    let context = Map::from([("address", "x.example.com:9001"), ("policy", "p"), ("region", "r")]);
    let bookmarks = strings(&["neo4j-bookmark-transaction:1", "neo4j-bookmark-transaction:2"]);
    for version in Version::SUPPORTED {
        for (database, impersonated_user, names) in [
            (Some("example_database"), Some("bob"), "db imp_user"),
            (Some("example_database"), None, "db"),
            (None, Some("bob"), "imp_user"),
            (None, None, ""),
        ] {
            let route = Route { context: &context, bookmarks: &bookmarks, database, impersonated_user };
            let expected = vec![context.clone().into(), bookmarks.clone().into(), map(names)];
            assert_eq!(fields(&Request::Route(route), version), (0x66, expected), "{version}");
        }
    }
    let least = Route { context: &Map::new(), bookmarks: &[], database: None, impersonated_user: None };
    assert_eq!(encode(&Request::Route(least), Version::SUPPORTED[10]).unwrap(), hex("B3 66 A0 90 A0"));
}

#[test]
fn credentials_are_in_hello_before_5_1_and_never_after() {
    let (agent, notifications) = (Map::new(), NotificationFilter::default());
    let auth = AuthToken::basic("user", "Sesame", None);
    for version in Version::SUPPORTED {
        let hello =
            Hello { user_agent: "a", bolt_agent: &agent, routing: None, auth: &auth, notifications: &notifications };
        let message = encode(&Request::Hello(hello), version).unwrap();
        let told = message.windows(6).any(|window| window == b"Sesame");
        assert_eq!(told, ["4.4", "5.0"].contains(&version.to_string().as_str()), "{version}");
    }
}

#[test]
fn what_cannot_be_sent_is_named_with_its_path_and_not_shown() {
    let version = Version::SUPPORTED[0];
    let node = neo4j_wasm::value::Node {
        id: 1,
        element_id: "Sesame".into(),
        labels: vec![],
        properties: Map::from([("password", "Sesame")]),
    };
    let bad = Map::from([("a", vec![Value::Null, Map::from([("b", node)]).into()])]);
    let options = TransactionOptions { metadata: bad.clone(), ..TransactionOptions::default() };
    let auth = AuthToken::custom("me", "Sesame", "", "dance", Some(bad.clone()));
    for (request, path) in [
        (Request::Run { query: "RETURN 1", parameters: &bad, options: None }, "parameters.a[1].b: "),
        (Request::Begin(&options), "metadata.a[1].b: "),
        (Request::Logon(&auth), "auth.parameters.a[1].b: "),
    ] {
        let error = encode(&request, version).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Usage, "InvalidParameter"));
        assert!(error.message().starts_with(path), "{error}");
        assert!(!format!("{error:?}").contains("Sesame"));
    }
}
