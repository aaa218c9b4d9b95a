"""Where the server's time goes: perf's samples, each counted for the part that it was taken in, and for the part of
ours on whose behalf that was.

A function of ours belongs to the folder of its source, told by the debug information; one of a library's to the
library; one of the kernel's to what it was asked for, told by its callers.
"""
import collections
import pathlib
import re
import subprocess
import time

from . import paths
from .bench import Bench
from .results import table
from .servers import Linebook
from .wrk import Load, Wrk

SECONDS, FREQUENCY = 6, 499
RECORD = ("perf", "record", "-q", "-F", str(FREQUENCY), "--call-graph", "dwarf,16384")
LOADS = {"GET by id, 64 connections": Load("get"),
         "GET by id, 16 pipelined: almost without the network": Load("get", batch=16),
         "POST, 64 connections": Load("post")}
TOP = 15  # functions
LEAST = 0.005  # of all samples, for a part to be told
KERNEL = "[kernel]"

# The first that matches any caller of a kernel function tells what the kernel was doing.
KERNEL_WORK = (
    ("kernel: disk", re.compile(r"fsync|fdatasync|pwrite|pread|ext4|xfs|btrfs|blk_|vfs_write|vfs_read")),
    ("kernel: network", re.compile(r"tcp|inet|sock|send|recv|epoll|ep_|net_|softirq")),
    ("kernel: threads waiting and waking", re.compile(r"futex|schedule|wake")),
    ("kernel: memory", re.compile(r"page_fault|exc_page|mmap|madvise|munmap")),
)
LIBRARIES = {"libsqlite3": "SQLite", "libsodium": "libsodium: hashes and random numbers", "libutf8proc": "UTF-8",
             "libboost_json": "JSON",
             "libcrypto": "OpenSSL", "libc.so": "libc: memory and strings", "libstdc++": "libc: memory and strings",
             "[vdso]": "clock", "[unknown]": "unknown"}
# Of a mangled name, or of a source file beneath src/.
PARTS = (
    (re.compile(r"5boost5beast|head_parser|request_reader"), "http: parsing of heads"),
    (re.compile(r"key_directory"), "http: authentication and rate limits"),
    (re.compile(r"json|object_reader|5boost4json"), "JSON"),
    (re.compile(r"request_(encoding|file|history)"), "request history"),
    (re.compile(r"metrics|log\.(cc|h)"), "metrics and logs"),
    (re.compile(r"ledger"), "ledger"),
    (re.compile(r"store/sqlite/writer"), "store: commits and checkpoints"),
    (re.compile(r"http/transport|5boost4asio"), "http: transport"),
)
FOLDER = re.compile(r"/src/([a-z_]+)/")
STORE_FILE = re.compile(r"/src/store/sqlite/([a-z_]+)\.")
PASSES_ON = ("store/sqlite/connection.cc", "store/sqlite/connection.h")
FOLDERS = {"http": "http: routes and endpoints"}
NAMESPACES = {"8linebook4http": FOLDERS["http"], "8linebook6sqlite": "store"}


Stack = list[tuple[str, str]]  # a sample: the functions that were running, innermost first, as (name, library)


def profiles(bench: Bench) -> list[tuple[str, str]]:
    """A section for each load: its title, and two tables: by part, and the functions that took most."""
    files = source_files()
    found: list[tuple[str, str]] = []
    for name, load in LOADS.items():
        bench.say(f"profile of {name}")
        stacks = record(bench, load)
        by_part = collections.Counter(part_of(stack, files) for stack in stacks)
        on_behalf = collections.Counter(part_of(ours(stack, files), files) for stack in stacks)
        by_function = collections.Counter((*stack[0], part_of(stack, files)) for stack in stacks)
        parts = sorted(by_part | on_behalf, key=lambda part: (-on_behalf[part], -by_part[part]))
        told = (f"`{' '.join(RECORD)}`, {len(stacks):,} samples: in each part itself, and with what libraries and the "
                "kernel did for it.")
        part_table = table(["part", "itself", "with what it called"],
                           [[part, share(by_part[part], stacks), share(on_behalf[part], stacks)] for part in parts
                            if max(by_part[part], on_behalf[part]) >= LEAST * len(stacks)])
        function_table = table(["function", "part", "share"],
                               [[display(function, library), part, share(n, stacks)]
                                for (function, library, part), n in by_function.most_common(TOP)])
        found.append((f"Where the server's time goes: {name}", f"{told}\n\n{part_table}\n\n{function_table}"))
    return found


