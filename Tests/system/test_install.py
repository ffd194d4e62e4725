"""`make install`: what lies where, and that the installed program finds what belongs to it."""

import json
import os
import re
import subprocess

import pytest

import mta
import sim as simulator


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """DESTDIR of an installation with PREFIX=/usr."""
    folder = tmp_path_factory.mktemp("root")
    built = simulator.build_directory()
    subprocess.run(["make", "install", f"BUILT={built}", f"DESTDIR={folder}", "PREFIX=/usr"],
                   cwd=mta.REPOSITORY, check=True, capture_output=True)
    return folder


def test_programs_and_library(installed):
    for name in ("sms-deliver", "lmtpd", "smsmda"):
        assert os.access(installed / "usr/sbin" / name, os.X_OK)
    assert os.access(installed / "usr/bin/twilio-sim", os.X_OK)
    assert (installed / "usr/lib/smsmda/libsmsmda-phonenumber.so").exists()


def test_the_installed_program_finds_its_library(installed, tmp_path):
    """Vanity letters are nothing for the table of plain numbers: libphonenumber must be loaded."""
    result = subprocess.run(
        [installed / "usr/sbin/sms-deliver", "--dry-run", "--json", "1-800-FLOWERS@sms.example"],
        input=b"Subject: x\n\nx\n", capture_output=True, check=False,
        env={"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "x",
             "TWILIO_PHONE_NUMBER": "+18085551234", "PATH": "/usr/bin"})
    assert json.loads(result.stdout)["to"] == ["+18003569377"], result


def test_the_examples_name_the_installed_programs(installed):
    examples = installed / "usr/share/doc/smsmda/examples"
    for path in ("postfix/master.cf.pipe", "exim/transport.pipe"):
        assert "/usr/sbin/sms-deliver" in (examples / path).read_text()
    assert not [path for path in examples.rglob("*") if path.is_file()
                and b"/usr/local/sbin" in path.read_bytes()]
    assert os.access(examples / "senders/send-sms", os.X_OK)


def test_man_pages(installed):
    pages = {path.name for path in (mta.REPOSITORY / "docs/man").iterdir()}
    assert {path.name for path in (installed / "usr/share/man").rglob("*.[158]")} == pages


def test_installing_before_building_says_what_to_do(tmp_path):
    result = subprocess.run(["make", "install", f"BUILT={tmp_path}", f"DESTDIR={tmp_path}"],
                            cwd=mta.REPOSITORY, capture_output=True, text=True, check=False)
    assert result.returncode != 0 and "make build" in result.stderr


def test_every_file_that_the_readme_names_exists():
    text = (mta.REPOSITORY / "README.md").read_text()
    named = set(re.findall(r"\]\((?!http)([^)#]+)\)", text))
    # What an administrator copies, by the names used in the commands.
    named |= {f"postfix/{name}" for name in re.findall(r"\b((?:main|master)\.cf\.\w+)", text)}
    named |= {f"examples/exim/{name}" for name in
              re.findall(r"\b((?:router|transport)\.(?:pipe|lmtp))\b", text)}
    named |= {f"examples/systemd/{name}" for name in re.findall(r"systemd/(lmtpd\.\w+)", text)}
    assert len(named) > 15
    assert [name for name in sorted(named) if not (mta.REPOSITORY / name).exists()] == []


def test_every_make_target_that_a_page_names_exists():
    targets = set(re.findall(r"^([a-z]+):", (mta.REPOSITORY / "Makefile").read_text(), re.M))
    for page in ("README.md", "CONTRIBUTING.md"):
        named = re.findall(r"^ +(?:sudo |\w+=\S+ )*make ([a-z ]+?)(?: *#.*| +[A-Z]+=.*)?$",
                           (mta.REPOSITORY / page).read_text(), re.M)
        assert named, page
        assert {word for words in named for word in words.split()} <= targets
