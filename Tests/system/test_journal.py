"""The journal as an administrator meets it: what the commands show, many processes on one message,
a disk that is full, a file that is damaged."""

import concurrent.futures
import json
import os
import re
import sqlite3
import subprocess

import pytest

import agent as agents
import mta
import sim as sims
from test_sms_deliver import GOOD, MESSAGE, PHONE, Runner, fails


@pytest.fixture
def deliver(tmp_path, sim):
    return Runner(tmp_path, sim)


@pytest.fixture
def smsmda(deliver):
    """Runs `smsmda COMMAND -C FILE WORD...` with the configuration of `deliver`."""
    def run(command, *words, code=0):
        done = subprocess.run(
            [sims.program("smsmda"), command, "-C", deliver.agent.configuration, *words],
            capture_output=True, text=True, timeout=mta.PATIENCE)
        assert code is None or done.returncode == code, done
        return done.stdout + done.stderr
    return run


def another(number):
    """The same alert, later: another Received line."""
    return MESSAGE.replace(b"4XyZ1", b"4XyZ%d" % (number + 10))


def database(deliver):
    return deliver.agent.state / "journal.db"


# What the commands show


def test_without_a_journal_the_commands_make_none(deliver, smsmda):
    assert "there is no journal" in smsmda("list", code=66)
    assert not database(deliver).exists()


def test_list_and_show(deliver, smsmda):
    assert deliver("-f", "ups@corp.example", "--queue-id", "4XyZ1", GOOD).returncode == 0
    assert deliver("15005550001@sms.example").returncode == 67
    [accepted] = [json.loads(line) for line in
                  smsmda("list", "--json", "--status", "accepted").splitlines()]
    [message] = deliver.sim.messages()
    assert accepted["sid"] == message["sid"]
    assert (accepted["to"], accepted["sender"]) == (PHONE, "ups@corp.example")
    table = smsmda("list").splitlines()
    assert len(table) == 3 and table[0].startswith("TIME")
    assert "refused" in table[1] and "accepted" in table[2]
    for name in (message["sid"], "4XyZ1", accepted["key"], accepted["key"][:12]):
        page = smsmda("show", name)
        assert re.search(rf"^sid: +{message['sid']}$", page, re.MULTILINE), page
    assert json.loads(smsmda("show", "--json", message["sid"])) == accepted
    # The other recipient's has the same queue id: it came with the same mail.
    assert len(smsmda("show", "--json", "4XyZ1").splitlines()) == 2
    assert smsmda("list", "--since", "1h", "--to", GOOD, "--from", "UPS@corp.example").count(
        message["sid"]) == 1
    for words in (["--until", "1h"], ["--to", "+14155550000"], ["--status", "uncertain"]):
        assert smsmda("list", *words, code=1) == ""
    assert "no message" in smsmda("show", "4NoNe", code=1)
    assert "--since wants" in smsmda("list", "--since", "yesterday", code=64)
    assert "--status wants" in smsmda("list", "--status", "sent", code=64)


def test_the_text_is_not_in_the_journal(deliver):
    assert deliver(GOOD).returncode == 0
    for path in deliver.agent.state.iterdir():
        assert b"Disk full" not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0


def test_stats_say_what_dedup_suppressed(tmp_path, sim, smsmda, deliver):
    deliver.agent.configure(sections='[dedup]\nwindow = "10m"\n',
                            twilio=sections_of(deliver.agent))
    for number in range(3):
        assert deliver(GOOD, message=another(number)).returncode == 0
    assert len(deliver.texts()) == 1
    stats = json.loads(smsmda("stats", "--json"))
    assert stats["by_status"]["suppressed"]["messages"] == 2
    assert stats["by_status"]["accepted"] == {"messages": 1, "segments": 1}
    assert "suppressed: 2 messages" in smsmda("stats")


def sections_of(agent):
    """The lines of [twilio] that an agent has."""
    return re.search(r"\[twilio\]\n(.*?)\n\[", agent.configuration.read_text(), re.DOTALL)[1]


