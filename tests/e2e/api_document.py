"""The service's own OpenAPI document, held against what the service answers."""
import dataclasses
import json
import re
import threading
import urllib.parse

import jsonschema
import referencing
import referencing.jsonschema

DOCUMENT_URI = "urn:linebook:openapi"
ERROR_RESPONSES = {  # what can be answered before the service knows which operation it is
    400: "BadRequest", 404: "NotFound", 405: "MethodNotAllowed", 408: "RequestTimeout", 413: "PayloadTooLarge",
    431: "HeaderTooLarge", 500: "InternalError", 503: "Unavailable"}
TRANSPORT_HEADERS = {"date", "content-length", "content-type", "connection", "transfer-encoding"}
SESSION_HEADERS = {"cache-control", "x-content-type-options"}  # the security scheme `session` tells of them


@dataclasses.dataclass(frozen=True)
class Operation:
    method: str
    template: str
    content: dict

    @property
    def id(self) -> str:
        return self.content["operationId"]

    @property
    def scopes(self) -> list[str]:
        return self.content.get("x-required-scopes", [])

    @property
    def is_public(self) -> bool:
        return self.content.get("security") == []

    @property
    def signs_in(self) -> bool:
        """Takes a secret in its body instead of a token."""
        return self.is_public and self.method == "POST"

    @property
    def takes_bytes(self) -> bool:
        """Another body than JSON."""
        return "application/octet-stream" in self.content.get("requestBody", {}).get("content", {})

    @property
    def is_of_cookies(self) -> bool:
        """About a browser's session: a bearer token has none."""
        return self.content.get("security") == [{"session": []}]

    @property
    def is_carriers(self) -> bool:
        """Called by a carrier, which signs it."""
        return self.content.get("security") == [{"twilioSignature": []}]

    def example_path(self, document: "ApiDocument") -> str:
        """The path with every parameter's example in its place."""
        item = document.content["paths"][self.template]
        path = self.template
        for reference in [*item.get("parameters", []), *self.content.get("parameters", [])]:
            parameter = document.resolve(reference)
            if parameter["in"] == "path":
                path = path.replace("{" + parameter["name"] + "}", parameter["example"])
        return path

    def example_query(self, document: "ApiDocument") -> dict:
        """The examples of the query parameters that it cannot do without."""
        asked = map(document.resolve, self.content.get("parameters", []))
        return {parameter["name"]: parameter["example"] for parameter in asked
                if parameter["in"] == "query" and parameter.get("required")}

    @property
    def example_headers(self) -> dict:
        """So that the answer ends, where a stream would go on; and what a bulk export demands."""
        if self.id == "followEvents":
            return {"Accept": "application/json"}
        return {"Prefer": "respond-async"} if self.template.endswith("/$export") else {}


