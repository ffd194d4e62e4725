#!/bin/bash
# Memory that a message takes: the peak of one run of sms-deliver --dry-run with a message of 10 and of
# 30 MB, text with an attachment in base64 and text alone, less the peak with a message of one line.
set -euo pipefail
cat >"$WORK/memory.toml" <<TOML
[twilio]
account_sid = "AC$(printf '0%.0s' {1..32})"
auth_token = "token"
from = "+18085551234"
[lmtp]
max_message_size = "64M"
TOML
chmod 600 "$WORK/memory.toml"

/usr/bin/python3 - "$BIN/sms-deliver" "$WORK/memory.toml" "$WORK/memory.eml" <<'PYTHON'
import os
import subprocess
import sys

program, configuration, path = sys.argv[1:]
HEAD = "From: a@example.org\r\nTo: b@example.org\r\nSubject: s\r\nMIME-Version: 1.0\r\n"
TEXT = "Content-Type: text/plain; charset=utf-8\r\n\r\nMains failed at 03:00.\r\n"
BASE64 = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0\r\n"
LINE = "The mains failed again at 03:00, and 41 minutes are left on battery number 7.\r\n"


def peak(message):
    """Octets of memory at the most, with `message` on standard input."""
    with open(path, "wb") as file:
        file.write(message.encode())
    with open(path, "rb") as file:
        child = subprocess.Popen(
            [program, "-C", configuration, "--dry-run", "-f", "a@example.org", "+14155551212"],
            stdin=file, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"memory: sms-deliver ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_maxrss * 1024


def attached(size):
    return (HEAD + 'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n' + TEXT
            + "--b\r\nContent-Type: application/octet-stream; name=a.bin\r\n"
            + "Content-Disposition: attachment; filename=a.bin\r\n"
            + "Content-Transfer-Encoding: base64\r\n\r\n"
            + BASE64 * (size // len(BASE64)) + "--b--\r\n")


def plain(size):
    return HEAD + TEXT + LINE * (size // len(LINE))


idle = peak(HEAD + TEXT)
for megabytes in 10, 30:
    for what, make in ("attachment", attached), ("text", plain):
        message = make(megabytes * 1_000_000)
        taken = peak(message) - idle
        print(f"memory of {megabytes} MB of mail, {what}", f"{taken / 1e6:.1f} MB", "its size",
              f"{len(message) / 1e6:.1f} MB", f"{taken / len(message):.2f}", "<= 3", sep="\t")
PYTHON
