#!/usr/bin/env python3
"""Many webhooks at once, measured by hand: 500 endpoints on one receiver (nginx, which answers 204 over TLS), and events at a rate.

    .venv/bin/python bench/webhooks_load.py [--accounts 5] [--hooks 100] [--rate 20] [--seconds 20] [--dead 0] [--ordered]

Each write is an event for every webhook of its account: 20 writes a second over 5 accounts with 100 webhooks each are 2,000
deliveries a second. Tells deliveries a second, the time from a write's answer to the receiver, and the processor time of both sides.
"""
import argparse
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests/e2e"))

from installation import Client, Installation  # noqa: E402
from webhook_receiver import Authority  # noqa: E402
from webhooks import ledger, start  # noqa: E402

NGINX = """daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 8192; }}
http {{
  log_format told '$msec $uri $http_webhook_id';
  access_log {folder}/told.log told buffer=256k flush=1s;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port} ssl backlog=4096; ssl_certificate {certificate}; ssl_certificate_key {key};
    keepalive_requests 100000000; keepalive_timeout 600s;
    location / {{ return 204; }}
  }}
}}
"""


def processor_seconds(pids: list[int]) -> float:
    ticks = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def at(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("accounts", 5), ("hooks", 100), ("rate", 20), ("seconds", 20), ("dead", 0)):
        options.add_argument(f"--{name}", type=int, default=default)
    options.add_argument("--ordered", action="store_true")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="webhooks-load-") as made:
        measure(asked, pathlib.Path(made))


def measure(asked, folder: pathlib.Path):
    authority = Authority(folder / "ca")
    certificate, key = authority.certificate("receiver")
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, certificate=certificate, key=key))
    nginx = subprocess.Popen(["/usr/sbin/nginx", "-p", folder, "-c", folder / "nginx.conf"])
    silent = socket.create_server(("127.0.0.1", 0), backlog=4096)  # a receiver that never answers
    installation = Installation(folder / "data")
    try:
        server = start(installation, authority)
        clients = [installation.client(account=f"account {n}") for n in range(asked.accounts)]
        patients = [client.new_patient() for client in clients]
        for place, client in enumerate(clients):
            for hook in range(asked.hooks):
                url = f"https://127.0.0.1:{port}/{place}/{hook}"
                if hook < asked.dead:
                    url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
                made = client.post("/webhooks", {"url": url, "types": ["patient.updated"], "ordered": asked.ordered})
                assert made.status_code == 201, made.text
        time.sleep(3)  # until they are delivered to
        nginx_pids = children(nginx.pid)
        before = processor_seconds([server.process.pid]), processor_seconds(nginx_pids)
        begun = time.time()
        written = write(asked, clients, patients, begun)
        end = time.time()
        expected = len(written) * (asked.hooks - asked.dead)
        log = folder / "told.log"
        deadline = time.time() + 60
        while log.read_text().count("\n") < expected and time.time() < deadline:
            time.sleep(1)
        after = processor_seconds([server.process.pid]), processor_seconds(nginx_pids)
        tell(asked, clients, written, log, begun, end, [b - a for a, b in zip(before, after)])
        print("memory of linebook:", next(line.split()[1] for line in pathlib.Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
                                          if line.startswith("VmHWM")), "KiB at most")
    finally:
        installation.close()
        nginx.terminate()
        nginx.wait(10)


def write(asked, clients: list[Client], patients: list[str], begun: float) -> dict[str, float]:
    """When each request was answered."""
    answered: dict[str, float] = {}

    def of_one(place: int):
        client, turn = clients[place], 0
        pause = asked.accounts / asked.rate
        while (due := begun + place * pause / asked.accounts + turn * pause) < begun + asked.seconds:
            time.sleep(max(0.0, due - time.time()))
            id = f"w-{place}-{turn}"
            done = client.session.patch(f"{client.url}/api/v2/patients/{patients[place]}", json={"first_name": f"N{turn}"},
                                        headers={"X-Request-Id": id}, timeout=60)
            assert done.status_code == 200, done.text
            answered[id] = time.time()
            turn += 1

    writers = [threading.Thread(target=of_one, args=(place,)) for place in range(asked.accounts)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    return answered


def tell(asked, clients, written: dict[str, float], log: pathlib.Path, begun: float, end: float, spent: list[float]):
    requests = [{event["id"]: event["request_id"] for event in ledger(client)} for client in clients]
    first: dict[tuple, float] = {}
    lines = log.read_text().splitlines()
    for line in lines:
        moment, path, id = line.split()
        first.setdefault((path, id), float(moment))
    taken = sorted(moment - written[requests[int(path.split("/")[1])][id]] for (path, id), moment in first.items()
                   if requests[int(path.split("/")[1])].get(id) in written)
    last = max(first.values())
    expected = len(written) * (asked.hooks - asked.dead)
    print(f"{asked.accounts * asked.hooks} webhooks ({asked.accounts * asked.dead} of them dead), {len(written)} events in {end - begun:.1f} s; "
          f"{len(first)} of {expected} deliveries arrived, {len(lines) - len(first)} of them again")
    print(f"{len(first) / (last - begun):.0f} deliveries/s; from the write's answer to the receiver {at(taken, 0.5) * 1000:.0f} ms p50, "
          f"{at(taken, 0.99) * 1000:.0f} ms p99, {taken[-1] * 1000:.0f} ms at most")
    print(f"processor: linebook {spent[0]:.1f} s, nginx {spent[1]:.1f} s")


if __name__ == "__main__":
    main()
