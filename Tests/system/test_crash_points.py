"""Every line at which a death could lose an SMS or send it twice, one after the other: sms-deliver is
killed there (SIGKILL, nothing flushed), then run again until it is satisfied, as an MTA does. The
phone must have got the message exactly once. What each line means is told in Transition.swift.

The lines are known to debug builds only (`swift build`); a release does not read the variable.
"""

import collections
import os
import pathlib
import re

import pytest

import lmtpd as daemons
import mta
import sim as sims
from test_sms_deliver import GOOD, PHONE, Runner

SOURCE = (mta.REPOSITORY / "Sources/Core/System/CrashPoint.swift").read_text()
NAMED = re.findall(r'^    case \w+ = "([a-z-]+)"$', SOURCE, re.MULTILINE)
DEBUG = mta.REPOSITORY / ".build/debug"

# What a delivery passes: the first try, one whose reply was lost and Twilio has the message, one
# whose reply was lost and Twilio never had it.
FIRST = {"claim-written", "claim-durable", "response-read", "outcome-written", "outcome-durable"}
# Tried in test_storm.py.
FOLDING = {"fold-written", "fold-durable"}
ASKING = {"asking-written", "asking-durable", "finding-known", "finding-written",
          "finding-durable"}
POINTS = [point for point in NAMED if point not in FOLDING]
PASSED = {
    None: FIRST,
    "500-after": ASKING,
    "500-before": ASKING | FIRST - {"claim-durable"},
}
LONG = b"Received: from a by b id 1\n\n" + b" ".join(b"word%03d" % i for i in range(60)) + b"\n"


def test_every_point_is_tried():
    assert set(NAMED) == FIRST | ASKING | FOLDING
    assert set(POINTS) == set().union(*PASSED.values())


@pytest.fixture
def debug(tmp_path, sim, monkeypatch):
    """Makes a Runner of the debug build."""
    if not (DEBUG / "sms-deliver").exists():
        pytest.skip("no debug build of sms-deliver: run `swift build`")
    monkeypatch.setenv("SMSMDA_BUILD", str(DEBUG))
    return lambda **settings: Runner(tmp_path, sim, **settings)


def crash(deliver, point, *arguments, **options):
    """Runs it with a crash point; says whether it died there."""
    result = deliver(*arguments, environment={"SMSMDA_CRASH_AT": point}, **options)
    assert result.returncode in (0, 75, 67, -9), result
    return result.returncode == -9


def until_satisfied(deliver, *arguments, **options):
    """What an MTA does: again, until it is a success or a final refusal."""
    for _ in range(10):
        result = deliver(*arguments, **options)
        if result.returncode != 75:
            return result.returncode
    raise AssertionError(f"still 75 after 10 tries: {result.stdout}")


@pytest.mark.parametrize("fault", PASSED, ids=lambda fault: fault or "no-fault")
@pytest.mark.parametrize("point", POINTS)
def test_exactly_once(debug, sim, point, fault):
    deliver = debug()
    if fault:
        sim.fault(fault, count=1, method="POST")
        assert deliver(GOOD).returncode == 75
    died = crash(deliver, point, GOOD)
    assert died == (point in PASSED[fault])
    assert until_satisfied(deliver, GOOD) == 0
    assert len(deliver.texts()) == 1
    # And never again.
    before = sim.traffic()["total"]
    assert deliver(GOOD).returncode == 0
    assert sim.traffic()["total"] == before


@pytest.mark.parametrize("one", POINTS)
@pytest.mark.parametrize("other", sorted(ASKING))
def test_two_deaths_one_after_the_other(debug, sim, one, other):
    """The second while the first is being cleared up."""
    deliver = debug()
    crash(deliver, one, GOOD)
    crash(deliver, other, GOOD)
    assert until_satisfied(deliver, GOOD) == 0
    assert len(deliver.texts()) == 1


