//! Whatever a server says of a query or of an error, in whatever form: what can be kept of it is kept, and the query goes
//! on.

use neo4j_wasm::bolt::packstream::Writer;
use neo4j_wasm::bolt::{Exchange, Request, Response, ServerState, Token};
use neo4j_wasm::value::{Map, Value};
use neo4j_wasm::{Config, Error, Plan, Summary};

use super::depth::on_a_small_stack;
use super::simulated::{Ask, Host, Step, counts, session};
use super::wire::{chunked, drain, encoded, newest, ready};

fn text(text: &str) -> Vec<u8> {
    encoded(&Value::from(text), newest().dialect(false))
}

/// A map of entries that are packed already.
fn map(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = Writer::new();
    assert!(writer.map(entries.len()));
    let entries = entries.iter().flat_map(|(key, value)| [text(key), value.clone()].concat());
    writer.into_bytes().into_iter().chain(entries).collect()
}

/// What a server answers, its metadata packed already.
fn answer(tag: u8, metadata: &[(&str, Vec<u8>)]) -> Vec<u8> {
    chunked(&[[vec![0xB1, tag], map(metadata)].concat()])
}

/// So many operators, each fed by the next one.
fn deep_plan(operators: usize) -> Vec<u8> {
    let each = [vec![0xA3], text("operatorType"), text("Apply"), text("dbHits"), vec![7], text("children"), vec![0x91]];
    let last = map(&[("operatorType", text("Argument"))]);
    [each.concat().repeat(operators - 1), last].concat()
}

/// A list in a list and so on.
fn deep_list(levels: usize) -> Vec<u8> {
    [[0x91].repeat(levels), vec![0xC0]].concat()
}

fn large_list(items: usize) -> Vec<u8> {
    [vec![0xD6], (items as u32).to_be_bytes().to_vec(), vec![0xC0; items]].concat()
}