def test_without_dedup_two_alerts_with_one_text_are_two(deliver):
    for number in range(2):
        assert deliver(GOOD, message=another(number)).returncode == 0
    assert len(deliver.texts()) == 2


def test_prune_forgets_what_is_older_than_keep(deliver, smsmda):
    assert deliver(GOOD).returncode == 0
    assert smsmda("prune") == "forgotten: 0\n"
    with sqlite3.connect(database(deliver)) as connection:
        connection.execute("UPDATE sms SET claimed = claimed - 15 * 86400000")
    assert smsmda("prune") == "forgotten: 1\n"
    assert smsmda("list", code=1) == ""


def test_reconcile_settles_what_twilio_lists(deliver, smsmda):
    deliver.sim.fault("500-after", count=1, method="POST")
    fails(deliver(GOOD), 75, "4.4.2")
    assert "sent, as SM" in smsmda("reconcile")
    assert smsmda("reconcile") == "asked about: 0, left: 0\n"
    # The MTA's retry hears of it without a request.
    before = deliver.sim.traffic()["total"]
    assert deliver(GOOD).returncode == 0
    assert deliver.sim.traffic()["total"] == before
    assert len(deliver.texts()) == 1


def test_reconcile_sends_nothing(deliver, smsmda):
    deliver.sim.fault("500-before", count=1, method="POST")
    fails(deliver(GOOD), 75, "4.4.2")
    assert "next try sends it" in smsmda("reconcile", code=1)
    assert deliver.texts() == []
    assert deliver(GOOD).returncode == 0
    assert len(deliver.texts()) == 1


def test_an_opt_out_is_kept_until_cleared(deliver, smsmda):
    deliver.sim.reply(PHONE, "STOP")
    fails(deliver(GOOD), 77, "5.7.1")
    before = deliver.sim.traffic()["total"]
    fails(deliver(GOOD, message=another(1)), 77, "5.7.1")
    assert deliver.sim.traffic()["total"] == before
    assert smsmda("optout").startswith(f"{PHONE} from {sims.SENDER} since ")
    deliver.sim.reply(PHONE, "START")
    assert smsmda("optout", "clear", PHONE).startswith("cleared: 1")
    assert smsmda("optout", "clear", PHONE, code=1)
    assert deliver(GOOD, message=another(2)).returncode == 0
    assert len(deliver.texts()) == 1


# What a failed request counts as. `sent`: how many SMS the phone has after the first try.

FAULTS = [
    # Never reached Twilio, or Twilio did nothing: no trace, the next try sends.
    ("429", 0, "released"), ("401", 0, "released"), ("403", 0, "released"),
    # Released if the reset came before the first octet left, else uncertain: both are right.
    ("reset-before", 0, "either"),
    # Unknown: asked about before another try.
    ("500-before", 0, "uncertain"),
    ("500-after", 1, "uncertain"), ("reset-after", 1, "uncertain"), ("reset-inside", 1, "uncertain"),
    ("truncated", 1, "uncertain"), ("not-json", 1, "uncertain"), ("no-sid", 1, "uncertain"),
]


def states(smsmda):
    return [json.loads(line)["status"] for line in
            smsmda("list", "--json", code=None).splitlines() if line.startswith("{")]


@pytest.mark.parametrize("fault, sent, counts_as", FAULTS, ids=[row[0] for row in FAULTS])
def test_each_fault_is_sorted_and_made_good(deliver, smsmda, fault, sent, counts_as):
    deliver.sim.fault(fault, count=1, method="POST")
    assert deliver(GOOD).returncode == 75
    assert len(deliver.texts()) == sent
    assert states(smsmda) in {"released": ([],), "uncertain": (["uncertain"],),
                              "either": ([], ["uncertain"])}[counts_as]
    assert deliver(GOOD).returncode == 0
    assert len(deliver.texts()) == 1
    assert states(smsmda) == ["accepted"]


