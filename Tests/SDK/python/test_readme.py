"""The README's snippets of HTTP do what they say. An answer shows the members that matter."""

import json
import pathlib
import re

import pytest

README = (pathlib.Path(__file__).parents[3] / "README.md").read_text()
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
        if shown:
            assert has(answer.json(), json.loads(shown)), f"{method} {target}: {answer.text}"


def test_every_part_has_a_snippet():
    told = README[README.index("### The control plane") : README.index("## Coverage")]
    parts = re.findall(r"^### (.+?)$(.*?)(?=^##|\Z)", told, re.M | re.S)
    assert len(parts) > 9 and [title for title, text in parts if "```http" not in text] == []
