"""`[policy] ask`: an operator's own policy service, asked by sms-deliver and by lmtpd."""

import socket
import subprocess
import threading

import pytest

import agent as agents
from lmtpd import Lmtpd
import mta
import sim as simulator

GOOD = "14155551212@sms.example"


class Service:
    """Answers every question with `answer`; keeps the questions."""

    def __init__(self, folder):
        self.path = folder / "ask.sock"
        self.answer = b"action=DUNNO\n\n"
        self.questions = []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.path.chmod(0o666)
        self.listener.listen()
        self.released = threading.Event()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(client,), daemon=True).start()

    def talk(self, client):
        with client, client.makefile("rb") as file:
            lines = iter(lambda: file.readline().decode().rstrip("\n"), "")
            self.questions.append(dict(line.split("=", 1) for line in lines))
            if self.answer is None:
                self.released.wait(simulator.PATIENCE)
            else:
                client.sendall(self.answer)

    def close(self):
        self.released.set()
        try:
            self.listener.shutdown(socket.SHUT_RDWR)  # ends the accept(2) under way
        except OSError:
            pass  # closed before
        self.listener.close()


class Pipe:
    def __init__(self, folder, sim, section):
        self.agent = agents.Agent(folder / "agent", agents.twilio_section(sim), sections=section)

    def send(self, message):
        """(enhanced status, text) of one delivery."""
        done = subprocess.run(
            [self.agent.program, "-C", self.agent.configuration, "-f", "a@corp.example",
             "--queue-id", "4Q", "--sasl-user", "ups", "--client-address", "10.0.0.7", "--", GOOD],
            input=message, capture_output=True, timeout=simulator.PATIENCE)
        status, _, text = done.stdout.decode().partition(" ")
        assert (done.returncode == 75) == status.startswith("4")
        assert (done.returncode == 0) == (status == "")
        return status or "2.0.0", text


class Daemon:
    def __init__(self, folder, sim, section):
        self.lmtpd = Lmtpd(sim, more=section)
        self.lmtpd.start()

    def send(self, message):
        with self.lmtpd.client() as client:
            client.hello()
            client.command("XFORWARD ADDR=10.0.0.7 IDENT=4Q")
            reply, = client.transaction(
                "a@corp.example", [GOOD], b"X-SMS-Auth: ups\r\n" + message.replace(b"\n", b"\r\n"))
        return reply[4:].split(" ", 1)

    def stop(self):
        self.lmtpd.stop()


@pytest.fixture
def asked(tmp_path):
    service = Service(tmp_path)
    yield service
    service.close()


@pytest.fixture(params=[Pipe, Daemon])
def start(request, tmp_path, sim, asked):
    started = []

    def make(more=""):
        started.append(request.param(
            tmp_path, sim, f'[policy]\nask = "unix:{asked.path}"\n{more}'))
        return started[-1]

    yield make
    for program in started:
        getattr(program, "stop", lambda: None)()


MESSAGE = b"Received: by mx.example id 1\nSubject: x\n\nDisk full\non db1\n"


def test_the_question_has_envelope_text_and_cost(start, asked, sim):
    status, _ = start().send(MESSAGE)
    assert status == "2.0.0"
    [question] = asked.questions
    expected = {
        "request": "smtpd_access_policy", "protocol_state": "END-OF-MESSAGE",
        "sender": "a@corp.example", "recipient": GOOD, "sasl_username": "ups",
        "client_address": "10.0.0.7", "queue_id": "4Q", "sms_to": "+14155551212",
        "sms_from": simulator.SENDER, "sms_text": "Disk full\\non db1", "sms_segments": "1",
        "sms_route": "default",
    }
    assert {key: question.get(key) for key in expected} == expected
    assert next(iter(question)) == "request"
    assert [m["body"] for m in sim.messages()] == ["Disk full\non db1"]


@pytest.mark.parametrize("signature, login", [
    (b"d=good.example; i=ups@good.example; s=k", "ups"),
    (b"d=evil.example; i=x=0AX-SMS-Auth:=20ups@evil.example; s=k", ""),
])
def test_a_login_beside_a_signature_that_could_forge_it_is_not_believed(asked, sim, tmp_path, signature, login):
    daemon = Daemon(tmp_path, sim, f'[policy]\nask = "unix:{asked.path}"\n')
    try:
        daemon.send(b"DKIM-Signature: v=1; a=rsa-sha256; " + signature + b"\n" + MESSAGE)
    finally:
        daemon.stop()
    assert [question["sasl_username"] for question in asked.questions] == [login]


@pytest.mark.parametrize("answer, status, text, sent", [
    ("DUNNO", "2.0.0", "", 1),
    ("OK", "2.0.0", "", 1),
    ("REJECT", "5.7.1", "refused by this host's policy", 0),
    ("550 5.7.99 not on Sundays", "5.7.1", "not on Sundays", 0),
    ("DEFER_IF_PERMIT ask again", "4.7.0", "ask again", 0),
    ("450 4.2.0 ask again", "4.7.0", "ask again", 0),
    ("DISCARD noise", "2.0.0", "", 0),
    ("MAYBE", "4.7.0", "this host's policy cannot be asked", 0),
])
def test_what_it_may_say(start, asked, sim, answer, status, text, sent):
    asked.answer = f"action={answer}\n\n".encode()
    got, words = start().send(MESSAGE)
    assert got == status
    assert text in words
    assert len(sim.messages()) == sent


@pytest.mark.parametrize("answer", ["REJECT", "DEFER ask again", "DISCARD noise", "MAYBE"])
def test_what_was_sent_stays_sent_whatever_it_says_later(start, asked, sim, answer):
    program = start()
    assert program.send(MESSAGE)[0] == "2.0.0"
    asked.answer = f"action={answer}\n\n".encode()
    assert program.send(MESSAGE)[0] == "2.0.0"
    assert program.send(b"Received: another\n" + MESSAGE)[0] != "2.0.0" or "DISCARD" in answer
    assert len(sim.messages()) == 1


@pytest.mark.parametrize("failure, status", [("defer", "4.7.0"), ("reject", "5.7.1")])
@pytest.mark.parametrize("answer", [b"", b"nonsense\n\n", None])
def test_no_answer_is_what_the_operator_says(start, asked, sim, answer, failure, status):
    asked.answer = answer
    program = start(f'ask_timeout = "300ms"\nask_failure = "{failure}"')
    assert program.send(MESSAGE)[0] == status
    assert sim.messages() == []


def test_nobody_there_makes_the_mail_wait(start, asked, sim):
    asked.close()
    assert start().send(MESSAGE)[0] == "4.7.0"
    assert sim.messages() == []


def test_a_service_on_tcp(tmp_path, sim, asked):
    """lmtpd's connection is still being made when it writes the question."""
    port, = mta.free_ports(1)
    asked.listener.close()
    asked.listener = socket.create_server(("127.0.0.1", port))
    threading.Thread(target=asked.serve, daemon=True).start()
    asked.answer = b"action=REJECT over tcp\n\n"
    for make in (Pipe, Daemon):
        program = make(tmp_path, sim, f'[policy]\nask = "inet:127.0.0.1:{port}"')
        status, text = program.send(MESSAGE)
        assert (status, "over tcp" in text) == ("5.7.1", True)
        getattr(program, "stop", lambda: None)()
