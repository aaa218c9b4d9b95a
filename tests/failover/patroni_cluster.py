"""Three PostgreSQL nodes under Patroni, each with an etcd of its own, each in a network namespace: a replicated PostgreSQL
as one would run it on three machines. To be used inside a network and mount namespace of one's own (script/failover)."""
import json
import os
import pathlib
import pwd
import signal
import subprocess
import time
import urllib.error
import urllib.request

import yaml

NAMES = ("n1", "n2", "n3")
NETWORK = "10.77.0"
HERE = f"{NETWORK}.1"  # the bridge, where clients are
PASSWORD = "failover"
START_TIMEOUT = 120  # seconds

# What the guarantees rest on: nothing is acknowledged that is on one node only, and a primary that nobody hears of is
# followed by another within the time to live.
DCS = {"ttl": 20, "loop_wait": 3, "retry_timeout": 3, "maximum_lag_on_failover": 1 << 20,
       "synchronous_mode": True, "synchronous_mode_strict": True,
       "postgresql": {"use_pg_rewind": True, "use_slots": True,
                      "parameters": {"max_connections": 200, "wal_keep_size": "256MB", "hot_standby": "on",
                                     "wal_log_hints": "on", "tcp_user_timeout": "5s", "wal_sender_timeout": "5s",
                                     "wal_receiver_timeout": "5s",
                                     # Nothing is acknowledged until the third node follows the new primary.
                                     "wal_retrieve_retry_interval": "500ms"}}}


def run(*words: object):
    subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL)


