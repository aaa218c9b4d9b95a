"""script/fresh: what it refuses, and what becomes of what it started. A few programs of this machine stand in for Debian."""
import os
import pathlib
import signal
import subprocess
import time

import pytest

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
AS_ROOT = [] if os.geteuid() == 0 else ["unshare", "-r"]

# Makes in the folder after "bookworm" as much of a Debian as the tests need.
SMALL_DEBIAN = r"""#!/bin/bash
set -eu
while [ "$1" != bookworm ]; do shift; done
root=$2
mkdir -p "$root"/{etc,proc,sys,dev,run,var,tmp,root}
for program in bash env mkdir mount rmdir sleep umount; do
  for file in "$(command -v $program)" $(ldd "$(command -v $program)" | grep -o '/[^ ]*'); do
    mkdir -p "$root$(dirname "$file")"
    cp -L "$file" "$root$file"
  done
done
touch "$root/etc/debian_version"
"""


def commit(checkout: pathlib.Path, message: str):
    git = ["git", "-C", checkout, "-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run([*git, "add", "kept"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", message], check=True)


@pytest.fixture
def checkout(tmp_path) -> pathlib.Path:
    """A repository with a script/fresh in it, and nothing else committed."""
    made = tmp_path / "checkout"
    (made / "script").mkdir(parents=True)
    (made / "script/fresh").write_bytes((CHECKOUT / "script/fresh").read_bytes())
    (made / "script/fresh").chmod(0o755)
    (made / "kept").write_text("committed\n")
    subprocess.run(["git", "-C", made, "init", "-q"], check=True)
    commit(made, "first")
    return made


@pytest.fixture
def fresh(checkout, tmp_path):
    """Starts script/fresh, with this text as mmdebstrap."""
    started = []

    def start(*arguments: str, mmdebstrap: str = SMALL_DEBIAN, as_root: list[str] = AS_ROOT, **variables) -> subprocess.Popen:
        programs = tmp_path / "programs"
        programs.mkdir(exist_ok=True)
        (programs / "mmdebstrap").write_text(mmdebstrap)
        (programs / "mmdebstrap").chmod(0o755)
        environment = {**os.environ, "PATH": f"{programs}:/usr/bin:/bin:/usr/sbin:/sbin", **variables}
        started.append(subprocess.Popen([*as_root, checkout / "script/fresh", *arguments], env=environment, text=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def ended(process: subprocess.Popen) -> tuple[int, str, str]:
    output, complaint = process.communicate(timeout=60)
    return process.returncode, output, complaint


def leaves_nothing(checkout: pathlib.Path):
    build = checkout / "build"
    assert not build.exists() or not list(build.glob("fresh-*"))
    assert str(checkout) not in pathlib.Path("/proc/mounts").read_text()


@pytest.mark.parametrize("arguments, complaint", [
    ([], "which command?"),
    (["--cache", "/nowhere", "true"], "no folder /nowhere"),
    (["--bring", "../up", "true"], "a path within the clone"),
    (["--bring", "/etc", "true"], "a path within the clone"),
    (["--other", "true"], "--other"),
])
def test_unusable_arguments_are_refused_with_a_reason(fresh, checkout, arguments, complaint):
    code, output, told = ended(fresh(*arguments))
    assert code == 2 and output == "" and complaint in told and "Traceback" not in told
    leaves_nothing(checkout)


def test_without_root_it_says_so(fresh):
    not_root = ["setpriv", "--reuid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    code, _, told = ended(fresh("true", as_root=not_root))
    assert code in (2, 126) and ("needs root" in told or "ermission denied" in told)


def test_command_has_the_committed_clone_and_its_exit_code_counts(fresh, checkout):
    (checkout / "kept").write_text("changed\n")
    certificate = checkout / "ca.crt"
    certificate.write_text("a certificate\n")
    code, output, told = ended(fresh(
        "bash", "-c", 'set -- /proc/[0-9]*; echo "$(<kept) $# ${SECRET:-none} $(<$PIP_CERT)"; exit 7', PIP_CERT=str(certificate), SECRET="x"))
    assert (code, output) == (7, "committed 2 none a certificate\n"), told
    assert "what is not committed here is not in it" in told
    leaves_nothing(checkout)


def test_checkout_may_be_shallow_and_somebody_else_s(fresh, checkout):
    for revision in ("second", "third"):
        (checkout / "kept").write_text(f"{revision}\n")
        commit(checkout, revision)
    (checkout / ".git/shallow").write_text(subprocess.check_output(["git", "-C", checkout, "rev-parse", "HEAD~1"], text=True))
    if not AS_ROOT:
        for path in (checkout, checkout / ".git"):
            os.chown(path, 65534, 65534)
    code, output, told = ended(fresh("bash", "-c", 'echo "$(<kept)"'))
    assert (code, output) == (0, "third\n"), told


def test_what_it_made_is_brought_also_when_it_failed(fresh, checkout, tmp_path):
    cache = tmp_path / "cache"
    cache.mkdir()
    (checkout / "build/results").mkdir(parents=True)
    (checkout / "build/results/old").touch()
    code, _, told = ended(fresh("--cache", str(cache), "--bring", "build/results", "bash", "-c",
                                "mkdir -p build/results; echo new >build/results/new; echo hit >$CCACHE_DIR/entry; exit 1"))
    assert code == 1, told
    assert [path.name for path in (checkout / "build/results").iterdir()] == ["new"]
    assert (cache / "entry").read_text() == "hit\n"
    leaves_nothing(checkout)


def test_what_runs_ends_with_it(fresh, checkout):
    """Also what it left behind in the background; and a command that ends well when it is told to, ended well."""
    process = fresh("bash", "-c", "mount -t tmpfs none /tmp; trap 'exit 0' TERM; sleep 4321 & echo up; wait")
    assert process.stdout.readline() == "up\n"
    process.send_signal(signal.SIGTERM)
    assert ended(process)[0] == 0
    assert subprocess.run(["pgrep", "-f", "^sleep 4321$"], stdout=subprocess.DEVNULL).returncode == 1
    leaves_nothing(checkout)


def test_command_heeds_sigint(fresh):
    """A shell has what it starts in the background ignore it."""
    code, output, told = ended(fresh("bash", "-c", "trap 'echo heard' INT; kill -INT $$; trap -p INT"))
    assert (code, output.splitlines()[0]) == (0, "heard"), told


def test_told_to_end_while_debian_is_made(fresh, checkout):
    process = fresh("true", mmdebstrap="#!/bin/sh\nsleep 4322 & sleep 4322\n")
    while subprocess.run(["pgrep", "-f", "^sleep 4322$"], stdout=subprocess.DEVNULL).returncode != 0:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert ended(process)[0] == 128 + signal.SIGINT
    assert subprocess.run(["pgrep", "-f", "^sleep 4322$"], stdout=subprocess.DEVNULL).returncode == 1
    leaves_nothing(checkout)


def test_unreachable_mirror_is_told(fresh, checkout):
    code, _, told = ended(fresh("true", mmdebstrap="#!/bin/sh\necho 'E: Could not resolve host'; exit 100\n"))
    assert code == 2 and "Could not resolve host" in told and "mirror reachable" in told
    leaves_nothing(checkout)
