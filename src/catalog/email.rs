//! `.email`: sends mail over SMTP, or over Microsoft Exchange with OAuth.

use super::vocabulary::*;

const EXCHANGE: Condition = is("service", "exchange_server");
const OTHER: Condition = is_or_unset("service", "other");
const NEEDS_USER: Condition = all(&[on("has_auth"), not(&EXCHANGE)]);
const MAY_LACK_USER: Condition = all(&[not(&set("has_auth")), not(&EXCHANGE)]);

pub(super) const EMAIL: ConnectorType = ConnectorType {
    block: "email",
    kibana_id: ".email",
    title: "Email",
    doc: "Sends mail: over your own SMTP server (`host` and `port`), over a well-known mail service \
          (`service`), or over Microsoft Exchange with OAuth (`service = \"exchange_server\"`).",
    license: License::Gold,
    config: &[
        text("from")
            .required()
            .doc("Sender's address, or several separated by commas; a display name may stand before the address, as in `Ops <ops@example.com>`.")
            .example("ops@example.com"),
        text("service")
            .default_text("other")
            .doc("Mail service: `other` for your own SMTP server, `exchange_server` for Microsoft Exchange with OAuth, `elastic_cloud` for the mail service of Elastic Cloud, `ses`, or a service that the nodemailer library knows, such as `gmail`."),
        text("host")
            .doc("Host name of the SMTP server. Required while `service` is `other`.")
            .example("smtp.example.com"),
        number_between("port", 1, 65535)
            .doc("Port of the SMTP server. Required while `service` is `other`.")
            .example("587"),
        flag("secure").doc("Whether the connection starts with TLS. Otherwise it begins in plain text and is upgraded where the server offers it."),
        HAS_AUTH.doc(
            "Whether the SMTP server requires a user name and password. Set it to `false` for a server that does not.",
        ),
        text("tenant_id")
            .doc("Microsoft Entra tenant ID, for `exchange_server`."),
        text("client_id")
            .doc("Client ID of the application registered with Microsoft, for `exchange_server`."),
        text("oauth_token_url")
            .doc("URL of the token endpoint, for `exchange_server`. If left out, Microsoft's own is used."),
        flag("allow_html")
            .doc("Whether rules may send mail as HTML. Not possible with `elastic_cloud`.")
            .since_about("9.5"),
    ],
    secrets: &[
        text("user").doc("User name for the SMTP server or mail service.").example("ops"),
        text("password").doc("Password for the SMTP server or mail service.").example("a-password"),
        text("client_secret").doc("Client secret of the application registered with Microsoft, for `exchange_server`."),
    ],
    rules: &[
        when(OTHER).requires(&["host", "port"]).advice("Alternatively, name a mail service in `service`."),
        always()
            .passes(
                "service",
                is_known_service,
                "This mail service is not among those known so far. Kibana decides when the connector is saved; for an SMTP \
                 server of your own leave `service` out and set `host` and `port`.",
            )
            .warning(),
        when(EXCHANGE).requires(&["client_id", "tenant_id", "secrets.client_secret"]),
        when(NEEDS_USER)
            .requires(&["secrets.user", "secrets.password"])
            .advice("For a server that asks for no credentials, write `has_auth = false`."),
        always()
            .passes(
                "from",
                is_address_list,
                "`from` does not look like an address, or a list of addresses separated by commas. Kibana decides when the \
                 connector is saved: newer releases refuse what is not an address.",
            )
            .warning(),
        when(on("allow_html")).must(
            not(&is("service", "elastic_cloud")),
            "allow_html",
            "`allow_html` cannot be true while `service` is \"elastic_cloud\".",
        ),
        when(MAY_LACK_USER).together(&["secrets.user", "secrets.password"]).accepted_but_useless(),
        when(MAY_LACK_USER)
            .must(
                any(&[set("secrets.user"), set("secrets.password")]),
                "has_auth",
                "Kibana assumes that `has_auth` is true when it is left out, and accepts that without credentials, but then \
                 no mail can be sent. Set `user` and `password` in the `secrets` block or in `secrets_wo`, or write \
                 `has_auth = false`.",
            )
            .accepted_but_useless(),
    ],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

/// Whether nodemailer, which Kibana sends mail with, knows the service. It ignores case and all punctuation
/// but dots and hyphens, and takes a mail domain or address too. Its list belongs to the release, so this one
/// only ever leads to a warning.
fn is_known_service(service: &str) -> bool {
    // Kibana looks at these itself; `__json` is nodemailer's own transport for tests.
    if ["other", "exchange_server", "elastic_cloud", "__json"].contains(&service) {
        return true;
    }
    let name = service.rsplit('@').next().unwrap_or_default();
    let normal = name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    KNOWN_SERVICES.contains(&normal.collect::<String>().to_ascii_lowercase().as_str())
}

/// Names, other names and mail domains that nodemailer knows, in its normal form; versions 7 and 10 together.
const KNOWN_SERVICES: &[&str] = &[
    "126",
    "163",
    "1und1",
    "aliyun",
    "aliyun.com",
    "aliyunqiye",
    "aol",
    "aol.com",
    "aruba",
    "aruba.it",
    "arubapec",
    "bluewin",
    "bluewin.ch",
    "bol",
    "bol.com.br",
    "brevo",
    "debugmail",
    "disroot",
    "disroot.org",
    "dynect",
    "dynectemail",
    "elasticemail",
    "email.cz",
    "ethereal",
    "ethereal.email",
    "etik.com",
    "exmail.qq.com",
    "fastmail",
    "fastmail.com",
    "fastmail.fm",
    "fe",
    "feishu",
    "feishumail",
    "forwardemail",
    "forwardemail.net",
    "gandi",
    "gandimail",
    "gmail",
    "gmail.com",
    "gmailworkspace",
    "gmx",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "godaddy",
    "godaddyasia",
    "godaddyeurope",
    "googlemail",
    "googlemail.com",
    "googleworkspacemail",
    "groundmail",
    "hot.ee",
    "hotmail",
    "hotmail.com",
    "icloud",
    "icloud.com",
    "ik.me",
    "ikmail.com",
    "infomaniak",
    "kolab",
    "kolabnow",
    "kolabnow.com",
    "loopia",
    "loops",
    "mac",
    "mac.com",
    "mail.ee",
    "mail.ru",
    "mailcatch.app",
    "maildev",
    "mailersend",
    "mailgun",
    "mailjet",
    "mailosaur",
    "mailsenpai",
    "mailtrap",
    "mandrill",
    "me",
    "me.com",
    "naver",
    "ohmysmtp",
    "omb",
    "one",
    "openmailbox",
    "openmailbox.org",
    "outlook",
    "outlook.com",
    "outlook365",
    "oveyon",
    "pec.aruba.it",
    "pm.me",
    "post.cz",
    "postmark",
    "postmarkapp",
    "proton",
    "proton.me",
    "protonmail",
    "protonmail.ch",
    "protonmail.com",
    "qiye.aliyun",
    "qq",
    "qq.com",
    "qqenterprise",
    "qqex",
    "resend",
    "runbox",
    "runbox.com",
    "sendcloud",
    "sendgrid",
    "sendinblue",
    "sendora",
    "sendpulse",
    "ses",
    "ses-ap-northeast-1",
    "ses-ap-northeast-2",
    "ses-ap-northeast-3",
    "ses-ap-south-1",
    "ses-ap-southeast-1",
    "ses-ap-southeast-2",
    "ses-ca-central-1",
    "ses-eu-central-1",
    "ses-eu-north-1",
    "ses-eu-west-1",
    "ses-eu-west-2",
    "ses-eu-west-3",
    "ses-sa-east-1",
    "ses-us-east-1",
    "ses-us-east-2",
    "ses-us-gov-east-1",
    "ses-us-gov-west-1",
    "ses-us-west-1",
    "ses-us-west-2",
    "seznam",
    "seznam.cz",
    "seznamemail",
    "smtp2go",
    "spacepost",
    "sparkpost",
    "sparkpost.com",
    "sparkpostmail",
    "spoluzaci.cz",
    "tipimail",
    "turbosmtp",
    "turbosmtp-eu",
    "tuta.com",
    "tuta.io",
    "tutanota",
    "tutanota.com",
    "tutanota.de",
    "www.feishu.cn",
    "yahoo",
    "yahoo.com",
    "yandex",
    "yandex.ru",
    "zimbra",
    "zimbracollaboration",
    "zoho",
];

/// Whether each comma-separated part could be an address, alone or as `Name <address>`. Lenient on purpose: a
/// warning about an address that works would be worse than none about one that does not.
fn is_address_list(text: &str) -> bool {
    let mut parts: Vec<String> = Vec::new();
    let (mut current, mut quoted) = (String::new(), false);
    for character in text.chars() {
        match character {
            '"' => quoted = !quoted,
            ',' | ';' if !quoted => {
                parts.push(std::mem::take(&mut current));
                continue;
            }
            _ => {}
        }
        current.push(character);
    }
    parts.push(current);
    let mut filled = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).peekable();
    filled.peek().is_some() && filled.all(is_address)
}

