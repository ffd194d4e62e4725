"""lmtpd behind a real Postfix and a real Exim that run the files of postfix/ and examples/exim:
each recipient's own fate, refusal at the SMTP door, TLS, restarts, and what the two logs share."""

import grp
import os
import re
import signal
import smtplib
import subprocess
import threading

import pytest

import mta
from lmtpd import Lmtpd, wait_until
from sim import SENDER
from test_lmtpd import certificates, systemd, start_under, tls_lines  # noqa: F401 (fixtures)

GOOD = "14155551212@sms.example"
PHONE = "+14155551212"
ALICE = "alice@corp.example"


def postfix(daemon, nexthop=None, main="", options="", **tables):
    server = mta.Postfix()
    server.extra_main = (mta.shipped("postfix/main.cf", {"/etc/postfix/": f"{server.etc}/"})
                         + mta.shipped("postfix/main.cf.lmtp") + main)
    server.extra_master = mta.shipped("postfix/master.cf.lmtp") + options
    nexthop = nexthop or f"unix:{daemon.socket}"
    server.tables["transport"] = mta.shipped("postfix/transport", {
        "sms.example     sms:\n": f"sms.example     sms:{nexthop}\n"})
    server.tables.update(tables)
    return server


def exim(daemon, tcp=False, acl="", **parts):
    server = mta.Exim()
    kind = "lmtp-tcp" if tcp else "lmtp"
    changes = ({"port = 2424": f"port = {daemon.port}"} if tcp else {
        "/run/smsmda/lmtp.sock": daemon.socket,
        "user = Debian-exim": f"user = {server.agent}",
        "group = Debian-exim": f"group = {grp.getgrgid(mta.pwd.getpwnam(server.agent).pw_gid).gr_name}",
    })
    server.parts.update(
        main=mta.shipped("examples/exim/main"),
        routers=mta.shipped(f"examples/exim/router.{kind}"),
        transports=mta.shipped(f"examples/exim/transport.{kind}", changes),
        retry=mta.shipped("examples/exim/retry"), **parts)
    if acl:
        server.parts["acl"] = acl
    return server


@pytest.fixture
def daemon(sim):
    # A lost SMS is believed to be lost sooner than by default, which would be most of the patience here.
    with Lmtpd(sim, journal='settle = "2s"') as running:
        yield running


@pytest.fixture(params=["postfix-unix", "postfix-inet", "exim-unix", "exim-inet"])
def gateway(request, daemon):
    """(mail server, daemon) with the shipped files, over a unix socket and over TCP."""
    which, way = request.param.split("-")
    if which == "postfix":
        server = postfix(daemon, None if way == "unix" else f"inet:127.0.0.1:{daemon.port}")
    else:
        server = exim(daemon, tcp=way == "inet")
    with server:
        yield server, daemon


def test_a_mail_becomes_an_sms_and_one_grep_joins_the_logs(gateway, sim):
    server, daemon = gateway
    queue_id = server.send(ALICE, [GOOD], "Disk full on db1")
    delivery = server.wait_for(queue_id, "sent")
    assert [m["body"] for m in sim.messages()] == ["Disk full on db1"]
    line = daemon.wait_for_log(rf"{re.escape(queue_id)}: to=<{GOOD}>, session=(\S+), .*status=sent \((SM\w+)")
    if isinstance(server, mta.Postfix):
        assert f"[{line[1]}]" in delivery.text and line[2] in delivery.text
    assert not server.queue()


def test_one_good_one_bad_recipient(gateway, sim):
    """One SMS, and one bounce that names the other and says why."""
    server, _ = gateway
    queue_id = server.send(ALICE, [GOOD, "12@sms.example"], "to both")
    [bounce] = server.wait_for_mail("alice")
    server.wait_for_empty_queue()
    assert [m["to"] for m in sim.messages()] == [PHONE]
    text = bounce.as_string()
    assert "12@sms.example" in text and "too short for a phone number" in text
    if isinstance(server, mta.Postfix):
        assert "Status: 5.1.3" in text
    assert sorted(server.statuses(queue_id)) == ["bounced", "sent"]


def test_a_transient_failure_of_one_sends_nothing_twice(gateway, sim):
    server, _ = gateway
    sim.fault("500-before", count=1)
    queue_id = server.send(ALICE, [GOOD, "14155551213@sms.example"], "both in the end")
    server.wait_for(queue_id, "sent")
    server.wait_for(queue_id, "deferred")
    server.wait_for_empty_queue(flush=True)
    assert sorted(m["to"] for m in sim.messages()) == [PHONE, "+14155551213"]
    assert server.mailbox("alice") == []


