"""Singer's tap for Intercom: discovery, a full sync of every stream, and incremental syncs.

The tap runs unchanged. It speaks version 2.12.
"""

import copy
import json
import subprocess
from collections import defaultdict
from datetime import UTC, datetime

import pytest

from conftest import ROOT
from support import Expected, change, changed_since, errors, ids, messages, never_filled

START_DATE = datetime(2015, 1, 1, tzinfo=UTC)
TAP = ROOT / ".venv-singer/bin/tap-intercom"
STREAMS = {
    "admins", "companies", "company_attributes", "company_segments", "contact_attributes", "contacts", "conversation_parts",
    "conversations", "segments", "tags", "teams",
}  # fmt: skip
INCREMENTAL = ("companies", "contacts", "conversations", "conversation_parts", "segments")
# Members of older API versions, which the tap still declares, and one that it reads under another name than the API's.
OBSOLETE = {
    "admins": {"admin_ids"},
    "conversations": {
        "conversation_message", "conversation_rating.customer", "customer_first_reply", "customers", "sent_at",
        "statistics.last_closed_by", "user",
    },
    "conversation_parts": {"conversation_total_parts"},
}  # fmt: skip
# What the tap declares and its own tests against the service do not find: no answer has the first, no fixture the second.
UNUSED = {"contacts": {"email_domain"}, "company_attributes": {"options"}}


class Sync:
    """The messages of one run of the tap."""

    def __init__(self, output):
        self.schemas, self.keys, self.records, self.state = {}, {}, defaultdict(list), None
        for message in messages(output):
            if message["type"] == "SCHEMA":
                self.schemas[message["stream"]] = message["schema"]
                self.keys[message["stream"]] = message["key_properties"]
            elif message["type"] == "RECORD":
                self.records[message["stream"]].append(message["record"])
            elif message["type"] == "STATE":
                self.state = message["value"]

    def bookmark(self, stream):
        """The time until which a stream is synced, in seconds since 1970."""
        return datetime.fromisoformat(self.state["bookmarks"][stream]["updated_at"]).timestamp()


@pytest.fixture(scope="module")
def tap(environment, workspace, tmp_path_factory):
    """Runs the tap with flags on a workspace and returns its output."""
    folder = tmp_path_factory.mktemp("singer")

    def write(name, document):
        path = folder / name
        path.write_text(json.dumps(document))
        return path

    def run(*flags, of=workspace, **documents):
        settings = {"access_token": of.token, "start_date": f"{START_DATE:%Y-%m-%dT%H:%M:%SZ}", "user_agent": "intercom-mock"}
        config = write("config.json", settings)
        named = [part for name, document in documents.items() for part in (f"--{name}", write(f"{name}.json", document))]
        result = subprocess.run(
            [TAP, "--config", config, *flags, *named], env=environment, capture_output=True, text=True, timeout=120
        )
        assert result.returncode == 0, result.stderr[-4000:]
        return result.stdout

    return run


@pytest.fixture(scope="module")
def catalog(tap):
    """What the tap discovers, with every stream and member selected."""
    return selected(json.loads(tap("--discover")), STREAMS)


def selected(catalog, streams):
    """A catalogue in which these streams are selected."""
    catalog = copy.deepcopy(catalog)
    for stream in catalog["streams"]:
        for entry in stream["metadata"]:
            entry["metadata"]["selected"] = stream["tap_stream_id"] in streams
    return catalog


@pytest.fixture(scope="module")
def expected(workspace):
    return Expected(workspace)


@pytest.fixture(scope="module")
def full(tap, catalog, expected):
    return Sync(tap(catalog=catalog))


def test_discovery_lists_every_stream(catalog):
    assert {stream["tap_stream_id"] for stream in catalog["streams"]} == STREAMS


@pytest.mark.parametrize("stream", ["admins", "contacts", "companies", "conversations", "segments", "tags", "teams"])
def test_a_full_sync_has_every_record_of_the_workspace(full, expected, stream):
    assert ids(full.records[stream]) == set(expected.stream(stream))


