"""`linebook generate`: what a package holds beside the program says what the program does."""
import re
import shutil
import subprocess
import tomllib

import pytest

from installation import BINARY


def linebook(*arguments, **environment) -> str:
    done = subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=60, env={"PATH": "/usr/bin:/bin", **environment})
    assert done.returncode == 0, done.stderr
    return done.stdout


def commands(*path: str) -> list[tuple[str, ...]]:
    """Every command that --help tells of, down to the last word."""
    told = linebook(*path, "--help")
    if "Subcommands:" not in told:
        return [path]
    names = re.findall(r"^  (\S+) ", told.split("Subcommands:")[1], re.M)
    return [found for name in names for found in commands(*path, name)]


def flags(*path: str) -> set[str]:
    return set(re.findall(r"^ +(?:-\w,)?(--[a-z][a-z0-9-]*)", linebook(*path, "--help"), re.M))


@pytest.fixture(scope="module")
def all_commands() -> list[tuple[str, ...]]:
    found = commands()
    assert ("serve",) in found and ("keys", "create") in found and len(found) > 30
    return found


def settings() -> dict[str, str]:
    """Those of `serve --help`, as a file has them, and their flags."""
    return {flag[2:].replace("-", "_"): flag for flag in flags("serve") - {"--help", "--config", "--check-config", "--version"}}


def test_the_settings_file_has_every_setting_as_a_comment(tmp_path):
    text = linebook("generate", "settings")
    assert tomllib.loads(text) == {}
    for key in settings():
        assert re.search(rf"^# .+\n#{key} = .+$", text, re.M), key
    # Without the signs of comments it is a file that is understood, but for examples that want to be replaced.
    file = tmp_path / "linebook.toml"
    file.write_text(re.sub(r"^#(\w+ = (?!\"[A-Z:]+\"$|\[\"[A-Z]+\"\]$))", r"\1", text, flags=re.M))
    assert tomllib.loads(file.read_text())["listen"] == "127.0.0.1:8080"
    linebook("serve", "--check-config", "--config", str(file))


def test_what_is_given_is_set_in_the_settings_file(tmp_path):
    file = tmp_path / "linebook.toml"
    file.write_text(linebook("generate", "settings", "--data", "/var/lib/linebook", LINEBOOK_THREADS="3", LINEBOOK_TRUSTED_PROXY="10.0.0.0/8"))
    assert tomllib.loads(file.read_text()) == {"data": "/var/lib/linebook", "threads": 3, "trusted_proxy": ["10.0.0.0/8"]}
    secret = linebook("generate", "settings", "--database", "postgres://me:hush@db/linebook", LINEBOOK_TWILIO_AUTH_TOKEN="hush")
    assert "hush" not in secret and tomllib.loads(secret) == {}


def test_the_man_page_has_every_command_flag_and_setting(all_commands):
    page = linebook("generate", "man-page").replace(r"\-", "-")
    for path in all_commands:
        assert f'.SS "linebook {" ".join(path)}"' in page
        section = page.split(f'.SS "linebook {" ".join(path)}"')[1].split("\n.SS ")[0]
        for flag in flags(*path):
            assert flag in section, (path, flag)
    for key in settings():
        assert rf"\fB{key}\fR, \fBLINEBOOK_{key.upper()}\fR" in page
    assert not re.search(r"^\.(?!TH|SH|SS|TP|PP|B|I)", page, re.M)


def completed(script: str, words: list[str]) -> list[str]:
    line = " ".join(f"'{word}'" for word in words)
    program = f'{script}\nCOMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _linebook; printf "%s\\n" "${{COMPREPLY[@]}}"'
    return subprocess.run(["bash", "-c", program], capture_output=True, text=True, timeout=60, check=True).stdout.split()


def test_bash_completes_commands_and_flags(all_commands):
    script = linebook("generate", "bash-completion")
    assert {path[0] for path in all_commands} <= set(completed(script, ["linebook", ""]))
    assert completed(script, ["linebook", "keys", "cr"]) == ["create"]
    assert completed(script, ["linebook", "keys", "create", "--account", "keys", "--ra"]) == ["--rate-limit"]
    assert completed(script, ["linebook", "restore", "--data", ""]) == []  # a file's name follows
    for path in [("serve",), ("import", "contacts"), ("audit", "verify")]:
        assert flags(*path) <= set(completed(script, ["linebook", *path, "--"]))


@pytest.mark.skipif(shutil.which("zsh") is None, reason="no zsh here")
def test_zsh_understands_its_completion():
    done = subprocess.run(["zsh", "-n"], input=linebook("generate", "zsh-completion"), capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
