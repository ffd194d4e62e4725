"""A real Postfix and a real Exim for the tests, each private: high ports on 127.0.0.1, all state in
a directory of its own under /tmp, nothing shared with the mail server of the host.

    with Postfix(main=TEXT, master=TEXT, tables={"transport": TEXT}) as postfix:
        queue_id = postfix.send("alice@corp.example", ["14155551212@sms.example"], "Disk full")
        postfix.wait_for(queue_id, "sent")

`main` and `master` are appended to a plain base configuration, `tables` become files beside it. The
base knows one local domain, corp.example, whose mail (bounces!) lies in `postfix.mailbox("alice")`.
`Exim(main=, routers=, transports=, retry=, acl=)` is the same for Exim. `shipped()` reads a file of
postfix/ or examples/ and puts the test's paths in: the tests run what administrators copy.

Both run without root too: Exim as it is, Postfix with fakeroot(1).
"""

import dataclasses
import email
import email.policy
import fcntl
import grp
import json
import os
import pathlib
import pwd
import random
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
UNPACKED = REPOSITORY / ".cache" / "mta"

# What a loaded machine may take for a step that takes milliseconds on an idle one.
PATIENCE = 60.0


def wait_until(condition, what, timeout=PATIENCE):
    """The first true value of condition(). Raises TimeoutError naming `what` was waited for."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout:.0f} s for {what() if callable(what) else what}")
        time.sleep(0.02)


def free_ports(count):
    """`count` TCP ports of 127.0.0.1 that nobody listens on at this moment.

    From below the range that the kernel takes for outgoing connections, so that none of those has
    the port when a server is stopped and started again.
    """
    sockets = []
    while len(sockets) < count:
        try:
            sockets.append(socket.create_server(("127.0.0.1", random.randrange(10_000, 32_000))))
        except OSError:  # taken
            continue
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def make_certificate(folder):
    """Writes cert.pem and key.pem for 127.0.0.1, signed by itself, into a folder."""
    folder.mkdir(exist_ok=True)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=mx.corp.example", "-addext",
         "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out",
         folder / "cert.pem"], check=True, capture_output=True)
    (folder / "key.pem").chmod(0o600)
    return folder / "cert.pem"


def shipped(path, replace=()):
    """The text of a file an administrator copies, with the test's values put in.

    `replace` is a dictionary from old to new. Each old text must occur, so that a file which
    changes cannot leave its test without noticing.
    """
    text = (REPOSITORY / path).read_text()
    for old, new in dict(replace).items():
        assert old in text, f"{path} no longer holds {old!r}: mend the test"
        text = text.replace(old, str(new))
    return text


@dataclasses.dataclass(frozen=True)
class Delivery:
    """One attempt for one recipient, as the mail server logged it."""

    queue_id: str
    recipient: str
    status: str  # "sent", "deferred" or "bounced"
    dsn: str  # enhanced status; "" from Exim, which logs none
    text: str  # the log's reason


class MailServer:
    """What Postfix and Exim have in common here. Use one of those two."""

    # The account that sms-deliver runs as. Under fakeroot, or without root, it is oneself.
    @property
    def agent(self):
        return "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name

    def __init__(self):
        # Not pytest's tmp_path: that is closed to the accounts which the mail server runs as.
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="smsmda-mta-", dir="/tmp"))
        self.directory.chmod(0o755)
        self.port = free_ports(1)[0]
        self.mail = self.directory / "mail"
        self.log_path = self.directory / "log" / "mail.log"
        for name in ("mail", "log", "spool"):
            (self.directory / name).mkdir()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *failure):
        self.stop()
        if os.environ.get("KEEP"):
            print(f"kept {self.directory}")
        else:
            shutil.rmtree(self.directory, ignore_errors=True)

    def restart(self):
        """Stops, writes the configuration anew, and starts; the queue stays."""
        self.stop()
        self.start()

    def own(self, path, user):
        """Gives a file or folder to `user`; without root it is ours already."""
        if os.geteuid() == 0:
            entry = pwd.getpwnam(user)
            os.chown(path, entry.pw_uid, entry.pw_gid)

    def agent_directory(self, name):
        """A new folder below `directory` that the agent may write to."""
        path = self.directory / name
        path.mkdir()
        path.chmod(0o700)
        self.own(path, self.agent)
        return path

    def client(self, port=None, helo="client.corp.example"):
        """A connected smtplib.SMTP, for what `send` does not do."""
        return smtplib.SMTP("127.0.0.1", port or self.port, local_hostname=helo, timeout=PATIENCE)

    def send(self, sender, recipients, body="Disk full on db1", *, subject="alert", raw=None,
             port=None, login=None, starttls=False, helo="client.corp.example"):
        """Hands one message in over SMTP and returns the queue id. `raw`: the whole message (bytes).

        Raises smtplib.SMTPResponseException if the server refuses at any step.
        """
        if raw is None:
            raw = (f"From: <{sender}>\r\nTo: {', '.join(recipients)}\r\nSubject: {subject}\r\n"
                   f"Date: {email.utils.formatdate()}\r\n"
                   f"Message-ID: {email.utils.make_msgid(domain='corp.example')}\r\n"
                   f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                   f"Content-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n").encode()
        with self.client(port, helo) as client:
            client.ehlo()
            if starttls:
                context = starttls if starttls is not True else None
                client.starttls(context=context)
                client.ehlo()
            if login:
                client.login(*login)
            replies = [client.mail(sender, ["BODY=8BITMIME"])]
            replies += [client.rcpt(recipient) for recipient in recipients]
            for code, text in replies:
                if code >= 300:
                    raise smtplib.SMTPResponseException(code, text)
            code, text = client.data(raw)
            if code != 250:
                raise smtplib.SMTPResponseException(code, text)
        return self.queue_id_pattern.search(text.decode())[1]

    def log(self):
        """The whole mail log so far."""
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def wait_for_log(self, pattern, timeout=PATIENCE):
        """The first match of a regular expression in the log, waiting for it if need be."""
        return wait_until(lambda: re.search(pattern, self.log()),
                          lambda: f"/{pattern}/ in the log:\n{self.log()}", timeout)

    def wait_for(self, queue_id, status, recipient=None, count=1, timeout=PATIENCE):
        """The `count`th delivery of this message (to this recipient) with this status."""
        def found():
            matches = [d for d in self.deliveries() if d.queue_id == queue_id
                       and d.status == status and recipient in (None, d.recipient)]
            return matches[count - 1] if len(matches) >= count else None
        return wait_until(found, lambda: f"{queue_id} to be {status} ({count}); the log:\n"
                          + self.log(), timeout)

    def statuses(self, queue_id):
        """What became of a message so far: the statuses of its deliveries, in order."""
        return [d.status for d in self.deliveries() if d.queue_id == queue_id]

    def mailbox(self, user):
        """The messages in the mailbox of user@corp.example, oldest first, parsed."""
        files = sorted((self.mail / user / "new").glob("*"), key=lambda path: path.stat().st_mtime)
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                for path in files]

    def wait_for_mail(self, user, count=1, timeout=PATIENCE):
        """The mailbox once it holds `count` messages."""
        def enough():
            messages = self.mailbox(user)
            return messages if len(messages) >= count else None
        return wait_until(enough, lambda: f"mail for {user}; the log:\n{self.log()}", timeout)

    def wait_for_empty_queue(self, timeout=PATIENCE, flush=False):
        """Waits until nothing is queued; with `flush`, trying everything again all the while."""
        def empty():
            if not self.queue():
                return True
            if flush:
                self.flush()
            return False
        wait_until(empty, lambda: f"an empty queue, but it holds {self.queue()}", timeout)


class Postfix(MailServer):
    """A private Postfix. `directory`/etc is its /etc/postfix; `ports` are extra free TCP ports."""

    queue_id_pattern = re.compile(r"queued as ([0-9A-Za-z]+)")
    delivery_pattern = re.compile(
        r"postfix/[^\[]+\[\d+\]: ([0-9A-Za-z]+): to=<([^>]*)>,.* dsn=([0-9.]+), "
        r"status=(sent|deferred|bounced) \((.*)\)$", re.M)

    def __init__(self, main="", master="", tables=None):
        super().__init__()
        self.extra_main, self.extra_master, self.tables = main, master, dict(tables or {})
        self.etc = self.directory / "etc"
        self.etc.mkdir()
        unpacked = UNPACKED / "postfix"
        self.root = unpacked if (unpacked / "usr/sbin/postfix").exists() else pathlib.Path("/")
        if not (self.root / "usr/sbin/postfix").exists():
            raise FileNotFoundError("no Postfix: run `make setup`, which unpacks one in .cache/mta")
        libraries = [self.root / "usr/lib/postfix", *self.root.glob("usr/lib/*-linux-*/")]
        self.environment = {
            "PATH": f"{self.root}/usr/sbin:{self.root}/usr/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "MAIL_CONFIG": str(self.etc), "LANG": "C",
        }
        if self.root != pathlib.Path("/"):
            self.environment["LD_LIBRARY_PATH"] = ":".join(map(str, libraries))
            # Where Cyrus SASL looks for its plug-ins: the host's own first.
            self.environment["SASL_PATH"] = ":".join(
                [*map(str, pathlib.Path("/").glob("usr/lib/*-linux-*/sasl2")),
                 *map(str, self.root.glob("usr/lib/*-linux-*/sasl2"))])
        # With root, two accounts that every Debian has stand in for postfix and postdrop, so that
        # the test makes no accounts. Without, all is oneself and only looks different.
        self.owner, self.group = "daemon", "mail"
        self.fakeroot = None

    def start(self):
        self._write_configuration()
        if os.geteuid() != 0:
            self._pretend_root()
        self._run(["sh", "-c", self._make_spool()])
        # -w returns when the sockets are open.
        self._run([f"{self.root}/usr/lib/postfix/sbin/master", "-c", self.etc, "-w"])

    def stop(self):
        pid_file = self.directory / "spool/pid/master.pid"
        if pid_file.exists():
            pid = int(pid_file.read_text())
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
            # All of it: a child may hold a port a moment longer than the master lives, and one that the
            # master had only just forked is in no list of processes yet but holds the master's lock.
            wait_until(lambda: not _group_runs(pid), "Postfix to stop")
            with pid_file.open() as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
        if self.fakeroot:
            os.kill(self.fakeroot, signal.SIGTERM)
            self.fakeroot = None

    def reload(self):
        """Makes Postfix read its configuration again after a change of `etc`."""
        self._age_configuration()
        os.kill(int((self.directory / "spool/pid/master.pid").read_text()), signal.SIGHUP)

    def command(self, *arguments, check=True, **options):
        """Runs a Postfix command (postconf, postqueue, postsuper, ...) on this instance."""
        return self._run(arguments, check=check, **options)

    def flush(self):
        """Tries all queued mail now, whatever its retry time."""
        self.command("postqueue", "-f")

    def remove(self, queue_id):
        """Takes a message out of the queue, as an administrator does."""
        self.command("postsuper", "-d", queue_id)

    def queue(self):
        """The queue as postqueue -j prints it: a dictionary a message."""
        return [json.loads(line) for line in self.command("postqueue", "-j").stdout.splitlines()]

    def deliveries(self):
        return [Delivery(queue_id, recipient, status, dsn, text.strip()) for queue_id, recipient, dsn,
                status, text in self.delivery_pattern.findall(self.log())]

    def _run(self, arguments, check=True, **options):
        result = subprocess.run([str(a) for a in arguments], env=self.environment, text=True,
                                capture_output=True, timeout=PATIENCE, **options)
        if check and result.returncode != 0:
            raise RuntimeError(f"{arguments[0]} failed ({result.returncode}): {result.stderr}"
                               f"{result.stdout}{self.log()}")
        return result

    def _write_configuration(self):
        root, here = self.root, self.directory
        passed = "LD_LIBRARY_PATH LD_PRELOAD FAKEROOTKEY SASL_PATH"
        (self.etc / "main.cf").write_text(_last_of_each(f"""\
