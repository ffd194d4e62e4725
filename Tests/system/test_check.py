"""`smsmda check`: what an operator is told, and with which exit status."""

import os
import shutil
import subprocess

import pytest

import sim as simulator

SOUND = 0
DOUBTFUL = 1
FAULTY = 78

SID = "AC" + "0123456789abcdef" * 2
KEY = "SK" + "0123456789abcdef" * 2


@pytest.fixture
def host(tmp_path):
    """A configuration without doubts, and where everything is."""
    (tmp_path / "state").mkdir()
    secret = tmp_path / "secret"
    secret.write_text("s3cret-value\n")
    secret.chmod(0o600)
    (tmp_path / "smsmda.toml").write_text(f"""\
[twilio]
account_sid = "{SID}"
api_key_sid = "{KEY}"
api_key_secret_file = "secret"
from = "+18085551234"
[journal]
path = "state/journal.db"
[lmtp]
listen = "unix:{tmp_path}/state/lmtp.sock"
[aliases]
oncall = ["+14155551212", "(415) 555-1213"]
[[sender]]
match = "sasl:*"
""")
    return tmp_path


def check(host, *arguments, environment=None):
    done = subprocess.run(
        [simulator.program("smsmda"), "check", "-C", host / "smsmda.toml", *arguments],
        capture_output=True, text=True, cwd="/",
        env={"PATH": os.environ["PATH"], **(environment or {})})
    assert done.stderr == ""
    assert "s3cret" not in done.stdout
    return done.returncode, done.stdout


def change(host, old, new):
    path = host / "smsmda.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_sound_host(host):
    status, output = check(host)
    assert (status, output.count("ok: ")) == (SOUND, len(output.splitlines())), output
    assert not (host / "state/journal.db").exists()  # It makes no file.
    assert check(host, "--quiet") == (SOUND, "")


def test_a_program_that_the_loader_cannot_start_is_told(host):
    """A copy of the programs in which sms-deliver wants a library that is gone."""
    folder = host / "sbin"
    folder.mkdir()
    shutil.copy(simulator.program("smsmda"), folder)
    (folder / "gone.c").write_text("int gone(void) { return 0; }\n")
    (folder / "main.c").write_text("int gone(void);\nint main(void) { return gone(); }\n")
    for words in (["-shared", "-o", "libgone.so", "gone.c"], ["-o", "sms-deliver", "main.c", "-L.", "-lgone"]):
        subprocess.run(["cc", *words], cwd=folder, check=True)
    (folder / "libgone.so").unlink()
    done = subprocess.run([folder / "smsmda", "check", "-C", host / "smsmda.toml"], capture_output=True,
                          text=True, env={"PATH": os.environ["PATH"]})
    assert done.returncode == FAULTY
    line, = [line for line in done.stdout.splitlines() if "does not start" in line]
    assert line.startswith("fault: ") and "libgone.so: cannot open shared object file" in line
    assert "defer_transports=sms" in line


@pytest.mark.parametrize("old, new, wanted", [
    ("[twilio]", "[twilio]\nfrm = 1", "smsmda.toml:2:1: unknown key 'frm' in [twilio]; did you mean"),
    ('"+14155551212"', '"nobody"', '"nobody" is neither a number'),
    ('"secret"', '"elsewhere"', "elsewhere: No such file or directory"),
    ("state/journal.db", "gone/journal.db", "/gone: No such file or directory"),
    ("state/journal.db", "secret", "file is not a database"),
    ("state/lmtp.sock", "secret", "is there and no socket"),
    ("[lmtp]", '[lmtp]\nsocket_group = "no-such-group"', "there is no group no-such-group"),
    ("[journal]", 'ca_file = "none.pem"\n[journal]', "none.pem: No such file"),
])
def test_a_fault_is_told(host, old, new, wanted):
    change(host, old, new)
    status, output = check(host)
    assert status == FAULTY
    assert wanted in "".join(line for line in output.splitlines() if line.startswith("fault:"))


def test_all_faults_are_told_at_once(host):
    change(host, "[twilio]", "[twilio]\nfrm = 1\ntimeout = 30")
    status, output = check(host)
    assert status == FAULTY
    assert [line.split(":")[2] for line in output.splitlines()] == ["2", "3"]


@pytest.mark.parametrize("mode", [0o644, 0o602, 0o660])
def test_a_secret_that_others_may_read_is_refused(host, mode):
    (host / "secret").chmod(mode)
    status, output = check(host)
    assert status == FAULTY
    assert "chmod 0640" in output


def test_a_doubt_alone(host):
    change(host, '[[sender]]\nmatch = "sasl:*"', "")
    status, output = check(host)
    assert status == DOUBTFUL
    assert "no [[sender]] rule" in output


def test_twilio_is_asked_only_when_told_to(host, make_sim):
    secret = "fedcba9876543210" * 2
    sim = make_sim(
        "--account", f"{SID}:{simulator.AUTH_TOKEN}", "--api-key", f"{KEY}:s3cret-value",
        "--send-only-key", f"{KEY[:-1]}0:{secret}")
    there = {"TWILIO_BASE_URL": sim.url}

    status, output = check(host, "--online", environment=there)
    assert status == SOUND
    assert "lets it list messages" in output

    narrow = {**there, "TWILIO_API_KEY": f"{KEY[:-1]}0", "TWILIO_API_SECRET": secret}
    status, output = check(host, "--online", environment=narrow)
    assert status == DOUBTFUL
    assert "does not let this login list messages" in output

    status, output = check(
        host, "--online", environment={**narrow, "TWILIO_API_SECRET": "not-the-secret"})
    assert status == FAULTY
    assert "fault: [twilio]" in output
    assert "not-the-secret" not in output

    assert sim.messages() == []
    sim.stop()
    status, output = check(host, "--online", environment=there)
    assert status == FAULTY
    assert "cannot be reached" in output
    assert check(host, environment=there)[0] == SOUND
