//! The texts in a file of Rust: its string literals without what is compiled for tests alone.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The string literals of a file as the program has them, in their order: without those in comments, in
/// attributes and in what is compiled for tests alone.
pub(super) fn literals(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    collect(code.parse().unwrap(), &mut found);
    found
}

fn collect(tokens: TokenStream, found: &mut Vec<String>) {
    let mut tokens = tokens.into_iter().peekable();
    let mut is_for_tests = false;
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == '#' => {
                tokens.next_if(|next| matches!(next, TokenTree::Punct(mark) if mark.as_char() == '!'));
                if let Some(TokenTree::Group(attribute)) = tokens.next_if(
                    |next| matches!(next, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket),
                ) {
                    is_for_tests |= attribute.stream().to_string().replace(' ', "") == "cfg(test)";
                }
            }
            // An item ends with its braces, its semicolon or its comma.
            TokenTree::Punct(mark) if matches!(mark.as_char(), ';' | ',') => is_for_tests = false,
            TokenTree::Group(group) if is_for_tests => is_for_tests = group.delimiter() != Delimiter::Brace,
            TokenTree::Group(group) => collect(group.stream(), found),
            TokenTree::Literal(literal) if !is_for_tests => {
                found.extend(syn::parse_str::<syn::LitStr>(&literal.to_string()).map(|text| text.value()));
            }
            TokenTree::Literal(_) | TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

/// The longest of the pieces between the places that `format!` fills in, counted in words, with single
/// spaces.
pub(super) fn longest_piece(text: &str) -> String {
    let places = regex::Regex::new(r"\{\{|\}\}|\{[^{}\s]*\}").unwrap();
    let (mut pieces, mut end) = (vec![String::new()], 0);
    for place in places.find_iter(text) {
        let piece = pieces.last_mut().unwrap();
        piece.push_str(&text[end..place.start()]);
        end = place.end();
        match place.as_str() {
            "{{" => piece.push('{'),
            "}}" => piece.push('}'),
            _ => pieces.push(String::new()),
        }
    }
    pieces.last_mut().unwrap().push_str(&text[end..]);
    let words = |piece: &String| piece.split_whitespace().count();
    spaced(&pieces.into_iter().max_by_key(words).unwrap_or_default())
}

/// A text with single spaces between its words, and nothing around them.
pub(super) fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn texts_are_found_as_the_program_has_them() {
    let code = r##"
        //! "documentation"
        // "a comment"
        #[expect(dead_code, reason = "none")]
        fn f<'a>(c: char) -> &'a str {
            let _ = (c == '"', c == '\'', r#"a "raw" text"#, "one \
                     line, \"quoted\"");
            let _ = format!("of a macro {}", 1);
            /* "another" */ "last\n"
        }
        #[cfg(test)]
        const NUMBERS: [(&str, u8); 1] = [("of a test", 1)];
        #[cfg(test)]
        mod tests { fn g() { let _ = "}"; } }
        const END: &str = "end";
    "##;
    let texts = ["a \"raw\" text", "one line, \"quoted\"", "of a macro {}", "last\n", "end"];
    assert_eq!(literals(code), texts);
    for (text, piece) in [
        ("{} as in `{{ {name} = {{ … }} }}`, or not", "= { … } }`, or not"),
        ("no { key = 1 }  place", "no { key = 1 } place"),
        ("{a}{b:?} one {c}", "one"),
    ] {
        assert_eq!(longest_piece(text), piece);
    }
}
