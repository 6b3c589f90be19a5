//! The way from the root of a value to where a codec is, on the stack.
//!
//! A trail says how deep the codec is, whether it is inside a sensitive attribute, and, when something is
//! wrong, the path to say so. It costs nothing while all is well.

use super::{Error, Problem};
use crate::value::{MAX_DEPTH, Path};

/// A place inside a value.
pub(super) struct Trail<'a> {
    parent: Option<&'a Trail<'a>>,
    step: Segment<'a>,
    depth: usize,
    secret: bool,
}

#[derive(Clone, Copy)]
enum Segment<'a> {
    /// One level deeper, but not a step of a path: an element of a set, or below a sensitive attribute, where
    /// even a key may be a secret.
    Silent,
    Attribute(&'a str),
    Key(&'a str),
    Index(usize),
}

impl<'a> Trail<'a> {
    /// The root.
    pub(super) fn root() -> Self {
        Self { parent: None, step: Segment::Silent, depth: 0, secret: false }
    }

    /// Whether text here must become a secret.
    pub(super) fn is_secret(&self) -> bool {
        self.secret
    }

    /// An attribute or block of a block, by a name from the schema.
    pub(super) fn attribute(&'a self, name: &'a str, sensitive: bool) -> Result<Self, Error> {
        let mut next = self.next(Segment::Attribute(name))?;
        next.secret |= sensitive;
        Ok(next)
    }

    /// An attribute of an object.
    pub(super) fn member(&'a self, name: &'a str) -> Result<Self, Error> {
        self.next(Segment::Attribute(name))
    }

    /// An element of a map.
    pub(super) fn key(&'a self, key: &'a str) -> Result<Self, Error> {
        self.next(Segment::Key(key))
    }

    /// An element of a list or tuple.
    pub(super) fn index(&'a self, index: usize) -> Result<Self, Error> {
        self.next(Segment::Index(index))
    }

    /// An element of a set, which no path can name, or the value inside a dynamic one.
    pub(super) fn inside(&'a self) -> Result<Self, Error> {
        self.next(Segment::Silent)
    }

    fn next(&'a self, step: Segment<'a>) -> Result<Self, Error> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error(Problem::TooDeep));
        }
        let step = if self.secret { Segment::Silent } else { step };
        Ok(Self { parent: Some(self), step, depth: self.depth + 1, secret: self.secret })
    }

    /// What is wrong here.
    pub(super) fn error(&self, problem: impl Into<Problem>) -> Error {
        Error::new(self.path(), problem.into())
    }

    /// Says where, if something is wrong.
    pub(super) fn check<T>(&self, result: Result<T, Problem>) -> Result<T, Error> {
        result.map_err(|problem| self.error(problem))
    }

    fn path(&self) -> Path {
        let mut steps = Vec::new();
        let mut place = Some(self);
        while let Some(trail) = place {
            steps.push(trail.step);
            place = trail.parent;
        }
        steps.into_iter().rev().fold(Path::root(), |path, step| match step {
            Segment::Silent => path,
            Segment::Attribute(name) => path.attribute(name),
            Segment::Key(key) => path.key(key),
            Segment::Index(index) => path.index(i64::try_from(index).unwrap_or(i64::MAX)),
        })
    }
}
