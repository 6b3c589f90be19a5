//! Answers as values: each sort of answer is told from the others.

use reqwest::header::HeaderValue;

use super::*;

fn request() -> Request {
    Request::new(Purpose::Read, None, &["api", "actions", "connector", "my-id"]).unwrap().about("my-id")
}

fn read_with(status: u16, headers: &[(&'static str, &str)], body: &str) -> Result<Answer, Cause> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(*name, HeaderValue::from_str(value).unwrap());
    }
    let endpoint = "https://kibana.example.com/base".parse().unwrap();
    read(&request(), &endpoint, status, &map, body.as_bytes(), &[Secret::new("hunter2")])
}

fn error(status: u16, body: &str) -> Cause {
    read_with(status, &[], body).unwrap_err()
}

fn shown(body: &str) -> String {
    match error(502, body) {
        Cause::Foreign { shown, .. } => shown,
        other => panic!("{other:?}"),
    }
}

#[test]
fn success_is_json_or_nothing_at_all() {
    assert_eq!(read_with(200, &[], r#"{"a":1}"#).unwrap().json["a"], 1);
    assert_eq!(read_with(204, &[], "").unwrap().json, Json::Null);
}

#[test]
fn kibanas_refusal_keeps_its_message() {
    let body = r#"{"statusCode":403,"error":"Forbidden","message":"Unauthorized to get hunter2"}"#;
    let Cause::Refused { status: 403, message, .. } = error(403, body) else { panic!("not refused") };
    assert_eq!(message, "Unauthorized to get ***");
}

#[test]
fn a_404_says_one_of_three_things() {
    let check = |message: &str, wanted| {
        let body = serde_json::json!({"statusCode": 404, "error": "Not Found", "message": message});
        let Cause::Refused { not_found, .. } = error(404, &body.to_string()) else { panic!("not refused") };
        assert_eq!(not_found, Some(wanted), "{message}");
    };
    check("Saved object [action/my-id] not found", NotFound::ConnectorMissing);
    check("Connector my-id not found", NotFound::ConnectorMissing);
    check("Saved object [action/other] not found", NotFound::Foreign);
    check("Not Found", NotFound::RouteMissing);
    check("no such index", NotFound::Foreign);
    for body in ["", "<html>Not Found</html>", r#"{"message":"Not Found"}"#, "404 page not found"] {
        assert!(matches!(error(404, body), Cause::Foreign { status: 404, .. }), "{body}");
    }
}

#[test]
fn a_page_is_named_by_its_title_or_first_words() {
    assert_eq!(shown("<!DOCTYPE html><HTML><Title lang=en> Log\n in </TITLE>"), "Log in");
    assert_eq!(shown("<html><script>var x = '<b>';</script><h1>Bad</h1><p>gateway"), "Bad gateway");
    assert_eq!(shown("<title></title><style>p{}</style>Ümläut"), "Ümläut");
    assert_eq!(shown("<title>open"), "open");
    assert_eq!(shown("<script>never closed"), "");
    assert_eq!(shown("Kibana server is not ready yet"), "Kibana server is not ready yet");
    assert_eq!(shown("token hunter2\u{7}"), "token ***");
}

#[test]
fn a_secret_that_looks_like_a_tag_is_masked_before_tags_are_taken_out() {
    let request = request();
    let endpoint: Url = "https://k".parse().unwrap();
    let page = b"<p>no such user: <x>hunter3</p>";
    let secrets = [Secret::new("<x>hunter3")];
    let answer = read(&request, &endpoint, 502, &HeaderMap::new(), page, &secrets);
    let Err(Cause::Foreign { shown, .. }) = answer else { panic!("not foreign") };
    assert_eq!(shown, "no such user: ***");
}

#[test]
fn a_login_page_with_200_is_foreign_and_names_its_type() {
    let answer = read_with(200, &[("content-type", "text/html; charset=utf-8")], "<title>Sign in</title>");
    let Err(Cause::Foreign { content_type, shown, .. }) = answer else { panic!("not foreign") };
    assert_eq!((content_type.as_deref(), shown.as_str()), (Some("text/html; charset=utf-8"), "Sign in"));
}

#[test]
fn broken_success_is_not_taken_for_a_page() {
    for body in ["", "{\"id\":", "[1,"] {
        assert!(matches!(error(200, body), Cause::Unreadable { status: 200, .. }), "{body}");
    }
}

#[test]
fn an_answer_with_countless_members_is_not_made_a_tree() {
    let body = format!("[{}1]", "{\"\":0},".repeat(60_000));
    assert!(matches!(error(200, &body), Cause::Unreadable { status: 200, .. }));
    let text = format!("{{\"a\":\"{}\"}}", ",[{\\\"".repeat(60_000));
    assert!(read_with(200, &[], &text).is_ok());
}

#[test]
fn only_markup_after_a_success_is_a_page() {
    assert!(matches!(error(200, " <html></html>"), Cause::Foreign { status: 200, .. }));
    for body in ["\0\0corrupted", "Sign in", "\u{1f}\u{8b}"] {
        assert!(matches!(error(200, body), Cause::Unreadable { status: 200, .. }), "{body}");
    }
    let gzip = read_with(200, &[("content-encoding", "gzip")], "\u{1f}");
    assert!(matches!(gzip, Err(Cause::Unreadable { why, .. }) if why.contains("Content-Encoding: gzip")));
}

#[test]
fn a_redirect_tells_both_addresses_without_their_secrets() {
    let addresses = |location: &str| match read_with(302, &[("location", location)], "") {
        Err(Cause::Redirect { from, to, .. }) => {
            assert_eq!(from, "https://kibana.example.com:443/base/api/actions/connector/my-id");
            to
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(addresses("https://u:p@login.example.com/?token=abc#def"), "https://login.example.com:443/");
    assert_eq!(addresses("/login"), "https://kibana.example.com:443/login");
    assert_eq!(addresses("http://"), "an unknown place");
}

#[test]
fn a_redirect_to_no_host_tells_the_scheme_alone() {
    let read = read_with(302, &[("location", "data:text/html,hunter2")], "");
    assert!(matches!(read, Err(Cause::Redirect { to, .. }) if to == "data:…"));
}

#[test]
fn a_byte_order_mark_is_no_part_of_json() {
    assert_eq!(read_with(200, &[], "\u{feff}{\"a\":1}").unwrap().json, serde_json::json!({"a": 1}));
    assert!(matches!(error(400, "\u{feff}{\"statusCode\":400,\"message\":\"no\"}"), Cause::Refused { .. }));
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
    let check = |value: &str, wanted: Option<u64>| {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_str(value).unwrap())]);
        assert_eq!(retry_after(&headers, now), wanted.map(Duration::from_secs), "{value}");
    };
    check("0", Some(0));
    check(" 30 ", Some(30));
    check("Sun, 06 Nov 1994 08:50:07 GMT", Some(30));
    check("Sun, 06 Nov 1994 08:00:00 GMT", Some(0));
    check("soon", None);
    check("-1", None);
}

#[test]
fn the_status_is_read_from_a_503_too() {
    let request = Request { purpose: Purpose::Status, ..request() };
    let endpoint: Url = "https://k".parse().unwrap();
    let read = |body: &[u8]| read(&request, &endpoint, 503, &HeaderMap::new(), body, &[]);
    assert!(read(br#"{"status":{"overall":{"level":"unavailable"}}}"#).is_ok());
    assert!(read(b"Kibana server is not ready yet").is_err());
}

proptest::proptest! {
    #[test]
    fn no_answer_makes_it_panic(status in 200u16..600, body in ".*") {
        let _ = read_with(status, &[], &body);
        let _ = read_with(status, &[], &format!("<{body}"));
        let _ = page_words(&body);
    }
}
