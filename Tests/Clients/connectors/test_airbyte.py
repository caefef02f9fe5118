"""Airbyte's source for Intercom: check, discovery, a full sync of every stream, and incremental syncs.

The source runs unchanged. It speaks version 2.10, and 2.9 for the search of conversations.
"""

import json
import subprocess
from collections import defaultdict
from datetime import UTC, datetime

import pytest

from conftest import ROOT
from support import Expected, change, changed_since, errors, ids, messages, never_filled

START_DATE = datetime(2022, 1, 1, tzinfo=UTC)
SOURCE = ROOT / ".venv-airbyte/bin/source-intercom"
VERSION = "2.10"
INCREMENTAL = ("activity_logs", "companies", "contacts", "conversation_parts", "conversations", "segments")
STREAMS = {*INCREMENTAL, "admins", "company_attributes", "company_segments", "contact_attributes", "tags", "teams"}
# Members of older API versions, and two that the source reads without the parameter that they need.
OBSOLETE = {
    "admins": {"admin_ids", "avatar"},  # `avatar` needs display_avatar
    "conversations": {
        "assignee", "conversation_message", "conversation_rating.customer", "customer_first_reply", "customers", "sent_at",
        "user", "redacted",
    },
    "segments": {"count"},  # needs include_count
    "company_segments": {"count"},
    # The source adds these members from the conversation only if it reads them under their present names.
    "conversation_parts": {"conversation_created_at", "conversation_updated_at", "conversation_total_parts"},
}  # fmt: skip
# No fixture has it.
UNUSED = {"company_attributes": {"options"}}
# Types that the source declares otherwise than every other source of facts; it does not check them.
MISTYPED = {
    "companies": {"tags.tags.[].id"},
    "contacts": {"android_last_seen_at"},
    "conversation_parts": {"assigned_to"},
    "conversations": {"conversation_rating.teammate.id"},
}


class Sync:
    """The messages of one read."""

    def __init__(self, output):
        self.records, self.states = defaultdict(list), {}
        for message in messages(output):
            if message["type"] == "RECORD":
                self.records[message["record"]["stream"]].append(message["record"]["data"])
            elif message["type"] == "STATE":
                state = message["state"]
                self.states[state["stream"]["stream_descriptor"]["name"]] = state

    def bookmark(self, stream):
        """The time until which a stream is synced, in seconds since 1970."""
        state = self.states[stream]["stream"]["stream_state"]
        return int(state["created_at" if stream == "activity_logs" else "updated_at"])


@pytest.fixture(scope="module")
def source(environment, workspace, tmp_path_factory):
    """Runs a command of the source on a workspace and returns its messages, as JSON lines."""
    folder = tmp_path_factory.mktemp("airbyte")

    def write(name, document):
        path = folder / name
        path.write_text(json.dumps(document))
        return path

    def run(command, of=workspace, **documents):
        settings = {"start_date": f"{START_DATE:%Y-%m-%dT%H:%M:%SZ}", "activity_logs_time_step": 91, "access_token": of.token}
        config = write("config.json", settings)
        named = [part for name, document in documents.items() for part in (f"--{name}", write(f"{name}.json", document))]
        result = subprocess.run(
            [SOURCE, command, "--config", config, *named], env=environment, capture_output=True, text=True, timeout=120
        )
        assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-4000:]
        return result.stdout

    return run


@pytest.fixture(scope="module")
def discovered(source):
    found = messages(source("discover"))
    return next(message["catalog"]["streams"] for message in found if message["type"] == "CATALOG")


@pytest.fixture(scope="module")
def catalog(discovered):
    """Every stream, read incrementally if it can be."""

    def configured(stream):
        mode = "incremental" if "incremental" in stream["supported_sync_modes"] else "full_refresh"
        return {"stream": stream, "sync_mode": mode, "destination_sync_mode": "append"}

    return {"streams": [configured(stream) for stream in discovered]}


@pytest.fixture(scope="module")
def schemas(discovered):
    return {stream["name"]: stream["json_schema"] for stream in discovered}


@pytest.fixture(scope="module")
def expected(workspace):
    return Expected(workspace)


@pytest.fixture(scope="module")
def full(source, catalog, expected):
    return Sync(source("read", catalog=catalog))


def test_the_check_succeeds(source):
    found = messages(source("check"))
    statuses = [message["connectionStatus"] for message in found if message["type"] == "CONNECTION_STATUS"]
    assert statuses == [{"status": "SUCCEEDED"}]


def test_discovery_lists_every_stream(discovered):
    assert {stream["name"] for stream in discovered} == STREAMS


