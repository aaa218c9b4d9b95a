"""Waiting for what comes about by itself, within a bound."""
import time


def eventually(look, seconds=20.0, shown=lambda: "it did not come about in time"):
    """The first true answer of `look`; what is `shown` tells why there is none."""
    deadline = time.monotonic() + seconds
    while True:
        if found := look():
            return found
        assert time.monotonic() < deadline, shown()
        time.sleep(0.02)
