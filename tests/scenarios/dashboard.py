# SPDX-License-Identifier: MIT
"""The dashboard in a real Chromium: the shipped page, on a box that is as somebody wants it (peers/recorded_box.py) and
on a real daemon. Screenshots of every state are left in LIMPET_SHOTS, when that names a folder."""

import datetime
import http.client
import json
import os
import subprocess

import daemon
import scenario
from peers import authority, docker_engine
from peers.browser import Browser
from peers.recorded_box import STATES, RecordedBox

KEY = "correct-horse-battery-staple"
WEIGHT = 60 << 10  # bytes on the wire
# Every theme, and every arrangement of the page: two columns, one, and a phone's.
VIEWS = [("light", 1440), ("dark", 768), ("dark", 360)]


class Dashboard(scenario.Scenario):
    def setUp(self):
        super().setUp()
        self.browser = Browser()
        self.addCleanup(self.browser.close)
        self.port = daemon.free_port()
        self.daemon = self.start_daemon({"http": {"listen": f"127.0.0.1:{self.port}"}})

    def start_another(self, scheme="http", http=None, **sections):
        """(daemon, its page's address)"""
        port = daemon.free_port()
        http = {"listen": f"127.0.0.1:{port}", **(http or {})}
        return self.start_daemon({"http": http, **sections}, name="another"), f"{scheme}://127.0.0.1:{port}/"

    def page(self, path):
        """The shipped page, for a recorded box."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, answer.headers, body

    def box(self, state="ok", **options):
        box = RecordedBox(self.page, state, **options)
        self.addCleanup(box.close)
        return box

    def assert_clean(self, what):
        self.assertEqual(self.browser.command("problems"), [], f"{what}: errors, or requests to elsewhere")

    def assert_no_overflow(self, what):
        self.assertTrue(
            self.browser.wait("document.documentElement.scrollWidth <= innerWidth"),
            f"{what}: something is wider than the window",
        )

    def assert_comes(self, expression, wanted, seconds=60):
        """What an expression is worth in the page, now or in a moment."""
        self.browser.wait(f"JSON.stringify({expression}) === JSON.stringify({json.dumps(wanted)})", seconds)
        self.assertEqual(self.browser.eval(expression), wanted)

    def assert_says(self, selector, wanted, seconds=60):
        self.browser.wait(f"document.querySelector({selector!r}).innerText.includes({json.dumps(wanted)})", seconds)
        self.assertIn(wanted, self.browser.text(selector))

    def shoot(self, name):
        if folder := os.environ.get("LIMPET_SHOTS"):
            os.makedirs(folder, exist_ok=True)
            self.browser.command("shot", path=os.path.join(folder, name + ".png"))

    def test_on_recorded_boxes(self):
        """One browser for all: it is the slow part."""
        for check in (
            self.check_every_state_in_every_theme,
            self.check_weight_on_the_wire,
            self.check_the_verdict_and_what_is_wrong,
            self.check_charts_draw_in_every_range,
            self.check_keyboard,
            self.check_filter,
            self.check_alerts_of_one_severity,
            self.check_deep_links,
            self.check_theme_is_kept,
            self.check_restart_asks_and_says_the_answer,
            self.check_a_dry_run_says_so,
            self.check_login,
            self.check_a_lost_connection,
        ):
            with self.subTest(check.__name__):
                check()

    def check_every_state_in_every_theme(self):
        for state in STATES:
            box = self.box(state)
            for theme, width in VIEWS:
                what = f"{state}-{theme}-{width}"
                with self.subTest(what):
                    self.browser.open(box.url, theme=theme, width=width, height=800)
                    self.assert_clean(what)
                    self.assert_no_overflow(what)
                    self.assertEqual(self.browser.command("axe"), [], f"{what}: axe")
                    self.shoot(what)

    def check_weight_on_the_wire(self):
        self.browser.open(self.box().url)
        weights = daemon.wait_until(lambda: self.files(3), 60, 0.5)
        self.assertTrue(weights and min(weights) > 1000, f"page, script and style weigh {weights}")
        print(f"the page weighs {sum(weights)} bytes on the wire")
        self.assertLessEqual(sum(weights), WEIGHT)

    def files(self, number):
        """The bytes of each of the page's files, as soon as the browser has counted that many."""
        weights = self.browser.command("weights")
        return weights if len(weights) == number else None

    def check_the_verdict_and_what_is_wrong(self):
        self.browser.open(self.box("busy").url)
        self.assert_says("#v-head", "4 containers are failing")
        self.assert_comes("document.title", "✕ tidepool, 4 containers are failing")
        self.assert_comes("document.querySelectorAll('#wrongs li').length", 6)
        self.browser.command("click", selector="#wrongs .more")
        self.assert_comes("document.querySelectorAll('#wrongs li').length", 8)
        # Failing rows come first.
        self.assert_says("#l-containers tbody tr:first-child", "stardust-ava4-listener")

    def check_charts_draw_in_every_range(self):
        self.browser.open(self.box().url)
        # Of a copy, since Chromium warns of a canvas that is read again and again.
        drawn = """[...document.querySelectorAll('#vitals canvas')].map(canvas => {
            const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
            copy.drawImage(canvas, 0, 0);
            const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
            return data.filter((value, index) => index % 4 === 3 && value > 128).length; })"""
        for name, words in (
            ("1h", None),
            ("24h", "Charts show the last 24 hours"),
            ("7d", "Charts show the last 7 days"),
            ("90d", "Charts show the last 90 days"),
        ):
            if words:
                self.browser.command("click", selector=f"label[for=range{name}]")
                self.assert_comes("document.querySelector('#live').textContent", words)

            def all_drawn():
                pixels = self.browser.eval(drawn)
                return len(pixels) == 6 and min(pixels) > 200

            self.assertTrue(daemon.wait_until(all_drawn, daemon.PATIENCE), f"{name}: {self.browser.eval(drawn)} pixels are drawn")
        self.assert_clean("ranges")

    def check_keyboard(self):
        self.browser.open(self.box().url)
        self.browser.command("press", key="/")
        self.assert_comes("document.activeElement.id", "find")
        self.browser.eval("document.querySelector('.plot').focus()")
        now = self.browser.eval("document.activeElement.getAttribute('aria-valuetext')")
        self.assertTrue(now.startswith("now "), now)
        self.browser.command("press", key="PageUp")
        past = self.browser.eval("document.activeElement.getAttribute('aria-valuetext')")
        self.assertRegex(past, r"^\d\d:\d\d, \d+")
        subs = self.browser.eval("[...document.querySelectorAll('.vital .v-sub')].map(e => e.textContent)")
        self.assertEqual(len(set(subs)), 1, "one crosshair for all charts")
        self.browser.command("press", key="Escape")
        self.assertTrue(self.browser.eval("document.activeElement.getAttribute('aria-valuetext')").startswith("now "))

    def check_filter(self):
        self.browser.open(self.box("busy").url)
        self.browser.command("fill", selector="#find", text="grafana")
        self.assert_says("#found", "1 row shown")
        self.assertEqual(
            self.browser.eval("[...document.querySelectorAll('.list:not([hidden])')].map(e => e.id)"), ["l-containers"]
        )
        self.browser.command("fill", selector="#find", text="nothing is called so")
        self.assert_says("#nothing", "Nothing here is called “nothing is called so”.")
        self.browser.command("fill", selector="#find", text="")
        self.browser.command("click", selector="#only")
        self.assert_says("#found", "5 rows shown")

    def check_alerts_of_one_severity(self):
        self.browser.open(self.box("busy").url)
        self.browser.command("click", selector="label[for=sevcritical]")
        self.assert_comes("document.querySelectorAll('#alert-list > li').length", 2)
        self.assert_comes("document.querySelector('#csv').getAttribute('href')", "api/alerts.csv?severity=critical")
        self.assert_says("#alert-list", "Telegram waits")

    def check_deep_links(self):
        box = self.box()
        for path, place in (
            ("alerts", "alerts"),
            ("hosts", "box"),
            ("network", "network"),
            ("smart", "smart"),
            ("services", "l-services"),
        ):
            with self.subTest(path):
                self.browser.open(box.url + path)
                self.assert_comes("document.activeElement.id", place)
        self.assert_clean("deep links")

    def check_theme_is_kept(self):
        self.browser.open(self.box().url, theme="light")
        self.browser.command("click", selector="#theme")
        self.assert_comes("document.documentElement.dataset.theme", "dark")
        self.assert_comes("localStorage.getItem('theme')", "dark")

    def check_restart_asks_and_says_the_answer(self):
        box = self.box("busy")
        self.browser.open(box.url)
        for answer, words in (
            ((200, {"message": ""}), "Restarted stardust-ava4-listener"),
            ((403, {"message": "Not in [docker] restart."}), "Not in [docker] restart."),
            ((429, {"message": "It was restarted a minute ago."}), "a minute ago"),
        ):
            box.restart_answer = answer
            self.browser.command("click", selector="#wrongs .act")
            self.assert_says("#ask", "Restart stardust-ava4-listener?")
            self.browser.command("click", selector="#ask button[value=yes]")
            self.assert_says("#said", words)
        self.assertEqual(box.restarts[0], {"host": "tidepool", "service": "stardust-ava4-listener"})

    def check_a_dry_run_says_so(self):
        box = self.box("ok")
        self.browser.open(box.url)
        self.browser.command("click", selector="#l-containers .act")
        self.assert_says("#ask", "Nothing will be touched")
        self.browser.command("click", selector="#ask button[value=no]")
        self.assertEqual(box.restarts, [])

    def check_login(self):
        box = self.box()
        box.key = "secret-key"
        self.browser.command("open", url=box.url)
        self.assertTrue(self.browser.wait("!document.querySelector('#login').hidden"))
        self.assertEqual(self.browser.command("axe"), [], "login: axe")
        self.assertNotIn("tidepool", self.browser.eval("document.body.innerText"), "nothing is told before the key")
        self.shoot("login-light")
        self.browser.command("fill", selector="#key", text="wrong")
        self.browser.command("press", key="Enter")
        self.assert_says("#login-said", "That key is not right.")
        self.browser.command("fill", selector="#key", text="secret-key")
        self.browser.command("press", key="Enter")
        self.assert_says("#v-head", "All right")

    def check_a_lost_connection(self):
        box = self.box(interval=0.5)
        self.browser.open(box.url, clock=True, width=360)
        self.assert_says("#age b", "Live")
        box.leave()

        def lost():  # a sample may have been on its way still, and is heard of after the leap
            self.browser.command("forward", seconds=40)
            return self.browser.wait("!document.querySelector('#lost').hidden", 3)

        self.assertTrue(daemon.wait_until(lost, 60), "the banner comes")
        self.assert_says("#lost", "Connection to tidepool lost")
        self.assert_says("#v-head", "No word from tidepool")
        self.assert_comes("[...document.querySelectorAll('.act')].every(b => b.disabled)", True)
        self.assertEqual(self.browser.command("axe"), [], "lost: axe")
        self.assert_no_overflow("lost")
        self.shoot("lost-light-360")

        box.come_back("busy")
        del box.answers["health"]  # one part that cannot be had does not keep the rest away
        self.browser.eval("document.querySelector('#lost button')?.click()")  # it tries by itself too, maybe just now
        self.assert_comes("document.querySelector('#lost').hidden", True)
        self.assert_says("#v-head", "4 containers are failing")
        self.assert_comes("[...document.querySelectorAll('.act')].every(b => !b.disabled)", True)

    def test_on_a_real_daemon(self):
        """Over TLS, of which a browser wants more connections than there are."""
        signer = authority.Authority(os.path.join(self.folder, "authority"))
        cert, key = signer.issue("good")
        sleeper = subprocess.Popen(["sleep", "1000001"], preexec_fn=daemon.die_with_parent)
        self.addCleanup(sleeper.wait)
        self.addCleanup(sleeper.kill)
        sys_root = os.path.join(self.folder, "sys")
        os.makedirs(os.path.join(sys_root, "block", "vda"))
        limpet, url = self.start_another(
            "https",
            {"tls_cert": cert, "tls_key": key},
            **{
                "process sleeper": {"match": "sleep 1000001"},
                "limpet": {"sysfs_root": sys_root},
                "smart": {"smartctl": "/not/there"},
            },
        )
        self.browser.open(url)
        self.assert_says("#v-head", "All right, but nobody would hear of trouble")
        self.assert_says("#l-services", "sleeper")
        self.assert_says("#l-services", "Running")
        self.assert_says("#smart", "vda")
        self.assert_comes("/\\d/.test(document.querySelector('.num').textContent)", True)
        self.assert_comes("document.querySelector('.plot canvas') !== null", True)
        self.shoot("daemon")
        wrong = [line for line in self.browser.command("problems") if "/health" not in line]
        self.assertEqual(wrong, [])

        self.assert_stops(limpet)
        self.assert_comes("document.querySelector('#lost').hidden", False)
        limpet.start()
        self.assert_comes("document.querySelector('#lost').hidden", True)
        self.assert_says("#age b", "Live")

    def test_a_container_is_stopped_and_restarted(self):
        daemon.need_root()
        engine = docker_engine.DockerEngine(os.path.join(self.folder, "docker"), daemon.die_with_parent)
        self.addCleanup(engine.kill)
        engine.start()
        engine.import_image()
        names = ["web-1", "web-2", "web-3"]
        for name in names:
            engine.run_container(name)
        box, url = self.start_another(
            http={"api_key": KEY},
            docker={"socket": engine.socket, "restart": "web-1", "check_interval": "60s"},
            limpet={"host_name": "tidepool"},
            heal={"dry_run": "no"},
        )
        self.browser.open(url)
        self.assert_comes("document.querySelectorAll('#l-containers tbody tr').length", 3)
        since = "document.querySelector('#l-containers tbody tr td:nth-child(4)').innerText"
        self.assert_comes(f"/^\\d/.test({since})", True)
        self.browser.eval(
            """(globalThis.seen = {}, new MutationObserver(() => {
            for (const row of document.querySelectorAll('#l-containers tbody tr.bad'))
                globalThis.seen[row.querySelector('.nm').textContent] ??= Date.now() / 1000;
            }).observe(document.querySelector('#l-containers'), { childList: true, subtree: true }))"""
        )
        delays = []
        for name in names:
            engine.stop_container(name)
            self.assert_comes(f"{json.dumps(name)} in globalThis.seen", True)
            ended = datetime.datetime.fromisoformat(engine.inspect(name)["State"]["FinishedAt"]).timestamp()
            delays.append(self.browser.eval(f"globalThis.seen[{json.dumps(name)}]") - ended)
        print("a stopped container is seen after", ", ".join(f"{1000 * delay:.0f} ms" for delay in delays))
        self.assertLess(min(delays), 1, "of three, one has to meet a machine that is not busy with other tests")
        self.assertGreater(min(delays), 0)
        self.assert_says("#alert-list", "Service Stopped: web-3")
        self.assert_says("#alert-list", "Nobody was told: no channel was set up")
        self.assertRegex(box.run("alerts").stdout, r"nobody +refused +.*web-3 \(no channel is set up\)")

        def ask(body, key=KEY):
            connection = http.client.HTTPConnection("127.0.0.1", int(url.split(":")[2].strip("/")), timeout=60)
            text = body if isinstance(body, str) else json.dumps(body)
            connection.request("POST", "/api/services/restart", text, {"X-API-Key": key} if key else {})
            answer = connection.getresponse()
            text = answer.read()
            connection.close()
            return answer.status, json.loads(text)["message"]

        for body, key, status in (
            ({"host": "tidepool", "service": "web-1"}, None, 401),
            ({"host": "tidepool", "service": "web-1"}, "wrong", 401),
            ("{", KEY, 400),
            ({"service": "web-1"}, KEY, 400),
            ({"host": "elsewhere", "service": "web-1"}, KEY, 404),
            ({"host": "tidepool", "service": "web-9"}, KEY, 404),
            ({"host": "tidepool", "service": "../version"}, KEY, 404),
            ({"host": "tidepool", "service": "web-2"}, KEY, 403),
        ):
            self.assertEqual(ask(body, key)[0], status, (body, key))

        # Who only reads needs no key on the box itself; who restarts is asked for it.
        self.assert_comes("!!document.querySelector('#l-containers .act')", True)
        click = "document.querySelector('#l-containers .act').click()"
        for signed_in in (False, True):
            self.browser.eval(click)
            self.assert_says("#ask", "Restart web-1?")
            self.browser.command("click", selector="#ask button[value=yes]")
            if not signed_in:
                self.assert_comes("document.querySelector('#login').hidden", False)
                self.browser.eval("globalThis.notSignedIn = true")
                self.browser.command("fill", selector="#key", text=KEY)
                self.browser.command("press", key="Enter")
                # Signing in loads the page anew: until then the old one's buttons are still there.
                self.assert_comes("!globalThis.notSignedIn && !!document.querySelector('#l-containers .act')", True)
        self.assert_says("#said", "Restarted web-1.")
        self.assertTrue(engine.inspect("web-1")["State"]["Running"])
        self.assertEqual(ask({"host": "tidepool", "service": "web-1"})[0], 429)
        self.assert_log(box, "web-1: being restarted, attempt 1 of 3, as a person asked", daemon.PATIENCE)
        self.assert_comes("document.querySelectorAll('#l-containers tbody tr.bad').length", 2)


if __name__ == "__main__":
    scenario.main()