class ApiDocument:
    def __init__(self, content: dict):
        self.content = content
        resource = referencing.Resource(contents=content, specification=referencing.jsonschema.DRAFT202012)
        self.registry = referencing.Registry().with_resource(DOCUMENT_URI, resource)
        self.validators: dict[str, jsonschema.Draft202012Validator] = {}
        self.operations = [
            Operation(method.upper(), template, operation)
            for template, item in content["paths"].items()
            for method, operation in item.items() if method in ("get", "post", "put", "patch", "delete")]
        # A path with fewer parameters is the more particular one: /quality before /{phone_id}.
        self.templates = [
            (template, re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))))
            for template in sorted(content["paths"], key=lambda path: path.count("{"))]

    def operation(self, id: str) -> Operation:
        return next(operation for operation in self.operations if operation.id == id)

    def resolve(self, node: dict) -> dict:
        while "$ref" in node:
            target = self.content
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def template_of(self, path: str) -> str | None:
        return next((template for template, pattern in self.templates if pattern.fullmatch(path)), None)

    def find(self, method: str, path: str) -> Operation | None:
        template = self.template_of(path)
        wanted = "GET" if method == "HEAD" else method
        return next((o for o in self.operations if (o.method, o.template) == (wanted, template)), None)

    def problems_with(self, instance, *pointer: str) -> list[str]:
        """What the schema at that place of the document finds wrong."""
        steps = "/".join(step.replace("~", "~0").replace("/", "~1") for step in pointer)
        if steps not in self.validators:
            self.validators[steps] = jsonschema.Draft202012Validator(
                {"$ref": f"{DOCUMENT_URI}#/{urllib.parse.quote(steps)}"}, registry=self.registry,
                format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
        return [f"{error.json_path}: {error.message}" for error in self.validators[steps].iter_errors(instance)]

    def response_pointer(self, method: str, path: str, status: int) -> list[str] | None:
        """Where the document describes this answer; None where it does not."""
        operation = self.find(method, path)
        if operation is not None:
            place = ["paths", operation.template, operation.method.lower(), "responses", str(status)]
            described = operation.content["responses"].get(str(status))
        else:
            # A path that is not there is 404, a method that it lacks is 405; HTTP faults come before both.
            known = set(ERROR_RESPONSES) - {405 if self.template_of(path) is None else 404}
            name = ERROR_RESPONSES.get(status) if status in known else None
            if name and (path == "/fhir" or path.startswith("/fhir/")):  # where even such answers are FHIR's
                name = "Fhir" + name
            described = {"$ref": f"#/components/responses/{name}"} if name else None
        if described is None:
            return None
        return described["$ref"].removeprefix("#/").split("/") if "$ref" in described else place

    def check(self, method: str, path: str, status: int, headers, body: bytes):
        """Raises AssertionError unless the document describes this answer. `headers` maps names of any case."""
        problems = self._problems(method, path, status, headers, body)
        if problems:
            raise AssertionError(f"{method} {path} answered {status}, unlike the OpenAPI document:\n  "
                                 + "\n  ".join(problems) + f"\n{body[:2000]!r}")

    def _problems(self, method, path, status, headers, body) -> list[str]:
        pointer = self.response_pointer(method, path, status)
        if pointer is None:
            return ["this status is not documented"]
        described = self.content
        for step in pointer:
            described = described[step]
        return [*self._header_problems(pointer, described, headers),
                *self._body_problems(method, pointer, described, headers, body)]

    def _header_problems(self, pointer, described, headers) -> list[str]:
        problems = []
        documented = described.get("headers", {})
        for name, reference in documented.items():
            header = self.resolve(reference)
            value = headers.get(name)
            if value is None:
                if header.get("required"):
                    problems.append(f"the header {name} is missing")
                continue
            place = reference["$ref"].removeprefix("#/").split("/") if "$ref" in reference else [*pointer, "headers", name]
            typed = int(value) if header["schema"].get("type") == "integer" and value.isdigit() else value
            problems += [f"{name}: {problem}" for problem in self.problems_with(typed, *place, "schema")]
        known = {name.lower() for name in documented} | TRANSPORT_HEADERS | SESSION_HEADERS
        problems += [f"the header {name} is not documented" for name in headers if name.lower() not in known]
        if len({name.lower() for name in headers if name.lower().startswith("x-ratelimit-")}) not in (0, 3):
            problems.append("only a part of the X-RateLimit headers is there")
        return problems

    def _body_problems(self, method, pointer, described, headers, body) -> list[str]:
        content = described.get("content")
        if content is None:
            return ["a body where none is documented"] if body else []
        media_type = headers.get("Content-Type", "").split(";")[0].strip()
        if media_type not in content:
            return [f"the Content-Type {media_type!r} is not documented"]
        if method == "HEAD":
            return ["a body in an answer to HEAD"] if body else []
        if media_type not in ("application/json", "application/fhir+json"):
            return []
        try:
            instance = json.loads(body)
        except ValueError as error:
            return [f"the body is not JSON: {error}"]
        problems = self.problems_with(instance, *pointer, "content", media_type, "schema")
        replayed = headers.get("Idempotent-Replayed") is not None
        error = instance.get("error")  # in a bulk export's manifest it is a list, of a ping to a webhook what went wrong
        if isinstance(error, dict) and not replayed and error.get("request_id") != headers.get("X-Request-Id"):
            problems.append("error.request_id is not the X-Request-Id")
        return problems


_document: ApiDocument | None = None
_lock = threading.Lock()


def served_document(fetch) -> ApiDocument:
    """The document that the binary under test serves; `fetch` answers its bytes, once for the whole run."""
    global _document
    with _lock:
        if _document is None:
            _document = ApiDocument(json.loads(fetch()))
        return _document
