"""sms-deliver as a program: arguments, environment, standard input, exit status, the one line it
prints, and what it does when something is wrong. A mail server sees nothing else of it."""

import json
import os
import random
import resource
import signal
import subprocess

import pytest

import agent as agents
import mta

PHONE = "+14155551212"
GOOD = "14155551212@sms.example"
TOKEN = "fedcba9876543210" * 2
MESSAGE = b"""\
Received: from client.corp.example by mx.corp.example (Postfix) with ESMTP id 4XyZ1
 for <14155551212@sms.example>; Sat, 21 Nov 2026 03:00:00 +0000
From: Alice <alice@corp.example>
To: 14155551212@sms.example
Subject: alert

Disk full on db1
"""


class Runner:
    """One sms-deliver with its configuration; called, it runs and returns the completed process."""

    def __init__(self, folder, sim, **settings):
        self.sim = sim
        self.agent = agents.Agent(folder, agents.twilio_section(sim), **settings)

    def command(self, *arguments):
        return [self.agent.program, "-C", self.agent.configuration, *arguments]

    def __call__(self, *arguments, message=MESSAGE, environment=None, command=None, **options):
        options.setdefault("input", message)
        return subprocess.run(
            command or self.command(*arguments), timeout=mta.PATIENCE, check=False,
            stdout=options.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE,
            env={"PATH": "/usr/bin:/bin", "LANG": "C", **(environment or {})}, **options)

    def start(self, *arguments):
        """Starts it with the message on its input, and returns the process."""
        process = subprocess.Popen(self.command(*arguments), stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(MESSAGE)
        process.stdin.close()
        process.stdin = None
        return process

    def texts(self, phone=PHONE):
        return [message["body"] for message in self.sim.messages(phone)]


@pytest.fixture
def deliver(tmp_path, sim):
    return Runner(tmp_path, sim)


def fails(result, code, status):
    """Asserts the exit status, and one line that begins with the enhanced status."""
    output = result.stdout.decode()
    assert (result.returncode, output.split(" ")[0]) == (code, status), (output, result.stderr)
    assert output.endswith("\n") and output.count("\n") == 1
    return output


# The envelope


def test_success_is_silent(deliver):
    result = deliver("-f", "alice@corp.example", "--queue-id", "4XyZ1", "--client-address",
                     "192.0.2.1", "--sasl-user", "", "--", GOOD)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")
    assert deliver.texts() == ["Disk full on db1"]


def test_the_envelope_comes_from_the_environment_where_arguments_are_missing(deliver):
    result = deliver(environment={"SENDER": "alice@corp.example", "RECIPIENT": GOOD,
                                  "MESSAGE_ID": "1xUl-0005", "SMS_SASL_USER": "ups"})
    assert result.returncode == 0, result.stdout
    assert deliver.texts() == ["Disk full on db1"]


def test_arguments_go_before_the_environment(deliver):
    assert deliver(GOOD, environment={"RECIPIENT": "14155551213@sms.example"}).returncode == 0
    assert [m["to"] for m in deliver.sim.messages()] == [PHONE]


@pytest.mark.parametrize("sender", ["", "<>", "MAILER-DAEMON"])
def test_the_null_reverse_path(deliver, sender):
    assert deliver("-f", sender, GOOD).returncode == 0
    assert deliver.texts() == ["Disk full on db1"]


@pytest.mark.parametrize("address", [
    "14155551212@sms.example", "+14155551212@sms.example", "4155551212@sms.example",
    "415-555-1212@sms.example", '"+1 (415) 555-1212"@sms.example', "+1 415 555 1212@sms.example",
    "<14155551212@sms.example>", "14155551212",
])
def test_ways_to_write_one_number(deliver, address):
    result = deliver("--", address)
    assert result.returncode == 0, result.stdout
    assert [m["to"] for m in deliver.sim.messages()] == [PHONE]


@pytest.mark.parametrize("address", ["12@sms.example", "oncall@sms.example", "@sms.example", "",
                                     "--help", "-14@sms.example", "1415555121299999999@sms.example",
                                     "$(reboot)@sms.example", "\x01\x02@sms.example"])
def test_what_is_no_number_is_refused_for_good(deliver, address):
    fails(deliver("--", address), 67, "5.1.3")
    assert deliver.sim.messages() == []


# Several recipients


def test_each_recipient_gets_one(deliver):
    assert deliver(GOOD, "14155551213@sms.example").returncode == 0
    assert sorted(m["to"] for m in deliver.sim.messages()) == [PHONE, "+14155551213"]


def test_two_recipients_that_are_one_number_are_one_sms(deliver):
    assert deliver(GOOD, "+1-415-555-1212@sms.example").returncode == 0
    assert deliver.texts() == ["Disk full on db1"]


def test_a_bad_one_among_good_ones_is_named(deliver):
    output = fails(deliver(GOOD, "12@sms.example"), 67, "5.1.3")
    assert "12" in output and deliver.texts() == ["Disk full on db1"]


def test_a_transient_failure_of_one_makes_all_be_tried_again_and_sends_nothing_twice(deliver):
    deliver.sim.fault("429", count=1, method="POST")
    recipients = (GOOD, "14155551213@sms.example", "12@sms.example")
    assert deliver(*recipients).returncode == 75
    assert len(deliver.sim.messages()) == 1
    fails(deliver(*recipients), 67, "5.1.3")
    assert sorted(m["to"] for m in deliver.sim.messages()) == [PHONE, "+14155551213"]


def test_a_retry_of_the_same_message_sends_nothing(deliver):
    for _ in range(3):
        # As from another transport: other headers in front, other line ends.
        message = b"Return-Path: <x@y.example>\r\n" + MESSAGE.replace(b"\n", b"\r\n")
        assert deliver(GOOD, message=message).returncode == 0
        assert deliver(GOOD).returncode == 0
    assert deliver.texts() == ["Disk full on db1"]


def test_the_same_text_in_another_message_is_another_sms(deliver):
    for queue_id in (b"4XyZ1", b"4XyZ2"):
        assert deliver(GOOD, message=MESSAGE.replace(b"4XyZ1", queue_id)).returncode == 0
    assert deliver.texts() == ["Disk full on db1"] * 2


# The message


def test_an_empty_body_falls_back_to_the_subject(deliver):
    head, _, _ = MESSAGE.partition(b"\n\n")
    assert deliver(GOOD, message=head + b"\n\n").returncode == 0
    assert deliver.texts() == ["alert"]


@pytest.mark.parametrize("message", [b"", b"\n", b"Subject:\n\n", b"Subject:  \n\n \n\t\n"])
def test_nothing_to_send_is_refused_for_good(deliver, message):
    assert fails(deliver(GOOD, message=message), 65, "5.6.1")


def test_a_message_over_the_limit_is_refused_for_good(tmp_path, sim):
    deliver = Runner(tmp_path, sim, sections='[lmtp]\nmax_message_size = "64k"\n')
    large = MESSAGE + b"x" * 60 + b"\n"
    filling = b"y" * 70 + b"\n"
    large += filling * (65536 // len(filling) + 1)
    fails(deliver(GOOD, message=large), 65, "5.3.4")
    assert sim.messages() == []
    exact = large[:65536]
    assert deliver(GOOD, message=exact).returncode == 0
    fails(deliver(GOOD, message=exact + b"z"), 65, "5.3.4")


def test_no_message_traps_it(deliver):
    seed = random.randrange(1 << 32)
    dice = random.Random(seed)
    print(f"seed {seed}")
    for number in range(40):
        noise = bytearray(MESSAGE)
        for _ in range(dice.randrange(1, 40)):
            at = dice.randrange(len(noise))
            noise[at:at + dice.randrange(3)] = dice.randbytes(dice.randrange(4))
        message = bytes(noise) if number % 2 else dice.randbytes(dice.randrange(5000))
        result = deliver("--dry-run", GOOD, message=message)
        assert result.returncode in (0, 65), (message, result)


def test_one_long_line_is_no_problem(deliver):
    result = deliver(GOOD, message=b"Subject: x\n\n" + b"word " * 400_000)
    assert result.returncode == 0, result.stdout
    assert len(deliver.texts()[0]) <= 1600


# --dry-run


def test_dry_run_sends_and_records_nothing(deliver):
    result = deliver("--dry-run", "--json", GOOD, "12@sms.example")
    good, bad = [json.loads(line) for line in result.stdout.splitlines()]
    assert {"recipient", "route", "to", "from", "text", "messages", "encoding", "segments",
            "defects", "status"} <= good.keys()
    assert (good["to"], good["from"], good["text"]) == ([PHONE], "+18085551234", "Disk full on db1")
    assert (good["messages"], good["encoding"], good["segments"]) == (
        ["Disk full on db1"], "GSM-7", 1)
    assert (good["status"]["reply"], good["status"]["enhanced"], good["status"]["exit"]) == (
        250, "2.0.0", 0)
    assert (bad["status"]["reply"], bad["status"]["enhanced"], bad["status"]["exit"]) == (
        553, "5.1.3", 67)
    assert deliver.sim.requests() == []
    assert list(deliver.agent.state.iterdir()) == []
    assert deliver(GOOD).returncode == 0 and deliver.texts() == ["Disk full on db1"]


# What is ours to mend waits: 75, and a line that says what to do


@pytest.mark.parametrize("arguments", [(), ("--nonsense", GOOD), ("-f",), ("--json", GOOD)])
def test_wrong_arguments_make_the_mail_wait(deliver, arguments):
    fails(deliver(*arguments), 75, "4.3.5")


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_given_by_mistake_in_a_transport_loses_no_mail(deliver, option):
    assert deliver(option, GOOD).returncode == 75


def test_a_missing_file_is_named(deliver, tmp_path):
    output = fails(deliver(command=[deliver.agent.program, "-C", tmp_path / "none.toml", GOOD]),
                   75, "4.3.5")
    assert str(tmp_path / "none.toml") in output


@pytest.mark.parametrize("text, wanted", [
    ("[twilio\n", ":1:"), ("default_region = 3\n", ":1:"), ("[twilio]\nform = '+1'\n", ":2:"),
    ("[nonsense]\n", ":1:"),
])
def test_a_wrong_file_is_named_with_line(deliver, text, wanted):
    deliver.agent.configuration.write_text(text)
    assert f"{deliver.agent.configuration}{wanted}" in fails(deliver(GOOD), 75, "4.3.5")


def test_a_directory_in_place_of_the_file(deliver, tmp_path):
    fails(deliver(command=[deliver.agent.program, "-C", tmp_path, GOOD]), 75, "4.3.5")


@pytest.mark.parametrize("missing, key", [
    ("account_sid", "account_sid"), ("auth_token", "auth_token"), ("from", "from")])
def test_missing_credentials_are_named(deliver, missing, key):
    text = deliver.agent.configuration.read_text()
    kept = [line for line in text.splitlines() if not line.startswith(f"{missing} =")]
    deliver.agent.configuration.write_text("\n".join(kept))
    assert key in fails(deliver(GOOD), 75, "4.3.5")
    assert deliver.sim.messages() == []


def test_a_token_that_others_can_read_is_refused(deliver, tmp_path):
    token = tmp_path / "token"
    token.write_text(TOKEN)
    section = agents.twilio_section(deliver.sim).replace(
        f'auth_token = "{TOKEN}"', f'auth_token_file = "{token}"')
    deliver.agent.configure(section)
    token.chmod(0o644)
    assert str(token) in fails(deliver(GOOD), 75, "4.3.5")
    token.chmod(0o600)
    assert deliver(GOOD).returncode == 0


def test_the_environment_is_enough(deliver, tmp_path):
    """The names that the gateways people come from use in their .env files."""
    only = tmp_path / "journal-only.toml"
    only.write_text(f'[journal]\npath = "{deliver.agent.state}/journal.db"\n')
    environment = {**deliver.sim.environment, "DEFAULT_REGION": "GB", "SMSMDA_CONFIG": str(only)}
    result = deliver(environment=environment,
                     command=[deliver.agent.program, "07911 123456@sms.example"])
    assert result.returncode == 0, result.stdout
    assert [m["to"] for m in deliver.sim.messages()] == ["+447911123456"]


def test_the_environment_overrides_the_file(deliver):
    environment = {"TWILIO_PHONE_NUMBER": "+18085550000"}
    assert deliver(GOOD, environment=environment).returncode == 0
    assert deliver.sim.messages()[0]["from"] == "+18085550000"


def test_a_broken_journal_makes_the_mail_wait(deliver):
    (deliver.agent.state / "journal.db").write_bytes(b"this is no database" * 1000)
    fails(deliver(GOOD), 75, "4.3.0")
    assert deliver.sim.messages() == []


def test_a_full_disk_makes_the_mail_wait(deliver):
    # No file may grow: SIGXFSZ at the first write of the journal, as a quota does it.
    result = deliver(GOOD, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)))
    fails(result, 75, "4.3.0")
    assert deliver.sim.messages() == []


