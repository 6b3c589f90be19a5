//! Mail addresses in a sender's list, simpler than RFC 5322 but with its quotes and display names.

/// The addresses in a list, or the parts that are none.
///
/// # Errors
///
/// The parts of the list that hold no address.
pub(super) fn parse(list: &str) -> Result<Vec<String>, Vec<String>> {
    let (good, bad): (Vec<_>, Vec<_>) = split(list)
        .into_iter()
        .map(|part| address(part).ok_or_else(|| part.trim().to_owned()))
        .partition(Result::is_ok);
    if bad.is_empty() {
        Ok(good.into_iter().filter_map(Result::ok).collect())
    } else {
        Err(bad.into_iter().filter_map(Result::err).collect())
    }
}

/// The part after the last `@`.
pub(super) fn domain(address: &str) -> &str {
    address.rsplit('@').next().unwrap_or_default()
}

/// Splits at commas that are not in quotes.
fn split(list: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, c) in list.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => {
                parts.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&list[start..]);
    parts
}

/// `a@b` or `Name <a@b>`.
fn address(part: &str) -> Option<String> {
    let part = part.trim();
    let bare = match part.strip_suffix('>') {
        Some(rest) => rest.rsplit_once('<')?.1.trim(),
        None => part,
    };
    let (local, domain) = bare.rsplit_once('@')?;
    let odd = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | ':' | '@');
    let local_good =
        !local.is_empty() && (local.starts_with('"') && local.ends_with('"') || !local.contains(odd));
    let domain_good =
        !domain.is_empty() && !domain.contains(odd) && domain.split('.').all(|label| !label.is_empty());
    (local_good && domain_good).then(|| bare.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_names_quotes_and_lists() {
        assert_eq!(parse("a@b.co").unwrap(), ["a@b.co"]);
        assert_eq!(parse("\"Ops, night\" <ops@b.co>, c@d").unwrap(), ["ops@b.co", "c@d"]);
        assert_eq!(parse("nope, a@b.co, x@").unwrap_err(), ["nope", "x@"]);
    }
}
