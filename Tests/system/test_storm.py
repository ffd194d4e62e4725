"""Alert storms: beyond `[storm] alerts` a telephone is told once how many more there were, through a real
Postfix with sms-deliver and with lmtpd, and nobody has to wake up for it but the mail server.

Time passes in the journal: a test sets the recipient's bucket back instead of waiting for it.
"""

import concurrent.futures
import json
import signal
import sqlite3
import subprocess

import pytest

import agent as agents
import mta
import sim as simulator
import test_lmtpd_mta
from lmtpd import Lmtpd
from test_crash_points import DEBUG, FIRST, FOLDING, PASSED, POINTS, crash, until_satisfied
from test_sms_deliver import Runner

GOOD = "14155551212@sms.example"
PHONE = "+14155551212"
ALICE = "alice@corp.example"
STORM = '[storm]\nalerts = "3/h"\n'


class Gateway:
    """A mail server, and the journal and configuration of the program behind it."""

    def __init__(self, server, file, database, configure):
        self.server = server
        self.file = file
        self.database = database
        self.configure = configure

    def send(self, text, sender=ALICE, recipient=GOOD):
        return self.server.send(sender, [recipient], text)

    def status(self, queue_id):
        """What became of a mail at its first try."""
        return mta.wait_until(lambda: self.server.statuses(queue_id), "a first try")[0]

    def query(self, sql):
        connection = sqlite3.connect(self.database, timeout=30)
        with connection:
            rows = connection.execute(sql).fetchall()
        connection.close()
        return rows

    def hour_passes(self):
        self.query("UPDATE quota SET updated = updated - 3600000 WHERE name LIKE 'storm %'")

    def patience_ends(self):
        self.query("UPDATE storm SET seen = seen - 1800000")

    def smsmda(self, *words, code=0):
        done = subprocess.run(
            [simulator.program("smsmda"), words[0], "-C", self.file, *words[1:]],
            capture_output=True, text=True, timeout=mta.PATIENCE)
        assert code is None or done.returncode == code, done
        return done.stdout

    def folded(self):
        """(rows in the journal, of which nobody was told)"""
        stats = json.loads(self.smsmda("stats", "--json"))
        return stats["by_status"]["folded"]["messages"], stats["folded_untold"]


@pytest.fixture(params=["postfix-pipe", "exim-pipe", "postfix-lmtp"])
def start(request, sim):
    """Starts a gateway with sections of smsmda.toml; stops it at the end."""
    running = []

    def by_pipe(sections):
        build = {"postfix-pipe": agents.postfix_with_pipe, "exim-pipe": agents.exim_with_pipe}
        server, agent = build[request.param](agents.twilio_section(sim), sections=sections)
        running.append(server.__enter__())
        return Gateway(
            server, agent.configuration, agent.state / "journal.db",
            lambda new: agent.configure(agents.twilio_section(sim), sections=new))

    def by_lmtp(sections):
        daemon = Lmtpd(sim, more=sections)
        running.append(daemon.__enter__())
        server = test_lmtpd_mta.postfix(daemon)
        running.append(server.__enter__())

        def configure(new):
            daemon.configure(more=new)
            count = daemon.log().count("configuration reloaded")
            daemon.signal(signal.SIGHUP)
            daemon.wait_for_log("configuration reloaded", count + 1)

        return Gateway(server, daemon.file, daemon.directory / "journal.db", configure)

    yield by_lmtp if request.param == "postfix-lmtp" else by_pipe
    for program in reversed(running):
        program.__exit__(None, None, None)


def bodies(sim, phone=PHONE):
    return [message["body"] for message in sim.messages(phone)]


