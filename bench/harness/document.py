"""docs/PERFORMANCE.md: everything between its two marks is written by a run."""
import pathlib

BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"


def replace_measured(path: pathlib.Path, text: str) -> None:
    document = path.read_text(encoding="utf-8")
    before, _, rest = document.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"{path} lacks its marks: {BEGIN!r} and {END!r}")
    path.write_text(f"{before}{BEGIN}\n{text.strip()}\n\n{END}{after}", encoding="utf-8")
