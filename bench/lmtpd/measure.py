#!/usr/bin/python3
"""Figures of lmtpd, each beside what it is measured against: the rows of bench/lmtpd.sh.

The load is Postfix's smtp-source; each of its messages has a Message-ID of its own, so each is an SMS.
Against it: smtp-sink -L for the protocol, floor.c for the POSTs and for the commits, Mailrise 1.4 where
one is installed in .cache/bench/mailrise (a venv).
"""

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
POSTFIX = REPOSITORY / ".cache/mta/postfix"
MESSAGES = int(os.environ.get("MESSAGES", "10000"))
RUNS = int(os.environ.get("RUNS", "3"))
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
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1])


def wait_for(path):
    deadline = time.monotonic() + 30
    while True:
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(path))
                return
        except OSError:
            if time.monotonic() > deadline:
                sys.exit(f"{path} does not answer")
            time.sleep(0.02)


class Server:
    def __init__(self, command, path, environment=None):
        self.path = path
        self.process = subprocess.Popen([str(word) for word in command], env=environment,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(path)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    def load(self, count, sessions):
        """(messages a second, microseconds of the server's CPU a message), the best of RUNS."""
        program, environment = postfix_program("smtp-source")
        best = (0.0, float("inf"))
        for _ in range(RUNS):
            before, start = cpu_seconds(self.process.pid), time.monotonic()
            subprocess.run([program, "-L", "-d", "-s", str(sessions), "-m", str(count), "-l", "1024",
                            "-f", "a@corp.example", "-t", "15551234567@sms.example",
                            f"unix:{self.path}"], env=environment, check=True)
            rate = count / (time.monotonic() - start)
            spent = (cpu_seconds(self.process.pid) - before) / count * 1e6
            best = (max(best[0], rate), min(best[1], spent))
        return best


def lmtpd(name, url, lines=""):
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
{lines}
[log]
target = "stderr"
""")
    return Server([BIN / "lmtpd", "-C", file], folder / "lmtp.sock")


def floor(*words):
    program = WORK / "floor"
    if not program.exists():
        subprocess.run(["cc", "-O2", "-o", program, pathlib.Path(__file__).with_name("floor.c"),
                        "-lcurl", "-lsqlite3"], check=True)
    best = (0.0, float("inf"))
    for run in range(RUNS):
        here = [str(word).format(run=run) for word in words]
        rate, spent = subprocess.run([program, *here], check=True, capture_output=True,
                                     text=True).stdout.split()
        best = (max(best[0], float(rate)), min(best[1], float(spent)))
    return best


def row(*cells):
    print("\t".join(cells), flush=True)


def main():
    with lmtpd("fast", upstream["HTTP"]) as server:
        for sessions in (1, 20, 100):
            rate, spent = server.load(MESSAGES, sessions)
            if sessions == 20:
                ours = spent
            best = rate if sessions == 1 else max(best, rate)
            row(f"lmtpd, {sessions} sessions", f"{rate:.0f}/s", "", f"{spent:.0f} us CPU")
    with Server([postfix_program("smtp-sink")[0], *(["-u", "nobody"] if os.geteuid() == 0 else []), "-L",
                 f"unix:{WORK}/sink", "1000"], WORK / "sink", postfix_program("smtp-sink")[1]) as sink:
        protocol = sink.load(MESSAGES, 20)[1]
    posts = floor("posts", f"{upstream['HTTP']}/Messages.json", MESSAGES, 20)[1]
    # With 20 sessions some ten messages share a commit.
    commits = floor("commits", f"{WORK}/floor-{{run}}.db", MESSAGES, 10)[1]
    note(f"smtp-sink {protocol:.0f} + POSTs {posts:.0f} + commits {commits:.0f} us of CPU a message")
    total = protocol + posts + commits
    row("lmtpd, CPU of a message", f"{ours:.0f} us", "smtp-sink -L + libcurl + SQLite", f"{total:.0f} us",
        f"{ours / total:.2f}", "<= 1.5")
    with lmtpd("slow", upstream["SLOW_HTTP"]) as server:
        rate = server.load(max(2000, MESSAGES // 5), 120)[0]
        row("lmtpd at 150 ms, 100 in flight", f"{rate:.0f}/s", "100 / 150 ms", "667/s",
            f"{rate / (100 / 0.15):.2f}", ">= 0.95")
    with lmtpd("idle", upstream["HTTP"]) as server:
        server.load(100, 1)
        before = resident(server.process.pid)
        clients = []
        for _ in range(1000):
            client = socket.socket(socket.AF_UNIX)
            client.connect(str(server.path))
            client.recv(1000)
            client.sendall(b"LHLO bench\r\n")
            client.recv(1000)
            clients.append(client)
        more = (resident(server.process.pid) - before) / 1024
        row("lmtpd, memory of 1,000 idle sessions", f"{more:.1f} MiB", "the limit", "32 MiB",
            f"{more / 32:.2f}", "<= 1")
    mailrise(best)


def mailrise(best):
    program = REPOSITORY / ".cache/bench/mailrise/bin/mailrise"
    if not program.exists():
        return note("no Mailrise: python3 -m venv .cache/bench/mailrise and pip install mailrise==1.4.0 "
                    "there compare with it")
    port = free_port()
    (WORK / "router.py").write_text(f"""\
import re

import apprise
import yaml
try:
    from apprise.plugins.NotifyTwilio import NotifyTwilio
except ImportError:  # since apprise 1.7
    from apprise.plugins.twilio import NotifyTwilio
from mailrise.router import AppriseNotification, Router

NotifyTwilio.notify_url = "{upstream['HTTP']}/2010-04-01/Accounts/{{sid}}/Messages.json"
NotifyTwilio.request_rate_per_sec = 0


class SMS(Router):
    async def email_to_apprise(self, logger, email, auth_data, **rest):
        for address in email.to:
            number = re.match(r"[+]?([0-9]+)@", address)
            url = "twilio://AC" + "a" * 32 + ":" + "b" * 32 + "@18085551234/+" + number[1] + "/"
            yield AppriseNotification(
                config=yaml.safe_dump({{"urls": [url]}}), config_format="yaml", title="",
                body=email.body, body_format=email.body_format,
                notify_type=apprise.NotifyType.INFO, attachments=[])


router = SMS()
authenticator = None
""")
    (WORK / "mailrise.conf").write_text(
        f"import_code: {WORK}/router.py\nlisten: {{host: 127.0.0.1, port: {port}}}\n"
        "configs: {x: {urls: ['json://127.0.0.1:1/']}}\n")
    process = subprocess.Popen([program, WORK / "mailrise.conf"], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if time.monotonic() > deadline:
                return note("Mailrise does not start")
            time.sleep(0.1)
        source, environment = postfix_program("smtp-source")
        count, start = 600, time.monotonic()
        subprocess.run([source, "-s", "20", "-m", str(count), "-l", "1024", "-f", "a@corp.example",
                        "-t", "15551234567@sms.example", f"127.0.0.1:{port}"], env=environment,
                       check=True)
        rate = count / (time.monotonic() - start)
        row("lmtpd, messages a second", f"{best:.0f}/s", "Mailrise 1.4, the same upstream",
            f"{rate:.0f}/s", f"{best / rate:.1f}", ">= 20")
    finally:
        process.terminate()
        process.wait()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as held:
        return held.getsockname()[1]


main()
