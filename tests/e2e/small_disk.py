"""A small disk of a test's own, which can be filled, emptied and taken away."""
import os
import pathlib
import stat
import subprocess

import installation as program


class SmallDisk:
    """A tmpfs of its own, mounted in a private namespace that goes with the process holding it, so that nothing stays
    mounted whatever becomes of the test."""

    def __init__(self, mount_point: pathlib.Path, mib: int):
        mount_point.mkdir()
        self.mount_point = mount_point
        self.mib = mib
        unshare = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
        script = 'mount -t tmpfs -o size="$1" none "$2" && echo mounted && exec cat'
        self.holder = subprocess.Popen([*unshare, "sh", "-c", script, "sh", f"{mib}m", mount_point],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.holder.stdout.readline() == "mounted\n", "mounting a tmpfs needs root or user namespaces"
        # As seen from outside the namespace.
        self.inside = pathlib.Path(f"/proc/{self.holder.pid}/root{mount_point}")

    def _enter(self) -> list[str]:
        return ["nsenter", "-t", str(self.holder.pid), *(["-m"] if os.geteuid() == 0 else ["-U", "--preserve-credentials", "-m"]), "--"]

    def resize(self, mib: int):
        """What is on it stays. A size costs no memory before it is written to."""
        subprocess.run([*self._enter(), "mount", "-o", f"remount,size={mib}m", self.mount_point], check=True)

    def move(self, to: pathlib.Path):
        """Mounts it there, so that its place is an empty directory."""
        subprocess.run([*self._enter(), "mount", "--move", self.mount_point, to], check=True)

    def move_back(self, from_: pathlib.Path):
        subprocess.run([*self._enter(), "mount", "--move", from_, self.mount_point], check=True)

    def program(self, path: pathlib.Path) -> pathlib.Path:
        """The binary, run where the disk is mounted."""
        path.write_text(f'#!/bin/sh\nexec {" ".join(self._enter())} "{program.BINARY.resolve()}" "$@"\n')
        path.chmod(stat.S_IRWXU)
        return path

    def fill(self):
        with open(self.inside / "ballast", "ab", buffering=0) as ballast:
            for size in (1 << 20, 4096, 1):
                try:
                    while True:
                        ballast.write(b"\0" * size)
                except OSError:
                    pass

    def empty(self):
        (self.inside / "ballast").unlink()

    def close(self):
        self.holder.stdin.close()
        self.holder.wait(30)