def share(count: int, stacks: list[Stack]) -> str:
    return f"{100 * count / len(stacks):.1f} %" if count else ""


def record(bench: Bench, load: Load) -> list[Stack]:
    seed = bench.seed()
    with Linebook().running(seed) as running:
        sending = Wrk(load, running, seed, SECONDS + 2)
        time.sleep(1)
        samples = running.site / "perf.data"
        subprocess.run([*RECORD, "-p", str(running.process.pid), "-o", samples, "--", "sleep", str(SECONDS)],
                       check=True, capture_output=True)
        sending.wait()
        told = subprocess.run(["perf", "script", "--no-demangle", "--no-inline", "-i", samples, "-F",
                               "comm,ip,sym,dso"], check=True, capture_output=True, text=True, errors="replace").stdout
    return parse(told)


def parse(told: str) -> list[Stack]:
    stacks: list[Stack] = []
    stack: Stack = []
    for line in told.splitlines():
        frame = re.match(r"\s+[0-9a-f]+ (.+) \((.*)\)$", line)
        if frame:
            stack.append((frame[1], KERNEL if "kernel" in frame[2] else pathlib.PurePath(frame[2]).name))
        elif not line.strip() and stack:
            stacks.append(stack)
            stack = []
    if stack:
        stacks.append(stack)
    return stacks


def source_files() -> dict[str, str]:
    """The source file of each function of the server's."""
    told = subprocess.run(["nm", "--line-numbers", paths.LINEBOOK], check=True, capture_output=True, text=True).stdout
    found = {}
    for line in told.splitlines():
        if symbol := re.match(r"[0-9a-f]+ [tTwW] (\S+)\t(.+):\d+$", line):
            found[symbol[1]] = symbol[2]
    return found


def ours(stack: Stack, files: dict[str, str]) -> Stack:
    """From the innermost function of ours outwards, but for those that only pass SQL on; the whole stack where there is
    none."""
    return next((stack[i:] for i, (name, library) in enumerate(stack)
                 if library == paths.LINEBOOK.name and not files.get(name, "").endswith(PASSES_ON)), stack)


def part_of(stack: Stack, files: dict[str, str]) -> str:
    function, library = stack[0]
    if library == KERNEL:
        callers = " ".join(name for name, where in stack if where == KERNEL)
        return next((part for part, pattern in KERNEL_WORK if pattern.search(callers)), "kernel: other")
    if library != paths.LINEBOOK.name:
        return next((part for name, part in LIBRARIES.items() if name in library), library)
    file = files.get(function, "")
    known_by = file if "/src/" in file else function
    if part := next((part for pattern, part in PARTS if pattern.search(known_by)), None):
        return part
    if stored := STORE_FILE.search(file):
        return f"store: {stored[1].replace('_', ' ')}"
    if folder := FOLDER.search(file):
        return FOLDERS.get(folder[1], folder[1])
    # What the compiler made of templates has no source of ours; its name tells whose it is.
    return next((part for namespace, part in NAMESPACES.items() if namespace in function), "linebook: other")


def display(function: str, library: str) -> str:
    """The demangled name without parameters."""
    if function == "[unknown]":
        return f"{library}, without symbols"
    if not function.startswith("_Z"):
        return f"`{function}`"
    plain = subprocess.run(["c++filt", "-p", function], check=True, capture_output=True, text=True).stdout.strip()
    return f"`{plain if len(plain) <= 80 else plain[:77] + '…'}`"
