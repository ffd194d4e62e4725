"""What was sent stays sent: a retry hears so although rules, hours or the operator's own service have
changed their mind since, through real mail servers. And what was not sent is refused as they say now."""

import signal

import pytest

import agent as agents
import mta
import test_lmtpd_mta
from lmtpd import Lmtpd
from test_policy import hours_without_now
from test_policy_ask import Service

GOOD = "14155551212@sms.example"
ALICE = "alice@corp.example"


@pytest.fixture(params=["postfix-pipe", "exim-pipe", "postfix-lmtp"])
def gateway(request, sim):
    """A mail server and `change(sections)`, which appends TOML to smsmda.toml and has it taken up."""
    if request.param == "postfix-lmtp":
        daemon = Lmtpd(sim)

        def configure(sections=""):
            daemon.configure(more=sections + "\n")
            daemon.file.write_text(daemon.file.read_text().replace(
                "[journal]", '[journal]\nsettle = "0s"'))

        def change(sections):
            configure(sections)
            count = daemon.log().count("configuration reloaded")
            daemon.signal(signal.SIGHUP)
            daemon.wait_for_log("configuration reloaded", count + 1)

        configure()
        with daemon, test_lmtpd_mta.postfix(daemon) as server:
            yield server, change
        return
    build = {"postfix-pipe": agents.postfix_with_pipe, "exim-pipe": agents.exim_with_pipe}
    server, agent = build[request.param](agents.twilio_section(sim))
    with server:
        yield server, lambda sections: agent.configure(
            agents.twilio_section(sim), sections=sections)


CHANGES = {
    "sender": ('[[sender]]\nmatch = "sasl:nobody"', "bounced"),
    "recipient": ('[[sender]]\nmatch = "*"\nto = "+46*"', "bounced"),
    "country": ('[policy]\ncountries = "+46"', "bounced"),
    "hours": (f"[policy]\n{hours_without_now()}", "deferred"),
    "service": ('[policy]\nask = "unix:{service}"', "bounced"),
}


@pytest.fixture
def service(tmp_path_factory, gateway):
    """An operator's service that refuses, where the mail server's accounts can reach it."""
    refusing = Service(gateway[0].directory)
    refusing.answer = b"action=REJECT not today\n\n"
    yield refusing
    refusing.close()


@pytest.mark.parametrize("change", CHANGES)
def test_a_retry_of_what_was_sent_hears_so(gateway, service, sim, change):
    server, configure = gateway
    sim.fault("500-after", count=1, method="POST")  # Twilio has it, and we do not hear so
    queue_id = server.send(ALICE, [GOOD], "Disk full on db1")
    server.wait_for(queue_id, "deferred")
    configure(CHANGES[change][0].replace("{service}", str(service.path)))
    server.wait_for_empty_queue(flush=True)
    assert server.statuses(queue_id)[-1] == "sent", server.log()
    assert [m["body"] for m in sim.messages()] == ["Disk full on db1"]
    assert server.mailbox("alice") == []
    # The rule is in force: a new mail meets it.
    other = server.send(ALICE, [GOOD], "another")
    server.wait_for(other, CHANGES[change][1])
    assert len(sim.messages()) == 1


@pytest.mark.parametrize("change", ["sender", "service"])
def test_a_retry_of_what_was_not_sent_is_refused(gateway, service, sim, change):
    server, configure = gateway
    sim.fault("500-before", count=1, method="POST")  # Twilio does not have it
    queue_id = server.send(ALICE, [GOOD], "Disk full on db1")
    server.wait_for(queue_id, "deferred")
    configure(CHANGES[change][0].replace("{service}", str(service.path)))
    server.flush()
    server.wait_for(queue_id, "bounced")
    assert len(server.wait_for_mail("alice")) == 1
    server.wait_for_empty_queue()
    assert sim.messages() == []
    # Nothing is left that a later try would have to ask about.
    configure("")
    server.wait_for(server.send(ALICE, [GOOD], "another"), "sent")
    assert [m["body"] for m in sim.messages()] == ["another"]
