"""The console's files as the binary serves them: which address answers what, how browsers keep it, and what protects it."""
import gzip
import json
import re
import subprocess

import pytest
import requests

from installation import PROJECT
from raw_http import Wire, request_bytes

POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
          "base-uri 'none'; form-action 'self'; frame-ancestors 'none'")


@pytest.fixture(scope="module")
def url(shared_installation) -> str:
    return shared_installation.server.url


def get(url, coding=None, **headers) -> requests.Response:
    """As the server sent it: requests unpacks gzip, and brotli only where it can."""
    return requests.get(url, headers={"Accept-Encoding": coding, **headers}, timeout=30, allow_redirects=False, stream=True)


def body(answer: requests.Response) -> bytes:
    return answer.raw.read(decode_content=False)


def assets(url) -> list[str]:
    return re.findall(r'(?:src|href)="(/console/assets/[^"]+)"', get(url + "/console/").text)


@pytest.mark.parametrize("path", ["/", "/console"])
def test_everything_leads_to_the_console(url, path):
    answer = get(url + path)
    assert (answer.status_code, answer.headers["Location"], body(answer)) == (302, "/console/", b"")


@pytest.mark.parametrize("target", ["/?next=//evil.example/", "/console?to=https://evil.example", "http://evil.example/", "//evil.example/",
                                    "//evil.example/%2e%2e", "/\\evil.example", "/%5cevil.example/", "/console%0d%0aLocation:%20//evil.example",
                                    "///", "/console//evil.example", "/console/%2f%2fevil.example"])
def test_nothing_leads_elsewhere(shared_installation, target):
    with Wire(shared_installation.server.port) as wire:
        wire.send(request_bytes("GET", target, host="evil.example"))
        answer = wire.answer()
    assert answer.headers.get("location", "/console/") == "/console/", target


@pytest.mark.parametrize("path", ["", "contacts", "contacts?q=555&sort=name", "people/patient/pat_1", "sign-in", "nowhere/at/all",
                                  "..%2f..%2fetc%2fpasswd", "%3Cscript%3E", "contacts/", "//evil.example/"])
def test_every_address_is_the_page(url, path):
    page = get(url + "/console/")
    answer = get(url + "/console/" + path)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert body(answer) == body(page) and answer.headers["Cache-Control"] == "no-cache"


def test_every_answer_is_protected(url):
    for path in ("/", "/console", "/console/", "/console/contacts", "/console/theme.js", *assets(url)):
        headers = get(url + path).headers
        assert headers["Content-Security-Policy"] == POLICY and headers["X-Frame-Options"] == "DENY", path
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Set-Cookie" not in headers


def test_the_page_holds_no_script_or_style_and_names_no_other_host(url):
    page = get(url + "/console/").text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|//[a-z]", page)


def test_assets_are_kept_for_ever_and_missing_ones_are_missed(url):
    names = assets(url)
    assert any(name.endswith(".js") for name in names) and any(name.endswith(".css") for name in names)
    for name in names:
        answer = get(url + name)
        assert answer.status_code == 200 and answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Type"].startswith(("text/javascript", "text/css", "font/woff2"))
    missing = get(url + "/console/assets/index-00000000.js")
    assert missing.status_code == 404 and missing.headers["Content-Type"] == "application/json"


def test_licences_of_what_is_built_in(url):
    """The font's beside the font, and everybody's in one file."""
    answer = get(url + "/console/licenses.txt")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    for name in json.loads((PROJECT / "web/console/package.json").read_text())["dependencies"]:
        assert name in answer.text
    font = get(url + "/console/assets/inter-OFL.txt")
    assert font.status_code == 200 and "SIL OPEN FONT LICENSE Version 1.1" in font.text and "Inter Project Authors" in font.text


def test_codings(url):
    script = next(name for name in assets(url) if name.endswith(".js"))
    plain = get(url + script)
    content = body(plain)
    assert "Content-Encoding" not in plain.headers and plain.headers["Vary"] == "Accept-Encoding"
    zipped = get(url + script, "gzip")
    assert zipped.headers["Content-Encoding"] == "gzip" and zipped.headers["Vary"] == "Accept-Encoding"
    packed = body(zipped)
    assert gzip.decompress(packed) == content and len(packed) < len(content)
    brotli = get(url + script, "gzip, deflate, br, zstd")
    assert brotli.headers["Content-Encoding"] == "br"
    smallest = body(brotli)
    assert len(smallest) < len(packed)
    unpacked = subprocess.run(["node", "-e", "process.stdout.write(require('zlib').brotliDecompressSync(require('fs').readFileSync(0)))"],
                              input=smallest, capture_output=True, check=True, cwd=PROJECT).stdout
    assert unpacked == content
    assert get(url + script, "gzip;q=0, br;q=0").headers.get("Content-Encoding") is None
    assert len({answer.headers["ETag"] for answer in (plain, zipped, brotli)}) == 3, "each is a representation of its own"


@pytest.mark.parametrize("coding", [None, "gzip", "br"])
def test_what_a_browser_has_already(url, coding):
    for path in ("/console/", "/console/anything", *assets(url)):
        first = get(url + path, coding)
        again = get(url + path, coding, **{"If-None-Match": f'"other", W/{first.headers["ETag"]}'})
        assert again.status_code == 304 and body(again) == b"" and again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Vary"] == "Accept-Encoding" and again.headers["Cache-Control"] == first.headers["Cache-Control"]
        assert get(url + path, coding, **{"If-None-Match": '"other"'}).status_code == 200


def test_methods(url):
    for path in ("/", "/console/", "/console/contacts"):
        assert requests.head(url + path, timeout=30).content == b""
        refused = requests.post(url + path, json={}, timeout=30)
        assert refused.status_code == 405 and refused.headers["Allow"] == "GET, HEAD"


def test_paths_that_are_no_files(shared_installation):
    """Names are compared, nothing is opened."""
    for path in ("/console/../README.md", "/console/./theme.js", "/console/..", "/console/%2e%2e/index.html"):
        with Wire(shared_installation.server.port) as wire:
            wire.send(request_bytes("GET", path))
            answer = wire.answer()
        assert answer.status_code == 200 and b'<div id="app">' in answer.content, path
