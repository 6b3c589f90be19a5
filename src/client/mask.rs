//! Masking: takes secret values out of text that somebody else wrote, and makes what is left fit to show.
//!
//! Everything foreign passes here before it gets into an error or a log. A proxy or Kibana may quote a value
//! as it is, inside JSON, inside a URL or inside HTML, so each character of a secret is looked for in all of
//! these forms, mixed as they come. Must not know where the text came from.

use crate::value::Secret;

/// What stands where a secret stood.
const MASK: &str = "***";

/// Shorter secrets stay: one or two characters give nothing away where they are found by chance, and masking
/// every `a` would garble the message and even tell what the secret is.
const SHORTEST: usize = 3;

/// How many characters of foreign text are shown.
const SHOWN: usize = 500;

/// How many bytes of foreign text are looked at. What lies behind is never shown.
const READ: usize = 64 * 1024;

/// Replaces every occurrence of every secret by `***`, also where it is escaped for JSON, a URL (`+` or
/// `%20`, hexadecimal digits of either case) or HTML. Secrets shorter than three characters are left alone.
///
/// ```
/// use terraform_provider_kibana::client::mask;
/// use terraform_provider_kibana::value::Secret;
/// let secrets = [Secret::new("a/b c")];
/// assert_eq!(mask("no host for https://x/?k=a%2fb+c&v=1", &secrets), "no host for https://x/?k=***&v=1");
/// ```
#[must_use]
pub fn mask(text: &str, secrets: &[Secret]) -> String {
    // Overlapping occurrences become one, or the tail of the second would stay readable.
    let mut found: Vec<(usize, usize)> = Vec::new();
    for needle in needles(secrets) {
        for start in text.char_indices().map(|(at, _)| at) {
            if let Some(end) = match_at(text, start, needle) {
                found.push((start, end));
            }
        }
    }
    found.sort_unstable();
    let mut masked = String::with_capacity(text.len());
    let mut shown = 0;
    let mut found = found.into_iter().peekable();
    while let Some((start, mut end)) = found.next() {
        while let Some((_, next)) = found.next_if(|(next, _)| *next < end) {
            end = end.max(next);
        }
        masked.push_str(&text[shown..start]);
        masked.push_str(MASK);
        shown = end;
    }
    masked.push_str(&text[shown..]);
    masked
}

