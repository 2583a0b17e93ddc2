"""A TLS front for clients that insist on https: takes a request, hands it to a plain HTTP address, hands the
answer back."""

import http.client
import ssl
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme


@contextmanager
def tls_front(behind: int, home: Path):
    """Yields (https base URL, path of the authority's certificate) for the server on port `behind`."""
    authority = trustme.CA()
    bundle = home / "authority.pem"
    authority.cert_pem.write_to_path(bundle)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server = ThreadingHTTPServer(("localhost", 0), _handing_on_to(behind))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://localhost:{server.server_port}", bundle
    server.shutdown()
    server.server_close()


def _handing_on_to(port: int) -> type[BaseHTTPRequestHandler]:
    class Front(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            plain = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            headers = {"Content-Type": self.headers["Content-Type"]}
            plain.request("POST", self.path, body, headers)
            answer = plain.getresponse()
            told = answer.read()
            plain.close()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_):
            pass

    return Front