def test_forty_alerts_at_once_are_three_and_one_that_tells_of_the_rest(start, sim):
    gateway = start(STORM)
    server = gateway.server
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        queue_ids = list(pool.map(gateway.send, [f"alert {n}" for n in range(40)]))
    first = [gateway.status(queue_id) for queue_id in queue_ids]
    # 3 sent, 1 waits to tell, 36 folded: the mail server has done with all but one.
    assert (first.count("sent"), first.count("deferred")) == (39, 1)
    assert len(bodies(sim)) == 3
    mta.wait_until(lambda: len(server.queue()) == 1, "the others to leave the queue")
    assert "over 3 alerts in 1 h to this recipient" in server.log()
    assert gateway.folded() == (36, 36)
    # The MTA tries again too early: nothing changes, and nothing is counted twice.
    [carrier] = [q for q, status in zip(queue_ids, first) if status == "deferred"]
    server.flush()
    server.wait_for(carrier, "deferred", count=2)
    assert gateway.folded() == (36, 36)
    # The bucket fills up again.
    gateway.hour_passes()
    server.wait_for_empty_queue(flush=True)
    assert server.statuses(carrier)[-1] == "sent"
    texts = bodies(sim)
    assert len(texts) == 4
    assert texts[-1] == f"alert {queue_ids.index(carrier)}\n... and 36 more"
    assert all("more" not in text for text in texts[:3])
    assert gateway.folded() == (36, 0)
    assert server.mailbox("alice") == []
    # Everything can be looked up, and one of them says what it told of.
    listed = [json.loads(line) for line in gateway.smsmda("list", "--json").splitlines()]
    assert len(listed) == 40
    assert [row["told"] for row in listed if "told" in row] == [36]
    # And it is over: the next ones are sent as usual.
    assert gateway.status(gateway.send("calm")) == "sent"
    assert bodies(sim)[-1] == "calm"


def test_another_number_has_a_bucket_of_its_own(start, sim):
    gateway = start('[storm]\nalerts = "1/h"')
    for number in range(2):
        assert gateway.status(gateway.send("x", recipient=f"1415555121{number}@sms.example")) == "sent"
    assert gateway.status(gateway.send("y")) == "sent"


def test_a_later_alert_tells_when_the_carrier_has_gone(start, sim):
    gateway = start('[storm]\nalerts = "1/h"')
    server = gateway.server
    assert gateway.status(gateway.send("first")) == "sent"
    carrier = gateway.send("carrier")
    assert gateway.status(carrier) == "deferred"
    for number in range(3):
        assert gateway.status(gateway.send(f"folded {number}")) == "sent"
    assert bodies(sim) == ["first"]
    server.remove(carrier)  # as an administrator does
    mta.wait_until(lambda: server.queue() == [], "the queue to be empty")
    assert gateway.folded() == (3, 3)
    # As soon as it is not expected any more the operator is told, and another takes its place.
    assert "nobody was told" not in gateway.smsmda("check", code=None)
    gateway.patience_ends()
    assert "3 alerts to +141…1212 were folded" in gateway.smsmda("check", code=None)
    stands_in = gateway.send("stands in")
    assert gateway.status(stands_in) == "deferred"
    assert gateway.status(gateway.send("folded 4")) == "sent"
    assert gateway.folded() == (4, 4)
    gateway.hour_passes()
    # Whoever finds room first tells, and the one that waited is an alert like any other.
    assert gateway.status(gateway.send("news")) == "sent"
    assert bodies(sim) == ["first", "news\n... and 4 more"]
    assert gateway.folded() == (4, 0)
    gateway.hour_passes()
    server.wait_for_empty_queue(flush=True)
    assert bodies(sim)[2:] == ["stands in"]
    assert server.mailbox("alice") == []


def test_an_urgent_option_is_never_folded(start, sim):
    gateway = start('[storm]\nalerts = "1/h"\n[option.urgent]\nurgent = true')
    assert gateway.status(gateway.send("first")) == "sent"
    assert gateway.status(gateway.send("second")) == "deferred"
    for number in range(3):
        queue_id = gateway.send(f"urgent {number}", recipient="14155551212+urgent@sms.example")
        assert gateway.status(queue_id) == "sent"
    assert bodies(sim) == ["first", "urgent 0", "urgent 1", "urgent 2"]


def test_folded_alerts_cost_nothing_and_the_line_is_weighed(start, sim):
    """A cap of 5: one segment, then two because of the line, then two."""
    gateway = start('[storm]\nalerts = "1/h"\n[[limit]]\nper = "installation"\ndaily_segments = 5\n'
                    'over_cap = "reject"')
    long = "x" * 155  # one segment alone, two with the line
    assert gateway.status(gateway.send("first")) == "sent"
    carrier = gateway.send(long)
    assert gateway.status(carrier) == "deferred"
    for _ in range(10):
        assert gateway.status(gateway.send("y" * 400)) == "sent"
    gateway.hour_passes()
    gateway.server.wait_for_empty_queue(flush=True)
    assert bodies(sim) == ["first", long + "\n... and 10 more"]
    gateway.hour_passes()
    assert gateway.status(gateway.send("z" * 200)) == "sent"  # the last two segments
    gateway.hour_passes()
    assert gateway.status(gateway.send("over the cap")) == "bounced"
    assert len(bodies(sim)) == 3


