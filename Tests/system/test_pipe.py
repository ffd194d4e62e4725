"""sms-deliver behind a real Postfix and a real Exim that run the files of postfix/ and
examples/exim: what is sent, what bounces, and what waits and is then delivered, once."""

import signal

import pytest

import agent as agents
import mta

GOOD = "14155551212@sms.example"
PHONE = "+14155551212"
ALICE = "alice@corp.example"


@pytest.fixture(params=["postfix", "exim"])
def gateway(request, sim):
    """(mail server, agent): started, with the shipped files of one of the two mail servers."""
    build = {"postfix": agents.postfix_with_pipe, "exim": agents.exim_with_pipe}[request.param]
    server, agent = build(agents.twilio_section(sim))
    with server:
        yield server, agent


def texts(sim, phone=PHONE):
    """What the telephone got, in order."""
    return [message["body"] for message in sim.messages(phone)]


def test_a_mail_becomes_an_sms(gateway, sim):
    server, _ = gateway
    queue_id = server.send(ALICE, [GOOD], "Disk full on db1")
    server.wait_for(queue_id, "sent")
    assert texts(sim) == ["Disk full on db1"]
    assert sim.messages()[0]["from"] == "+18085551234"
    assert server.queue() == []


def test_each_recipient_of_one_mail_has_its_own_fate(gateway, sim):
    server, _ = gateway
    queue_id = server.send(ALICE, [GOOD, "12@sms.example", '"+1 415 555 1213"@sms.example'], "x")
    [bounce] = server.wait_for_mail("alice")
    server.wait_for_empty_queue()
    assert sorted(m["to"] for m in sim.messages()) == [PHONE, "+14155551213"]
    assert sorted(server.statuses(queue_id)) == ["bounced", "sent", "sent"]
    assert "12@sms.example" in bounce.as_string()


def test_a_bad_number_bounces_with_our_reason(gateway, sim):
    server, _ = gateway
    queue_id = server.send(ALICE, ["12@sms.example"])
    server.wait_for(queue_id, "bounced")
    [bounce] = server.wait_for_mail("alice")
    text = bounce.as_string()
    assert "too short for a phone number" in text
    if isinstance(server, mta.Postfix):
        assert "Status: 5.1.3" in text
        assert "Diagnostic-Code: x-unix;" in text
    else:  # Exim never reads the status: ours is in the text, its own is always 5.0.0
        assert "\n5.1.3 " in text
    assert sim.messages() == []


def test_a_refusal_of_the_provider_bounces_with_its_code(gateway, sim):
    server, _ = gateway
    # Twilio's magic number for "not a valid number".
    queue_id = server.send(ALICE, ["15005550001@sms.example"])
    server.wait_for(queue_id, "bounced")
    [bounce] = server.wait_for_mail("alice")
    assert "21211" in bounce.as_string()


def test_the_null_reverse_path_is_understood(gateway, sim):
    server, _ = gateway
    queue_id = server.send("", [GOOD], "from the mail system itself")
    server.wait_for(queue_id, "sent")
    assert texts(sim) == ["from the mail system itself"]


def deliver_after_repair(server, sim, queue_id, body):
    """Waits for a deferral, tries again, and expects exactly one SMS and no bounce."""
    server.wait_for(queue_id, "deferred")
    assert "bounced" not in server.statuses(queue_id)
    yield
    server.wait_for_empty_queue(flush=True)
    assert texts(sim) == [body]
    assert "bounced" not in server.statuses(queue_id)
    assert server.mailbox("alice") == []


def test_provider_down_defers_then_delivers(gateway, sim):
    server, _ = gateway
    sim.stop()
    queue_id = server.send(ALICE, [GOOD], "while it is down")
    for _ in deliver_after_repair(server, sim, queue_id, "while it is down"):
        sim.start()


@pytest.mark.parametrize("kind", ["429", "401", "500-before", "500-after", "reset-before",
                                  "reset-after", "truncated", "not-json"])
def test_provider_in_trouble_defers_then_delivers_once(gateway, sim, kind):
    server, _ = gateway
    sim.fault(kind, rate=1.0)
    queue_id = server.send(ALICE, [GOOD], f"during {kind}")
    for _ in deliver_after_repair(server, sim, queue_id, f"during {kind}"):
        sim.clear_faults()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGILL, signal.SIGSEGV, signal.SIGTERM])
