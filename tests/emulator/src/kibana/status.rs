//! `GET /api/status`: the version, for callers with credentials.

use serde_json::json;

use super::Call;
use super::reply::Reply;

pub(crate) fn get(call: &Call<'_>, known_caller: bool) -> Reply {
    let overall = json!({"level": "available", "summary": "All services and plugins are available"});
    if !known_caller {
        return Reply::ok(json!({"status": {"overall": {"level": "available"}}}));
    }
    Reply::ok(json!({
        "name": "emulator",
        "uuid": "5b2de169-2785-441b-ae8c-186a1936b17d",
        "version": {
            "number": call.state.release.number(),
            "build_hash": "0000000000000000000000000000000000000000",
            "build_number": 1,
            "build_snapshot": false,
            "build_flavor": "traditional",
            "build_date": "2026-01-01T00:00:00.000Z",
        },
        "status": {"overall": overall, "core": {}, "plugins": {}},
        "metrics": {},
    }))
}
