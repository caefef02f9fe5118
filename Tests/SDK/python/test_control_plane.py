"""The OpenAPI description, metrics and HAR export of the control plane, validated with standard libraries."""

import re

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from support import new_tag


@pytest.fixture
def description(mock):
    return mock.http.get(f"{mock.url}/openapi.json").raise_for_status().json()


def test_the_description_is_valid_openapi(description):
    validate(description, cls=OpenAPIV31SpecValidator)


def test_the_description_has_every_call(description, base_url, http):
    calls = http.get(f"{base_url}/").json()["calls"]
    described = [
        f"{method.upper()} {path}" for path, methods in description["paths"].items() for method in methods
    ]
    assert sorted(described) == sorted(calls)


def readable(description):
    return [
        path
        for path, methods in description["paths"].items()
        if "get" in methods and "{" not in path and "application/json" in methods["get"]["responses"]["200"]["content"]
    ]


def test_answers_are_as_described(description, client, mock, base_url):
    new_tag(client, "Described")
    mock.http.post(f"{mock.url}/faults", json={"match": {"path": "/x"}, "delay_ms": {"min": 1, "max": 2}}, headers=mock.headers)
    mock.http.put(f"{mock.url}/snapshots/one", headers=mock.headers)
    for path in readable(description):
        answer = mock.http.get(f"{base_url}{path}", headers=mock.headers)
        content = description["paths"][path]["get"]["responses"]["200"]["content"]
        schema = content["application/json"]["schema"] | {"components": description["components"]}
        assert answer.status_code == 200, path
        jsonschema.validate(answer.json(), schema)


def test_a_verification_that_fails_is_as_described(description, client, mock):
    new_tag(client, "Nearly")
    answer = mock.http.post(
        f"{mock.url}/requests/verify", json={"match": {"operation": "createTag", "path": "/tag"}}, headers=mock.headers
    )
    refused = description["paths"]["/_mock/requests/verify"]["post"]["responses"]["409"]
    assert answer.status_code == 409 and answer.json()["closest"]
    jsonschema.validate(answer.json(), refused["content"]["application/json"]["schema"])


def test_what_is_not_described_is_refused(description, mock, base_url):
    refusal = description["components"]["schemas"]["error"]
    for path, methods in description["paths"].items():
        for method in methods:
            answer = mock.http.request(
                method, f"{base_url}{path.replace('{', '').replace('}', '')}?no_such_parameter=1", headers=mock.headers
            )
            assert answer.status_code == 400, f"{method} {path}"
            jsonschema.validate(answer.json(), refusal)


def test_metrics_are_text_for_prometheus(client, mock):
    new_tag(client, "Counted")
    answer = mock.http.get(f"{mock.url}/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    line = re.compile(r'^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [0-9.e+-]+)$')
    lines = answer.text.splitlines()
    assert [odd for odd in lines if not line.match(odd)] == []
    assert any(text.startswith('intercom_mock_requests_total{operation="createTag",status="200"}') for text in lines)
    assert any(text.startswith("intercom_mock_workspaces ") for text in lines)


def test_the_journal_is_exported_as_har(client, mock):
    new_tag(client, "Archived")
    log = mock.http.get(f"{mock.url}/requests.har", headers=mock.headers).json()["log"]
    assert log["version"] == "1.2"
    (entry,) = [entry for entry in log["entries"] if entry["request"]["method"] == "POST"]
    assert entry["request"]["url"].endswith("/tags")
    assert "Archived" in entry["request"]["postData"]["text"]
    assert {"name": "content-type", "value": "application/json"} in [
        {"name": field["name"].lower(), "value": field["value"]} for field in entry["request"]["headers"]
    ]
    assert entry["response"]["status"] == 200
    assert set(entry) >= {"startedDateTime", "time", "request", "response", "cache", "timings"}
