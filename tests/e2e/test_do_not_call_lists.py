"""Do-not-call lists: loaded, changed, shown, and what stays when something goes wrong."""
import gzip
import json
import os
import re
import signal
import subprocess
import time
import zipfile

import pytest
import requests

from installation import BINARY, Installation
from waiting import eventually

AS_OF = "2025-11-20"


def import_list(installation, *words, as_of=AS_OF, check=True, **options):
    return installation.run("import", "do-not-call", *words, "--as-of", as_of, check=check, **options)


def lists(installation, check=True) -> dict:
    return json.loads(installation.run("lists", "--json", check=check).stdout)


def loaded(installation) -> dict[str, int]:
    return {shown["name"]: shown["numbers"] for shown in lists(installation)["lists"]}


def gauges(installation) -> dict[str, float]:
    text = requests.get(installation.server.metrics_url).text
    return {name: float(value) for name, value in re.findall(r"^linebook_do_not_call_(\S+) (\S+)$", text, re.MULTILINE)}


@pytest.fixture
def serving(installation) -> Installation:
    installation.serve()
    return installation


@pytest.fixture
def flat(tmp_path):
    """Writes a file of the registry."""
    def write(name="585.txt", text="585,2984455\r\n585,2984456\r\n"):
        file = tmp_path / name
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file
    return write


def test_files_in_every_form_become_one_list(serving, flat, tmp_path):
    zipped = tmp_path / "212.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("212.txt", "212,5550100\r\n" * 3 + "212,5550101")
        archive.mkdir("empty/") if hasattr(archive, "mkdir") else archive.writestr("empty/", "")
        archive.writestr("more/213.txt", "213,5550100\n", compress_type=zipfile.ZIP_STORED)
    gzipped = flat("214.gz", gzip.compress(b"2145550100\n"))
    done = import_list(serving, "national", flat(), zipped, gzipped, "-", "--json", input="\n2155550100\n")
    assert json.loads(done.stdout) | {"bytes": 0} == {
        "name": "national", "as_of": AS_OF, "version": 1, "numbers": 7, "bytes": 0, "lines": 9, "added": 7, "removed": 0}
    (shown,) = lists(serving)["lists"]
    file = serving.data / "lists/national.dnc"
    assert (shown["name"], shown["numbers"], shown["bytes"]) == ("national", 7, file.stat().st_size)
    assert shown["age_days"] >= 300 and lists(serving)["troubles"] == []
    assert file.stat().st_mode & 0o777 == 0o400 and file.parent.stat().st_mode & 0o777 == 0o700
    told = gauges(serving)
    assert told['numbers{list="national"}'] == 7 and told["damaged"] == 0
    assert told['as_of_seconds{list="national"}'] == 1763596800
    line = serving.run("lists").stdout.split("\t")
    assert line[:2] == ["national", AS_OF] and line[3] == "7 numbers"


def test_a_stream_that_was_zipped_without_knowing_its_size(serving, tmp_path):
    """With data descriptors, as `zip` writes to a pipe."""
    with open(tmp_path / "piped.zip", "wb") as file:
        class Pipe:
            def write(self, data): return file.write(data)
            def flush(self): file.flush()
        with zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.txt", "5852984455\n" * 1000)
            archive.writestr("b.txt", "5852984456\n")
    import_list(serving, "national", tmp_path / "piped.zip")
    assert loaded(serving) == {"national": 2}


def test_states_have_lists_of_their_own_and_are_replaced_alone(serving, flat):
    import_list(serving, "national", flat())
    import_list(serving, flat("tx.txt", "5125550100\n"), "--state", "TX")
    import_list(serving, flat("ca.txt", "4155550100\n4155550101\n"), "--state", "ca")
    assert list(loaded(serving).items()) == [("national", 2), ("CA", 2), ("TX", 1)]
    import_list(serving, flat("tx.txt", "5125550100\n5125550101\n5125550102\n"), "--state", "TX")
    assert loaded(serving) == {"national": 2, "CA": 2, "TX": 3}


def test_who_decides_is_told_which_lists_count(serving, flat):
    client = serving.client()
    assert client.get("/do-not-call-lists").json() == {"lists": [], "damaged": False, "national_valid_days": 31}
    import_list(serving, "national", flat())
    import_list(serving, flat("tx.txt", "5125550100\n"), "--state", "TX")
    told = client.get("/do-not-call-lists").json()["lists"]
    assert [(each["name"], each["as_of"], each["numbers"]) for each in told] == [("national", AS_OF, 2), ("TX", AS_OF, 1)]
    days = {each["name"]: each["age_days"] for each in lists(serving)["lists"]}
    assert {each["name"]: each["age_days"] for each in told} == days
    assert serving.client(scopes="contacts:read").get("/do-not-call-lists").status_code == 403


