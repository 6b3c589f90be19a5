//! What 9.4 and later say of values that they refuse: zod's words, and the types' own rules.

use serde_json::json;

use super::*;

#[test]
fn zod_tells_every_issue_shallow_ones_first() {
    refused(
        Release::Current,
        ".swimlane",
        &json!({"apiUrl": 1, "appId": "a", "connectorType": "x", "mappings": {"alertIdConfig": {}}, "odd": 1}),
        &json!({"apiToken": "t"}),
        "error validating connector type config: ✖ Unrecognized key: \"odd\"\n\
         ✖ Invalid input: expected string, received number\n  → at apiUrl\n\
         ✖ Invalid option: expected one of \"all\"|\"alerts\"|\"cases\"\n  → at connectorType\n\
         ✖ Invalid input: expected string, received undefined\n  → at mappings.alertIdConfig.id\n\
         ✖ Invalid input: expected string, received undefined\n  → at mappings.alertIdConfig.key\n\
         ✖ Invalid input: expected string, received undefined\n  → at mappings.alertIdConfig.name\n\
         ✖ Invalid input: expected string, received undefined\n  → at mappings.alertIdConfig.fieldType",
    );
    refused(
        Release::Current,
        ".slack_api",
        &json!({"allowedChannels": [{"id": "C1"}]}),
        &json!({"token": "t"}),
        "error validating connector type config: ✖ Invalid input: expected string, received undefined\n  \
         → at allowedChannels[0].name",
    );
}

#[test]
fn gen_ai_is_a_choice_by_provider() {
    let key = json!({"apiKey": "k"});
    let azure = json!({"apiProvider": "Azure OpenAI", "apiUrl": "https://a.example", "projectId": "p"});
    refused(
        Release::Current,
        ".gen-ai",
        &azure,
        &key,
        "error validating connector type config: ✖ Invalid input",
    );
    let other = json!({"apiProvider": "Other", "apiUrl": "https://a.example", "defaultModel": "m"});
    assert_eq!(stored(Release::Current, ".gen-ai", &other, &key).0["verificationMode"], "full");
    assert_eq!(stored(Release::Old, ".gen-ai", &other, &key).0.get("verificationMode"), None);
    refused(
        Release::Current,
        ".gen-ai",
        &other,
        &json!({"certificateData": "Y2VydA=="}),
        "error validating connector type secrets: Private key data must be provided for PKI",
    );
}

#[test]
fn credentials_are_looked_into() {
    let gemini = json!({"apiUrl": "https://a.example", "gcpRegion": "r", "gcpProjectID": "p"});
    let check = |credentials: &str, tail: &str| {
        let message = format!(
            "error validating connector type secrets: Error configuring Google Gemini secrets: Error: {tail}"
        );
        refused(Release::Current, ".gemini", &gemini, &json!({"credentialsJson": credentials}), &message);
    };
    check("nonsense", "Invalid JSON format for credentials.");
    check(
        "{\"type\": \"external_account\"}",
        "Invalid credential type. Only \"service_account\" credentials are supported. Type was \"external_account\".",
    );
    stored(Release::Old, ".gemini", &gemini, &json!({"credentialsJson": "nonsense"}));

    let other = json!({"apiProvider": "Other", "apiUrl": "https://a.example", "defaultModel": "m"});
    let certificate = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t";
    refused(
        Release::Current,
        ".gen-ai",
        &other,
        &json!({"certificateData": certificate, "privateKeyData": certificate}),
        "error validating connector type secrets: Invalid Private key data file format: The file must be a PEM-encoded \
         certificate beginning with \"-----BEGIN PRIVATE KEY-----\".",
    );
    let key = "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t";
    stored(
        Release::Current,
        ".gen-ai",
        &other,
        &json!({"certificateData": certificate, "privateKeyData": key}),
    );
}