def test_killed_in_the_middle_defers_then_delivers_once(gateway, sim, number):
    """SIGILL is what a Swift trap is; SIGKILL is the OOM killer."""
    server, agent = gateway
    sim.fault("latency", rate=1.0, ms=20_000)
    queue_id = server.send(ALICE, [GOOD], "in the middle")
    # Until the request is there: then the journal holds a claim, and only the answer is missing.
    mta.wait_until(lambda: sim.requests() or sim.traffic()["running"], "the request to arrive")
    agent.kill(number)
    for _ in deliver_after_repair(server, sim, queue_id, "in the middle"):
        sim.clear_faults()


def test_exim_thaws_by_itself(sim):
    """Frozen for a signal, tried again after auto_thaw by an ordinary queue run: no person needed."""
    server, agent = agents.exim_with_pipe(agents.twilio_section(sim), auto_thaw="1s",
                                           first_retry="1s")
    with server:
        agent.replace_by_script("kill -KILL $$")
        queue_id = server.send(ALICE, [GOOD], "frozen for a while")
        server.wait_for(queue_id, "deferred")
        assert server.frozen() == [queue_id]
        agent.restore()
        mta.wait_until(lambda: server.run_queue() or not server.queue(), "the thaw")
    assert texts(sim) == ["frozen for a while"]


def test_killed_before_it_began_defers_then_delivers(gateway, sim):
    server, agent = gateway
    agent.replace_by_script("kill -KILL $$")
    queue_id = server.send(ALICE, [GOOD], "killed at once")
    for _ in deliver_after_repair(server, sim, queue_id, "killed at once"):
        agent.restore()


def test_absent_defers_then_delivers(gateway, sim):
    server, agent = gateway
    agent.remove()
    queue_id = server.send(ALICE, [GOOD], "during an upgrade")
    for _ in deliver_after_repair(server, sim, queue_id, "during an upgrade"):
        agent.restore()


def test_not_executable_defers_then_delivers(gateway, sim):
    server, agent = gateway
    agent.program.chmod(0o644)
    queue_id = server.send(ALICE, [GOOD], "not executable")
    for _ in deliver_after_repair(server, sim, queue_id, "not executable"):
        agent.program.chmod(0o755)


def test_missing_settings_defer_then_deliver(gateway, sim):
    server, agent = gateway
    away = agent.configuration.with_suffix(".away")
    agent.configuration.rename(away)
    queue_id = server.send(ALICE, [GOOD], "no settings")
    for _ in deliver_after_repair(server, sim, queue_id, "no settings"):
        # What the operator reads in the log names the file.
        assert str(agent.configuration) in server.log()
        away.rename(agent.configuration)


def test_broken_settings_defer_then_deliver(gateway, sim):
    server, agent = gateway
    right = agent.configuration.read_text()
    agent.configuration.write_text(right + "\n[twilio\n")
    queue_id = server.send(ALICE, [GOOD], "broken settings")
    for _ in deliver_after_repair(server, sim, queue_id, "broken settings"):
        agent.configuration.write_text(right)


def test_strangers_may_not_send(gateway, sim):
    """The SMS domain is no domain of the mail server's own: only those who may relay reach it."""
    server, _ = gateway
    if isinstance(server, mta.Postfix):
        server.extra_main += "mynetworks = 192.0.2.0/24\n"
    else:
        server.relay_from = "192.0.2.0/24"
    server.restart()
    with server.client() as client:
        client.ehlo()
        assert client.mail("mallory@elsewhere.example")[0] == 250
        code, text = client.rcpt(GOOD)
    # 454 is how Postfix says it unless told to be final (defer_unauth_destination, its default).
    assert code in (454, 550, 554) and b"relay" in text.lower()
    assert sim.messages() == []


def test_mail_waits_while_a_library_is_missing_if_postfix_is_told_so(sim):
    """The loader's 127 bounces, which nothing in sms-deliver can prevent; defer_transports does."""
    server, agent = agents.postfix_with_pipe(agents.twilio_section(sim))
    with server:
        agent.replace_by_script("exit 127\n")
        queue_id = server.send(ALICE, [GOOD], "nobody was told")
        server.wait_for(queue_id, "bounced")
        server.command("postconf", "-e", "defer_transports=sms")
        server.reload()
        queue_id = server.send(ALICE, [GOOD], "postfix was told")
        server.wait_for(queue_id, "deferred")
        agent.restore()
        server.command("postconf", "-X", "defer_transports")
        server.reload()
        server.wait_for_empty_queue(flush=True)
        assert texts(sim) == ["postfix was told"]
