"""What a connection costs that was used once and is kept open."""
import select
import socket
import time

from .. import machine
from ..bench import Bench
from ..servers import Fastify, FixedAnswer, Linebook, Nginx, Running, Server

SETTLE_SECONDS = 3
FIRST = 200  # connections whose memory is not counted


def scenario(connections: int) -> str:
    return f"idle connection, {connections:,} open"


def idle(bench: Bench) -> None:
    wanted = bench.options.idle_connections
    connections = min(wanted, machine.raise_descriptor_limit() - 500)
    if connections < wanted:
        bench.say(f"idle: only {connections} connections, for want of file descriptors (ulimit -n)")
    seed = bench.seed()
    target, token = seed.targets.read_text().split()[0], seed.tokens.read_text().split()[0]
    request = f"GET {target} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    servers: list[Server] = [Linebook(), FixedAnswer(), Nginx(), *([Fastify()] if bench.options.peers else [])]
    for server in servers:
        with server.running(seed) as running:
            taken = _memory_of(running, connections, request)
        bench.results.add(scenario(connections), server.name, bytes_of_memory=taken)
        bench.say(f"{scenario(connections)}: {server.name} {taken:,.0f} bytes")


def _memory_of(running: Running, connections: int, request: bytes) -> float:
    opened: list[socket.socket] = []
    try:
        # What the first ones cause to be made is not theirs alone.
        opened += (_used_once(running, request) for _ in range(FIRST))
        time.sleep(SETTLE_SECONDS)
        before = running.own_memory()
        opened += (_used_once(running, request) for _ in range(connections - len(opened)))
        time.sleep(SETTLE_SECONDS)
        taken = running.own_memory() - before
        if _any_closed(opened):
            raise RuntimeError("the server closed connections while others were still being opened")
        return taken / (connections - FIRST)
    finally:
        for connection in opened:
            connection.close()


def _any_closed(connections: list[socket.socket]) -> bool:
    """A connection that was answered has nothing more to read, unless it was closed."""
    poll = select.poll()
    for connection in connections:
        poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


def _used_once(running: Running, request: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", running.port), timeout=30)
    connection.sendall(request)
    if not connection.recv(4096).startswith(b"HTTP/1.1 200"):
        raise RuntimeError("an idle connection was not answered 200")
    return connection
