# SPDX-License-Identifier: MIT
"""A box that is as somebody wants it: a server with answers as Limpet's API gives them, for states of the dashboard
that no test can put a real machine into (a read-only root, twenty containers, a channel that refuses).

The page itself comes from `page`, a function that gives (status, headers, body) for a path: the shipped binary's.
"""

import http.server
import json
import math
import threading
import time
import urllib.parse

MINUTE, HOUR, DAY = 60, 3600, 86400
SERIES = [
    "cpu_percent",
    "memory_percent",
    "swap_percent",
    "disk_percent",
    "temperature_celsius",
    "ping_ms",
    "received_bytes_per_s",
    "sent_bytes_per_s",
]


def ago(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - seconds))


def on(items, **more):
    return {"state": "on", "revision": 1, **more, "items": items}


def off(reason, **more):
    return {"state": "off", "reason": reason, "revision": 0, **more, "items": []}


def container(
    name, state="running", condition="well", since=3 * DAY, health="healthy", restarts=0, reason=None, may=False
):
    row = {
        "name": name,
        "id": "3f9a1c20b7de",
        "state": state,
        "health": health,
        "since": ago(since),
        "restarts": restarts,
        "condition": condition,
        "may_restart": may,
    }
    if reason:
        row["reason"] = reason
    if not may:
        row["why_not"] = "not in [docker] restart"
    return row


def service(name, kind="unit", state="running", condition="well", since=41 * DAY, **more):
    return {
        "name": name,
        "kind": kind,
        "state": state,
        "sub_state": "running",
        "since": ago(since),
        "restarts": 0,
        "condition": condition,
        "may_restart": False,
        "why_not": "not in [systemd] restart",
        **more,
    }


def alert(number, seconds, severity, source, message, ended=None, deliveries=()):
    return {
        "id": str(number),
        "timestamp": ago(seconds),
        "hostname": "tidepool",
        "severity": severity,
        "source": source,
        "message": message,
        "ended_at": ended and ago(ended),
        "open": ended is None and severity != "info",
        "deliveries": [
            {
                "channel": channel,
                "state": state,
                "at": ago(seconds - 3) if state != "waiting" else None,
                "next_try": ago(-20) if state == "waiting" else None,
                "reason": reason,
            }
            for channel, state, reason in deliveries
        ],
    }


def part(name, label, condition, text):
    return {"part": name, "label": label, "condition": condition, "text": text}


def problem(name, what, seconds, done, condition="critical", subject=None):
    return {
        "part": name,
        "what": what,
        "since": ago(seconds),
        "done": done,
        "condition": condition,
        "subject": subject,
        "may_restart": subject is not None,
    }


def channel(name, state, waiting=0, reason="", last=None):
    return {
        "name": name,
        "state": state,
        "waiting": waiting,
        "reason": reason,
        "next_try": ago(-300) if state == "waiting" else None,
        "last_delivered": last and ago(last),
    }


def summary(**more):
    return {
        "host_name": "tidepool",
        "version": "0.1.0",
        "machine": "Raspberry Pi 4",
        "cores": 4,
        "up_since": ago(41 * DAY),
        "now": ago(0),
        "utc_offset_s": -18000,
        "condition": "well",
        "headline": "All right",
        "detail": "Everything Limpet watches on tidepool is well.",
        "parts": [
            part("box", "Box", "well", "well"),
            part("containers", "Containers", "well", "9 running"),
            part("services", "Services", "well", "10 running"),
            part("commands", "Commands", "well", "2 running"),
            part("instances", "Instances", "well", "3 alive"),
            part("alerts", "Alerts", "well", "all delivered"),
        ],
        "problems": [],
        "channels": [
            channel("pushover", "delivering", last=2 * DAY),
            channel("telegram", "delivering", last=2 * HOUR),
            channel("webhook", "delivering", last=6 * DAY),
            channel("slack", "off", reason="no webhook_url in [slack]"),
        ],
        "dry_run": True,
        "safe_mode": None,
        "budget": {"used": 0, "per_hour": 6},
        "store_ok": True,
        "memory_bytes": 1468006,
        "disk_text": "11.6 of 28 GiB",
        "limits": {"cpu": [90, 95], "memory": [80, 95], "disk": [90, 95], "temperature": [75, 82], "ping": [200, None]},
        **more,
    }


