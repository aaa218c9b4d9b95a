"""What systemd does for a service, by hand: a socket that is told how it goes, and sockets that are handed over."""
import fcntl
import os
import pathlib
import socket
import subprocess
import threading

from waiting import eventually


class NotifySocket:
    """sd_notify(3): what came, in order."""

    def __init__(self, folder: pathlib.Path):
        self.path = folder / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        self.told: list[dict[str, str]] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        while (datagram := self.socket.recv(65536)) != b"over":
            self.told.append(dict(line.split("=", 1) for line in datagram.decode().splitlines()))

    def close(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as own:
            own.sendto(b"over", str(self.path))

    def count(self, **wanted) -> int:
        return sum(wanted.items() <= told.items() for told in list(self.told))

    def until(self, times=1, seconds=60.0, **wanted):
        eventually(lambda: self.count(**wanted) >= times, seconds, lambda: f"no {wanted}: {self.told}")


def with_sockets(sockets: dict[str, socket.socket], command: list[str], **settings) -> subprocess.Popen:
    """sd_listen_fds(3): the process has the sockets as descriptors from 3 on, under these names."""
    copies = [fcntl.fcntl(one.fileno(), fcntl.F_DUPFD, 100) for one in sockets.values()]
    places = " ".join(f"{place}<&{copy} {copy}<&-" for place, copy in enumerate(copies, start=3))
    script = f'exec {places}; export LISTEN_PID=$$; exec "$@"'
    settings["env"] = {**settings.get("env", os.environ), "LISTEN_FDS": str(len(sockets)), "LISTEN_FDNAMES": ":".join(sockets)}
    try:
        return subprocess.Popen(["bash", "-c", script, "bash", *command], pass_fds=copies, **settings)
    finally:
        for copy in copies:
            os.close(copy)
