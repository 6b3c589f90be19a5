//! What a user reads when something is wrong, before and after Kibana is asked.

use serde_json::json;

use crate::support::{Fault, Options, Release, Tls, Workspace, page, status};

fn connector(body: &str) -> String {
    format!("resource \"kibana_connector\" \"c\" {{\n  name = \"c\"\n  {body}\n}}\n")
}

const LOG: &str = "server_log {}";

/// The error of a plan, at the line that holds `line`, before any request.
async fn refused_before_any_request(body: &str, texts: &[&str], line: &str) {
    let workspace = Workspace::new().await;
    workspace.write(&connector(body));
    let mut run = workspace.plan().fails();
    for text in texts {
        run = run.says(text);
    }
    let said = run.said();
    assert_eq!(said.matches("Error: ").count(), 1, "{said}");
    assert!(said.contains(line), "it does not point at {line:?}: {said}");
    assert!(workspace.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_without_a_block_says_which_there_are() {
    refused_before_any_request(
        "",
        &["No connector type", "`email`", "`custom`"],
        "resource \"kibana_connector\" \"c\"",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_blocks_are_one_too_many() {
    refused_before_any_request(
        "server_log {}\n  index { index = \"i\" }",
        &["More than one connector type", "`index` and `server_log`"],
        "resource \"kibana_connector\" \"c\"",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_required_argument() {
    refused_before_any_request("index {}", &["The argument \"index\" is required"], "index {}").await;
    refused_before_any_request(
        "index { index = null }",
        &["Missing Configuration for Required Attribute", "`index` is required"],
        "index { index = null }",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_outside_its_list() {
    refused_before_any_request(
        "webhook {\n    url = \"https://a.example\"\n    method = \"head\"\n  }",
        &["`method` must be one of \"post\"", "`custom` block"],
        "method = \"head\"",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn blank_text_anywhere() {
    refused_before_any_request("index { index = \" \" }", &["Blank text"], "index = \" \"").await;
    let headers = "webhook {\n    url = \"https://a.example\"\n    headers = { X = \"\" }\n  }";
    refused_before_any_request(headers, &["Blank text"], "headers = { X = \"\" }").await;
    let json =
        "custom {\n    connector_type_id = \".x\"\n    config_json = jsonencode({ a = { b = \"\" } })\n  }";
    refused_before_any_request(json, &["Blank text", "[\"a\"][\"b\"]"], "config_json").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_no_kibana_takes() {
    refused_before_any_request(
        "id = \"a/b\"\n  server_log {}",
        &["Invalid connector ID", "it holds a slash"],
        "id = \"a/b\"",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_secret_and_a_rule_between_fields() {
    refused_before_any_request(
        "email {\n    from = \"a@b.co\"\n    host = \"h\"\n    port = 25\n    has_auth = true\n    secrets { password = \"p\" }\n  }",
        &["`user` is required while `has_auth` is true"],
        "secrets {",
    )
    .await;
    refused_before_any_request(
        "email {\n    from = \"a@b.co\"\n    port = 25\n    has_auth = false\n  }",
        &["`host` is required while `service` is \"other\""],
        "email {",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn json_that_is_none() {
    let hcl = "custom {\n    connector_type_id = \".x\"\n    config_json = \"{ a = 1 }\"\n  }";
    refused_before_any_request(hcl, &["`config_json` is not valid JSON", "column 3"], "config_json").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_block_that_cannot_work() {
    let workspace = Workspace::new().await;
    for (provider, texts) in [
        ("endpoint = \"kibana.example.com:5601\"", ["Invalid endpoint", "must begin with https://"]),
        (
            "endpoint = \"https://kibana\"\n  api_key = \"a\"\n  bearer_token = \"b\"",
            ["Conflicting authentication methods", "`api_key`"],
        ),
        (
            "endpoint = \"https://kibana\"\n  ca_cert_file = \"/no/such/file\"",
            ["Unreadable file", "/no/such/file"],
        ),
    ] {
        workspace.write(&format!("provider \"kibana\" {{\n  {provider}\n}}\n{}", connector(LOG)));
        let run = workspace.plan().fails();
        texts.into_iter().fold(run, |run, text| run.says(text));
    }
    assert!(workspace.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_this_kibana_does_not_take() {
    let plan = |workspace: &Workspace, id: &str| {
        workspace.write(&connector(&format!("id = {id:?}\n  server_log {{}}")));
        workspace.plan()
    };
    let old = Workspace::of(Release::Old).await;
    for id in ["my-connector", "my_id", "My Id", "Big", "-a"] {
        let refused = plan(&old, id).fails().says("Connector ID must be a UUID").says("Kibana 8.19");
        refused.does_not_say("may be rejected");
    }
    plan(&old, "90A82C60-478F-11EE-A343-F98A117C727F").says("may be rejected").says("Plan: 1 to add");
    let newest = Workspace::of(Release::Newest).await;
    plan(&newest, "my_id").says("may be rejected").says("Plan: 1 to add");
}

async fn apply_error(fault: Fault) -> String {
    let mut workspace = Workspace::new().await;
    workspace.set("TF_VAR_unused", "");
    workspace.write(&format!("provider \"kibana\" {{ retry_timeout_seconds = 0 }}\n{}", connector(LOG)));
    workspace.fail("POST", fault);
    workspace.apply_fails().said()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_answer_of_kibana_has_its_own_text() {
    let refused =
        apply_error(status(400, "error validating connector type config: [host] is required")).await;
    assert!(refused.contains("[host] is required"), "{refused}");
    let forbidden = apply_error(status(403, "Unauthorized to create a \".server-log\" action")).await;
    assert!(forbidden.contains("privilege"), "{forbidden}");
    let html = apply_error(page(200, "<html><head><title>Log in</title></head></html>")).await;
    assert!(html.contains("Log in"), "{html}");
    let overloaded = apply_error(status(429, "Server is overloaded")).await;
    assert!(overloaded.contains("Server is overloaded"), "{overloaded}");
    let redirected = apply_error(Fault::redirect("https://login.example.com/x")).await;
    assert!(redirected.contains("login.example.com"), "{redirected}");
    let texts = [refused, forbidden, html, overloaded, redirected];
    let titles: std::collections::BTreeSet<_> =
        texts.iter().filter_map(|text| text.split("Error: ").nth(1)).map(|rest| &rest[..20]).collect();
    assert_eq!(titles.len(), texts.len(), "{titles:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_credentials_and_none() {
    let mut workspace = Workspace::new().await;
    workspace.write(&connector(LOG));
    workspace.set("KIBANA_API_KEY", "d3Jvbmc=");
    workspace.apply_fails().says("401").does_not_say("d3Jvbmc=");
    workspace.unset("KIBANA_API_KEY");
    workspace.apply_fails().says("401").says("KIBANA_API_KEY");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_in_use_shows_how_to_import_it() {
    let workspace = Workspace::with_spaces(&["ops"]).await;
    workspace.put("default", "taken-here", ".server-log", json!({}));
    workspace.put("ops", "taken-there", ".server-log", json!({}));
    workspace.write(&connector("id = \"taken-here\"\n  server_log {}"));
    workspace
        .apply_fails()
        .says("taken-here")
        .says("import { to = kibana_connector.NAME id = \"taken-here\" }");
    workspace.write(&connector("id = \"taken-there\"\n  server_log {}"));
    workspace.apply_fails().says("taken-there").says("another space").does_not_say("import {");
    let preconfigured = Workspace::with_preconfigured("in-yml", ".server-log").await;
    preconfigured.write(&connector("id = \"in-yml\"\n  server_log {}"));
    preconfigured.apply_fails().says("preconfigured").does_not_say("import {");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_route_is_missing_or_a_proxy_answers() {
    let workspace = Workspace::with(Options { base_path: "/kibana".into(), ..Options::default() }).await;
    let mut workspace = workspace;
    let without = workspace.kibana_url().replace("/kibana", "");
    workspace.write(&connector(LOG));
    workspace.set("KIBANA_ENDPOINT", &without);
    workspace.apply_fails().says("base path");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_404_of_a_proxy_leaves_the_state_alone() {
    let workspace = Workspace::new().await;
    workspace.write(&connector(LOG));
    workspace.apply();
    let before = workspace.state("kibana_connector.c");
    workspace.fail("GET", page(404, "<h1>no such page</h1>"));
    workspace.plan().fails().says("404");
    workspace.fail("GET", status(404, "Not Found"));
    workspace.plan().fails().says("404");
    assert_eq!(workspace.state("kibana_connector.c"), before);
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_where_nobody_listens_is_named() {
    let mut workspace = Workspace::new().await;
    workspace.write(&format!("provider \"kibana\" {{ retry_timeout_seconds = 0 }}\n{}", connector(LOG)));
    workspace.set("KIBANA_ENDPOINT", "http://127.0.0.1:1");
    workspace.apply_fails().says("refused").says("127.0.0.1:1");
    workspace.set("KIBANA_ENDPOINT", "https://no-such-host.invalid");
    workspace.apply_fails().says("no-such-host.invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_nobody_vouches_for() {
    let mut own = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a name");
    // Apple's check takes none that is valid for more than 825 days.
    let (now, days) = (std::time::SystemTime::now(), std::time::Duration::from_secs(10 * 86_400));
    (own.not_before, own.not_after) = ((now - days).into(), (now + days).into());
    let key = rcgen::KeyPair::generate().expect("a key");
    let own = own.self_signed(&key).expect("a certificate").pem();
    let tls = Some(Tls { certificate_pem: own.clone(), key_pem: key.serialize_pem() });
    let mut workspace = Workspace::with(Options { tls, ..Options::default() }).await;
    workspace.write(&connector(LOG));
    workspace.apply_fails().says("ca_cert_file");
    std::fs::write(workspace.path("ca.pem"), own).expect("the certificate can be written");
    let file = workspace.path("ca.pem").display().to_string();
    workspace.set("KIBANA_CA_CERTS", &file);
    workspace.apply();
    workspace.plans_nothing();
    workspace.unset("KIBANA_CA_CERTS").set("KIBANA_INSECURE", "true");
    workspace.plans_nothing().says("Certificate verification is disabled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doubtful_setting_is_told_once_a_walk() {
    let workspace = Workspace::new().await;
    let mail = "email {\n    from = \"a@b.co\"\n    service = \"gmial\"\n    has_auth = false\n  }";
    workspace.write(&connector(mail));
    // Once while validating, and once by the plan, which cannot know what was told before.
    let said = workspace.plan().said();
    let title = "Kibana may refuse the email connector";
    assert!((1..=2).contains(&said.matches(title).count()) && !said.contains("2 more similar"), "{said}");
    // The plan that an apply makes once more says nothing again, where the apply can be told from a plan.
    workspace.write(&connector(
        "webhook {\n    url = \"https://a.example\"\n    ca = \"-----BEGIN CERTIFICATE-----\"\n  }",
    ));
    let said = workspace.apply().said();
    assert_eq!(said.matches("PEM text that is not base64-encoded").count(), 1, "{said}");
    assert!(!said.contains("similar warning") || !workspace.tells_an_apply(), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_blocks_of_which_one_has_nothing_to_set() {
    let workspace = Workspace::new().await;
    workspace.write("resource \"kibana_connector\" \"c\" {\n  name = \"c\"\n  server_log {}\n  index { index = \"a\" }\n}\n");
    workspace.terraform(&["validate"]).fails().says("More than one connector type");
}
