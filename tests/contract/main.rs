//! The provider's tables against the emulator's contract: two statements of what Kibana takes, written apart
//! from each other. Every disagreement is listed; those that are meant stand below with their reasons.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Map, Value as Json, json};
use terraform_provider_kibana::catalog::TYPES;
use terraform_provider_kibana::catalog::vocabulary::{ConnectorType, Field, Kind, LeftOut};

/// Disagreements that are meant: type, key, and why.
const MEANT: &[(&str, &str, &str)] = &[
    ("inference", "taskType", "newer releases know more values, so ours is only warned about"),
    ("inference", "provider", "newer releases know more values, so ours is only warned about"),
    ("webhook", "verificationMode", "absent and full are one to whoever uses the connector"),
    ("cases_webhook", "verificationMode", "absent and full are one to whoever uses the connector"),
    ("http", "verificationMode", "absent and full are one to whoever uses the connector"),
];

/// The shape of a part of a contract: `config` or `secrets`, for the block's own variant where there are
/// several.
fn shape<'a>(contract: &'a Json, part: &str, ty: &ConnectorType) -> &'a Json {
    let shape = &contract[part];
    match shape["choose_by"].as_str() {
        Some(key) => {
            let chosen = ty.fixed.iter().find(|(fixed, _)| *fixed == key).map(|(_, text)| *text);
            &shape["shapes"][chosen.unwrap_or_else(|| panic!("{} does not say its {key}", ty.block))]
        }
        None => shape,
    }
}

/// Since when there is the type. A block that a key's value decides is as new as that value.
fn since<'a>(contract: &'a Json, ty: &ConnectorType) -> &'a Json {
    let mut fields = shape(contract, "config", ty)["fields"].as_array().into_iter().flatten();
    let decides = fields.find(|field| ty.fixed.iter().any(|(key, _)| field["key"] == *key));
    decides.map(|field| &field["since"]).filter(|since| since.is_string()).unwrap_or(&contract["since"])
}

/// A fact as our tables have it, which say nothing of releases before 8.0.
fn worth_saying(fact: &Json) -> &str {
    fact.as_str().filter(|text| !text.starts_with("7.")).unwrap_or_default()
}

