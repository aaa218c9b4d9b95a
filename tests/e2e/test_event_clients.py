"""The event stream as others read it: httpx-sse, curl, a browser, and each through nginx and Caddy, which must pass on at once
what comes and keep what is idle."""
import contextlib
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import threading
import time

import httpx
import pytest
from httpx_sse import connect_sse

from conftest import new_account_name
from event_reader import HEARTBEAT
from installation import PROJECT, Client
from load import scaled
from postgres_server import free_port
from test_docs_page import CHROMIUM
from test_hostile_clients import open_connections

PROMPT = scaled(1.0, 10.0)  # seconds; a proxy that buffers would take for ever
CADDY = shutil.which("caddy") or "/usr/bin/caddy"
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"


class Proxy:
    """A program in front of the service, on a port of its own, with its files in the folder."""

    def __init__(self, folder: pathlib.Path, port: int, command: list):
        self.url = f"http://127.0.0.1:{port}"
        log = folder / "log"
        with log.open("w") as told:
            self.process = subprocess.Popen(command, stdout=told, stderr=told, env={"PATH": os.environ["PATH"], "HOME": str(folder)})
        deadline = time.monotonic() + 30
        while True:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(self.url + "/healthz", trust_env=False).status_code == 200:
                    return
            assert self.process.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)

    def close(self):
        self.process.terminate()
        self.process.wait(30)


def nginx(folder: pathlib.Path, upstream: int) -> Proxy:
    """As docs/EVENTS.md says; what is idle for longer than a heartbeat and a half is ended."""
    port = free_port()
    (folder / "nginx.conf").write_text(f"""
        daemon off; pid {folder}/nginx.pid; error_log stderr; worker_processes 1;
        events {{ worker_connections 256; }}
        http {{
            access_log off;
            client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;
            scgi_temp_path {folder}/s;
            server {{
                listen 127.0.0.1:{port};
                location / {{
                    proxy_pass http://127.0.0.1:{upstream};
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_set_header Host $host;
                    proxy_read_timeout {HEARTBEAT * 3 // 2}s;
                }}
            }}
        }}""")
    return Proxy(folder, port, [NGINX, "-p", folder, "-c", folder / "nginx.conf"])


def caddy(folder: pathlib.Path, upstream: int) -> Proxy:
    port = free_port()
    (folder / "Caddyfile").write_text(f"""{{
    admin off
    auto_https off
    grace_period 1s
}}
http://127.0.0.1:{port} {{
    bind 127.0.0.1
    reverse_proxy 127.0.0.1:{upstream} {{
        transport http {{
            read_timeout {HEARTBEAT * 3 // 2}s
        }}
    }}
}}
""")
    return Proxy(folder, port, [CADDY, "run", "--adapter", "caddyfile", "--config", folder / "Caddyfile"])


@pytest.fixture(scope="module")
def urls(shared_installation, tmp_path_factory):
    """Where clients find the service."""
    port = shared_installation.server.port
    with contextlib.ExitStack() as stack:
        proxies = {start.__name__: start(tmp_path_factory.mktemp(start.__name__), port) for start in (nginx, caddy)}
        for proxy in proxies.values():
            stack.callback(proxy.close)
        yield {"direct": shared_installation.server.url, **{name: proxy.url for name, proxy in proxies.items()}}


@pytest.fixture(params=["direct", "nginx", "caddy"])
def url(request, urls):
    return urls[request.param]


@pytest.fixture
def account(shared_installation, request) -> Client:
    return shared_installation.client(account=new_account_name(request.node.name))


def sse(url: str, client: Client, last: str | None = None, timeout=20.0, query=""):
    """What closes it, and the events of a stream. The library makes one without data of `retry` alone."""
    stack = contextlib.ExitStack()
    own = stack.enter_context(httpx.Client(base_url=url, timeout=timeout, trust_env=False,
                                           headers={"Authorization": f"Bearer {client.token}"}))
    source = stack.enter_context(connect_sse(own, "GET", "/events" + query, headers={"Last-Event-ID": last} if last else {}))
    assert source.response.status_code == 200, source.response.read()
    return stack, (event for event in source.iter_sse() if event.data)


