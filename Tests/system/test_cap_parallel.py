"""A cap under fifty deliveries at once, half by sms-deliver and half through lmtpd, in the journal that
both share: not one segment over, not one left unused, and the same after every retry."""

import concurrent.futures
import contextlib
import json
import subprocess
import threading

import pytest

import mta
import postgresql
import sim as simulator
from lmtpd import Lmtpd

GOOD = "14155551212@sms.example"
ALICE = "alice@corp.example"
COUNT = 50
TEXT = "z" * 200  # two segments
CAP = 41
REFUSAL = f"daily limit of {CAP} segments for this host is used up"


def message(number):
    return f"Received: number {number}\nSubject: x\n\n{TEXT}\n".encode()


@pytest.fixture(params=["sqlite", "postgresql"])
def daemon(request, make_sim):
    """lmtpd with a cap for the whole installation; `daemon.sim` takes a moment for each message, so
    that requests are on their way while others are being counted."""
    with contextlib.ExitStack() as stack:
        journal = ""
        if request.param == "postgresql":
            if not postgresql.programs():
                pytest.skip("no PostgreSQL: run `make setup`")
            server = stack.enter_context(postgresql.PostgreSQL())
            journal = f'url = "{server.url}"'
        running = Lmtpd(make_sim("--latency", "50ms"), lmtp=f"max_sessions = {2 * COUNT}",
                        more=f'[[limit]]\nper = "installation"\ndaily_segments = {CAP}')
        running.file.write_text(running.file.read_text().replace("[journal]", f"[journal]\n{journal}"))
        yield stack.enter_context(running)


def by_pipe(daemon, number):
    """(reply's class, text) of one run of sms-deliver with lmtpd's own configuration."""
    done = subprocess.run(
        [simulator.program("sms-deliver"), "-C", daemon.file, "-f", ALICE, "--", GOOD],
        input=message(number), capture_output=True, timeout=2 * mta.PATIENCE)
    assert done.returncode in (0, 75), done
    return {0: 2, 75: 4}[done.returncode], done.stdout.decode()


def by_lmtp(daemon, number):
    with daemon.client() as client:
        client.hello()
        reply, = client.transaction(ALICE, [GOOD], message(number).replace(b"\n", b"\r\n"))
    return int(reply[0]), reply


def at_once(daemon, numbers, ways=(by_pipe, by_lmtp)):
    """All of them, even numbers by the first way and odd ones by the second, started together."""
    barrier = threading.Barrier(len(numbers))

    def deliver(number):
        barrier.wait(mta.PATIENCE)
        return ways[number % 2](daemon, number)

    with concurrent.futures.ThreadPoolExecutor(len(numbers)) as pool:
        return dict(zip(numbers, pool.map(deliver, numbers)))


def used(daemon):
    """Segments of what the journal has as accepted."""
    done = subprocess.run(
        [simulator.program("smsmda"), "stats", "-C", daemon.file, "--json"],
        check=True, capture_output=True, timeout=mta.PATIENCE)
    return json.loads(done.stdout)["by_status"]["accepted"]


def test_not_one_segment_over(daemon):
    sim = simulator.Sim()
    sim.url = daemon.url
    answers = at_once(daemon, range(COUNT))
    # A busy machine may make one wait for the journal: that is a retry like any other.
    for _ in range(10):
        late = [n for n, (digit, text) in answers.items() if digit == 4 and REFUSAL not in text]
        if not late:
            break
        answers.update(at_once(daemon, late))
    sent = {number for number, (digit, _) in answers.items() if digit == 2}
    assert len(sent) == CAP // 2, answers
    assert all(REFUSAL in text for digit, text in answers.values() if digit == 4), answers
    assert [m["body"] for m in sim.messages()] == [TEXT] * len(sent)
    assert used(daemon) == {"messages": len(sent), "segments": CAP // 2 * 2}
    # Both programs had their share: otherwise nothing was tried at once.
    assert {number % 2 for number in sent} == {0, 1}

    # The MTA tries all again, each by the other program: what was sent is said again, the rest waits.
    again = at_once(daemon, range(COUNT), (by_lmtp, by_pipe))
    assert {number for number, (digit, _) in again.items() if digit == 2} == sent, again
    assert len(sim.messages()) == len(sent)
