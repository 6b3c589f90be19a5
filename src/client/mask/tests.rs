//! Secrets in all the ways in which somebody may quote them.

use std::time::{Duration, Instant};

use proptest::prelude::{Strategy, prop};

use super::{READ, mask, presentable, readable, values_in};
use crate::value::Secret;

fn check(secrets: &[&str], text: &str, masked: &str) {
    let secrets: Vec<Secret> = secrets.iter().map(|secret| Secret::new(*secret)).collect();
    assert_eq!(mask(text, &secrets), masked, "{text}");
}

/// JSON text of a text, without the quotes around it.
fn json(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap();
    quoted[1..quoted.len() - 1].to_owned()
}

/// The same, with nothing but ASCII.
fn ascii_json(text: &str) -> String {
    let quoted = json(text);
    let escape = |c: char| c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect();
    quoted.chars().map(|c| if c.is_ascii() { c.to_string() } else { escape(c) }).collect()
}

fn percent(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn form(text: &str) -> String {
    percent(text).replace("%20", "+")
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[test]
fn json_quoted_in_json_is_found() {
    let secret = "gr\"ö\\ße\\n\n😀/'";
    for quote in [json, ascii_json] {
        let mut text = secret.to_owned();
        for depth in 0..=3 {
            check(&[secret], &format!("got \"{text}\"."), "got \"***\".");
            text = quote(&text);
            assert!(depth == 3 || text.matches('\\').count() > 1 << depth);
        }
    }
}

#[test]
fn a_secret_is_masked_wherever_it_stands() {
    check(&["hunter2"], "hunter2, hunter2 and hunter2", "***, *** and ***");
    check(&["hunter2"], "hunter3", "hunter3");
    check(&["hunter2"], "", "");
    check(&["größe"], "die größe, gr%C3%B6%c3%9Fe, gr\\u00f6\\u00DFe", "die ***, ***, ***");
    check(&["😀😀😀"], "x\\ud83d\\ude00😀%F0%9F%98%80x", "x***x");
}

#[test]
fn escaped_forms_are_masked() {
    let secret = &["a\"b\\c/d\ne f"];
    check(secret, r#"{"k":"a\"b\\c/d\ne f"}"#, r#"{"k":"***"}"#);
    check(secret, r#"a\"b\\c\/d\ne\u0020f!"#, "***!");
    check(secret, "?x=a%22b%5Cc%2Fd%0Ae+f&y", "?x=***&y");
    check(secret, "?x=a%22b%5cc%2fd%0ae%20f&y", "?x=***&y");
    check(&["<k&v>"], "<p>&lt;k&amp;v&gt;</p>", "<p>***</p>");
    check(&["<k&v>"], "<p>&#60;k&#x26;v&#X3e;</p>", "<p>***</p>");
    check(&["100%25"], "at 100%25, 100%2525", "at ***, ***");
    check(&["a+b c"], "a%2Bb+c, a+b%20c, a+b+c", "***, ***, ***");
    check(&["it's\u{1b}"], r"{ key: 'it\'s\x1B' }", "{ key: '***' }");
}

#[test]
fn the_longest_of_overlapping_secrets_goes_whole() {
    check(&["abc", "abcdef"], "abcdefg abcx", "***g ***x");
    check(&["abcd", "cdef"], "abcdef", "***");
    check(&["aaa"], "aaaaa", "***");
}

#[test]
fn very_short_secrets_stay() {
    check(&["", "a", "ab"], "about", "about");
    check(&["üüü"], "xüüüx", "x***x");
    check(&[" ab \n"], "tab and  ab \nx", "tab and ***x");
}

#[test]
fn a_trailing_line_break_does_not_hide_a_secret() {
    check(&["s3cret\n"], "got s3cret.", "got ***.");
}

const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEH\nBG0wawIBAQQgevZzL1gdAFr8\n-----END PRIVATE KEY-----\n";

#[test]
fn a_key_is_found_with_other_white_space_and_line_by_line() {
    check(&[KEY], &KEY.replace('\n', " "), "*** ");
    check(&[KEY], &KEY.replace('\n', ""), "***");
    check(&[KEY], &KEY.replace('\n', "\r\n  "), "***\r\n  ");
    check(&[KEY], &json(&json(KEY)), "***");
    check(&[KEY], "bad line BG0wawIBAQQgevZzL1gdAFr8!", "bad line ***!");
    check(&[KEY], "no -----BEGIN PRIVATE KEY----- in it", "no -----BEGIN PRIVATE KEY----- in it");
}

#[test]
fn a_long_secret_is_found_where_it_was_broken_into_lines() {
    check(&["0123456789abcdef0123"], "got 0123456789\n  abcdef0123.", "got ***.");
    check(&["the"], "at he", "at he");
}

#[test]
fn the_members_of_a_secret_json_are_secrets() {
    let account = serde_json::json!({"type": "service_account", "private_key": KEY, "n": 1}).to_string();
    check(&[&account], &format!("cannot parse {account}"), "cannot parse ***");
    check(&[&account], &format!("invalid key: {}", KEY.trim()), "invalid key: ***");
    check(&[&account], "type must be authorized_user", "type must be authorized_user");
}

#[test]
fn a_secret_url_is_found_without_its_host_and_with_another_spelling_of_it() {
    let url = "https://Hooks.example.com/services/T0/B0/aXbYc1d2?code=e3f4g5h6";
    check(&[url], &format!("target {url} is not allowed"), "target *** is not allowed");
    check(&[url], "https://hooks.example.com/services/T0/B0/aXbYc1d2?code=e3f4g5h6", "***");
    let with_port = "POST https://hooks.example.com:443/services/T0/B0/aXbYc1d2?code=e3f4g5h6: 404";
    check(&[url], with_port, "POST https://hooks.example.com:443***: 404");
    check(&[url], "no route services/T0/B0/aXbYc1d2", "no route ***");
    check(&[url], "unknown token aXbYc1d2, code e3f4g5h6", "unknown token ***, code ***");
    check(&[url], "hooks.example.com has no services", "hooks.example.com has no services");
    check(&["https://u:hunter2@a.example/"], "wrong password hunter2", "wrong password ***");
    check(&["https://a.example/x%20y/zzz"], "no file x y/zzz", "no file ***");
}

#[test]
fn numbers_and_flags_are_values_too() {
    let secrets =
        values_in(&serde_json::json!({"pin": 12345, "list": [true, null], "o": {"k": "v12"}, "f": 2.50}));
    let masked = mask(r#"[12345], 2.5 and v12 are not false or "true""#, &secrets);
    assert_eq!(masked, r#"[***], *** and *** are not *** or "***""#);
}

#[test]
fn foreign_text_is_short_and_has_no_control_characters() {
    assert_eq!(presentable("  a\r\n\tb\u{1b}[31mc\u{0}\u{202e}d ", &[]), "a b [31mc d");
    let long = presentable(&"ä".repeat(100_000), &[]);
    assert_eq!(long.chars().count(), 501);
    assert!(long.ends_with('…'));
}

#[test]
fn what_is_cleaned_away_does_not_hide_a_secret() {
    let secrets = [Secret::new("hunter2"), Secret::new("two words")];
    assert_eq!(
        presentable("got hun\u{200b}ter2, h\u{ad}unter2 and two\n\u{7} words", &secrets),
        "got ***, *** and ***"
    );
}

#[test]
fn half_a_secret_at_the_end_of_what_is_read_is_not_shown() {
    let secret = "hunter2-and-more";
    let secrets = [Secret::new(secret)];
    for quoted in [secret.to_owned(), secret.bytes().map(|byte| format!("\\u{byte:04x}")).collect()] {
        for kept in [1, 6, quoted.len() / 2, quoted.len() - 1] {
            let mut text = " ".repeat(READ - kept);
            text.push_str(&quoted);
            assert_eq!(presentable(&text, &secrets), "", "{kept} of {quoted}");
            // As the reader of an answer cuts it.
            assert_eq!(presentable(&text[..READ], &secrets), "");
        }
    }
    let shorter = "x".repeat(READ - 1);
    assert_eq!(readable(&shorter, &secrets), shorter);
}

#[test]
fn hostile_text_takes_no_more_time_than_any_other() {
    let secrets: Vec<Secret> = (0..10)
        .map(|n| Secret::new(format!("{}{n}", "\\".repeat(40))))
        .chain([Secret::new("\\".repeat(30))])
        .collect();
    let started = Instant::now();
    for piece in ["\\", "\\u005c", "%25", "&amp;", "\\%5c&#92;", "a", " "] {
        let text = piece.repeat(READ / piece.len());
        assert!(!mask(&text, &secrets).contains(&"\\".repeat(30)));
    }
    // A few tenths of a second without optimization; it was minutes when every position was tried.
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

/// A few ways to quote, one inside the other.
fn quotings() -> impl Strategy<Value = Vec<fn(&str) -> String>> {
    let all: Vec<fn(&str) -> String> = vec![json, ascii_json, percent, form, html];
    prop::collection::vec(prop::sample::select(all), 0..=3)
}

proptest::proptest! {
    #[test]
    fn any_text_can_be_masked(text in ".*", secret in ".{3,8}") {
        let masked = mask(&format!("{text}{secret}{text}"), &[Secret::new(secret.clone())]);
        proptest::prop_assert!(secret.contains('*') || !masked.contains(&secret));
    }

    #[test]
    fn a_secret_is_found_however_it_is_quoted(
        secret in "[ -~äß😀\n]{3,20}", before in "[a-z]{0,5}", after in "[a-z]{0,5}", quotings in quotings(),
    ) {
        let quote = |text: &str| quotings.iter().fold(text.to_owned(), |text, quote| quote(&text));
        let text = format!("{before} {} {after}", quote(&format!("<{secret}>")));
        let masked = mask(&text, &[Secret::new(secret.clone())]);
        let stays = secret.contains('*') || masked.len() < text.len();
        proptest::prop_assert!(stays || !masked.contains(&quote(&secret)), "{text} -> {masked}");
        proptest::prop_assert!(masked.contains("***"), "{text} -> {masked}");
    }

    #[test]
    fn a_line_of_a_key_is_found_alone(lines in prop::collection::vec("[A-Za-z0-9+/]{20,64}", 1..6), at in 0usize..6) {
        let key = format!("-----BEGIN KEY-----\n{}\n-----END KEY-----", lines.join("\n"));
        let line = &lines[at % lines.len()];
        proptest::prop_assert_eq!(mask(&format!("got {line}!"), &[Secret::new(key)]), "got ***!");
    }
}
