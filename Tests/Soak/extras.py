"""Actions other than API calls: faults, webhooks, clock, journal, settings and malformed requests."""

import http.client
import time

REFUSED = {"invalid": 401, "revoked": 401, "no-plan": 403}


def status_fault(self):
    """The next requests fail and change nothing; later requests succeed."""
    times = self.chance.randrange(1, 4)
    status = self.chance.choice([429, 500, 502, 503])
    rule = {"match": {"operation": "createContact"}, "times": times, "respond": {"status": status}}
    self.ask("POST", "/_mock/faults", rule, expect=201)
    for _ in range(times):
        self.ask("POST", "/contacts", self.contact_body(), expect=status)
    self.create_contact()
    self.ask("DELETE", "/_mock/faults")
    if self.chance.random() < 0.3:
        self.ask("GET", "/admins/1001", expect=404, Prefer="code=404")


def lost_fault(self):
    """The connection breaks; the write is stored only if the rule commits."""
    kind = self.chance.choice(["refuse_after_accept", "close_before_response", "close_mid_body"])
    commits = self.chance.random() < 0.5
    rule = {"match": {"operation": "createContact"}, "times": 1, "connection": kind, "commit": commits}
    answer = self.wire("POST", "/_mock/faults", rule)
    if answer.status == 400:  # not every kind of failure permits commit
        return
    body = self.contact_body()
    try:
        self.wire("POST", "/contacts", body)
        raise ValueError(f"{kind}: an answer nevertheless")
    except (OSError, http.client.HTTPException):
        pass
    self.ask("DELETE", "/_mock/faults")
    found = self.search("/contacts", "email", body["email"])["data"]
    self.same(len(found), int(commits), f"what {kind} with commit {commits} wrote")
    for row in found:
        self.model.contacts[row["id"]] = body


def slow_fault(self):
    kind = self.chance.choice([{"connection": "drip"}, {"delay_ms": 150}, {"delay_ms": {"min": 1, "max": 100}},
                               {"delay_ms": {"median": 10, "p99": 200}}])
    self.ask("POST", "/_mock/faults", {"match": {"path": "/tags"}, "times": 1, **kind}, expect=201)
    if self.chance.random() < 0.3:  # a client that closes the connection early
        with self.address() as connection:
            connection.sendall(f"GET /tags HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {self.wire.token}\r\n\r\n"
                               .encode()) if not self.wire.trust else None
    else:
        self.same(len(self.ask("GET", "/tags")["data"]), self.seed["tags"] + len(self.model.tags), "slow tags")
    self.ask("DELETE", "/_mock/faults")


def webhooks(self):
    """Each event is delivered once."""
    kind = self.chance.choice(["ok", "ok", "slow"])
    name = f"{self.name}-{self.fresh('hook')}"
    wish = {"url": self.receiver.url(kind, name), "topics": ["contact.user.created"]}
    hook = self.ask("POST", "/_mock/webhooks", wish, expect=201)["id"]
    number = self.chance.randrange(1, 6)
    for _ in range(number):
        self.create_contact()
    # Other subscriptions of the workspace may have pending deliveries: wait only for those of this one.
    deadline = time.monotonic() + 20
    while self.receiver.count(kind, name) < number and time.monotonic() < deadline:
        self.ask("POST", "/_mock/webhooks/wait", {"timeout_ms": 1000})
    self.same(self.receiver.count(kind, name), number, "webhooks received")
    self.ask("GET", f"/_mock/webhooks/deliveries?subscription_id={hook}")
    self.ask("DELETE", f"/_mock/webhooks/{hook}")


def deaf_webhooks(self):
    """An endpoint that fails, is gone or is too busy. Sometimes the subscription is kept, so that the log fills."""
    kind = self.chance.choice(["broken", "gone", "busy"])
    hooks = self.ask("GET", "/_mock/webhooks")["data"]
    wish = {"url": self.receiver.url(kind, f"{self.name}-{self.fresh('hook')}"), "topics": ["*"]}
    hook = self.ask("POST", "/_mock/webhooks", wish, expect=201)["id"]
    self.create_contact()
    self.ask("POST", "/_mock/webhooks/wait", {"timeout_ms": 2000})
    state = self.ask("GET", f"/_mock/webhooks/{hook}")["state"]
    self.same(state, {"broken": "active", "gone": "disabled", "busy": "throttled"}[kind], f"{kind} after one delivery")
    if len(hooks) > 3 or self.chance.random() < 0.5:
        self.ask("DELETE", f"/_mock/webhooks/{hook}")


