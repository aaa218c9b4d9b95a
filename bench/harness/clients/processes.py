"""Starts the clients, and reads what they tell."""
import json
import subprocess
import sys

from .receivers import address

Write = tuple[str, float, float]  # a contact number, when it was due, when its answer had come
Told = tuple[str, float]  # a contact number, and when somebody was told of it


class Client:
    """A client's process. What it says on stderr goes where the harness's does."""

    def __init__(self, module: str, argument: str):
        self.module = module
        self._process = subprocess.Popen([sys.executable, "-m", f"harness.clients.{module}", argument], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def line(self) -> str:
        if line := self._process.stdout.readline():
            return line
        raise RuntimeError(f"{self.module} ended before it had told anything")

    def told(self, wanted: int) -> list[Told]:
        """Once so many in all have come: what came since the last time."""
        self._process.stdin.write(f"{wanted}\n")
        self._process.stdin.flush()
        return [tuple(one) for one in json.loads(self.line())]


class Writer(Client):
    def __init__(self, **settings):
        super().__init__("writer", json.dumps(settings))

    def writes(self) -> list[Write]:
        """Once all are answered."""
        return [tuple(one) for one in json.loads(self.line())]


class Listeners(Client):
    """`groups`: token, streams, sampled. All are open once it is made."""

    def __init__(self, port: int, groups: list[dict]):
        super().__init__("listeners", json.dumps({"port": port, "groups": groups}))
        self.line()


class Receivers(Client):
    def __init__(self, count: int):
        super().__init__("receivers", str(count))
        self._port = int(self.line())

    def url(self, place: int) -> str:
        return f"http://{address(place)}:{self._port}/"