def test_a_refusal_of_the_provider_bounces_with_its_code(gateway, sim):
    server, _ = gateway
    # Twilio's magic number for "not a valid number".
    server.send(ALICE, ["15005550001@sms.example"])
    [bounce] = server.wait_for_mail("alice")
    assert "21211" in bounce.as_string()


def test_a_long_list_of_numbers_and_a_text_that_is_accepted_once(gateway, sim):
    """Replies that do not fit Exim's buffer would be deferred although accepted, and sent again."""
    server, _ = gateway
    numbers = [f"1415555{n:04}" for n in range(1200, 1230)]
    queue_id = server.send(ALICE, [f"{n}@sms.example" for n in numbers], "x" * 1500)
    server.wait_for_empty_queue()
    assert sorted(m["to"] for m in sim.messages()) == [f"+{n}" for n in numbers]
    assert set(server.statuses(queue_id)) == {"sent"}


def test_8_bit_text_arrives(gateway, sim):
    server, _ = gateway
    raw = (f"From: <{ALICE}>\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
           "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
           "Übertemperatur: größer als 48\r\n").encode()
    queue_id = server.send(ALICE, [GOOD], raw=raw)
    server.wait_for(queue_id, "sent")
    assert sim.messages()[0]["body"] == "Übertemperatur: größer als 48"


# Recipient verification


def verifying_postfix(daemon):
    server = postfix(daemon)
    server.extra_main += mta.shipped("postfix/main.cf.verify", {"/etc/postfix/": f"{server.etc}/"})
    server.tables["sms_verify"] = mta.shipped("postfix/sms_verify")
    return server


def verifying_exim(daemon):
    acl = "acl_rcpt:\n" + mta.shipped("examples/exim/acl.callout") + "\n" + mta.ACL.split("\n", 1)[1]
    return exim(daemon, tcp=True, acl=acl)


@pytest.mark.parametrize("build", [verifying_postfix, verifying_exim], ids=["postfix", "exim"])
def test_a_bad_number_is_refused_at_the_smtp_door(daemon, sim, build):
    with build(daemon) as server:
        def refused():
            with server.client() as client:
                client.ehlo()
                client.mail(ALICE)
                code, text = client.rcpt("12@sms.example")
                # Postfix says 450 while it still asks.
                return (code, text.decode()) if code // 100 == 5 else None
        code, text = wait_until(refused, "the recipient to be refused")
        assert code == 550
        assert "too short for a phone number" in text
        queue_id = server.send(ALICE, [GOOD], "a good one passes")
        server.wait_for(queue_id, "sent")
        assert len(sim.messages()) == 1
        # What cannot be asked is taken and waits.
        daemon.stop()
        queue_id = server.send(ALICE, ["14155551299@sms.example"], "while lmtpd is away")
        server.wait_for(queue_id, "deferred")
        daemon.start()
        if daemon.port and isinstance(server, mta.Exim):
            return  # The port is another one now: delivery would need a new configuration.
        server.wait_for_empty_queue(flush=True)
        assert len(sim.messages()) == 2


# Logins


def test_a_login_is_known_and_a_forged_one_is_not(sim):
    """[[sender]] rules by login: through Exim the login stands above Received, a forged one below."""
    rules = '[[sender]]\nmatch = "sasl:ups"\n'
    acl = ("acl_rcpt:\n" + mta.shipped("examples/exim/acl.login") + "\n"
           + mta.ACL.split("\n", 1)[1])
    authenticator = """
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if eq{$auth3}{secret}}
  server_set_id = $auth2
"""
    with Lmtpd(sim, more=rules) as daemon:
        with exim(daemon, acl=acl, authenticators=authenticator) as server:
            queue_id = server.send(ALICE, [GOOD], "logged in", login=("ups", "secret"))
            server.wait_for(queue_id, "sent")
            forged = (b"From: <alice@corp.example>\r\nX-SMS-Auth: ups\r\nSubject: x\r\n\r\nforged\r\n")
            queue_id = server.send(ALICE, [GOOD], raw=forged)
            server.wait_for(queue_id, "bounced")
            assert [m["body"] for m in sim.messages()] == ["logged in"]


@pytest.mark.parametrize("network, want", [("127.0.0.0/8", "sent"), ("192.0.2.0/24", "bounced")])
def test_a_rule_for_a_network_knows_the_client_from_xforward(sim, network, want):
    with Lmtpd(sim, more=f'[[sender]]\nmatch = "ip:{network}"\n') as daemon:
        with postfix(daemon) as server:
            server.wait_for(server.send(ALICE, [GOOD]), want)
    assert len(sim.messages()) == (want == "sent")


