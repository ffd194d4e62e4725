"""lmtpd alone, with clients of every kind: replies, time, load, signals, sockets, systemd, TLS.

test_lmtpd_mta.py has it behind real mail servers, test_lmtpd_dialogues.py the protocol by files.
"""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import smtplib
import socket
import ssl
import stat
import struct
import subprocess
import tempfile
import threading
import time

import pytest

from lmtpd import MESSAGE, Client, Lmtpd, wait_until
from mta import UNPACKED
from sim import PATIENCE, Sim, program

GOOD = "+14155550101@sms.example"
ALSO_GOOD = "+14155550102@sms.example"
BAD = "nobody@sms.example"
SENT = re.compile(r"250 2\.0\.0 .*\[[0-9a-z]+\.[0-9a-z]+\.\d+\]$")


def message(n):
    """A message unlike any other: the same one twice would be one SMS."""
    return f"Subject: alert {n}\r\nMessage-ID: <{n}.{time.time_ns()}@test>\r\n\r\nDisk full on db{n}\r\n".encode()


# Replies


def test_one_reply_a_recipient_and_one_sms_each(sim):
    with Lmtpd(sim) as daemon, daemon.client() as client:
        client.hello()
        replies = client.begin("a@corp.example", [GOOD, BAD, ALSO_GOOD])
        assert [r[:9] for r in replies] == ["250 2.1.5", "553 5.1.3", "250 2.1.5"]
        client.send(MESSAGE + b".\r\n")
        for number in (1, 2):
            assert SENT.match(client.reply())
        assert client.command("NOOP") == "250 2.0.0 ok"
        assert sorted(m["to"] for m in sim.messages()) == ["+14155550101", "+14155550102"]
        assert {m["body"] for m in sim.messages()} == {"Disk full on db1"}


def test_reply_and_log_line_share_a_name(sim):
    with Lmtpd(sim) as daemon, daemon.client() as client:
        client.hello()
        assert client.command("XFORWARD NAME=h.example ADDR=192.0.2.7 IDENT=4fQxTz").startswith("250")
        reply, = client.transaction("a@corp.example", [GOOD])
        name = re.search(r"\[(.*)\]$", reply)[1]
        sid = sim.messages()[0]["sid"]
        line = daemon.wait_for_log(
            rf"4fQxTz: to=<\{GOOD}>, session={re.escape(name)}, relay=127\.0\.0\.1:\d+, "
            rf"delay=[0-9.]+, dsn=2\.0\.0, status=sent \({sid}, 1 segment\)")
        assert "Disk full" not in line[0]


def test_queue_id_comes_from_received_without_xforward(sim):
    received = (b"Received: from c (c [192.0.2.1])\r\n\tby mx.example (Postfix) with ESMTP id 4ZzYyXx"
                b"\r\n\tfor <x>; Sat, 21 Nov 2026 00:00:00 +0000\r\n")
    with Lmtpd(sim) as daemon, daemon.client() as client:
        client.hello().transaction("a@corp.example", [GOOD], received + MESSAGE)
        daemon.wait_for_log(r"4ZzYyXx: to=<")


def test_masked_numbers(sim):
    with Lmtpd(sim, more="mask_numbers = true") as daemon, daemon.client() as client:
        client.hello().transaction("a@corp.example", [GOOD, "5550101@sms.example"])
        daemon.wait_for_log(r"to=<")
        assert "4155550101" not in daemon.log()


def test_a_repeat_sends_nothing_and_is_sent_all_the_same(sim):
    with Lmtpd(sim) as daemon, daemon.client() as client:
        client.hello()
        first, = client.transaction("a@corp.example", [GOOD])
        second, = client.transaction("a@corp.example", [GOOD])
        sid = sim.messages()[0]["sid"]
        assert SENT.match(first) and SENT.match(second) and sid in first and sid in second
        assert len(sim.messages()) == 1


def test_each_reply_leaves_as_soon_as_it_is_known(make_sim):
    """With one request at a time the first reply must come while the second request still hangs."""
    sim = make_sim("--latency", "500ms")
    with Lmtpd(sim, twilio="max_concurrency = 1") as daemon, daemon.client() as client:
        client.hello()
        client.begin("a@corp.example", [GOOD, ALSO_GOOD])
        client.send(MESSAGE + b".\r\n")
        assert SENT.match(client.reply())
        assert sim.traffic()["running"] == 1, "the second request has not been answered yet"
        assert SENT.match(client.reply())