/// Foreign text as it may be shown: secrets masked, control and direction characters gone, white space run
/// together, at most 500 characters.
pub(super) fn presentable(text: &str, secrets: &[Secret]) -> String {
    let end = (0..=text.len().min(READ)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let read = &text[..end];
    let masked = mask(read, secrets);
    let mut shown = String::new();
    let words = masked.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    for word in words {
        if !shown.is_empty() {
            shown.push(' ');
        }
        shown.extend(word.chars().filter(|c| !turns_text_around(*c)));
    }
    match shown.char_indices().nth(SHOWN) {
        Some((cut, _)) => format!("{}…", &shown[..cut]),
        None => shown,
    }
}

/// The texts to look for: the secrets, and their trimmed forms, since a value read from a file often ends in
/// a line break that nobody quotes.
fn needles(secrets: &[Secret]) -> impl Iterator<Item = &str> {
    secrets
        .iter()
        .flat_map(|secret| {
            let (whole, trimmed) = (secret.expose(), secret.expose().trim());
            [Some(whole), (trimmed != whole).then_some(trimmed)]
        })
        .flatten()
        .filter(|needle| needle.chars().count() >= SHORTEST)
}

/// Where `needle` ends if it begins at `start`, each character in any of its forms; the longest way.
fn match_at(text: &str, start: usize, needle: &str) -> Option<usize> {
    // Nearly every position ends here, without an allocation.
    let mut begins = false;
    forms(&text[start..], needle.chars().next()?, &mut |_| begins = true);
    if !begins {
        return None;
    }
    // More than one form can fit (`%` of `%25`), so all positions that are still possible are followed.
    let mut ends = vec![start];
    let mut next = Vec::new();
    for wanted in needle.chars() {
        next.clear();
        for end in &ends {
            forms(&text[*end..], wanted, &mut |length| next.push(end + length));
        }
        next.sort_unstable();
        next.dedup();
        std::mem::swap(&mut ends, &mut next);
        if ends.is_empty() {
            return None;
        }
    }
    ends.into_iter().max()
}

/// Tells the length of every form of `wanted` that `text` begins with.
fn forms(text: &str, wanted: char, tell: &mut impl FnMut(usize)) {
    if text.starts_with(wanted) {
        tell(wanted.len_utf8());
    }
    match text.as_bytes().first() {
        Some(b'\\') => json_forms(text, wanted, tell),
        Some(b'%') => {
            let mut utf8 = [0; 4];
            let bytes = wanted.encode_utf8(&mut utf8).as_bytes();
            if percent_encoded(text.as_bytes(), bytes) {
                tell(3 * bytes.len());
            }
        }
        Some(b'+') if wanted == ' ' => tell(1),
        Some(b'&') => html_forms(text, wanted, tell),
        _ => {}
    }
}

fn json_forms(text: &str, wanted: char, tell: &mut impl FnMut(usize)) {
    let short = match wanted {
        '"' => "\\\"",
        '\\' => "\\\\",
        '/' => "\\/",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\u{8}' => "\\b",
        '\u{c}' => "\\f",
        _ => "",
    };
    if !short.is_empty() && text.starts_with(short) {
        tell(short.len());
    }
    // JSON that was quoted in JSON has more backslashes in front.
    let backslashes = text.bytes().take_while(|byte| *byte == b'\\').count();
    match short.strip_prefix('\\') {
        Some("\\") if backslashes >= 4 => tell(4),
        Some(letter) if letter != "\\" && backslashes >= 2 && text[backslashes..].starts_with(letter) => {
            tell(backslashes + letter.len());
        }
        _ => {}
    }
    let mut units = [0; 2];
    let units = wanted.encode_utf16(&mut units);
    let escaped = units.iter().enumerate().all(|(position, unit)| {
        text.get(6 * position..6 * position + 6).is_some_and(|escape| {
            escape.starts_with("\\u") && u16::from_str_radix(&escape[2..], 16) == Ok(*unit)
        })
    });
    if escaped {
        tell(6 * units.len());
    }
}

fn percent_encoded(text: &[u8], bytes: &[u8]) -> bool {
    text.len() >= 3 * bytes.len()
        && bytes.iter().zip(text.chunks(3)).all(|(byte, escape)| {
            escape[0] == b'%'
                && char::from(escape[1]).to_digit(16) == Some(u32::from(byte >> 4))
                && char::from(escape[2]).to_digit(16) == Some(u32::from(byte & 15))
        })
}

fn html_forms(text: &str, wanted: char, tell: &mut impl FnMut(usize)) {
    let entities: &[&str] = match wanted {
        '&' => &["&amp;", "&#38;", "&#x26;"],
        '<' => &["&lt;", "&#60;", "&#x3C;", "&#x3c;"],
        '>' => &["&gt;", "&#62;", "&#x3E;", "&#x3e;"],
        '"' => &["&quot;", "&#34;", "&#x22;"],
        '\'' => &["&#39;", "&#x27;", "&#039;", "&apos;"],
        '/' => &["&#x2F;", "&#x2f;", "&#47;"],
        '=' => &["&#x3D;", "&#x3d;", "&#61;"],
        '`' => &["&#x60;", "&#96;"],
        _ => &[],
    };
    for entity in entities.iter().filter(|entity| text.starts_with(**entity)) {
        tell(entity.len());
    }
}

/// Characters that are invisible and change how the text around them is shown.
fn turns_text_around(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{mask, presentable};
    use crate::value::Secret;

    fn check(secrets: &[&str], text: &str, masked: &str) {
        let secrets: Vec<Secret> = secrets.iter().map(|secret| Secret::new(*secret)).collect();
        assert_eq!(mask(text, &secrets), masked, "{text}");
    }

    #[test]
    fn json_quoted_in_json_is_found() {
        let once = serde_json::to_string("a\"b\\c\nd").unwrap();
        let twice = serde_json::to_string(&once).unwrap();
        check(&["a\"b\\c\nd"], &once, "\"***\"");
        check(&["a\"b\\c\nd"], &twice, "\"\\\"***\\\"\"");
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
        check(&["100%25"], "at 100%25, 100%2525", "at ***, ***");
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

    #[test]
    fn foreign_text_is_short_and_has_no_control_characters() {
        assert_eq!(presentable("  a\r\n\tb\u{1b}[31mc\u{0}\u{202e}d ", &[]), "a b [31mc d");
        let long = presentable(&"ä".repeat(100_000), &[]);
        assert_eq!(long.chars().count(), 501);
        assert!(long.ends_with('…'));
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_masked(text in ".*", secret in ".{3,8}") {
            let masked = mask(&format!("{text}{secret}{text}"), &[Secret::new(secret.clone())]);
            proptest::prop_assert!(secret.contains('*') || !masked.contains(&secret));
        }
    }
}