@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("point", sorted(FIRST))
def test_parts_go_on_where_they_stopped(debug, sim, point, nth):
    deliver = debug(sections='[message]\nmax_segments = 1\noverflow = "split"\n')
    assert crash(deliver, f"{point}:{nth}", GOOD, message=LONG)
    assert until_satisfied(deliver, GOOD, message=LONG) == 0
    got = deliver.texts()
    assert len(got) >= 3 and len(set(got)) == len(got), got
    # Each once, and in order: the numbers of the words rise over all parts.
    words = [int(number) for text in got for number in re.findall(r"word(\d+)", text)]
    assert words == sorted(words) and words[0] == 0 and words[-1] == 59


@pytest.mark.parametrize("point", sorted(FIRST))
def test_two_recipients_of_one_message(debug, sim, point):
    deliver = debug()
    recipients = [GOOD, "14155551213@sms.example"]
    for nth in (1, 2):
        crash(deliver, f"{point}:{nth}", *recipients)
    assert until_satisfied(deliver, *recipients) == 0
    assert collections.Counter(m["to"] for m in sim.messages()) == {
        PHONE: 1, "+14155551213": 1}


@pytest.mark.parametrize("point", sorted(FIRST))
def test_a_refusal_stays_a_refusal(debug, sim, point):
    deliver = debug()
    assert crash(deliver, point, "15005550001@sms.example")
    assert until_satisfied(deliver, "15005550001@sms.example") == 67
    assert sim.messages() == []


@pytest.mark.parametrize("fault", PASSED, ids=lambda fault: fault or "no-fault")
@pytest.mark.parametrize("point", POINTS)
def test_exactly_once_by_lmtpd(sim, monkeypatch, point, fault):
    """The same through the daemon, which commits on a thread of its own."""
    if not (DEBUG / "lmtpd").exists():
        pytest.skip("no debug build of lmtpd: run `swift build`")
    monkeypatch.setenv("SMSMDA_BUILD", str(DEBUG))
    message = b"Received: from a by b id 1\r\n\r\nDisk full on db1\r\n"

    def deliver(daemon):
        """The reply to the one recipient; None when the connection ended without one."""
        try:
            with daemon.client() as client:
                client.hello()
                [reply] = client.transaction("alice@corp.example", [GOOD], message)
                return reply
        except (ConnectionError, AssertionError, TypeError, ValueError):
            return None

    with daemons.Lmtpd(sim) as daemon:
        daemon.file.write_text(daemon.file.read_text().replace(
            "[journal]", '[journal]\nsettle = "0s"'))
        daemon.stop()
        if fault:
            sim.fault(fault, count=1, method="POST")
            daemon.start()
            assert deliver(daemon).startswith("451 ")
            daemon.stop()
        daemon.environment["SMSMDA_CRASH_AT"] = point
        daemon.start()
        reply = deliver(daemon)
        died = reply is None
        assert died == (point in PASSED[fault]), daemon.log()
        if died:
            assert daemon.process.wait(mta.PATIENCE) == -9
            daemon.process = None
        del daemon.environment["SMSMDA_CRASH_AT"]
        daemon.stop()
        daemon.start()
        for _ in range(10):
            reply = deliver(daemon)
            if reply.startswith("250 "):
                break
        assert reply.startswith("250 "), reply
        assert len(sim.messages(PHONE)) == 1
        before = sim.traffic()["total"]
        assert deliver(daemon).startswith("250 ")
        assert sim.traffic()["total"] == before


def test_a_release_does_not_read_the_variable(tmp_path, sim):
    release = pathlib.Path(sims.REPOSITORY / ".build/release/sms-deliver")
    if not release.exists() or os.environ.get("SMSMDA_BUILD", "").endswith("debug"):
        pytest.skip("no release build of sms-deliver: run `make build`")
    deliver = Runner(tmp_path, sim)
    deliver.agent.program.write_bytes(release.read_bytes())
    assert not crash(deliver, "claim-durable", GOOD)
    assert b"SMSMDA_CRASH_AT" not in release.read_bytes()