CHECKS = {
    "mqtt": {"state": "ok", "reason": "127.0.0.1:1883", "age_s": 9},
    "docker": {"state": "ok", "reason": "28.5, events open", "age_s": 2},
    "systemd": {"state": "ok", "reason": "D-Bus", "age_s": 1},
    "store": {"state": "ok", "reason": "18 of 64 MiB", "age_s": 41},
    "smart": {"state": "off", "reason": "smartctl is not installed"},
    "slack": {"state": "off", "reason": "no webhook_url in [slack]"},
    "watchdog": {"state": "off", "reason": "no device in [watchdog]"},
}
PATH = [
    {"layer": "Link", "state": "ok", "text": "eth0 1 Gb/s"},
    {"layer": "Address", "state": "ok", "text": "192.168.1.20"},
    {"layer": "Gateway", "state": "ok", "text": "0.6 ms"},
    {"layer": "DNS", "state": "ok", "text": "11 ms"},
    {"layer": "Internet", "state": "ok", "text": "18 ms"},
]


def well():
    names = [
        "caddy",
        "home-assistant",
        "jellyfin",
        "mosquitto",
        "nextcloud",
        "nextcloud-db",
        "pihole",
        "redis",
        "zigbee2mqtt",
    ]
    units = [
        "avahi-daemon",
        "cron",
        "docker",
        "nmbd",
        "smbd",
        "ssh",
        "systemd-timesyncd",
        "tailscaled",
        "wpa_supplicant",
    ]
    return {
        "api/summary": summary(),
        "health": {"status": "healthy", "checks": CHECKS},
        "api/containers": on([container(name, may=i % 2 == 0) for i, name in enumerate(names)]),
        "api/services": on(
            [service(name) for name in units]
            + [
                service(
                    "rtl_433", kind="process", since=9 * HOUR, cpu_percent=1.8, memory_bytes=14 << 20, may_restart=True
                )
            ]
        ),
        "api/commands": on(
            [
                {
                    "command": "python3 train_model.py --epochs 100 --data /mnt/sets/2025-11",
                    "client": "laptop-123",
                    "state": "running",
                    "pid": 12345,
                    "since": ago(21 * MINUTE),
                    "timeout_s": 1800,
                    "condition": "well",
                },
                {
                    "command": "rsync -a photos/ vault:/photos",
                    "client": "laptop-123",
                    "state": "done",
                    "since": ago(64 * MINUTE),
                    "took_s": 240,
                    "condition": "ended",
                },
            ]
        ),
        "api/instances": on(
            [
                {
                    "id": "a",
                    "key": key,
                    "host": "worker-01",
                    "state": state,
                    "since": ago(2 * DAY),
                    "last_heartbeat": ago(40),
                    "notifications": 0,
                    "condition": condition,
                }
                for key, state, condition in [
                    ("invoice-sync", "running", "well"),
                    ("price-scraper-eu", "running", "well"),
                    ("thumbnails", "stopped", "ended"),
                ]
            ]
        ),
        "api/alerts": {
            "items": [
                alert(
                    5,
                    152 * MINUTE,
                    "info",
                    "containers",
                    "Status report: 9 running, 0 stopped, 0 restarting",
                    None,
                    [("telegram", "delivered", "")],
                ),
                alert(
                    4,
                    2 * DAY,
                    "warning",
                    "containers",
                    "zigbee2mqtt stopped",
                    2 * DAY - 180,
                    [("telegram", "delivered", "")],
                ),
                alert(
                    3,
                    3 * DAY,
                    "critical",
                    "conch",
                    "Started and never ended: ffmpeg -i cam3.mkv cam3.mp4",
                    3 * DAY - 2300,
                    [("pushover", "delivered", "")],
                ),
            ],
            "total": 3,
            "open": 0,
            "limit": 7,
            "offset": 0,
        },
        "api/healing": on(
            [
                {
                    "timestamp": ago(2 * DAY),
                    "target": "zigbee2mqtt",
                    "action": "would have restarted the container",
                    "result": "Came back by itself after 3 min",
                    "dry_run": True,
                    "verified": None,
                    "next_try": None,
                    "condition": "well",
                }
            ]
        ),
        "api/network/latest": on([], path=PATH),
        "api/smart": on(
            [
                {"device": "mmcblk0", "health": "passed", "text": "wear 10–20 %, writable", "condition": "well"},
                {"device": "sda", "health": "unknown", "text": "smartctl is not installed", "condition": "unknown"},
            ]
        ),
    }