def test_replies_stay_in_order_while_the_first_is_slow(make_sim):
    sim = make_sim("--latency", "300ms")
    with Lmtpd(sim) as daemon, daemon.client() as client:
        client.hello()
        recipients = [f"+1415555{n:04}@sms.example" for n in range(100, 120)]
        replies = client.transaction("a@corp.example", recipients)
        sids = {m["to"]: m["sid"] for m in sim.messages()}
        for recipient, reply in zip(recipients, replies):
            assert sids[recipient.split("@")[0]] in reply
        # Side by side: one after the other they would take 20 times the latency.
        assert sim.traffic()["peak"] > 10


def test_recipient_refused_at_rcpt_with_the_text_of_later(sim):
    with Lmtpd(sim) as daemon, daemon.client() as client:
        client.hello()
        client.command("MAIL FROM:<>")
        at_rcpt = client.command(f"RCPT TO:<{BAD}>")
    result = subprocess.run(
        [program("sms-deliver"), "--dry-run", BAD], input=MESSAGE, capture_output=True,
        env={"PATH": "/usr/bin:/bin", **sim.environment})
    assert at_rcpt.startswith("553 5.1.3 ")
    text = re.sub(r" \[.*\]$", "", at_rcpt)[len("553 5.1.3 "):]
    assert text in result.stdout.decode()