class Node:
    def __init__(self, place: int, directory: pathlib.Path, programs: pathlib.Path):
        self.name = NAMES[place]
        self.address = f"{NETWORK}.{11 + place}"
        self.link = f"to-{self.name}"
        self.directory = directory / self.name
        self.programs = programs
        self.started: list[subprocess.Popen] = []
        self.user = pwd.getpwnam("postgres")
        self.directory.mkdir(mode=0o700)
        os.chown(self.directory, self.user.pw_uid, self.user.pw_gid)

    def connect(self):
        run("ip", "netns", "add", self.name)
        run("ip", "link", "add", self.link, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        run("ip", "link", "set", self.link, "master", "bridge0", "up")
        run("ip", "-n", self.name, "link", "set", "lo", "up")
        run("ip", "-n", self.name, "address", "add", f"{self.address}/24", "dev", "eth0")
        run("ip", "-n", self.name, "link", "set", "eth0", "up")

    def spawn(self, *words: object) -> subprocess.Popen:
        log = (self.directory / f"{pathlib.Path(str(words[0])).name}.log").open("ab")
        process = subprocess.Popen(
            ["ip", "netns", "exec", self.name, "setpriv", f"--reuid={self.user.pw_uid}", f"--regid={self.user.pw_gid}",
             "--clear-groups", "--", *map(str, words)], stdout=log, stderr=log, cwd="/", env={**os.environ, "HOME": str(self.directory)})
        self.started.append(process)
        return process

    def start_etcd(self, members: str):
        self.spawn("/usr/bin/etcd", "--name", self.name, "--data-dir", self.directory / "etcd",
                   "--listen-peer-urls", f"http://{self.address}:2380", "--initial-advertise-peer-urls", f"http://{self.address}:2380",
                   "--listen-client-urls", f"http://{self.address}:2379", "--advertise-client-urls", f"http://{self.address}:2379",
                   "--initial-cluster", members, "--initial-cluster-state", "new", "--enable-v2", "--logger", "zap", "--log-level", "warn")

    def start_patroni(self, etcds: list[str]):
        users = {"superuser": {"username": "postgres", "password": PASSWORD},
                 "replication": {"username": "replicator", "password": PASSWORD},
                 "rewind": {"username": "rewinder", "password": PASSWORD}}
        settings = {
            "scope": "linebook", "name": self.name,
            "restapi": {"listen": f"{self.address}:8008", "connect_address": f"{self.address}:8008"},
            # Debian's Patroni (3.0.2), through etcd's third API, takes leadership back without looking when its machine
            # was frozen, and what the new primary acknowledged is lost. Through the second it compares first.
            "etcd": {"hosts": etcds},
            "bootstrap": {"dcs": DCS, "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}, "data-checksums"]},
            "postgresql": {
                "listen": f"{self.address}:5432", "connect_address": f"{self.address}:5432",
                "data_dir": str(self.directory / "data"), "bin_dir": str(self.programs), "pgpass": str(self.directory / "pgpass"),
                "authentication": users, "remove_data_directory_on_rewind_failure": True,
                "parameters": {"unix_socket_directories": str(self.directory)},
                "pg_hba": ["local all all trust", f"host all all {NETWORK}.0/24 scram-sha-256",
                           f"host replication replicator {NETWORK}.0/24 scram-sha-256"]}}
        file = self.directory / "patroni.yml"
        file.write_text(yaml.safe_dump(settings))
        file.chmod(0o644)
        self.patroni = self.spawn("/usr/bin/patroni", file)

    def processes(self) -> list[int]:
        """Everything of this node but its etcd."""
        found = []
        for pid in subprocess.run(["ip", "netns", "pids", self.name], check=True, capture_output=True, text=True).stdout.split():
            try:
                if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() != "etcd":
                    found.append(int(pid))
            except OSError:
                pass  # gone meanwhile
        return found

    def signal_all(self, number: signal.Signals):
        """Twice: what was started amid the first time is met by the second."""
        for _ in range(2):
            for pid in self.processes():
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass

    def status(self, path: str) -> dict | None:
        try:
            with urllib.request.urlopen(f"http://{self.address}:8008{path}", timeout=1) as answer:
                return json.load(answer)
        except (urllib.error.URLError, OSError, ValueError):
            return None


class Cluster:
    def __init__(self, directory: pathlib.Path, programs: pathlib.Path):
        run("mount", "-t", "tmpfs", "tmpfs", "/run/netns")
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", "bridge0", "type", "bridge")
        run("ip", "address", "add", f"{HERE}/24", "dev", "bridge0")
        run("ip", "link", "set", "bridge0", "up")
        self.nodes = [Node(place, directory, programs) for place in range(len(NAMES))]
        members = ",".join(f"{node.name}=http://{node.address}:2380" for node in self.nodes)
        self.etcds = [f"{node.address}:2379" for node in self.nodes]
        for node in self.nodes:
            node.connect()
            node.start_etcd(members)
        for node in self.nodes:
            node.start_patroni(self.etcds)
        self.wait_until_whole()

    def primary(self) -> Node | None:
        return next((node for node in self.nodes if node.status("/primary")), None)

    def is_whole(self) -> bool:
        """Both others follow the primary, one of them synchronously: by its own word, as what Patroni remembers of a node
        may be older than its trouble."""
        primary = self.primary()
        seen = primary and primary.status("/patroni")
        following = [one["sync_state"] for one in (seen or {}).get("replication", ()) if one["state"] == "streaming"]
        return len(following) == len(self.nodes) - 1 and "sync" in following

    def wait_until_whole(self):
        deadline = time.monotonic() + START_TIMEOUT
        while not self.is_whole():
            if time.monotonic() > deadline:
                raise TimeoutError("the cluster is not whole; see the logs in " + str(self.nodes[0].directory.parent))
            time.sleep(0.5)

    def url(self, database: str) -> str:
        hosts = ",".join(f"{node.address}:5432" for node in self.nodes)
        return f"postgres://postgres:{PASSWORD}@{hosts}/{database}?target_session_attrs=read-write&connect_timeout=2"

    def sql(self, statement: str, database="postgres"):
        programs = self.nodes[0].programs
        subprocess.run([programs / "psql", "-X", "-q", "-d", self.url(database), "-c", statement], check=True, stdout=subprocess.DEVNULL)


class Killed:
    """Power cut: PostgreSQL and Patroni die; the machine comes back later."""
    name = "killed"

    def strike(self, node: Node):
        node.signal_all(signal.SIGKILL)

    def mend(self, cluster: Cluster, node: Node):
        node.patroni.wait()
        node.start_patroni(cluster.etcds)


class Frozen:
    """The machine stands still, and goes on later as if nothing had been."""
    name = "frozen"

    def strike(self, node: Node):
        node.signal_all(signal.SIGSTOP)

    def mend(self, cluster: Cluster, node: Node):
        node.signal_all(signal.SIGCONT)


class CutOff:
    """Nobody reaches it, and it reaches nobody."""
    name = "cut off"

    def strike(self, node: Node):
        run("ip", "link", "set", node.link, "down")

    def mend(self, cluster: Cluster, node: Node):
        run("ip", "link", "set", node.link, "up")


FAULTS = (Killed(), Frozen(), CutOff())
