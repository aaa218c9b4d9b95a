"""What earlier releases left behind (tests/data/releases), laid out as it was."""
import dataclasses
import json
import lzma
import pathlib
import subprocess
import tarfile

from installation import PROJECT, Client, Installation
from postgres_server import OWNER, PostgresServer, programs

# The numbers of schemas are each database's own.
RELEASES = {kind: sorted(path.parent.name for path in (PROJECT / "tests/data/releases").glob(f"schema-*/{kind}.tar.xz"))
            for kind in ("embedded", "postgres")}
# What goes on by itself, or is told anew by each version: words are forgotten, keys are used, pages have tokens of their own.
PASSING = {"text", "next_page_token", "last_used_at", "pagination", "updated_at", "state_hours", "state_rules_version"}


@dataclasses.dataclass
class Kept:
    installation: Installation
    token: str
    told: dict[str, dict]  # by path

    def client(self) -> Client:
        return Client(self.installation.server.url, self.token)


def laid_out(release: str, kind: str, data: pathlib.Path, postgres: PostgresServer | None = None) -> Kept:
    kept = PROJECT / "tests/data/releases" / release
    data.mkdir(mode=0o700, parents=True)
    with tarfile.open(kept / f"{kind}.tar.xz") as tar:
        tar.extractall(data)
    database = None
    if kind == "postgres":
        database = postgres.new_database()
        dump = lzma.decompress((kept / "postgres.sql.xz").read_bytes())
        done = subprocess.run([programs() / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database.rpartition("/")[2],
                               "-c", f"SET ROLE {OWNER}", "-f", "-"], input=dump, capture_output=True, env=postgres.environment(),
                              timeout=120, cwd="/")
        assert done.returncode == 0, done.stderr.decode()
    told = json.loads(lzma.decompress((kept / f"{kind}.json.xz").read_bytes()))
    return Kept(Installation(data, database), told["token"], told["told"])


def differences(kept, now, where: str) -> list[str]:
    """What was told, and is not told any more or otherwise. More may be told."""
    if isinstance(kept, dict) and isinstance(now, dict):
        return [found for name, value in kept.items() if name not in PASSING
                for found in (differences(value, now[name], f"{where}.{name}") if name in now else [f"{where}.{name} is gone"])]
    if isinstance(kept, list) and isinstance(now, list) and kept and isinstance(kept[0], dict) and "id" in kept[0]:
        by_id = {item["id"]: item for item in now}
        return [found for item in kept
                for found in (differences(item, by_id[item["id"]], f"{where}[{item['id']}]") if item["id"] in by_id
                              else [f"{where}[{item['id']}] is gone"])]
    return [] if kept == now else [f"{where}: was {kept!r}, is {now!r}"]


def told_now(client: Client, path: str, told: dict) -> dict:
    """The whole list, where it may have grown beyond a page since."""
    if path.startswith("/audit"):
        (name,) = told.keys() - {"next_page_token"}
        return {name: client.walk("/audit", page_size=100)}
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    now = answer.json()
    while now.get("pagination", {}).get("next_page"):
        answer = client.get(path, params={"limit": 100, "offset": len(now["data"])})
        assert answer.status_code == 200, answer.text
        now = {"data": now["data"] + answer.json()["data"], "pagination": answer.json()["pagination"]}
    return now


def is_told_as_it_was(kept: Kept):
    client = kept.client()
    for path, told in kept.told.items():
        found = differences(told, told_now(client, path, told), path)
        assert not found, found


def is_whole(installation: Installation):
    installation.run("audit", "verify", "--books")
    installation.run("check")
