"""The OpenAPI document and the service are the same thing. Beside what is here, every answer that any end-to-end test
reads through Client is held against the document (api_document.py)."""
import json
import re
import subprocess
import sys

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from api_document import ApiDocument
from installation import PROJECT, Client
from reach import NOON, zone_where_it_is
from refusals import refused

SOURCE = PROJECT / "api/openapi.yaml"
WITHOUT_BODY = {"syncPhoneNumber", "hangUp", "pauseDialList", "resumeDialList", "stopDialList", "syncFhirSource",
                "rotateWebhookSecret", "pingWebhook", "redeliverEvent"}  # of those that are posted
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@pytest.fixture(scope="module")
def client(module_account) -> Client:
    return module_account


@pytest.fixture(scope="module")
def document(client) -> ApiDocument:
    return client.document()


def source_as_json() -> dict:
    return json.loads(subprocess.run([sys.executable, PROJECT / "script/openapi-to-json", SOURCE],
                                     capture_output=True, check=True, text=True).stdout)


def test_what_is_served_is_the_source(document):
    assert document.content == source_as_json()


def test_the_document_is_openapi_3_1(document):
    OpenAPIV31SpecValidator(document.content).validate()


def test_every_documented_operation_is_a_route(client, document):
    """405 and the 404 of an unknown path would say that the route is missing."""
    anonymous = Client(client.url, None)
    for operation in document.operations:
        answer = anonymous.request(operation.method, operation.example_path(document))
        refusal = 403 if operation.is_carriers else 400 if operation.signs_in else 401
        assert answer.status_code == (200 if operation.is_public and not operation.signs_in else refusal), operation.id


def test_no_method_of_a_path_is_undocumented(client, document):
    """A 405 names the methods that the path has."""
    anonymous = Client(client.url, None)
    for template, item in document.content["paths"].items():
        known = {method.upper() for method in item if method.upper() in METHODS}
        path = next(o.example_path(document) for o in document.operations if o.template == template)
        answer = anonymous.request("OPTIONS", path)
        refused(answer, 405, "method_not_allowed")
        assert set(answer.headers["Allow"].split(", ")) - {"HEAD"} == known, template


def test_the_services_own_list_of_routes_is_the_documents(document):
    """The patterns in the source of the routes: one that is not documented would be found nowhere else."""
    sources = "\n".join(path.read_text() for path in (PROJECT / "src/http").rglob("*_endpoints.cc"))
    verbs = {"get": "get", "post": "post", "put": "put", "patch": "patch", "del": "delete"}
    routes = {(verbs[verb].upper(), path) for verb, path in re.findall(r'\{Method::(\w+), "([^"]+)"', sources)}
    assert routes == {(o.method, o.template) for o in document.operations}


def request_examples(document):
    for operation in document.operations:
        for media in operation.content.get("requestBody", {}).get("content", {}).values():
            if operation.takes_bytes:
                continue  # test_uploads.py
            for name, example in media["examples"].items():
                yield operation, name, example["value"]


def test_every_operation_with_a_body_has_an_example(document):
    with_examples = {operation.id for operation, _, _ in request_examples(document)}
    assert with_examples == {o.id for o in document.operations
                             if o.method in ("POST", "PUT", "PATCH") and not o.takes_bytes} - WITHOUT_BODY


