#!/usr/bin/python3
"""Figures of lmtpd, each beside what it is measured against: the rows of bench/lmtpd.sh.

The load is Postfix's smtp-source, the same for all, over connections that it keeps; each of its messages has a
Message-ID of its own, so each is an SMS. All run at once and are loaded in turn, round after round, so that a
change in the load of the machine meets them all alike; the figures are medians, and a ratio is the median of the
rounds' ratios. The floor's SQLite gets as many rows in a round as lmtpd's journal, in one file too: an index of
80,000 digests costs more than one of 5,000. After each turn the upstream is asked whether it got one POST for each
message. The other gateways keep no journal; they and lmtpd beside them have 100 sessions.

MESSAGES (5000) a turn, ROUNDS (5).
"""

import os
import statistics

from parties import NAMES, ROUNDS, WORK, Daemon, Peer, Sink, floor, idle_memory, note, upstream

MESSAGES = int(os.environ.get("MESSAGES", "5000"))
# They are slower by so much that fewer messages take as long.
PEER_MESSAGES = max(200, MESSAGES // 8)
# With 20 sessions a commit of lmtpd has about ten claims or outcomes in it.
BATCH = 10


def row(what, ours, against="", theirs="", ratio=None, goal=""):
    print(what, ours, against, theirs, "" if ratio is None else f"{ratio:.2f}", goal, sep="\t", flush=True)


def medians(rounds):
    return [statistics.median(values) for values in zip(*rounds)]


def ratio(ours, theirs):
    return statistics.median(a / b for a, b in zip(ours, theirs))


def main():
    rates = {1: [], 20: [], 100: []}
    spent = {1: [], 20: [], 100: []}
    sink, posts, commits = [], [], []
    with Daemon("fast", upstream["HTTP"]) as daemon, Sink() as protocol:
        peers = {name: peer for name in NAMES if (peer := Peer.start(name))}
        figures = {name: [] for name in peers}
        try:
            for party in (daemon, protocol, *peers.values()):
                party.load(200, 20)  # to warm it up
            for _ in range(ROUNDS):
                for sessions in rates:
                    rate, cpu = daemon.load(MESSAGES, sessions)
                    rates[sessions].append(rate)
                    spent[sessions].append(cpu)
                sink.append(protocol.load(MESSAGES, 20))
                posts.append(floor("posts", f"{upstream['HTTP']}/Messages.json", MESSAGES, 20))
                commits.append(floor("commits", WORK / "floor.db", len(rates) * MESSAGES, BATCH))
                for name, peer in peers.items():
                    figures[name].append(peer.load(PEER_MESSAGES, 100))
        finally:
            for peer in peers.values():
                peer.stop()
    for sessions in rates:
        row(f"lmtpd, {sessions} sessions", f"{statistics.median(rates[sessions]):.0f}/s", "",
            f"{statistics.median(spent[sessions]):.0f} us CPU")
    rate, cpu = medians(sink)
    row("lmtpd, messages a second, 20 sessions", f"{statistics.median(rates[20]):.0f}/s",
        "smtp-sink -L, sends nothing", f"{rate:.0f}/s", ratio(rates[20], [s[0] for s in sink]))
    row("lmtpd, CPU of a message", f"{statistics.median(spent[20]):.0f} us", "smtp-sink -L alone",
        f"{cpu:.0f} us", ratio(spent[20], [s[1] for s in sink]))
    rate, cpu = medians(posts)
    row("lmtpd, messages a second, 20 sessions", f"{statistics.median(rates[20]):.0f}/s",
        "libcurl's POSTs, 20 in flight", f"{rate:.0f}/s", ratio(rates[20], [p[0] for p in posts]))
    row("lmtpd, CPU of a message", f"{statistics.median(spent[20]):.0f} us", "libcurl's POSTs alone",
        f"{cpu:.0f} us", ratio(spent[20], [p[1] for p in posts]))
    parts = [s[1] + p[1] + c[1] for s, p, c in zip(sink, posts, commits)]
    note(f"smtp-sink {medians(sink)[1]:.0f} + POSTs {medians(posts)[1]:.0f} + commits "
         f"{medians(commits)[1]:.0f} us of CPU a message")
    row("lmtpd, CPU of a message", f"{statistics.median(spent[20]):.0f} us", "smtp-sink -L + libcurl + SQLite",
        f"{statistics.median(parts):.0f} us", ratio(spent[20], parts), "<= 1.5")
    for name in peers:
        rate, cpu = medians(figures[name])
        row("lmtpd, messages a second, 100 sessions", f"{statistics.median(rates[100]):.0f}/s", NAMES[name],
            f"{rate:.0f}/s", ratio(rates[100], [f[0] for f in figures[name]]),
            ">= 20" if name == "mailrise" else "")
        row("lmtpd, CPU of a message, 100 sessions", f"{statistics.median(spent[100]):.0f} us", NAMES[name],
            f"{cpu:.0f} us", ratio(spent[100], [f[1] for f in figures[name]]))
    with Daemon("slow", upstream["SLOW_HTTP"]) as daemon:
        daemon.load(200, 120)
        # So many that filling and emptying the line hardly counts.
        slow = [daemon.load(4000, 120)[0] for _ in range(min(3, ROUNDS))]
        row("lmtpd at 150 ms, 100 in flight", f"{statistics.median(slow):.0f}/s", "100 / 150 ms", "667/s",
            statistics.median(slow) / (100 / 0.15), ">= 0.95")
    more = idle_memory(1000)
    row("lmtpd, memory of 1,000 idle sessions", f"{more:.1f} MiB", "the limit", "32 MiB", more / 32, "<= 1")


main()