def test_httpx_sse(url, account):
    stack, events = sse(url, account)
    with stack:
        slowest = 0.0
        for n in range(10):
            began = time.monotonic()
            account.new_agent(f"a{n}")
            event = next(events)
            slowest = max(slowest, time.monotonic() - began)
            assert (event.event, event.json()["data"]["id"]) == ("ai_agent.created", f"a{n}")
            assert event.id == str(event.json()["sequence"]) and event.retry in (None, 2000)
        assert slowest < PROMPT
    account.new_agent("meanwhile")
    stack, events = sse(url, account, last=event.id)
    with stack:
        assert next(events).json()["data"]["id"] == "meanwhile"


def test_httpx_sse_reads_a_long_backlog(url, account):
    patient = account.new_patient()
    for n in range(300):
        account.patch(f"/api/v2/patients/{patient}", {"first_name": f"N{n}", "last_name": "x" * 90})
    stack, events = sse(url, account, query="?after=0&types=patient.*")
    with stack:
        names = [next(events).json()["data"]["changes"]["first_name"]["is"] for _ in range(301)]
    assert names == ["John", *[f"N{n}" for n in range(300)]]


@pytest.mark.long
def test_idle_streams_are_kept(urls, account):
    """Past what the proxies allow to be idle, which is longer than a heartbeat."""
    with contextlib.ExitStack() as stack:
        streams = {}
        for name, url in urls.items():
            opened, streams[name] = sse(url, account, timeout=HEARTBEAT * 2)
            stack.enter_context(opened)
        told = {}

        def listen(name: str, events):
            with contextlib.suppress(httpx.HTTPError):
                told[name] = next(events).json()["data"]["id"]

        listeners = [threading.Thread(target=listen, args=item) for item in streams.items()]
        for listener in listeners:
            listener.start()
        time.sleep(HEARTBEAT * 2 + 3)
        account.new_agent("late")
        for listener in listeners:
            listener.join(60)
        assert told == dict.fromkeys(urls, "late")


def documented(language: str) -> str:
    """What docs/EVENTS.md shows."""
    return (PROJECT / "docs/EVENTS.md").read_text().partition(f"```{language}\n")[2].partition("```")[0]


class Enough(Exception):
    pass


def test_python_as_the_documentation_shows_it(url, account):
    """From the position that was kept, on through an end of the stream, and no further than what was dealt with."""
    account.new_agent("before")
    first = account.get("/events?limit=1").json()["next_after"]
    account.new_agent("meanwhile")
    dealt_with, positions = [], []

    def deal_with(event):
        dealt_with.append(event["data"]["id"])
        if len(dealt_with) == 1:
            account.new_agent("live")
        if len(dealt_with) == 2:
            raise httpx.ReadError("as when the other end goes")
        if len(dealt_with) == 3:
            raise Enough

    with pytest.raises(Enough):
        exec(documented("python"), {"LINEBOOK": url, "KEY": account.token, "load_position": lambda: str(first), "deal_with": deal_with,
                                    "save_position": positions.append})
    assert dealt_with == ["meanwhile", "live", "live"] and positions == [str(first + 1)]


