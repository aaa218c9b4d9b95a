"""docs/PERFORMANCE.md: everything between two marks is written by a run. A scenario may have marks of its own, which a run of it alone
writes between, so that it leaves all others as they were measured."""
import pathlib


def replace_measured(path: pathlib.Path, text: str, scenarios: list[str]) -> None:
    document = path.read_text(encoding="utf-8")
    begin, end = _marks("")
    if len(scenarios) == 1 and _marks(scenarios[0])[0] in document:
        begin, end = _marks(scenarios[0])
    before, _, rest = document.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise ValueError(f"{path} lacks its marks: {begin!r} and {end!r}")
    path.write_text(f"{before}{begin}\n{text.strip()}\n\n{end}{after}", encoding="utf-8")


def _marks(scenario: str) -> tuple[str, str]:
    of = f"measured: {scenario}" if scenario else "measured"
    return f"<!-- {of}: begin -->\n", f"<!-- {of}: end -->\n"
