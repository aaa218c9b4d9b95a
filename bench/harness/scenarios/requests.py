"""GET by id."""
from ..bench import Bench
from ..servers import FastApi, Fastify, FixedAnswer, Linebook, Nginx
from ..wrk import Load

GET = "GET by id, 64 connections"
THREADS = "GET by id, threads"
PIPELINED = "GET by id, 16 pipelined"


def get(bench: Bench) -> None:
    peers = [Fastify(), FastApi()] if bench.options.peers else []
    bench.compare(GET, Load("get"), [Linebook(), FixedAnswer(), Nginx(), *peers])


def threads(bench: Bench) -> None:
    bench.compare(THREADS, Load("get"), [Linebook(), Linebook(threads=2)])


def pipelined(bench: Bench) -> None:
    peers = [Fastify()] if bench.options.peers else []
    bench.compare(PIPELINED, Load("get", batch=16), [Linebook(), FixedAnswer(), Nginx(), *peers])
