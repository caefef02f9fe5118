"""A webhook receiver. The first segment of the path determines the response."""

import collections
import http.server
import socketserver
import threading
import time

ANSWERS = {"ok": 200, "broken": 500, "gone": 410, "slow": 200, "busy": 429}


class Receiver:
    def __init__(self):
        self.counts = collections.Counter()
        self.lock = threading.Lock()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_HEAD(self):
                self.answer(200)

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                kind = self.path.split("/")[1]
                if kind == "slow":
                    time.sleep(0.3)
                with receiver.lock:
                    receiver.counts[self.path] += 1
                self.answer(ANSWERS[kind])

            def answer(self, status):
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Listening(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True
            request_queue_size = 128

        self.server = Listening(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, kind, name):
        return f"http://127.0.0.1:{self.server.server_port}/{kind}/{name}"

    def count(self, kind, name):
        with self.lock:
            return self.counts[f"/{kind}/{name}"]
