"""smsmda explain: why a mail becomes the text that it becomes, for an operator who asks."""

import os
import subprocess

import pytest

from sim import program

CONFIGURATION = """\
default_region = "US"
[twilio]
account_sid = "AC00000000000000000000000000000000"
auth_token = "0123456789abcdef0123456789abcdef"
from = "+15005550006"
[journal]
path = "{directory}/journal.db"
[message]
{message}
"""


@pytest.fixture
def explain(tmp_path):
    """Runs `smsmda explain` on a body, with lines for [message]; returns its lines by label."""
    def run(body, message="", subject="S", zone="UTC"):
        configuration = tmp_path / "smsmda.toml"
        configuration.touch(0o600)
        configuration.write_text(CONFIGURATION.format(directory=tmp_path, message=message))
        mail = tmp_path / "mail.eml"
        mail.write_bytes(f"Subject: {subject}\r\n".encode()
                         + b"Date: Tue, 03 Mar 2026 07:14:05 +0100\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
                         + body.encode().replace(b"\n", b"\r\n"))
        result = subprocess.run(
            [program("smsmda"), "explain", "-C", configuration, mail,
             "+14155551212@sms.example"], capture_output=True, text=True, timeout=30,
            env={**os.environ, "TZ": zone})
        assert result.returncode == 0, (result.stdout, result.stderr)
        found = {}
        for line in result.stdout.splitlines():
            label, _, text = line.partition(":")
            found.setdefault(label, []).append(text.strip())
        return found
    return run


def test_names_the_characters_that_make_a_text_unicode(explain):
    assert explain("Déjà \U0001F534 жж")["encoding"] == ["UCS-2, because of \U0001F534 U+1F534, ж U+0436"]


def test_counts_what_was_replaced(explain):
    found = explain("\u201cready\u201d \u2013 31 \u00b0C")
    assert found["encoding"] == ["GSM-7, 4 characters replaced"]
    assert found["  | \"ready\" - 31 C"] == [""]


def test_says_what_was_left_out_and_why(explain):
    body = "word " * 40 + "\n\n-- \nAnna\n"
    found = explain(body, "max_segments = 1")
    assert found["left out"][0].startswith("signature (")
    assert found["left out"][0].endswith("strip is set")
    assert found["left out"][-1].startswith("end of the text (")
    assert found["left out"][-1].endswith("does not fit into 1 segments")


def test_leaves_out_what_the_operators_disclaimers_match(explain):
    found = explain("Full.\n\nThis e-mail\nis ours.\n\nCall Bo.", "disclaimers = ['^this e-?mail is']")
    assert found["left out"] == ["disclaimer (22 characters): it matches disclaimers"]
    assert [label for label in found if label.startswith("  |")] == ["  | Full.", "  | Call Bo."]


def test_says_what_was_taken_off_the_subject(explain):
    message = "template = '{subject}: {body}'\nstrip_subject = ['re:', '\\[ops\\]']"
    found = explain("Full.", message, subject="Re: [ops] Disk")
    assert found["subject"] == ["Re: [ops] Disk"]
    assert found["left out"] == ["beginning of the subject (10 characters): it matches strip_subject"]
    assert found["  | Disk"] == ["Full."]


def test_shows_the_date_by_the_hosts_clock(explain):
    message = 'template = "{date} {body}"'
    for zone, want in [("Europe/Berlin", "07:14"), ("UTC", "06:14 UTC"), ("Asia/Kolkata", "11:44 IST")]:
        found = explain("Full.", message, zone=zone)
        assert [label + "".join(text) for label, text in found.items() if label.startswith("  |")] == [
            f"  | 3 Mar {want.replace(':', '')} Full."]


def test_estimates_the_cost(explain):
    found = explain("word " * 40, 'price = "0.0083 USD"')
    assert found["segments"][0].startswith("2, about 0.0166 USD")


def test_shows_each_message_of_a_split_text(explain):
    found = explain("word " * 60, 'max_segments = 1\noverflow = "split"')
    assert "message 1" in found and "message 2" in found and "message 3" not in found
