"""The command line, without a server: exit codes, what goes to stdout and what to stderr, settings."""
import json
import os
import re
import stat
import subprocess

import pytest

from installation import BINARY, Installation


def linebook(*arguments, env=None, cwd=None):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=60, cwd=cwd,
                          env={**os.environ, **(env or {})})


SUBCOMMANDS = [
    ["serve"], ["restore"], ["backup"], ["check"], ["keys", "create"], ["keys", "list"], ["keys", "revoke"],
    ["accounts", "list"], ["accounts", "create"], ["accounts", "suspend"], ["accounts", "resume"], ["import", "contacts"], ["import", "fhir"],
    ["import", "pool"], ["pool", "list"], ["pool", "withdraw"], ["lines", "release"], ["export", "contacts"],
    ["export", "fhir"], ["export", "vcard"], ["export", "audit"], ["audit", "verify"], ["generate", "settings"],
]


@pytest.mark.parametrize("path", SUBCOMMANDS, ids=" ".join)
def test_every_subcommand_explains_itself(path):
    done = linebook(*path, "--help")
    assert done.returncode == 0
    assert "--data" in done.stdout and done.stderr == ""


def test_version():
    done = linebook("--version")
    assert done.returncode == 0 and re.fullmatch(r"linebook \d+\.\d+\.\d+\n", done.stdout)


@pytest.mark.parametrize("arguments", [
    [], ["keys"], ["nonsense"], ["keys", "create"], ["keys", "list", "--nonsense"], ["keys", "list", "more"],
    ["keys", "create", "--account", "a", "--name", "b", "--scopes", "lines:fly"],
    ["keys", "create", "--account", "a", "--name", "b", "--expires", "tomorrow"],
    ["keys", "create", "--account", "a", "--name", "b", "--rate-limit", "many"],
    ["keys", "create", "--account", "a", "--name", "b", "--rate-limit", "-5"],
    ["keys", "create", "--account", "a", "--name", "b", "--scopes", ""],
    ["keys", "create", "--account", "a", "--name", "b", "--scopes="],
    ["keys", "create", "--account", "a", "--name", "b", "--expires", ""],
    ["keys", "list", "--data", ""], ["export", "contacts", "--account", "a", "--output", ""],
    ["serve", "--tls-cert", "", "--tls-key", ""], ["serve", "--listen", ""], ["serve", "--trusted-proxy", ""],
    ["pool", "withdraw", "5551234567"], ["keys", "list", "--database", "mysql://host/db"],
    ["serve", "--listen", "nowhere"], ["serve", "--listen", "127.0.0.1:70000"], ["serve", "--log-level", "loud"],
], ids=lambda arguments: " ".join(arguments) or "nothing")
def test_misuse_exits_2_with_words_on_stderr(arguments, tmp_path):
    env = {"LINEBOOK_DATA": str(tmp_path / "data")}
    if arguments[:2] == ["pool", "withdraw"]:
        linebook("accounts", "create", "a", env=env)
    done = linebook(*arguments, env=env)
    assert done.returncode == 2, done
    assert done.stdout == "" and done.stderr != ""


@pytest.mark.parametrize("words", [["bogus"], ["keys", "bogus"]], ids=" ".join)
def test_unknown_subcommand_is_named(words):
    done = linebook(*words, "--data", "x")
    assert done.returncode == 2 and f"'{' '.join(words)}'" in done.stderr


def test_key_is_the_last_line_of_stdout_and_works_until_revoked(installation: Installation):
    made = installation.run("keys", "create", "--account", "acme", "--name", "first")
    assert re.fullmatch(r"lbk_[A-Za-z0-9_-]{43}\n", made.stdout)
    (key,) = json.loads(installation.run("keys", "list", "--json").stdout)
    assert key["account"] == "acme" and key["name"] == "first" and key["status"] == "active"
    assert made.stdout.strip() not in installation.run("keys", "list").stdout
    installation.run("keys", "revoke", key["id"])
    (key,) = json.loads(installation.run("keys", "list", "--json").stdout)
    assert key["status"] == "revoked"
    installation.run("keys", "revoke", key["id"])  # twice is no error


def test_key_with_scopes_rate_and_expiry(installation: Installation):
    installation.run("keys", "create", "--account", "acme", "--name", "narrow", "--scopes", "lines:read,contacts:read",
                     "--rate-limit", "5", "--expires", "90d")
    (key,) = json.loads(installation.run("keys", "list", "--json").stdout)
    assert key["scopes"] == "lines:read,contacts:read" and key["rate_limit"] == 5 and key["expires_at"] is not None


def test_faulty_key_leaves_no_account_behind(installation: Installation):
    installation.run("accounts", "create", "other")
    done = installation.run("keys", "create", "--account", "acme", "--name", " ", check=False)
    assert done.returncode == 1
    assert [a["name"] for a in json.loads(installation.run("accounts", "list", "--json").stdout)] == ["other"]


