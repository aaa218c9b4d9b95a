"""What the machine is: processor, kernel, and how long the disk takes to make a write durable."""
import os
import pathlib
import platform
import re
import resource
import statistics
import subprocess
import time


def facts(directory: pathlib.Path) -> dict[str, str]:
    lscpu = subprocess.run(["lscpu"], check=True, capture_output=True, text=True,
                           env={**os.environ, "LC_ALL": "C"}).stdout
    model = re.search(r"^Model name:\s*(.+)$", lscpu, re.MULTILINE)
    family = re.search(r"^CPU family:\s*(.+)$", lscpu, re.MULTILINE)
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return {
        "processor": (model[1] if model else "unknown") + (f" (family {family[1]})" if family else ""),
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.0f} GiB",
        "kernel": platform.release(),
        "load before the run": f"{os.getloadavg()[0]:.2f}",
        "fdatasync of 4 KiB": sync_latency(directory),
    }


def raise_descriptor_limit() -> int:
    """As many file descriptors as may be, for this process and those that it starts."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def sync_latency(directory: pathlib.Path, writes: int = 300) -> str:
    """Median and 99th percentile of an append and its fdatasync, in the directory where databases will lie."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "sync-latency"
    took = []
    file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600)
    try:
        os.posix_fallocate(file, 0, writes * 4096)
        os.fsync(file)
        for i in range(writes):
            started = time.perf_counter()
            os.pwrite(file, os.urandom(4096), i * 4096)
            os.fdatasync(file)
            took.append((time.perf_counter() - started) * 1e3)
    finally:
        os.close(file)
        path.unlink()
    return f"{statistics.median(took):.2f} ms, p99 {sorted(took)[int(writes * 0.99)]:.2f} ms"
