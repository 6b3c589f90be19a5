//! Every connector type at once: secrets in either form, and a generated configuration for each.

use std::fmt::Write as _;

use terraform_provider_kibana::catalog::vocabulary::{ConnectorType, Kind};
use terraform_provider_kibana::{catalog, docs};

use crate::support::{Release, Workspace, status};

/// The examples of all types in one configuration, with a distinctive value in every secret. Ephemeral
/// variables hold what only write-only arguments may take.
fn all(workspace: &mut Workspace, write_only: bool) -> String {
    let mut hcl = String::new();
    for ty in catalog::TYPES {
        let (example, variables) = docs::example(ty.block).expect("every type has an example");
        for (name, value) in variables {
            workspace.set(&format!("TF_VAR_{name}"), &distinctive(ty, &name, &value));
        }
        let example = if write_only { as_write_only(&example) } else { example };
        let _ = writeln!(hcl, "{example}");
    }
    hcl
}

/// Connectors that hold the secrets which the examples leave out: block, config, secrets. `S` is a value to
/// search for, `C` and `K` are such values as a certificate and a key.
const MORE: &[(&str, &str, &str)] = &[
    (
        "email",
        "from = \"a@b.co\"\nservice = \"exchange_server\"\nclient_id = \"c\"\ntenant_id = \"t\"",
        "client_secret = S",
    ),
    ("webhook", WEB, "crt = S\nkey = S\npassword = S\nsecret_headers = { X = S }"),
    ("webhook", WEB, "pfx = S"),
    ("webhook", WEB, "client_secret = S"),
    ("http", WEB, "crt = S\nkey = S\npassword = S\nsecret_headers = { X = S }"),
    ("http", WEB, "pfx = S"),
    ("http", WEB, "client_secret = S"),
    ("http", PROXY, "proxy_username = S\nproxy_password = S\nsecret_query_params = { a = S }"),
    ("cases_webhook", CASES, "crt = S\nkey = S\npassword = S\nsecret_headers = { X = S }"),
    ("cases_webhook", CASES, "pfx = S"),
    ("cases_webhook", CASES, "client_secret = S"),
    ("genai_openai", API, "api_key = S\ncertificate_data = C\nprivate_key_data = K\nca_data = C"),
    ("genai_azure", API, "api_key = S\ncertificate_data = C\nprivate_key_data = K\nca_data = C"),
    (
        "genai_other",
        "api_url = \"https://a.example\"\ndefault_model = \"m\"",
        "api_key = S\ncertificate_data = C\nprivate_key_data = K\nca_data = C",
    ),
    (
        "mcp",
        "server_url = \"https://a.example\"",
        "token = S\napi_key = S\nuser = S\npassword = S\nsecret_headers = { X = S }",
    ),
    ("servicenow", OAUTH, "client_secret = S\nprivate_key = S\nprivate_key_password = S"),
    ("servicenow_sir", OAUTH, "client_secret = S\nprivate_key = S\nprivate_key_password = S"),
    ("servicenow_itom", OAUTH, "client_secret = S\nprivate_key = S\nprivate_key_password = S"),
    ("xmatters", "uses_basic = false", "secrets_url = \"https://a.example/${S}\""),
    ("xsoar", "url = \"https://a.example\"", "api_key = S\napi_key_id = S"),
];

/// Connectors of Kibana's catalogue: type, config, authentication, secrets as above.
const CATALOGUE: &[(&str, &str, &str, &str)] = &[
    (".jira-cloud", "{ subdomain = \"acme\" }", "basic", "username = S\npassword = S"),
    (".firecrawl", "null", "bearer", "token = S"),
    (".virustotal", "null", "api_key_header", "header = \"x-apikey\"\nvalue = S"),
    (".trello", "null", "api_key_query", "params = { key = S, token = S }"),
    (
        ".servicenow_search",
        "{ instanceUrl = \"https://a.example\" }",
        "oauth_client_credentials",
        "token_url = \"https://a.example\"\nclient_id = S\nclient_secret = S\nscope = S",
    ),
    (
        ".gcp_cloud_functions",
        "{ projectId = \"acme\", region = \"europe-west1\" }",
        "gcp_service_account",
        "service_account_json = jsonencode({ private_key = S })\nscope = S",
    ),
    (".google_drive", "null", "ears", "provider = \"google\"\nscope = S"),
    (".hubspot", "null", "oauth_authorization_code", "client_id = S\nclient_secret = S\nscope = S"),
    (
        ".amazon_s3",
        "{ region = \"eu-central-1\" }",
        "aws_credentials",
        "access_key_id = S\nsecret_access_key = S",
    ),
    (
        ".azure-blob",
        "{ accountUrl = \"https://a.example\" }",
        "azure_shared_key",
        "account_name = S\naccount_key = S",
    ),
    (
        ".jira-cloud",
        "{ subdomain = \"acme\" }",
        "other",
        "auth_type = \"basic\"\nvalues = { username = S, password = S }",
    ),
];
const PROXY: &str = "url = \"https://a.example\"\nproxy_url = \"https://p.example\"\nhas_proxy_auth = true";
const WEB: &str = "url = \"https://a.example\"";
const API: &str = "api_url = \"https://a.example\"";
const OAUTH: &str = "api_url = \"https://a.example\"\nis_oauth = true\nuser_identifier_value = \"u\"\nclient_id = \"c\"\njwt_key_id = \"j\"";
const CASES: &str = "create_incident_url = \"https://a.example\"\ncreate_incident_json = \"{}\"\ncreate_incident_response_key = \"id\"\n\
    get_incident_url = \"https://a.example\"\nget_incident_response_external_title_key = \"key\"\n\
    view_incident_url = \"https://a.example\"\nupdate_incident_url = \"https://a.example\"\nupdate_incident_json = \"{}\"";