/// What takes no part in anything: too deep, too large, none that there is, out of range, in a map, in a list.
fn oddities() -> Vec<Vec<u8>> {
    let nested = |inner: Vec<u8>| [vec![0x92, 0xA1], text("k"), inner, vec![1]].concat();
    let mut oddities = vec![
        deep_list(100_000),
        [0xA1, 0x80].repeat(1_000).into_iter().chain([0xC0]).collect(),
        large_list(2_200_000),
        vec![0xB1, 0x00, 0xC0],
        vec![0xB1, b'D', 0xCB, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        [vec![0xB1, b'D'], deep_list(100_000)].concat(),
        [vec![0xB4, b'N', 0, 0x90, 0xA1, 0x80], deep_list(600), vec![0x80]].concat(),
    ];
    oddities.extend(oddities.clone().into_iter().map(nested));
    oddities
}

/// What becomes of a query whose result has one record and ends with this.
fn ended_with(end: Vec<u8>) -> Result<Summary, Error> {
    let (host, server) = Host::new();
    server.once("PULL", [Step::Records(vec![vec![Value::from(5)]]), Step::Raw(end)]);
    let driver = host.driver(Config::default());
    let summary = host.run(async {
        let result = session(&driver).ask("ROWS 1").await.unwrap();
        assert_eq!(result.next().await.unwrap().unwrap().get::<i64>("n").unwrap(), 5);
        result.consume().await.map(|summary| (*summary).clone())
    });
    host.run(host.calm());
    assert_eq!(counts(&driver), (0, usize::from(summary.is_ok()), 0, 0), "the connection is not lost");
    summary
}

fn success(metadata: &[(&str, Vec<u8>)]) -> Vec<u8> {
    answer(0x70, metadata)
}

/// How many operators there are down to the last, each the only one that feeds the one above.
fn depth(plan: &Plan) -> usize {
    let mut plan = plan.clone();
    let mut depth = 1;
    while let Some(child) = plan.children().next() {
        assert_eq!((plan.operator_type(), plan.children().count()), ("Apply", 1));
        (plan, depth) = (child, depth + 1);
    }
    assert_eq!(plan.operator_type(), "Argument");
    depth
}

#[test]
fn a_plan_is_whole_however_deep_it_is() {
    on_a_small_stack(|| {
        for operators in [1, 400, 10_000, 50_000] {
            let summary = ended_with(success(&[("profile", deep_plan(operators))])).unwrap();
            let (plan, profile) = (summary.plan.as_ref().unwrap(), summary.profile.as_ref().unwrap());
            assert_eq!((depth(plan), depth(profile)), (operators, operators));
            assert_eq!(profile.measured().unwrap().db_hits, if operators > 1 { 7 } else { 0 });
            assert!(summary.omitted.is_empty());
            assert_eq!(summary.clone(), summary);
            assert!(format!("{summary:?}").len() > operators);
        }
    });
}

#[test]
fn a_plan_that_takes_too_much_memory_is_left_out_and_that_is_said() {
    on_a_small_stack(|| {
        let nested = [[0xA1].to_vec(), text("children"), vec![0x91]].concat().repeat(300_000);
        let wide = [[0xA1].to_vec(), text("children"), vec![0xD6, 0, 0x10, 0, 0], vec![0xA0; 1 << 20]].concat();
        for plan in [[nested, vec![0xA0]].concat(), wide] {
            let summary = ended_with(success(&[("plan", plan), ("db", text("neo4j"))])).unwrap();
            assert_eq!((summary.plan, summary.omitted), (None, vec!["plan".to_owned()]));
            assert_eq!(summary.database.as_deref(), Some("neo4j"), "what is behind it is read");
        }
    });
}

#[test]
fn what_is_odd_is_left_out_and_the_rest_stays() {
    on_a_small_stack(|| {
        for odd in oddities() {
            let arguments = map(&[("operatorType", text("Scan")), ("args", map(&[("odd", odd.clone())]))]);
            let status = map(&[("gql_status", text("01N50")), ("diagnostic_record", map(&[("odd", odd.clone())]))]);
            let statuses = [vec![0x91], status].concat();
            let summary = ended_with(success(&[
                ("notifications", odd.clone()),
                ("profile", arguments),
                ("unknown", odd),
                ("statuses", statuses),
                ("omitted", text("the server does not say that")),
                ("type", text("rw")),
            ]))
            .unwrap();
            assert_eq!(summary.omitted, ["notifications", "profile", "unknown", "statuses"]);
            assert_eq!(summary.query_type.as_deref(), Some("rw"));
            assert_eq!(summary.profile.as_ref().unwrap().operator_type(), "Scan");
            assert_eq!(summary.gql_status_objects[0].gql_status, "01N50");
        }
    });
}

#[test]
fn what_is_no_metadata_at_all_is_an_error_of_the_server() {
    for message in [
        vec![0xB1, 0x70, 0x90],
        vec![0xB1, 0x70, 0xA1, 0x01, 0x01],
        [vec![0xB1, 0x70, 0xA1], text("plan"), vec![0xA1, 0x01, 0x01]].concat(),
        [vec![0xB1, 0x70, 0xA1], text("plan"), vec![0x9F]].concat(),
        vec![0xB1, 0x70, 0xA0, 0x01],
        [vec![0xB1, 0x70, 0xDA, 0, 0x20, 0, 0], [0x80, 0xC0].repeat(0x20_0000)].concat(),
    ] {
        let mut exchange = ready(newest());
        exchange.submit(&Request::Commit, Token(7)).unwrap();
        assert!(exchange.receive(&chunked(&[message])).is_err());
        assert_eq!(exchange.state(), ServerState::Defunct);
    }
}

fn refused(metadata: &[(&str, Vec<u8>)]) -> Error {
    let mut exchange = ready(newest());
    exchange.submit(&Request::Reset, Token(7)).unwrap();
    exchange.receive(&answer(0x7F, metadata)).unwrap();
    match exchange.next_response() {
        Some((Token(7), Response::Failure(error))) => error,
        other => panic!("{other:?}"),
    }
}

/// So many causes of an error, each beneath the one before; the next one comes before or behind a cause's own text.
fn causes(count: usize, first: bool) -> Vec<u8> {
    let (cause, message) = (text("cause"), [text("message"), text("m")].concat());
    let last = [vec![0xA1], message.clone()].concat();
    match first {
        true => [[vec![0xA2], cause].concat().repeat(count - 1), last, message.repeat(count - 1)].concat(),
        false => [[vec![0xA2], message, cause].concat().repeat(count - 1), last].concat(),
    }
}

#[test]
fn all_causes_of_an_error_are_there_however_many_they_are() {
    on_a_small_stack(|| {
        for (count, first) in [(1, true), (2, true), (2, false), (600, true), (20_000, true), (20_000, false)] {
            let error = refused(&[("message", text("m")), ("cause", causes(count, first))]);
            let mut next = Some(&error);
            let mut found = 0;
            while let Some(error) = next {
                assert_eq!(error.message(), "m");
                (next, found) = (error.cause(), found + 1);
            }
            assert_eq!(found, count + 1);
            assert!(format!("{error:?}").len() > count);
        }
    });
}

#[test]
fn what_is_odd_in_an_error_is_left_out_and_the_error_is_what_it_is() {
    on_a_small_stack(|| {
        for odd in oddities() {
            let metadata = |odd: &[u8]| {
                let record = map(&[("odd", odd.to_vec()), ("OPERATION", text("X"))]);
                [
                    ("neo4j_code", text("Neo.ClientError.Statement.SyntaxError")),
                    ("message", text("m")),
                    ("diagnostic_record", record),
                    ("cause", odd.to_vec()),
                ]
            };
            let error = refused(&metadata(&odd));
            assert_eq!((error.code(), error.message()), ("Neo.ClientError.Statement.SyntaxError", "m"));
            let record = &error.gql_status().unwrap().diagnostic_record;
            assert_eq!(record.get("OPERATION"), Some(&Value::from("X")));
        }
        let error = refused(&[("message", text("m")), ("cause", causes(200_000, false))]);
        assert_eq!(error.message(), "m");
        assert!(error.cause().unwrap().message().contains("left out") && error.cause().unwrap().cause().is_none());
    });
}

#[test]
fn what_is_said_of_an_ignored_request_does_not_matter() {
    on_a_small_stack(|| {
        let mut exchange = ready(newest());
        exchange.submit(&Request::Begin(&Default::default()), Token(7)).unwrap();
        exchange.submit(&Request::Commit, Token(8)).unwrap();
        exchange.receive(&answer(0x7F, &[])).unwrap();
        exchange.receive(&chunked(&[[vec![0xB1, 0x7E], deep_list(1_000_000)].concat()])).unwrap();
        let ends = drain(&mut exchange);
        assert!(ends.len() == 2 && ends[1] == "8 Ignored", "{ends:?}");
    });
}

fn record() -> Vec<u8> {
    vec![0xB1, 0x71, 0x90]
}

fn streaming(count: i64) -> Exchange {
    let mut exchange = ready(newest());
    let parameters = Map::new();
    let run = Request::Run { query: "RETURN 1", parameters: &parameters, options: None };
    exchange.submit(&run, Token(1)).unwrap();
    exchange.submit(&Request::Pull { count, query_id: None }, Token(2)).unwrap();
    exchange.receive(&success(&[])).unwrap();
    exchange
}

#[test]
fn no_more_records_come_than_were_asked_for() {
    for (asked, sent, fine) in
        [(1, 1, true), (1, 2, false), (1_000, 1_000, true), (1_000, 1_001, false), (-1, 5_000, true)]
    {
        for cut in [usize::MAX, 5] {
            let mut exchange = streaming(asked);
            let bytes = chunked(&vec![record(); sent]);
            let received = bytes.chunks(cut.min(bytes.len())).try_for_each(|part| exchange.receive(part));
            assert_eq!(received.is_ok(), fine, "{sent} for {asked}");
            if let Err(error) = received {
                assert_eq!(error.message(), "The server sends more records than were asked for");
            }
        }
    }
}

#[test]
fn each_pull_may_be_answered_by_as_many_as_it_asks_for() {
    let mut exchange = streaming(2);
    for _ in 0..3 {
        exchange.receive(&chunked(&[record(), record()])).unwrap();
        exchange.receive(&success(&[("has_more", vec![0xC3])])).unwrap();
        exchange.submit(&Request::Pull { count: 2, query_id: None }, Token(3)).unwrap();
    }
    exchange.receive(&chunked(&[record()])).unwrap();
    exchange.receive(&success(&[])).unwrap();
    assert_eq!(exchange.state(), ServerState::Ready);
    assert!(exchange.receive(&chunked(&[record()])).is_err(), "nothing is asked for any more");
}
