"""What was measured: samples, their medians, and the tables made of them."""
import csv
import json
import pathlib
import statistics
from collections.abc import Iterable
from typing import NamedTuple


class Sample(NamedTuple):
    scenario: str
    server: str
    metric: str
    value: float


# Metrics of requests and of events, in the order of their columns. All others are in the last table.
REQUEST_METRICS = {"per_second": "req/s", "p50_ms": "p50 ms", "p99_ms": "p99 ms", "cpu_us": "CPU µs/req"}
EVENT_METRICS = {"told_per_second": "told/s", "due_p50_ms": "since due: p50 ms", "due_p99_ms": "p99 ms",
                 "answered_p50_ms": "since answer: p50 ms", "answered_p99_ms": "p99 ms", "cpu_us_each": "CPU µs each"}


class Results:
    def __init__(self) -> None:
        self.samples: list[Sample] = []

    def add(self, scenario: str, server: str, **metrics: float) -> None:
        self.samples += [Sample(scenario, server, name, value) for name, value in metrics.items()]

    def median(self, scenario: str, server: str, metric: str) -> float | None:
        found = [s.value for s in self.samples if (s.scenario, s.server, s.metric) == (scenario, server, metric)]
        return statistics.median(found) if found else None

    def ratio(self, metric: str, over: tuple[str, str], under: tuple[str, str]) -> float | None:
        """The median of `over` (scenario, server) divided by that of `under`."""
        above, below = self.median(*over, metric), self.median(*under, metric)
        return above / below if above is not None and below else None

    def rows(self) -> list[tuple[str, str]]:
        """Every scenario and server, in the order in which they were measured first."""
        scenarios = list(dict.fromkeys(s.scenario for s in self.samples))
        return [(scenario, server) for scenario in scenarios
                for server in dict.fromkeys(s.server for s in self.samples if s.scenario == scenario)]

    def request_table(self) -> str:
        lines = []
        for scenario, server in self.rows():
            values = [self.median(scenario, server, metric) for metric in REQUEST_METRICS]
            if values[0] is None:
                continue
            times = self.ratio("per_second", (scenario, "Linebook"), (scenario, server))
            lines.append([scenario, server, *map(figure, values),
                          "" if times is None or server == "Linebook" else f"{times:.2f}×"])
        return table(["scenario", "server", *REQUEST_METRICS.values(), "Linebook does"], lines) if lines else ""

    def event_table(self) -> str:
        lines = []
        for scenario, server in self.rows():
            values = [self.median(scenario, server, metric) for metric in EVENT_METRICS]
            if values[0] is None:
                continue
            times = self.ratio("due_p99_ms", (scenario, server), (scenario, "Linebook"))
            lines.append([scenario, server, *map(figure, values), "" if times is None or server == "Linebook" else f"{times:.2f}×"])
        return table(["scenario", "server", *EVENT_METRICS.values(), "p99 since due / Linebook's"], lines) if lines else ""

    def other_table(self) -> str:
        seen = dict.fromkeys((s.scenario, s.server, s.metric) for s in self.samples if s.metric not in REQUEST_METRICS | EVENT_METRICS)
        lines = [[scenario, server, metric.replace("_", " "), figure(self.median(scenario, server, metric))]
                 for scenario, server, metric in seen]
        return table(["measure", "server", "", "median"], lines) if lines else ""

    def write(self, directory: pathlib.Path, facts: dict[str, str]) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        medians = [{"scenario": s, "server": v, "metric": m, "median": self.median(s, v, m)}
                   for s, v, m in dict.fromkeys(sample[:3] for sample in self.samples)]
        (directory / "results.json").write_text(json.dumps(
            {"machine": facts, "medians": medians, "samples": [s._asdict() for s in self.samples]}, indent=1) + "\n")
        with (directory / "samples.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(Sample._fields)
            writer.writerows(self.samples)


def figure(value: float | None) -> str:
    """Three digits that count, and no more."""
    if value is None:
        return ""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value else "0"


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    """Markdown that also reads well in a terminal: text to the left, figures to the right."""
    lines = [head, *rows]
    widths = [max(3, *(len(line[i]) for line in lines)) for i in range(len(head))]
    right = [all(line[i][:1].isdigit() or line[i][:1] in ("", "≥", "≤") for line in lines[1:])
             for i in range(len(head))]

    def spread(line: list[str]) -> str:
        return "| " + " | ".join(c.rjust(w) if r else c.ljust(w) for c, w, r in zip(line, widths, right)) + " |"

    rule = "|" + "|".join("-" * (w + 1) + (":" if r else "-") for w, r in zip(widths, right)) + "|"
    return "\n".join([spread(head), rule, *map(spread, lines[1:])])