fn more(workspace: &mut Workspace, write_only: bool) -> String {
    workspace.set("TF_VAR_marked", "h1dden-value");
    let ephemeral = if write_only { "\n  ephemeral = true" } else { "" };
    let mut hcl = format!("variable \"marked\" {{\n  sensitive = true{ephemeral}\n}}\n");
    for (number, (block, config, secrets)) in MORE.iter().enumerate() {
        let pem = |label: &str| format!("base64encode(\"-----BEGIN {label}-----\\n${{var.marked}}\\n\")");
        let secrets = secrets
            .replace("${S}", "${var.marked}")
            .replace("= S", "= var.marked")
            .replace("= C", &format!("= {}", pem("CERTIFICATE")))
            .replace("= K", &format!("= {}", pem("PRIVATE KEY")));
        let (inside, beside) = match write_only {
            true => (String::new(), format!("secrets_wo = {{\n{secrets}\n}}\n")),
            false => (format!("secrets {{\n{secrets}\n}}\n"), String::new()),
        };
        let _ = writeln!(
            hcl,
            "resource \"kibana_connector\" \"more_{number}\" {{\nname = \"ops more\"\n{block} {{\n{config}\n{inside}}}\n{beside}}}"
        );
    }
    for (number, (type_id, config, auth, secrets)) in CATALOGUE.iter().enumerate() {
        let secrets = secrets.replace("= S", "= var.marked");
        let (inside, beside) = match write_only {
            true => (String::new(), format!("secrets_wo = {{\n{auth} = {{\n{secrets}\n}}\n}}\n")),
            false => (format!("secrets {{\n{auth} {{\n{secrets}\n}}\n}}\n"), String::new()),
        };
        let _ = writeln!(
            hcl,
            "resource \"kibana_connector_spec\" \"spec_{number}\" {{\nname = \"ops more\"\nspec {{\nconnector_type_id = \
             \"{type_id}\"\nconfig = {config}\n{inside}}}\n{beside}}}"
        );
    }
    let secrets = "{ user = var.marked, password = var.marked }";
    for form in ["kibana_connector", "kibana_connector_custom"] {
        let (inside, beside) = match write_only {
            true => (String::new(), format!("secrets_wo = {secrets}\n")),
            false => (format!("secrets_json = jsonencode({secrets})\n"), String::new()),
        };
        let _ = writeln!(
            hcl,
            "resource \"{form}\" \"custom\" {{\nname = \"ops more\"\ncustom {{\nconnector_type_id = \".webhook\"\nconfig_json = \
             jsonencode({{ url = \"https://a.example\" }})\n{inside}}}\n{beside}}}"
        );
    }
    hcl
}

#[test]
fn every_secret_of_every_type_is_among_these() {
    for ty in catalog::TYPES {
        let example = docs::example(ty.block).map(|(hcl, _)| hcl).unwrap_or_default();
        for field in ty.secrets {
            let is_more = |(block, _, secrets): &(&str, &str, &str)| {
                *block == ty.block
                    && secrets.lines().any(|line| line.starts_with(&format!("{} =", field.name)))
            };
            let variable = format!("var.{}_{}", ty.block, field.name);
            assert!(
                example.contains(&variable) || MORE.iter().any(is_more),
                "the secret {}.{} is in no example, so it needs a line in MORE",
                ty.block,
                field.name
            );
        }
    }
}

