"""The other side of events: processes that write at a steady rate, that listen, and that receive webhooks.

Each tells moments of the monotonic clock, which all processes of a machine share. They share the machine with the server, too: so
they do as little as they can for each byte."""