def test_accounts(installation: Installation):
    installation.run("accounts", "create", "acme")
    again = installation.run("accounts", "create", "acme", check=False)
    assert again.returncode == 1 and "already" in again.stderr
    installation.run("accounts", "suspend", "acme")
    (account,) = json.loads(installation.run("accounts", "list", "--json").stdout)
    assert account["status"] == "suspended"
    missing = installation.run("accounts", "suspend", "nobody", check=False)
    assert missing.returncode == 1 and "accounts list" in missing.stderr


def test_suspended_account_is_refused(installation: Installation):
    server = installation.serve()
    client = installation.client()
    assert client.get("/api/v2/patients").status_code == 200
    installation.run("accounts", "suspend", "acme")
    assert client.get("/api/v2/patients").status_code == 401
    done = installation.run("keys", "create", "--account", "acme", "--name", "more", check=False)
    assert done.returncode == 1 and "suspended" in done.stderr and "resume" in done.stderr and done.stdout == ""
    installation.run("accounts", "resume", "acme")
    installation.run("accounts", "resume", "acme")  # twice is no error
    assert client.get("/api/v2/patients").status_code == 200
    entries = client.get("/audit", params={"entity": "account"}).json()["entries"]
    assert [e["changes"].get("status") for e in entries] == [
        {"was": "suspended", "is": "active"}, {"was": "active", "is": "suspended"}, {"was": None, "is": "active"}]
    assert server.stop() == 0


def test_keys_of_an_unknown_account_are_an_error(installation: Installation):
    installation.create_key()
    done = installation.run("keys", "list", "--account", "nosuch", check=False)
    assert done.returncode == 1 and "nosuch" in done.stderr and done.stdout == ""
    assert len(installation.run("keys", "list", "--account", "acme").stdout.splitlines()) == 1


def test_json_is_there_where_a_script_wants_it(installation: Installation):
    def told(*arguments):
        return json.loads(installation.run(*arguments, "--json").stdout)

    assert told("accounts", "create", "acme")["status"] == "active"
    assert told("accounts", "suspend", "acme")["status"] == "suspended"
    assert told("accounts", "resume", "acme") == json.loads(installation.run("accounts", "list", "--json").stdout)[0]
    key = told("keys", "create", "--account", "acme", "--name", "k")
    assert key["token"].startswith("lbk_")
    revoked = told("keys", "revoke", key["id"])
    assert (revoked["status"], revoked["account"], "token" in revoked) == ("revoked", "acme", False)
    installation.import_pool("+15855550100", "+15855550101")
    assert told("pool", "withdraw", "+15855550100")["state"] == "withdrawn"
    server = installation.serve()
    line = installation.client().post("/phone_numbers", {"provider": "byo", "phone_number": "+15852984455"}).json()
    assert told("lines", "release", "+15852984455") == {
        "phone_number": "+15852984455", "account": "acme", "line_id": line["id"]}
    assert server.stop() == 0


def test_reading_does_not_make_an_installation(tmp_path):
    done = linebook("keys", "list", "--data", tmp_path / "typo")
    assert done.returncode == 1 and "no installation" in done.stderr
    assert not (tmp_path / "typo").exists()


def test_master_key_is_its_owners_alone(installation: Installation):
    installation.run("accounts", "create", "acme")
    key = installation.data / "master.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.chmod(0o644)
    done = installation.run("accounts", "list", check=False)
    assert done.returncode == 1 and "chmod 600" in done.stderr
    key.chmod(0o600)
    text = key.read_text()
    key.unlink()
    done = installation.run("accounts", "list", check=False)
    assert done.returncode == 1 and str(key) in done.stderr and not key.exists()
    assert installation.run("accounts", "list", env={"LINEBOOK_MASTER_KEY": text}).returncode == 0
    done = installation.run("accounts", "list", check=False, env={"LINEBOOK_MASTER_KEY": "0" * 64})
    assert done.returncode == 1 and "master key" in done.stderr


@pytest.mark.embedded
def test_files_are_their_owners_alone_even_in_an_open_directory(installation: Installation, tmp_path):
    installation.data.mkdir(mode=0o755)
    done = installation.run("accounts", "create", "acme")
    assert "chmod 700" in done.stderr
    (tmp_path / "c.csv").write_text("number,phone_type,patient_id,first_name,last_name\n5851234567,cell,p,A,B\n")
    installation.run("import", "contacts", tmp_path / "c.csv", "--account", "acme")
    server = installation.serve()
    installation.client().new_patient()
    assert any(line.get("event") == "data_directory" for line in server.log_lines()) or "chmod 700" in str(server.log)
    files = [*installation.data.iterdir(), tmp_path / "c.csv.results.csv"]
    assert len(files) >= 6
    assert [f.name for f in files if stat.S_IMODE(f.stat().st_mode) & 0o077] == []
    installation.data.chmod(0o700)
    server.kill()
    assert installation.run("accounts", "list").stderr == ""


