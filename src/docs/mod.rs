//! The published documentation and the connector examples, rendered from the schemas and the catalog.
//!
//! A test holds `docs/` and `examples/` against what comes out here, and rewrites them when asked to. Pages
//! have the layout that Terraform's registry reads. Nothing at run time calls this.

mod example;
mod markdown;
mod narrow;
mod pages;
mod served;
mod spec;

use crate::catalog::TYPES;

/// A generated file.
#[derive(Debug)]
pub struct File {
    /// Its path from the root of the project.
    pub path: String,
    /// What it must hold.
    pub text: String,
}

/// All generated files. `read` gives the text of a hand-written one that a page includes, by its path from
/// the root.
pub fn files(read: &dyn Fn(&str) -> String) -> Vec<File> {
    let mut files = vec![
        File { path: "docs/index.md".to_owned(), text: pages::index(read) },
        File { path: "docs/resources/connector.md".to_owned(), text: pages::connector(read) },
    ];
    files.extend(narrow::pages(read).into_iter().map(|(path, text)| File { path, text }));
    files.extend(served::pages(read));
    let guide = "docs/guides/migrating-from-elasticstack.md";
    files.push(File { path: guide.to_owned(), text: pages::with_types(&read(guide)) });
    let readme = pages::with_version(&pages::with_types(&read("README.md")));
    files.push(File { path: "README.md".to_owned(), text: readme });
    for path in ["examples/provider/provider.tf", "examples/quickstart/main.tf"] {
        files.push(File { path: path.to_owned(), text: pages::with_version(&read(path)) });
    }
    files.extend(TYPES.iter().map(|ty| File { path: example::path(ty), text: example::example(ty) }));
    files
}

/// The HCL of a type's example, and the values of the variables that it asks for, by name.
#[must_use]
pub fn example(block: &str) -> Option<(String, Vec<(String, String)>)> {
    let ty = crate::catalog::by_block(block)?;
    Some((example::example(ty), example::variables(ty)))
}

#[cfg(test)]
mod tests {
    use super::files;
    use crate::offer::Offer;

    #[test]
    fn whatever_is_served_has_a_page() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("a file of the project");
        let pages: Vec<String> = files(&read).into_iter().map(|file| file.path).collect();
        let offer = Offer::default();
        let served = (offer.resources.iter().map(|one| ("resources", one.type_name())))
            .chain(offer.data_sources.iter().map(|one| ("data-sources", one.type_name())))
            .chain(offer.lists.iter().map(|one| ("list-resources", one.type_name())))
            .chain(offer.actions.iter().map(|one| ("actions", one.type_name())));
        for (folder, type_name) in served {
            let page = format!("docs/{folder}/{}.md", type_name.trim_start_matches("kibana_"));
            assert!(pages.contains(&page), "{page}");
        }
    }
}