def test_every_request_example_is_accepted(installation, document):
    """Against what the examples speak of: John Doe, the doctor, the agent, the pool."""
    installation.serve("--demo")
    installation.import_pool("+12125550142", "+15855550100", "+13125550101", "+14155550102")
    client = installation.client()
    examples = list(request_examples(document))
    for body in [body for operation, _, body in examples if operation.id == "addContactNumber"]:
        for field, path in (("patient_id", "patients"), ("doctor_id", "doctors")):
            if field in body:
                client.put(f"/api/v2/{path}/{body[field]}", {"first_name": "John", "last_name": "Doe"})
    agents = {body[field] for _, _, body in examples for field in ("ai_agent_id", "outbound_ai_agent_id") if body.get(field)}
    for agent in agents:
        client.put(f"/ai_agents/{agent}", {"agent_name": agent})
    line = client.new_line()["id"]
    client.new_agent("speaker")
    caller = client.post("/phone_numbers", {"provider": "pia", "ai_agent_id": "speaker"}).json()
    contact = client.new_number(client.new_patient(timezone=zone_where_it_is(NOON)), "2125550199")["id"]
    paths = {"/phone_numbers/{id}": f"/phone_numbers/{line}", "/api/v2/phone-numbers/{phone_id}": f"/api/v2/phone-numbers/{contact}",
             "/api/v2/phone-numbers/{phone_id}/outcomes": f"/api/v2/phone-numbers/{contact}/outcomes"}
    client.put("/api/v2/patients/pat_67890", {"first_name": "John", "last_name": "Doe"})
    dial_list = client.post("/dial-lists", {"name": "Examples", "purpose": "care"}).json()["id"]
    paths |= {f"/dial-lists/{{list_id}}/{step}": f"/dial-lists/{dial_list}/{step}" for step in ("entries", "next")}
    nowhere = "https://127.0.0.1:9/"  # where a demo may deliver, and nobody listens
    source = client.post("/fhir-sources", {"url": nowhere, "token": "t"}).json()["id"]
    paths["/fhir-sources/{source_id}"] = f"/fhir-sources/{source}"
    saved = client.post("/saved-lists", {"name": "Examples", "of": "phone_numbers"}).json()["id"]
    paths["/saved-lists/{saved_list_id}"] = f"/saved-lists/{saved}"
    webhook = client.post("/webhooks", {"url": nowhere, "types": ["*"]}).json()["id"]
    paths |= {f"/webhooks/{{webhook_id}}{step}": f"/webhooks/{webhook}{step}" for step in ("", "/replay")}
    for step in ("verification", "verification/check"):
        paths[f"/api/v2/phone-numbers/{{phone_id}}/{step}"] = f"/api/v2/phone-numbers/{contact}/{step}"
    # For the ids that examples name and that no client chooses.
    there = {"phone_id": contact, "line_id": caller["id"], "to": contact, "from_sequence": 1}
    without_people = installation.client(account="without people")  # whose ids the examples of POST choose
    for operation, name, body in examples:
        path = paths.get(operation.template, operation.example_path(document))
        body = {field: there.get(field, value) for field, value in body.items()}
        if operation.id in ("createWebhook", "createFhirSource"):
            body["url"] = nowhere
        if operation.id == "signIn":
            body["key"] = client.token
        if operation.method == "PATCH" and operation.template not in paths:
            client.put(path, {"first_name": "John", "last_name": "Doe"})
        chooses_id = operation.id in ("createAiAgent", "createPatient", "createDoctor")
        answer = (without_people if chooses_id else client).request(operation.method, path, json=body)
        if operation.is_carriers:
            refused(answer, 403, "forbidden")
        elif operation.id in ("signInByLink", "lookAtLink"):
            refused(answer, 410, "expired")
        elif operation.id == "checkVerification":
            refused(answer, 410 if answer.status_code == 410 else 422, "expired" if answer.status_code == 410 else "wrong_code")
        elif operation.id == "usePhone" and "text" in body:  # the account has no such line
            refused(answer, 422, "validation_error", "text.to")
        elif operation.id in ("tellCallOutcome", "tellDialEntryOutcome", "runImport"):
            refused(answer, 404, "not_found")
        elif body.get("provider") == "twilio":
            refused(answer, 422, "provider_not_configured")
        else:
            assert answer.status_code in (200, 201, 202), f"{operation.id} {name}: {answer.text}"


def test_every_example_fits_its_schema(document):
    """Requests and answers; and the examples that show parameters."""
    def fits(place, value):
        problems = document.problems_with(value, *place)
        assert not problems, (place, problems)

    for operation in document.operations:
        method = operation.method.lower()
        for media_type, media in operation.content.get("requestBody", {}).get("content", {}).items():
            for example in media["examples"].values():
                fits(["paths", operation.template, method, "requestBody", "content", media_type, "schema"], example["value"])
    for name, response in document.content["components"]["responses"].items():
        for media_type, media in response.get("content", {}).items():
            for example in media.get("examples", {}).values():
                fits(["components", "responses", name, "content", media_type, "schema"], example["value"])
    for name, parameter in document.content["components"]["parameters"].items():
        if "example" in parameter:
            fits(["components", "parameters", name, "schema"], parameter["example"])


def test_every_example_file_is_used():
    def used(node):
        if isinstance(node, dict):
            yield from ([node["externalValue"]] if "externalValue" in node else [])
            node = list(node.values())
        for child in node if isinstance(node, list) else []:
            yield from used(child)

    files = {f"examples/{path.name}" for path in (PROJECT / "api/examples").iterdir()}
    assert files == set(used(yaml.safe_load(SOURCE.read_text())))


def test_every_error_code_of_the_service_is_documented(document):
    table = (PROJECT / "src/http/codec/error_table.cc").read_text()
    codes = set(re.findall(r'\{ErrorCode::\w+, \d+, "(\w+)"\}', table))
    assert codes == set(document.content["components"]["schemas"]["ErrorResponse"]["properties"]["error"]["properties"]["code"]["enum"])


@pytest.mark.parametrize("tampered, problem", [
    (dict(status=201), "not documented"), (dict(headers={"X-Request-Id": None}), "X-Request-Id is missing"),
    (dict(headers={"X-Secret": "1"}), "X-Secret is not documented"), (dict(headers={"Content-Type": "text/html"}), "text/html"),
    (dict(body=b'{"ai_agents":[],"next_page_token":null,"more":1}'), "more"), (dict(body=b"{}"), "required"),
    (dict(body=b"{"), "not JSON"), (dict(headers={"X-RateLimit-Limit": "10"}), "part of the X-RateLimit"), ({}, None)])
def test_the_check_itself_sees_what_is_wrong(document, tampered, problem):
    headers = {"X-Request-Id": "req_1", "Content-Type": "application/json", **tampered.get("headers", {})}
    answer = (tampered.get("status", 200), {name: value for name, value in headers.items() if value is not None},
              tampered.get("body", b'{"ai_agents":[],"next_page_token":null}'))
    if problem is None:
        return document.check("GET", "/ai_agents", *answer)
    with pytest.raises(AssertionError, match=problem):
        document.check("GET", "/ai_agents", *answer)
