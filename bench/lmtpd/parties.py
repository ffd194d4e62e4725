"""What measure.py loads: lmtpd, smtp-sink, the floors, and the peers from .cache/bench/venv."""

import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time

WORK = pathlib.Path(os.environ["WORK"])
BIN = pathlib.Path(os.environ["BIN"])
REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
POSTFIX = REPOSITORY / ".cache/mta/postfix"
VENV = REPOSITORY / ".cache/bench/venv"
PATIENCE = 60
ROUNDS = int(os.environ.get("ROUNDS", "5"))
NAMES = {"mailrise": "Mailrise 1.4, Apprise", "gateway": "Python, Twilio's library"}
upstream = dict(line.split("=", 1) for line in
                (pathlib.Path(os.environ["UPSTREAM"]) / "env").read_text().split())


def note(text):
    print(f"lmtpd: {text}", file=sys.stderr)


def postfix_program(name):
    path = POSTFIX / "usr/sbin" / name
    environment = {**os.environ, "LD_LIBRARY_PATH": ":".join(
        [str(POSTFIX / "usr/lib/postfix"), *map(str, POSTFIX.glob("usr/lib/*-linux-*/"))])}
    return (str(path), environment) if path.exists() else (name, None)


def cpu_seconds(pid):
    """User and system time of all its threads, those that have ended too."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1])


def posts_so_far():
    """What the upstream has written into its log; it writes once a second."""
    with open(pathlib.Path(os.environ["UPSTREAM"]) / "access.log") as log:
        return sum(" POST 201 " in line for line in log)


def wait_until(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            sys.exit(f"lmtpd: waited {PATIENCE} s for {what}")
        time.sleep(0.02)


def expect_posts(count, whose):
    """Waits for the log, so that it holds nothing of this turn that the next would count as its own."""
    wait_until(lambda: posts_so_far() >= count, f"all POSTs of {whose}")
    if (more := posts_so_far() - count):
        sys.exit(f"lmtpd: {whose} made {more} POSTs too many")


class Party:
    """A process that takes mail at `address`: a path, or a port of 127.0.0.1."""

    sends = True
    protocol = "-L"

    def __init__(self, command, address, environment=None):
        self.address = address
        self.process = subprocess.Popen([str(word) for word in command], env=environment,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until(self.answers, f"{command[0]} to listen")
        except BaseException:
            self.process.kill()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.stop()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    def answers(self):
        if self.process.poll() is not None:
            sys.exit(f"lmtpd: {self.process.args[0]} ended with {self.process.returncode}")
        is_path = isinstance(self.address, pathlib.Path)
        with socket.socket(socket.AF_UNIX if is_path else socket.AF_INET) as probe:
            return probe.connect_ex(str(self.address) if is_path else ("127.0.0.1", self.address)) == 0

    def load(self, count, sessions):
        """(messages a second, microseconds of its CPU a message).

        smtp-source ends with an error at the first reply that is not as it should be.
        """
        program, environment = postfix_program("smtp-source")
        where = (f"unix:{self.address}" if isinstance(self.address, pathlib.Path)
                 else f"127.0.0.1:{self.address}")
        posts, before, start = posts_so_far(), cpu_seconds(self.process.pid), time.monotonic()
        subprocess.run([program, *self.protocol.split(), "-d", "-s", str(sessions), "-m", str(count),
                        "-l", "1024", "-f", "a@corp.example", "-t", "15551234567@sms.example", where],
                       env=environment, check=True)
        rate = count / (time.monotonic() - start)
        spent = (cpu_seconds(self.process.pid) - before) / count * 1e6
        if self.sends:
            expect_posts(posts + count, self.process.args[0])
        return rate, spent


class Daemon(Party):
    """The lmtpd of $BIN with a folder and a journal of its own."""

    def __init__(self, name, url):
        folder = WORK / name
        folder.mkdir()
        file = folder / "smsmda.toml"
        file.touch(0o600)
        file.write_text(f"""\
[twilio]
account_sid = "AC0123456789abcdef0123456789abcdef"
auth_token = "secret"
from = "+18085551234"
base_url = "{url}"
[journal]
path = "{folder}/journal.db"
[lmtp]
listen = ["unix:{folder}/lmtp.sock"]
max_sessions = 2000
[log]
target = "stderr"
""")
        super().__init__([BIN / "lmtpd", "-C", file], folder / "lmtp.sock")


class Sink(Party):
    """Postfix's own smtp-sink: the protocol, and nothing behind it."""

    sends = False

    def __init__(self):
        program, environment = postfix_program("smtp-sink")
        account = ["-u", "nobody"] if os.geteuid() == 0 else []
        super().__init__([program, *account, "-L", f"unix:{WORK}/sink", "1000"], WORK / "sink", environment)


class Peer(Party):
    """Another gateway from mail to SMS; it speaks SMTP."""

    protocol = ""

    @classmethod
    def start(cls, name):
        """None, with a note, where it is not installed."""
        if not (VENV / "bin" / "mailrise").exists():
            return note(f"no {NAMES[name]}: see bench/lmtpd/requirements.txt")
        with socket.create_server(("127.0.0.1", 0)) as held:
            port = held.getsockname()[1]
        if name == "gateway":
            return cls([VENV / "bin/python", HERE / "gateway.py", port, upstream["HTTP"]], port)
        file = WORK / "mailrise.conf"
        file.write_text(f"import_code: {HERE}/mailrise_router.py\n"
                        f"listen: {{host: 127.0.0.1, port: {port}}}\n"
                        "configs: {x: {urls: ['json://127.0.0.1:1/']}}\n")
        return cls([VENV / "bin/mailrise", file], port, {**os.environ, "UPSTREAM": upstream["HTTP"]})


def floor(*words):
    """(operations a second, microseconds of CPU an operation) of floor.c."""
    program = WORK / "floor"
    if not program.exists():
        subprocess.run(["cc", "-O2", "-o", program, HERE / "floor.c", "-lcurl", "-lsqlite3"], check=True)
    posts = posts_so_far()
    printed = subprocess.run([program, *map(str, words)], check=True, capture_output=True, text=True)
    if words[0] == "posts":
        expect_posts(posts + words[2], "floor.c")
    rate, spent = printed.stdout.split()
    return float(rate), float(spent)


def idle_memory(count):
    """MiB that sessions take which have said LHLO and nothing more."""
    with Daemon("idle", upstream["HTTP"]) as daemon:
        daemon.load(100, 1)
        before = resident(daemon.process.pid)
        clients = []
        for _ in range(count):
            client = socket.socket(socket.AF_UNIX)
            client.connect(str(daemon.address))
            client.recv(1000)
            client.sendall(b"LHLO bench\r\n")
            client.recv(1000)
            clients.append(client)
        return (resident(daemon.process.pid) - before) / 1024
