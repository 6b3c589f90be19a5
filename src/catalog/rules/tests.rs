//! What rules say, and when they stay silent.

use super::*;
use crate::catalog::condition::{is, off_or_unset};
use crate::value::Value;

struct Fields(Value);

impl Written for Fields {
    fn get(&self, field: &str) -> &Value {
        self.0.get(field)
    }
}

const COMBINATIONS: &[Combination] =
    &[(&[], &[]), (&["user", "password"], &[]), (&["crt", "key"], &["password"]), (&["pfx"], &["password"])];

fn found(rule: &Rule, fields: &[(&str, Value)]) -> Vec<(&'static str, String)> {
    let written = Fields(Value::object(fields.iter().cloned()));
    rule.findings(&written).into_iter().map(|finding| (finding.at, finding.text)).collect()
}

fn set() -> Value {
    Value::text("x")
}

#[track_caller]
fn says(rule: Rule, fields: &[(&str, Value)], expected: &[(&'static str, &str)]) {
    let found = found(&rule, fields);
    let found: Vec<_> = found.iter().map(|(at, text)| (*at, text.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn what_is_required_is_named_with_its_reason() {
    let rule = || when(is("service", "x")).requires(&["id", "secrets.key"]);
    let expected = [
        ("id", "`id` is required while `service` is \"x\"."),
        (
            "secrets.key",
            "`key` is required while `service` is \"x\". Add it to the `secrets` block or to `secrets_wo`.",
        ),
    ];
    says(rule(), &[("service", set())], &expected);
    says(rule(), &[("service", set()), ("id", Value::unknown())], &expected[1..]);
    says(rule(), &[("service", Value::unknown())], &[]);
    says(
        rule().advice("Ask for it."),
        &[("service", set()), ("secrets.key", set())],
        &[("id", "`id` is required while `service` is \"x\". Ask for it.")],
    );
}

#[test]
fn what_is_forbidden_is_named_with_its_reason() {
    says(
        when(off_or_unset("auth")).forbids(&["id", "key"]),
        &[("key", set())],
        &[("key", "`key` must be left out while `auth` is false, as it is when left out.")],
    );
}

#[test]
fn half_of_a_pair_misses_the_other_half_unless_it_may_still_come() {
    let rule = || always().together(&["user", "password"]);
    let expected =
        "`user` is set without `password`, which belongs with it. Set them together, or not at all.";
    says(rule(), &[], &[]);
    says(rule(), &[("user", set())], &[("password", expected)]);
    says(rule(), &[("user", set()), ("password", Value::unknown())], &[]);
    let promised = Value::Unknown(crate::value::Unknown::not_null());
    says(rule(), &[("user", set()), ("password", promised)], &[]);
}

#[test]
fn a_combination_is_exact_but_for_what_may_be_added() {
    let kept: [&[&str]; 5] =
        [&[], &["user", "password"], &["crt", "key"], &["crt", "key", "password"], &["pfx", "password"]];
    for fields in kept {
        let fields: Vec<_> = fields.iter().map(|field| (*field, set())).collect();
        says(always().one_of(COMBINATIONS), &fields, &[]);
    }
    says(always().one_of(COMBINATIONS), &[("user", set()), ("password", Value::unknown())], &[]);
}

#[test]
fn a_broken_combination_says_what_is_missing_or_in_the_way() {
    let rule = || always().one_of(COMBINATIONS);
    says(
        rule(),
        &[("user", set()), ("crt", Value::unknown())],
        &[(
            "password",
            "`user` is set without `password`, which belongs with it. Set them together, or not at all.",
        )],
    );
    says(
        rule(),
        &[("password", set())],
        &[(
            "secrets",
            "`password` is set without what belongs with it: `user`, or `crt` and `key`, or `pfx`.",
        )],
    );
    says(
        rule(),
        &[("user", set()), ("pfx", set())],
        &[(
            "secrets",
            "`user` and `pfx` cannot be used together. Set one of these, or none: `user` and `password`; `crt` and \
         `key` (and optionally `password`); `pfx` (and optionally `password`).",
        )],
    );
}

#[test]
fn a_url_of_the_web_has_one_of_its_schemes() {
    for good in ["https://a.example", "http://localhost:8080/v1", "HTTPS://a.example/{{id}}"] {
        assert!(is_http_url(good) && is_url(good), "{good}");
    }
    for bad in ["a.example", "https://", "ftp://a.example", "localhost:8080"] {
        assert!(!is_http_url(bad), "{bad}");
    }
    assert!(is_url("ftp://a.example"));
}