def test_changes_are_applied_on_the_list_that_is_there(serving, flat):
    changes = flat("changes.txt", "585,2984455,2025-11-21 08:00:00,D\r\n585,2984457,2025-11-21 08:00:00,A\r\n"
                                  "585,2984457,2025-11-21 09:00:00,D\r\n585,2984458,2025-11-21 09:00:00,A\r\n")
    refused = import_list(serving, "national", changes, "--changes", check=False)
    assert refused.returncode == 1 and "import the whole list first" in refused.stderr
    import_list(serving, "national", flat())
    done = json.loads(import_list(serving, "national", changes, "--changes", "--json", as_of="2025-11-21").stdout)
    assert (done["numbers"], done["added"], done["removed"], done["version"], done["as_of"]) == (2, 2, 2, 2, "2025-11-21")
    older = import_list(serving, "national", changes, "--changes", check=False)
    assert older.returncode == 1 and "later than --as-of" in older.stderr
    full = import_list(serving, "national", flat(), "--changes", as_of="2025-11-22", check=False)
    assert full.returncode == 1 and "line 1" in full.stderr and "A or D" in full.stderr


@pytest.mark.parametrize("text, words", [
    ("585,2984455\n585,298445\n", "585.txt: line 2 must be a number"),
    ("area,number\n585,2984455\n", "585.txt: line 1 must be a number"),
    ("585,2984455,2025-11-21,A\n", "--changes"),
    ("", "it holds no number"),
    ("\n\n", "it holds no number"),
    ("5" * 5000, "no list of numbers"),
    (b"PK\x03\x04 and no archive", "ZIP archive breaks off"),
    (b"\x1f\x8b\x08\0\0\0\0\0", "gzip data"),
])
def test_nothing_is_taken_of_a_broken_file(serving, flat, text, words):
    import_list(serving, "national", flat("good.txt"))
    before = (serving.data / "lists/national.dnc").read_bytes()
    refused = import_list(serving, "national", flat("other.txt", "2125550100\n"), flat(text=text), check=False)
    assert refused.returncode == 1 and words in refused.stderr and "nothing was changed" in refused.stderr
    assert (serving.data / "lists/national.dnc").read_bytes() == before and loaded(serving) == {"national": 2}
    assert [file.name for file in (serving.data / "lists").iterdir()] == ["national.dnc"]


def test_bad_lines_are_told_up_to_a_bound_and_counted(serving, flat):
    refused = import_list(serving, "national", flat(text="x\n" * 5000), check=False)
    assert refused.returncode == 1 and refused.stderr.count(": line ") == 20 and "5,000 bad lines" in refused.stderr


def test_archives_that_are_not_whole_are_refused(serving, tmp_path):
    whole = tmp_path / "whole.zip"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("585.txt", "".join(f"585{n:07d}\n" for n in range(500)))
    good = whole.read_bytes()
    broken = tmp_path / "broken.zip"
    for bytes_ in (good[:-1], good[:-30], good[:200], good[:60] + bytes([good[60] ^ 1]) + good[61:],
                   good[:14] + b"\0\0\0\0" + good[18:], good[:6] + b"\1" + good[7:], good[:8] + b"\x0e" + good[9:]):
        broken.write_bytes(bytes_)
        refused = import_list(serving, "national", broken, check=False)
        assert refused.returncode == 1 and "ZIP archive" in refused.stderr, refused.stderr
    assert loaded(serving) == {}
    import_list(serving, "national", whole)
    assert loaded(serving) == {"national": 500}


@pytest.mark.parametrize("words, as_of, told", [
    (["file"], AS_OF, "say which list"),
    (["national"], AS_OF, "name the files"),
    (["national", "file", "--state", "TX"], AS_OF, "not both"),
    (["file", "--state", "XX"], AS_OF, "must be a state"),
    (["national", "file"], "2025-02-30", "must be a date"),
    (["national", "file"], "tomorrow", "must be a date"),
    (["national", "file"], "2999-01-01", "in the future"),
])
def test_what_was_asked_for_is_checked_first(serving, words, as_of, told):
    refused = import_list(serving, *words, as_of=as_of, check=False)
    assert refused.returncode == 2 and told in refused.stderr
    missing = import_list(serving, "national", "/nonexistent", check=False)
    assert missing.returncode == 1 and "/nonexistent" in missing.stderr


def test_without_a_server_the_next_start_reads_it(installation, flat):
    installation.create_key()
    import_list(installation, "national", flat())
    assert loaded(installation) == {"national": 2}
    installation.serve()
    eventually(lambda: gauges(installation).get('numbers{list="national"}') == 2)