#[test]
fn an_oauth_secret_beside_basic_credentials_is_told_by_the_cross_check() {
    let message = "error validating action type connector: clientId, clientSecret, userIdentifierValue, jwtKeyId and \
                   privateKey should not be provided with isOAuth = false";
    for id in [".servicenow", ".servicenow-sir", ".servicenow-itom"] {
        for release in RELEASES {
            let secrets = json!({"username": "u", "password": "p", "clientSecret": "c"});
            refused(release, id, &json!({"apiUrl": "https://a.example"}), &secrets, message);
        }
    }
    refused(
        Release::Current,
        ".servicenow",
        &json!({"apiUrl": "https://a.example"}),
        &json!({"clientSecret": "c"}),
        "error validating connector type secrets: clientSecret and privateKey must both be specified",
    );
}

#[test]
fn servicenow_and_xmatters_judge_the_request_without_defaults() {
    let basic = json!({"username": "u", "password": "p"});
    stored(Release::Current, ".servicenow", &json!({"apiUrl": "https://a.example"}), &basic);
    refused(
        Release::Current,
        ".servicenow",
        &json!({"apiUrl": "https://a.example", "clientId": "c"}),
        &basic,
        "error validating action type connector: clientId, clientSecret, userIdentifierValue, jwtKeyId and privateKey \
         should not be provided with isOAuth = false",
    );
    let (config, _) =
        stored(Release::Current, ".xmatters", &json!({}), &json!({"secretsUrl": "https://a.example"}));
    assert_eq!(config["usesBasic"], true);
    refused(
        Release::Current,
        ".xmatters",
        &json!({"usesBasic": true}),
        &json!({"user": "u", "password": "p"}),
        "error validating action type connector: Provide valid configUrl",
    );
}

#[test]
fn a_union_that_nothing_fits_says_no_more_than_that() {
    let union = "error validating connector type config: ✖ Invalid input\n  → at authType";
    let web = json!({"url": "https://a.example", "authType": 1});
    for release in [Release::Current, Release::Newest] {
        refused(release, ".webhook", &web, &json!({}), union);
        refused(release, ".http", &web, &json!({}), union);
        let unknown = json!({"url": "https://a.example", "authType": "zz"});
        refused(release, ".webhook", &unknown, &json!({}), union);
        let mut cases = kind(release, ".cases-webhook").smallest[0]["sent"]["config"].clone();
        cases["authType"] = json!(1);
        refused(release, ".cases-webhook", &cases, &json!({}), union);
    }
    let openai = json!({"apiProvider": "OpenAI", "apiUrl": "https://a.example"});
    for secrets in [json!({"apiKey": 1}), json!({"apiKey": "k", "odd": "x"}), json!({"odd": "x"})] {
        refused(
            Release::Current,
            ".gen-ai",
            &openai,
            &secrets,
            "error validating connector type secrets: ✖ Invalid input",
        );
    }
    refused(
        Release::Current,
        ".gen-ai",
        &openai,
        &json!({}),
        "error validating connector type secrets: [apiKey]: expected value of type [string] but got [undefined]",
    );
}

#[test]
fn the_address_of_a_proxy_must_be_one() {
    let proxy = |url: &str| json!({"url": "https://a.example", "proxyUrl": url});
    refused(
        Release::Newest,
        ".http",
        &proxy("nope"),
        &json!({}),
        "error validating connector type config: ✖ Invalid URL\n  → at proxyUrl",
    );
    stored(Release::Newest, ".http", &proxy("http://proxy.example:3128"), &json!({}));
}

#[test]
fn xmatters_looks_at_its_config_url_only_where_that_is_used() {
    let config = json!({"usesBasic": false, "configUrl": "nope"});
    refused(
        Release::Newest,
        ".xmatters",
        &config,
        &json!({}),
        "error validating connector type secrets: Provide either secretsUrl link or user/password to authenticate",
    );
    refused(
        Release::Newest,
        ".xmatters",
        &config,
        &json!({"secretsUrl": "https://a.example"}),
        "error validating action type connector: configUrl should not be provided when usesBasic is false",
    );
    refused(
        Release::Newest,
        ".xmatters",
        &json!({"configUrl": "nope"}),
        &json!({"user": "u", "password": "p"}),
        "error validating connector type config: Error configuring xMatters action: unable to parse url: Invalid URL",
    );
}