# The provider


@pytest.mark.parametrize("number, code, status", [
    ("15005550001", 67, "5.1.3"),  # 21211: not a valid number
    ("15005550002", 69, "5.4.4"),  # 21612: no route to it
    ("15005550003", 77, "5.7.1"),  # 21408: region not enabled
    ("15005550004", 77, "5.7.1"),  # 21610: opted out
    ("15005550009", 67, "5.1.1"),  # 21614: not a mobile number
])
def test_a_refusal_of_the_provider_is_passed_on(deliver, number, code, status):
    fails(deliver(f"{number}@sms.example"), code, status)
    # Remembered: a retry asks nobody.
    before = len(deliver.sim.requests())
    fails(deliver(f"{number}@sms.example"), code, status)
    assert len(deliver.sim.requests()) == before


@pytest.mark.parametrize("kind, status", [("429", "4.4.5"), ("401", "4.3.5")])
def test_trouble_at_the_provider_makes_the_mail_wait(deliver, kind, status):
    deliver.sim.fault(kind, rate=1.0)
    fails(deliver(GOOD), 75, status)
    deliver.sim.clear_faults()
    assert deliver(GOOD).returncode == 0
    assert deliver.texts() == ["Disk full on db1"]


def test_a_provider_that_is_not_there_makes_the_mail_wait(deliver):
    deliver.sim.stop()
    fails(deliver(GOOD), 75, "4.4.1")
    deliver.sim.start()
    assert deliver(GOOD).returncode == 0
    assert deliver.texts() == ["Disk full on db1"]