compatibility_level = 3.6
queue_directory = {here}/spool
data_directory = {here}/data
meta_directory = {self.etc}
command_directory = {root}/usr/sbin
daemon_directory = {root}/usr/lib/postfix/sbin
shlib_directory = {root}/usr/lib/postfix
sendmail_path = {root}/usr/sbin/sendmail
mail_owner = {self.owner}
setgid_group = {self.group}
maillog_file = {self.log_path}
maillog_file_prefixes = {here}
import_environment = MAIL_CONFIG TZ LANG POSTLOG_SERVICE POSTLOG_HOSTNAME {passed}
export_environment = TZ MAIL_CONFIG LANG {passed}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.corp.example
mydestination =
mynetworks = 127.0.0.0/8
disable_dns_lookups = yes
smtpd_peername_lookup = no
default_transport = error:5.7.1 this test server relays nothing
alias_maps =
alias_database =
virtual_mailbox_domains = corp.example
virtual_mailbox_base = {here}/mail
virtual_mailbox_maps = texthash:{self.etc}/mailboxes
virtual_minimum_uid = 1
virtual_uid_maps = static:{pwd.getpwnam(self.owner).pw_uid}
virtual_gid_maps = static:{pwd.getpwnam(self.owner).pw_gid}
""" + self.extra_main))
        (self.etc / "mailboxes").write_text(
            "alice@corp.example alice/\nbob@corp.example bob/\nups@corp.example ups/\n"
            "postmaster@corp.example pm/\n")
        for name, text in self.tables.items():
            (self.etc / name).parent.mkdir(exist_ok=True)
            (self.etc / name).write_text(text)
        (self.etc / "master.cf").write_text(f"""\
