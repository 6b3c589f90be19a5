#!/bin/sh
# make live: a real Kibana in containers, an API key for it, the live tests, and nothing left afterwards.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
sh tests/terraform.sh
command -v docker >/dev/null 2>&1 || { echo "This needs Docker. make test-live takes a Kibana that you have." >&2; exit 1; }
compose() { docker compose --project-name kibana-live --file tests/live/compose.yaml "$@"; }
finish() {
    code=$?
    [ "$code" -eq 0 ] || compose logs --tail 50 || true
    compose down --volumes --timeout 5 || true
}
trap finish EXIT
trap 'exit 130' INT TERM

elastic() { curl --fail --silent --show-error --user elastic:live-elastic --header 'content-type: application/json' "$@"; }
compose up --detach kibana
# Kibana listens before it is ready, and answers 503 until then.
elastic --retry 150 --retry-delay 2 --retry-all-errors --output /dev/null http://127.0.0.1:5601/api/status 2>/dev/null
elastic --header 'kbn-xsrf: live' --data '{"id": "live", "name": "live"}' http://127.0.0.1:5601/api/spaces/space >/dev/null
# A key with exactly what the provider's documentation asks for, in one space.
key=$(elastic http://127.0.0.1:9200/_security/api_key --data '{
    "name": "live",
    "role_descriptors": {
        "connectors": {
            "applications": [{
                "application": "kibana-.kibana",
                "privileges": ["feature_actions.all"],
                "resources": ["space:live"]
            }]
        }
    }
}')
KIBANA_API_KEY=$(printf '%s' "$key" | sed -n 's/.*"encoded":"\([^"]*\)".*/\1/p')
[ -n "$KIBANA_API_KEY" ] || { echo "Elasticsearch made no API key: $key" >&2; exit 1; }
KIBANA_ENDPOINT=http://127.0.0.1:5601
KIBANA_SPACE_ID=live
export KIBANA_ENDPOINT KIBANA_API_KEY KIBANA_SPACE_ID
LIVE=real cargo test --locked --test live -- --nocapture the_examples_live
