#!/usr/bin/env python3
"""Messages through a real Postfix with every fault there is and kill -9 at random, and then the
phones are counted: each message exactly once, none twice, none lost; what Twilio refuses for good
bounced exactly once.

    make soak N=10000
    Tests/system/soak.py 10000 --by pipe --seed 7

`--by` is pipe (Postfix runs sms-deliver), lmtp (one Postfix, one lmtpd) or hosts (two Postfixes, two
lmtpd, one PostgreSQL; each Postfix goes to the other's lmtpd when its own is down). By default one
after the other. The seed decides what is sent and which faults are set; when a kill hits is decided by
the machine. Messages: alone, to several numbers, with a text that another message has too, in several
parts, to a number that Twilio refuses.
"""

import argparse
import collections
import contextlib
import os
import pathlib
import random
import re
import shutil
import signal
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import agent as agents  # noqa: E402
import lmtpd as daemons  # noqa: E402
import mta  # noqa: E402
import postgresql  # noqa: E402
import sim as sims  # noqa: E402

KINDS = ("pipe", "lmtp", "hosts")
DOMAIN = "sms.example"
# Twilio's magic number for "invalid", refused for good.
REFUSED = "+15005550001"
# Longer than any latency set below: what is not listed after it was not accepted.
SETTLE = 'settle = "3s"\nlease = "30s"\n'
SETTINGS = '[message]\nmax_segments = 1\noverflow = "split"\n'
RATES = {  # of all requests
    "429": 0.04, "401": 0.02, "500-before": 0.05, "500-after": 0.05, "reset-before": 0.04,
    "reset-after": 0.05, "reset-inside": 0.03, "truncated": 0.04, "not-json": 0.03, "no-sid": 0.02,
}
# Tried again soon, and a destination that just died is not given up.
POSTFIX = """
minimal_backoff_time = 1s
maximal_backoff_time = 4s
queue_run_delay = 1s
transport_retry_time = 1s
default_destination_concurrency_failed_cohort_limit = 1000
bounce_queue_lifetime = 1h
smtpd_client_connection_count_limit = 0
"""


class Message:
    """One mail and what it must come to."""

    def __init__(self, number, source):
        self.id = f"soak{number:06d}"
        kind = source.random()
        self.phones = [f"+1415555{source.randrange(1000, 9999)}"
                       for _ in range(source.choice([1, 1, 1, 1, 2, 3]))]
        self.phones = list(dict.fromkeys(self.phones))
        self.text = f"{self.id} disk {source.randrange(100)} is full"
        if kind < 0.15:
            # Upstream duplicates are not the MTA's retries: each is a message.
            self.phones = [f"+141555500{source.randrange(20):02}"]
            self.text = f"link {source.randrange(2)} of rack 9 is down"
        elif kind < 0.22:
            words = " ".join(f"{self.id}-{word}" for word in range(source.randrange(15, 40)))
            self.text = words
        elif kind < 0.27:
            self.phones = [REFUSED]
        self.refused = self.phones == [REFUSED]

    def __str__(self):
        return f"{self.id} to {', '.join(self.phones)}"


class Host:
    """One Postfix with what delivers for it."""

    def __init__(self, kind, twilio, journal, fallback=None):
        self.kind, self.twilio, self.daemon = kind, twilio, None
        if kind == "pipe":
            self.postfix, self.agent = agents.postfix_with_pipe(
                agents.twilio_section(twilio), main=POSTFIX, journal=journal, sections=SETTINGS)
        else:
            self.daemon = daemons.Lmtpd(twilio, more=SETTINGS, journal=journal)
            self.postfix = mta.Postfix(main=POSTFIX + "transport_maps = texthash:$meta_directory/transport\n"
                                       f"relay_domains = {DOMAIN}\n")
            self.postfix.tables["transport"] = f"{DOMAIN} lmtp:unix:{self.daemon.socket}\n"
            if fallback:
                self.postfix.extra_main += f"lmtp_fallback_relay = unix:{fallback}\n"

    def start(self):
        if self.daemon:
            self.daemon.start()
        self.postfix.start()

    def stop(self):
        self.postfix.stop()
        shutil.rmtree(self.postfix.directory, ignore_errors=True)
        if self.daemon:
            self.daemon.stop(signal.SIGKILL)
            shutil.rmtree(self.daemon.directory, ignore_errors=True)

    def line_count(self):
        """About how many lines the daemon has logged: one a recipient."""
        path = self.daemon.log_path
        return path.stat().st_size // 200 if path.exists() else 0

    def kill(self, source):
        """kill -9 of what delivers just now. Returns how many were hit."""
        if self.daemon:
            self.daemon.stop(signal.SIGKILL)
            self.daemon.start()
            return 1
        running = self.agent.running()
        if not running:
            return 0
        try:
            os.kill(source.choice(running), signal.SIGKILL)
        except ProcessLookupError:
            return 0
        return 1


