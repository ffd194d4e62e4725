"""Clients that no mail server is: too slow, too fast, too many, deaf to replies, or gone; and how the
daemon's own socket comes and goes."""

import ctypes
import os
import re
import signal
import socket
import ssl
import stat
import struct
import subprocess
import threading
import time

import pytest

from lmtpd import MESSAGE, Lmtpd, wait_until
from sim import PATIENCE
from test_lmtpd import GOOD, SENT, certificates, message, tls_lines  # noqa: F401 (fixture)


# Too slow


def test_a_message_that_comes_octet_by_octet_is_taken_and_holds_up_nobody(sim):
    with Lmtpd(sim) as daemon, daemon.client() as slow, daemon.client() as other:
        slow.hello().begin("a@corp.example", [GOOD])
        other.hello()
        for n, octet in enumerate(MESSAGE + b".\r\n"):
            slow.send(bytes([octet]))
            if n % 10 == 0:
                assert SENT.match(other.transaction("b@corp.example", [GOOD], message(n))[0])
        assert SENT.match(slow.reply())


@pytest.mark.parametrize("tcp", [False, True], ids=["unix", "tcp"])
def test_a_message_that_never_ends_is_cut_off(sim, tcp):
    """Octets now and then keep the time for a block, but not that for the whole message."""
    with Lmtpd(sim, 'idle_timeout = "1s"') as daemon, daemon.client(tcp) as client:
        client.hello().begin("a@corp.example", [GOOD])
        client.socket.settimeout(0.2)
        heard, deadline = b"", time.monotonic() + PATIENCE
        while time.monotonic() < deadline and b"\r\n" not in heard:
            try:
                client.send("x")
                heard += client.socket.recv(4096)
            except TimeoutError:
                continue
            except (BrokenPipeError, ConnectionResetError):
                break
        assert heard.startswith(b"421 4.4.2 "), heard
        assert sim.messages() == []


def test_a_message_that_stops_is_cut_off(sim):
    with Lmtpd(sim, 'idle_timeout = "1s"') as daemon, daemon.client() as client:
        client.hello().begin("a@corp.example", [GOOD])
        client.send("Subject: half\r\n")
        assert client.reply().startswith("421 4.4.2 ")
        assert client.line() is None


def test_half_closed_within_a_message(sim):
    """Nobody can end the message any more: the session ends, and nothing is sent."""
    with Lmtpd(sim) as daemon, daemon.client(tcp=True) as client:
        client.hello().begin("a@corp.example", [GOOD])
        client.send("Subject: half\r\n\r\nDisk")
        client.socket.shutdown(socket.SHUT_WR)
        assert client.line() is None
        daemon.wait_for_log("client vanished in a transaction")
        assert sim.messages() == []


# Too fast


def flood(client, words):
    """Writes into the client's socket without end, as fast as a C program can."""
    return subprocess.Popen(words, stdout=client.socket.fileno(), stderr=subprocess.DEVNULL)


@pytest.mark.parametrize("where", ["in a message", "in a command"])
def test_a_client_that_sends_without_end_starves_nobody_and_is_cut_off(sim, where):
    with Lmtpd(sim, 'idle_timeout = "1s"') as daemon:
        floods = []
        for _ in range(3):
            client = daemon.client().hello()
            if where == "in a message":
                client.begin("a@corp.example", [GOOD])
                floods.append((flood(client, ["yes", "x" * 70 + "\r"]), client))
            else:
                floods.append((flood(client, ["cat", "/dev/zero"]), client))
        try:
            with daemon.client() as client:
                client.hello()
                for n in range(20):
                    assert SENT.match(client.transaction("b@corp.example", [GOOD], message(n))[0])
            for process, client in floods:
                # It ends when its socket is closed at the other end.
                assert process.wait(PATIENCE) != 0
            daemon.wait_for_log("client timed out", count=len(floods))
        finally:
            for process, _ in floods:
                process.kill()
                process.wait()


def test_a_huge_batch_in_one_write(sim):
    """Three hundred transactions sent at once, commands and messages, are answered one by one."""
    count = 300
    batch = b"".join(
        b"MAIL FROM:<a@corp.example>\r\nRCPT TO:<%s>\r\nRCPT TO:<nobody@sms.example>\r\nDATA\r\n"
        b"Subject: %d\r\n\r\nalert %d\r\n.\r\n" % (GOOD.encode(), n, n) for n in range(count))
    with Lmtpd(sim) as daemon, daemon.client() as client:
        client.hello()
        sender = threading.Thread(target=client.send, args=(batch + b"QUIT\r\n",))
        sender.start()
        replies = [client.reply() for _ in range(5 * count)]
        for n in range(count):
            codes = [reply[:9] for reply in replies[5 * n:5 * n + 5]]
            assert codes == ["250 2.1.0", "250 2.1.5", "553 5.1.3", "354 send ", "250 2.0.0"], (n, codes)
        assert client.reply().startswith("221 2.0.0 ")
        assert client.line() is None
        sender.join()
        sids = [re.search(r"SM[0-9a-f]{32}", reply)[0] for reply in replies[4::5]]
        bodies = {m["sid"]: m["body"] for m in sim.messages()}
        assert [bodies[sid] for sid in sids] == [f"alert {n}" for n in range(count)]


