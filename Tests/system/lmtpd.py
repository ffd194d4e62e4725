"""lmtpd for the tests: one process each, on a unix socket and a TCP port of its own.

    with Lmtpd(sim) as daemon:
        with daemon.client() as client:
            client.hello()
            replies = client.transaction("a@corp.example", ["+14155550101@sms.example"], b"...")

`client` says exactly what it is told and reads every reply, which no LMTP library does: Python's
reads a single one after the end of data.
"""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from sim import AUTH_TOKEN, ACCOUNT_SID, PATIENCE, SENDER, program


def wait_until(condition, what, timeout=PATIENCE):
    """The first true value of condition(). Raises TimeoutError naming `what` was waited for."""
    deadline = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout:.0f} s for {what() if callable(what) else what}")
        time.sleep(0.01)
    return value


MESSAGE = b"Subject: alert\r\n\r\nDisk full on db1\r\n"


class Lmtpd:
    """A running lmtpd. `lmtp`, `twilio` and `journal` are lines for those tables, `more` is put behind."""

    def __init__(self, sim, lmtp="", twilio="", more="", *, journal="", listen=None, arguments=(),
                 environment=None):
        # Not pytest's tmp_path: a socket's path is short, and mail servers have accounts of their own.
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="smsmda-lmtpd-", dir="/tmp"))
        self.directory.chmod(0o755)
        self.socket = self.directory / "lmtp.sock"
        self.file = self.directory / "smsmda.toml"
        self.log_path = self.directory / "log"
        self.arguments = [str(a) for a in arguments]
        self.environment = {"PATH": "/usr/bin:/bin", **(environment or {})}
        self.url = sim if isinstance(sim, str) else sim.url
        self.process = None
        self.journal = journal
        self.listen = [f"unix:{self.socket}", "inet:127.0.0.1:0"] if listen is None else listen
        self.configure(lmtp, twilio, more)

    def configure(self, lmtp="", twilio="", more=""):
        """Writes the configuration; a running daemon takes it up at SIGHUP."""
        defaults = [f'listen = {self.listen!r}'] if self.listen else []
        if "socket_mode" not in lmtp:
            defaults.append('socket_mode = "0666"')
        path = [] if "url =" in self.journal else [f'path = "{self.directory}/journal.db"']
        self.file.write_text("\n".join([
            "[lmtp]", *defaults, lmtp,
            "[twilio]", f'account_sid = "{ACCOUNT_SID}"', f'auth_token = "{AUTH_TOKEN}"',
            f'from = "{SENDER}"', f'base_url = "{self.url}"', twilio,
            "[journal]", *path, self.journal,
            "[log]", 'target = "stderr"', more, ""]).replace("'", '"'))
        self.file.chmod(0o600)

    def __enter__(self):
        return self.start()

    def __exit__(self, *failure):
        self.stop()
        log = self.log()
        if failure[0] is not None:
            print(log)
        # Of a build with a sanitizer (Tests/sanitized): what it found stands in the log.
        assert "Sanitizer" not in log, log
        if not os.environ.get("KEEP"):
            shutil.rmtree(self.directory, ignore_errors=True)

    def start(self, ready=True, **options):
        """Starts it and waits until it listens."""
        command = [str(program("lmtpd")), "-C", str(self.file), *self.arguments]
        before = len(self.log())
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, **options)
        if ready:
            wait_until(lambda: 'msg="ready"' in self.log()[before:] or self.process.poll() is not None,
                       lambda: f"lmtpd to listen: {self.log()}")
            assert self.process.poll() is None, f"lmtpd ended: {self.log()}"
            if found := re.search(r"inet:127\.0\.0\.1:(\d+)", self.log()[before:]):
                self.port = int(found[1])
        return self

    def stop(self, how=signal.SIGTERM):
        """Ends it and returns the exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self.process = None
        return status

    def signal(self, number):
        self.process.send_signal(number)

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def wait_for_log(self, pattern, count=1):
        """The `count`th match of a regular expression in the log."""
        def found():
            matches = list(re.finditer(pattern, self.log()))
            return matches[count - 1] if len(matches) >= count else None
        return wait_until(found, lambda: f"/{pattern}/ in the log:\n{self.log()}")

    def state(self):
        """What SIGUSR1 logs, as a dictionary."""
        count = self.log().count('msg="state"') + 1
        self.signal(signal.SIGUSR1)
        line = self.wait_for_log(r'msg="state" (.*)\n', count)[1]
        return {key: int(value) if value.isdigit() else value
                for key, value in (pair.split("=") for pair in line.split())}

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def memory(self):
        """Resident memory, in octets."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024

    def processor_time(self):
        """User and system time so far, in seconds."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def client(self, tcp=False, greet=True):
        return Client(("127.0.0.1", self.port) if tcp else str(self.socket), greet)


class Client:
    """An LMTP client that says what it is told."""

    def __init__(self, address, greet=True):
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.socket = socket.socket(family)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(address)
        self.buffer = b""
        if greet:
            self.greeting = self.reply()
            assert self.greeting.startswith("220 "), self.greeting

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())

    def line(self):
        """One line without its CRLF; None at the end of the stream."""
        while b"\r\n" not in self.buffer:
            block = self.socket.recv(65536)
            if not block:
                assert not self.buffer, f"half a line at the end: {self.buffer!r}"
                return None
            self.buffer += block
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        assert len(line) + 2 < 200, f"{len(line) + 2} octets: {line!r}"
        return line.decode()

    def reply(self):
        """The last line of the next reply; None at the end of the stream."""
        while (line := self.line()) is not None and line[3:4] == "-":
            pass
        return line

    def command(self, text):
        self.send(text + "\r\n")
        return self.reply()

    def hello(self):
        reply = self.command("LHLO client.example")
        assert reply.startswith("250 "), reply
        return self

    def begin(self, sender, recipients):
        """MAIL, RCPT and DATA; the replies to RCPT."""
        assert (reply := self.command(f"MAIL FROM:<{sender}>")).startswith("250 "), reply
        replies = [self.command(f"RCPT TO:<{recipient}>") for recipient in recipients]
        assert (reply := self.command("DATA")).startswith("354 "), reply
        return replies

    def transaction(self, sender, recipients, message=MESSAGE):
        """The replies after the end of data, one for each accepted recipient."""
        accepted = [r for r in self.begin(sender, recipients) if r.startswith("250 ")]
        self.send(re.sub(rb"(?m)^\.", b"..", message) + b".\r\n")
        return [self.reply() for _ in accepted]
