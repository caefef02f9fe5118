"""A webhook receiver that records requests and replies with the statuses that a test specifies."""

import contextlib
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Received:
    """One received request, with a check of its signature."""

    def __init__(self, handler, body):
        self.path, self.fields, self.raw = handler.path, dict(handler.headers), body
        self.notification = json.loads(body)

    def is_signed_with(self, secret):
        digest = hmac.new(secret.encode(), self.raw, hashlib.sha1).hexdigest()
        return hmac.compare_digest(self.fields.get("X-Hub-Signature", ""), f"sha1={digest}")

    def is_fin_event_signed_with(self, secret):
        digest = hmac.new(secret.encode(), self.raw, hashlib.sha256).hexdigest()
        return hmac.compare_digest(self.fields.get("X-Fin-Agent-API-Webhook-Signature", ""), f"sha256={digest}")

    @property
    def topic(self):
        return self.notification["topic"]

    @property
    def item(self):
        return self.notification["data"]["item"]


class Receiver:
    def __init__(self, url):
        self.url = url
        self.received = []
        self.heads = 0
        # The statuses of the next replies; 200 if the list is empty.
        self.statuses = []
        self.seconds = 0

    @property
    def topics(self):
        return [received.topic for received in self.received]


@contextlib.contextmanager
def listening(head_status=200, tls=None):
    """A receiver on a free port. With a TLS context it uses HTTPS."""
    receiver = Receiver("")

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self):
            receiver.heads += 1
            self.answer(head_status)

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.received.append(Received(self, body))
            time.sleep(receiver.seconds)
            self.answer(receiver.statuses.pop(0) if receiver.statuses else 200)

        def answer(self, status):
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}/hooks"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