@pytest.mark.parametrize("tcp", [False, True], ids=["unix", "tcp"])
def test_what_follows_quit_is_not_obeyed_and_does_not_cost_the_reply(sim, tcp):
    with Lmtpd(sim) as daemon, daemon.client(tcp) as client:
        client.hello()
        rest = f"MAIL FROM:<a@corp.example>\r\nRCPT TO:<{GOOD}>\r\nDATA\r\n".encode() + MESSAGE + b".\r\n"
        client.send(b"QUIT\r\n" + rest * 100)
        assert client.reply().startswith("221 2.0.0 ")
        assert client.line() is None
        assert sim.messages() == []


def test_no_more_sessions_than_may_be_when_many_clients_come_at_once(sim):
    """While the daemon stands still the kernel completes connections; then they are all there at once."""
    with Lmtpd(sim, "max_sessions = 3") as daemon:
        daemon.signal(signal.SIGSTOP)
        clients = [daemon.client(greet=False) for _ in range(20)]
        daemon.signal(signal.SIGCONT)
        greetings = [client.reply()[:9] for client in clients]
        assert [g[:4] for g in greetings].count("220 ") == 3
        assert greetings.count("421 4.3.2") == 17


def test_the_end_of_a_tls_session_is_told(sim, certificates):
    """Without close_notify a client cannot tell the end from an attacker's cut."""
    with Lmtpd(sim, tls_lines(certificates)) as daemon, daemon.client(tcp=True) as client:
        client.hello()
        context = ssl.create_default_context(cafile=str(certificates / "ca.pem"))
        context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
        assert client.command("STARTTLS").startswith("220 ")
        client.socket = context.wrap_socket(client.socket, server_hostname="localhost",
                                            suppress_ragged_eofs=False)
        client.hello()
        assert client.command("QUIT").startswith("221 ")
        assert client.socket.recv(100) == b""


# The daemon's own socket


class Watch:
    """What happens to the names in a folder, as inotify(7) tells it."""

    KINDS = {0x4: "attributes", 0x40: "from", 0x80: "to", 0x100: "create", 0x200: "delete"}

    def __init__(self, folder):
        libc = ctypes.CDLL(None, use_errno=True)
        self.descriptor = libc.inotify_init1(os.O_NONBLOCK)
        assert self.descriptor >= 0
        assert libc.inotify_add_watch(self.descriptor, os.fsencode(folder), sum(self.KINDS)) >= 0

    def events(self, name):
        data, found = b"", []
        try:
            while block := os.read(self.descriptor, 65536):
                data += block
        except BlockingIOError:
            pass
        while data:
            _, mask, _, length = struct.unpack_from("iIII", data)
            if data[16:16 + length].rstrip(b"\0").decode() == name:
                found.append(self.KINDS[mask & sum(self.KINDS)])
            data = data[16 + length:]
        return found

    def close(self):
        os.close(self.descriptor)


def test_the_socket_appears_whole(sim):
    """Never without its mode and group, never before it listens, also in place of a stale one."""
    with Lmtpd(sim, 'socket_mode = "0620"') as daemon:
        for _ in range(2):
            daemon.stop(signal.SIGKILL)
            assert daemon.socket.exists()
            watch = Watch(daemon.directory)
            daemon.start()
            assert watch.events("lmtp.sock") == ["to"]
            watch.close()
            assert stat.S_IMODE(daemon.socket.stat().st_mode) == 0o620
            assert not daemon.socket.with_name("lmtp.sock.new").exists()
            with daemon.client() as client:
                client.hello()


def test_the_next_daemon_can_start_while_the_last_one_finishes(make_sim):
    sim = make_sim("--latency", "1500ms")
    with Lmtpd(sim) as daemon, daemon.client() as client:
        client.hello().begin("a@corp.example", [GOOD])
        client.send(MESSAGE + b".\r\n")
        wait_until(lambda: sim.traffic()["running"] == 1, "a request in flight")
        last = daemon.process
        last.send_signal(signal.SIGTERM)
        wait_until(lambda: not daemon.socket.exists(), "the socket to go")
        daemon.start()
        assert last.poll() is None, "the last one has not finished yet"
        with daemon.client() as another:
            assert SENT.match(another.hello().transaction("b@corp.example", [GOOD], message(1))[0])
        assert SENT.match(client.reply())
        assert last.wait(PATIENCE) == 0
        # It leaves alone what is not its own any more.
        with daemon.client() as another:
            another.hello()