def test_split_messages_end_with_the_line(start, sim):
    gateway = start('[storm]\nalerts = "1/h"\nsummary = "(+{count})"\n'
                    '[message]\nmax_segments = 1\noverflow = "split"')
    text = " ".join(f"word{n:03}" for n in range(40))
    assert gateway.status(gateway.send(text)) == "sent"
    parts = len(bodies(sim))
    assert parts >= 3
    assert gateway.status(gateway.send(text)) == "deferred"
    assert gateway.status(gateway.send(text)) == "sent"
    assert len(bodies(sim)) == parts
    gateway.hour_passes()
    # Twilio fails in the middle of it: what is left is of the same text.
    sim.fault("429", count=1, method="POST")
    gateway.server.wait_for_empty_queue(flush=True)
    texts = bodies(sim)[parts:]
    assert texts[-1].endswith("(+1)") and sum("(+" in t for t in texts) == 1
    assert [t.split()[0] for t in texts] == [f"({n + 1}/{len(texts)})" for n in range(len(texts))]
    assert gateway.folded() == (1, 0)


def test_a_number_that_cannot_be_told_is_counted_until_it_can(start, sim):
    """Twilio refuses the SMS that was to tell: its count goes back, and the next one has it."""
    gateway = start('[storm]\nalerts = "1/h"')
    assert gateway.status(gateway.send("first")) == "sent"
    carrier = gateway.send("carrier")
    assert gateway.status(carrier) == "deferred"
    assert gateway.status(gateway.send("folded")) == "sent"
    gateway.hour_passes()
    sim.reply(PHONE, "STOP")
    gateway.server.flush()
    gateway.server.wait_for(carrier, "bounced")
    assert gateway.folded() == (1, 1)
    sim.reply(PHONE, "START")
    gateway.smsmda("optout", "clear", PHONE)
    gateway.hour_passes()
    assert gateway.status(gateway.send("back")) == "sent"
    assert bodies(sim) == ["first", "back\n... and 1 more"]


# --- Deaths

@pytest.fixture
def debug(tmp_path, sim, monkeypatch):
    """A Runner of the debug build, one alert sent, one waiting to tell, three folded."""
    if not (DEBUG / "sms-deliver").exists():
        pytest.skip("no debug build of sms-deliver: run `swift build`")
    monkeypatch.setenv("SMSMDA_BUILD", str(DEBUG))
    runner = Runner(tmp_path, sim, sections='[storm]\nalerts = "1/h"\n')
    assert [runner(GOOD, message=alert(n)).returncode for n in range(5)] == [0, 75, 0, 0, 0]
    return runner


def alert(number):
    return f"Received: by mx id {number}\n\nalert {number}\n".encode()


def refill(runner):
    connection = sqlite3.connect(runner.agent.state / "journal.db", timeout=30)
    with connection:
        connection.execute("UPDATE quota SET updated = updated - 3600000")
    connection.close()


def untold(runner):
    connection = sqlite3.connect(runner.agent.state / "journal.db", timeout=30)
    rows = connection.execute("SELECT folded FROM storm").fetchall()
    connection.close()
    return rows


@pytest.mark.parametrize("fault", [*PASSED, "429"], ids=lambda fault: fault or "no-fault")
@pytest.mark.parametrize("point", POINTS)
def test_a_death_tells_no_number_twice_and_loses_none(debug, sim, point, fault):
    refill(debug)
    if fault:
        sim.fault(fault, count=1, method="POST")
        assert debug(GOOD, message=alert(1)).returncode == 75
    died = crash(debug, point, GOOD, message=alert(1))
    assert died == (point in PASSED.get(fault, FIRST))
    refill(debug)
    assert until_satisfied(debug, GOOD, message=alert(1)) == 0
    assert debug.texts() == ["alert 0", "alert 1\n... and 3 more"]
    assert untold(debug) == []
    for number in range(5):
        assert debug(GOOD, message=alert(number)).returncode == 0
    assert len(debug.texts()) == 2


@pytest.mark.parametrize("point", sorted(FOLDING))
def test_a_death_while_folding_counts_once(debug, sim, point):
    assert crash(debug, point, GOOD, message=alert(5))
    assert debug(GOOD, message=alert(5)).returncode == 0
    assert untold(debug) == [(4,)]
    refill(debug)
    assert until_satisfied(debug, GOOD, message=alert(1)) == 0
    assert debug.texts()[-1] == "alert 1\n... and 4 more"
