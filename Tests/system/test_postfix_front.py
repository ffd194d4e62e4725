"""The doors of an SMS gateway: the files postfix/*.front and their tables in a real Postfix. Who may
hand mail in, as whom, to where, and how much."""

import smtplib

import pytest

import agent as agents
import mta
from postfix_front import LOGIN, UPS, Front

GOOD = "14155551212@sms.example"
PHONE = "+14155551212"


@pytest.fixture
def front(sim):
    built = Front(agents.twilio_section(sim))
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


def test_a_login_over_starttls_may_send(front, sim):
    with front.login() as client:
        code, text = transaction(client, UPS, [GOOD])
    assert code == 250, text
    assert [m["body"] for m in sim.wait_for_messages(1)] == ["Disk full"]
    # The login reaches sms-deliver with the envelope.
    front.server.wait_for_log(r"status=sent")


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
        assert transaction(client, UPS, [GOOD])[0] == 530


@pytest.mark.parametrize("login", [("ups@sms.example", "wrong"), ("nobody@sms.example", "x")])
def test_a_wrong_login_is_refused(front, login):
    with pytest.raises(smtplib.SMTPAuthenticationError):
        front.login(login=login)


@pytest.mark.parametrize("sender", [UPS, "mallory@elsewhere.example", ""])
def test_nobody_sends_without_a_login_on_the_submission_port(front, sim, sender):
    with front.server.client(front.submission) as client:
        client.starttls(context=front.trust)
        code, text = transaction(client, sender, [GOOD])
    assert code in (553, 554) and text.startswith("5.7.1"), (code, text)
    assert sim.messages() == []


@pytest.mark.parametrize("sender", ["boss@corp.example", "ups@elsewhere.example"])
def test_a_login_may_not_use_another_sender(front, sim, sender):
    with front.login() as client:
        code, text = transaction(client, sender, [GOOD])
    assert code == 553 and "not owned by user" in text
    assert sim.messages() == []


def test_the_login_stands_above_received_and_a_forged_one_below(front, sim):
    """What lmtpd believes of X-SMS-Auth depends on this order."""
    front.server.extra_main += "\ntransport_maps = static:hold-it\n"
    forged = b"X-SMS-Auth: boss@sms.example\r\nSubject: x\r\n\r\nDisk full\r\n"
    front.server.extra_master += "hold-it unix - n n - - virtual\n"
    front.server.extra_main += "virtual_mailbox_maps = static:held/\n"
    front.server.restart()
    with front.login() as client:
        assert transaction(client, UPS, [GOOD], forged)[0] == 250
    [message] = front.server.wait_for_mail("held")
    names = [name for name, _ in message.items()]
    ours = names.index("X-SMS-Auth")
    assert message.items()[ours][1] == "ups@sms.example"
    assert ours < names.index("Received") < names.index("X-SMS-Auth", ours + 1)


def test_old_software_sends_without_login_from_its_networks(front, sim):
    with front.server.client(front.legacy) as client:
        client.helo("plc")
        code, text = transaction(client, UPS, [GOOD])
    assert code == 250, text
    sim.wait_for_messages(1, PHONE)


def test_the_door_for_old_software_is_closed_to_other_networks(sim):
    closed = Front(agents.twilio_section(sim), legacy_networks="192.0.2.0/24")
    with closed.server, closed.server.client(closed.legacy) as client:
        code, text = transaction(client, UPS, [GOOD])
    assert code == 554 and "Client host rejected" in text
    assert sim.messages() == []


# How relays have been abused for thirty years: another domain behind ours, or beside it.
ELSEWHERE = [
    "victim@elsewhere.example",
    "victim%elsewhere.example@mx.corp.example",
    "@sms.example:victim@elsewhere.example",
    "elsewhere.example!victim",
    "elsewhere.example!victim@mx.corp.example",
    "victim@[192.0.2.7]",
    "victim@elsewhere.example@sms.example.elsewhere.example",
    "victim@sub.sms.example",
    "alice@corp.example",
]


@pytest.mark.parametrize("recipient", ELSEWHERE)
def test_no_door_relays_to_another_domain(front, recipient):
    with front.server.client(front.legacy) as legacy, front.login() as submission:
        for client in (legacy, submission):
            client.ehlo_or_helo_if_needed()
            assert client.mail(UPS)[0] == 250
            code, text = client.docmd("RCPT", f"TO:<{recipient}>")
            assert 500 <= code < 600, (code, text)


@pytest.mark.parametrize("recipient", [
    '"victim@elsewhere.example"@sms.example', "victim%elsewhere.example@sms.example",
    "elsewhere.example!14155551212@sms.example",
])
def test_another_address_inside_ours_goes_nowhere(front, sim, recipient):
    """It is a local part of our domain, and no telephone number: back to the sender."""
    with front.server.client(front.legacy) as client:
        code, _ = transaction(client, UPS, [recipient])
    if code == 250:
        front.server.wait_for_mail("ups")
    assert sim.messages() == []
    assert "elsewhere" not in "".join(d.recipient.rpartition("@")[2]
                                      for d in front.server.deliveries())


def test_a_runaway_program_is_slowed_down(sim):
    front = Front(agents.twilio_section(sim), main="smtpd_client_message_rate_limit = 3\n")
    with front.server, front.server.client(front.legacy) as client:
        codes = [transaction(client, UPS, [GOOD])[0] for _ in range(4)]
    assert codes == [250, 250, 250, 450]


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


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r"])
def test_no_second_message_is_smuggled_in(front, sim, end):
    """Only CRLF.CRLF ends a message (CVE-2023-51764)."""
    smuggled = (b"Subject: x\r\n\r\nfirst" + end + b"MAIL FROM:<ups@corp.example>\r\n"
                b"RCPT TO:<14155551213@sms.example>\r\nDATA\r\nSubject: y\r\n\r\nsecond\r\n.\r\n")
    with front.server.client(front.legacy) as client:
        client.ehlo()
        client.mail(UPS)
        client.rcpt(GOOD)
        assert client.docmd("DATA")[0] == 354
        client.send(smuggled)
        code, _ = client.getreply()
        assert code == 250
        # Nothing is left over that the server took for commands.
        assert client.noop()[0] == 250
    sim.wait_for_messages(1, PHONE)
    assert sim.messages("+14155551213") == []
