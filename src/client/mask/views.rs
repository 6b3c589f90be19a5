//! The ways in which a foreign text can be read: as it is, and with its quoting undone.
//!
//! JSON quotes with backslashes, URLs with `%`, HTML with `&`, and each may be inside another one. Undoing
//! one of them gives a view that remembers where each of its bytes came from; undoing is repeated until
//! nothing changes, or a few levels deep.

/// How many levels of quoting are undone.
const LEVELS: usize = 5;

/// How many views are made at most. Text that was quoted on purpose could have thousands; text that quotes a
/// secret by accident has a handful.
const VIEWS: usize = 32;

/// One way to read a text.
pub(super) struct View {
    bytes: Vec<u8>,
    /// For each byte, where what it stands for begins and ends in the text.
    origin: Vec<(u32, u32)>,
}

/// What stands for a quoted piece.
enum Piece {
    Byte(u8),
    Char(char),
    Nothing,
}

/// Reads the piece that a text begins with, and says how long it is; none where it stands for itself.
type Unquote = fn(&[u8]) -> Option<(Piece, usize)>;

/// All views of a text, the text itself first; none for a text of more than 4 GiB.
pub(super) fn of(text: &str) -> Option<Vec<View>> {
    let length = u32::try_from(text.len()).ok()?;
    let mut views =
        vec![View { bytes: text.as_bytes().to_vec(), origin: (0..length).map(|at| (at, at + 1)).collect() }];
    let mut level = 0..1;
    for _ in 0..LEVELS {
        let next = views.len();
        for at in level {
            for unquote in [json as Unquote, percent, html] {
                let view = views[at].unquoted(unquote).filter(|_| views.len() < VIEWS);
                // The order in which different kinds are undone rarely matters.
                if let Some(view) = view.filter(|view| views.iter().all(|known| known.bytes != view.bytes)) {
                    views.push(view);
                }
            }
        }
        level = next..views.len();
    }
    Some(views)
}

impl View {
    /// The text as it reads.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where a part of the view stands in the text. The part is not empty.
    pub(super) fn origin(&self, start: usize, end: usize) -> (usize, usize) {
        (self.origin[start].0 as usize, self.origin[end - 1].1 as usize)
    }

    /// The same without any white space; none where there is none.
    pub(super) fn unspaced(&self) -> Option<Self> {
        self.unquoted(white_space)
    }

    fn unquoted(&self, unquote: Unquote) -> Option<Self> {
        let mut view = Self { bytes: Vec::new(), origin: Vec::new() };
        let mut changed = false;
        let mut at = 0;
        while at < self.bytes.len() {
            let (piece, length) = match unquote(&self.bytes[at..]) {
                Some(found) => {
                    changed = true;
                    found
                }
                None => (Piece::Byte(self.bytes[at]), 1),
            };
            let (start, end) = self.origin(at, at + length);
            let mut utf8 = [0; 4];
            let bytes = match piece {
                Piece::Byte(byte) => &[byte],
                Piece::Char(char) => char.encode_utf8(&mut utf8).as_bytes(),
                Piece::Nothing => &[][..],
            };
            view.bytes.extend_from_slice(bytes);
            // Positions fit: they are those of the text.
            view.origin.extend(bytes.iter().map(|_| (start as u32, end as u32)));
            at += length;
        }
        changed.then_some(view)
    }
}

fn json(text: &[u8]) -> Option<(Piece, usize)> {
    let [b'\\', letter, ..] = text else { return None };
    let byte = match letter {
        b'"' | b'\\' | b'/' | b'\'' => *letter,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        // JavaScript's own way to show a text.
        b'x' => return Some((Piece::Char(char::from(u8::try_from(hex(text.get(2..4)?)?).ok()?)), 4)),
        b'u' => return unicode(text),
        _ => return None,
    };
    Some((Piece::Byte(byte), 2))
}

fn unicode(text: &[u8]) -> Option<(Piece, usize)> {
    let unit = |text: &[u8]| u16::try_from(hex(text.strip_prefix(b"\\u")?.get(..4)?)?).ok();
    let first = unit(text)?;
    let units = [Some(first), text.get(6..).and_then(unit)];
    match char::decode_utf16(units.into_iter().flatten()).next()? {
        Ok(char) => Some((Piece::Char(char), 6 * char.len_utf16())),
        Err(_) => None,
    }
}

fn percent(text: &[u8]) -> Option<(Piece, usize)> {
    match text {
        [b'%', high, low, ..] => Some((Piece::Byte(u8::try_from(hex(&[*high, *low])?).ok()?), 3)),
        // `needles` looks for secrets with a `+` in this form, too.
        [b'+', ..] => Some((Piece::Byte(b' '), 1)),
        _ => None,
    }
}

fn html(text: &[u8]) -> Option<(Piece, usize)> {
    if text.first() != Some(&b'&') {
        return None;
    }
    let length = text.iter().take(12).position(|byte| *byte == b';')?;
    let char = match &text[1..length] {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        [b'#', b'x' | b'X', digits @ ..] => char::from_u32(hex(digits)?)?,
        [b'#', digits @ ..] => char::from_u32(std::str::from_utf8(digits).ok()?.parse().ok()?)?,
        _ => return None,
    };
    Some((Piece::Char(char), length + 1))
}

fn white_space(text: &[u8]) -> Option<(Piece, usize)> {
    text[0].is_ascii_whitespace().then_some((Piece::Nothing, 1))
}

fn hex(digits: &[u8]) -> Option<u32> {
    // `from_str_radix` would take a sign.
    let plain = digits.iter().all(u8::is_ascii_hexdigit);
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok().filter(|_| plain)
}