# Signals: whatever it dies of, the mail waits, and the line says why


@pytest.mark.parametrize("number, status", [
    (signal.SIGTERM, "4.3.0"), (signal.SIGINT, "4.3.0"), (signal.SIGHUP, "4.3.0"),
    (signal.SIGILL, "4.3.0"), (signal.SIGTRAP, "4.3.0"), (signal.SIGSEGV, "4.3.0"),
    (signal.SIGABRT, "4.3.0"), (signal.SIGBUS, "4.3.0"), (signal.SIGFPE, "4.3.0"),
    (signal.SIGXCPU, "4.3.0"),
    (signal.SIGALRM, "4.4.2"),  # its own deadline
])
def test_a_signal_makes_the_mail_wait(deliver, number, status):
    deliver.sim.fault("latency", rate=1.0, ms=30_000)
    process = deliver.start(GOOD)
    mta.wait_until(lambda: deliver.sim.traffic()["running"], "the request to arrive")
    process.send_signal(number)
    output, _ = process.communicate(timeout=mta.PATIENCE)
    assert process.returncode == 75
    assert output.decode().startswith(f"{status} ") and output.count(b"\n") == 1


def test_a_small_stack_loses_no_mail(deliver):
    """Deep markup on a stack of a megabyte: sent, or kept, never bounced."""
    result = deliver(GOOD, message=b"Subject: x\n\n" + b"<b>" * 3_000_000,
                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_STACK, (1 << 20,) * 2))
    assert result.returncode in (0, 75), result