fn is_address(text: &str) -> bool {
    let address = match text.rsplit_once('<') {
        Some((_, rest)) => rest.trim_end().trim_end_matches('>'),
        None => text,
    };
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            !local.is_empty() && !domain.is_empty() && !domain.contains(char::is_whitespace)
        }
        None => false,
    }
}

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(
        r#"{"from": "a@b.co", "host": "h", "port": 25, "has_auth": false}"#,
        r#"{"from": "a@b.co", "host": "h", "port": 25, "hasAuth": false}"#,
        r#"{}"#,
    ),
    Case::sends(
        r#"{"from": "a@b.co", "host": "h", "port": 25, "service": "other", "secure": false, "has_auth": true, "allow_html": true, "secrets": {"user": "u", "password": "p"}}"#,
        r#"{"from": "a@b.co", "host": "h", "port": 25, "service": "other", "secure": false, "hasAuth": true, "allowHtml": true}"#,
        r#"{"user": "u", "password": "p"}"#,
    ),
    Case::sends(
        r#"{"from": "a@b.co", "service": "exchange_server", "client_id": "c", "tenant_id": "t", "oauth_token_url": "https://o.example", "secrets": {"client_secret": "s"}}"#,
        r#"{"from": "a@b.co", "service": "exchange_server", "clientId": "c", "tenantId": "t", "oauthTokenUrl": "https://o.example"}"#,
        r#"{"clientSecret": "s"}"#,
    ),
    Case::refused("from", r#"{"from": "", "host": "h", "port": 25, "has_auth": false}"#),
    Case::refused("host", r#"{"from": "a@b.co", "port": 25, "has_auth": false}"#),
    Case::refused("port", r#"{"from": "a@b.co", "host": "h", "has_auth": false}"#),
    Case::refused("port", r#"{"from": "a@b.co", "host": "h", "port": 65536, "has_auth": false}"#),
    Case::warned("service", r#"{"from": "a@b.co", "service": "nope", "has_auth": false}"#),
    Case::refused(
        "client_id",
        r#"{"from": "a@b.co", "service": "exchange_server", "tenant_id": "t", "secrets": {"client_secret": "s"}}"#,
    ),
    Case::refused(
        "tenant_id",
        r#"{"from": "a@b.co", "service": "exchange_server", "client_id": "c", "secrets": {"client_secret": "s"}}"#,
    ),
    Case::refused(
        "secrets.client_secret",
        r#"{"from": "a@b.co", "service": "exchange_server", "client_id": "c", "tenant_id": "t"}"#,
    ),
    Case::refused(
        "secrets.user",
        r#"{"from": "a@b.co", "host": "h", "port": 25, "has_auth": true, "secrets": {"password": "p"}}"#,
    ),
    Case::refused(
        "secrets.password",
        r#"{"from": "a@b.co", "host": "h", "port": 25, "has_auth": true, "secrets": {"user": "u"}}"#,
    ),
    Case::warned("from", r#"{"from": "nope", "host": "h", "port": 25, "has_auth": false}"#),
    Case::refused(
        "allow_html",
        r#"{"from": "a@b.co", "service": "elastic_cloud", "has_auth": false, "allow_html": true}"#,
    ),
    Case::stricter("port", r#"{"from": "a@b.co", "host": "h", "port": 58.7, "has_auth": false}"#),
    Case::warned("has_auth", r#"{"from": "a@b.co", "host": "h", "port": 25}"#),
    Case::warned(
        "secrets.password",
        r#"{"from": "a@b.co", "host": "h", "port": 25, "secrets": {"user": "u"}}"#,
    ),
    Case::silent(r#"{"from": "a@b.co", "service": "?", "has_auth": false}"#),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_known_by_any_spelling() {
        for known in
            ["gmail", "Google Mail", "hotmail.com", "SES-us-east-1", "other", "exchange_server", "__json"]
        {
            assert!(is_known_service(known), "{known}");
        }
        assert!(!is_known_service("nope"));
    }

    #[test]
    fn addresses_come_alone_named_and_in_lists() {
        for good in ["a@b.co", "Ops <ops@example.com>", "a@b, \"X, Y\" <c@d>", "a@localhost"] {
            assert!(is_address_list(good), "{good}");
        }
        for bad in ["nope", "a@", "@b", "a@b, nope"] {
            assert!(!is_address_list(bad), "{bad}");
        }
    }
}