@pytest.mark.parametrize("stream", ["admins", "contacts", "companies", "conversations", "segments", "tags", "teams"])
def test_a_full_sync_has_every_record_of_the_workspace(full, expected, stream):
    assert ids(full.records[stream]) == set(expected.stream(stream))


def test_a_full_sync_has_the_parts_of_every_conversation(full, expected):
    parts = expected.without_ticket_parts(ids(full.records["conversation_parts"]))
    assert parts == set(expected.stream("conversation_parts"))


def test_a_full_sync_has_the_activity_logs_of_its_version(full, workspace):
    """The kinds of activities depend on the version."""
    logs = workspace.call("GET", "/admins/activity_logs?created_at_after=0&per_page=60", version=VERSION)["activity_logs"]
    assert logs and ids(full.records["activity_logs"]) == ids(logs)


def test_a_full_sync_has_the_segments_of_the_companies(full, workspace):
    companies = [company["id"] for company in full.records["companies"]]
    pages = [workspace.call("GET", f"/companies/{id}/segments", version=VERSION)["data"] for id in companies]
    segments = sorted(segment["id"] for page in pages for segment in page)
    assert segments and sorted(record["id"] for record in full.records["company_segments"]) == segments


@pytest.mark.parametrize("model", ["contact", "company"])
def test_a_full_sync_has_the_standard_and_the_custom_attributes(full, expected, model):
    records = full.records[f"{model}_attributes"]
    assert {record["id"] for record in records if record["custom"]} == expected.custom_attributes(model)
    assert {record["model"] for record in records} == {model}
    assert any(not record["custom"] for record in records)


@pytest.mark.parametrize("stream", sorted(STREAMS))
def test_records_agree_with_the_schema(full, schemas, stream):
    records = full.records[stream]
    assert records
    found = errors(schemas[stream], records)
    assert {path: texts for path, texts in found.items() if path not in MISTYPED.get(stream, ())} == {}


@pytest.mark.parametrize("stream", sorted(STREAMS))
def test_every_member_that_the_source_knows_is_filled(full, schemas, stream):
    missing = set(never_filled(schemas[stream], full.records[stream]))
    assert missing == OBSOLETE.get(stream, set()) | UNUSED.get(stream, set())


def test_a_full_sync_of_many_pages_has_every_record_once(source, catalog, large):
    streams = ("contacts", "companies", "conversations")
    some = {"streams": [entry for entry in catalog["streams"] if entry["stream"]["name"] in streams]}
    expected, sync = Expected(large), Sync(source("read", of=large, catalog=some))
    for stream in streams:
        assert ids(sync.records[stream]) == set(expected.stream(stream)), stream


@pytest.fixture(scope="module")
def awkward_sync(source, catalog, awkward):
    return Sync(source("read", of=awkward, catalog=catalog))


@pytest.mark.parametrize("stream", ["contacts", "conversations"])
def test_awkward_records_are_synced(awkward_sync, awkward, stream):
    """The search leaves out what changed before the start date."""
    assert ids(awkward_sync.records[stream]) == changed_since(Expected(awkward).stream(stream), START_DATE.timestamp())


@pytest.fixture(scope="module")
def changed(source, catalog, full, workspace):
    """An incremental sync after changes, and the changed records and the state at that time."""
    changes = change(workspace)
    return Sync(source("read", catalog=catalog, state=list(full.states.values()))), changes, Expected(workspace)


def since(sync, stream, expected):
    """What an incremental sync after `sync` has: every record from the second of the bookmark on."""
    if stream == "activity_logs":
        return {log["id"] for log in expected.stored[stream] if log["created_at"] >= sync.bookmark(stream)}
    return changed_since(expected.stream(stream), sync.bookmark(stream))


@pytest.mark.parametrize("stream", INCREMENTAL)
def test_an_incremental_sync_has_what_changed(full, changed, stream):
    sync, changes, expected = changed
    synced = expected.without_ticket_parts(ids(sync.records[stream]))
    assert synced == since(full, stream, expected)
    assert changes.get(stream, set()) <= synced


def test_an_incremental_sync_moves_the_bookmarks(full, changed):
    sync, changes, _ = changed
    moved = {stream for stream in INCREMENTAL if sync.bookmark(stream) > full.bookmark(stream)}
    assert moved - {"segments"} == set(changes), "a segment changes with its members"


@pytest.mark.parametrize("stream", INCREMENTAL)
def test_a_sync_without_changes_repeats_the_last_second(changed, repeated, stream):
    sync, _, expected = changed
    synced = expected.without_ticket_parts(ids(repeated.records[stream]))
    assert synced == since(sync, stream, expected)


@pytest.fixture(scope="module")
def repeated(source, catalog, changed):
    return Sync(source("read", catalog=catalog, state=list(changed[0].states.values())))