def test_a_full_sync_has_the_parts_of_every_conversation(full, expected):
    parts = expected.without_ticket_parts(ids(full.records["conversation_parts"]))
    assert parts == set(expected.stream("conversation_parts"))
    owners = {part["id"]: part["conversation_id"] for part in full.records["conversation_parts"]}
    assert all(owners[id] == part["conversation_id"] for id, part in expected.stream("conversation_parts").items())


@pytest.mark.parametrize("model", ["contact", "company"])
def test_a_full_sync_has_the_standard_and_the_custom_attributes(full, expected, model):
    records = full.records[f"{model}_attributes"]
    assert {record["id"] for record in records if record["custom"]} == expected.custom_attributes(model)
    assert {record["model"] for record in records} == {model}
    assert any(not record["custom"] for record in records)


@pytest.mark.parametrize("stream", sorted(STREAMS))
def test_records_agree_with_the_schema_and_differ_in_their_keys(full, stream):
    records = full.records[stream]
    assert records and errors(full.schemas[stream], records) == {}
    keys = [tuple(record[name] for name in full.keys[stream]) for record in records]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("stream", sorted(STREAMS))
def test_every_member_that_the_tap_knows_is_filled(full, stream):
    missing = set(never_filled(full.schemas[stream], full.records[stream]))
    assert missing == OBSOLETE.get(stream, set()) | UNUSED.get(stream, set())


def test_a_full_sync_of_many_pages_has_every_record_once(tap, catalog, large):
    streams = ("contacts", "companies", "conversations")
    expected, sync = Expected(large), Sync(tap(of=large, catalog=selected(catalog, streams)))
    for stream in streams:
        assert ids(sync.records[stream]) == set(expected.stream(stream)), stream


@pytest.fixture(scope="module")
def awkward_sync(tap, catalog, awkward):
    return Sync(tap(of=awkward, catalog=catalog))


@pytest.mark.parametrize("stream", ["contacts", "conversations"])
def test_awkward_records_are_synced(awkward_sync, awkward, stream):
    """The search leaves out what changed before the start date."""
    assert ids(awkward_sync.records[stream]) == changed_since(Expected(awkward).stream(stream), START_DATE.timestamp())


@pytest.fixture(scope="module")
def changed(tap, catalog, full, workspace):
    """An incremental sync after changes, and the changed records and the state at that time."""
    changes = change(workspace)
    return Sync(tap(catalog=catalog, state=full.state)), changes, Expected(workspace)


def since(sync, stream, expected):
    """What an incremental sync after `sync` has: every record from the second of the bookmark on.

    The bookmark of the parts is the time of a conversation; each conversation from then on is read with all its parts.
    """
    if stream == "conversation_parts":
        conversations = changed_since(expected.stream("conversations"), sync.bookmark(stream))
        return set(expected.collection(stream, lambda part: part["conversation_id"] in conversations))
    return changed_since(expected.stream(stream), sync.bookmark(stream))


@pytest.mark.parametrize("stream", INCREMENTAL)
def test_an_incremental_sync_has_what_changed(full, changed, stream):
    sync, changes, expected = changed
    synced = expected.without_ticket_parts(ids(sync.records[stream]))
    assert synced == since(full, stream, expected)
    assert changes.get(stream, set()) <= synced


def test_an_incremental_sync_moves_the_bookmarks(full, changed):
    sync, changes, _ = changed
    """The tap reads conversations by their ids: the bookmark of the parts is the time of the last, not the latest time."""
    moved = {stream for stream in INCREMENTAL if sync.bookmark(stream) > full.bookmark(stream)}
    assert moved - {"conversation_parts", "segments"} == set(changes) - {"conversation_parts"}


@pytest.mark.parametrize("stream", INCREMENTAL)
def test_a_sync_without_changes_repeats_the_last_second(changed, repeated, stream):
    sync, _, expected = changed
    synced = expected.without_ticket_parts(ids(repeated.records[stream]))
    assert synced == since(sync, stream, expected)


@pytest.fixture(scope="module")
def repeated(tap, catalog, changed):
    return Sync(tap(catalog=catalog, state=changed[0].state))