127.0.0.1:{self.port} inet n - n - - smtpd
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
smtp      unix - - n - - smtp
relay     unix - - n - - smtp
showq     unix n - n - - showq
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
virtual   unix - n n - - virtual
lmtp      unix - - n - - lmtp
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
""" + self.extra_master)
        self._age_configuration()

    def _age_configuration(self):
        # Postfix takes a file younger than two seconds for one still being written, and naps.
        past = time.time() - 60
        for path in self.etc.rglob("*"):
            os.utime(path, (past, past))

    def _make_spool(self):
        """The directories that installing the package would make."""
        owner, group = self.owner, self.group
        return f"""set -e; cd {self.directory}
            mkdir -p data; chown {owner} data mail
            cd spool; chown root .; chmod 755 .
            for d in active bounce corrupt defer deferred flush hold incoming private saved trace
            do mkdir -p $d; chown {owner} $d; chmod 700 $d; done
            mkdir -p maildrop public pid
            chown {owner}:{group} maildrop public; chmod 730 maildrop; chmod 710 public"""

    def _pretend_root(self):
        """Starts fakeroot's daemon: Postfix's master insists on being root."""
        if not shutil.which("faked-sysv"):
            raise FileNotFoundError("not root and no fakeroot: run `make setup`")
        answer = subprocess.run(["faked-sysv"], capture_output=True, text=True, check=True).stdout
        key, pid = answer.strip().split(":")
        self.fakeroot = int(pid)
        folders = [*map(str, pathlib.Path("/").glob("usr/lib/*-linux-*/libfakeroot"))]
        self.environment.update(
            FAKEROOTKEY=key, LD_PRELOAD="libfakeroot-sysv.so", LD_LIBRARY_PATH=":".join(
                [*folders, self.environment.get("LD_LIBRARY_PATH", "")]).strip(":"))


class Exim(MailServer):
    """A private Exim. Root runs it as nobody: only a file in /etc would let it keep root."""

    queue_id_pattern = re.compile(r"id=(\S+)")
    delivery_pattern = re.compile(
        r"^\S+ \S+ (?:\[\d+\] )?(\S+) (=>|->|==|\*\*) (.*?)(?: <([^>]*)>)? R=(.*)$", re.M)
    statuses_of_marks = {"=>": "sent", "->": "sent", "==": "deferred", "**": "bounced"}

    def __init__(self, main="", routers="", transports="", retry="", acl="", authenticators=""):
        super().__init__()
        self.log_path = self.directory / "log" / "mainlog"
        self.parts = dict(main=main, routers=routers, transports=transports, retry=retry, acl=acl,
                          authenticators=authenticators)
        unpacked = UNPACKED / "exim" / "usr/sbin/exim4"
        original = unpacked if unpacked.exists() else pathlib.Path("/usr/sbin/exim4")
        if not original.exists():
            raise FileNotFoundError("no Exim: run `make setup`, which unpacks one in .cache/mta")
        self.relay_from = "127.0.0.1"  # whose mail it relays
        self.binary = self.directory / "exim4"
        self.configuration = self.directory / "exim.conf"
        # A copy is not set-uid. Debian's looks its account up at start, and fails where the package
        # was never installed; exim_user below has the last word anyway.
        data = original.read_bytes()
        try:
            pwd.getpwnam("Debian-exim")
        except KeyError:
            data = data.replace(b"Debian-exim", b"daemon\0\0\0\0\0")
        self.binary.write_bytes(data)
        self.binary.chmod(0o755)
        self.environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C"}
        # Copies, like the program: the account it runs as may not be able to enter the checkout.
        libraries = self.directory / "lib"
        for folder in (UNPACKED / "exim").glob("usr/lib/*-linux-*"):
            shutil.copytree(folder, libraries, symlinks=True, dirs_exist_ok=True)
        if libraries.exists():
            self.environment["LD_LIBRARY_PATH"] = str(libraries)

    def start(self):
        entry = pwd.getpwnam(self.agent)
        group = grp.getgrgid(entry.pw_gid).gr_name
        here, part = self.directory, self.parts
        base = f"""\
