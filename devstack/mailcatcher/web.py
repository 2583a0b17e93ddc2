"""The caught mails over HTTP: a page for people, JSON for scripts. Loopback only."""

import json
import re
from datetime import datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from devstack.mailcatcher.store import Mail, Store

HERE = Path(__file__).parent
PAGE = Template((HERE / "page.html").read_text())
STYLE = (HERE / "style.css").read_text()
LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
OURS = "default-src 'none'; style-src 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
# A mail is a stranger's page: no script, no picture from outside, links in a new tab.
THEIRS = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


def server(store: Store, port: int) -> ThreadingHTTPServer:
    handler = type("Pages", (Handler,), {"store": store, "hosts": {f"127.0.0.1:{port}", f"localhost:{port}"}})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


class Handler(BaseHTTPRequestHandler):
    store: Store
    hosts: set[str]

    def do_GET(self) -> None:
        if self.headers.get("Host") not in self.hosts:
            # A page elsewhere could otherwise read the mails through a name it points here.
            return self.answer("This is a mail catcher on 127.0.0.1.", status=403)
        path = urlsplit(self.path).path
        if path == "/":
            return self.answer(page(self.store.newest_first()), "text/html")
        if path == "/messages":
            mails = [mail.as_json() for mail in self.store.newest_first()]
            return self.answer(json.dumps(mails, ensure_ascii=False), "application/json")
        if path == "/style.css":
            return self.answer(STYLE, "text/css")
        return self.answer_mail(path)

    def do_HEAD(self) -> None:
        self.do_GET()

    def answer_mail(self, path: str) -> None:
        found = re.fullmatch(r"/messages/(\d{20})(/html)?", path)
        mail = self.store.find(found[1]) if found else None
        if found is None or mail is None:
            return self.answer("No such mail.", status=404)
        if found[2]:
            return self.answer(mail.html + '<base target="_blank">', "text/html", policy=THEIRS)
        return self.answer(page(self.store.newest_first(), mail), "text/html")

    def answer(
        self, content: str, kind: str = "text/plain", *, status: int = 200, policy: str = OURS
    ) -> None:
        body = content.encode("utf-8", "replace")
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_) -> None:
        """Silent: the log is for what went wrong."""


def page(mails: list[Mail], chosen: Mail | None = None) -> str:
    rows = "\n".join(row(mail, is_chosen=mail == chosen) for mail in mails[:500])
    return PAGE.substitute(
        title=escape(chosen.subject or "(no subject)") if chosen else "Mail",
        # Only the list looks for news by itself; a mail being read stays put.
        refresh="" if chosen else '<meta http-equiv="refresh" content="5">',
        count=f"{len(mails)} caught",
        rows=rows or '<li class="empty">No mail yet. Everything the demo sends lands here.</li>',
        mail=opened(chosen) if chosen else '<p class="empty">Choose a mail to read it.</p>',
    )


def row(mail: Mail, *, is_chosen: bool) -> str:
    current = ' aria-current="true"' if is_chosen else ""
    return (
        f'<li><a href="/messages/{mail.id}"{current}>'
        f'<span class="to">{escape(", ".join(mail.to))}</span> {moment(mail)}'
        f'<span class="subject">{escape(mail.subject) or "(no subject)"}</span></a></li>'
    )


def opened(mail: Mail) -> str:
    frame = (
        f'<iframe title="The mail as its reader sees it" src="/messages/{mail.id}/html"'
        ' sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>'
    )
    return (
        f"<header><h1>{escape(mail.subject) or '(no subject)'}</h1><dl>"
        f"<dt>From</dt><dd>{escape(mail.sender)}</dd>"
        f"<dt>To</dt><dd>{escape(', '.join(mail.to))}</dd>"
        f"<dt>Sent</dt><dd>{moment(mail)}</dd></dl></header>"
        f"{frame if mail.html else ''}"
        f'<section aria-label="Plain text"><pre>{with_links(mail.text)}</pre></section>'
    )


def moment(mail: Mail) -> str:
    shown = datetime.fromisoformat(mail.sent_at).strftime("%d %b %H:%M:%S UTC")
    return f'<time datetime="{mail.sent_at}">{shown}</time>'


def with_links(text: str) -> str:
    """Escapes every piece before joining, so that a mail's text cannot become markup."""
    shown, end = [], 0
    for found in LINK.finditer(text):
        url = escape(found[0])
        shown += [
            escape(text[end : found.start()]),
            f'<a href="{url}" target="_blank" rel="noreferrer">{url}</a>',
        ]
        end = found.end()
    return "".join([*shown, escape(text[end:])])