/// A value that is accepted and can be searched for: addresses, JSON and maps keep their form.
fn distinctive(ty: &ConnectorType, variable: &str, example: &str) -> String {
    let field = ty.secrets.iter().find(|field| variable == format!("{}_{}", ty.block, field.name));
    let is_map = field.is_some_and(|field| !matches!(field.kind, Kind::Text(_)));
    if is_map {
        format!("{{ \"k\" = \"h1dden-{variable}\" }}")
    } else if example.starts_with("https://") {
        format!("{example}/h1dden-{variable}")
    } else if example.starts_with('{') {
        example.replacen('{', &format!("{{\"h1dden\": \"h1dden-{variable}\", "), 1)
    } else {
        format!("h1dden-{variable}")
    }
}

/// The `secrets` block of an example as `secrets_wo` of the resource, and its variables as ephemeral ones.
fn as_write_only(example: &str) -> String {
    let mut lines: Vec<&str> = example.lines().collect();
    if let Some(start) = lines.iter().position(|line| *line == "    secrets {") {
        let end = start + lines[start..].iter().position(|line| *line == "    }").expect("an end");
        let secrets: Vec<&str> = lines.drain(start..=end).collect();
        let close = lines.iter().position(|line| *line == "}").expect("the resource ends");
        lines.insert(close, "  }");
        secrets[1..secrets.len() - 1].iter().rev().for_each(|line| lines.insert(close, line));
        lines.insert(close, "  secrets_wo = {");
    }
    lines.join("\n").replace("sensitive = true", "sensitive = true\n  ephemeral = true")
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_of_any_type_shows_in_logs_or_output() {
    let mut workspace = Workspace::of(Release::Newest).await;
    let hcl = all(&mut workspace, false) + &more(&mut workspace, false);
    workspace.set("TF_LOG", "TRACE");
    workspace.write(&hcl);
    let mut said = String::new();
    let mut run = |workspace: &Workspace, arguments: &[&str]| {
        let run = workspace.terraform(arguments);
        said.push_str(&run.stdout);
        said.push_str(&run.stderr);
        run.code
    };
    let apply = ["apply", "-auto-approve", "-no-color", "-input=false"];
    assert_eq!(run(&workspace, &apply), 0);
    assert_eq!(run(&workspace, &["plan", "-no-color", "-detailed-exitcode"]), 0);
    assert_eq!(run(&workspace, &["plan", "-no-color", "-refresh-only"]), 0);
    let id = workspace.state("kibana_connector.email")["id"].as_str().expect("an id").to_owned();
    assert_eq!(run(&workspace, &["state", "rm", "kibana_connector.email"]), 0);
    assert_eq!(run(&workspace, &["import", "-no-color", "-input=false", "kibana_connector.email", &id]), 0);
    workspace.write(&hcl.replace("\"ops ", "\"other "));
    // A refusal that quotes what it was sent.
    let create =
        workspace.requests().into_iter().rfind(|request| request.method == "POST").expect("a create");
    let quoted = create.body.map(|body| body.to_string()).unwrap_or_default();
    workspace.kibana.fail(status(400, &format!("no: {quoted}")).on("PUT", &create.path));
    assert_ne!(run(&workspace, &apply), 0);
    assert_eq!(run(&workspace, &apply), 0);
    assert_eq!(run(&workspace, &["destroy", "-auto-approve", "-no-color"]), 0);
    // Terraform's own core writes dynamic values of the state into its debug log, `provider_secrets` of
    // `inference` among them; a provider cannot keep it from that, and `secrets_wo` is the way around it.
    let by_core = "UpgradeResourceState: ignoring dynamic block";
    let shown = said.lines().find(|line| line.contains("h1dden") && !line.contains(by_core));
    assert!(shown.is_none(), "{shown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_write_only_secret_of_any_type_is_kept_anywhere() {
    let mut workspace = Workspace::of(Release::Newest).await;
    if !workspace.has_write_only() {
        return;
    }
    let hcl = all(&mut workspace, true) + &more(&mut workspace, true);
    workspace.set("TF_LOG", "TRACE");
    workspace.write(&hcl);
    let planned = workspace.terraform(&["plan", "-no-color", "-input=false", "-out=plan"]).succeeds();
    let shown = workspace.terraform(&["show", "-json", "plan"]).succeeds();
    let applied = workspace.apply();
    for (number, body) in workspace.bodies("POST").iter().enumerate() {
        let has_secrets = body.get("secrets").is_some();
        assert!(!has_secrets || body.to_string().contains("h1dden"), "{number}: {body}");
    }
    let again = workspace.plans_nothing();
    let state = workspace.state_file();
    for (place, text) in [
        ("a plan", &planned.stdout),
        ("a plan's log", &planned.stderr),
        ("a plan file", &shown.stdout),
        ("an apply", &applied.stdout),
        ("an apply's log", &applied.stderr),
        ("a second plan's log", &again.stderr),
        ("the state", &state),
    ] {
        let shown = text.lines().find(|line| line.contains("h1dden"));
        assert!(shown.is_none(), "{place}: {shown:?}");
    }
}