exim_user = {self.agent}
exim_group = {group}
deliver_drop_privilege
exim_path = {self.binary}
spool_directory = {here}/spool
log_file_path = {here}/log/%slog
pid_file_path = {here}/log/exim.pid
keep_environment = LD_LIBRARY_PATH
add_environment = PATH=/usr/bin:/bin
primary_hostname = mx.corp.example
qualify_domain = corp.example
disable_ipv6
local_interfaces = 127.0.0.1
daemon_smtp_ports = {self.port}
host_lookup =
rfc1413_hosts =
smtp_accept_max = 0
smtp_accept_queue_per_connection = 0
queue_run_max = 20
log_selector = +smtp_confirmation +pid +queue_time
acl_smtp_rcpt = acl_rcpt
domainlist local_domains = corp.example
hostlist relay_from_hosts = {self.relay_from}
tls_advertise_hosts =
"""
        # What `main` sets itself is its own: Exim takes no option twice.
        own = re.findall(r"^(\w+)(?: =|$)", part["main"], re.M)
        base = "".join(line for line in base.splitlines(True) if line.split()[0] not in own)
        self.configuration.write_text(base + f"""\
{part["main"]}
begin acl
{part["acl"] or ACL}
begin routers
{part["routers"]}
mailboxes:
  driver = accept
  domains = +local_domains
  local_parts = alice : bob : ups : postmaster
  transport = maildir