def busy():
    box = well()
    names = [
        "my-firstcare-com",
        "qube-api",
        "qube-db",
        "ava4-api",
        "kati-api",
        "panel",
        "panel-db",
        "grafana",
        "influx",
        "nginx",
    ]
    wrong = [
        container(
            "stardust-ava4-listener",
            "exited",
            "critical",
            6 * MINUTE,
            "none",
            3,
            "Gave up after 3 tries, next at 14:58",
            True,
        ),
        container(
            "stardust-kati-listener", "restarting", "busy", 48, "starting", 2, "Attempt 2 of 3, checking for 9 s more"
        ),
        container("stardust-archive-2019", "exited", "critical", 3 * HOUR, "none", 0, "Not in [docker] restart"),
        container("stardust-redis", "running", "warning", 11 * MINUTE, "unhealthy", 0, "Not in [docker] restart"),
    ]
    box["api/containers"] = on(wrong + [container("stardust-" + name, may=True) for name in names])
    box["api/commands"] = off("MQTT is off: no broker in [mqtt].")
    box["api/instances"]["items"].append(
        {
            "id": "c",
            "key": "catalogue-import",
            "host": "worker-02",
            "state": "crashed",
            "since": ago(26 * HOUR),
            "last_heartbeat": ago(26 * HOUR),
            "notifications": 3,
            "condition": "critical",
            "reason": "ConnectionResetError: [Errno 104] Connection reset by peer while reading https://partner.example/export",
        }
    )
    problems = [
        problem(
            "containers",
            "stardust-ava4-listener exited",
            6 * MINUTE,
            "Restarted 3 times, gave up. Tries again at 14:58.",
            subject="stardust-ava4-listener",
        ),
        problem(
            "containers", "stardust-kati-listener stopped", 48, "Attempt 2 of 3: restarted, checking for 9 s more."
        ),
        problem(
            "containers", "stardust-archive-2019 exited", 3 * HOUR, "Not in [docker] restart, so Limpet only tells."
        ),
        problem("instances", "catalogue-import crashed", 26 * HOUR, "ConnectionResetError. Limpet cannot start it."),
        problem(
            "delivery", "Slack refuses alerts", 14 * MINUTE, "403 invalid_token. 2 alerts were sent by Webhook instead."
        ),
        problem(
            "containers",
            "stardust-redis is unhealthy",
            11 * MINUTE,
            "Not in [docker] restart, so Limpet only tells.",
            "warning",
        ),
        problem(
            "instances",
            "price-scraper-eu is silent",
            14 * MINUTE,
            "No heartbeat for 14 min. Told 2 of 3 times.",
            "warning",
        ),
        problem("box", "Memory is 88 % full", 19 * MINUTE, "Swap is 19 % full. Limpet acts at 95 %.", "warning"),
    ]
    box["api/summary"] = summary(
        condition="critical",
        headline="4 containers are failing",
        detail="And 4 more things are wrong.",
        dry_run=False,
        problems=problems,
        budget={"used": 5, "per_hour": 6},
        vitals={"memory": {"tone": "warn", "word": "high"}},
        parts=[
            part("box", "Box", "warning", "memory high"),
            part("containers", "Containers", "critical", "4 of 14 failing"),
            part("services", "Services", "well", "10 running"),
            part("commands", "Commands", "ended", "off"),
            part("instances", "Instances", "critical", "1 of 4 wrong"),
            part("alerts", "Alerts", "critical", "2 refused"),
        ],
        channels=[
            channel("slack", "refused", reason="403 invalid_token"),
            channel("telegram", "waiting", 2, "too many requests"),
            channel("pushover", "delivering", last=47),
        ],
    )
    box["api/alerts"] = {
        "items": [
            alert(
                12,
                48,
                "critical",
                "containers",
                "stardust-kati-listener stopped",
                None,
                [("telegram", "waiting", "no answer"), ("pushover", "delivered", "")],
            ),
            alert(
                11,
                14 * MINUTE,
                "warning",
                "instances",
                "price-scraper-eu is silent for 10 min",
                None,
                [("slack", "refused", "403 invalid_token"), ("webhook", "delivered", "")],
            ),
            *box["api/alerts"]["items"],
        ],
        "total": 40,
        "open": 2,
        "limit": 7,
        "offset": 0,
    }
    box["api/healing"] = on(
        [
            {
                "timestamp": ago(18),
                "target": "stardust-kati-listener",
                "action": "restarted the container, attempt 2 of 3",
                "result": "Checking for 9 s more",
                "dry_run": False,
                "verified": None,
                "next_try": None,
                "condition": "busy",
            },
            {
                "timestamp": ago(6 * MINUTE),
                "target": "stardust-ava4-listener",
                "action": "restarted the container, attempt 3 of 3",
                "result": "Gave up, tries again at 14:58",
                "dry_run": False,
                "verified": False,
                "next_try": ago(-1500),
                "condition": "critical",
            },
        ]
    )
    return box