class Soak:
    def __init__(self, kind, count, seed):
        self.kind, self.seed = kind, seed
        source = random.Random(seed)
        self.messages = [Message(number, source) for number in range(count)]
        self.source = random.Random(seed + 1)
        self.kills = 0
        self.hosts = []

    def run(self):
        """Sends, disturbs, waits, counts. Returns a list of what is wrong."""
        began = time.monotonic()
        with contextlib.ExitStack() as stack:
            twilio = stack.enter_context(sims.Sim("--step", "20ms", "--latency", "20ms"))
            for kind, rate in RATES.items():
                twilio.fault(kind, rate=rate, method="POST")
            twilio.fault("latency", rate=0.1, ms=400)
            for kind in ("429", "401", "500-before", "reset-before", "reset-inside", "truncated"):
                twilio.fault(kind, rate=0.02, method="GET")
            self._make_hosts(twilio, stack)
            self._disturbed(self._send)
            self._drain()
            problems = self._count(twilio)
            hits = twilio.fault_hits()
        print(f"{self.kind}: {len(self.messages)} messages, seed {self.seed}, "
              f"{time.monotonic() - began:.0f} s, {self.kills} kill -9, faults: "
              + ", ".join(f"{kind} {hits[kind]}" for kind in sorted(hits)), flush=True)
        return [f"{self.kind}: {problem}" for problem in problems]

    def _make_hosts(self, twilio, stack):
        if self.kind != "hosts":
            self.hosts = [Host(self.kind, twilio, SETTLE)]
        else:
            server = stack.enter_context(postgresql.PostgreSQL())
            journal = SETTLE + f'url = "{server.url}"\n'
            one = Host("lmtp", twilio, journal)
            other = Host("lmtp", twilio, journal, fallback=one.daemon.socket)
            one.postfix.extra_main += f"lmtp_fallback_relay = unix:{other.daemon.socket}\n"
            self.hosts = [one, other]
        for host in self.hosts:
            stack.callback(host.stop)
            host.start()

    # What happens

    def _send(self):
        threads = [threading.Thread(target=self._send_some, args=(index,)) for index in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _send_some(self, index):
        for number in range(index, len(self.messages), 4):
            message = self.messages[number]
            host = self.hosts[number % len(self.hosts)]
            host.postfix.send("alice@corp.example",
                              [f"{phone[1:]}@{DOMAIN}" for phone in message.phones],
                              message.text, subject=message.id)

    def _disturbed(self, work):
        """Does `work`, and kills meanwhile and for a while after it."""
        over = threading.Event()

        def disturb():
            while not over.is_set():
                host = self.source.choice(self.hosts)
                if self.kind == "pipe":
                    over.wait(self.source.uniform(0.1, 0.6))
                else:
                    # By what it has done, not by time alone: a slow machine gets on as well.
                    lines = host.line_count() + self.source.randrange(1, 100)
                    began = time.monotonic()
                    while (not over.wait(0.05) and host.line_count() < lines
                           and time.monotonic() - began < 10):
                        pass
                if not over.is_set():
                    self.kills += host.kill(self.source)

        thread = threading.Thread(target=disturb)
        thread.start()
        try:
            work()
            # The last message is not to be the first that is left in peace.
            mta.wait_until(lambda: self.kills >= 3 and self._queued() < len(self.messages) // 4 + 5,
                           "most of the queue to be delivered", 60 + len(self.messages))
        finally:
            over.set()
            thread.join()

    def _queued(self):
        return sum(len(host.postfix.queue()) for host in self.hosts)

    def _drain(self):
        deadline = time.monotonic() + 180 + len(self.messages) / 10
        while queued := self._queued():
            if time.monotonic() > deadline:
                logs = "".join(host.postfix.log()[-4000:] for host in self.hosts)
                raise TimeoutError(f"{queued} messages never left the queue:\n{logs}")
            for host in self.hosts:
                host.postfix.flush()
            time.sleep(2)

    # What came of it

    def _count(self, twilio):
        problems = []
        got = collections.Counter()
        parts = collections.defaultdict(list)
        for message in twilio.messages():
            if re.search(r"soak\d+-\d+", message["body"]):
                name = re.search(r"soak\d+", message["body"])[0]
                parts[message["to"], name].append(message["body"])
            else:
                got[message["to"], message["body"]] += 1
        want = collections.Counter()
        for message in self.messages:
            for phone in message.phones:
                if message.refused:
                    continue
                if re.search(r"soak\d+-\d+", message.text):
                    problems += self._check_parts(message, parts.pop((phone, message.id), []))
                else:
                    want[phone, message.text] += 1
        for key in (want | got).keys():
            if want[key] != got[key]:
                problems.append(f"{key[0]} got {got[key]} times, not {want[key]}: {key[1]}")
        problems += [f"unknown parts at {phone}" for phone, _ in parts]
        return problems + self._check_bounces()

    @staticmethod
    def _check_parts(message, bodies):
        words = [int(word) for body in bodies for word in re.findall(r"-(\d+)", body)]
        wanted = [int(word) for word in re.findall(r"-(\d+)", message.text)]
        # In the order in which Twilio took them: a part twice or out of order shows.
        return [] if words == wanted else [f"{message}: parts are {bodies}"]

    def _check_bounces(self):
        bounced = collections.Counter()
        for host in self.hosts:
            for mail in host.postfix.mailbox("alice"):
                bounced[re.search(r"^Subject: (soak\d+)", mail.as_string(), re.MULTILINE)[1]] += 1
        wanted = collections.Counter(message.id for message in self.messages if message.refused)
        return [f"{name} bounced {bounced[name]} times, not {wanted[name]}"
                for name in (wanted | bounced).keys() if wanted[name] != bounced[name]]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int, nargs="?", default=10_000)
    parser.add_argument("--by", choices=KINDS, action="append")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    problems = []
    for kind in options.by or KINDS:
        if kind == "hosts" and not postgresql.programs():
            print("hosts: left out, no PostgreSQL: run `make setup`")
            continue
        print(f"{kind}: {options.count} messages, seed {options.seed}", flush=True)
        problems += Soak(kind, options.count, options.seed).run()
    for problem in problems:
        print(problem)
    print("each message exactly once" if not problems else f"{len(problems)} WRONG")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
