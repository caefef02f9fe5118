"""The SDK with faults: it raises errors and retries as documented."""

import re
import time

import httpx
import pytest

from support import ONCE, ids, new_tag, new_user, refused

# The SDK counts retries from 2: 3 permits one retry.
REPEATED = {"max_retries": 3}


@pytest.fixture
def fault(mock):
    """Adds a rule; returns a function that returns the number of its matches."""

    def fault(**rule):
        made = mock.http.post(f"{mock.url}/faults", json=rule, headers=mock.headers)
        assert made.status_code == 201, made.text
        return lambda: mock.http.get(f"{mock.url}/faults/{made.json()['id']}", headers=mock.headers).json()["taken"]

    return fault


def test_too_many_requests_are_repeated_once_the_window_is_over(client, fault):
    taken = fault(match={"operation": "listTags"}, times=1, respond={"status": 429, "reset_in_seconds": 1})
    start = time.monotonic()
    assert client.tags.list(request_options=REPEATED).type == "list"
    assert taken() == 1
    # The header has full seconds, and the SDK adds up to 20 %.
    assert time.monotonic() - start < 3


def test_too_many_requests_are_raised_when_repeats_are_off(client, fault):
    fault(match={"operation": "listTags"}, times=1, respond={"status": 429})
    with refused(429, "rate_limit_exceeded", "Exceeded rate limit of 1667 in 10_seconds"):
        client.tags.list(request_options=ONCE)
    assert client.tags.list(request_options=ONCE).type == "list"


def test_a_server_error_is_repeated(client, fault):
    taken = fault(match={"operation": "listTags"}, times=1, respond={"status": 500, "reset_in_seconds": 1})
    assert client.tags.list(request_options=REPEATED).type == "list"
    assert taken() == 1


def test_a_server_error_is_raised_and_nothing_was_written(client, mock, fault):
    fault(match={"method": "POST", "path": "/contacts"}, times=1, respond={"status": 500})
    with refused(500, "server_error", "Server Error"):
        new_user(client, "broken@sdk.test", request_options=ONCE)
    assert "broken@sdk.test" not in [contact.get("email") for contact in mock.records("contacts")]


def test_an_html_response_is_raised_unchanged(client, fault):
    fault(match={"path": "/tags"}, times=1, respond={"status": 502, "body": "<html>Bad gateway</html>"})
    with pytest.raises(Exception) as caught:
        client.tags.list(request_options=ONCE)
    assert caught.value.status_code == 502
    assert "Bad gateway" in str(caught.value.body)


@pytest.mark.parametrize("connection", ["close_before_response", "refuse_after_accept", "close_mid_body"])
def test_a_broken_connection_is_an_error_of_the_transport(client, mock, fault, connection):
    taken = fault(match={"path": "/tags", "method": "POST"}, times=1, connection=connection)
    with pytest.raises(httpx.TransportError):
        new_tag(client, "Lost")
    assert taken() == 1
    assert "Lost" not in [tag["name"] for tag in mock.records("tags")]


def test_a_response_may_be_lost_after_the_write(client, mock, fault):
    fault(match={"path": "/tags", "method": "POST"}, times=1, commit=True, connection="close_before_response")
    with pytest.raises(httpx.TransportError):
        new_tag(client, "Done")
    assert "Done" in [tag["name"] for tag in mock.records("tags")]


def test_a_slow_response_arrives_or_times_out(client, fault):
    fault(match={"path": "/tags"}, times=2, delay_ms=400)
    start = time.monotonic()
    assert len(ids(client.tags.list().data)) > 0
    assert time.monotonic() - start >= 0.4
    with pytest.raises(httpx.ReadTimeout):
        client.tags.list(request_options={"timeout_in_seconds": 0.1})


def test_a_dripped_response_is_complete(client, fault):
    fault(match={"path": "/tags"}, times=1, connection="drip")
    assert len(ids(client.tags.list().data)) > 0


def test_a_faulted_request_is_in_the_journal(client, mock, fault):
    fault(match={"path": "/tags"}, times=1, respond={"status": 503})
    with refused(503, "service_unavailable"):
        client.tags.list(request_options=ONCE)
    entry = mock.http.get(f"{mock.url}/requests", params={"limit": 1}, headers=mock.headers).json()["requests"][0]
    assert entry["fault"] == "fault-1"
    assert entry["response"]["status"] == 503


def test_a_verification_waits_for_later_requests(client, mock):
    import threading

    late = threading.Timer(0.3, lambda: new_tag(client, "Late"))
    late.start()
    answer = mock.http.post(
        f"{mock.url}/requests/verify",
        json={"match": {"path": "/tags", "body": {"name": "Late"}}, "times": {"exactly": 1}, "timeout_ms": 5000},
        headers=mock.headers,
    )
    late.join()
    assert answer.status_code == 200, answer.text
    assert answer.json()["count"] == 1


def test_a_rule_can_match_any_operation(mock, base_url):
    """Calls each operation without a body, in a version that has it: the rule applies before the operation."""
    operations = mock.http.get(f"{mock.url}/operations").json()["operations"]
    assert len(operations) > 200
    missed = []
    for operation in operations:
        rule = {"match": {"operation": operation["operation"]}, "times": 1, "respond": {"status": 503, "code": "mock"}}
        mock.http.post(f"{mock.url}/faults", json=rule, headers=mock.headers).raise_for_status()
        path = re.sub(r"\{\w+\}", "1", operation["path"])
        fields = mock.headers | {"Intercom-Version": operation["versions"][-1]}
        answer = mock.http.request(operation["method"], base_url + path, headers=fields)
        if answer.status_code != 503 or answer.json()["errors"][0]["code"] != "mock":
            missed.append(f"{operation['method']} {path}: {answer.status_code}")
    assert missed == []
    assert mock.http.get(f"{mock.url}/workspaces").status_code == 200


def test_a_rule_can_match_any_path_of_the_control_plane(mock):
    """Except those that remove rules."""
    paths = mock.http.get(f"{mock.url}/openapi.json").json()["paths"]
    missed = []
    for path, calls in paths.items():
        if not path.startswith("/_mock") or path.startswith("/_mock/faults"):
            continue
        target = re.sub(r"\{\w+\}", "1", path).removeprefix("/_mock")
        for method in calls:
            rule = {"match": {"method": method, "path": f"/_mock{target}"}, "times": 1, "respond": {"status": 503}}
            mock.http.post(f"{mock.url}/faults", json=rule, headers=mock.headers).raise_for_status()
            answer = mock.http.request(method, mock.url + target, headers=mock.headers)
            if answer.status_code != 503:
                missed.append(f"{method} {target}: {answer.status_code}")
    assert missed == []