def test_an_import_that_is_killed_leaves_the_old_list(installation, flat, tmp_path):
    """The server in the middle of it, kill -9: while it reads, so that a half list would be easy to make."""
    installation.serve()
    import_list(installation, "national", flat())
    before = (installation.data / "lists/national.dnc").read_bytes()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    importing = subprocess.Popen([BINARY, "import", "do-not-call", "national", pipe, "--as-of", AS_OF, "--data",
                                  installation.data], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with open(pipe, "w") as writer:
        writer.write("".join(f"212{n:07d}\n" for n in range(50_000)))
        writer.flush()
        time.sleep(0.5)
        second = import_list(installation, "national", flat(), check=False)
        assert second.returncode == 1 and "another do-not-call list is being imported" in second.stderr
        installation.server.process.send_signal(signal.SIGKILL)
        installation.server.process.wait()
    assert importing.wait(30) == 1
    (installation.data / "lists/.draft-national-1").write_bytes(b"what a killed server may leave")
    installation.serve()
    assert (installation.data / "lists/national.dnc").read_bytes() == before and loaded(installation) == {"national": 2}
    assert [file.name for file in (installation.data / "lists").iterdir()] == ["national.dnc"]


def test_a_client_that_goes_away_changes_nothing(serving, flat, tmp_path):
    import_list(serving, "national", flat())
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    importing = subprocess.Popen([BINARY, "import", "do-not-call", "national", pipe, "--as-of", AS_OF, "--data", serving.data])
    with open(pipe, "w") as writer:
        writer.write("2125550100\n" * 50_000)
        writer.flush()
        importing.kill()
        importing.wait()
    eventually(lambda: import_list(serving, "national", flat("again.txt", "5855550100\n"), check=False).returncode == 0)
    assert loaded(serving) == {"national": 1}


def damaged(good: bytes) -> dict[str, bytes]:
    return {"cut": good[:-100], "empty": b"", "foreign": b"x" * 5000, "flipped": good[:-20] + b"\xff" + good[-19:]}


@pytest.mark.parametrize("how", ["cut", "empty", "foreign", "flipped"])
@pytest.mark.embedded  # on PostgreSQL a node fetches it again
def test_a_damaged_file_is_told_and_everything_else_works(installation, flat, how):
    installation.serve()
    import_list(installation, "national", flat())
    good = (installation.data / "lists/national.dnc").read_bytes()
    other = installation.data / "lists/other"
    other.write_bytes(damaged(good)[how])
    os.rename(other, installation.data / "lists/national.dnc")
    eventually(lambda: gauges(installation)["damaged"] == 1)
    assert gauges(installation)['numbers{list="national"}'] == 2, "the one in use stays in use"
    installation.server.stop()
    installation.serve()
    assert installation.client().get("/api/v2/phone-numbers").status_code == 200
    shown = installation.run("lists", check=False)
    assert shown.returncode == 1 and "national.dnc: it " in shown.stderr and shown.stdout == ""
    assert lists(installation, check=False)["troubles"] and gauges(installation)["damaged"] == 1
    assert any("national.dnc" in line for line in installation.server.log)
    import_list(installation, "national", flat())
    assert loaded(installation) == {"national": 2} and gauges(installation)["damaged"] == 0


def test_every_node_has_the_list_and_a_damaged_copy_is_fetched_again(nodes, flat):
    def numbers(node):
        return gauges(node).get('numbers{list="national"}')

    one, two, three = nodes
    import_list(one, "national", flat())
    assert numbers(one) == 2, "at once where it was imported"
    for node in (two, three):
        eventually(lambda: numbers(node) == 2)
    import_list(two, "national", flat("changes.txt", "5852984457,2025-11-21,A\n"), "--changes", as_of="2025-11-21")
    for node in nodes:
        eventually(lambda: numbers(node) == 3)
    copies = [(node.data / "lists/national.dnc").read_bytes() for node in nodes]
    assert copies[0] == copies[1] == copies[2]
    assert {gauges(node)['version{list="national"}'] for node in nodes} == {2}

    (one.data / "lists/x").write_bytes(b"rubbish")
    os.rename(one.data / "lists/x", one.data / "lists/national.dnc")
    eventually(lambda: (one.data / "lists/national.dnc").read_bytes() == copies[0])
    eventually(lambda: gauges(one)["damaged"] == 0)

    three.server.stop()
    done = subprocess.run([BINARY, "import", "do-not-call", flat("tx.txt", "5125550100\n"), "--state", "TX", "--as-of", AS_OF,
                           "--data", three.data, "--database", three.database],
                          capture_output=True, text=True, env={**os.environ, **three.env}, timeout=60)
    assert done.returncode == 0, done.stderr
    three.serve()
    for node in nodes:
        eventually(lambda: gauges(node).get('numbers{list="TX"}') == 1)
    assert loaded(two) == {"national": 3, "TX": 1}
