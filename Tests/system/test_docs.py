"""What the documents promise: the tests and files that they name exist, the manuals are sound."""

import pathlib
import re
import subprocess

import pytest

import sim

ROOT = pathlib.Path(__file__).parents[2]


def swift_and_python():
    texts = [p.read_text() for p in (ROOT / "Tests").rglob("*.swift")]
    texts += [p.read_text() for p in (ROOT / "Tests").rglob("test_*.py")]
    return "\n".join(texts)


def test_the_threat_model_names_tests_that_exist():
    page = (ROOT / "docs/threat-model.md").read_text()
    named = set()
    for row in page.splitlines():
        cells = row.split("|")
        if len(cells) == 5 and row.startswith("|") and "---" not in row:
            named |= set(re.findall(r"`([A-Za-z_]+)`", cells[3]))
    functions = {n for n in named if not re.fullmatch(r"[A-Z].*(?<!Tests)", n)}
    assert len(functions) > 20
    sources = swift_and_python()
    for name in sorted(functions):
        word = rf"(func|def|struct) {name}\b"
        assert re.search(word, sources), f"{name} is no test"


def test_paths_in_a_page_exist():
    page = (ROOT / "docs/migrate.md").read_text()
    paths = re.findall(r"`((?:postfix|examples|docs)/[\w./*-]*)`", page)
    assert paths
    for path in paths:
        assert list(ROOT.glob(path.rstrip("/"))), path


@pytest.mark.parametrize("page", sorted(p.name for p in (ROOT / "docs/man").glob("*.[58]")))
def test_a_manual_page_is_sound(page):
    done = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "warning", ROOT / "docs/man" / page],
        capture_output=True, text=True)
    assert done.stdout + done.stderr == ""
    assert done.returncode == 0


@pytest.mark.parametrize("name", ["smsmda", "lmtpd", "sms-deliver"])
def test_a_manual_has_every_command_and_option(name):
    help_text = subprocess.run([sim.program(name), "--help"], capture_output=True, text=True).stdout
    page = (ROOT / f"docs/man/{name}.8").read_text()
    commands = re.findall(rf"^  {name} (\w+)", help_text, re.M)
    options = set(re.findall(r"--([a-z][a-z-]+)", help_text)) - {"help", "version"}
    assert options and (commands or name != "smsmda")
    for command in commands:
        assert f".It Cm {command}\n" in page, command
    for option in options:
        assert f"Fl -{option}" in page, option


def test_a_fault_in_a_manual_page_would_be_seen(tmp_path):
    page = tmp_path / "x.8"
    page.write_text(".Dd November 21, 2026\n.Dt X 8\n.Os\n.Sh NAME\n.Nm x\n.Nd y\n.Bl -tag\n")
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page], capture_output=True)
    assert done.returncode != 0