fn compare(ty: &ConnectorType, shape: &Json, fields: &[Field], at: &str, found: &mut Vec<(String, String)>) {
    let theirs: BTreeMap<&str, &Json> = shape["fields"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|f| Some((f["key"].as_str()?, f)))
        .collect();
    let fixed: BTreeSet<&str> = ty.fixed.iter().map(|(key, _)| *key).collect();
    let ours: BTreeMap<String, &Field> = fields.iter().map(|field| (field.json_key(), field)).collect();
    let differ = |found: &mut Vec<_>, key: &str, what: String| {
        found.push((key.to_owned(), format!("{at}.{key}: {what}")));
    };
    for key in theirs.keys().filter(|key| !ours.contains_key(**key) && !fixed.contains(**key)) {
        differ(found, key, "only Kibana has it".to_owned());
    }
    for (key, field) in &ours {
        let Some(theirs) = theirs.get(key.as_str()) else {
            differ(found, key, "only the provider has it".to_owned());
            continue;
        };
        let kind = match field.kind {
            Kind::Text(_) => "text",
            Kind::Number(_) => "number",
            Kind::Flag => "boolean",
            Kind::TextMap(_) => "record",
            Kind::AnyObject | Kind::Object(_) => "object",
            Kind::Objects(..) => "list",
        };
        if theirs["kind"] != kind {
            differ(found, key, format!("{kind} here, {} there", theirs["kind"]));
        }
        let required = theirs["required"].as_bool().unwrap_or_default();
        if required != field.required {
            differ(found, key, format!("required here: {}, there: {required}", field.required));
        }
        let since = worth_saying(&theirs["since"]);
        let since = if since == ty.since { "" } else { since };
        if ![field.since.release, field.since.backported].contains(&since) {
            differ(found, key, format!("since {:?} here, {since:?} there", field.since));
        }
        let listed: Vec<&str> =
            theirs["one_of"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        if listed.iter().collect::<BTreeSet<_>>() != field.listed().iter().collect() {
            differ(found, key, format!("one of {:?} here, of {listed:?} there", field.listed()));
        }
        let bounds = (theirs["min"].as_i64(), theirs["max"].as_i64());
        if let Kind::Number(ours) = field.kind
            && ours != bounds.0.zip(bounds.1)
        {
            differ(found, key, format!("from {ours:?} here, {bounds:?} there"));
        }
        let at_secret = at.ends_with("secrets");
        if !required && !at_secret && at.matches('.').count() == 1 && !same_when_absent(field, theirs) {
            differ(
                found,
                key,
                format!("left out it means {:?} here, {} there", field.left_out, theirs["default"]),
            );
        }
        if let Some(inner) = field.inner() {
            compare(ty, &theirs["shape"], inner, &format!("{at}.{key}"), found);
        }
    }
}

/// Whether leaving the field out means the same. What changes between releases is left to Kibana.
fn same_when_absent(field: &Field, theirs: &Json) -> bool {
    let changes = theirs["changes"].as_array().into_iter().flatten();
    // The invented release changes defaults on purpose.
    let real = |change: &&Json| change["since"] != "10.0";
    let varies = !theirs["default_when"].is_null()
        || changes.filter(real).any(|change| change.to_string().contains("\"default"));
    let default = &theirs["default"];
    match field.left_out {
        LeftOut::KibanaFills => varies || !default.is_null(),
        LeftOut::Nothing => default.is_null(),
        LeftOut::Text(text) => *default == json!(text),
        LeftOut::Flag(flag) => *default == json!(flag),
        LeftOut::EmptyObject => *default == Json::Object(Map::new()),
    }
}

#[test]
fn the_providers_tables_and_the_emulators_contract_agree() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/emulator/types");
    let contracts: Vec<Json> = std::fs::read_dir(folder)
        .expect("there are contracts")
        .flatten()
        .map(|entry| std::fs::read_to_string(entry.path()).expect("a contract can be read"))
        .map(|text| serde_json::from_str(&text).expect("a contract is JSON"))
        .collect();
    let (mut found, mut used) = (Vec::new(), BTreeSet::new());
    for ty in TYPES {
        let Some(contract) = contracts.iter().find(|contract| contract["id"] == ty.kibana_id) else {
            found.push(format!("{}: the emulator does not know {}", ty.block, ty.kibana_id));
            continue;
        };
        if contract["license"] != ty.license.as_str() {
            found.push(format!("{}: {} here, {} there", ty.block, ty.license.as_str(), contract["license"]));
        }
        let said = [("name", ty.title, &contract["name"]), ("since", ty.since, since(contract, ty))];
        for (key, here, there) in said.iter().filter(|(_, here, there)| worth_saying(there) != *here) {
            found.push(format!("{}: {key} {here:?} here, {there} there", ty.block));
        }
        let mut differences = Vec::new();
        compare(
            ty,
            shape(contract, "config", ty),
            ty.config,
            &format!("{}.config", ty.block),
            &mut differences,
        );
        compare(
            ty,
            shape(contract, "secrets", ty),
            ty.secrets,
            &format!("{}.secrets", ty.block),
            &mut differences,
        );
        for (key, difference) in differences {
            match MEANT.iter().position(|(block, meant, _)| *block == ty.block && *meant == key) {
                Some(position) => drop(used.insert(position)),
                None => found.push(difference),
            }
        }
    }
    for contract in contracts.iter().filter(|contract| contract["id"].is_string()) {
        if !TYPES.iter().any(|ty| contract["id"] == ty.kibana_id) {
            found.push(format!("the provider has no block for {}", contract["id"]));
        }
    }
    let idle = MEANT.iter().enumerate().filter(|(position, _)| !used.contains(position));
    found.extend(idle.map(|(_, (block, key, _))| format!("{block}: {key} agrees, and is listed as meant")));
    assert!(found.is_empty(), "{} disagreements:\n{}", found.len(), found.join("\n"));
}
