# SPDX-License-Identifier: MIT
"""Pushover, Telegram, Slack and a webhook behind one TLS address, as their documentations describe them: what they take
and refuse, their status codes, bodies and limits. And what goes wrong on the way: each answer can be replaced by a
status, silence, single bytes, or a connection that breaks in the middle."""

import collections
import contextlib
import html.parser
import http.server
import json
import re
import socket
import ssl
import struct
import threading
import time
import urllib.parse

HANGS = "hangs"  # does not take it, and never answers
RESETS = "resets"  # takes the message; the connection breaks within the answer's body
DRIPS = "drips"  # takes the message; its answer comes a byte at a time
CRAWLS = "crawls"  # does not take it; a byte a second

TOKEN = "1234567890:AAE-abcdef_ghij"


class _Bold(html.parser.HTMLParser):
    """Telegram's parse_mode HTML, as far as bold goes: the text that a person sees, and which parts are bold."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.text, self.bold, self._open = "", [], []
        self.feed(text)
        self.close()
        if self._open:
            raise ValueError("can't parse entities: unclosed tag")

    def handle_starttag(self, tag, attributes):
        if tag != "b" or attributes:
            raise ValueError(f"unsupported start tag {tag}")
        self._open.append(len(self.text))

    def handle_endtag(self, tag):
        self.bold.append(self.text[self._open.pop():])

    def handle_data(self, data):
        self.text += data


class AlertServices:
    def __init__(self, certificate, host="localhost"):
        """`certificate`: of peers.authority, for `host`."""
        self.host = host
        # What each service took, oldest first: Pushover's fields, Telegram's and the webhook's objects, Slack's attachment.
        self.taken = collections.defaultdict(list)
        self.requests = []  # (service, wall clock)
        self.headers = collections.defaultdict(list)
        # For each service, what the next requests meet: one of these, (status, body, header fields), or None: nothing.
        self.faults = collections.defaultdict(list)
        self.on_taken = lambda service: None  # called between taking a message and answering
        self._connections = 0
        self._connections_changed = threading.Condition()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(*certificate)
        self._server = self._make_server()
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def url(self, path=""):
        return f"https://{self.host}:{self.port}{path}"

    def settings(self):
        """The sections of limpet.ini that reach all four."""
        return {
            "pushover": {"token": "app-token", "user": "user-key", "api": self.url()},
            "telegram": {"bot_token": TOKEN, "chat_id": "-100200300", "api": self.url()},
            "slack": {"webhook_url": self.url("/services/T0/B0/xyz")},
            "webhook": {"url": self.url("/hook"), "secret": "signing-key"},
        }

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def wait_idle(self, seconds):
        """Until each connection has ended and all that came over it is in `taken`. A thread may read what a killed client
        sent only after the next client has begun."""
        with self._connections_changed:
            return self._connections_changed.wait_for(lambda: self._connections == 0, seconds)

    def _count_connection(self, step):
        with self._connections_changed:
            self._connections += step
            self._connections_changed.notify_all()

    def count(self, service):
        return len(self.taken[service])

    def _make_server(self):
        services = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def __init__(self, *arguments):
                services._count_connection(+1)
                try:
                    super().__init__(*arguments)
                finally:
                    services._count_connection(-1)

            def setup(self):
                self.request = services._context.wrap_socket(self.request, server_side=True)
                super().setup()

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                service = services._service_of(self.path)
                services.requests.append((service, time.time()))
                services.headers[service].append({name.lower(): value for name, value in self.headers.items()})
                faults = services.faults[service]
                fault = faults.pop(0) if faults else None
                if fault in (HANGS, CRAWLS):
                    if fault == CRAWLS:
                        self.answer(503, pause=1)
                    self.rfile.read(1)  # until the client has gone
                    self.close_connection = True
                    return
                if isinstance(fault, tuple):
                    return self.answer(*fault)
                status, answer = services._take(service, self.headers, body)
                services.on_taken(service)
                if fault == RESETS:
                    self.wfile.write(f"HTTP/1.1 {status} x\r\nContent-Length: 4000\r\n\r\n".encode() + answer[:5])
                    self.wfile.flush()
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self.connection.shutdown(socket.SHUT_RDWR)
                    self.close_connection = True
                    return
                self.answer(status, answer, pause=0.02 if fault == DRIPS else 0)

            def answer(self, status, body=b"", fields=None, pause=0):
                head = f"HTTP/1.1 {status} x\r\nContent-Length: {len(body)}\r\n"
                head += "".join(f"{name}: {value}\r\n" for name, value in (fields or {}).items())
                data = head.encode() + b"\r\n" + body
                if not pause:
                    self.wfile.write(data)
                    return
                for byte in data:
                    self.wfile.write(bytes([byte]))
                    time.sleep(pause)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                """A client that went away is nothing to print."""

        return Server(("127.0.0.1", 0), Handler)

    @staticmethod
    def _service_of(path):
        names = {"/1/messages.json": "pushover", f"/bot{TOKEN}/sendMessage": "telegram", "/hook": "webhook"}
        return names.get(path, "slack" if path.startswith("/services/") else path)

    def _take(self, service, headers, body):
        """What it answers: status and body."""
        with contextlib.suppress(AttributeError):
            return getattr(self, f"_take_{service}")(headers, body)
        return 404, b"not found"

    def _take_pushover(self, headers, body):
        if headers["content-type"] != "application/x-www-form-urlencoded":
            return 400, b'{"errors":["no form"],"status":0}'
        fields = dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
        errors = [f"{name} is missing" for name in ("token", "user", "message") if not fields.get(name)]
        if len(fields.get("message", "")) > 1024 or len(fields.get("title", "")) > 250:
            errors.append("message cannot be over 1024 characters")
        if fields.get("priority") == "2" and not {"retry", "expire"} <= fields.keys():
            errors.append("retry and expire are missing")
        if errors:
            return 400, json.dumps({"errors": errors, "status": 0, "request": "r"}).encode()
        self.taken["pushover"].append(fields)
        return 200, b'{"status":1,"request":"647d2300-702c-4b38-8b2f-d56326ae460b"}'

    def _take_telegram(self, headers, body):
        message = json.loads(body)
        try:
            shown = _Bold(message["text"]) if message.get("parse_mode") == "HTML" else None
        except ValueError as error:
            return 400, json.dumps({"ok": False, "error_code": 400, "description": f"Bad Request: {error}"}).encode()
        if len(shown.text.encode("utf-16-le")) // 2 > 4096:
            return 400, b'{"ok":false,"error_code":400,"description":"Bad Request: message is too long"}'
        self.taken["telegram"].append({"chat_id": message["chat_id"], "text": shown.text, "bold": shown.bold})
        result = {"message_id": len(self.taken["telegram"]), "date": int(time.time()), "text": shown.text}
        return 200, json.dumps({"ok": True, "result": result}, separators=(",", ":")).encode()

    def _take_slack(self, headers, body):
        attachment = json.loads(body)["attachments"][0]
        if re.search(r"<(?!https?:)", attachment["text"]):
            return 400, b"invalid_payload"
        self.taken["slack"].append(attachment)
        return 200, b"ok"

    def _take_webhook(self, headers, body):
        self.taken["webhook"].append({"body": body, **json.loads(body)})
        return 204, b""
