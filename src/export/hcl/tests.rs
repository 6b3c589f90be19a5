//! What is generated, as text.

use super::{file, import, resource};
use crate::schema::{Attribute, Block, NestedBlock, Nesting, Presence};
use crate::value::json::from_json;
use crate::value::{Number, Type, Value};

fn schema() -> Block {
    let text = |name: &str| Attribute::new(name, Type::Text, Presence::Optional);
    let nested = |name: &str, nesting, attributes, blocks| NestedBlock {
        name: name.to_owned(),
        nesting,
        block: Block { attributes, blocks, ..Block::default() },
    };
    let secrets = vec![text("user").sensitive(), text("password").sensitive()];
    let list = Nesting::List { min: 0, max: 0 };
    let hook = vec![
        nested("secrets", Nesting::Single, secrets, vec![]),
        nested("header", list, vec![text("name"), text("value")], vec![]),
    ];
    Block {
        attributes: vec![
            text("name"),
            text("space_id"),
            text("template").json_text(),
            Attribute::new("secrets_wo", Type::Dynamic, Presence::Optional).write_only().sensitive(),
            Attribute::new("port", Type::Number, Presence::Optional),
            Attribute::new("anything", Type::Dynamic, Presence::Optional),
        ],
        blocks: vec![
            nested("hook", Nesting::Single, vec![text("url")], hook),
            nested("log", Nesting::Single, vec![], vec![]),
            nested("custom", Nesting::Single, vec![text("secrets_json").sensitive()], vec![]),
        ],
        ..Block::default()
    }
}

fn written(entries: &[(&str, Value)]) -> String {
    let mut value = schema().empty_value();
    entries.iter().for_each(|(name, entry)| value.set(name, entry.clone()));
    file([resource(("kibana_connector", "x"), &schema(), &value, None)])
}

fn json(text: &str) -> Value {
    let (ty, value) = from_json(&serde_json::from_str(text).unwrap());
    Value::dynamic(ty, value)
}

#[test]
fn a_resource_reads_as_a_person_would_write_it() {
    let header = |name: &str| Value::object([("name", Value::text(name)), ("value", Value::text("v"))]);
    let hook = Value::object([
        ("url", Value::text("https://a.example")),
        ("secrets", Value::Null),
        ("header", Value::List(vec![header("a"), header("b")])),
    ]);
    let text = written(&[
        ("name", Value::text("ops")),
        ("space_id", Value::text("default")),
        ("port", Value::Number(Number::from(587_i64))),
        ("hook", hook),
    ]);
    let expected = r#"resource "kibana_connector" "x" {
  name     = "ops"
  space_id = "default"
  port     = 587

  hook {
    url = "https://a.example"

    header {
      name  = "a"
      value = "v"
    }

    header {
      name  = "b"
      value = "v"
    }

    # Kibana never returns secrets. Fill in those that this connector has before you change it:
    # secrets {
    #   user     = var.x_user
    #   password = var.x_password
    # }
  }
}
"#;
    assert_eq!(text, expected);
}

#[test]
fn a_block_without_arguments_takes_one_line() {
    let text = written(&[("name", Value::text("n")), ("log", Value::object([]))]);
    assert!(text.contains("\n  log {}\n"), "{text}");
}

#[test]
fn sensitive_arguments_of_an_otherwise_empty_block_are_a_comment() {
    let text = written(&[("custom", Value::object([("secrets_json", Value::Null)]))]);
    let expected = "  custom {\n    # Kibana never returns secrets. Fill in those that this connector has before you change it:\n    \
                    # secrets_json = var.x_secrets_json\n  }\n";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn text_means_itself() {
    let odd = "quote \" back \\ ${a} %{b} $${c} tab\t line\n bell\u{7} ü \u{2028}";
    let text = written(&[("name", Value::text(odd))]);
    let expected = "quote \\\" back \\\\ $${a} %%{b} $$${c} tab\\t line\\n bell\\u0007 ü \u{2028}";
    assert!(text.contains(&format!("name = \"{expected}\"\n")), "{text}");
}

#[test]
fn json_kept_as_text_is_written_as_jsonencode() {
    let text = written(&[("template", Value::text(r#"{"a": {"b c": [1, 2.50]}, "d": null}"#))]);
    let expected =
        "  template = jsonencode({\n    a = {\n      \"b c\" = [1, 2.5]\n    }\n    d = null\n  })\n";
    assert!(text.contains(expected), "{text}");
    for template in ["{{{ case.title }}}", "\"a\"", "{"] {
        let text = written(&[("template", Value::text(template))]);
        assert!(!text.contains("jsonencode"), "{text}");
    }
    // Text that merely looks like JSON stays text where only the very same text is equal.
    assert!(written(&[("name", Value::text("{}"))]).contains(r#"name = "{}""#));
}

#[test]
fn values_of_every_kind_are_in_line() {
    let text = written(&[(
        "anything",
        json(r#"{"for":1,"a":true,"list":[{"x":1},{"y":[]}],"n":-0.00000012345678901234567890,"e":{}}"#),
    )]);
    let expected = r#"  anything = {
    a     = true
    e     = {}
    "for" = 1
    list = [
      {
        x = 1
      },
      {
        y = []
      },
    ]
    n = -0.0000001234567890123456789
  }
"#;
    assert!(text.contains(expected), "{text}");
}

#[test]
fn lists_in_lists_are_written_in_linear_time() {
    // A doubling with each level would not end before the sun does.
    let depth = 100;
    let deep = |inner: &str| format!("{}{inner}{}", "[".repeat(depth), "]".repeat(depth));
    let text = written(&[("template", Value::text(deep("1")))]);
    assert!(text.contains(&deep("1")), "{text}");
    let text = written(&[("template", Value::text(deep(r#"{"a": 1}"#)))]);
    assert_eq!(text.lines().filter(|line| line.trim_start().starts_with('[')).count(), depth - 1, "{text}");
}

#[test]
fn of_several_blocks_of_secrets_the_known_one_is_written_down() {
    let nested = |name: &str, attributes, blocks| NestedBlock {
        name: name.to_owned(),
        nesting: Nesting::Single,
        block: Block { attributes, blocks, ..Block::default() },
    };
    let key = |name: &str| vec![Attribute::new(name, Type::Text, Presence::Optional).sensitive()];
    let choices = vec![nested("bearer", key("token"), vec![]), nested("other", key("values"), vec![])];
    let block = nested("spec", vec![], vec![nested("secrets", vec![], choices)]);
    let schema = Block { blocks: vec![block], ..Block::default() };
    let config = Value::object([("spec", Value::object([("secrets", Value::Null)]))]);
    for (choice, told) in [
        (Some("bearer"), "#   bearer {\n    #     token = var.x_token\n"),
        (Some("github_app"), "#   other {\n    #     values = var.x_values\n"),
        (None, "#   # one of: bearer, other\n"),
    ] {
        let text = file([resource(("kibana_connector_spec", "x"), &schema, &config, choice)]);
        assert!(text.contains(told), "{choice:?}: {text}");
    }
}

#[test]
fn an_import_names_the_resource() {
    let text = file([import("kibana_connector.x", "default/a"), import("kibana_connector.y", "b")]);
    let expected = "import {\n  to = kibana_connector.x\n  id = \"default/a\"\n}\n\nimport {\n  to = kibana_connector.y\n  \
                    id = \"b\"\n}\n";
    assert_eq!(text, expected);
}
