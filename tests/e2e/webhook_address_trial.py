"""Where webhooks may connect, tried in a network of its own: test_webhook_addresses.py runs this in namespaces, where every
address of the table belongs to this machine, a trap listens at each, and nothing leaves. Prints what happened as JSON.

    webhook_address_trial.py table|names|silence FOLDER
"""
import json
import pathlib
import socket
import subprocess
import sys
import threading
import time

from installation import Installation
from waiting import eventually
from webhook_receiver import Authority, Receiver, reply, tls

PORT = 443
PUBLIC = "93.184.215.14"  # the policy takes it for a public one
TRAPS = ["127.0.0.1", "127.0.0.2", "127.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "168.63.129.16",
         "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "192.88.99.1", "::1", "fd00:ec2::254", "fc00::1", "2001:db8::1",
         "64:ff9b::7f00:1", "2002:7f00:1::1", "2001::1", "100::1"]
NAME = "hooks.example.com"
HOSTS, RESOLVER = pathlib.Path("/etc/hosts"), pathlib.Path("/etc/resolv.conf")
SILENT = "127.0.0.53"


class Trap:
    """Whatever connects has got where it must not."""

    def __init__(self):
        self.caught: list[str] = []
        for address in TRAPS:
            for port in (PORT, 80):
                threading.Thread(target=self._listen, args=(socket.create_server(
                    (address, port), family=socket.AF_INET6 if ":" in address else socket.AF_INET),), daemon=True).start()

    def _listen(self, listener: socket.socket):
        while True:
            connection, _ = listener.accept()
            self.caught.append(listener.getsockname()[0])
            connection.close()


def own_network(names: dict[str, list[str]], folder: pathlib.Path):
    """Every address is ours, and names are what a file says."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for address in [*TRAPS, PUBLIC]:
        if not address.startswith("127.") and address != "::1":
            subprocess.run(["ip", "addr", "add", address + ("/128" if ":" in address else "/32"), "dev", "lo",
                            *(["nodad"] if ":" in address else [])], check=True)
    own = folder / "hosts"
    own.write_text("")
    subprocess.run(["mount", "--bind", own, HOSTS], check=True)
    name_them(names)


def name_them(names: dict[str, list[str]]):
    everything = {"localhost": ["127.0.0.1", "::1"], **names}
    HOSTS.write_text("".join(f"{address} {name}\n" for name, addresses in everything.items() for address in addresses))


def try_table(client, trap: Trap, hosts: list[str]) -> list[dict]:
    tried = []
    for url in hosts:
        before = len(trap.caught)
        made = client.post("/webhooks", {"url": url, "types": ["webhook.disabled"]})
        row = {"url": url, "post": made.status_code, "told": None, "ping": None}
        if made.status_code == 201:
            at = f"/webhooks/{made.json()['id']}"
            row["ping"] = client.post(f"{at}/ping").json()
            client.delete(at)
        else:
            row["told"] = made.json()["error"]
        tried.append({**row, "caught": trap.caught[before:]})
    return tried


def try_rebinding(client, trap: Trap, receiver: Receiver) -> dict:
    """The name leads here, then elsewhere: as an attacker's own name server would have it."""
    told = {}
    made = client.post("/webhooks", {"url": f"https://{NAME}/hook", "types": ["patient.*"]}).json()
    at = f"/webhooks/{made['id']}"
    receiver.behave("/hook", lambda one: reply(200, b"here", Connection="close"))
    told["first"] = client.post(f"{at}/ping").json()
    client.new_patient()
    receiver.wait_for("/hook", 2)
    # Public and private at once: only the public one is asked.
    name_them({NAME: [PUBLIC], "both.example.com": ["127.0.0.1", PUBLIC, "10.0.0.1"]})
    both = client.post("/webhooks", {"url": "https://both.example.com/both", "types": ["webhook.disabled"]}).json()
    told["both"] = client.post(f"/webhooks/{both['id']}/ping").json()
    told["after"] = {}
    for private in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00:ec2::254", "::ffff:10.0.0.1"):
        name_them({NAME: [private]})
        deadline = time.monotonic() + 90  # libcurl remembers a name for a minute
        while (ping := client.post(f"{at}/ping").json())["delivered"] and time.monotonic() < deadline:
            time.sleep(1)
        told["after"][private] = ping
        if private == "127.0.0.1":
            client.new_patient()
            told["delivery"] = eventually(lambda: next((d for d in client.get(f"{at}/deliveries", params={"state": "pending"}).json()["deliveries"]
                                                        if d["attempts"]), None))
    told["came"] = len(receiver.delivered("/hook"))
    return told


def silence_name_server(folder: pathlib.Path) -> socket.socket:
    """One that is asked and never answers; names of the hosts file are found without it."""
    own = folder / "resolv.conf"
    own.write_text(f"nameserver {SILENT}\n")
    subprocess.run(["mount", "--bind", own, RESOLVER], check=True)
    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent.bind((SILENT, 53))
    return silent


def try_silence(client, server, receiver: Receiver) -> dict:
    """One endpoint's name is looked up in vain, over and over; another's deliveries go on meanwhile."""
    dead = [client.post("/webhooks", {"url": f"https://dead{n}.example.org/", "types": ["patient.*"]}).json()["id"] for n in range(3)]
    client.post("/webhooks", {"url": f"https://{NAME}/hook", "types": ["patient.*"]})
    threads = pathlib.Path(f"/proc/{server.process.pid}/task")
    before = len(list(threads.iterdir()))
    told = {"took": [], "threads": 0}
    for n in range(16):  # longer than a look-up is waited for
        began = time.monotonic()
        client.new_patient()
        receiver.wait_for("/hook", n + 1, 60)
        told["took"].append(time.monotonic() - began)
        told["threads"] = max(told["threads"], len(list(threads.iterdir())) - before)
        time.sleep(0.7)
    told["ping"] = client.post(f"/webhooks/{dead[0]}/ping", timeout=60).json()
    client.new_patient()
    receiver.wait_for("/hook", 17, 60)
    began = time.monotonic()
    told["stopped_with"] = server.stop()
    told["stopped_in"] = time.monotonic() - began
    return told


def main(what: str, folder: pathlib.Path):
    own_network({NAME: [PUBLIC], "metadata.google.internal": ["169.254.169.254"], "127.0.0.1.nip.io": ["127.0.0.1"],
                 "localhost.localdomain": ["127.0.0.1"], "ip6-localhost": ["::1"], "internal.example.com": ["10.0.0.1"],
                 "mapped.example.com": ["::ffff:127.0.0.1"]}, folder)
    silent = silence_name_server(folder) if what == "silence" else None  # as long as this runs
    trap = Trap()
    authority = Authority(folder / "ca")
    receiver = Receiver(tls(authority.certificate("here", f"IP:{PUBLIC},DNS:*.example.com")), PUBLIC, PORT)
    installation = Installation(folder / "data")
    installation.serve("--webhook-ca", authority.file)
    try:
        client = installation.client()
        if what == "table":
            told = try_table(client, trap, json.load(sys.stdin))
        elif what == "names":
            told = try_rebinding(client, trap, receiver)
        else:
            told = try_silence(client, installation.server, receiver)
        print(json.dumps({"told": told, "caught": trap.caught, "came": len(receiver.delivered("/hook"))}))
    finally:
        installation.close()


if __name__ == "__main__":
    main(sys.argv[1], pathlib.Path(sys.argv[2]))
