"""The console's own tests of what thinks in it: numbers, times, sentences, and what pages make of answers."""
import pathlib
import re
import subprocess

CONSOLE = pathlib.Path(__file__).resolve().parents[2] / "web/console"


def test_the_consoles_units():
    done = subprocess.run(["npm", "test", "--silent"], cwd=CONSOLE, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"^\S+ pass (\d+)$", done.stdout, re.MULTILINE)
    assert passed and int(passed[1]) > 30, done.stdout
