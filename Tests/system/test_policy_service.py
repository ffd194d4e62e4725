"""lmtpd's policy service: asked directly, by a real Postfix and by a real Exim, at RCPT."""

import signal
import smtplib
import socket

import pytest

import agent as agents
import mta
import sim as simulator
from lmtpd import Lmtpd, wait_until
from postfix_front import UPS, Front
from test_postfix_front import transaction

GOOD = "14155551212@sms.example"
RULES = """\
[policy]
listen = "unix:{socket}"
domains = "sms.example"
[[sender]]
match = "sasl:ups"
[[sender]]
match = "*@corp.example ip:127.0.0.0/8"
daily_segments = 2
over_cap = "reject"
"""


@pytest.fixture
def service(sim):
    """A running lmtpd that also serves policy, at `policy`."""
    daemon = Lmtpd(sim)
    daemon.policy = daemon.directory / "policy.sock"
    daemon.rules = lambda text=RULES, lmtp="": daemon.configure(
        lmtp, more=text.format(socket=daemon.policy))
    daemon.rules()
    with daemon:
        yield daemon


class Asker:
    """One connection, as smtpd keeps it."""

    def __init__(self, daemon):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(simulator.PATIENCE)
        self.socket.connect(str(daemon.policy))
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.file.close()
        self.socket.close()

    def send(self, **attributes):
        values = {"request": "smtpd_access_policy", "protocol_state": "RCPT",
                  "sender": "a@corp.example", "recipient": GOOD, "client_address": "127.0.0.1",
                  "sasl_username": "", "size": "0", **attributes}
        self.socket.sendall("".join(f"{k}={v}\n" for k, v in values.items()).encode() + b"\n")

    def answer(self):
        line = self.file.readline().decode()
        assert line.startswith("action=") and self.file.readline() == b"\n"
        return line[7:].rstrip("\n")

    def ask(self, **attributes):
        self.send(**attributes)
        return self.answer()


@pytest.mark.parametrize("attributes, want", [
    ({}, "DUNNO"),
    ({"recipient": "nobody@sms.example"}, "553 5.1.3 not a phone number"),
    ({"recipient": "nobody@elsewhere.example"}, "DUNNO"),
    ({"sender": "a@other.example"}, "550 5.7.1 sender may not send SMS here"),
    ({"client_address": "192.0.2.1"}, "550 5.7.1 sender may not send SMS here"),
    ({"client_address": "192.0.2.1", "sasl_username": "ups"}, "DUNNO"),
    ({"recipient": "19002345678@sms.example"}, "550 5.7.1 no SMS to premium numbers"),
    ({"size": "10485761"}, "552 5.3.4 "),
    ({"protocol_state": "DATA", "recipient": "nobody@sms.example"}, "DUNNO"),
])
def test_an_answer(service, attributes, want):
    with Asker(service) as asker:
        got = asker.ask(**attributes)
    assert got.startswith(want) if want != "DUNNO" else got == want


def test_many_questions_on_one_connection_in_one_write(service):
    with Asker(service) as asker:
        for number in range(50):
            asker.send(recipient=GOOD if number % 2 else "nobody@sms.example")
        got = [asker.answer()[:5] for _ in range(50)]
    assert got == ["553 5", "DUNNO"] * 25


def test_asking_counts_nothing(service, sim):
    """The cap is two segments: any number of questions leaves both."""
    with Asker(service) as asker, service.client() as client:
        assert {asker.ask() for _ in range(20)} == {"DUNNO"}
        client.hello()
        for number in range(2):
            assert client.command("XFORWARD ADDR=127.0.0.1").startswith("250")
            reply, = client.transaction(
                "a@corp.example", [GOOD], b"Subject: %d\r\n\r\nDisk full\r\n" % number)
            assert reply.startswith("250"), reply
        text = asker.ask()
    assert text.startswith("550 5.7.1 daily limit of 2 segments for this sender is used up")
    assert len(sim.messages()) == 2


def test_a_cap_that_defers_is_no_refusal_at_the_door(service):
    service.rules(RULES.replace('"reject"', '"defer"').replace("= 2", "= 0"))
    service.signal(1)
    service.wait_for_log("configuration reloaded")
    with Asker(service) as asker:
        # One segment is more than the whole cap of 0: that does not pass.
        assert asker.ask().startswith("550 5.7.1 1 segments are more than")
    service.rules('[policy]\nlisten = "unix:{socket}"\nhours = "00:00-00:01"')
    service.signal(1)
    service.wait_for_log("configuration reloaded", 2)
    with Asker(service) as asker:
        assert asker.ask() == "DUNNO"


def test_nonsense_ends_the_connection_and_harms_no_other(service):
    with Asker(service) as good, Asker(service) as bad:
        assert good.ask() == "DUNNO"
        bad.socket.sendall(b"LHLO x\r\n")
        assert bad.file.readline() == b""
        service.wait_for_log("not a policy request")
        assert good.ask() == "DUNNO"


