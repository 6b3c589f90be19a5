//! Whole creates against a scripted server: the flow's steps reach Kibana as the right requests.

use std::sync::{Arc, Mutex};

use kibana_emulator::{Emulator, Fault, Options, Tls};

use super::*;
use crate::client::Settings;
use crate::client::testing::{Reply, Server, connector, fast, missing, refusal};
use crate::stop::Stop;

const ID: &str = "3f2b1c1e-0000-4000-8000-000000000000";
const POST: &str = "POST /api/actions/connector/3f2b1c1e-0000-4000-8000-000000000000";
const GET: &str = "GET /api/actions/connector/3f2b1c1e-0000-4000-8000-000000000000";

fn body() -> ConnectorBody {
    let empty = serde_json::Map::new;
    ConnectorBody { name: "n".into(), connector_type_id: ".index".into(), config: empty(), secrets: empty() }
}

async fn create(choice: IdChoice, replies: Vec<Reply>) -> (CreateOutcome, Vec<String>) {
    let replies = Arc::new(Mutex::new(replies.into_iter()));
    let server = Server::start(move |_, _| replies.lock().unwrap().next().unwrap_or(Reply::Cut)).await;
    let client = server.client();
    let outcome = client.create_connector(&client.operation(&Stop::new()), "default", &choice, &body()).await;
    (outcome, server.lines())
}

fn generated() -> IdChoice {
    IdChoice::Generated(ID.to_owned())
}

#[tokio::test]
async fn one_request_makes_a_connector() {
    let (outcome, lines) = create(generated(), vec![connector(ID)]).await;
    assert!(matches!(outcome, CreateOutcome::Created(_)), "{outcome:?}");
    assert_eq!(lines, [POST]);
}

#[tokio::test]
async fn the_users_id_is_looked_at_first() {
    let choice = || IdChoice::Users(ID.to_owned());
    let (outcome, lines) = create(choice(), vec![missing(ID), connector(ID)]).await;
    assert!(matches!(outcome, CreateOutcome::Created(_)), "{outcome:?}");
    assert_eq!(lines, [GET, POST]);
    let (outcome, lines) = create(choice(), vec![connector(ID)]).await;
    assert!(matches!(outcome, CreateOutcome::Failed(error) if error.is_id_in_use()));
    assert_eq!(lines, [GET]);
    let conflict = || refusal(409, "version conflict, document already exists (current version [1])");
    for (last, is_here) in [(connector(ID), true), (missing(ID), false)] {
        let (outcome, lines) = create(choice(), vec![missing(ID), conflict(), last]).await;
        assert!(matches!(outcome, CreateOutcome::Failed(error) if error.is_id_in_use() == is_here));
        assert_eq!(lines, [GET, POST, GET]);
    }
}

#[tokio::test]
async fn a_cut_connection_is_looked_into() {
    let (outcome, lines) = create(generated(), vec![Reply::Cut, connector(ID)]).await;
    assert!(matches!(outcome, CreateOutcome::Adopted { doubtful: None, .. }), "{outcome:?}");
    assert_eq!(lines, [POST, GET]);
    let (outcome, lines) = create(generated(), vec![Reply::Cut, missing(ID), connector(ID)]).await;
    assert!(matches!(outcome, CreateOutcome::Created(_)), "{outcome:?}");
    assert_eq!(lines, [POST, GET, POST]);
}

#[tokio::test]
async fn a_dead_server_leaves_the_outcome_unknown() {
    let (outcome, lines) = create(generated(), Vec::new()).await;
    assert!(matches!(outcome, CreateOutcome::Unknown { kept: Some(id), .. } if id == ID));
    // One POST, then a look with its own repetitions.
    assert!(lines.len() > 2 && lines[0] == POST && lines[1..].iter().all(|line| line == GET), "{lines:?}");
}

#[tokio::test]
async fn a_page_instead_of_the_connector_is_tried_on_an_id_that_nobody_has() {
    let page = || Reply::Answer(403, "content-type: text/html\r\n".into(), "<title>Blocked</title>".into());
    let (outcome, lines) = create(generated(), vec![page(), page(), missing(ID)]).await;
    assert!(matches!(outcome, CreateOutcome::Unknown { kept: Some(id), .. } if id == ID));
    assert_eq!((lines.len(), &lines[..2]), (3, &[POST.to_owned(), GET.to_owned()][..]));
    assert!(lines[2].starts_with("GET /api/actions/connector/") && lines[2] != GET, "{lines:?}");
    let (outcome, lines) = create(generated(), vec![page(), page(), page()]).await;
    assert!(matches!(outcome, CreateOutcome::Failed(_)), "{outcome:?}");
    assert_eq!(lines.len(), 3);
}

#[tokio::test]
async fn what_ends_a_stream_or_a_connection_of_http_2_makes_no_twin() {
    let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let tls = Some(Tls { certificate_pem: own.cert.pem(), key_pem: own.signing_key.serialize_pem() });
    let kibana = Emulator::start(Options { tls, ..Options::default() }).await.unwrap();
    let authority = Some(own.cert.pem().into_bytes());
    let client = Client::new(Settings { ca_certificates: authority, ..fast(&kibana.url()) }).unwrap();
    let version = async || {
        let http = client.http(Connect::Patiently).await.unwrap();
        http.get(kibana.url()).send().await.unwrap().version()
    };
    assert_eq!(version().await, reqwest::Version::HTTP_2);
    // RST_STREAM before and after the write, an end of the connection, GOAWAY, an answer that breaks off.
    let faults =
        [Fault::cut(), Fault::cut_after_write(), Fault::hang_up(), Fault::go_away(), Fault::broken_body()];
    for (number, fault) in faults.into_iter().enumerate() {
        kibana.fail(fault.on("POST", "*"));
        let choice = IdChoice::Generated(uuid::Uuid::new_v4().to_string());
        let operation = client.operation(&Stop::new());
        let mut body = body();
        body.connector_type_id = ".server-log".into();
        let outcome = client.create_connector(&operation, "default", &choice, &body).await;
        let made = matches!(
            &outcome,
            CreateOutcome::Created(made) | CreateOutcome::Adopted { connector: made, doubtful: None }
                if made.id == choice.id()
        );
        assert!(made, "{number}: {outcome:?}");
        assert_eq!((kibana.connectors().len(), kibana.journal().len()), (number + 1, number + 1));
        assert_eq!(version().await, reqwest::Version::HTTP_2);
    }
}

#[tokio::test]
async fn an_old_kibana_gets_no_id() {
    let (outcome, lines) = create(generated(), vec![refusal(404, "Not Found"), connector("theirs")]).await;
    assert!(matches!(outcome, CreateOutcome::Created(connector) if connector.id == "theirs"));
    assert_eq!(lines, [POST, "POST /api/actions/connector"]);
}

#[tokio::test]
async fn a_preconfigured_id_is_not_one_to_import() {
    let text = format!("This {ID} already exists in a preconfigured action.");
    let (outcome, _) = create(generated(), vec![refusal(400, &text)]).await;
    assert!(matches!(outcome, CreateOutcome::Failed(error) if !error.is_id_in_use()));
}
