"""The contact book as a FHIR R4 server: read by fhir.resources, which is not ours, and imported again by our own importer."""
import itertools
import json
import re
import signal
import time
import urllib.parse

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.operationoutcome import OperationOutcome
from fhir.resources.R4B.patient import Patient
from fhir.resources.R4B.practitioner import Practitioner

from installation import Client, clock_ahead
from raw_http import Wire, request_bytes

BASE = "/fhir/R4"
MODELS = {"Patient": Patient, "Practitioner": Practitioner}
DO_NOT_CALL = "urn:uuid:04d4f459-578a-4165-bfc0-67774b96e891"
VERIFIED = "urn:uuid:675803f5-3bb8-4084-b860-fb4d7d66d22e"
NPI = "http://hl7.org/fhir/sid/us-npi"


def fhir_id(id: str) -> str:
    return id.replace("_", ".-")


def read(client: Client, kind: str, id: str):
    answer = client.get(f"{BASE}/{kind}/{id}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/fhir+json"
    return MODELS[kind].model_validate(answer.json())


def bundle(answer) -> Bundle:
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/fhir+json"
    return Bundle.model_validate(answer.json())


def search(client: Client, kind: str, query="") -> Bundle:
    return bundle(client.get(f"{BASE}/{kind}?{query}"))


def ids(found: Bundle) -> list[str]:
    return [entry.resource.id for entry in found.entry or []]


def outcome(answer, status: int, code: str) -> OperationOutcome:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/fhir+json"
    told = OperationOutcome.model_validate(answer.json())
    assert told.issue[0].code == code, answer.text
    return told


def next_of(found: Bundle) -> str | None:
    return next((link.url for link in found.link if link.relation == "next"), None)


def path_of(url: str) -> str:
    parts = urllib.parse.urlsplit(url)
    return parts.path + ("?" + parts.query if parts.query else "")


def walk(client: Client, kind: str, query="", between=lambda: None) -> list[str]:
    found, seen = search(client, kind, query), []
    while True:
        seen += ids(found)
        if (following := next_of(found)) is None:
            return seen
        between()
        found = bundle(client.get(path_of(following)))


def new_doctor(client: Client, id: str, **fields) -> str:
    answer = client.put(f"/api/v2/doctors/{id}", {"first_name": "Gregory", "last_name": "House", **fields})
    assert answer.status_code == 201, answer.text
    return id


class TestResources:
    def test_a_patient(self, account):
        id = account.new_patient("Zoë", "O'Brien", email="zoe@example.org", date_of_birth="1980-02-29", gender="female", deceased=True,
                                 active=False)
        account.new_number(id, "5852984455", "home")
        account.new_number(id, "5852984456", "cell", primary=True)
        account.new_number(id, "5852984457", "other", do_not_call=True)
        patient = read(account, "Patient", fhir_id(id))
        assert patient.id == fhir_id(id) and patient.meta.versionId is None
        (name,) = patient.name
        assert (name.use, name.family, name.given) == ("official", "O'Brien", ["Zoë"])
        assert str(patient.birthDate) == "1980-02-29" and patient.gender == "female"
        assert patient.active is False and patient.deceasedBoolean is True
        cell, other, home, email = patient.telecom
        assert (cell.system, cell.value, cell.use, cell.rank) == ("phone", "+15852984456", "mobile", 1)
        assert (other.value, other.use, other.rank) == ("+15852984457", None, None)
        assert (home.value, home.use, home.rank) == ("+15852984455", "home", None)
        assert (email.system, email.value) == ("email", "zoe@example.org")
        assert other.extension[0].url == DO_NOT_CALL and other.extension[0].valueBoolean is True
        assert home.extension is None and cell.extension is None and home.period.start

    def test_a_practitioner(self, account):
        new_doctor(account, "doc-1", npi="1234567893")
        practitioner = read(account, "Practitioner", "doc-1")
        (identifier,) = practitioner.identifier
        assert (identifier.system, identifier.value) == (NPI, "1234567893")
        assert practitioner.telecom is None

    def test_ids_that_fhir_does_not_know(self, account):
        for id in ("a_b", "a.-b", "a..b", "x." , "_" * 32):
            account.new_patient(id=id)
            spelled = search(account, "Patient", f"_id={fhir_id(id) if '.' not in id else id.replace('.-', '..-').replace('..b', '...b')}")
            assert ids(spelled) and account.get(f"{BASE}/Patient/{ids(spelled)[0]}").status_code == 200, id

    def test_an_etag_saves_the_body(self, account):
        path = f"{BASE}/Patient/{fhir_id(account.new_patient())}"
        tag = account.get(path).headers["ETag"]
        assert not tag.startswith("W/")
        assert account.get(path, headers={"If-None-Match": tag}).status_code == 304

    def test_last_updated_moves_with_the_numbers(self, account):
        id = account.new_patient()
        seen = [read(account, "Patient", fhir_id(id)).meta.lastUpdated]
        number = account.new_number(id, "5852984455")["id"]
        for change in (lambda: None, lambda: account.patch(f"/api/v2/phone-numbers/{number}", {"do_not_call": True}),
                       lambda: account.delete(f"/api/v2/phone-numbers/{number}")):
            change()
            seen.append(read(account, "Patient", fhir_id(id)).meta.lastUpdated)
            time.sleep(0.01)
        assert seen == sorted(set(seen)) or len(set(seen)) >= 3, seen

    def test_the_capability_statement(self, account):
        answer = account.get(f"{BASE}/metadata")
        statement = CapabilityStatement.model_validate(answer.json())
        assert statement.fhirVersion == "4.0.1" and statement.kind == "instance"
        assert {resource.type for resource in statement.rest[0].resource} == {"Patient", "Practitioner"}
        for extension in (DO_NOT_CALL, VERIFIED):
            assert extension in statement.rest[0].documentation
        assert {parameter.name for parameter in statement.rest[0].resource[0].searchParam} == {
            "_id", "_lastUpdated", "identifier", "phone", "telecom", "name", "family", "given"}
        patients = next(resource for resource in statement.rest[0].resource if resource.type == "Patient")
        for operations, definition in ((statement.rest[0].operation, "export"), (patients.operation, "patient-export")):
            (export,) = operations
            assert (export.name, export.definition.split("/")[-1]) == ("export", definition)


class TestSearch:
    def test_finds_by_everything_that_it_lists(self, account):
        john, jane = account.new_patient("John", "Doe", id="john"), account.new_patient("Jane", "Müller", id="jane")
        account.new_number(john, "5852984455")
        account.new_number(jane, "5852984455", "home")
        account.new_number(jane, "2125550199")
        new_doctor(account, "house", npi="1234567893")
        for query, found in {"": ["jane", "john"], "_id=john": ["john"], "_id=john,jane,nobody": ["jane", "john"],
                             "phone=5852984455": ["jane", "john"], "phone=%2B1 (585) 298-4455": ["jane", "john"],
                             "telecom=phone|212-555-0199": ["jane"], "telecom=2125550199&family=doe": [],
                             "phone=5852984456": [], "name=j": ["jane", "john"], "name=mul": ["jane"], "name=MULLER": ["jane"],
                             "family=do": ["john"], "given=ja": ["jane"], "family=do&given=ja": [],
                             "identifier=1234567893": [], "_id=john&_lastUpdated=ge2020": ["john"],
                             "_lastUpdated=lt2020": [], "name=j&_lastUpdated=ge2020-01-01T00:00:00Z&_lastUpdated=le2999": ["jane", "john"],
                             "_format=json": ["jane", "john"]}.items():
            answer = search(account, "Patient", query)
            assert (ids(answer), answer.total) == (found, len(found)), query
        for query, found in {f"identifier={NPI}|1234567893": ["house"], "identifier=1234567893": ["house"],
                             "identifier=urn:oid:1|1234567893": [], "identifier=1234567894": [], "family=hou": ["house"]}.items():
            assert ids(search(account, "Practitioner", query)) == found, query

    def test_what_is_new_since_it_last_asked(self, account):
        for id in ("a", "b", "c"):
            account.new_patient(id=id)
        last = max(read(account, "Patient", id).meta.lastUpdated for id in ("a", "b", "c")).isoformat()
        since = urllib.parse.quote(last)
        assert ids(search(account, "Patient", f"_lastUpdated=gt{since}")) == []
        time.sleep(0.002)
        account.new_number("b", "5852984455")
        assert ids(search(account, "Patient", f"_lastUpdated=gt{since}")) == ["b"]
        assert ids(search(account, "Patient", f"_lastUpdated=le{since}")) == ["a", "c"]
        assert "b" not in ids(search(account, "Patient", f"_lastUpdated={since}"))

    @pytest.mark.parametrize("query", ["", "name=wal", "_lastUpdated=ge2020", "phone=5852984455"])
    def test_pages_with_inserts_between_tell_everybody_once(self, account, query):
        expected = [f"w{n:03}" for n in range(25)]
        for id in expected:
            account.new_patient("Walter", "White", id=id)
            account.new_number(id, "5852984455")
        fresh = itertools.count()

        def insert():
            for id in (f"a{next(fresh):03}", f"z{next(fresh):03}"):
                account.new_patient("Walter", "New", id=id)

        seen = walk(account, "Patient", f"_count=4&{query}".rstrip("&"), between=insert)
        assert len(seen) == len(set(seen))
        assert [id for id in seen if id.startswith("w")] == expected

    def test_a_page_is_as_long_as_the_server_will(self, account):
        for n in range(101):
            account.new_patient(id=f"p{n}")
        long = search(account, "Patient", "_count=1000")
        assert (len(long.entry), long.total) == (100, 101) and next_of(long)
        total_alone = search(account, "Patient", "_count=0")
        assert (total_alone.entry, total_alone.total, next_of(total_alone)) == (None, 101, None)

    def test_links_are_whole_urls_and_bound_to_their_list(self, account, shared_installation):
        for n in range(3):
            account.new_patient("Ann", id=f"p{n}")
        found = search(account, "Patient", "_count=2&name=ann")
        (self_link,) = [link.url for link in found.link if link.relation == "self"]
        assert self_link == f"{account.url}{BASE}/Patient?_count=2&name=ann"
        following = next_of(found)
        assert following.startswith(f"{account.url}{BASE}/Patient?_count=2&name=ann&page_token=")
        assert found.entry[0].fullUrl == f"{account.url}{BASE}/Patient/p0"
        outcome(account.get(path_of(following.replace("name=ann", "name=an"))), 400, "invalid")
        outcome(account.get(path_of(following).replace("/Patient", "/Practitioner")), 400, "invalid")
        outcome(account.get(path_of(following[:-2])), 400, "invalid")
        other = shared_installation.client(account="other of fhir")
        outcome(other.get(path_of(following)), 400, "invalid")

    def test_hostile_parameters(self, account):
        for query, code in {"gender=male": "not-supported", "name:exact=doe": "not-supported", "_sort=name": "not-supported",
                            "_include=*": "not-supported", "_count=-1": "invalid", "_count=2147483648": "invalid", "_count=x": "invalid",
                            "_count=10&_count=20": "invalid", "phone=1": "invalid", "phone=": "invalid", "name=%20": "invalid",
                            "name=a,b": "invalid", "name=%00": "invalid", "name=%ff": "invalid", "_lastUpdated=ap2026": "invalid",
                            "_lastUpdated=2026-13": "invalid", "_lastUpdated=9999": "invalid", "telecom=email|a@b.co": "invalid",
                            "identifier=|": "invalid", "_format=xml": "invalid", "_id=" + ",".join("x" * 101): "invalid",
                            "&".join(["_lastUpdated=ge2026"] * 9): "invalid", "page_token=AAAA": "invalid",
                            "&".join(f"a{n}=1" for n in range(40)): "invalid"}.items():
            outcome(account.get(f"{BASE}/Patient?{query}"), 400, code)
        for host in ("evil.example\" onload=", "a b", "x" * 300):
            answer = account.get(f"{BASE}/Patient", headers={"Host": host})
            assert answer.status_code in (200, 400) and host not in answer.text


class TestErrors:
    def test_every_refusal_is_an_operation_outcome(self, account, shared_installation, server_of_one_request):
        outcome(account.get(f"{BASE}/Patient/nobody"), 404, "not-found")
        outcome(account.get(f"{BASE}/Observation"), 404, "not-found")
        outcome(account.get("/fhir/nothing"), 404, "not-found")
        outcome(account.post(f"{BASE}/Patient", {}), 405, "not-supported")
        outcome(account.get(f"{BASE}/Patient/%ff"), 400, "invalid")
        outcome(account.get(f"{BASE}/Patient", data=b"x" * 2000), 413, "too-long")
        anonymous = Client(account.url, None)
        answer = anonymous.get(f"{BASE}/metadata")
        outcome(answer, 401, "login")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        without_scope = shared_installation.client(account="fhir", scopes="lines:read")
        outcome(without_scope.get(f"{BASE}/Patient"), 403, "forbidden")
        outcome(server_of_one_request.get(f"{BASE}/Patient"), 429, "throttled")

    def test_a_drain_is_told_so_too(self, server, client):
        client.document()  # while it can be fetched
        request = request_bytes("GET", f"{BASE}/Patient", client.token)
        beginning = Wire(server.port)
        beginning.send(request[:-2])
        time.sleep(0.3)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        beginning.send(request[-2:])
        answer = beginning.answer()
        assert outcome(answer, 503, "transient") and int(answer.headers["Retry-After"]) >= 1
        client.document().check("GET", f"{BASE}/Patient", 503, answer.headers, answer.content)

    @pytest.fixture
    def server_of_one_request(self, shared_installation) -> Client:
        client = shared_installation.client(account="fhir", rate_limit=1)
        client.get(f"{BASE}/metadata")
        return client

    def test_others_ids_are_nobodys(self, account, shared_installation):
        id = account.new_patient(id="mine")
        other = shared_installation.client(account="other of fhir")
        outcome(other.get(f"{BASE}/Patient/{id}"), 404, "not-found")
        assert ids(search(other, "Patient", f"_id={id}")) == []
        outcome(account.get(f"{BASE}/Practitioner/{id}"), 404, "not-found")


def begin(client: Client, path="/$export", query="") -> str:
    answer = client.get(f"{BASE}{path}?{query}".rstrip("?"), headers={"Prefer": "respond-async", "Accept": "application/fhir+json"})
    assert (answer.status_code, answer.content) == (202, b""), answer.text
    return path_of(answer.headers["Content-Location"])


def manifest(client: Client, status: str) -> dict:
    deadline = time.monotonic() + 15
    while (answer := client.get(status)).status_code == 202:
        assert answer.headers["X-Progress"] and time.monotonic() < deadline
        time.sleep(0.3)
    assert answer.status_code == 200, answer.text
    return answer.json()


def resources(client: Client, told: dict) -> list[dict]:
    all = []
    for file in told["output"]:
        answer = client.get(path_of(file["url"]), headers={"Accept": "application/fhir+ndjson"})
        assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/fhir+ndjson"
        for line in answer.text.splitlines():
            resource = json.loads(line)
            assert resource["resourceType"] == file["type"]
            MODELS[file["type"]].model_validate(resource)
            all.append(resource)
    return all


class TestBulkExport:
    def test_all_of_an_account(self, account):
        for n in range(3):
            account.new_number(account.new_patient(id=f"p{n}"), f"585298440{n}")
        new_doctor(account, "d0")
        status = begin(account)
        told = manifest(account, status)
        assert told["request"] == f"{account.url}{BASE}/$export" and told["requiresAccessToken"] is True and told["error"] == []
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told["transactionTime"])
        assert [(r["resourceType"], r["id"]) for r in resources(account, told)] == [
            ("Patient", "p0"), ("Patient", "p1"), ("Patient", "p2"), ("Practitioner", "d0")]
        since = urllib.parse.quote(told["transactionTime"])
        account.new_number("p1", "5852984455")
        assert [r["id"] for r in resources(account, manifest(account, begin(account, query=f"_since={since}")))] == ["p1"]
        assert [r["id"] for r in resources(account, manifest(account, begin(account, query="_type=Practitioner")))] == ["d0"]
        assert len(resources(account, manifest(account, begin(account, "/Patient/$export")))) == 3

    def test_many_files(self, installation):
        installation.serve()
        client = installation.client()
        people = installation.data.parent / "people.csv"
        people.write_text("number,phone_type,patient_id,first_name,last_name\n" + "".join(
            f"{5852000000 + n},cell,p{n:05},John,Doe\n" for n in range(2500)))
        installation.run("import", "contacts", people, "--account", "acme")
        told = manifest(client, begin(client))
        assert [file["type"] for file in told["output"]] == ["Patient"] * 3
        assert [r["id"] for r in resources(client, told)] == [f"p{n:05}" for n in range(2500)]

    def test_our_own_import_takes_it(self, account, shared_installation, tmp_path):
        for n in range(3):
            account.new_number(account.new_patient(email=f"p{n}@example.org"), f"585298440{n}", "home", primary=True, do_not_call=n == 1)
        new_doctor(account, "d0", npi="1234567893")
        told = manifest(account, begin(account))
        for n, file in enumerate(told["output"]):
            (tmp_path / f"{n}.ndjson").write_text(account.get(path_of(file["url"])).text)
        copy = shared_installation.client(account="copy of fhir")
        shared_installation.run("import", "fhir", tmp_path, "--account", "copy of fhir")

        def without_times(all):
            for resource in all:
                del resource["meta"]
                for point in resource.get("telecom", []):
                    point.pop("period", None)
            return all

        assert without_times(resources(copy, manifest(copy, begin(copy)))) == without_times(resources(account, told))

    def test_what_is_asked_wrong(self, account):
        for query, headers in {"": {}, "_type=Observation": None, "_type=": None, "_since=yesterday": None, "_outputFormat=csv": None,
                               "_typeFilter=x": None, "_elements=id": None}.items():
            answer = account.get(f"{BASE}/$export?{query}", headers={"Prefer": "respond-async"} if headers is None else headers)
            outcome(answer, 400, "not-supported" if "_typeF" in query or "_el" in query else "invalid")
        for query in ("_outputFormat=application/fhir%2Bndjson", "_type=Patient,Practitioner", "_since=2026-11-27T08:00:00Z"):
            begin(account, query=query)

    def test_an_export_that_was_deleted_is_gone_with_its_files(self, account):
        account.new_patient()
        status = begin(account)
        file = path_of(manifest(account, status)["output"][0]["url"])
        other = begin(account, query="_type=Patient")
        assert account.delete(status).status_code == 202
        for answer in (account.get(status), account.get(file), account.delete(status)):
            outcome(answer, 404, "not-found")
        manifest(account, other)

    def test_tokens_are_the_accounts_own(self, account, shared_installation):
        account.new_patient()
        status = begin(account)
        file = path_of(manifest(account, status)["output"][0]["url"])
        other = shared_installation.client(account="other of fhir")
        for url in (status, file):
            outcome(other.get(url), 404, "not-found")
            outcome(Client(account.url, None).get(url), 401, "login")
            outcome(account.get(url[:-1] + ("A" if url[-1] != "A" else "B")), 404, "not-found")

    def test_urls_expire(self, installation):
        installation.serve()
        client = installation.client()
        client.new_patient()
        status = begin(client)
        file = path_of(manifest(client, status)["output"][0]["url"])
        installation.server.stop()
        installation.serve(env=clock_ahead("31d"))
        later = Client(installation.server.url, client.token)
        for url in (status, file):
            outcome(later.get(url), 410, "deleted")
