"""A client with its own workspace and a model of its expected contents."""

import copy
import gzip
import http.client
import io
import json
import socket
import time
import zipfile

import extras

SEEDED = "65f1a00100000000000000a1"  # a contact of the fixtures that no actor touches
MOST_GENERATED = 400


class Wrong(Exception):
    """The response of the server is not the expected one."""


class Model:
    """The records that an actor has created and not deleted."""

    def __init__(self):
        self.contacts = {}  # id -> the values that were written last
        self.companies = {}  # company_id -> name
        self.conversations = {}  # id -> parts
        self.tickets = {}  # id -> title
        self.tags = {}  # id -> name
        self.others = 0  # the number of generated contacts


class Actor:
    def __init__(self, wire, chance, receiver, name):
        self.wire, self.chance, self.receiver, self.name = wire, chance, receiver, name
        self.model, self.serial, self.snapshot = Model(), 0, None
        self.first = self.counts()
        self.seed = dict(self.first)

    # Actions

    WEIGHTS = {
        "create_contact": 12, "update_contact": 8, "read_contact": 14, "find_contact": 10, "page_contacts": 2,
        "delete_contact": 4, "company": 4, "tag": 4, "converse": 6, "ticket": 5, "bulk": 1, "export": 1, "generate": 1,
        "take_snapshot": 2, "restore_snapshot": 2, "begin_anew": 1, "read_seed": 6,
        "status_fault": 2, "lost_fault": 1, "slow_fault": 1, "webhooks": 2, "deaf_webhooks": 1, "clock": 1,
        "journal": 2, "settings": 1, "state": 1, "strangers": 1, "rudeness": 1, "nonsense": 3,
    }

    def act(self):
        names, weights = zip(*self.WEIGHTS.items())
        self.play(self.chance.choices(names, weights)[0])

    def play(self, name):
        try:
            (getattr(self, name, None) or getattr(extras, name).__get__(self))()
        except (OSError, http.client.HTTPException, KeyError, IndexError, ValueError) as error:
            raise Wrong(f"{name}: {error!r}") from error
        except Wrong as error:
            raise Wrong(f"{name}: {error}") from error

    def ask(self, method, path, body=None, expect=200, **options):
        answer = self.wire(method, path, body, **options)
        if answer.status != expect:
            raise Wrong(f"{method} {path} gave {answer.status}, not {expect}: {answer.data[:300]!r}")
        return answer.json if answer.data and b"{" == answer.data[:1] else answer.data

    @staticmethod
    def same(found, expected, what):
        if found != expected:
            raise Wrong(f"{what}: {found!r}, not {expected!r}")

    def any(self, things):
        return self.chance.choice(sorted(things)) if things else None

    def fresh(self, kind):
        self.serial += 1
        return f"{kind}-{self.serial}"

    # Contacts

    def contact_body(self):
        name = self.fresh("person")
        return {"role": "user", "external_id": f"x-{name}", "email": f"{name}@example.com", "name": f"Soak {name}"}

    def create_contact(self):
        body = self.contact_body()
        identifier = self.ask("POST", "/contacts", body)["id"]
        self.same(identifier in self.model.contacts, False, "an id given twice")
        self.model.contacts[identifier] = body
        return identifier

    def update_contact(self):
        if identifier := self.any(self.model.contacts):
            body = {"name": self.fresh("renamed"), "custom_attributes": {}}
            self.ask("PUT", f"/contacts/{identifier}", body)
            self.model.contacts[identifier] = {**self.model.contacts[identifier], "name": body["name"]}
            self.read_contact(identifier)

    def read_contact(self, identifier=None):
        if identifier := identifier or self.any(self.model.contacts):
            found = self.ask("GET", f"/contacts/{identifier}")
            known = self.model.contacts[identifier]
            self.same({key: found[key] for key in known}, known, f"contact {identifier}")

    def search(self, path, field, value, **options):
        query = {"query": {"field": field, "operator": "=", "value": value}}
        return self.ask("POST", f"{path}/search", query, **options)

    def find_contact(self, version="2.14"):
        if identifier := self.any(self.model.contacts):
            found = self.search("/contacts", "email", self.model.contacts[identifier]["email"], version=version)
            self.same([row["id"] for row in found["data"]], [identifier], "the contact of an address")
            self.same(found["total_count"], 1, "how many have an address")

    def page_contacts(self):
        """Reads all pages: they must contain each contact once."""
        seen, path = [], "/contacts?per_page=50"
        while path:
            page = self.ask("GET", path)
            seen += [row["id"] for row in page["data"]]
            following = page["pages"].get("next")
            path = following and f"/contacts?per_page=50&starting_after={following['starting_after']}"
        self.same(len(set(seen)), len(seen), "contacts of all pages, each once")
        self.same(len(seen), page["total_count"], "the total and what the pages hold")
        self.same(set(self.model.contacts) - set(seen), set(), "contacts that no page holds")
        self.same(len(seen), self.seed["contacts"] + len(self.model.contacts) + self.model.others, "all contacts")

    def delete_contact(self):
        if identifier := self.any(self.model.contacts):
            self.same(self.ask("DELETE", f"/contacts/{identifier}")["deleted"], True, "deleted")
            body = self.model.contacts.pop(identifier)
            self.ask("GET", f"/contacts/{identifier}", expect=404)
            self.same(self.search("/contacts", "email", body["email"])["total_count"], 0, "a deleted contact")

    def read_seed(self):
        version = self.chance.choice(["2.7", "2.11", "2.14", "2.16", "Preview"])
        path = self.chance.choice(["/contacts?per_page=10", f"/contacts/{SEEDED}", "/admins", "/tags", "/segments",
                                   "/conversations?per_page=20", "/data_attributes", "/teams", "/articles", "/me"])
        fields = {"Accept-Encoding": "gzip"} if self.chance.random() < 0.5 else {}
        self.ask("GET", path, version=version, **fields)

    # Other resources

    def company(self):
        key = self.chance.choice([*self.model.companies, self.fresh("company")])
        name = self.fresh("Firm")
        made = self.ask("POST", "/companies", {"company_id": key, "name": name})
        if key not in self.model.companies:  # lists contain only companies with contacts
            self.ask("POST", f"/contacts/{SEEDED}/companies", {"id": made["id"]})
        self.model.companies[key] = name
        self.same(self.ask("GET", f"/companies/{made['id']}")["name"], name, "a company's name")
        total = self.ask("POST", "/companies/list", {})["total_count"]
        self.same(total, self.seed["companies"] + len(self.model.companies), "companies")

    def tag(self):
        name = self.fresh("tag")
        identifier = self.ask("POST", "/tags", {"name": name})["id"]
        self.model.tags[identifier] = name
        if contact := self.any(self.model.contacts):
            self.ask("POST", f"/contacts/{contact}/tags", {"id": identifier})
            tags = self.ask("GET", f"/contacts/{contact}/tags")["data"]
            self.same(identifier in [row["id"] for row in tags], True, "a tag on a contact")
            self.ask("DELETE", f"/contacts/{contact}/tags/{identifier}")
        if len(self.model.tags) > 20:
            gone = self.any(self.model.tags)
            self.ask("DELETE", f"/tags/{gone}")
            del self.model.tags[gone]
        self.same(len(self.ask("GET", "/tags")["data"]), self.seed["tags"] + len(self.model.tags), "tags")

    def converse(self):
        identifier = self.any(self.model.conversations)
        if identifier is None or self.chance.random() < 0.4:
            author = self.any(self.model.contacts) or SEEDED
            message = {"from": {"type": "user", "id": author}, "body": "Is anybody there?"}
            identifier = self.ask("POST", "/conversations", message)["conversation_id"]
            self.model.conversations[identifier] = 0
        reply = {"type": "admin", "admin_id": "1001", "message_type": "comment", "body": self.fresh("reply")}
        self.ask("POST", f"/conversations/{identifier}/reply", reply)
        self.model.conversations[identifier] += 1
        parts = self.ask("GET", f"/conversations/{identifier}")["conversation_parts"]["conversation_parts"]
        bodies = [part["body"] for part in parts if part["part_type"] == "comment"]
        self.same(len(bodies), self.model.conversations[identifier], "replies")
        self.same(reply["body"] in bodies[-1], True, "the last reply")
        found = self.search("/conversations", "id", identifier)["conversations"]
        self.same([row["id"] for row in found], [identifier], "a conversation that is searched")

    def ticket(self):
        title = self.fresh("ticket")
        body = {"ticket_type_id": "55", "contacts": [{"id": SEEDED}], "ticket_attributes": {"_default_title_": title}}
        identifier = self.any(self.model.tickets)
        if identifier is None or self.chance.random() < 0.5:
            identifier = self.ask("POST", "/tickets", body)["id"]
        else:
            self.ask("PUT", f"/tickets/{identifier}", {"ticket_attributes": {"_default_title_": title}})
        self.model.tickets[identifier] = title
        found = self.ask("GET", f"/tickets/{identifier}")
        self.same(found["ticket_attributes"]["_default_title_"], title, "a ticket's title")
        if self.chance.random() < 0.3:
            self.ask("DELETE", f"/tickets/{identifier}")
            del self.model.tickets[identifier]
            self.ask("GET", f"/tickets/{identifier}", expect=404)

    def bulk(self):
        rows = [self.contact_body() for _ in range(self.chance.randrange(1, 40))]
        job = self.ask("POST", "/contacts/bulk", {"contacts": rows}, expect=202, version="Preview")
        self.ask("GET", f"/contacts/bulk/{job['id']}", version="Preview")
        for row in rows:
            found = self.search("/contacts", "email", row["email"])["data"]
            self.same(len(found), 1, "a contact that came in bulk")
            self.model.contacts[found[0]["id"]] = row

    def export(self):
        body = {"created_at_after": 1500000000, "created_at_before": 1900000000}
        job = self.ask("POST", "/export/content/data", body)["job_identifier"]
        for _ in range(50):
            shown = self.ask("GET", f"/export/content/data/{job}")
            if shown["status"] == "completed":
                break
            time.sleep(0.1)
        else:
            raise Wrong(f"an export that is never done: {shown}")
        data = self.ask("GET", f"/download/content/data/{job}", Accept="application/octet-stream")
        if data[:2] == b"\x1f\x8b":
            gzip.decompress(data)
        elif data[:2] == b"PK":
            zipfile.ZipFile(io.BytesIO(data)).testzip()

    def generate(self, number=None):
        number = number or self.chance.randrange(1, MOST_GENERATED)
        self.ask("POST", "/_mock/generate", {"contacts": number, "conversations": number // 4,
                                             "seed": self.chance.randrange(1 << 30)})
        self.model.others += number
        self.same(self.ask("GET", "/contacts?per_page=1")["total_count"],
                  self.seed["contacts"] + len(self.model.contacts) + self.model.others, "contacts with generated ones")
        self.seed["conversations"] += number // 4

    # Snapshots and resets

    def counts(self):
        return {
            "contacts": self.ask("GET", "/contacts?per_page=1")["total_count"],
            "companies": self.ask("POST", "/companies/list", {})["total_count"],
            "tags": len(self.ask("GET", "/tags")["data"]),
            "conversations": self.ask("GET", "/conversations?per_page=1")["total_count"],
        }

    def take_snapshot(self):
        self.ask("PUT", f"/_mock/snapshots/{self.chance.choice('ab')}")
        self.ask("PUT", "/_mock/snapshots/kept")
        self.snapshot = copy.deepcopy((self.model, self.seed))

    def restore_snapshot(self):
        if self.snapshot:
            self.ask("POST", "/_mock/snapshots/kept/restore")
            self.model, self.seed = copy.deepcopy(self.snapshot)
            self.compare()

    def begin_anew(self):
        """A reset restores the fixtures. Snapshots are kept."""
        self.ask("POST", "/_mock/reset")
        gone, self.model, self.seed = self.any(self.model.contacts), Model(), dict(self.first)
        self.same(self.counts(), self.first, "the counts after a reset")
        if gone:
            self.ask("GET", f"/contacts/{gone}", expect=404)

    def compare(self):
        """Compares the model with the server."""
        counts = self.counts()
        self.same(counts["contacts"], self.seed["contacts"] + len(self.model.contacts) + self.model.others, "contacts")
        # A ticket is also a conversation.
        conversations = len(self.model.conversations) + len(self.model.tickets)
        self.same(counts["conversations"], self.seed["conversations"] + conversations, "conversations")
        self.same(counts["companies"], self.seed["companies"] + len(self.model.companies), "companies")
        self.same(counts["tags"], self.seed["tags"] + len(self.model.tags), "tags")
        for identifier in self.chance.sample(sorted(self.model.contacts), min(5, len(self.model.contacts))):
            self.read_contact(identifier)

    def leave(self):
        """Compares everything a last time and closes the connection."""
        self.compare()
        self.page_contacts()
        self.wire.close()

    def address(self):
        """Opens a second connection as a plain socket."""
        return socket.create_connection(("127.0.0.1", self.wire.port), timeout=10)

    def say(self, **body):
        return json.dumps(body).encode()