# Its surroundings


def test_a_closed_standard_input_makes_the_mail_wait(deliver):
    result = deliver(GOOD, input=None, preexec_fn=lambda: os.close(0))
    fails(result, 75, "4.3.0")
    assert deliver.sim.messages() == []


def test_a_closed_standard_output_changes_nothing(deliver):
    assert deliver(GOOD, stdout=None, preexec_fn=lambda: os.close(1)).returncode == 0
    assert deliver.texts() == ["Disk full on db1"]
    result = deliver("12@sms.example", stdout=None, preexec_fn=lambda: os.close(1))
    assert result.returncode == 67


def test_nobody_reading_the_output_changes_nothing(deliver):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert deliver("12@sms.example", stdout=writer).returncode == 67
    finally:
        os.close(writer)


@pytest.mark.parametrize("target", ["stderr", "journal"])
def test_the_log_never_stands_before_the_status(tmp_path, sim, target):
    """Postfix reads both outputs from one pipe, and the status only at its start."""
    deliver = Runner(tmp_path, sim, sections=f'[log]\ntarget = "{target}"\n')
    result = subprocess.run(deliver.command("12@sms.example"), input=MESSAGE, check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=mta.PATIENCE)
    fails(result, 67, "5.1.3")
    # With an output of its own, the log is there.
    assert b"12@sms.example" in deliver("12@sms.example").stderr


def test_few_descriptors_make_the_mail_wait_or_go(deliver):
    for limit in range(3, 12):
        result = deliver(GOOD, preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_NOFILE, (limit, limit)))
        assert result.returncode in (0, 75, 127), (limit, result)
        if result.returncode == 127:  # the loader itself could not open its libraries
            assert limit < 5
    assert deliver(GOOD).returncode == 0
    assert deliver.texts() == ["Disk full on db1"]


def test_the_token_is_nowhere(deliver):
    """Not in what it prints, nor in its arguments or its journal, whatever went wrong."""
    seen = b""
    for kind in ("401", "429", "500-before", "not-json", "truncated"):
        deliver.sim.fault(kind, count=1)
        result = deliver(GOOD, message=MESSAGE.replace(b"4XyZ1", kind.encode()))
        seen += result.stdout + result.stderr
    deliver.sim.fault("latency", count=1, ms=30_000)
    process = deliver.start(GOOD)
    mta.wait_until(lambda: deliver.sim.traffic()["running"], "the request to arrive")
    with open(f"/proc/{process.pid}/cmdline", "rb") as arguments:
        seen += arguments.read()
    process.kill()
    process.communicate()
    for path in deliver.agent.state.iterdir():
        seen += path.read_bytes()
    text = deliver.agent.configuration.read_text()
    deliver.agent.configuration.write_text(text.replace("auth_token", "auth_tokn"))
    result = deliver(GOOD)
    seen += result.stdout + result.stderr
    assert TOKEN.encode() not in seen
    # The text of the message is nobody's business either.
    assert b"Disk full" not in seen
