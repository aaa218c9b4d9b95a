"""The API document: valid, complete, and in keeping with its own examples.

Needs pytest, PyYAML, openapi-spec-validator and jsonschema.
"""
import importlib.machinery
import importlib.util
import json
import pathlib
import re
import subprocess
import sys

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONVERTER = ROOT / "script" / "openapi-to-json"
YAML = ROOT / "api" / "openapi.yaml"
EXAMPLES = ROOT / "api" / "examples"
METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")


def load_converter():
    sys.dont_write_bytecode = True
    loader = importlib.machinery.SourceFileLoader("openapi_to_json", str(CONVERTER))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


DOCUMENT = load_converter().load(YAML)


def resolve(node):
    """The node that a local $ref names, or the node itself."""
    while isinstance(node, dict) and "$ref" in node:
        target = DOCUMENT
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def nodes(node, path=()):
    """Every node below, with its path."""
    yield path, node
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in items:
        yield from nodes(child, (*path, key))


def operations():
    return [pytest.param(path, method, item[method], id=f"{method.upper()} {path}")
            for path, item in DOCUMENT["paths"].items() for method in METHODS if method in item]


def parameters(path, operation):
    """The operation's and its path's, by (in, name)."""
    found = {}
    for parameter in DOCUMENT["paths"][path].get("parameters", []) + operation.get("parameters", []):
        parameter = resolve(parameter)
        found[parameter["in"], parameter["name"]] = parameter
    return found


