"""Common behaviour of all calls: tokens, versions, header fields, errors, isolated workspaces."""

import re
import time

import pytest
from intercom import UnauthorizedError

from support import NO_OBJECT, error_body, ids, new_tag, new_user, refused


def test_an_invalid_token_is_unauthorized(connect):
    with refused(401, "unauthorized", "Access Token Invalid", UnauthorizedError):
        connect("invalid").contacts.list()


def test_a_workspace_without_a_plan_is_forbidden(connect):
    with refused(403, "api_plan_restricted", "Active subscription needed."):
        connect("no-plan").contacts.list()


def test_a_read_only_token_reads_and_does_not_write(connect):
    client = connect("read-only")
    assert client.tags.list().type == "list"
    with refused(403, "forbidden"):
        new_tag(client, "Forbidden")


def test_the_error_for_a_missing_scope_names_it(connect):
    with refused(403, "forbidden", re.compile(r"required scope \(\w+\) to access this resource$")):
        connect("no-scope").contacts.list()


def test_a_token_is_a_workspace(client, connect, token):
    new_user(client, "alice@sdk.test")
    neighbour = connect(f"{token}-next-door")
    assert "alice@sdk.test" not in [contact.email for contact in neighbour.contacts.list(per_page=150)]


def test_a_reset_brings_the_fixtures_back(client, mock):
    before = ids(client.contacts.list(per_page=150))
    for contact in before[:2]:
        client.contacts.delete(contact)
    new_user(client, "alice@sdk.test")
    mock.reset()
    assert ids(client.contacts.list(per_page=150)) == before


def test_the_default_version_is_2_14(client):
    assert client.admins.with_raw_response.list().headers["intercom-version"] == "2.14"


@pytest.mark.parametrize("version", ["2.7", "2.11", "2.16", "Preview"])
def test_the_version_asked_for_is_the_version_served(connect, token, version):
    assert connect(token, version).admins.with_raw_response.list().headers["intercom-version"] == version


def test_an_unknown_version_is_refused(connect, token):
    with refused(400, "intercom_version_invalid", "The requested version could not be found"):
        connect(token, "3.0").admins.list()


def test_a_call_that_a_version_does_not_have_is_refused(connect, token):
    with refused(400, "intercom_version_invalid", re.compile("^Requested resource is not available")):
        connect(token, "2.13").away_status_reasons.list_away_status_reasons()


def test_an_error_carries_the_id_of_its_request(client):
    with refused(404, "not_found", "User Not Found") as caught:
        client.contacts.find(NO_OBJECT)
    assert error_body(caught.value)["request_id"] == caught.value.headers["x-request-id"]


def test_responses_contain_the_remaining_rate_limit(client):
    headers = client.admins.with_raw_response.list().headers
    assert int(headers["x-ratelimit-limit"]) > 0
    assert int(headers["x-ratelimit-remaining"]) > 0
    assert 0 < int(headers["x-ratelimit-reset"]) - time.time() < 20


def test_a_refused_token_has_no_rate_limit(connect):
    with refused(401, "unauthorized", error=UnauthorizedError) as caught:
        connect("invalid").admins.list()
    assert "x-ratelimit-limit" not in caught.value.headers
