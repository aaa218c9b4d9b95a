"""Asks for a contact number and makes a patient, again and again on a connection of its own, in a process of its own: what
others wait for in Python is not measured.

    python3 probe.py TOKEN PATH SECONDS PORT...

Prints a line for each answer: method, status (0: none came), milliseconds, request id. Waits SECONDS after each. Ends with its input."""
import http.client
import itertools
import select
import sys
import time

PERSON = b'{"first_name":"Pro","last_name":"Be"}'


def main():
    token, path, pause = sys.argv[1], sys.argv[2], float(sys.argv[3])
    wires = [http.client.HTTPConnection("127.0.0.1", int(port), timeout=30) for port in sys.argv[4:]]
    for count in itertools.count():
        if select.select([sys.stdin], [], [], pause)[0]:
            return
        wire, id = wires[count // 2 % len(wires)], f"probe-{count}"
        headers = {"Authorization": f"Bearer {token}", "X-Request-Id": id}
        method = ("GET", "POST")[count % 2]
        began = time.monotonic()
        try:
            if method == "GET":
                wire.request("GET", path, headers=headers)
            else:
                wire.request("POST", "/api/v2/patients", PERSON, {**headers, "Content-Type": "application/json"})
            answer = wire.getresponse()
            answer.read()
            status = answer.status
        except (OSError, http.client.HTTPException):
            wire.close()
            status = 0
        print(method, status, f"{1000 * (time.monotonic() - began):.2f}", id, flush=True)


main()