def test_a_stop_does_not_wait_for_idle_askers(service):
    with Asker(service) as asker:
        assert asker.ask() == "DUNNO"
        assert service.stop() == 0
        assert asker.file.readline() == b""
    assert not service.policy.exists()


def test_clients_leave_nothing_behind(service):
    with Asker(service) as asker:
        asker.ask()
        before = service.descriptors()
        for _ in range(100):
            with Asker(service) as other:
                other.send()
        wait_until(lambda: service.descriptors() == before, "descriptors to be closed")


# --- At the door of real mail servers

def postfix_that_asks(sim, service):
    server, agent = agents.postfix_with_pipe(agents.twilio_section(sim))
    server.extra_main += mta.shipped(
        "postfix/main.cf.policy", {"/run/smsmda/policy.sock": service.policy})
    return server


def exim_that_asks(sim, service):
    server, agent = agents.exim_with_pipe(agents.twilio_section(sim))
    head, rest = mta.ACL.split("\n", 1)
    server.parts["acl"] = "\n".join([head, mta.shipped(
        "examples/exim/acl.policy", {"/run/smsmda/policy.sock": service.policy}), rest])
    return server


@pytest.fixture(params=[postfix_that_asks, exim_that_asks], ids=["postfix", "exim"])
def server(request, sim, service):
    with request.param(sim, service) as started:
        yield started


@pytest.mark.parametrize("sender, recipient, code, text", [
    ("a@corp.example", "12@sms.example", 553, "5.1.3"),
    ("a@other.example", GOOD, 550, "sender may not send SMS here"),
    ("a@corp.example", "19002345678@sms.example", 550, "no SMS to premium numbers"),
])
def test_refused_at_the_door(server, sim, sender, recipient, code, text):
    with pytest.raises(smtplib.SMTPResponseException) as refused:
        server.send(sender, [recipient])
    assert text in str(refused.value)
    if isinstance(server, mta.Postfix):  # Exim's `deny` is always a 550.
        assert refused.value.smtp_code == code
    assert sim.messages() == []


def test_a_cap_that_is_used_up_is_said_at_the_door(server, service, sim):
    with service.client() as client:
        client.hello()
        assert client.command("XFORWARD ADDR=127.0.0.1").startswith("250")
        message = b"Subject: x\r\n\r\n" + b"z" * 200 + b"\r\n"  # two segments
        reply, = client.transaction("a@corp.example", [GOOD], message)
        assert reply.startswith("250"), reply
    with pytest.raises(smtplib.SMTPResponseException) as refused:
        server.send("a@corp.example", [GOOD])
    assert refused.value.smtp_code == 550
    assert "daily limit of 2 segments for this sender is used up" in str(refused.value)
    assert len(sim.messages()) == 1


def test_what_is_not_refused_is_delivered(server, sim):
    queue_id = server.send("a@corp.example", [GOOD], "through the door")
    server.wait_for(queue_id, "sent")
    assert [m["body"] for m in sim.messages()] == ["through the door"]


def test_without_an_answer_mail_is_taken(server, sim, service):
    service.stop()
    queue_id = server.send("a@corp.example", [GOOD], "nobody answers")
    server.wait_for(queue_id, "sent")
    assert [m["body"] for m in sim.messages()] == ["nobody answers"]


@pytest.fixture
def front(sim, service):
    """The three doors of postfix/*.front, which ask."""
    built = Front(agents.twilio_section(sim), main=mta.shipped(
        "postfix/main.cf.policy", {"/run/smsmda/policy.sock": service.policy}))
    # Of what a rule says about the login the doors know more than a bare envelope.
    service.rules(RULES.replace('"sasl:ups"', '"sasl:ups@sms.example"'))
    service.signal(signal.SIGHUP)
    service.wait_for_log("configuration reloaded")
    with built.server:
        yield built


@pytest.mark.parametrize("door", ["login", "legacy"])
def test_each_door_of_the_front_asks(front, sim, door):
    def client():
        return front.login() if door == "login" else front.server.client(front.legacy)

    with client() as connection:
        code, text = transaction(connection, UPS, ["12@sms.example"])
    assert code == 553 and text.startswith("5.1.3"), (code, text)
    with client() as connection:
        code, text = transaction(connection, UPS, ["19002345678@sms.example"])
    assert code == 550 and "no SMS to premium numbers" in text, (code, text)
    # It refuses, and permits nothing that the door would not.
    with client() as connection:
        code, text = transaction(connection, UPS, ["victim@elsewhere.example"])
    assert 500 <= code < 600, (code, text)
    with client() as connection:
        assert transaction(connection, UPS, [GOOD])[0] == 250
    assert [m["body"] for m in sim.wait_for_messages(1)] == ["Disk full"]


def test_the_doors_are_open_when_nobody_answers(front, sim, service):
    service.stop()
    with front.login() as connection:
        assert transaction(connection, UPS, [GOOD])[0] == 250
    sim.wait_for_messages(1)
