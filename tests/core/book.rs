//! The book of diagnostics as it is written: each text once, without what differs from run to run.

use std::fmt::Write as _;

use terraform_provider_kibana::proto::tfplugin6 as pb;

/// The file as it grows. What was told before is not told again.
pub(crate) struct Book {
    pub(crate) text: String,
    pub(crate) told: Vec<(String, String)>,
    /// Of the emulator, which differs from run to run.
    pub(crate) address: String,
}

impl Book {
    pub(crate) fn section(&mut self, title: &str) {
        let _ = write!(self.text, "\n# {title}\n");
    }

    /// Adds a section as the file holds it, which is written elsewhere.
    pub(crate) fn keep(&mut self, title: &str, file: &str) {
        let start = format!("\n# {title}\n");
        let rest = file.split_once(&start).map_or("", |(_, rest)| rest);
        let section = rest.find("\n# ").map_or(rest, |at| &rest[..at]);
        self.text.push_str(&start);
        self.text.push_str(section);
    }

    /// Adds what was said; a case in which nothing was said is a mistake in this file.
    pub(crate) fn tell(&mut self, case: &str, said: &[pb::Diagnostic]) {
        assert!(!said.is_empty(), "{case}: nothing was said");
        for one in said {
            let (summary, detail) = (self.steady(&one.summary), self.steady(&one.detail));
            if self.told.contains(&(summary.clone(), detail.clone())) {
                continue;
            }
            let kind = match one.severity() {
                pb::diagnostic::Severity::Warning => "Warning",
                _ => "Error",
            };
            let path = one.attribute.as_ref().map(path).unwrap_or_default();
            let at = if path.is_empty() { String::new() } else { format!(" (at {path})") };
            let detail_lines: String = detail.lines().map(|line| format!("    {line}\n")).collect();
            let _ = write!(
                self.text,
                "\n{case}\n  {kind}: {summary}{at}\n{}",
                detail_lines.replace("    \n", "\n")
            );
            self.told.push((summary, detail));
        }
    }

    /// The text without what differs from run to run: the emulator's address and generated IDs.
    fn steady(&self, text: &str) -> String {
        let text = text.replace(&self.address, "http://kibana.example:5601");
        let mut steady = String::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.char_indices().map(|(at, _)| at).find(|at| is_uuid(&rest[*at..])) {
            steady.push_str(&rest[..at]);
            steady.push_str("90a82c60-478f-11ee-a343-f98a117c727f");
            rest = &rest[at + 36..];
        }
        steady + rest
    }
}

fn is_uuid(text: &str) -> bool {
    let Some(start) = text.get(..36) else { return false };
    start
        .char_indices()
        .all(|(at, c)| if matches!(at, 8 | 13 | 18 | 23) { c == '-' } else { c.is_ascii_hexdigit() })
}

fn path(path: &pb::AttributePath) -> String {
    use pb::attribute_path::step::Selector;
    let step = |step: &pb::attribute_path::Step| match step.selector.as_ref() {
        Some(Selector::AttributeName(name)) => format!(".{name}"),
        Some(Selector::ElementKeyString(key)) => format!("[{key:?}]"),
        Some(Selector::ElementKeyInt(at)) => format!("[{at}]"),
        None => String::new(),
    };
    path.steps.iter().map(step).collect::<String>().trim_start_matches('.').to_owned()
}
