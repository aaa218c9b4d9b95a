"""What each minute showed, and what of it makes a server that is not as it was."""
import collections
import dataclasses
import statistics

# What may be in the log, by event, and why.
EXPLAINED: dict[str, str] = {
}

MEMORY_GROWS, P99_GROWS, DESCRIPTORS_GROW = 1.10, 1.5, 1.10  # the last third's median, of the middle third's


@dataclasses.dataclass
class Minute:
    memory: list[float]  # MiB of each node
    descriptors: list[int]
    rate: float
    latencies: dict[str, tuple[float, float]]
    disk: float  # MiB
    backlog: str
    complaints: collections.Counter

    def line(self, number: int) -> str:
        times = " ".join(f"{method} {p50:.1f}/{p99:.1f} ms" for method, (p50, p99) in self.latencies.items())
        told = ", ".join(f"{event} {count}" for event, count in self.complaints.items()) or "none"
        return (f"minute {number}: RSS {'+'.join(f'{one:.0f}' for one in self.memory)} MiB, descriptors "
                f"{'+'.join(map(str, self.descriptors))}, {self.rate:.0f} requests/s, {times}, disk {self.disk:.0f} MiB, "
                f"{self.backlog}, complaints: {told}")


def growth(values: list[float]) -> tuple[float, float]:
    """The medians of the middle and of the last third."""
    third = max(1, len(values) // 3)
    return statistics.median(values[-2 * third:-third] or values[:1]), statistics.median(values[-third:])


def growing(minutes: list[Minute]) -> list[str]:
    found = []

    def flat(what: str, values: list[float], factor: float):
        before, after = growth(values)
        is_flat = after <= factor * before
        print(f"{what}: {before:.1f} in the middle third, {after:.1f} in the last: {'flat' if is_flat else 'NOT FLAT'}")
        if not is_flat:
            found.append(f"{what} grew from {before:.1f} to {after:.1f}, more than {factor} times")

    for node in range(len(minutes[0].memory)):
        flat(f"memory of node {node + 1}, MiB", [one.memory[node] for one in minutes], MEMORY_GROWS)
        flat(f"descriptors of node {node + 1}", [one.descriptors[node] for one in minutes], DESCRIPTORS_GROW)
    for method in minutes[0].latencies:
        flat(f"p99 of {method}, ms", [one.latencies[method][1] for one in minutes], P99_GROWS)
    return found
