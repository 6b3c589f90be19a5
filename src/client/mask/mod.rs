//! Masking: takes secret values out of text that somebody else wrote, and makes what is left fit to show.
//!
//! Everything foreign passes here before it gets into an error or a log. A proxy or Kibana may quote a value
//! as it is, inside JSON, inside a URL or inside HTML, and these inside each other: `views` undoes the
//! quoting, `needles` says what to look for. Must not know where the text came from.

mod needles;
mod views;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use needles::Needles;
pub(crate) use needles::values_in;
use views::View;

use crate::value::Secret;

/// What stands where a secret stood.
const MASK: &str = "***";

/// How many characters of foreign text are shown.
const SHOWN: usize = 500;

/// How many bytes of foreign text are looked at. What lies behind is never shown.
pub(super) const READ: usize = 64 * 1024;

/// Replaces every occurrence of every secret by `***`, however it is quoted. Secrets shorter than three
/// characters are left alone.
///
/// The time is linear in the length of the text: each way of reading it is searched once for all secrets.
#[must_use]
pub(super) fn mask(text: &str, secrets: &[Secret]) -> String {
    if text.is_empty() {
        return String::new();
    }
    let needles = Needles::of(secrets);
    if needles.exact.is_empty() {
        return text.to_owned();
    }
    let searches = (search(&needles.exact), search(&needles.unspaced));
    // Neither can fail short of secrets or a text of gigabytes, of which nothing is worth showing.
    let (Ok(exact), Ok(unspaced)) = searches else { return MASK.to_owned() };
    let Some(views) = views::of(text) else { return MASK.to_owned() };
    let mut found = Vec::new();
    for view in &views {
        find(&exact, view, &mut found);
        if !needles.unspaced.is_empty() {
            find(&unspaced, view.unspaced().as_ref().unwrap_or(view), &mut found);
        }
    }
    found.sort_unstable();
    replace(text, found)
}

fn search(needles: &[zeroize::Zeroizing<String>]) -> Result<AhoCorasick, aho_corasick::BuildError> {
    // The smallest kind: it is built for one text, and texts are short.
    let kind = Some(AhoCorasickKind::NoncontiguousNFA);
    AhoCorasick::builder().kind(kind).build(needles.iter().map(|needle| needle.as_bytes()))
}

/// Adds where the needles stand in the text that a view shows. Of those that overlap in the view one range is
/// made at once, so that a text full of them takes no more memory than itself.
fn find(search: &AhoCorasick, view: &View, found: &mut Vec<(usize, usize)>) {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for hit in search.find_overlapping_iter(view.bytes()) {
        let (mut start, end) = (hit.start(), hit.end());
        while let Some((last_start, _)) = ranges.pop_if(|(_, last_end)| *last_end > start) {
            start = start.min(last_start);
        }
        ranges.push((start, end));
    }
    found.extend(ranges.into_iter().map(|(start, end)| view.origin(start, end)));
}

fn replace(text: &str, found: Vec<(usize, usize)>) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut shown = 0;
    let mut found = found.into_iter().peekable();
    while let Some((start, mut end)) = found.next() {
        // Overlapping occurrences become one, or the tail of the second would stay readable.
        while let Some((_, next)) = found.next_if(|(next, _)| *next < end) {
            end = end.max(next);
        }
        // Whole letters: a needle is whole letters, however each is quoted.
        let start = boundary_before(text, start).max(shown);
        while !text.is_char_boundary(end) {
            end += 1;
        }
        masked.push_str(&text[shown..start]);
        masked.push_str(MASK);
        shown = end;
    }
    masked.push_str(&text[shown..]);
    masked
}

/// The part of a foreign text that is looked at. Where it is cut off, a secret may be cut in two, and half of
/// one is not found: what may hold such a half goes, too.
pub(super) fn readable<'a>(text: &'a str, secrets: &[Secret]) -> &'a str {
    if text.len() < READ {
        return text;
    }
    let longest = secrets.iter().map(|secret| secret.expose().len()).max().unwrap_or_default();
    // A letter quoted three times over takes at most so much more.
    let half = longest.saturating_mul(12).min(READ / 2);
    &text[..boundary_before(text, READ - half)]
}

fn boundary_before(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Foreign text as it may be shown: secrets masked, control and direction characters gone, white space run
/// together, at most 500 characters.
pub(crate) fn presentable(text: &str, secrets: &[Secret]) -> String {
    let masked = mask(readable(text, secrets), secrets);
    let mut plain = String::new();
    let words = masked.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    for word in words {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.extend(word.chars().filter(|c| !turns_text_around(*c)));
    }
    // What stood between the letters of a secret is gone now.
    let shown = mask(&plain, secrets);
    match shown.char_indices().nth(SHOWN) {
        Some((cut, _)) => format!("{}…", &shown[..cut]),
        None => shown,
    }
}

/// Characters that are invisible or change how the text around them is shown.
fn turns_text_around(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests;
