"""Runs the HTTP examples of the documentation. The response in an example may be abbreviated."""

import json
import re
import subprocess
import sys

import pytest

from conftest import BINARY, ROOT, first_line

sys.path.insert(0, str(ROOT / "Tests"))
import control_plane_reference  # noqa: E402

CATALOGUE = ROOT / "Sources/MockServer/Documentation.docc"
PAGES = [ROOT / "README.md", ROOT / "docker/README.md", *sorted(CATALOGUE.glob("*.md"))]
# The pages about the control plane: each section has an example.
GUIDES = ["Workspaces", "Fixtures", "Faults", "Webhooks", "Clock", "Journal", "Settings"]
SNIPPET = re.compile(r"(<!-- not run: [^\n]* -->\n+)?^```http\n(.*?)^```", re.M | re.S)
FENCE = re.compile(r"^```.*?^```", re.M | re.S)
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]*))?\)")


def slug(text):
    return re.sub(r"\W+", "-", text.lower()).strip("-")


def snippets():
    for page in PAGES:
        for section in re.split(r"^##+ ", page.read_text(), flags=re.M):
            title = section.partition("\n")[0]
            for skipped, text in SNIPPET.findall(section):
                if not skipped:
                    yield pytest.param(text, id=f"{slug(page.stem)}-{slug(title)}")


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
    """Whether the text has each shown line. A shown line that ends with … is a prefix."""
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
def test_an_example_returns_what_it_shows(text, mock, base_url):
    for method, target, fields, body, status, shown in exchanges(text):
        if body and target.startswith("/_mock"):
            fields = {"Content-Type": "application/json", **fields}
        answer = mock.http.request(method, base_url + target, content=body, headers={**mock.headers, **fields})
        assert answer.status_code == status, f"{method} {target}: {answer.text}"
        if answer.headers["Content-Type"].startswith("text/plain"):
            assert has_lines(answer.text, shown), f"{method} {target}: {answer.text}"
        elif shown:
            assert has(answer.json(), json.loads(shown)), f"{method} {target}: {answer.text}"


@pytest.mark.parametrize("name", GUIDES)
def test_every_section_of_a_guide_has_an_example(name):
    sections = re.split(r"^## ", (CATALOGUE / f"{name}.md").read_text(), flags=re.M)[1:]
    assert sections and [section.partition("\n")[0] for section in sections if "\n```" not in section] == []


def headings(page):
    """The anchors of a page, as a renderer of Markdown makes them."""
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text()), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: slug(str(page.relative_to(ROOT))))
def test_every_link_leads_to_a_file_and_a_heading(page):
    for path, anchor in LINK.findall(FENCE.sub("", page.read_text())):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), path
        assert not anchor or anchor in headings(target), f"{path}#{anchor}"


def test_the_reference_of_the_control_plane_is_up_to_date(http, base_url):
    document = http.get(f"{base_url}/_mock/openapi.json").json()
    page = (CATALOGUE / "Control-Plane.md").read_text()
    assert control_plane_reference.reference(document) in page, "`make readme` rewrites it"


def test_a_line_of_the_log_is_as_shown(http):
    journal = (CATALOGUE / "Journal.md").read_text()
    shown = json.loads(re.search(r"^```json\n(\{\"time\".*\})\n```", journal, re.M)[1])
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
