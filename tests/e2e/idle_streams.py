"""Event streams that are open and wait, in a process of their own.

    python3 idle_streams.py PORT COUNT TOKEN...    each token has its share of them

Says "ready" once all are there. For each line that it is given it waits until every stream has had one event more, and says how
many milliseconds after the line the first, the middle and the last of them had it, or "missing" and how many have not. Ends with its
input."""
import resource
import selectors
import socket
import sys
import time

PATIENCE = 60  # seconds


def main():
    port, count, tokens = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    waiting = selectors.DefaultSelector()
    for n in range(count):
        connection = socket.create_connection(("127.0.0.1", port), timeout=60)
        connection.sendall(b"GET /events HTTP/1.1\r\nHost: idle\r\nAuthorization: Bearer " + tokens[n % len(tokens)].encode() + b"\r\n\r\n")
        head = b""
        while b"retry: 2000" not in head:
            piece = connection.recv(65536)
            assert piece, head
            head += piece
        assert head.startswith(b"HTTP/1.1 200 ") and b"\nid: " not in head, head
        connection.setblocking(False)
        waiting.register(connection, selectors.EVENT_READ)
    print("ready", flush=True)
    for _ in sys.stdin:
        print(*wait_for_all(waiting, count), flush=True)


def wait_for_all(waiting, count: int) -> list:
    began, times, heard, told = time.monotonic(), [], {}, set()
    while len(times) < count and time.monotonic() - began < PATIENCE:
        for key, _ in waiting.select(1):
            heard[key.fd] = heard.get(key.fd, b"") + key.fileobj.recv(65536)
            if b"\nid: " in heard[key.fd] and heard[key.fd].endswith(b"\n\n\r\n") and key.fd not in told:
                told.add(key.fd)
                times.append(time.monotonic() - began)
    if len(times) < count:
        return ["missing", count - len(times)]
    return [round(1000 * at, 1) for at in (times[0], times[count // 2], times[-1])]


main()