class Forgetful:
    """A provider whose connections end, in the way named, behind each second request it has read whole."""

    def __init__(self, ending):
        self.ending = ending
        self.posts = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):  # the end of the test
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection, connection.makefile("rb") as stream:
            for answers in (True, False):
                head = b"".join(iter(stream.readline, b"\r\n"))
                stream.read(int(re.search(rb"(?i)content-length: (\d+)", head)[1]))
                self.posts.append(head.split(b" ", 1)[0])
                if answers:
                    body = b'{"sid": "SM%032d", "status": "queued"}' % len(self.posts)
                    connection.sendall(b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
                                       b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            if self.ending == "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize("ending", ["close", "reset"])
def test_a_request_is_not_repeated_when_its_kept_connection_dies(ending):
    """libcurl would, on a new connection: the first may have been carried out."""
    provider = Forgetful(ending)
    with provider.listener, Lmtpd(provider.url) as daemon, daemon.client() as client:
        client.hello()
        assert client.transaction("a@corp.example", [GOOD], message(1))[0].startswith("250 2.0.0")
        reply, = client.transaction("a@corp.example", [GOOD], message(2))
        assert reply.startswith("451 4.4.2"), reply
        assert provider.posts == [b"POST", b"POST"]
        daemon.wait_for_log(r"status=deferred \(.*not repeated")
        assert client.transaction("a@corp.example", [GOOD], message(3))[0].startswith("250 2.0.0")


# The provider


def test_reply_before_the_mail_server_gives_up(make_sim):
    """Twilio hangs: 451 comes at reply_timeout, and a retry does not send twice."""
    sim = make_sim()
    sim.fault("latency", count=1, ms=4000)
    with Lmtpd(sim, 'reply_timeout = "1s"') as daemon, daemon.client() as client:
        client.hello()
        reply, = client.transaction("a@corp.example", [GOOD])
        assert reply.startswith("451 4.4.2 ")
        assert client.command("NOOP") == "250 2.0.0 ok"
        reply, = client.transaction("a@corp.example", [GOOD])
        assert SENT.match(reply)
        assert len(sim.messages()) == 1
        daemon.wait_for_log(r"status=sent", count=2)


def test_unreachable_provider_opens_the_breaker_and_closes_it_again(make_sim):
    sim = make_sim()
    with Lmtpd(sim) as daemon, daemon.client() as client:
        client.hello()
        sim.stop()
        replies = [client.transaction("a@corp.example", [GOOD], message(n))[0] for n in range(6)]
        assert all(reply.startswith("451 4.4.1 ") for reply in replies), replies
        assert daemon.state()["provider"] == "unreachable"
        sim.start()

        def sent():
            reply, = client.transaction("a@corp.example", [GOOD], message("again"))
            return SENT.match(reply)
        wait_until(sent, "the breaker to close")
        assert daemon.state()["provider"] == "reachable"


def test_429_lowers_the_limit_and_loses_nothing(make_sim):
    sim = make_sim()
    sim.fault("429", count=3)
    with Lmtpd(sim) as daemon, daemon.client() as client:
        client.hello()
        reply, = client.transaction("a@corp.example", [GOOD])
        assert SENT.match(reply), reply
        state = daemon.state()
        assert state["limit"] < 100 and state["in-flight"] == 0
        assert len(sim.messages()) == 1


def test_no_more_than_max_concurrency_in_flight_and_nobody_starves(make_sim):
    """A hundred recipients of one session do not hold up another session's one."""
    sim = make_sim("--latency", "100ms")
    with Lmtpd(sim, twilio="max_concurrency = 4") as daemon:
        many, one = daemon.client().hello(), daemon.client().hello()
        recipients = [f"+1415555{n:04}@sms.example" for n in range(100, 200)]
        many.begin("a@corp.example", recipients)
        many.send(message("many") + b".\r\n")
        wait_until(lambda: sim.traffic()["running"] == 4, "requests in flight")
        reply, = one.transaction("b@corp.example", ["+14155559999@sms.example"], message("one"))
        assert SENT.match(reply)
        order = [m["to"] for m in sim.messages()]
        assert order.index("+14155559999") < 50
        assert all(SENT.match(many.reply()) for _ in recipients)
        assert sim.traffic()["peak"] <= 4


# Clients of every kind


def test_smtplib(sim):
    with Lmtpd(sim) as daemon:
        for host, port in [(str(daemon.socket), 0), ("127.0.0.1", daemon.port)]:
            with smtplib.LMTP(host, port) as client:
                assert client.sendmail("a@corp.example", [GOOD], message(port)) == {}
                with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
                    client.sendmail("a@corp.example", [BAD], MESSAGE)
                assert refused.value.recipients[BAD][0] == 553
        assert len(sim.messages()) == 2


def test_swaks(sim):
    swaks = shutil.which("swaks")
    if not swaks:
        pytest.skip("no swaks: run make setup")
    with Lmtpd(sim) as daemon:
        result = subprocess.run(
            [swaks, "--protocol", "LMTP", "--socket", daemon.socket, "--from", "a@corp.example",
             "--to", f"{GOOD[1:]},{BAD},{ALSO_GOOD[1:]}", "--header", "Subject: swaks"],
            capture_output=True, text=True, timeout=PATIENCE)
        assert result.returncode == 0, result.stdout
        assert len(sim.messages()) == 2
        assert "<** 553 5.1.3" in result.stdout


def smtp_source():
    found = list((UNPACKED / "postfix").rglob("sbin/smtp-source"))
    path = str(found[0]) if found else shutil.which("smtp-source")
    if not path:
        pytest.skip("no smtp-source: run make setup")
    return path, {"LD_LIBRARY_PATH": ":".join(
        [str(UNPACKED / "postfix/usr/lib/postfix"),
         *map(str, (UNPACKED / "postfix").glob("usr/lib/*-linux-*/"))]), "PATH": "/usr/bin:/bin"}


@pytest.mark.parametrize("sessions,count", [(1, 500), (20, 2000), (100, 3000)])
@pytest.mark.parametrize("reuse", [[], ["-d"]], ids=["connect", "reuse"])
def test_smtp_source(sim, sessions, count, reuse):
    """Postfix's load generator ends with an error at the first reply it does not like.

    Each of its messages has a Message-ID of its own, so each is an SMS.
    """
    path, environment = smtp_source()
    with Lmtpd(sim) as daemon:
        subprocess.run(
            [path, "-L", *reuse, "-s", str(sessions), "-m", str(count), "-l", "1024", "-f",
             "a@corp.example", "-t", GOOD, f"unix:{daemon.socket}"],
            env=environment, check=True, timeout=300)
        daemon.wait_for_log(r"status=sent", count=count)
        assert daemon.state()["sent"] == count
        assert len(sim.messages()) == count


def test_a_thousand_idle_sessions(sim):
    with Lmtpd(sim, "max_sessions = 1100") as daemon:
        with daemon.client() as client:
            client.hello().transaction("a@corp.example", [GOOD])
        wait_until(lambda: daemon.state()["sessions"] == 0, "the session to end")
        memory, descriptors = daemon.memory(), daemon.descriptors()
        clients = [daemon.client() for _ in range(1000)]
        for client in clients:
            client.hello()
        assert daemon.state()["sessions"] == 1000
        assert daemon.memory() - memory < 32 << 20
        reply, = clients[500].transaction("a@corp.example", [ALSO_GOOD])
        assert SENT.match(reply)
        for client in clients:
            client.socket.close()
        wait_until(lambda: daemon.descriptors() <= descriptors + 1, "the descriptors to be closed")
        assert daemon.state()["sessions"] == 0


def test_too_many_sessions(sim):
    with Lmtpd(sim, "max_sessions = 2") as daemon:
        first, second = daemon.client(), daemon.client()
        third = daemon.client(greet=False)
        assert third.reply().startswith("421 4.3.2 ")
        assert third.line() is None
        first.command("QUIT")
        wait_until(lambda: daemon.state()["sessions"] == 1, "the first session to end")
        daemon.client().hello()
        assert second.command("NOOP").startswith("250")


DIALOGUE = (b"LHLO c.example\r\nXFORWARD IDENT=q1\r\nMAIL FROM:<a@corp.example>\r\n"
            b"RCPT TO:<+14155550101@sms.example>\r\nDATA\r\n" + MESSAGE + b".\r\nRSET\r\nQUIT\r\n")


@pytest.mark.parametrize("how", ["close", "reset", "half-close"])
def test_a_client_that_vanishes_at_every_point(sim, how):
    with Lmtpd(sim) as daemon:
        with daemon.client() as client:
            client.hello().transaction("a@corp.example", [GOOD])
        descriptors = wait_until(
            lambda: daemon.state()["sessions"] == 0 and daemon.descriptors(), "the session to end")
        for end in range(len(DIALOGUE) + 1):
            client = daemon.client(tcp=how == "reset", greet=False)
            client.send(DIALOGUE[:end])
            if how == "reset":
                client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            if how == "half-close":
                client.socket.shutdown(socket.SHUT_WR)
                # All that was asked is answered, then the server closes as well.
                lines = []
                while (line := client.line()) is not None:
                    lines.append(line)
                assert lines[0].startswith("220 ")
            client.socket.close()
        wait_until(lambda: daemon.state()["sessions"] == 0, "all sessions to end")
        assert daemon.descriptors() <= descriptors + 1
        with daemon.client() as client:
            assert SENT.match(client.hello().transaction("a@corp.example", [GOOD], message(1))[0])


def test_nothing_leaks_over_many_sessions(sim):
    """Memory after a thousand transactions and after three thousand: no growth that adds up."""
    path, environment = smtp_source()
    with Lmtpd(sim) as daemon:
        def run(count):
            subprocess.run([path, "-L", "-s", "20", "-m", str(count), "-l", "2000", "-f",
                            "a@corp.example", "-t", GOOD, f"unix:{daemon.socket}"],
                           env=environment, check=True, timeout=300)
            wait_until(lambda: daemon.state()["sessions"] == 0, "the sessions to end")
            return daemon.memory(), daemon.descriptors()
        fresh = daemon.descriptors()
        run(1000)
        memory, _ = run(1000)
        after, descriptors = run(3000)
        assert after - memory < 4 << 20
        # Kept for the next requests: a connection to the provider for each that was ever in flight at once.
        assert descriptors <= fresh + 20 + 5, fresh


def test_slow_loris_is_cut_off(sim):
    """An octet now and then does not keep a session: the time-out is for a whole command."""
    with Lmtpd(sim, 'idle_timeout = "2s"') as daemon, daemon.client() as client:
        client.socket.settimeout(0.2)
        heard = b""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                client.send("N")
                block = client.socket.recv(4096)
                if not block:
                    break
                heard += block
            except TimeoutError:
                continue
            except (BrokenPipeError, ConnectionResetError):
                break
        assert heard.startswith(b"421 4.4.2 "), heard


def test_idle_session_is_told_goodbye(sim):
    with Lmtpd(sim, 'idle_timeout = "1s"') as daemon, daemon.client() as client:
        client.hello()
        assert client.reply().startswith("421 4.4.2 ")
        assert client.line() is None


def test_a_client_that_does_not_read_holds_up_nobody(sim):
    with Lmtpd(sim) as daemon:
        deaf = daemon.client()
        deaf.socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                deaf.socket.send(b"NOOP\r\n" * 1000)
        with daemon.client() as client:
            assert SENT.match(client.hello().transaction("a@corp.example", [GOOD])[0])


def test_large_messages_do_not_stall_the_others(sim):
    """While messages of 9 MB are read, small commands are answered; memory stays in bounds."""
    part = b"Content-Type: text/plain\r\n\r\n" + b"Lorem ipsum dolor sit amet, consetetur\r\n" * 20000
    large = (b"Subject: large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
             + b"".join(b"--b\r\n" + part for _ in range(12)) + b"--b--\r\n")
    assert len(large) > 9 << 20
    with Lmtpd(sim) as daemon:
        with daemon.client() as client:
            client.hello().transaction("a@corp.example", [GOOD])
        before = daemon.memory()
        done = []

        def send():
            with daemon.client() as client:
                done.append(client.hello().transaction("a@corp.example", [ALSO_GOOD], large)[0])
        sender = threading.Thread(target=send)
        sender.start()
        answered = 0
        peak = before
        with daemon.client() as client:
            client.hello()
            while sender.is_alive():
                assert client.command("NOOP") == "250 2.0.0 ok"
                answered += 1
                if answered % 10 == 0:
                    peak = max(peak, daemon.memory())
        sender.join()
        assert SENT.match(done[0]), done
        assert answered > 20
        assert peak - before < 3 * len(large) + (8 << 20)


# Signals


def test_sigterm_finishes_what_has_begun(make_sim):
    sim = make_sim("--latency", "700ms")
    daemon = Lmtpd(sim)
    with daemon:
        idle, busy, open_ = daemon.client().hello(), daemon.client().hello(), daemon.client().hello()
        busy.begin("a@corp.example", [GOOD, ALSO_GOOD])
        busy.send(MESSAGE + b".\r\n")
        open_.begin("a@corp.example", ["+14155550103@sms.example"])
        wait_until(lambda: sim.traffic()["running"] == 2, "requests in flight")
        daemon.signal(signal.SIGTERM)
        assert idle.reply().startswith("421 4.3.2 ")
        assert SENT.match(busy.reply()) and SENT.match(busy.reply())
        assert busy.reply().startswith("421 4.3.2 ")
        open_.send(message("open") + b".\r\n")
        assert SENT.match(open_.reply())
        assert open_.reply().startswith("421 4.3.2 ")
        assert daemon.process.wait(PATIENCE) == 0
        assert not daemon.socket.exists()
        assert len(sim.messages()) == 3


def test_sigterm_waits_no_longer_than_it_may(make_sim):
    sim = make_sim("--latency", "20s")
    with Lmtpd(sim, 'shutdown_timeout = "1s"') as daemon:
        client = daemon.client().hello()
        client.begin("a@corp.example", [GOOD])
        client.send(MESSAGE + b".\r\n")
        wait_until(lambda: sim.traffic()["running"] == 1, "a request in flight")
        daemon.signal(signal.SIGTERM)
        assert daemon.process.wait(10) == 0
        assert "stopped with sessions unfinished" in daemon.log()


def test_sighup_takes_up_a_new_configuration_and_keeps_the_old_if_it_is_bad(sim):
    with Lmtpd(sim) as daemon, daemon.client() as client:
        client.hello()
        daemon.configure(more='[message]\ntemplate = "reloaded: {body}"')
        daemon.signal(signal.SIGHUP)
        daemon.wait_for_log("configuration reloaded")
        client.transaction("a@corp.example", [GOOD])
        assert sim.messages()[-1]["body"] == "reloaded: Disk full on db1"
        daemon.file.write_text("[lmtp]\nlissten = 1\n")
        daemon.signal(signal.SIGHUP)
        refused = daemon.wait_for_log(r"configuration not reloaded.*")
        assert "lissten" in refused[0]
        client.transaction("a@corp.example", [ALSO_GOOD])
        assert sim.messages()[-1]["body"] == "reloaded: Disk full on db1"


def test_a_reload_with_a_secret_that_others_may_read_keeps_the_old(sim, tmp_path):
    secret = tmp_path / "token"
    secret.write_text("elsewhere\n")
    secret.chmod(0o644)
    with Lmtpd(sim) as daemon, daemon.client() as client:
        client.hello()
        text = daemon.file.read_text()
        daemon.file.write_text(re.sub("auth_token = .*", f'auth_token_file = "{secret}"', text))
        daemon.signal(signal.SIGHUP)
        assert "chmod 0640" in daemon.wait_for_log(r"configuration not reloaded.*")[0]
        client.transaction("a@corp.example", [GOOD])
        assert len(sim.messages()) == 1


def test_reload_while_requests_are_in_flight_loses_none(make_sim):
    sim = make_sim("--latency", "500ms")
    with Lmtpd(sim) as daemon, daemon.client() as client:
        client.hello()
        client.begin("a@corp.example", [GOOD, ALSO_GOOD])
        client.send(MESSAGE + b".\r\n")
        wait_until(lambda: sim.traffic()["running"] == 2, "requests in flight")
        daemon.configure(twilio='max_concurrency = 7\ntimeout = "20s"')
        daemon.signal(signal.SIGHUP)
        daemon.wait_for_log("configuration reloaded")
        assert SENT.match(client.reply()) and SENT.match(client.reply())
        assert daemon.state()["limit"] == 7
        assert SENT.match(client.transaction("a@corp.example", [GOOD], message(2))[0])


def test_a_split_message_that_began_before_a_reload_is_sent_whole(make_sim):
    """Its later requests are made after the reload has taken other settings for the requests."""
    sim = make_sim("--latency", "500ms")
    split = '[message]\noverflow = "split"\nmax_segments = 1'
    with Lmtpd(sim, more=split) as daemon, daemon.client() as client:
        client.hello()
        client.begin("a@corp.example", [GOOD])
        client.send(b"Subject: long\r\n\r\n" + b"one two three four five six seven\r\n" * 12 + b".\r\n")
        wait_until(lambda: sim.traffic()["running"] == 1, "the first request in flight")
        daemon.configure(twilio="max_concurrency = 7", more=split)
        daemon.signal(signal.SIGHUP)
        daemon.wait_for_log("configuration reloaded")
        assert SENT.match(client.reply())
        assert len(sim.messages()) >= 3
        wait_until(lambda: daemon.state()["in-flight"] == 0, "the requests to end")


# Sockets


def test_socket_mode_and_group(sim):
    with Lmtpd(sim, 'socket_mode = "0620"\nsocket_group = "mail"') as daemon:
        import grp
        status = daemon.socket.stat()
        assert stat.S_IMODE(status.st_mode) == 0o620
        if os.geteuid() == 0:
            assert grp.getgrgid(status.st_gid).gr_name == "mail"


def test_stale_socket_is_replaced_and_a_live_one_never(sim):
    with Lmtpd(sim) as daemon:
        daemon.stop(signal.SIGKILL)
        assert daemon.socket.exists()
        daemon.start()
        with daemon.client() as client:
            client.hello()
        second = subprocess.run([program("lmtpd"), "-C", daemon.file], capture_output=True, text=True,
                                timeout=PATIENCE)
        assert second.returncode == 78
        assert "another process answers there" in second.stderr
        with daemon.client() as client:
            assert SENT.match(client.hello().transaction("a@corp.example", [GOOD])[0])


def test_a_file_that_is_no_socket_is_left_alone(sim):
    daemon = Lmtpd(sim)
    daemon.socket.write_text("precious")
    daemon.start(ready=False)
    assert daemon.process.wait(PATIENCE) == 78
    assert "no socket" in daemon.log()
    assert daemon.socket.read_text() == "precious"
    shutil.rmtree(daemon.directory)


@pytest.mark.parametrize("arguments,status,text", [
    (["--listen", "tcp:25"], 64, "expected an address"),
    (["--listen", "inet:127.0.0.1:25"], 64, "port 25 is SMTP's"),
    (["--nonsense"], 64, "unknown argument"),
    (["-C"], 64, "needs a value"),
    (["-C", "/nonexistent"], 78, "/nonexistent"),
    (["--version"], 0, "lmtpd "),
    (["--help"], 0, "usage: lmtpd"),
])
def test_command_line(arguments, status, text):
    result = subprocess.run([program("lmtpd"), *arguments], capture_output=True, text=True,
                            env={"PATH": "/usr/bin:/bin"}, timeout=PATIENCE)
    assert result.returncode == status
    assert text in result.stdout + result.stderr


def test_check(sim):
    daemon = Lmtpd(sim)
    result = subprocess.run([program("lmtpd"), "-C", daemon.file, "--check"], capture_output=True)
    assert result.returncode == 0
    assert not daemon.socket.exists()
    shutil.rmtree(daemon.directory)


# systemd


class Systemd:
    """As much of systemd as a service sees: sockets that stay open, and what it is told."""

    def __init__(self, path):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        os.chmod(path, 0o666)
        self.listener.listen(128)
        self.notifications = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notifications.bind(f"{path}.notify")
        self.notifications.settimeout(PATIENCE)
        self.environment = {"NOTIFY_SOCKET": f"{path}.notify"}
        self.heard = []

    def command(self, command):
        """A command that passes the socket as descriptor 3 and says so, then becomes `command`."""
        return ["/bin/bash", "-c", f'exec 3<&{self.listener.fileno()}; export LISTEN_PID=$$ '
                'LISTEN_FDS=1; exec "$@"', "bash", *map(str, command)]

    def wait_for(self, text):
        while True:
            for n, words in enumerate(self.heard):
                if text in words:
                    return self.heard.pop(n)
            self.heard.append(self.notifications.recv(4096).decode())

    def close(self):
        self.listener.close()
        self.notifications.close()


@pytest.fixture
def systemd():
    directory = pathlib.Path(tempfile.mkdtemp(prefix="smsmda-systemd-", dir="/tmp"))
    directory.chmod(0o755)
    manager = Systemd(directory / "lmtp.sock")
    manager.path = directory / "lmtp.sock"
    yield manager
    manager.close()
    shutil.rmtree(directory)


def start_under(systemd, daemon, **environment):
    log = open(daemon.log_path, "ab")
    daemon.process = subprocess.Popen(
        systemd.command([program("lmtpd"), "-C", daemon.file]), stdout=log, stderr=log,
        env={**daemon.environment, **systemd.environment, **environment},
        pass_fds=[systemd.listener.fileno()])
    log.close()
    systemd.wait_for("READY=1")


def test_socket_activation_and_notification(sim, systemd):
    daemon = Lmtpd(sim)
    with contextlib.ExitStack() as stack:
        stack.callback(daemon.__exit__, None, None, None)
        # A client that comes before the daemon waits; it is not refused.
        early = Client(str(systemd.path), greet=False)
        start_under(systemd, daemon)
        assert early.reply().startswith("220 ")
        assert SENT.match(early.hello().transaction("a@corp.example", [GOOD])[0])
        daemon.configure()
        before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        daemon.signal(signal.SIGHUP)
        said = int(re.search(r"MONOTONIC_USEC=(\d+)", systemd.wait_for("RELOADING=1"))[1])
        assert before <= said <= time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        systemd.wait_for("READY=1")
        daemon.signal(signal.SIGTERM)
        systemd.wait_for("STOPPING=1")
        assert daemon.process.wait(PATIENCE) == 0
        assert systemd.path.exists(), "systemd's socket is not ours to remove"
        # The socket stays open: the next one answers who came in between.
        between = Client(str(systemd.path), greet=False)
        start_under(systemd, daemon)
        assert between.reply().startswith("220 ")


def test_watchdog(sim, systemd):
    daemon = Lmtpd(sim)
    with contextlib.ExitStack() as stack:
        stack.callback(daemon.__exit__, None, None, None)
        start_under(systemd, daemon, WATCHDOG_USEC="200000")
        for _ in range(5):
            systemd.wait_for("WATCHDOG=1")


def test_restart_under_load_refuses_nobody(sim, systemd):
    """Clients come and go while the daemon is restarted again and again: every message is answered."""
    daemon = Lmtpd(sim)
    stop, failures, sent = threading.Event(), [], []

    def load(worker):
        n = 0
        while not stop.is_set():
            n += 1
            try:
                with Client(str(systemd.path), greet=False) as client:
                    if not (client.reply() or "421").startswith("220"):
                        continue
                    reply = client.command("LHLO x")
                    if reply is None or reply.startswith("421"):
                        continue
                    body = message(f"{worker}.{n}")
                    if (client.command("MAIL FROM:<a@corp.example>") or "421").startswith("421"):
                        continue
                    client.command(f"RCPT TO:<{GOOD}>")
                    client.command("DATA")
                    client.send(body + b".\r\n")
                    reply = client.reply()
                    (sent if SENT.match(reply or "") else failures).append(reply)
            except OSError as error:
                failures.append(repr(error))

    with contextlib.ExitStack() as stack:
        stack.callback(daemon.__exit__, None, None, None)
        start_under(systemd, daemon)
        workers = [threading.Thread(target=load, args=(n,)) for n in range(8)]
        for worker in workers:
            worker.start()
        for _ in range(5):
            count = len(sent)
            wait_until(lambda: len(sent) > count + 20, "messages between two restarts")
            daemon.signal(signal.SIGTERM)
            assert daemon.process.wait(PATIENCE) == 0
            start_under(systemd, daemon)
        stop.set()
        for worker in workers:
            worker.join()
        assert failures == []
        assert len(sim.messages()) == len(sent)


# TLS and clients from elsewhere


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    """An authority, a server's certificate and a client's."""
    folder = tmp_path_factory.mktemp("tls")

    def openssl(*words):
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, cwd=folder)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *key, "-days", 2, "-subj", "/CN=test CA", "-keyout", "ca.key", "-out", "ca.pem")
    for name in ("server", "client"):
        openssl("req", *key, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.req")
        (folder / "ext").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        openssl("x509", "-req", "-in", f"{name}.req", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-days", 2, "-extfile", "ext", "-out", f"{name}.pem")
    return folder


def tls_lines(certificates):
    return (f'tls_cert_file = "{certificates}/server.pem"\n'
            f'tls_key_file = "{certificates}/server.key"')


def start_tls(client, certificates, with_certificate=False):
    context = ssl.create_default_context(cafile=str(certificates / "ca.pem"))
    if with_certificate:
        context.load_cert_chain(certificates / "client.pem", certificates / "client.key")
    assert client.command("STARTTLS").startswith("220 ")
    client.socket = context.wrap_socket(client.socket, server_hostname="localhost")


def test_starttls(sim, certificates):
    with Lmtpd(sim, tls_lines(certificates)) as daemon, daemon.client(tcp=True) as client:
        client.send("LHLO x\r\n")
        lines = [client.line() for _ in range(8)]
        assert "250-STARTTLS" in lines
        start_tls(client, certificates)
        client.send("LHLO x\r\n")
        lines = [client.line() for _ in range(7)]
        assert not any("STARTTLS" in line for line in lines)
        large = MESSAGE + b"x" * 70 + b"\r\n" * 30000
        assert SENT.match(client.transaction("a@corp.example", [GOOD], large)[0])


def test_what_is_sent_along_with_starttls_is_not_obeyed(sim, certificates):
    """CVE-2011-0411: a command slipped in before the handshake must not count after it."""
    with Lmtpd(sim, tls_lines(certificates)) as daemon, daemon.client(tcp=True) as client:
        client.hello()
        client.send("STARTTLS\r\nMAIL FROM:<evil@corp.example>\r\n")
        assert client.reply().startswith("501 ")


def test_client_certificates(sim, certificates):
    lines = tls_lines(certificates) + f'\ntls_client_ca_file = "{certificates}/ca.pem"'
    with Lmtpd(sim, lines) as daemon:
        with daemon.client(tcp=True) as client:
            client.hello()
            start_tls(client, certificates, with_certificate=True)
            assert SENT.match(client.hello().transaction("a@corp.example", [GOOD])[0])
        with daemon.client(tcp=True) as client:
            client.hello()
            with pytest.raises((ssl.SSLError, ConnectionError, AssertionError)):
                start_tls(client, certificates)
                client.hello()
        daemon.wait_for_log("TLS failed")


def host_address():
    """An address of this host that is not loopback; None where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address = probe.getsockname()[0]
    return None if address.startswith("127.") else address


def test_remote_needs_permission_and_tls(sim, certificates):
    address = host_address()
    if not address:
        pytest.skip("this host has no address but loopback")
    refused = Lmtpd(sim, listen=[f"inet:{address}:0"])
    refused.start(ready=False)
    assert refused.process.wait(PATIENCE) == 78
    assert "allow_remote" in refused.log()
    shutil.rmtree(refused.directory)
    with Lmtpd(sim, "allow_remote = true\n" + tls_lines(certificates),
               listen=[f"inet:{address}:0"]) as daemon:
        port = int(daemon.wait_for_log(rf"inet:{re.escape(address)}:(\d+)")[1])
        with socket.create_connection((address, port)) as raw:
            client = Client.__new__(Client)
            client.socket, client.buffer = raw, b""
            raw.settimeout(PATIENCE)
            client.reply()
            client.hello()
            assert client.command("XFORWARD NAME=x").startswith("550 5.7.1 ")
            assert client.command("MAIL FROM:<>").startswith("530 5.7.0 ")
            start_tls(client, certificates)
            assert SENT.match(client.hello().transaction("a@corp.example", [GOOD])[0])


UNITS = [pathlib.Path(__file__).parents[2] / "examples/systemd" / name
         for name in ("lmtpd.service", "lmtpd.socket")]


def test_units_are_sound(tmp_path):
    """systemd reads both without a complaint; only the path of the program is the test's."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze on this host")
    for unit in UNITS:
        text = unit.read_text().replace("/usr/local/sbin/lmtpd", str(program("lmtpd")))
        (tmp_path / unit.name).write_text(text)
    result = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / u.name) for u in UNITS)],
        capture_output=True, text=True, timeout=PATIENCE)
    complaints = [line for line in result.stderr.splitlines() if "lmtpd" in line]
    assert complaints == []
    assert result.returncode == 0, result.stderr


def test_service_is_hardened():
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze on this host")
    result = subprocess.run(["systemd-analyze", "security", "--offline=true", UNITS[0]],
                            capture_output=True, text=True, timeout=PATIENCE)
    exposure = re.search(r"Overall exposure level for lmtpd.service: ([0-9.]+)", result.stdout)
    assert exposure, result.stdout + result.stderr
    assert float(exposure[1]) < 2.0, result.stdout