def broken():
    box = well()
    problems = [
        problem(
            "smart",
            "The root filesystem is read-only",
            8 * MINUTE,
            "History is kept in memory, for 2 h. Nothing on disk changes.",
        ),
        problem(
            "network",
            "No internet: the gateway does not answer",
            8 * MINUTE,
            "Link and address are well. Safe mode: address not renewed.",
        ),
        problem("checks", "Docker does not answer", 9 * MINUTE, "What the containers do now is not known."),
        problem("services", "frigate is gone", 7 * MINUTE, "Safe mode: not restarted.", subject="frigate"),
    ]
    box["api/summary"] = summary(
        condition="critical",
        headline="The root filesystem is read-only",
        detail="And 3 more things are wrong.",
        dry_run=False,
        store_ok=False,
        safe_mode="2 of 2 reboots are used today. Limpet tells and does nothing until midnight.",
        problems=problems,
        vitals={"disk": {"tone": "crit", "word": "full"}, "temperature": {"tone": "crit", "word": "hot"}},
        parts=[
            part("box", "Box", "critical", "2 wrong"),
            part("containers", "Containers", "unknown", "not known"),
            part("services", "Processes", "critical", "1 of 2 gone"),
            part("commands", "Commands", "unknown", "not known"),
            part("instances", "Instances", "well", "1 alive"),
            part("alerts", "Alerts", "warning", "7 waiting"),
        ],
        channels=[
            channel("telegram", "waiting", 5, "no DNS since 14:24"),
            channel("slack", "off", reason="no webhook_url in [slack]"),
        ],
    )
    box["api/containers"] = {
        **on([container(name, "unknown", "unknown", 9 * MINUTE, "none") for name in ("mosquitto", "node-red")]),
        "state": "unknown",
        "reason": "Docker does not answer at /var/run/docker.sock: connection refused. Next try in 21 s.",
    }
    box["api/services"] = on(
        [
            service(
                "frigate",
                "process",
                "stopped",
                "critical",
                7 * MINUTE,
                reason="Safe mode: not restarted",
                may_restart=True,
            ),
            service("crond", "process", cpu_percent=0, memory_bytes=400 << 10),
        ]
    )
    box["api/commands"] = {
        **off("The broker, mqtt.lan:1883, is out of reach until the gateway answers."),
        "state": "unknown",
    }
    box["health"] = {
        "status": "unhealthy",
        "checks": {
            **CHECKS,
            "store": {"state": "degraded", "reason": "cannot write metrics.db: read-only file system"},
            "internet": {"state": "degraded", "reason": "no answer for 8 min"},
        },
    }
    box["api/network/latest"] = on(
        [],
        path=[
            *PATH[:2],
            {"layer": "Gateway", "state": "fail", "text": "no answer"},
            {"layer": "DNS", "state": "unknown", "text": "not tried"},
            {"layer": "Internet", "state": "unknown", "text": "not tried"},
        ],
    )
    return box


