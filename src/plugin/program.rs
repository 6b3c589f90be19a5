//! Who is being served. The rest of this room knows the provider only by what stands here.

/// What the process says of itself to people and to Terraform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Program {
    /// The binary's name, which Terraform looks for: `terraform-provider-TYPE`.
    pub name: &'static str,
    /// The version, without a `v`.
    pub version: &'static str,
    /// Where it is published, in full: `HOST/NAMESPACE/TYPE`.
    pub source_address: &'static str,
    /// What the help says of commands that the program has in addition to serving: whole lines, or nothing.
    pub commands: &'static str,
}

impl Program {
    /// The provider's type, the last part of its address.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.source_address.rsplit('/').next().unwrap_or(self.name)
    }
}

#[cfg(test)]
pub(super) const EXAMPLE: Program = Program {
    name: "terraform-provider-example",
    version: "1.2.3",
    source_address: "registry.terraform.io/examples/example",
    commands: "",
};

#[cfg(test)]
mod tests {
    use super::EXAMPLE;

    #[test]
    fn the_type_is_the_last_part_of_the_address() {
        assert_eq!(EXAMPLE.type_name(), "example");
    }
}
