"""Reading refusals: the one shape of every error, and FHIR's."""
import requests

# What kind of issue (FHIR's issue-type) each code of ours is.
ISSUE_TYPES = {"unauthorized": "login", "forbidden": "forbidden", "not_found": "not-found", "expired": "deleted",
               "method_not_allowed": "not-supported", "payload_too_large": "too-long", "too_many_requests": "throttled",
               "overloaded": "transient", "unavailable": "transient"}


def refused(answer: requests.Response, status: int, code: str, *fields: str) -> dict:
    """Asserts the refusal, with exactly these fields at fault where any are named; answers its `error`."""
    assert answer.status_code == status, f"{answer.status_code}: {answer.text}"
    if answer.headers["Content-Type"] == "application/fhir+json":
        outcome = answer.json()
        assert outcome["resourceType"] == "OperationOutcome"
        wanted = ISSUE_TYPES.get(code, "invalid")
        for issue in outcome["issue"]:
            unknown = issue["diagnostics"].endswith("is not a parameter of this request")
            assert issue["code"] == ("not-supported" if unknown else wanted), outcome
        if fields:
            assert sorted(issue["diagnostics"].split(" ")[0] for issue in outcome["issue"]) == sorted(fields), outcome
        return outcome
    error = answer.json()["error"]
    assert error["code"] == code, error
    if fields:
        assert sorted(detail["field"] for detail in error["details"]) == sorted(fields), error
    return error