def empty():
    return {
        "api/summary": summary(
            condition="warning",
            headline="All right, but nobody would hear of trouble",
            detail="The box is well. No alert channel is set up yet: give Limpet one under [pushover], [telegram], [slack] or [webhook].",
            parts=[
                part("box", "Box", "well", "well"),
                part("containers", "Containers", "ended", "off"),
                part("services", "Services", "ended", "none named"),
                part("commands", "Commands", "ended", "off"),
                part("instances", "Instances", "ended", "none yet"),
                part("alerts", "Alerts", "warning", "no channel"),
            ],
            channels=[
                channel(name, "off", reason=f"nothing is set in [{name}]")
                for name in ("pushover", "telegram", "slack", "webhook")
            ],
        ),
        "health": {
            "status": "healthy",
            "checks": {
                **CHECKS,
                "mqtt": {"state": "off", "reason": "no broker in [mqtt]"},
                "docker": {"state": "off", "reason": "no socket at /var/run/docker.sock"},
            },
        },
        "api/containers": off("There is no Docker at /var/run/docker.sock."),
        "api/services": on([]),
        "api/commands": off("MQTT is off: no broker in [mqtt]."),
        "api/instances": on([]),
        "api/alerts": {"items": [], "total": 0, "open": 0, "limit": 7, "offset": 0},
        "api/healing": off("Healing is off: nothing is on an allow-list."),
        "api/network/latest": {**off("The network is not watched: no target in [network]."), "path": []},
        "api/smart": off("smartctl is not installed."),
    }


STATES = {"ok": well, "busy": busy, "broken": broken, "empty": empty}


def sample_at(t):
    def wave(base, swing, period):
        return round(base + swing * math.sin(t / period), 2)

    return {
        "cpu_percent": wave(20, 15, 300),
        "memory_percent": wave(46, 1, 900),
        "swap_percent": 3,
        "disk_percent": 41,
        "temperature_celsius": wave(52, 3, 700),
        "ping_ms": wave(20, 8, 90),
        "received_bytes_per_s": wave(150e3, 90e3, 400),
        "sent_bytes_per_s": wave(40e3, 20e3, 200),
    }


