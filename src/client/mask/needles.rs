//! What to look for: a secret whole, and the parts of it that somebody might quote alone.
//!
//! A key in PEM may be quoted line by line, a secret URL without its host, a service account's JSON by its
//! members. Nothing here knows which secret is of which kind: each is looked at.

use serde_json::Value as Json;
use url::Url;
use zeroize::Zeroizing;

use crate::value::Secret;

/// Shorter secrets stay: one or two characters give nothing away where they are found by chance, and masking
/// every `a` would garble the message and even tell what the secret is.
const SHORTEST: usize = 3;

/// Shorter lines of a secret of several lines say nothing alone.
const SHORTEST_LINE: usize = 6;

/// A secret as long as this is found with other white space in it, too. In a short one that would hide words
/// that merely stand side by side.
const LONG: usize = 16;

/// Texts to look for.
pub(super) struct Needles {
    /// As they stand.
    pub(super) exact: Texts,
    /// Without any white space, for a text without any.
    pub(super) unspaced: Texts,
}

type Texts = Vec<Zeroizing<String>>;

impl Needles {
    /// Everything by which these secrets could be told.
    pub(super) fn of(secrets: &[Secret]) -> Self {
        let mut exact = Texts::new();
        for secret in secrets {
            add(secret.expose(), &mut exact);
        }
        // In a URL's query `+` is a blank, or stands for itself.
        let with_plus = exact.iter().filter(|needle| needle.contains('+'));
        let with_blanks: Texts = with_plus.map(|needle| Zeroizing::new(needle.replace('+', " "))).collect();
        exact.extend(with_blanks);
        let has_space = |needle: &str| needle.contains(|c: char| c.is_ascii_whitespace());
        let mut unspaced = Texts::new();
        for needle in exact.iter().filter(|needle| needle.len() >= LONG || has_space(needle)) {
            insert(&Zeroizing::new(needle.replace(|c: char| c.is_ascii_whitespace(), "")), &mut unspaced);
        }
        Self { exact: distinct(exact), unspaced: distinct(unspaced) }
    }
}

fn distinct(mut texts: Texts) -> Texts {
    texts.sort_unstable_by(|a, b| a.as_str().cmp(b));
    texts.dedup_by(|a, b| a.as_str() == b.as_str());
    texts
}

fn is_long_enough(text: &str) -> bool {
    text.chars().count() >= SHORTEST
}

fn insert(text: &str, needles: &mut Texts) {
    if is_long_enough(text) {
        needles.push(Zeroizing::new(text.to_owned()));
    }
}

fn add(secret: &str, needles: &mut Texts) {
    // A value read from a file often ends in a line break that nobody quotes.
    let trimmed = secret.trim();
    insert(secret, needles);
    insert(trimmed, needles);
    if trimmed.contains(['\n', '\r']) {
        let lines = trimmed.split(['\n', '\r']).map(str::trim);
        let telling = |line: &&str| line.chars().count() >= SHORTEST_LINE && !line.starts_with("-----");
        lines.filter(telling).for_each(|line| insert(line, needles));
    }
    if trimmed.starts_with(['{', '['])
        && let Ok(json) = serde_json::from_str::<Json>(trimmed)
    {
        // Its short members are rather words than secrets.
        let members = values_in(&json).into_iter().filter(|member| member.expose().len() >= LONG);
        members.for_each(|member| add_member(member.expose(), needles));
    }
    if let Ok(url) = Url::parse(trimmed)
        && url.has_host()
    {
        add_url(trimmed, &url, needles);
    }
}

/// A text inside of a secret's JSON: what is inside of that is not looked for.
fn add_member(member: &str, needles: &mut Texts) {
    insert(member, needles);
    insert(member.trim(), needles);
    let lines = member.lines().map(str::trim);
    lines
        .filter(|line| line.len() >= LONG && !line.starts_with("-----"))
        .for_each(|line| insert(line, needles));
}

/// The parts of a secret URL. Its host may be quoted in another case or with a port, so what follows the host
/// counts alone. The host itself is what a message about it has to name.
fn add_url(written: &str, url: &Url, needles: &mut Texts) {
    insert(url.as_str(), needles);
    let mut parts: Vec<&str> = Vec::new();
    // As it was written, too, since parsing quotes what is not plain.
    let rest = written.split_once("://").map_or("", |(_, rest)| rest);
    let written = rest.find(['/', '?', '#']).map_or("", |at| &rest[at..]);
    let parsed = &url[url::Position::BeforePath..];
    for rest in [written, parsed] {
        let path = rest.split(['?', '#']).next().unwrap_or_default();
        parts.extend([rest, path, rest.trim_start_matches('/'), path.trim_matches('/')]);
        parts.extend(rest.split(['/', '?', '#', '&', '=']).filter(|part| looks_made_up(part)));
    }
    parts.extend(url.password());
    parts.extend([url.query(), url.fragment()].into_iter().flatten());
    for part in parts.into_iter().filter(|part| part.chars().count() >= SHORTEST_LINE) {
        insert(part, needles);
        let plain = percent_encoding::percent_decode_str(part).decode_utf8_lossy();
        if plain != part {
            insert(&plain, needles);
        }
    }
}

/// Whether a part of a URL is rather a token than a word.
fn looks_made_up(part: &str) -> bool {
    part.len() >= 2 * LONG || (part.len() >= 8 && part.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Every value in a JSON, as it would be quoted: what has to be masked where the JSON holds secrets.
///
/// A flag is masked together with its opposite, or the mask itself would tell which it is.
pub(crate) fn values_in(json: &Json) -> Vec<Secret> {
    fn collect(json: &Json, values: &mut Vec<Secret>) {
        match json {
            Json::Null => {}
            Json::Bool(_) => values.extend(["true", "false"].map(Secret::new)),
            Json::Number(number) => {
                values.push(Secret::new(number.to_string()));
                // As JavaScript writes it.
                values.extend(number.as_f64().map(|number| Secret::new(number.to_string())));
            }
            Json::String(text) => values.push(Secret::new(text.as_str())),
            Json::Array(items) => items.iter().for_each(|item| collect(item, values)),
            Json::Object(entries) => entries.values().for_each(|entry| collect(entry, values)),
        }
    }
    let mut values = Vec::new();
    collect(json, &mut values);
    values
}