def test_pool(installation: Installation):
    installation.import_pool("+15855550100", "+12125550101")
    installation.run("pool", "withdraw", "+12125550101")
    numbers = json.loads(installation.run("pool", "list", "--json").stdout)
    assert [(n["phone_number"], n["area_code"], n["state"]) for n in numbers] == [
        ("+12125550101", "212", "withdrawn"), ("+15855550100", "585", "available")]
    installation.import_pool("+15855550100", "+12125550101")  # brings the withdrawn one back
    assert {n["state"] for n in json.loads(installation.run("pool", "list", "--json").stdout)} == {"available"}
    table = installation.data.parent / "bad.csv"
    table.write_text("phone_number\n5551234567\n+15855550102\n")
    done = installation.run("import", "pool", table, check=False)
    assert done.returncode == 1 and "line 2" in done.stderr and "1 added" in done.stdout


def test_pool_import_corrects_country_codes(installation: Installation):
    installation.import_pool("+16135550100", "+16135550101")
    server = installation.serve()
    assert installation.client().post("/phone_numbers", {
        "provider": "pia", "phone_number": "+16135550101"}).status_code == 201
    installation.import_pool("+16135550100", "+16135550101", country_code="CA")
    numbers = json.loads(installation.run("pool", "list", "--json").stdout)
    assert [n["country_code"] for n in numbers] == ["CA", "US"]  # the line keeps what it was given
    assert server.stop() == 0


def test_fault_in_the_middle_of_a_pool_file_keeps_the_rows_before_it(installation: Installation):
    table = installation.data.parent / "pool.csv"
    table.write_text("phone_number\n+15855550100\n+15855550101\n" + '"+15855550102\n')
    done = installation.run("import", "pool", table, "--json", check=False)
    assert done.returncode == 1 and "line 4" in done.stderr
    assert json.loads(done.stdout)["added"] == 2
    assert len(json.loads(installation.run("pool", "list", "--json").stdout)) == 2


def test_release_frees_a_squatted_number(installation: Installation):
    installation.serve()
    squatter = installation.client("squatter")
    owner = installation.client("owner")
    body = {"provider": "byo", "phone_number": "+15852984455"}
    line = squatter.post("/phone_numbers", body).json()
    assert owner.post("/phone_numbers", body).status_code == 409
    told = installation.run("lines", "release", "+15852984455")
    assert "squatter" in told.stderr
    assert owner.post("/phone_numbers", body).status_code == 201
    assert squatter.get(f"/phone_numbers/{line['id']}").status_code == 404
    assert installation.run("lines", "release", "+15550000000", check=False).returncode == 1


class TestSettings:
    def check(self, *arguments, env=None):
        return linebook("serve", "--check-config", *arguments, env=env)

    def test_flag_then_environment_then_file_then_default(self, tmp_path):
        file = tmp_path / "linebook.toml"
        file.write_text('listen = "127.0.0.1:1"\nlog_level = "warn"\nthreads = 3\ntrusted_proxy = ["10.0.0.0/8"]\n')
        done = self.check("--config", file, "--listen", "127.0.0.1:3",
                          env={"LINEBOOK_LISTEN": "127.0.0.1:2", "LINEBOOK_LOG_LEVEL": "error"})
        assert done.returncode == 0, done.stderr
        shown = dict(line.split(" = ") for line in done.stdout.splitlines())
        assert shown["listen"] == '"127.0.0.1:3"' and shown["log_level"] == '"error"' and shown["threads"] == "3"
        assert shown["trusted_proxy"] == '["10.0.0.0/8"]' and shown["max_connections"] == "20000"
        file.write_text(done.stdout)  # what is shown can be a file
        assert self.check("--config", file).stdout == done.stdout

    @pytest.mark.parametrize("text, told", [
        ('lisen = "x"', "lisen"), ("threads = true", "threads"), ("threads = -1", "threads"), ("= 1", "line 1"),
        ('tls_cert = "a.pem"', "tls-key"), ('tls_cert = ""', "tls_cert"), ('number_policy = "strict"', "number_policy"),
    ])
    def test_faults_are_named(self, tmp_path, text, told):
        file = tmp_path / "linebook.toml"
        file.write_text(text)
        done = self.check("--config", file)
        assert done.returncode == 2 and told in done.stderr and done.stdout == ""

    def test_missing_file_is_an_error(self, tmp_path):
        assert self.check("--config", tmp_path / "none.toml").returncode == 2