def metrics(minutes, young=None):
    now = int(time.time())
    step = next(s for s in (10, 180, 1200, 14400) if minutes * 60 / s <= 600)
    points = []
    for t in range((now - minutes * 60) // step * step, now + 1, step):
        if (young and now - t > young) or (minutes == 10080 and 2.9 * DAY < now - t < 3.1 * DAY):
            continue
        values = sample_at(t).values()
        points.append([t, *(values if step == 10 else ([v, round(v * 0.8, 2), round(v * 1.3, 2)] for v in values))])
    return {
        "host": "tidepool",
        "minutes": minutes,
        "step_s": step,
        "from": now - minutes * 60,
        "to": now,
        "series": SERIES,
        "points": points,
    }


class RecordedBox:
    """Serves one of STATES on a port of 127.0.0.1. `interval`: seconds between two samples of its stream."""

    def __init__(self, page, state="ok", interval=1.0):
        self.page, self.interval = page, interval
        self.answers = STATES[state]()
        self.young = 150 if state == "empty" else None
        self.restarts = []
        self.restart_answer = (200, {"message": "Restarted."})
        self.key = None  # what is asked for before anything is told
        self.away = threading.Event()
        box = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def do_GET(self):
                self.do(box.answer)

            def do_POST(self):
                self.do(box.take)

            def do(self, answer):
                if box.away.is_set():
                    self.close_connection = True
                else:
                    answer(self)

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128  # a browser comes with several connections at once

        self.server = Server(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/"

    def close(self):
        self.leave()
        self.server.shutdown()
        self.server.server_close()

    def leave(self):
        """As if the way to it were cut: it keeps its port, and hangs up on whoever asks."""
        self.away.set()

    def come_back(self, state):
        self.answers = STATES[state]()
        self.away = threading.Event()  # another one: what went on before has ended

    def answer(self, handler):
        address = urllib.parse.urlsplit(handler.path)
        path = address.path.lstrip("/")
        if (
            self.key
            and (path.startswith("api/") or path == "health")
            and self.key not in (handler.headers.get("Cookie") or "")
        ):
            return self.send(handler, 401, {"message": "a key is needed"})
        if path == "api/stream/metrics":
            return self.stream(handler)
        if path.startswith("api/hosts/") and path.endswith("/metrics"):
            minutes = int(urllib.parse.parse_qs(address.query)["minutes"][0])
            return self.send(handler, 200, metrics(minutes, self.young))
        if path == "api/alerts":
            return self.send(handler, 200, self.alerts(urllib.parse.parse_qs(address.query)))
        if path in self.answers:
            return self.send(handler, 200, self.answers[path])
        status, headers, body = self.page("/" + path)
        handler.send_response(status)
        for name in ("Content-Type", "Content-Encoding", "Content-Security-Policy"):
            if headers.get(name):
                handler.send_header(name, headers[name])
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        return handler.wfile.write(body)

    def alerts(self, query):
        every = self.answers["api/alerts"]
        wanted = query.get("severity")
        items = [item for item in every["items"] if not wanted or item["severity"] in wanted]
        return {**every, "items": items, "total": len(items) if wanted else every["total"]}

    def take(self, handler):
        body = json.loads(handler.rfile.read(int(handler.headers.get("Content-Length") or 0)) or b"{}")
        if handler.path == "/login":
            right = body.get("key") == self.key
            headers = {"Set-Cookie": f"key={self.key}; HttpOnly; SameSite=Strict"} if right else {}
            return self.send(handler, 200 if right else 401, {"message": ""}, headers)
        self.restarts.append(body)
        return self.send(handler, *self.restart_answer)

    def send(self, handler, status, value, headers=None):
        body = json.dumps(value).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        for name, text in (headers or {}).items():
            handler.send_header(name, text)
        handler.end_headers()
        handler.wfile.write(body)

    def stream(self, handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.close_connection = True
        away, pause = self.away, 0
        try:
            while not away.wait(pause):
                pause = self.interval
                now = int(time.time())
                event = {
                    "sample": {
                        "time": now,
                        **sample_at(now),
                        "load_1": 0.42,
                        "internet_ok": True,
                        "memory_used_mib": 1740,
                        "interfaces": [{"name": "eth0"}],
                        "errors_per_s": 0,
                    },
                    "revisions": {},
                }
                handler.wfile.write(f"event: metrics\ndata: {json.dumps(event)}\n\n".encode())
                handler.wfile.flush()
        except OSError:
            pass
