"""Reading refusals: the one shape of every error."""
import requests


def refused(answer: requests.Response, status: int, code: str, *fields: str) -> dict:
    """Asserts the refusal, with exactly these fields at fault where any are named; answers its `error`."""
    assert answer.status_code == status, f"{answer.status_code}: {answer.text}"
    error = answer.json()["error"]
    assert error["code"] == code, error
    if fields:
        assert sorted(detail["field"] for detail in error["details"]) == sorted(fields), error
    return error