def test_nobody_listening_leaves_no_trace(deliver, smsmda):
    deliver.sim.stop()
    fails(deliver(GOOD), 75, "4.4.1")
    assert states(smsmda) == []
    deliver.sim.start()
    assert deliver(GOOD).returncode == 0


def test_a_certificate_that_is_not_trusted_leaves_no_trace(tmp_path, make_sim, smsmda, deliver):
    keys = mta.make_certificate(tmp_path / "keys").parent
    server = make_sim("--tls-cert", keys / "cert.pem", "--tls-key", keys / "key.pem")
    deliver.agent.configure(agents.twilio_section(server))
    fails(deliver(GOOD), 75, "4.4.1")
    assert states(smsmda) == []


def test_a_reply_that_does_not_come_in_time_is_uncertain(deliver, smsmda):
    deliver.agent.configure(agents.twilio_section(deliver.sim) + 'timeout = "1s"\n')
    deliver.sim.fault("latency", count=1, ms=4000, method="POST")
    fails(deliver(GOOD), 75, "4.4.2")
    assert states(smsmda) == ["uncertain"]


# Many at once


def test_many_processes_with_one_message(deliver):
    """One of them sends; the others hear of it, or are told to come back."""
    deliver.sim.fault("latency", rate=1.0, ms=300)
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        codes = list(pool.map(lambda _: deliver(GOOD).returncode, range(12)))
    assert set(codes) <= {0, 75} and 0 in codes, codes
    assert deliver(GOOD).returncode == 0
    assert len(deliver.texts()) == 1


def test_many_processes_with_messages_of_their_own(deliver):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(
            lambda number: deliver(GOOD, message=another(number)).returncode, range(40)))
    assert codes == [0] * 40
    assert len(deliver.texts()) == 40


# Trouble


def test_a_damaged_journal_sends_nothing_and_is_left_alone(deliver, smsmda):
    database(deliver).write_bytes(b"no database " * 1000)
    before = database(deliver).read_bytes()
    fails(deliver(GOOD), 75, "4.3.0")
    assert deliver.texts() == []
    assert database(deliver).read_bytes() == before
    assert "move the file aside" in smsmda("list", code=74)
    assert "[journal]" in smsmda("check", code=78)


def test_not_required_it_sends_all_the_same(deliver):
    deliver.agent.configure(sections_of(deliver.agent), journal='required = false')
    database(deliver).write_bytes(b"no database " * 1000)
    result = deliver(GOOD)
    assert (result.returncode, len(deliver.texts())) == (0, 1), result


def test_a_full_disk_keeps_the_mail_waiting(tmp_path, sim):
    """On a file system of 1 MB of this test's own; the journal goes on when there is room again."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", place],
                             capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("only root can mount a small file system")
    try:
        deliver = Runner(tmp_path / "agent", sim)
        deliver.agent.state = place
        deliver.agent.configure(sections_of(deliver.agent))
        assert deliver(GOOD, message=another(1)).returncode == 0
        filler = place / "filler"
        with open(filler, "wb") as file:
            try:
                while True:
                    os.write(file.fileno(), bytes(4096))
            except OSError:
                pass
        fails(deliver(GOOD, message=another(2)), 75, "4.3.0")
        assert len(deliver.texts()) == 1
        filler.unlink()
        assert deliver(GOOD, message=another(2)).returncode == 0
        assert deliver(GOOD, message=another(1)).returncode == 0
        assert len(deliver.texts()) == 2
    finally:
        subprocess.run(["umount", place], check=True)


def test_sms_deliver_needs_neither_libpq_nor_leaves_it_loaded(deliver):
    """PostgreSQL costs nothing where it is not used."""
    needed = subprocess.run(["readelf", "-d", deliver.agent.program], capture_output=True,
                            text=True, check=True).stdout
    assert "libcurl" in needed and "libpq" not in needed
