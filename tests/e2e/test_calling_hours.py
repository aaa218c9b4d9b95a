"""`linebook import calling-hours`: whole or not at all, beside a server and without one, in force at once."""
import json

TABLE = "# Source: a guide\n# As of: 2026-11-01\nstate,mon_fri,sat,sun,holidays\nTX,09:00-21:00,09:00-21:00,12:00-21:00,none\n"


def test_a_table_is_in_force_at_once(installation, tmp_path):
    server = installation.serve()
    client = installation.client()
    assert client.get("/policy").json()["state_hours"]["source"] != "a guide"
    table = tmp_path / "hours.csv"
    table.write_text(TABLE)
    done = installation.run("import", "calling-hours", str(table), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"states": 1, "source": "a guide", "as_of": "2026-11-01"}
    assert client.get("/policy").json()["state_hours"] == {"source": "a guide", "as_of": "2026-11-01"}
    assert server.stop() == 0


def test_flags_go_before_what_the_file_says(installation, tmp_path):
    installation.serve().stop()
    table = tmp_path / "hours.csv"
    table.write_text(TABLE)
    done = installation.run("import", "calling-hours", str(table), "--source", "another", "--as-of", "2026-11-02", "--json")
    assert json.loads(done.stdout) == {"states": 1, "source": "another", "as_of": "2026-11-02"}


def test_a_broken_table_changes_nothing(installation, tmp_path):
    server = installation.serve()
    table = tmp_path / "hours.csv"
    for text, complaint in ((TABLE + "XX,none,none,none,none\n", "line 5"), (TABLE + "NY,8-20,none,none,none\n", "line 5"),
                            ("", "source"), (TABLE.replace("2026-11-01", "soon"), "as_of"), ("#" * 70_000, "source")):
        table.write_text(text)
        done = installation.run("import", "calling-hours", str(table), check=False)
        assert done.returncode == 1, text
        assert complaint in done.stderr, done.stderr
        assert done.stdout == ""
    assert server.stop() == 0