def clock(self):
    now = self.chance.randrange(1_700_000_000, 1_800_000_000)
    self.ask("PUT", "/_mock/clock", {"mode": "frozen", "now": now})
    created = self.ask("GET", f"/contacts/{self.create_contact()}")["created_at"]
    self.same(created, now, "created in frozen time")
    step = self.chance.choice([1, 3600, 86_400, 30 * 86_400])
    self.same(self.ask("POST", "/_mock/clock/advance", {"seconds": step})["now"], now + step, "time moved on")
    self.ask("PUT", "/_mock/clock", {"mode": "running"})


def journal(self):
    if self.chance.random() < 0.3:
        self.ask("DELETE", "/_mock/requests")
    name = self.fresh("seen")
    identifier = self.ask("POST", "/tags", {"name": name})["id"]
    self.model.tags[identifier] = name
    self.ask("POST", "/_mock/requests/verify",
             {"match": {"operation": "createTag", "body": {"name": name}}, "times": {"exactly": 1}})
    self.ask("POST", "/_mock/requests/verify",
             {"match": {"body": {"name": f"never {name}"}}, "timeout_ms": self.chance.choice([0, 30])}, expect=409)
    self.same(self.ask("GET", "/_mock/requests?limit=1000")["total_count"] <= 1000, True, "the journal's bound")
    if self.chance.random() < 0.2:
        self.ask("GET", "/_mock/requests.har")


def settings(self):
    kind = self.chance.randrange(3)
    if kind == 0:
        self.ask("PATCH", "/_mock/settings", {"rate_limit": {"limit": 2, "window_seconds": 3600}})
        statuses = [self.wire("GET", "/tags").status for _ in range(4)]
        self.same(statuses[-1], 429, "beyond the limit")
        self.ask("PATCH", "/_mock/settings", {"rate_limit": "off"})
    elif kind == 1:
        self.ask("PATCH", "/_mock/settings", {"search_lag": "until_flush"})
        email = self.model.contacts[self.create_contact()]["email"]
        self.same(self.search("/contacts", "email", email)["total_count"], 0, "a search that lags")
        self.ask("POST", "/_mock/search/flush")
        self.same(self.search("/contacts", "email", email)["total_count"], 1, "a search that was flushed")
        self.ask("PATCH", "/_mock/settings", {"search_lag": "off"})
    else:
        self.ask("PATCH", "/_mock/settings", {"etag": "always", "gzip": "off"})
        self.ask("GET", "/contacts?per_page=50", **{"Accept-Encoding": "gzip"})
        self.ask("PATCH", "/_mock/settings", {"etag": "auto", "gzip": "on"})


def state(self):
    """An exported state can be imported without changes."""
    exported = self.ask("GET", "/_mock/state?collections=contacts,tags")
    self.ask("PUT", "/_mock/state", exported)
    self.compare()
    if self.chance.random() < 0.3:
        self.ask("GET", "/_mock/state")
        self.ask("GET", "/_mock/metrics")


def strangers(self):
    """Tokens that are used once, and rejected tokens."""
    token = self.wire.token
    try:
        for number in range(20):
            self.wire.token = f"{self.name}-stranger-{self.fresh('t')}-{number}"
            self.ask("GET", "/contacts?per_page=1")
        for self.wire.token, status in REFUSED.items():
            self.ask("GET", "/contacts", expect=status)
    finally:
        self.wire.token = token


def rudeness(self):
    """An incomplete request, many pipelined requests, or a client that closes the connection during a response."""
    head = f"Host: h\r\nAuthorization: Bearer {self.wire.token}\r\n"
    kind = self.chance.randrange(4)
    with self.address() as connection:
        if kind == 0:
            connection.sendall(f"POST /contacts HTTP/1.1\r\n{head}Content-Length: 100\r\n\r\n{{".encode())
        elif kind == 1:
            connection.sendall(f"GET /tags HTTP/1.1\r\n{head}\r\n".encode() * 20)
        elif kind == 2:
            connection.sendall(f"GET /_mock/state HTTP/1.1\r\n{head}\r\n".encode())
            connection.recv(100)
        else:
            connection.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")


def nonsense(self):
    """An invalid request changes nothing and the response is a 4xx."""
    paths = ["/contacts", "/contacts/search", "/conversations", "/tickets", "/tags", "/companies", "/events"]
    body = self.chance.choice([b"{", b"[1]", b"null", self.say(query={"field": "nope", "operator": "=", "value": 1}),
                               self.say(email=7, role="ghost"), self.say(ticket_type_id=None, contacts=[]), b'"x"'])
    answer = self.wire("POST", self.chance.choice(paths), body)
    self.same(400 <= answer.status < 500, True, f"{answer.status} for {body!r}")