def validator(schema):
    """Checks a value against a schema of the document, formats included."""
    checker = jsonschema.FormatChecker(formats=["date", "date-time"])
    checker.checks("date-time")(lambda text: not isinstance(text, str) or bool(re.match(
        r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$", text)))
    return jsonschema.Draft202012Validator(
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": DOCUMENT["components"], **schema}
        if "$ref" not in schema else
        {"components": DOCUMENT["components"], "allOf": [schema]},
        format_checker=checker)


def accepts(schema_name, value):
    return validator({"$ref": f"#/components/schemas/{schema_name}"}).is_valid(value)


def example(name):
    return json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))


# The document

def test_document_is_valid_openapi():
    problems = [f"{list(e.absolute_path)}: {e.message}" for e in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()]
    assert problems == []


def test_conversion_is_deterministic_and_stands_alone():
    first, second = (subprocess.run([sys.executable, str(CONVERTER), str(YAML)], capture_output=True, check=True).stdout
                     for _ in range(2))
    assert first == second
    assert json.loads(first) == DOCUMENT
    assert b"externalValue" not in first and b'"x-answers"' not in first


def test_operation_ids_are_unique():
    ids = [p.values[2]["operationId"] for p in operations()]
    assert len(ids) == len(set(ids))


def test_every_component_is_used():
    used = {node["$ref"] for _, node in nodes(DOCUMENT) if isinstance(node, dict) and "$ref" in node}
    used |= {f"#/components/securitySchemes/{name}" for path, node in nodes(DOCUMENT) if path and path[-1] == "security"
             for requirement in node for name in requirement}
    unused = [f"#/components/{kind}/{name}" for kind, group in DOCUMENT["components"].items() for name in group
              if f"#/components/{kind}/{name}" not in used]
    assert unused == []


def test_patterns_compile_and_are_anchored():
    for path, node in nodes(DOCUMENT):
        if isinstance(node, dict) and isinstance(node.get("pattern"), str):
            re.compile(node["pattern"])
            assert node["pattern"].startswith("^"), path
            assert node["pattern"].endswith("$") or node["pattern"] == "^Bearer", path


def test_request_objects_refuse_unknown_fields():
    bodies = [node for path, node in nodes(DOCUMENT["paths"]) if path and path[-1] == "requestBody"]
    schemas = [resolve(alternative) for body in bodies
               for media in [body["content"].get("application/json")] if media  # a carrier's form may bring more
               for schema in [resolve(media["schema"])]
               for alternative in schema.get("oneOf" if "discriminator" in schema else "", [schema])]
    assert schemas
    for schema in schemas:
        assert schema["additionalProperties"] is False
        for path, node in nodes(schema["properties"]):
            if isinstance(node, dict) and "properties" in node:
                assert node["additionalProperties"] is False, path


# Every operation

def is_carriers(operation):
    """Called by a carrier, which signs it."""
    return operation.get("security") == [{"twilioSignature": []}]


ASKS_A_CARRIER = {"createPhoneNumber", "deletePhoneNumber", "syncPhoneNumber"}
NEVER_LIMITED = {"getRoute", "getOutboundRoute"}  # a limit must not drop a call
WRITING_GETS = {"getOutboundRoute"}  # it records a decision, which may be refused as one is
ADMINS = {"liftSuppression", "putPolicy", "getNode"}
ADMINS_TAGS = {"Webhooks", "FHIR sources", "Keys"}  # everything there is an admin's
KEY_OR_SESSION = [{"bearer": []}, {"session": []}]
OF_A_SESSION = {"getSession", "signOut"}  # of a cookie's alone
SIGN_IN = {"signIn": {"401"}, "signInByLink": {"410"}, "lookAtLink": {"410"}}  # who has no session yet, and why they get none
REPEATED_ANEW = {"Sessions", "Imports"}  # attempts to sign in, and what lies at one node: a POST has no Idempotency-Key
NAMES_OTHERS_IN_ITS_BODY = {"decide", "addConsent", "placeCall", "sendMessage"}  # which may be unknown: 404, although no id is in the path
ASKS_AGAIN = {"syncPhoneNumber", "decide", "decideBatch", "usePhone", "checkVerification", "pauseDialList",
              "resumeDialList", "stopDialList", "addDialEntries", "takeDialEntries", "tellDialEntryOutcome",
              "rotateWebhookSecret", "pingWebhook", "lookAtLink"}  # POST that creates nothing to be found under a path
PATHLESS = {"tellOutcome", "tellCallOutcome", "suppressNumber", "signIn", "signInByLink"}  # what they make has no path of its own
UNTAGGED = PATHLESS | {"createKey", "createImport"}  # nobody edits what they make
ASKED_BY_A_CARRIER = {"answerTwilioCall", "answeredTwilioCall", "takeTwilioMessage"}
BEGINS = {"hangUp", "startVerification", "redeliverEvent", "replayWebhook", "syncFhirSource", "runImport"}  # what is not done yet when it is answered
KEEPS_NO_ANSWER = {"pingWebhook"}  # a repeat does it again
UNCONDITIONAL = {"liftSuppression", "cancelFhirExport", "signOut", "revokeKey", "deleteImport", "appendToImport"}
ALWAYS_THERE = {"putPolicy", "appendToImport"}
BULK_DATA = {"beginFhirExport": {"202"}, "beginFhirPatientExport": {"202"}, "getFhirExport": {"200", "202"},
             "cancelFhirExport": {"202"}}  # asynchronous, as FHIR's guide has it
READING_DELETES = {"cancelFhirExport"}  # who may begin an export may forget it
EXPIRE = {"getFhirExport", "cancelFhirExport", "getFhirExportFile"}  # what these paths name does


def is_repeated_safely(method, operation):
    return method == "post" and not is_carriers(operation) and not REPEATED_ANEW & set(operation["tags"])


def is_fhirs(operation):
    """Its errors are told as FHIR tells them."""
    return "FHIR" in operation["tags"]


@pytest.mark.parametrize("path, method, operation", operations())
def test_operation_is_described(path, method, operation):
    assert re.fullmatch(r"[a-z][A-Za-z]+", operation["operationId"])
    assert operation["summary"]
    assert operation["tags"] and set(operation["tags"]) <= {tag["name"] for tag in DOCUMENT["tags"]}
    if operation.get("security") == [] or is_carriers(operation):
        assert "x-required-scopes" not in operation
    else:
        assert operation.get("security", DOCUMENT["security"]) == ([{"session": []}] if operation["operationId"] in OF_A_SESSION else KEY_OR_SESSION)
        if operation["operationId"] in OF_A_SESSION:
            return
        assert len(operation["x-required-scopes"]) == 1
        scope = operation["x-required-scopes"][0]
        if operation["operationId"] in ADMINS or set(operation["tags"]) & ADMINS_TAGS:
            assert scope == "admin"
            return
        assert re.fullmatch(r"(lines|contacts|audit|events|reach):(read|write)", scope)
        reads = method == "get" and operation["operationId"] not in WRITING_GETS or operation["operationId"] in READING_DELETES
        assert scope.endswith(":read") == reads


@pytest.mark.parametrize("path, method, operation", operations())
def test_operation_lists_its_whole_set_of_answers(path, method, operation):
    answers = set(operation["responses"])
    asked = parameters(path, operation)
    protected = operation.get("security") != []
    name = operation["operationId"]
    creates_at_path = method == "put" and name != "appendToImport"

    expected = {"400", "405", "408", "413", "431", "500", "503"}
    if operation["operationId"] in ASKS_A_CARRIER:
        expected |= {"422", "502", "504"}
    if is_carriers(operation):
        assert answers == expected | {"403", "415", "200" if name in ASKED_BY_A_CARRIER else "204"} | (
            {"404"} if name == "answeredTwilioCall" else set())
        return
    if protected:
        expected |= {"401", "403"}
        if operation["operationId"] not in NEVER_LIMITED:
            expected |= {"429"}
    if name in SIGN_IN:
        expected |= {"403", "429"} | SIGN_IN[name]  # another site's page; too many attempts
    if "{" in path and not creates_at_path or name in NAMES_OTHERS_IN_ITS_BODY:
        expected |= {"404"}
    if name in ("exportDialList", "getImportRejects", "appendToImport"):
        expected |= {"409"}  # it is too long, runs still, or goes on elsewhere in the file
    if name in WRITING_GETS:
        expected |= {"409", "422"}
    if "requestBody" in operation:
        expected |= {"415"} | ({"422"} if "application/json" in operation["requestBody"]["content"] else set())
    if ("query", "page_token") in asked or name in EXPIRE:
        expected |= {"410"}
    if ("header", "If-Match") in asked:
        expected |= {"412"}
    if method == "get" and ("header", "If-None-Match") in asked:
        expected |= {"304"}
    if method == "post" and name not in SIGN_IN or operation["operationId"] in ("editContactNumber", "deleteAiAgent", "updateSavedList"):
        expected |= {"409"}
    if method == "post" and "{" in path and name not in KEEPS_NO_ANSWER:
        expected |= {"422"}  # its key was used with another path
    if name == "suppressNumber":
        expected |= {"200"}  # it was suppressed already
    creates = name not in ASKS_AGAIN
    if name == "checkVerification":
        expected |= {"410"}
    expected |= BULK_DATA.get(name) or {
        "post": {"202"} if name in BEGINS else {"201"} if creates else {"200"},
        "put": {"200"} if name in ALWAYS_THERE else {"200", "201"}}.get(method, {"200"})
    assert answers == expected


@pytest.mark.parametrize("path, method, operation", operations())
def test_operation_takes_the_headers_of_its_kind(path, method, operation):
    asked = parameters(path, operation)
    ok = resolve(next(answer for status, answer in operation["responses"].items() if status.startswith("2")))
    assert ("header", "X-Request-Id") in asked and ("header", "traceparent") in asked
    assert (("header", "Idempotency-Key") in asked) == is_repeated_safely(method, operation)
    conditional = method in ("put", "patch", "delete") and operation["operationId"] not in UNCONDITIONAL
    assert (("header", "If-Match") in asked) == conditional
    assert (("header", "If-None-Match") in asked) == (method in ("get", "put") and "ETag" in ok["headers"])
    assert {name for where, name in asked if where == "path"} == set(re.findall(r"\{(\w+)\}", path))


@pytest.mark.parametrize("path, method, operation", operations())
def test_answers_carry_their_headers_and_error_shape(path, method, operation):
    protected = operation.get("security") != [] and not is_carriers(operation)
    pathless = operation["operationId"] in PATHLESS
    again = {"202"} if operation["operationId"] == "getFhirExport" else set()  # is asked
    error_forms = {"application/json": "ErrorResponse"}
    if is_fhirs(operation):
        error_forms["application/fhir+json"] = "OperationOutcome"
    for status, answer in operation["responses"].items():
        answer = resolve(answer)
        headers = {name: resolve(header) for name, header in answer["headers"].items()}
        assert headers["X-Request-Id"]["required"] is True
        for name, statuses in {"WWW-Authenticate": {"401"}, "Allow": {"405"}, "Retry-After": {"429", "503"} | again,
                               "Location": set() if pathless else {"201"}}.items():
            assert (name in headers) == (status in statuses), (status, name)
            assert name not in headers or headers[name]["required"] is True
        if status in ("201", "304") and operation["operationId"] not in UNTAGGED:
            assert headers["ETag"]["required"] is True
        if protected and operation["operationId"] not in NEVER_LIMITED and status[0] == "2":
            assert {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} <= set(headers)
        if status in ("200", "201", "409", "422") and is_repeated_safely(method, operation):
            assert "Idempotent-Replayed" in headers
        if status[0] in "45":
            if status != "431":  # told before the path is read
                assert set(error_forms) - {"application/json"} <= set(answer["content"])
            assert answer["content"]
            for form, media in answer["content"].items():
                assert media["schema"] == {"$ref": f"#/components/schemas/{error_forms[form]}"}
                assert media["examples"]


@pytest.mark.parametrize("path, method, operation", operations())
def test_bodies_have_examples(path, method, operation):
    bodies = [resolve(answer) for answer in operation["responses"].values()]
    if "requestBody" in operation:
        bodies.append(operation["requestBody"])
    for body in bodies:
        for form, media in body.get("content", {}).items():
            assert not form.endswith("json") or media.get("examples") or path == "/openapi.json"


# Examples

def embedded_examples():
    """(path, schema, value) of every example that the document holds."""
    for path, node in nodes(DOCUMENT):
        if not isinstance(node, dict) or "schema" not in node:
            continue
        for name, held in node.get("examples", {}).items():
            yield pytest.param(node["schema"], held["value"], id="/".join(map(str, (*path[-4:], name))))
        if "example" in node:
            yield pytest.param(node["schema"], node["example"], id="/".join(map(str, path[-4:])))


@pytest.mark.parametrize("schema, value", list(embedded_examples()))
def test_example_fits_its_schema(schema, value):
    problems = [f"{list(e.absolute_path)}: {e.message}" for e in validator(schema).iter_errors(value)]
    assert problems == []


def test_every_example_file_is_in_the_document():
    used = set(re.findall(r"externalValue: examples/([a-z0-9-]+)\.json", YAML.read_text(encoding="utf-8")))
    assert used == {file.stem for file in EXAMPLES.iterdir()}


def test_errors_have_an_example_of_every_code_a_client_can_meet():
    codes = set(resolve({"$ref": "#/components/schemas/ErrorResponse"})["properties"]["error"]["properties"]["code"]["enum"])
    shown = {json.loads(file.read_text())["error"]["code"] for file in EXAMPLES.glob("error-*.json")}
    assert codes - shown == {"conflict"}
    assert shown <= codes


def test_error_codes_are_those_of_the_program():
    header = (ROOT / "src" / "base" / "error.h").read_text(encoding="utf-8")
    body = re.search(r"enum class ErrorCode \{(.*?)\};", header, re.S).group(1)
    program = re.findall(r"^\s*([a-z_]+),", body, re.M)
    documented = resolve({"$ref": "#/components/schemas/ErrorResponse"})["properties"]["error"]["properties"]["code"]["enum"]
    assert sorted(documented) == sorted(program)


# What the schemas let in and keep out

NINE = ["id", "number", "phone_type", "primary", "verified", "do_not_call", "linked_to", "created_at", "updated_at"]


def test_contact_number_is_the_nine_fields_of_the_look_up():
    assert list(DOCUMENT["components"]["schemas"]["ContactNumber"]["properties"]) == NINE == list(example("contact-number"))


def test_contact_number_list_item_is_the_five_fields_of_the_list():
    five = ["id", "number", "phone_type", "primary", "linked_to"]
    assert list(DOCUMENT["components"]["schemas"]["ContactNumberListItem"]["properties"]) == five
    assert list(example("contact-number-list")["data"][0]) == five


SID = "AC0123456789abcdef0123456789abcdef"
PHONE = "phn_01JMEF2S9A7Q5V0X3C8R4T6Y1Z"
CONSENT = {"phone_id": PHONE, "channel": "text", "purpose": "marketing", "status": "granted", "basis": "written"}
SAMPLES = [
    # schema, accepted, value
    ("ContactNumberCreate", True, {"number": "5551234567", "phone_type": "cell", "patient_id": "pat_67890"}),
    ("ContactNumberCreate", False, {"number": "5551234567", "phone_type": "cell"}),
    ("ContactNumberCreate", False, {"number": "5551234567", "phone_type": "cell", "patient_id": "p", "doctor_id": "d"}),
    ("ContactNumberCreate", False, {"number": 5551234567, "phone_type": "cell", "patient_id": "p"}),
    ("ContactNumberCreate", False, {"number": "5551234567", "phone_type": "work", "patient_id": "p"}),
    ("ContactNumberCreate", False, {"number": "5551234567", "phone_type": "cell", "patient_id": "p", "verified": True}),
    ("ContactNumberUpdate", True, {}),
    ("ContactNumberUpdate", False, {"primary": "true"}),
    ("ContactNumberUpdate", False, {"do_not_cal": True}),
    ("ContactNumberUpdate", False, {"patient_id": "p"}),
    ("TenDigitInput", True, "(585) 298-4455"),
    ("TenDigitInput", True, "+1 585.298.4455"),
    ("TenDigitInput", True, "1-585-298-4455"),
    ("TenDigitInput", False, "+5852984455"),
    ("TenDigitInput", False, "585298445"),
    ("TenDigitInput", False, "25852984455"),
    ("TenDigitInput", False, "5852984455 x12"),
    ("TenDigitInput", False, "٥٨٥٢٩٨٤٤٥٥"),
    ("E164", True, "+15551234567"),
    ("E164", True, "+4930901820"),
    ("E164", False, "15551234567"),
    ("E164", False, "+1555123456"),
    ("E164", False, "+0123456789"),
    ("E164", False, "+1234567890123456"),
    ("CreateByoPhoneNumberDTO", True, {"provider": "byo", "phone_number": "+12125550142"}),
    ("CreateByoPhoneNumberDTO", True, {"provider": "byo", "phone_number": "ext204", "e164_check": False}),
    ("CreateByoPhoneNumberDTO", False, {"provider": "byo", "phone_number": "ext204"}),
    ("CreateByoPhoneNumberDTO", False, {"provider": "byo", "phone_number": "ext204", "e164_check": True}),
    ("CreateByoPhoneNumberDTO", False, {"provider": "byo"}),
    ("CreateByoPhoneNumberDTO", False, {"provider": "byo", "phone_number": "+12125550142", "sip_username": "u"}),
    ("CreateByoPhoneNumberDTO", False, {"provider": "byo", "phone_number": "+12125550142", "area_code": "212"}),
    ("CreatePiaPhoneNumberDTO", True, {"provider": "pia"}),
    ("CreatePiaPhoneNumberDTO", True, {"provider": "pia", "area_code": "415", "country_code": "US"}),
    ("CreatePiaPhoneNumberDTO", True, {"provider": "pia", "phone_number": "+14155550118"}),
    ("CreatePiaPhoneNumberDTO", False, {"provider": "pia", "phone_number": "+14155550118", "area_code": "415"}),
    ("CreatePiaPhoneNumberDTO", False, {"provider": "pia", "area_code": "115"}),
    ("CreateTwilioPhoneNumberDTO", True,
     {"provider": "twilio", "twilio_account_sid": SID, "twilio_auth_token": "t", "area_code": "312"}),
    ("CreateTwilioPhoneNumberDTO", True,
     {"provider": "twilio", "twilio_account_sid": SID, "twilio_auth_token": "t", "phone_number": "+13125550176",
      "purchase": True}),
    ("CreateTwilioPhoneNumberDTO", False, {"provider": "twilio", "twilio_account_sid": SID, "twilio_auth_token": "t"}),
    ("CreateTwilioPhoneNumberDTO", False,
     {"provider": "twilio", "twilio_account_sid": "AC1", "twilio_auth_token": "t", "area_code": "312"}),
    ("UpdatePhoneNumberDTO", True, {"ai_agent_id": None}),
    ("UpdatePhoneNumberDTO", False, {"phone_number": "+12125550142"}),
    ("UpdatePhoneNumberDTO", False, {"provider": "pia"}),
    ("Answer", True, None),
    ("Answer", True, {"type": "stream", "url": "wss://agents.example.com:8443/a?b=c"}),
    ("Answer", False, {"type": "stream", "url": "ws://agents.example.com/"}),
    ("Answer", False, {"type": "stream", "url": "wss://"}),
    ("Answer", False, {"type": "webhook", "url": "http://agents.example.com/"}),
    ("Answer", False, {"type": "sip", "url": "sip:a@example.com"}),
    ("SipUri", True, "sip:a@[2001:db8::1]:5061;transport=tls?X-Account=7"),
    ("SipUri", True, "sips:pbx.example.com"),
    ("SipUri", False, "sip:user:password@pbx.example.com"),
    ("SipUri", False, "pbx.example.com"),
    ("SipTermination", True, "pbx.example.com:5060"),
    ("SipTermination", False, "a@pbx.example.com"),
    ("SipTermination", False, "pbx.example.com;transport=tls"),
    ("PersonName", True, "José"),
    ("PersonName", False, ""),
    ("PersonName", False, "   "),
    ("PersonName", False, "John\nDoe"),
    ("PersonName", False, "x" * 101),
    ("ContactWindow", True, {"start": "09:00", "end": "18:00"}),
    ("ContactWindow", True, {"start": "00:00", "end": "24:00"}),
    ("ContactWindow", False, {"start": "24:00", "end": "24:00"}),
    ("ContactWindow", False, {"start": "9:00", "end": "18:00"}),
    ("ContactWindow", False, {"start": "09:00", "end": "18:00", "days": ["mon", "mon"]}),
    ("DateOfBirth", True, "1980-02-29"),
    ("DateOfBirth", False, "1981-02-29"),
    ("Gender", True, None),
    ("Email", True, "john.doe@example.com"),
    ("Email", False, "john.doe"),
    ("Npi", False, "123"),
    ("DecisionQuestion", True, {"phone_id": PHONE, "channel": "call", "purpose": "care", "line_id": None, "at": None}),
    ("DecisionQuestion", True, {"number": "+15852984455", "channel": "text", "purpose": "emergency", "voice": "human"}),
    ("DecisionQuestion", False, {"channel": "call", "purpose": "care"}),
    ("DecisionQuestion", False, {"phone_id": PHONE, "number": "5852984455", "channel": "call", "purpose": "care"}),
    ("DecisionQuestion", False, {"phone_id": "phn_12345", "channel": "call", "purpose": "care"}),
    ("DecisionQuestion", False, {"phone_id": PHONE.replace("_01", "_81"), "channel": "call", "purpose": "care"}),
    ("DecisionQuestion", False, {"phone_id": PHONE, "channel": "fax", "purpose": "care"}),
    ("DecisionQuestion", False, {"phone_id": PHONE, "channel": "call", "purpose": "care", "voice": None}),
    ("DecisionBatch", True, {"decisions": [{"phone_id": 7}, "what?"]}),
    ("DecisionBatch", False, {"decisions": []}),
    ("DecisionBatch", False, {"decisions": [{}] * 1001}),
    ("OutcomeOfNumber", True, {"outcome": "busy", "channel": "text", "note": "two\nlines"}),
    ("OutcomeOfNumber", False, {"outcome": "busy", "note": "\u001b[31m"}),
    ("OutcomeOfNumber", False, {"outcome": "in_progress"}),
    ("OutcomeOfCall", False, {"outcome": "busy", "channel": "call"}),
    ("ConsentCreate", True, {**CONSENT, "expires_at": "2027-01-01T00:00:00Z"}),
    ("ConsentCreate", True, {**CONSENT, "status": "revoked", "expires_at": None}),
    ("ConsentCreate", False, {**CONSENT, "status": "revoked", "expires_at": "2027-01-01T00:00:00Z"}),
    ("ConsentCreate", False, {**CONSENT, "evidence": "x" * 2001}),
    ("ConsentCreate", False, {**CONSENT, "basis": None}),
    ("SuppressionCreate", True, {"number": "5852984455", "channels": ["text", "call"], "reason": "x" * 200}),
    ("SuppressionCreate", False, {"number": "5852984455", "channels": ["call", "call"], "reason": "x"}),
    ("SuppressionCreate", False, {"number": "5852984455", "channels": [], "reason": "x"}),
    ("SuppressionCreate", False, {"number": "5852984455", "channels": ["call"], "reason": ""}),
    ("PolicyReplace", True, {}),
    ("PolicyReplace", True, {"hours": {"care": None}, "attempts": {"care": []}, "holidays": ["2028-02-29", "2028-02-29"]}),
    ("PolicyReplace", False, {"hours": {"emergency": {"start": "08:00", "end": "21:00"}}}),
    ("PolicyReplace", False, {"attempts": {"care": [{"max": 1001, "hours": 24}]}}),
    ("PolicyReplace", False, {"attempts": {"care": [{"max": 1, "hours": 0}]}}),
    ("PolicyReplace", False, {"attempts": {"care": [{"max": 1}]}}),
    ("PolicyReplace", False, {"holidays": ["2027-02-29"]}),
    ("PolicyReplace", False, {"state_rules": None}),
    ("FhirSourceCreate", True, {"url": "https://EHR.example.com/fhir/R4/", "token": "t"}),
    ("FhirSourceCreate", True, {"url": "http://[::1]:8080", "token": "t", "every": "PT5M"}),
    ("FhirSourceCreate", False, {"url": "HTTPS://ehr.example.com/fhir", "token": "t"}),
    ("FhirSourceCreate", False, {"url": "https://u:p@ehr.example.com/fhir", "token": "t"}),
    ("FhirSourceCreate", False, {"url": "https://ehr.example.com/fhir?a=b", "token": "t"}),
    ("FhirSourceCreate", False, {"url": "https:///fhir", "token": "t"}),
    ("FhirSourceUpdate", False, {"url": "https://ehr.example.com/fhir"}),
    ("Id", False, ""),
    ("Id", False, "a/b"),
    ("Id", True, "x" * 64),
    ("Id", False, "x" * 65),
]


@pytest.mark.parametrize("schema, accepted, value", SAMPLES, ids=lambda v: json.dumps(v)[:60])
def test_schema_lets_in_and_keeps_out(schema, accepted, value):
    assert accepts(schema, value) is accepted


@pytest.mark.parametrize("path, name, accepted, value", [
    ("/api/v2/phone-numbers", "q", True, ""),
    ("/api/v2/phone-numbers", "q", True, "  "),
    ("/api/v2/phone-numbers", "q", True, "5852984455"),
    ("/api/v2/phone-numbers", "q", True, "298-44"),
    ("/api/v2/phone-numbers", "q", True, "+1 (585) 298-4455"),
    ("/api/v2/phone-numbers", "q", False, "25852984455"),
    ("/api/v2/phone-numbers", "q", False, "()"),
    ("/api/v2/phone-numbers", "q", False, "doe"),
    ("/api/v2/patients", "q", True, "doe,jo"),
    ("/api/v2/patients", "q", True, "298-44"),
    ("/api/v2/patients", "q", True, ""),
    ("/api/v2/patients", "q", False, "25852984455"),
    ("/api/v2/patients", "q", False, "()"),
    ("/api/v2/phone-numbers", "limit", False, 0),
    ("/api/v2/phone-numbers", "limit", False, 101),
    ("/api/v2/phone-numbers", "offset", False, -1),
    ("/decisions", "number", True, " 15852984455"),
    ("/decisions", "number", True, "585) 298-4455"),
    ("/decisions", "number", False, " 5852984455"),
    ("/routes/outbound/{to}", "from", True, "desk7"),
    ("/phone_numbers", "page_size", True, 100),
    ("/phone_numbers", "page_size", False, 101),
    ("/phone_numbers", "page_token", False, "a/b"),
    ("/phone_numbers", "phone_number", True, " 12125550142"),
])
def test_query_parameter_lets_in_and_keeps_out(path, name, accepted, value):
    parameter = parameters(path, DOCUMENT["paths"][path]["get"])["query", name]
    assert validator(parameter["schema"]).is_valid(value) is accepted
