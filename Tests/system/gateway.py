"""A gateway as README.md sets one up: lmtpd under systemd on a machine of its own (machine.py).

Nothing stands in but Twilio: the configuration names no server, and twilio-sim is whom the DNS and the
certificates of that machine call api.twilio.com.
"""

import json
import re
import shutil
import socket
import struct
import subprocess
import threading

from lmtpd import Client, wait_until
from sim import ACCOUNT_SID, AUTH_TOKEN, REPOSITORY

RECIPIENT = "14155550101@sms.example"
SOCKET = "/run/smsmda/lmtp.sock"

# For a shell that is root, has no sudo, and has everything installed.
AS_ROOT = """\
set -e
make() { :; }
sudo() {
    if [ "$1" != -u ]; then "$@"; return; fi
    user=$2; shift 2
    # smsmda check ends with 1 if it has doubts, with more if there is a fault.
    setpriv --reuid "$user" --regid "$user" --init-groups "$@" || [ $? = 1 ]
}
"""


class Gateway:
    """A machine with lmtpd, set up as README.md says, and Twilio at api.twilio.com."""

    def __init__(self, machine, sim, nameserver):
        self.machine, self.sim, self.nameserver = machine, sim, nameserver
        self.settings = None

    def set_up(self, certificates):
        self.machine.path("/etc/ssl/certs").mkdir(parents=True)
        shutil.copy(certificates / "ca.pem", self.machine.path("/etc/ssl/certs"))
        self.machine.run("openssl", "rehash", "/etc/ssl/certs")
        self.machine.install()
        readme = (REPOSITORY / "README.md").read_text()
        settings = re.search(r"```toml\n(.*?)```", readme, re.S)[1]
        self.do(readme, "sudo adduser")
        self.configure(base=settings.replace('"AC..."', f'"{ACCOUNT_SID}"'))
        self.do(readme, "/etc/smsmda/token", **{"your auth token": AUTH_TOKEN})
        self.do(readme, "sudo systemctl daemon-reload")

    def do(self, page, words, **replaced):
        """Runs the commands of the page that `words` stand among."""
        [block] = [b for b in re.findall(r"(?:^ {4}.+\n)+", page, re.M) if words in b]
        for old, new in replaced.items():
            assert old in block, block
            block = block.replace(old, new)
        self.machine.run("sh", "-c", AS_ROOT + block)

    def configure(self, more="", base=None):
        """Writes smsmda.toml: README.md's, and `more`."""
        self.settings = base or self.settings
        self.machine.path("/etc/smsmda/smsmda.toml").write_text(self.settings + more)

    def drop_in(self, text, unit="lmtpd.service", name="test.conf"):
        """What `systemctl edit` does."""
        folder = self.machine.path(f"/etc/systemd/system/{unit}.d")
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text)
        self.systemctl("daemon-reload")

    def systemctl(self, *words, **options):
        return self.machine.run("systemctl", *words, **options)

    def property(self, name, unit="lmtpd.service"):
        return self.machine.property(name, unit)

    def client(self, greet=True):
        return Client(str(self.machine.path(SOCKET)), greet)

    def deliver(self, subject, body="Disk full on db1", recipients=(RECIPIENT,)):
        """The replies to one mail."""
        with self.client() as client:
            return client.hello().transaction(
                "ups@corp.example", recipients, f"Subject: {subject}\r\n\r\n{body}\r\n".encode())

    def records(self, *words):
        """What the journal holds of lmtpd itself, as dictionaries."""
        self.machine.run("journalctl", "--sync")
        lines = self.machine.run("journalctl", "-o", "json", "SYSLOG_IDENTIFIER=lmtpd", *words).stdout
        return [json.loads(line) for line in lines.splitlines() if line.startswith("{")]

    def wait_for_record(self, text):
        def found():
            return [r for r in self.records() if text in r["MESSAGE"]]
        return wait_until(found, lambda: f"{text} in the journal")[-1]


class Nameserver(threading.Thread):
    """DNS on 127.0.0.1, which knows one host."""

    def __init__(self, name):
        super().__init__(daemon=True)
        self.question = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
        self.asked = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))

    def run(self):
        while True:
            query, client = self.socket.recvfrom(512)
            if not query:
                return
            name, rest = query[12:].split(b"\0", 1)
            name, (kind, _) = name + b"\0", struct.unpack(">HH", rest[:4])
            self.asked.append((name, kind))
            known, is_a = name == self.question, kind == 1
            # RFC 1035 4.1: a response; for other names "no such name", for other types no answer.
            answer = query[:2] + struct.pack(">HHHHH", 0x8580 if known else 0x8583, 1, known and is_a, 0, 0)
            answer += name + rest[:4]
            if known and is_a:
                answer += struct.pack(">HHHIH4B", 0xC00C, 1, 1, 60, 4, 127, 0, 0, 1)
            self.socket.sendto(answer, client)

    def close(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.sendto(b"", self.socket.getsockname())
        self.join()
        self.socket.close()


def make_certificates(folder):
    """An authority, and what it certifies: that its holder is api.twilio.com."""
    def openssl(*words):
        subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *key, "-days", "2", "-subj", "/CN=test CA", "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", *key, "-subj", "/CN=api.twilio.com", "-keyout", "key.pem", "-out", "request")
    (folder / "extensions").write_text("subjectAltName=DNS:api.twilio.com,IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", "request", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-days", "2", "-extfile", "extensions", "-out", "cert.pem")
    return folder
