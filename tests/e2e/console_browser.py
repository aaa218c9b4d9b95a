"""Debian's Chromium at the console, for tests: what is done there stands in web/console/browser/."""
import json
import os
import queue
import subprocess
import threading

from installation import PROJECT
from load import scaled

CONSOLE = PROJECT / "web/console"
PATIENCE = scaled(150, 280)  # seconds, of one that is asked
STEP_MS = scaled(15_000, 45_000)  # of one step in it
# What is kept of a run, beside the reports of the tests (script/test).
PICTURES = PROJECT / "build" / os.environ.get("LINEBOOK_PRESET", "release") / "results/console"


class Browser:
    """web/console/browser/driver.js: one Chromium for the tests of a process."""

    def __init__(self):
        self.process = subprocess.Popen(["node", "browser/driver.js"], cwd=CONSOLE, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env={"PATIENCE_MS": str(STEP_MS), **os.environ, "NO_COLOR": "1"})
        self.answers: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.answers.put(line)

    def ask(self, **what) -> dict:
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.answers.get(timeout=PATIENCE))
        assert "error" not in answer, answer["error"]
        return answer

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
