//! The definitions in `proto/` against a table of the wire: every message, field, enum and RPC.
//!
//! The table (`wire.tsv`) states the protocol's facts a second time, so that a slip of the pen in a
//! definition, which would still compile, does not go unnoticed.

use std::collections::BTreeSet;

use prost::Message;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorSet, ServiceDescriptorProto,
};

const DEFINITIONS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
const TABLE: &str = include_str!("wire.tsv");

#[test]
fn the_definitions_say_what_the_table_says() {
    let mut rows = Rows::default();
    let files = FileDescriptorSet::decode(DEFINITIONS).unwrap().file;
    for file in files.iter().filter(|file| file.package() != "google.protobuf") {
        file.message_type.iter().for_each(|message| rows.message(file.package(), message));
        file.enum_type.iter().for_each(|item| rows.enumeration(file.package(), item));
        file.service.iter().for_each(|service| rows.service(file.package(), service));
    }
    let table: BTreeSet<_> = TABLE.lines().skip(1).map(str::to_owned).collect();
    assert_eq!(table.len(), TABLE.lines().count() - 1, "a row is there twice");
    let missing: Vec<_> = table.difference(&rows.0).collect();
    let surplus: Vec<_> = rows.0.difference(&table).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "missing: {missing:#?}\nsurplus: {surplus:#?}");
}

/// Rows in the table's form: kind, owner, name, number, type, label, oneof, streaming.
#[derive(Default)]
struct Rows(BTreeSet<String>);

impl Rows {
    fn add(&mut self, columns: [&str; 8]) {
        assert!(self.0.insert(columns.join("\t")), "{columns:?}");
    }

    fn message(&mut self, scope: &str, message: &DescriptorProto) {
        let owner = format!("{scope}.{}", message.name());
        self.add(["message", &owner, "", "", "", "", "", ""]);
        for (index, oneof) in message.oneof_decl.iter().enumerate() {
            // An optional field lies in a oneof of its own that nobody wrote.
            let written = |field: &FieldDescriptorProto| {
                field.oneof_index == i32::try_from(index).ok() && !field.proto3_optional()
            };
            if message.field.iter().any(written) {
                self.add(["oneof", &owner, oneof.name(), "", "", "", "", ""]);
            }
        }
        message.field.iter().for_each(|field| self.field(&owner, message, field));
        message.enum_type.iter().for_each(|item| self.enumeration(&owner, item));
        let written = message.nested_type.iter().filter(|nested| !is_map_entry(nested));
        written.for_each(|nested| self.message(&owner, nested));
    }

    fn field(&mut self, owner: &str, message: &DescriptorProto, field: &FieldDescriptorProto) {
        let entry = message
            .nested_type
            .iter()
            .find(|nested| is_map_entry(nested) && type_name(field) == format!("{owner}.{}", nested.name()));
        let mut oneof = "";
        let (kind, mut label) = if let Some(entry) = entry {
            (format!("map<{},{}>", type_name(&entry.field[0]), type_name(&entry.field[1])), "map".to_owned())
        } else {
            let label = if field.label() == Label::Repeated {
                "repeated"
            } else if field.proto3_optional() {
                "optional"
            } else if let Some(index) = field.oneof_index {
                oneof = message.oneof_decl[usize::try_from(index).unwrap()].name();
                "oneof"
            } else {
                "singular"
            };
            (type_name(field), label.to_owned())
        };
        if field.options.as_ref().is_some_and(|options| options.deprecated()) {
            label.push_str(",deprecated");
        }
        self.add(["field", owner, field.name(), &field.number().to_string(), &kind, &label, oneof, ""]);
    }

    fn enumeration(&mut self, scope: &str, item: &EnumDescriptorProto) {
        let owner = format!("{scope}.{}", item.name());
        self.add(["enum", &owner, "", "", "", "", "", ""]);
        for value in &item.value {
            self.add(["enum_value", &owner, value.name(), &value.number().to_string(), "", "", "", ""]);
        }
    }

    fn service(&mut self, scope: &str, service: &ServiceDescriptorProto) {
        let owner = format!("{scope}.{}", service.name());
        self.add(["service", &owner, "", "", "", "", "", ""]);
        for rpc in &service.method {
            let streaming = match (rpc.client_streaming(), rpc.server_streaming()) {
                (false, false) => "unary",
                (true, false) => "client-streaming",
                (false, true) => "server-streaming",
                (true, true) => "bidi-streaming",
            };
            let (input, output) = (&rpc.input_type()[1..], &rpc.output_type()[1..]);
            self.add(["rpc", &owner, rpc.name(), "", &format!("{input} -> {output}"), "", "", streaming]);
        }
    }
}

fn is_map_entry(message: &DescriptorProto) -> bool {
    message.options.as_ref().is_some_and(|options| options.map_entry())
}

fn type_name(field: &FieldDescriptorProto) -> String {
    match field.r#type() {
        Type::Message | Type::Enum => field.type_name()[1..].to_owned(),
        Type::String => "string".to_owned(),
        Type::Bytes => "bytes".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Int64 => "int64".to_owned(),
        Type::Uint32 => "uint32".to_owned(),
        other => format!("{other:?}"),
    }
}
