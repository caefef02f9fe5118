"""The README's snippets of HTTP do what they say. An answer shows the members that matter."""

import json
import re
import subprocess

import pytest

from conftest import BINARY, ROOT, first_line

README = (ROOT / "README.md").read_text()
SNIPPETS = re.findall(r"^##+ (.+?)$|^```http\n(.*?)^```", README, re.M | re.S)


def snippets():
    title = ""
    for heading, text in SNIPPETS:
        if heading:
            title = heading
        elif text:
            yield pytest.param(text, id=re.sub(r"\W+", "-", title.lower()))


def exchanges(text):
    """(method, target, fields, body, status, shown body) of each exchange."""
    parts = re.split(r"^(?=(?:GET|POST|PUT|PATCH|DELETE) /)", text, flags=re.M)
    for part in filter(str.strip, parts):
        asked, answered = part.split("\nHTTP/1.1 ", 1)
        first, *lines = asked.strip().splitlines()
        fields = dict(line.split(": ", 1) for line in lines if re.match(r"^[A-Za-z-]+: ", line))
        body = "\n".join(line for line in lines if not re.match(r"^[A-Za-z-]+: ", line)).strip()
        status, _, shown = answered.partition("\n")
        yield *first.split(" ", 1), fields, body, int(status.split()[0]), shown.strip()


def has_lines(text, shown):
    """Whether each shown line is there; one that ends with … shows how it begins."""
    lines = text.splitlines()
    return all(
        any(line.startswith(part[:-1]) if part.endswith("…") else line == part for line in lines)
        for part in shown.splitlines()
    )


def has(value, shown):
    if isinstance(shown, dict):
        return isinstance(value, dict) and all(key in value and has(value[key], part) for key, part in shown.items())
    if isinstance(shown, list):
        return isinstance(value, list) and len(value) == len(shown) and all(map(has, value, shown))
    return value == shown


@pytest.mark.parametrize("text", list(snippets()))
def test_a_snippet_does_what_it_says(text, mock, base_url):
    for method, target, fields, body, status, shown in exchanges(text):
        answer = mock.http.request(method, base_url + target, content=body, headers={**mock.headers, **fields})
        assert answer.status_code == status, f"{method} {target}: {answer.text}"
        if answer.headers["Content-Type"].startswith("text/plain"):
            assert has_lines(answer.text, shown), f"{method} {target}: {answer.text}"
        elif shown:
            assert has(answer.json(), json.loads(shown)), f"{method} {target}: {answer.text}"


def test_every_part_has_a_snippet():
    told = README[README.index("### The control plane") : README.index("## Coverage")]
    parts = re.findall(r"^### (.+?)$(.*?)(?=^##|\Z)", told, re.M | re.S)
    assert len(parts) > 9 and [title for title, text in parts if "```http" not in text] == []


def test_a_line_of_the_log_is_as_shown(http):
    shown = json.loads(re.search(r"^```json\n(\{\"time\".*\})\n```", README, re.M)[1])
    command = [BINARY, "--port", "0", "--fixtures", "fixtures/default", "--log", "json", "--log-level", "debug"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            url = first_line(process)["url"]
            http.get(f"{url}/tags", headers={"Authorization": "Bearer test-1"})
        finally:
            process.terminate()
        lines = [json.loads(line) for line in process.stderr]
    line = next(line for line in lines if line["message"] == "request")
    assert list(line) == list(shown)
    assert {name: type(value) for name, value in line.items()} == {name: type(value) for name, value in shown.items()}
    assert {**line, **{name: shown[name] for name in ("time", "microseconds", "request_id")}} == shown
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
