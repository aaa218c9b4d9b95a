"""Behind nginx and Caddy, as packaging/ configures them: names, ports and certificates aside, the files that are shipped."""
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import threading

import pytest
import requests

from event_reader import EventStream
from installation import PROJECT, Client, Installation, Server
from raw_http import Wire, request_bytes
from test_uploads import TABLE, rejects, run, uploaded
from waiting import eventually
from webhook_receiver import Authority

CLIENT = "127.0.0.2"  # another address than the proxy's own, which is trusted


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Proxy:
    """One in front of a server, over TLS."""

    def __init__(self, kind: str, folder: pathlib.Path, behind: int):
        self.folder = folder
        self.authority = Authority(folder)
        self.certificate, self.key = self.authority.certificate("proxy")
        self.port = free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        self.tls = ssl.create_default_context(cafile=self.authority.file)
        command = self.nginx(behind) if kind == "nginx" else self.caddy(behind)
        self.log = folder / "log"
        self.process = subprocess.Popen(command, stdout=self.log.open("w"), stderr=subprocess.STDOUT,
                                        env={"PATH": "/usr/sbin:/usr/bin:/bin", "HOME": str(folder), "XDG_DATA_HOME": str(folder),
                                             "XDG_CONFIG_HOME": str(folder)})
        eventually(self.answers, 60, lambda: self.log.read_text())

    def answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return requests.get(self.url + "/healthz", verify=str(self.authority.file), timeout=10).status_code == 200
        except requests.ConnectionError:
            return False

    def nginx(self, behind: int) -> list[str]:
        site = replaced("nginx/linebook.conf", {
            "server 127.0.0.1:8080": f"server 127.0.0.1:{behind}", "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "    listen [::]:443 ssl http2;\n": "", "/etc/ssl/linebook.example.com.pem": str(self.certificate),
            "/etc/ssl/private/linebook.example.com.key": str(self.key), "listen 80;": f"listen 127.0.0.1:{free_port()};",
            "    listen [::]:80;\n": ""})
        folders = "".join(f"{kind}_temp_path {self.folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        config = self.folder / "nginx.conf"
        config.write_text(f"daemon off; master_process off; pid {self.folder}/pid; error_log stderr warn;\nevents {{}}\n"
                          f"http {{\naccess_log off;\n{folders}{site}}}\n")
        return ["nginx", "-e", "stderr", "-p", str(self.folder), "-c", str(config)]

    def caddy(self, behind: int) -> list[str]:
        site = replaced("caddy/Caddyfile", {
            "\nlinebook.example.com {\n": f"\n:{self.port} {{\n\tbind 127.0.0.1\n\ttls {self.certificate} {self.key}\n",
            "reverse_proxy 127.0.0.1:8080": f"reverse_proxy 127.0.0.1:{behind}"})
        config = self.folder / "Caddyfile"
        config.write_text("{\n\tadmin off\n\tauto_https disable_redirects\n}\n" + site)
        return ["caddy", "run", "--config", str(config), "--adapter", "caddyfile"]

    def close(self):
        self.process.kill()  # told to end, Caddy would wait for its clients
        self.process.wait(30)


class ClientBehind(Client):
    """A proxy adds headers of its own, which the OpenAPI document does not know."""

    def __init__(self, proxy: Proxy, token: str):
        super().__init__(proxy.url, token)
        self.session.verify = str(proxy.authority.file)

    def request(self, method, path, **arguments) -> requests.Response:
        return self.session.request(method, self.url + path, **{"timeout": 60, **arguments})


def replaced(file: str, texts: dict[str, str]) -> str:
    text = (PROJECT / "packaging" / file).read_text()
    for old, new in texts.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> tuple[Installation, Server]:
    made = Installation(tmp_path_factory.mktemp("behind") / "data")
    yield made, made.serve("--trusted-proxy", "127.0.0.1", "--public-url", "https://linebook.example.com")
    made.close()


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def proxy(request, tmp_path_factory, served) -> Proxy:
    if shutil.which(request.param, path="/usr/sbin:/usr/bin") is None:
        pytest.skip(f"no {request.param} here")
    made = Proxy(request.param, tmp_path_factory.mktemp(request.param), served[1].port)
    yield made
    made.close()


@pytest.fixture
def client(request, served, proxy: Proxy) -> ClientBehind:
    return ClientBehind(proxy, served[0].create_key(account=request.node.name[:50]))


def test_the_client_is_who_came_to_the_proxy(client, served, proxy: Proxy):
    """Not the proxy, and not who the client says it is."""
    plain = socket.create_connection(("127.0.0.1", proxy.port), timeout=30, source_address=(CLIENT, 0))
    wire = Wire.__new__(Wire)
    wire.socket, wire.received = proxy.tls.wrap_socket(plain, server_hostname="127.0.0.1"), b""
    identity = f"behind-{proxy.port}"
    with wire:
        wire.send(request_bytes("GET", "/api/v2/patients", client.token, X_Request_Id=identity, X_Forwarded_For="203.0.113.7",
                                X_Forwarded_Proto="http"))
        assert wire.answer().status_code == 200
    (told,) = eventually(lambda: [line for line in served[1].log_lines() if line.get("request_id") == identity])
    assert told["client"] == CLIENT


def test_it_knows_that_the_client_came_over_tls(client, proxy: Proxy):
    answer = client.post("/session", {"key": client.token}, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 201, answer.text
    assert re.match("__Host-linebook_session=.*; Secure", answer.headers["Set-Cookie"])


def test_events_pass_one_by_one(client, proxy: Proxy):
    with EventStream(proxy.port, client.token, tls=proxy.tls) as stream:
        for name in ("one", "two", "three"):
            client.new_patient(name)
            while (event := stream.next()) is not None and event["type"] != "patient.created":
                pass
            assert event is not None, stream.comments


def test_long_polls_wait(client, proxy: Proxy):
    last = client.get("/events", params={"after": 0, "limit": 1000}).json()["events"][-1]["sequence"]
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(client.get("/events", params={"after": last, "wait": 25}, timeout=60)))
    waiting.start()
    threading.Event().wait(0.5)
    ClientBehind(proxy, client.token).new_patient()
    waiting.join(60)
    assert [event["type"] for event in answers[0].json()["events"]] == ["patient.created"]


def test_files_come_in_pieces(client):
    table = TABLE + "".join(f"585555{n:04d},cell,p{n},{'N' * 60},{'M' * 60}\n" for n in range(9000))
    assert len(table) > 1 << 20
    upload = uploaded(client, table)
    assert run(client, upload)["status"] == "finished"
    assert len(rejects(client, upload)) == 1


def test_bodies_that_are_too_large_are_refused_in_the_service_s_words(client):
    answer = client.post("/api/v2/patients", {"first_name": "x" * (1 << 20), "last_name": "y"})
    assert answer.status_code == 413 and answer.json()["error"]["code"] == "payload_too_large"


def test_the_console_comes_as_it_is(client, served):
    direct, behind = (requests.get(url + "/console/", headers={"Accept-Encoding": "br"}, timeout=30, verify=client.session.verify)
                      for url in (served[1].url, client.url))
    assert behind.status_code == 200 and behind.headers["Content-Encoding"] == "br"
    for name in ("Content-Security-Policy", "ETag", "Cache-Control", "X-Content-Type-Options"):
        assert behind.headers.get(name) == direct.headers.get(name)
    assert behind.content == direct.content