# TLS


def test_postfix_over_tls(sim, certificates):
    with Lmtpd(sim, tls_lines(certificates)) as daemon:
        options = ("  -o lmtp_tls_security_level=encrypt\n"
                   f"  -o lmtp_tls_CAfile={certificates}/ca.pem\n  -o lmtp_tls_loglevel=1\n")
        for path in [certificates, *certificates.parents]:
            if os.stat(path).st_uid == os.getuid() and path != path.parent and len(path.parts) > 2:
                os.chmod(path, 0o755)
        with postfix(daemon, f"inet:127.0.0.1:{daemon.port}", options=options) as server:
            queue_id = server.send(ALICE, [GOOD], "in secret")
            server.wait_for(queue_id, "sent")
            server.wait_for_log(r"TLS connection established to 127\.0\.0\.1.*TLSv1\.[23]")
            assert [m["body"] for m in sim.messages()] == ["in secret"]


# Restarts


def test_restart_under_load_delays_no_mail(sim, systemd):
    """The socket is systemd's and stays open: Postfix notices nothing, however often lmtpd restarts."""
    daemon = Lmtpd(sim)
    try:
        start_under(systemd, daemon)
        with postfix(daemon, f"unix:{systemd.path}") as server:
            stop, queue_ids = threading.Event(), []

            def load():
                while not stop.is_set():
                    queue_ids.append(server.send(ALICE, [GOOD], f"alert {len(queue_ids)}"))
            sender = threading.Thread(target=load)
            sender.start()
            for _ in range(4):
                count = len(sim.messages())
                wait_until(lambda: len(sim.messages()) > count + 10, "mail between two restarts")
                daemon.signal(signal.SIGTERM)
                assert daemon.process.wait(mta.PATIENCE) == 0
                start_under(systemd, daemon)
            stop.set()
            sender.join()
            # Nothing is flushed: what was deferred would still be in the queue.
            server.wait_for_empty_queue()
            assert {d.status for d in server.deliveries()} == {"sent"}
            assert len(sim.messages()) == len(queue_ids)
    finally:
        daemon.__exit__(None, None, None)


def test_restart_under_load_without_systemd_bounces_nothing(sim):
    """The socket is gone for a moment, again and again. What falls into it is deferred for that alone,
    and Postfix's own retries, not ours, bring all of it: each once. Nothing is flushed."""
    soon = "minimal_backoff_time = 1s\nmaximal_backoff_time = 2s\nqueue_run_delay = 1s\n"
    with Lmtpd(sim) as daemon, postfix(daemon, main=soon) as server:
        stop, queue_ids = threading.Event(), []

        def load():
            while not stop.is_set():
                queue_ids.append(server.send(ALICE, [GOOD], f"alert {len(queue_ids)}"))
        sender = threading.Thread(target=load)
        sender.start()
        for _ in range(4):
            count = len(sim.messages())
            wait_until(lambda: len(sim.messages()) > count + 10, "mail between two restarts")
            assert daemon.stop() == 0
            # Some find nobody there before the next one starts.
            asked = len(queue_ids)
            wait_until(lambda: len(queue_ids) > asked + 3, "mail into the gap")
            daemon.start()
        stop.set()
        sender.join()
        server.wait_for_empty_queue()
        deliveries = server.deliveries()
        assert {d.status for d in deliveries} == {"sent", "deferred"}
        for delivery in deliveries:
            if delivery.status == "deferred":
                assert re.search(r"connect to|lost connection|shutting down", delivery.text), delivery
        assert sorted(m["body"] for m in sim.messages()) == sorted(
            f"alert {n}" for n in range(len(queue_ids)))


def test_an_outage_under_load_delays_only_what_it_hits(sim):
    """Without systemd the socket goes away for a moment. With the cohort limit of 0 the rest of the
    burst is tried all the same, and mail after the outage passes at once."""
    with Lmtpd(sim) as daemon, postfix(daemon) as server:
        daemon.stop()
        ids = [server.send(ALICE, [GOOD], f"outage {n}") for n in range(20)]
        for queue_id in ids:
            server.wait_for(queue_id, "deferred")
        assert "temporarily suspended" not in server.log()
        daemon.start()
        queue_id = server.send(ALICE, [GOOD], "after the outage")
        server.wait_for(queue_id, "sent")
        server.wait_for_empty_queue(flush=True)
        assert len(sim.messages()) == 21
