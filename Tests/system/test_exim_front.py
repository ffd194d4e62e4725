"""The doors of an SMS gateway: the files examples/exim/front.* in a real Exim. Who may hand mail in,
as whom, to where, and how much."""

import smtplib
import ssl
import subprocess

import pytest

import agent as agents
import mta

GOOD = "14155551212@sms.example"
PHONE = "+14155551212"
UPS = "ups@corp.example"
LOGIN = ("ups", "correct horse")


class Front:
    """An Exim with the front's files, and one login, ups."""

    def __init__(self, sim, legacy_hosts="127.0.0.0/8 : 192.168.77.0/24", rate="60 / 1m"):
        self.server, self.agent = agents.exim_with_pipe(agents.twilio_section(sim))
        server = self.server
        self.submission, self.submissions, self.legacy = mta.free_ports(3)
        tls = server.directory / "tls"
        self.trust = ssl.create_default_context(cafile=str(mta.make_certificate(tls)))
        for path in tls.iterdir():
            server.own(path, server.agent)
        own = {"/etc/smsmda/exim/": f"{server.directory}/"}
        server.parts["main"] += mta.shipped("examples/exim/front.main", {
            "PORT_STARTTLS = 587": f"PORT_STARTTLS = {self.submission}",
            "PORT_TLS = 465": f"PORT_TLS = {self.submissions}",
            "PORT_LEGACY = 8025": f"PORT_LEGACY = {self.legacy}",
            "daemon_smtp_ports = 25 ": f"daemon_smtp_ports = {server.port} ",
            "/etc/smsmda/tls/": f"{tls}/",
            "127.0.0.0/8 : 192.168.77.0/24": legacy_hosts,
        })
        server.parts["acl"] = mta.shipped(
            "examples/exim/front.acl", own | {"ratelimit = 60 / 1m": f"ratelimit = {rate}"})
        server.parts["authenticators"] = mta.shipped("examples/exim/front.authenticators", own)
        (server.directory / "sender_logins").write_text(mta.shipped("examples/exim/sender_logins"))
        made = subprocess.run(["openssl", "passwd", "-6", "-stdin"], input=LOGIN[1], text=True,
                              capture_output=True, check=True).stdout
        (server.directory / "passwd").write_text(f"{LOGIN[0]}: {made}")

    def login(self, login=LOGIN):
        """A client on the submission port, after STARTTLS and AUTH."""
        client = self.server.client(self.submission)
        client.starttls(context=self.trust)
        client.login(*login)
        return client


@pytest.fixture
def front(sim):
    built = Front(sim)
    with built.server:
        yield built


def transaction(client, sender, recipients, message=b"Subject: x\r\n\r\nDisk full\r\n"):
    """The replies to MAIL, each RCPT and DATA, up to the first refusal: the last is what counts."""
    client.ehlo_or_helo_if_needed()
    code, text = client.mail(sender)
    for recipient in recipients if code == 250 else ():
        code, text = client.rcpt(recipient)
        if code != 250:
            break
    if code == 250:
        code, text = client.data(message)
    return code, text.decode()


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_a_login_over_starttls_may_send(front, sim, mechanism):
    with front.server.client(front.submission) as client:
        client.starttls(context=front.trust)
        client.ehlo()
        client.user, client.password = LOGIN
        client.auth(mechanism, getattr(client, f"auth_{mechanism.lower()}"))
        code, text = transaction(client, UPS, [GOOD])
    assert code == 250, text
    assert [m["body"] for m in sim.wait_for_messages(1)] == ["Disk full"]


def test_a_login_over_tls_from_the_first_byte_may_send(front, sim):
    with smtplib.SMTP_SSL("127.0.0.1", front.submissions, context=front.trust,
                          timeout=mta.PATIENCE) as client:
        client.login(*LOGIN)
        code, text = transaction(client, UPS, [GOOD])
    assert code == 250, text
    sim.wait_for_messages(1, PHONE)


def test_a_password_is_never_taken_in_the_clear(front):
    with front.server.client(front.submission) as client:
        client.ehlo()
        assert "auth" not in client.esmtp_features
        assert client.docmd("AUTH", "PLAIN AHVwcwBwdw==")[0] in (503, 530, 538)
        assert transaction(client, UPS, [GOOD])[0] == 550


@pytest.mark.parametrize("login", [("ups", "wrong"), ("nobody", "x"), ("nobody", "*"), ("", "")])
def test_a_wrong_login_is_refused(front, login):
    with pytest.raises(smtplib.SMTPAuthenticationError):
        front.login(login=login)


@pytest.mark.parametrize("sender", [UPS, "mallory@elsewhere.example", ""])
def test_nobody_sends_without_a_login_on_the_submission_port(front, sim, sender):
    with front.server.client(front.submission) as client:
        client.starttls(context=front.trust)
        code, text = transaction(client, sender, [GOOD])
    assert code == 550 and "log in first" in text
    assert sim.messages() == []


@pytest.mark.parametrize("sender", ["boss@corp.example", "ups@elsewhere.example", ""])
def test_a_login_may_not_use_another_sender(front, sim, sender):
    with front.login() as client:
        code, text = transaction(client, sender, [GOOD])
    assert code == 550 and "is not an address of ups" in text
    assert sim.messages() == []


def test_old_software_sends_without_login_from_its_networks(front, sim):
    with front.server.client(front.legacy) as client:
        client.helo("plc")
        code, text = transaction(client, UPS, [GOOD])
    assert code == 250, text
    sim.wait_for_messages(1, PHONE)


def test_the_door_for_old_software_is_closed_to_other_networks(sim):
    closed = Front(sim, legacy_hosts="192.0.2.0/24")
    with closed.server:
        with pytest.raises(smtplib.SMTPConnectError) as refused:
            closed.server.client(closed.legacy)
    assert refused.value.smtp_code == 550 and b"sms_legacy_hosts" in refused.value.smtp_error
    assert sim.messages() == []


@pytest.mark.parametrize("recipient", [
    "victim@elsewhere.example",
    "victim%elsewhere.example@mx.corp.example",
    "@sms.example:victim@elsewhere.example",
    "elsewhere.example!victim",
    "elsewhere.example!victim@mx.corp.example",
    "victim@[192.0.2.7]",
    "victim@elsewhere.example@sms.example.elsewhere.example",
    "victim@sub.sms.example",
    "alice@corp.example",
])
def test_no_door_relays_to_another_domain(front, recipient):
    with front.server.client(front.legacy) as legacy, front.login() as submission:
        for client in (legacy, submission):
            client.ehlo_or_helo_if_needed()
            assert client.mail(UPS)[0] == 250
            code, text = client.docmd("RCPT", f"TO:<{recipient}>")
            assert 500 <= code < 600, (code, text)


def test_a_runaway_program_is_slowed_down(sim):
    front = Front(sim, rate="3 / 1m")
    with front.server, front.server.client(front.legacy) as client:
        codes = [transaction(client, UPS, [GOOD])[0] for _ in range(5)]
    assert codes[:3] == [250] * 3 and codes[-1] == 451


def test_too_many_recipients_are_refused(front):
    with front.server.client(front.legacy) as client:
        client.ehlo()
        client.mail(UPS)
        codes = [client.rcpt(f"1415555{n:04}@sms.example")[0] for n in range(51)]
        client.rset()
    assert codes[:50] == [250] * 50 and codes[50] == 452


def test_a_mail_that_is_too_large_is_refused_at_the_door(front):
    with front.server.client(front.legacy) as client:
        client.ehlo()
        assert client.mail(UPS, ["SIZE=10485761"])[0] == 552
