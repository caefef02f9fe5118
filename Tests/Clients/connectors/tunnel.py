"""An HTTP proxy that answers each CONNECT with a connection to one port of this machine, whatever host the client names.

With `HTTPS_PROXY` set to its address, a program whose host is fixed reaches the local server. The program needs no change
and the machine no entry in /etc/hosts. The server must serve HTTPS, and the program must trust its certificate authority.

`python3 tunnel.py PORT` prints the address of the proxy and serves until it is interrupted.
"""

import contextlib
import select
import socket
import socketserver
import sys
import threading


class Proxy(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, port):
        super().__init__(("127.0.0.1", 0), Connection)
        self.target = ("127.0.0.1", port)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class Connection(socketserver.BaseRequestHandler):
    def handle(self):
        if not self.request_head().startswith(b"CONNECT "):
            self.request.sendall(b"HTTP/1.1 405 Method Not Allowed\r\n\r\n")
            return
        with socket.create_connection(self.server.target) as upstream:
            self.request.sendall(b"HTTP/1.1 200 Connection Established\r\n\r\n")
            relay(self.request, upstream)

    def request_head(self):
        head = b""
        while not head.endswith(b"\r\n\r\n") and (byte := self.request.recv(1)):
            head += byte
        return head


def relay(one, other):
    """Copies bytes in both directions until either side closes."""
    peers = {one: other, other: one}
    with contextlib.suppress(ConnectionError):
        while True:
            for source in select.select(list(peers), [], [])[0]:
                received = source.recv(65536)
                if not received:
                    return
                peers[source].sendall(received)


@contextlib.contextmanager
def tunnel(port):
    """Yields the URL of a proxy to `port`."""
    with Proxy(port) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield proxy.url
        proxy.shutdown()


if __name__ == "__main__":
    with Proxy(int(sys.argv[1])) as proxy, contextlib.suppress(KeyboardInterrupt):
        print(proxy.url, flush=True)
        proxy.serve_forever()
