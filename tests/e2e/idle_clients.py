"""Keep-alive connections that have had one answer and now do nothing, in a process of their own.

    python3 idle_clients.py PORT COUNT    says "ready" once all are there, and holds them until its input ends
"""
import resource
import socket
import sys


def main():
    port, count = int(sys.argv[1]), int(sys.argv[2])
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    connections = []
    for _ in range(count):
        connection = socket.create_connection(("127.0.0.1", port), timeout=60)
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: idle\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
        connections.append(connection)
    print("ready", flush=True)
    sys.stdin.read()


main()
