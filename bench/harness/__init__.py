"""Measures Linebook beside other servers: see bench/README.md."""