def curl(url: str, client: Client, *arguments) -> subprocess.Popen:
    return subprocess.Popen(["curl", "-sN", "--noproxy", "*", "-H", f"Authorization: Bearer {client.token}", *arguments, url],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_curl(url, account):
    following = curl(url + "/events?types=ai_agent.*", account)
    try:
        assert following.stdout.readline() == "retry: 2000\n"
        began = time.monotonic()
        account.new_agent("a")
        lines = [following.stdout.readline() for _ in range(4)]
        assert time.monotonic() - began < PROMPT
        assert lines[0].startswith("id: ") and lines[1] == "event: ai_agent.created\n" and lines[3] == "\n"
        assert json.loads(lines[2].removeprefix("data: "))["data"]["id"] == "a"
    finally:
        following.kill()
        following.communicate(timeout=30)


def test_a_stream_through_a_proxy_ends_with_its_client(url, account, shared_installation):
    """What a proxy holds open for nobody would add up."""
    before = open_connections(shared_installation.server)
    streams = [sse(url, account)[0] for _ in range(20)]
    assert open_connections(shared_installation.server) >= before + 20
    for stream in streams:
        stream.close()
    deadline = time.monotonic() + 20
    while open_connections(shared_installation.server) > before + 4:  # proxies keep some for later
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_drain_is_heard_through_a_proxy(installation, tmp_path):
    """curl ends well where the stream ends in order."""
    server = installation.serve()
    client = installation.client()
    for make in (nginx, caddy):
        proxy = make(tmp_path, server.port)
        try:
            following = curl(proxy.url + "/events", client)
            assert following.stdout.readline() == "retry: 2000\n"
            server.stop()
            rest, complaint = following.communicate(timeout=30)
            assert following.returncode == 0 and ": the service is shutting down" in rest, (make, complaint)
        finally:
            proxy.close()
        server = installation.serve()


# A browser.

PAGE = """<!doctype html><meta charset="utf-8"><title>events</title>
<body><script>
FOLLOW
const report = (what) => fetch("/report", { method: "POST", body: JSON.stringify(what) });
const parameters = new URLSearchParams(location.search);
let count = 0;
follow(parameters.get("url"), parameters.get("key"), async (event) => {
  await report({ sequence: event.sequence, type: event.type, id: event.data.id });
  if (++count == 3) throw new Error("a client that stumbles comes back");
}, parameters.get("last"));
report({ started: true });
</script>"""


class Site:
    """A page and the service behind one origin, as a reverse proxy gives them: the page's own requests to /events go on to the
    service, byte by byte. Takes what the page reports."""

    def __init__(self, service: str):
        self.reports: list[dict] = []
        self.asked: list[str | None] = []  # the Last-Event-ID of each stream
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path.startswith("/events"):
                    return self._pass_on()
                body = PAGE.replace("FOLLOW", documented("js")).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def _pass_on(self):
                site.asked.append(self.headers.get("Last-Event-ID"))
                headers = {name: self.headers[name] for name in ("Authorization", "Accept", "Last-Event-ID") if self.headers[name]}
                with httpx.stream("GET", service + self.path, headers=headers, timeout=60, trust_env=False) as answer:
                    self.send_response(answer.status_code)
                    self.send_header("Content-Type", answer.headers["Content-Type"])
                    self.end_headers()
                    with contextlib.suppress(OSError, httpx.TransportError):
                        for part in answer.iter_raw():
                            self.wfile.write(part)
                            self.wfile.flush()

            def do_POST(self):
                site.reports.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@contextlib.contextmanager
def browser(url: str, profile: pathlib.Path):
    process = subprocess.Popen(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
         f"--user-data-dir={profile}", "--remote-debugging-port=0", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", url],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def test_a_browser_follows_as_the_documentation_says(url, account, tmp_path):
    """By fetch and a ReadableStream; where its page stumbles, it comes back with the id that it had last, and gets that event
    again."""
    site = Site(url)
    try:
        query = httpx.QueryParams({"url": "/events?types=ai_agent.*", "key": account.token})
        with browser(f"{site.url}/?{query}", tmp_path):
            def reported(count: int):
                deadline = time.monotonic() + scaled(60, 120)
                while len(site.reports) < count:
                    assert time.monotonic() < deadline, site.reports
                    time.sleep(0.02)
                return site.reports[:count]

            reported(1)
            deadline = time.monotonic() + 30
            while not site.asked:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            time.sleep(0.3)
            for n in range(3):
                began = time.monotonic()
                account.new_agent(f"a{n}")
                reported(2 + n)
                assert time.monotonic() - began < PROMPT
            # It stumbled over the third, and has it once more; then the fourth.
            account.new_agent("a3")
            told = reported(6)[1:]
        assert [report["id"] for report in told] == ["a0", "a1", "a2", "a2", "a3"]
        assert site.asked[:2] == [None, str(told[1]["sequence"])]
    finally:
        site.close()
