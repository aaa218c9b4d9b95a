"""What packaging/ has for Prometheus and Grafana, against a real Prometheus that scrapes the real program."""
import json
import pathlib
import re
import shutil
import socket
import subprocess

import pytest
import requests
import yaml

from installation import DATABASE, Client, Installation, Server
from waiting import eventually

PROJECT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = PROJECT / "packaging/prometheus"
RULES = yaml.safe_load((FOLDER / "linebook.rules.yml").read_text())["groups"][0]["rules"]
PANELS = [panel for panel in json.loads((PROJECT / "packaging/grafana/linebook.json").read_text())["panels"] if panel["type"] != "row"]
QUERIES = [target["expr"] for panel in PANELS for target in panel["targets"]]
METRIC = re.compile(r"\b(?:linebook|process)_[a-z_]+\b")
OF_THE_OTHER_STORE = ("linebook_backup_", "linebook_replica_") if DATABASE == "postgres" else ("linebook_database_",)
# Queries that answer nothing where all is well, or nothing was imported; by what is in them.
MAY_BE_EMPTY = ["5..|other", "linebook_do_not_call_as_of_seconds", *OF_THE_OTHER_STORE]

pytestmark = pytest.mark.skipif(shutil.which("promtool") is None, reason="Prometheus is not installed: script/setup --tests")


def promtool(*arguments):
    done = subprocess.run(["promtool", *map(str, arguments)], cwd=FOLDER, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_rules_and_their_unit_tests():
    promtool("check", "rules", "linebook.rules.yml")
    promtool("check", "config", "--syntax-only", "prometheus.yml")
    promtool("test", "rules", "linebook.rules.test.yml")
    tried = {one["alertname"] for case in yaml.safe_load((FOLDER / "linebook.rules.test.yml").read_text())["tests"]
             for one in case["alert_rule_test"] if one["exp_alerts"]}
    assert tried == {rule["alert"] for rule in RULES}, "each is told in some case"


def test_each_alert_has_a_paragraph_in_the_runbook():
    headings = re.findall(r"^## (.+)$", (PROJECT / "docs/RUNBOOK.md").read_text(), re.M)
    anchors = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    named = {}
    for rule in RULES:
        page, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert page == "docs/RUNBOOK.md" and anchor in anchors, rule["alert"]
        named[anchor] = rule["alert"]
        assert rule["labels"]["severity"] in ("critical", "warning", "info")
    assert len(named) == len(RULES) == len(headings), "and no paragraph is left over"


class Prometheus:
    def __init__(self, folder: pathlib.Path, server: Server):
        folder.mkdir()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        configuration = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
        configuration["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
        (scrape,) = configuration["scrape_configs"]
        scrape.pop("scrape_interval")
        scrape["static_configs"] = [{"targets": [re.search(r"//([^/]+)/", server.metrics_url)[1]]}]
        configuration["rule_files"] = [str(FOLDER / "linebook.rules.yml")]
        (folder / "prometheus.yml").write_text(yaml.safe_dump(configuration))
        self.log = (folder / "log").open("w+")
        self.process = subprocess.Popen(
            ["prometheus", "--config.file", folder / "prometheus.yml", "--storage.tsdb.path", folder / "data", "--web.listen-address",
             self.url.removeprefix("http://")], stdout=self.log, stderr=self.log)

    def ask(self, path: str, **query) -> dict | list:
        answer = requests.get(f"{self.url}/api/v1/{path}", params=query, timeout=30).json()
        assert answer["status"] == "success", answer
        return answer["data"]

    def series(self, expression: str) -> list:
        return self.ask("query", query=expression)["result"]

    def is_up(self) -> bool:
        try:
            return bool(self.series('up{job="linebook"} == 1'))
        except (requests.ConnectionError, requests.JSONDecodeError):  # it starts, and answers 503
            return False

    def close(self):
        self.process.kill()
        self.process.wait()
        self.log.close()


@pytest.fixture
def server(installation, tmp_path) -> Server:
    """With all that has metrics."""
    copies = [] if DATABASE == "postgres" else ["--backup-dir", tmp_path / "backups", "--replica-dir", tmp_path / "replica"]
    for folder in copies[1::2]:
        folder.mkdir()
    return installation.serve(*copies)


@pytest.fixture
def prometheus(tmp_path, server):
    made = Prometheus(tmp_path / "prometheus", server)
    yield made
    made.close()


def test_every_metric_and_query_is_of_this_world(server: Server, client: Client, prometheus, installation: Installation):
    eventually(prometheus.is_up, 60)
    told = set(re.findall(r"^# TYPE (\S+)", server.metrics(), re.M))
    for expression in [rule["expr"] for rule in RULES] + QUERIES:
        for name in METRIC.findall(expression):
            family = re.sub("_(bucket|sum|count)$", "", name)
            assert name in told or family in told or name.startswith(OF_THE_OTHER_STORE), (name, expression)

    missing = [query for query in QUERIES if not any(part in query for part in MAY_BE_EMPTY)]

    def all_answered() -> bool:
        client.new_patient()
        client.get("/api/v2/patients")
        for query in QUERIES:  # those that may be empty are understood all the same
            answer = prometheus.series(query.replace("$__rate_interval", "20s").replace("$instance", ".*"))
            if query in missing and answer and any(one["value"][1] != "NaN" for one in answer):
                missing.remove(query)
        return not missing

    eventually(all_answered, 90, lambda: f"no answer to {missing}")
    groups = prometheus.ask("rules")["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert len(rules) == len(RULES) and all(rule["health"] == "ok" for rule in rules), [r for r in rules if r["health"] != "ok"]
    firing = {alert["labels"]["alertname"] for alert in prometheus.ask("alerts")["alerts"] if alert["state"] == "firing"}
    assert firing == set(), "a server that is well"


def test_the_dashboard_asks_only_what_can_be_read():
    assert len({panel["id"] for panel in PANELS}) == len(PANELS) and len(QUERIES) > 20
    for panel in PANELS:
        assert panel["title"] and panel["fieldConfig"]["defaults"]["unit"] and panel["targets"]
        for target in panel["targets"]:
            assert "$instance" in target["expr"] and target["legendFormat"]
