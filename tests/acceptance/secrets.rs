//! Secrets over a connector's life: stored ones, write-only ones, their rotation, and the places where they
//! must not be.

use serde_json::json;

use crate::support::{Options, Settings, Workspace, status};

fn write_only(password: &str, rest: &str) -> String {
    format!(
        "resource \"kibana_connector\" \"c\" {{\n  name = \"c\"\n  webhook {{ url = \"https://a.example\" }}\n  secrets_wo = {{\n    \
         user = \"u\"\n    password = \"{password}\"\n  }}\n  {rest}\n}}\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_secret_survives_a_refresh_and_a_changed_one_is_sent() {
    let workspace = Workspace::new().await;
    let hcl = |password: &str| {
        format!(
            "resource \"kibana_connector\" \"c\" {{\n  name = \"c\"\n  webhook {{\n    url = \"https://a.example\"\n    secrets {{\n      \
             user = \"u\"\n      password = \"{password}\"\n    }}\n  }}\n}}\n"
        )
    };
    workspace.write(&hcl("one"));
    workspace.apply();
    workspace.plans_nothing();
    workspace.write(&hcl("two"));
    workspace.plans_changes().does_not_say("two");
    workspace.apply();
    assert_eq!(workspace.bodies("PUT")[0]["secrets"], json!({ "user": "u", "password": "two" }));
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn write_only_secrets_are_sent_and_kept_nowhere() {
    let mut workspace = Workspace::new().await;
    if !workspace.has_write_only() {
        // Terraform itself quotes the configuration beside an error, so the value comes from elsewhere.
        workspace.set("TF_VAR_password", "h1dden");
        workspace.write(&format!("variable \"password\" {{}}\n{}", write_only("${var.password}", "")));
        workspace.plan().fails().says("1.11").does_not_say("h1dden");
        return;
    }
    workspace.set("TF_LOG", "TRACE");
    workspace.write(&write_only("h1dden", ""));
    let planned = workspace.terraform(&["plan", "-no-color", "-out=plan"]).succeeds();
    let shown = workspace.terraform(&["show", "-json", "plan"]).succeeds();
    let applied = workspace.apply();
    assert_eq!(workspace.bodies("POST")[0]["secrets"], json!({ "user": "u", "password": "h1dden" }));
    let state = workspace.state("kibana_connector.c");
    assert_eq!((&state["secrets_wo"], &state["secrets_wo_version"]), (&json!(null), &json!(1)));
    assert!(!workspace.state_file().contains("h1dden"));
    assert!(!planned.stdout.contains("h1dden") && !applied.stdout.contains("h1dden"));
    let changes: serde_json::Value = serde_json::from_str(&shown.stdout).expect("a plan is JSON");
    assert!(!changes["resource_changes"].to_string().contains("h1dden"));
    let ours = |text: &str| {
        text.lines().any(|line| line.contains("terraform-provider-kibana") && line.contains("h1dden"))
    };
    assert!(!ours(&planned.stderr) && !ours(&applied.stderr));
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_write_only_secret_is_noticed_without_a_version_and_sent_once() {
    let workspace = Workspace::new().await;
    if !workspace.has_write_only() {
        return;
    }
    workspace.write(&write_only("one", ""));
    workspace.apply();
    workspace.plans_nothing();
    workspace.write(&write_only("two", ""));
    workspace.plans_changes().says("secrets_wo_version");
    workspace.apply();
    assert_eq!(workspace.bodies("PUT")[0]["secrets"]["password"], "two");
    assert_eq!(workspace.state("kibana_connector.c")["secrets_wo_version"], 2);
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_only_secret_may_change_between_plan_and_apply() {
    let mut workspace = Workspace::new().await;
    if !workspace.has_write_only() {
        return;
    }
    let variable = "variable \"password\" {\n  ephemeral = true\n}\n";
    let hcl = format!("{variable}{}", write_only("${var.password}", ""));
    workspace.set("TF_VAR_password", "one").write(&hcl);
    workspace.apply();
    workspace.write(&hcl.replace("name = \"c\"", "name = \"d\""));
    workspace.terraform(&["plan", "-out=plan"]).succeeds();
    workspace.set("TF_VAR_password", "two");
    workspace.terraform(&["apply", "plan"]).succeeds();
    assert_eq!(workspace.bodies("PUT")[0]["secrets"]["password"], "two");
    assert_eq!(workspace.state("kibana_connector.c")["secrets_wo_version"], 2);
    workspace.plans_nothing();

    // An update for another reason counts nothing.
    workspace.write(&hcl.replace("name = \"c\"", "name = \"e\""));
    workspace.apply();
    assert_eq!(workspace.state("kibana_connector.c")["secrets_wo_version"], 2);
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn write_only_secrets_can_become_stored_ones_or_none() {
    let workspace = Workspace::new().await;
    if !workspace.has_write_only() {
        return;
    }
    workspace.write(&write_only("one", ""));
    workspace.apply();
    let hook = |name: &str, rest: &str| {
        format!(
            "resource \"kibana_connector\" \"c\" {{\n  name = \"{name}\"\n  webhook {{\n    url = \"https://a.example\"\n{rest}  }}\n}}\n"
        )
    };
    let stored = hook("c", "    secrets {\n      user     = \"u\"\n      password = \"one\"\n    }\n");
    workspace.write(&stored);
    workspace.apply();
    assert_eq!(workspace.state("kibana_connector.c")["secrets_wo_version"], serde_json::Value::Null);
    workspace.plans_nothing();
    workspace.write(&write_only("two", ""));
    workspace.apply();
    workspace.plans_nothing();

    // Taking them out is no change in itself, and the next update goes without.
    workspace.write(&hook("c", ""));
    workspace.plans_nothing();
    workspace.clear_requests();
    workspace.write(&hook("d", ""));
    workspace.apply().says("Secrets in Kibana will be removed");
    assert!(workspace.bodies("PUT")[0].get("secrets").is_none());
    workspace.plans_nothing();
    workspace.write(&hook("e", ""));
    workspace.apply().does_not_say("will be removed");
    workspace.write(&write_only("two", "").replace("name = \"c\"", "name = \"e\""));
    workspace.plans_changes();
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_version_only_a_new_version_sends() {
    let workspace = Workspace::new().await;
    if !workspace.has_write_only() {
        return;
    }
    workspace.write(&write_only("one", "secrets_wo_version = 7"));
    workspace.apply();
    workspace.write(&write_only("two", "secrets_wo_version = 7"));
    workspace.plans_nothing();
    workspace.write(&write_only("two", "secrets_wo_version = 8"));
    workspace.apply();
    assert_eq!(workspace.bodies("PUT").len(), 1);
    assert_eq!(workspace.bodies("PUT")[0]["secrets"]["password"], "two");
    // Without a version again there is no hash yet, so they are sent once more.
    workspace.write(&write_only("two", ""));
    workspace.apply();
    assert_eq!(workspace.state("kibana_connector.c")["secrets_wo_version"], 9);
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn ignored_write_only_secrets_still_go_with_an_update() {
    let workspace = Workspace::new().await;
    if !workspace.has_write_only() {
        return;
    }
    let ignored = "lifecycle { ignore_changes = [secrets_wo] }";
    workspace.write(&write_only("one", ignored));
    workspace.apply();
    workspace.write(&write_only("two", ignored));
    workspace.plans_nothing();
    workspace.write(&write_only("two", ignored).replace("name = \"c\"", "name = \"d\""));
    workspace.apply();
    assert_eq!(workspace.bodies("PUT")[0]["secrets"]["password"], "two");
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn write_only_secrets_are_checked_key_by_key() {
    let workspace = Workspace::new().await;
    if !workspace.has_write_only() {
        return;
    }
    for (secrets, texts) in [
        ("{ user = \"u\", passwort = \"p\" }", ["Unknown secret", "`password`"]),
        (
            "{ user = \"u\", password = 1 }",
            ["Wrong type of secret", "`password` in `secrets_wo` must be a string"],
        ),
        ("{ user = \"u\", password = \" \" }", ["Blank text", "`secrets_wo[\"password\"]` is empty"]),
        ("{ user = \"u\" }", ["Missing secret", "`user` is set without `password`"]),
        ("\"text\"", ["Invalid secrets_wo", "must be an object"]),
    ] {
        workspace.write(&format!(
            "resource \"kibana_connector\" \"c\" {{\n  name = \"c\"\n  webhook {{ url = \"https://a.example\" }}\n  secrets_wo = {secrets}\n}}\n"
        ));
        let run = workspace.plan().fails();
        texts.into_iter().fold(run, |run, text| run.says(text));
    }
    let both = write_only("p", "").replace("webhook { url", "webhook {\n secrets { user = \"u\" }\n url");
    workspace.write(&both.replace("\"https://a.example\" }", "\"https://a.example\"\n }"));
    workspace.plan().fails().says("Conflicting secrets");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_that_lost_its_secrets_is_healed() {
    let workspace = Workspace::new().await;
    let hcl = "resource \"kibana_connector\" \"c\" {\n  name = \"c\"\n  webhook {\n    url = \"https://a.example\"\n    secrets {\n      user = \"u\"\n      password = \"p\"\n    }\n  }\n}\n";
    workspace.write(hcl);
    workspace.apply();
    let id = workspace.connectors()[0].id.clone();
    workspace.change(&id, |connector| connector.is_missing_secrets = true);
    workspace.plans_changes();
    workspace.apply();
    assert_eq!(workspace.bodies("PUT")[0]["secrets"], json!({ "user": "u", "password": "p" }));
    workspace.plans_nothing();
    workspace.write("resource \"kibana_connector\" \"c\" {\n  name = \"c\"\n  webhook { url = \"https://a.example\" }\n}\n");
    workspace.apply();
    workspace.change(&id, |connector| connector.is_missing_secrets = true);
    workspace.plans_nothing().says("lacks its secrets");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_kibana_quotes_is_masked() {
    let settings = Settings { allowed_hosts: vec!["good.example".into()], ..Settings::default() };
    let workspace = Workspace::with(Options { settings, ..Options::default() }).await;
    workspace.write(
        "resource \"kibana_connector\" \"c\" {\n  name = \"c\"\n  xmatters {\n    uses_basic = false\n    secrets { secrets_url = \"https://bad.example/h1dden?apiKey=x\" }\n  }\n}\n",
    );
    workspace.apply_fails().says("allowedHosts").does_not_say("h1dden");
    workspace.fail("POST", status(400, "no https%3A%2F%2Fbad.example%2Fh1dden%3FapiKey%3Dx here"));
    workspace.apply_fails().does_not_say("h1dden");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_differs_at_every_read_is_sent_at_every_apply() {
    let workspace = Workspace::new().await;
    if !workspace.has_write_only() {
        return;
    }
    workspace.write(&write_only("${plantimestamp()}", ""));
    for version in 1..=3 {
        workspace.apply();
        assert_eq!(workspace.state("kibana_connector.c")["secrets_wo_version"], version);
        workspace.kibana.idle().await;
        // The next plan must fall into another second.
        let now = std::time::SystemTime::now;
        let second = |time: std::time::SystemTime| {
            time.duration_since(std::time::UNIX_EPOCH).map(|since| since.as_secs()).unwrap_or_default()
        };
        let before = second(now());
        while second(now()) == before {
            std::thread::yield_now();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_only_secret_that_is_known_only_at_apply_is_sent() {
    let workspace = Workspace::new().await;
    if !workspace.has_write_only() {
        return;
    }
    let hcl = |input: &str| {
        format!(
            "resource \"terraform_data\" \"late\" {{\n  input = \"{input}\"\n}}\n{}",
            write_only("${terraform_data.late.output}", "")
        )
    };
    workspace.write(&hcl("one"));
    workspace.apply();
    workspace.plans_nothing();
    workspace.write(&hcl("two"));
    workspace.apply();
    assert_eq!(workspace.bodies("PUT")[0]["secrets"]["password"], "two");
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_wo_can_be_switched_by_a_conditional() {
    let mut workspace = Workspace::new().await;
    if !workspace.has_write_only() {
        return;
    }
    let hcl = |keys: &str| {
        format!(
            "variable \"on\" {{\n  type = bool\n}}\n\nresource \"kibana_connector\" \"c\" {{\n  name = \"c\"\n  webhook {{ url = \
             \"https://a.example\" }}\n  secrets_wo = var.on ? {{ {keys} }} : null\n}}\n"
        )
    };
    let keys = "user = \"u\", password = \"p\"";
    // What is on, the keys, and how many writes that takes.
    for (on, keys, writes) in [
        (false, keys, 1),
        (false, "user = \"u\", password = \"p\", secret_headers = { a = \"b\" }", 0),
        (true, keys, 1),
        (false, keys, 0),
        (true, keys, 0),
    ] {
        workspace.set("TF_VAR_on", if on { "true" } else { "false" });
        workspace.write(&hcl(keys)).clear_requests();
        workspace.apply();
        workspace.plans_nothing();
        assert_eq!(workspace.count("POST") + workspace.count("PUT"), writes, "on = {on}, {keys}");
    }
}
