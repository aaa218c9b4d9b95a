"""Runs wrk and reads what it tells. One thread, so that the server has a core of its own."""
import dataclasses
import json
import os
import pathlib
import subprocess

from . import paths
from .seeds import Seed
from .servers import Running

WARM_UP_SECONDS = 2  # what is compiled as it runs has had its time


@dataclasses.dataclass(frozen=True)
class Load:
    """What is sent: one of the scripts in bench/wrk, with its settings."""
    script: str  # get, post, patch, decide, next
    connections: int = 64
    targets: pathlib.Path | None = None
    batch: int = 1
    primary_every: int = 4
    asked_at: str = ""  # decisions: forecasts for then
    refusals: bool = False  # are answers other than 2xx expected?


@dataclasses.dataclass(frozen=True)
class Outcome:
    requests: int
    seconds: float
    p50_ms: float
    p90_ms: float
    p99_ms: float
    max_ms: float
    refused: int
    broken: int

    def figures(self, batch: int = 1) -> dict[str, float]:
        """As samples. Nothing where no answer came in time; wrk cannot tell how long one of a batch took."""
        if self.requests == 0:
            return {}
        latencies = {"p50_ms": self.p50_ms, "p99_ms": self.p99_ms} if batch == 1 else {}
        return {"per_second": self.per_second, **latencies}

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


class Wrk:
    """wrk on its way."""
    _runs = 0

    def __init__(self, load: Load, server: Running, seed: Seed, seconds: float):
        Wrk._runs += 1
        environment = {
            **os.environ,
            "BENCH_WRK": str(paths.WRK_SCRIPTS),
            "BENCH_RANDOM_SEED": str(Wrk._runs),
            "BENCH_TOKENS": str(seed.tokens),
            "BENCH_TARGETS": str(load.targets or seed.targets),
            "BENCH_BATCH": str(load.batch),
            "BENCH_PEOPLE": str(seed.people),
            "BENCH_PRIMARY_EVERY": str(load.primary_every),
            "BENCH_ASKED_AT": load.asked_at,
            # Each run sends numbers that no other has sent.
            "BENCH_FIRST_NUMBER": str(100_000_000 + Wrk._runs * 1_000_000),
        }
        self._load = load
        self._process = subprocess.Popen(
            ["wrk", "-t1", f"-c{load.connections}", f"-d{max(1, round(seconds))}s", "--timeout", "30s", "-s",
             str(paths.WRK_SCRIPTS / f"{load.script}.lua"), server.url],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)

    def wait(self) -> Outcome:
        output, _ = self._process.communicate()
        lines = [line for line in output.splitlines() if line.startswith("{")]
        if self._process.returncode != 0 or not lines:
            raise RuntimeError(f"wrk failed:\n{output}")
        outcome = Outcome(**json.loads(lines[-1]))
        if outcome.broken or (outcome.refused and not self._load.refusals):
            raise RuntimeError(f"{self._load}: {outcome}")
        return outcome


def run(load: Load, server: Running, seed: Seed, seconds: float) -> Outcome:
    return Wrk(load, server, seed, seconds).wait()