begin transports
{part["transports"]}
maildir:
  driver = appendfile
  directory = {here}/mail/${{lookup{{$local_part}}lsearch{{{here}/mailboxes}}}}
  maildir_format
  create_directory
begin retry
{part["retry"]}
*  *  F,4d,1h
begin rewrite
begin authenticators
{part["authenticators"]}
""")
        (here / "mailboxes").write_text("alice: alice\nbob: bob\nups: ups\npostmaster: pm\n")
        for name in ("spool", "log", "mail"):
            self.own(here / name, self.agent)
        self._run(["-bd"])
        wait_until(lambda: (here / "log/exim.pid").exists(), "Exim's pid file")

    def stop(self):
        pid_file = self.directory / "log/exim.pid"
        if pid_file.exists():
            pid = int(pid_file.read_text())
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
            wait_until(lambda: not _runs(pid), "Exim to stop")

    def flush(self, frozen=True):
        """Tries all queued mail now, whatever its retry time; frozen messages too. Returns when done."""
        self._run(["-qff" if frozen else "-qf"], timeout=300)

    def run_queue(self):
        """An ordinary queue run, as the daemon starts them: only what is due."""
        self._run(["-q"], timeout=300)

    def remove(self, queue_id):
        """Takes a message out of the queue, as an administrator does."""
        self._run(["-Mrm", queue_id])

    def queue(self):
        """The ids of the queued messages."""
        return re.findall(r"^ *\S+ +\S+ +(\S+) <", self._run(["-bp"]).stdout, re.M)

    def frozen(self):
        """The ids of the frozen messages."""
        return re.findall(r"^ *\S+ +\S+ +(\S+) <.*\*\*\* frozen \*\*\*",
                          self._run(["-bp"]).stdout, re.M)

    def deliveries(self):
        found = []
        for queue_id, mark, address, original, rest in self.delivery_pattern.findall(self.log()):
            found.append(Delivery(queue_id, original or address, self.statuses_of_marks[mark], "",
                                  "R=" + rest))
        return found

    def _run(self, arguments, timeout=PATIENCE):
        identity = {}
        if os.geteuid() == 0:
            entry = pwd.getpwnam(self.agent)
            identity = dict(user=entry.pw_uid, group=entry.pw_gid, extra_groups=[])
        # Into files, not pipes: the daemon keeps the descriptors it was started with.
        with tempfile.TemporaryFile("w+") as output:
            result = subprocess.run([self.binary, "-C", self.configuration, *arguments],
                                    env=self.environment, cwd="/", stdin=subprocess.DEVNULL,
                                    stdout=output, stderr=output, timeout=timeout, **identity)
            output.seek(0)
            result.stdout = output.read()
        if result.returncode != 0:
            raise RuntimeError(f"exim {arguments} failed ({result.returncode}): {result.stdout}")
        return result


# Who may hand mail in: the words of Debian's own configuration.
ACL = """\
acl_rcpt:
  accept domains = +local_domains
  accept hosts = +relay_from_hosts
  accept authenticated = *
  deny message = relay not permitted
"""


def _last_of_each(main):
    """main.cf with only the last entry of each name.

    Every program of Postfix warns of the earlier ones as it starts. postlogd does so too, to the
    socket which it alone reads: once ten others have warned, that is full, and all stand still.
    """
    entries = re.findall(r"^[^\s#].*\n(?:[ \t#].*\n|\n)*", main, re.M)
    return "".join({entry.partition("=")[0].strip(): entry for entry in entries}.values())


def _group_runs(group):
    """Whether any process of a process group is there and not a zombie."""
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group = path.read_text().rpartition(")")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(its_group) == group and state != "Z":
            return True
    return False


def _runs(pid):
    """Whether a process is there and not a zombie."""
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
