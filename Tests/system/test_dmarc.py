"""`require`: who is proven and who is not, with real milters that stamp Authentication-Results in a real
Postfix (OpenDKIM, OpenDMARC, their DNS made up), with the files that administrators copy."""

import os
import subprocess

import dkim
import pytest

import agent as agents
import mta

GOOD = "14155551212@sms.example"
UNPACKED = mta.REPOSITORY / ".cache" / "milters"
RULES = """\
[policy]
authserv_id = "mx.sms.example"
[[sender]]
match = "*@good.example"
require = "dmarc"
[[sender]]
match = "*@strict.example"
require = "{method}"
[[sender]]
match = "*@evil.example"
require = "spf"
"""
OUTSIDE = "192.0.2.7"


class Milters:
    """OpenDKIM and OpenDMARC on ports of their own, and a DNS in which good.example and evil.example
    have DMARC records and keys; evil.example may send from OUTSIDE."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []
        self.ports = dict(zip(("opendkim", "opendmarc"), mta.free_ports(2)))
        libraries = [UNPACKED / "usr/lib", *UNPACKED.glob("usr/lib/*-linux-*")]
        self.environment = {**os.environ, "LD_LIBRARY_PATH": ":".join(map(str, libraries))}
        keys = []
        for domain in ("good.example", "evil.example"):
            self.run("openssl", "genrsa", "-out", self.key(domain), "2048")
            self.key(domain).chmod(0o600)
            public = self.run("openssl", "rsa", "-in", self.key(domain), "-pubout").stdout
            data = "".join(public.splitlines()[1:-1])
            keys.append(f"now._domainkey.{domain} v=DKIM1; k=rsa; p={data}\n")
        (folder / "keys").write_text("".join(keys))
        (folder / "dns").write_text("".join(
            # resolv_wrapper leaves out the octet in front that says how long a string is.
            f"TXT {name} {chr(len(text))}{text}\n" for name, text in {
                "_dmarc.good.example": "v=DMARC1; p=reject",
                "_dmarc.evil.example": "v=DMARC1; p=none",
                "good.example": "v=spf1 -all",
                "evil.example": f"v=spf1 ip4:{OUTSIDE} -all",
            }.items()))

    def run(self, *command, **options):
        return subprocess.run([str(word) for word in command], check=True, capture_output=True,
                              text=True, env=self.environment, **options)

    def key(self, domain):
        return self.folder / f"{domain}.pem"

    def __enter__(self):
        wrapper = next(UNPACKED.glob("usr/lib/*/libresolv_wrapper.so"))
        environment = {**self.environment, "LD_PRELOAD": str(wrapper),
                       "RESOLV_WRAPPER_HOSTS": str(self.folder / "dns")}
        for name, default in (("opendkim", 8891), ("opendmarc", 8893)):
            text = mta.shipped(f"examples/dmarc/{name}.conf",
                               {f"inet:{default}@": f"inet:{self.ports[name]}@"})
            if name == "opendkim":
                text += f"TestPublicKeys {self.folder}/keys\n"
            file = self.folder / f"{name}.conf"
            file.write_text(text)
            log = open(self.folder / f"{name}.log", "w")
            self.processes.append(subprocess.Popen(
                [UNPACKED / "usr/sbin" / name, "-f", "-x" if name == "opendkim" else "-c", file],
                env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log))
            mta.wait_until(lambda: self.listens(self.ports[name]),
                           lambda: f"{name}: " + (self.folder / f"{name}.log").read_text())
        return self

    def __exit__(self, *failure):
        while self.processes:
            process = self.processes.pop()
            process.terminate()
            process.wait()

    @staticmethod
    def listens(port):
        # Not by connecting: a milter counts a connection that says nothing as a fault.
        return any(line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A"
                   for line in open("/proc/net/tcp").readlines()[1:])

    def sign(self, message, domain):
        signed = subprocess.run(
            [UNPACKED / "usr/sbin/opendkim-testmsg", "-C", "-d", domain, "-s", "now", "-k",
             self.key(domain)], input=message, capture_output=True, env=self.environment)
        assert signed.returncode == 0 and signed.stdout.startswith(b"DKIM-Signature"), signed
        return signed.stdout


@pytest.fixture(scope="module")
def milters(tmp_path_factory):
    if not (UNPACKED / "usr/sbin/opendmarc").exists():
        pytest.fail(f"{UNPACKED} is not there: run `make setup`")
    with Milters(tmp_path_factory.mktemp("milters")) as running:
        yield running


@pytest.fixture
def start(sim, milters):
    """A Postfix that takes mail from OUTSIDE too, with the files of postfix/ and these milters."""
    servers = []

    def started(method="dmarc", strips=True):
        main = mta.shipped("postfix/main.cf.dmarc", {
            "header_checks = regexp:/etc/postfix/forged_results":
                "header_checks = regexp:FOLDER/forged_results" if strips else "",
            "127.0.0.1:8891": f"127.0.0.1:{milters.ports['opendkim']}",
            "127.0.0.1:8893": f"127.0.0.1:{milters.ports['opendmarc']}"})
        server, _ = agents.postfix_with_pipe(
            agents.twilio_section(sim), sections=RULES.format(method=method))
        server.extra_main += main.replace("FOLDER", str(server.etc)) + f"""
mynetworks = 127.0.0.0/8 {OUTSIDE}/32
smtpd_authorized_xclient_hosts = 127.0.0.0/8
"""
        server.tables["forged_results"] = mta.shipped("postfix/forged_results")
        servers.append(server.__enter__())
        return server

    yield started
    for server in servers:
        server.__exit__(None, None, None)


def message(author, *fields):
    return "".join(f"{line}\r\n" for line in [
        *fields, f"From: <{author}>", f"To: <{GOOD}>", "Subject: alert",
        "Date: Sat, 21 Nov 2026 03:00:00 +0000", "Message-ID: <1@good.example>", "",
        "Disk full on db1"]).encode()


def signed(raw, domain, key, **options):
    """With a DKIM-Signature in front. What a stranger may write into one: `options` of dkim.sign."""
    fields = [b"from", b"to", b"subject", b"date", b"message-id"]
    return dkim.sign(raw, b"now", domain.encode(), key.read_bytes(), include_headers=fields,
                     **options) + raw


def forging_identity(result):
    """An i= of evil.example's signature that, once decoded, is a result of its own."""
    return b"x" + "".join(f"={ord(c):02X}" if c in "; =" else c for c in result).encode() + (
        b"=20header.i=3Dy@evil.example")


def fate(server, sender, raw):
    """(status, reason) of a mail that comes from OUTSIDE."""
    with server.client() as client:
        client.ehlo()
        code, text = client.docmd("XCLIENT", f"ADDR={OUTSIDE} NAME=[UNAVAILABLE]")
        assert code == 220, text
        client.ehlo()
        assert client.mail(sender)[0] == 250
        assert client.rcpt(GOOD)[0] == 250
        code, text = client.data(raw)
    assert code == 250, text
    queue_id = server.queue_id_pattern.search(text.decode())[1]
    delivery = mta.wait_until(
        lambda: next((d for d in server.deliveries() if d.queue_id == queue_id), None),
        lambda: "a first try:\n" + server.log())
    return delivery.status, delivery.text


def test_an_authentic_sender_is_taken(start, milters, sim):
    raw = milters.sign(message("ups@good.example"), "good.example")
    assert fate(start(), "ups@good.example", raw)[0] == "sent"
    assert [m["body"] for m in sim.messages()] == ["Disk full on db1"]


FORGED = ["Authentication-Results: mx.sms.example; dmarc=pass header.from=good.example",
          "Authentication-Results: mx.sms.example;\r\n\tdkim=pass header.d=good.example;"
          "\r\n\tdmarc=pass header.from=good.example"]


def test_a_forged_sender_is_refused(start, sim):
    status, reason = fate(start(), "ups@good.example", message("ups@good.example"))
    assert status == "bounced"
    assert "sender not proven: dmarc is fail, pass is needed" in reason
    assert sim.messages() == []


@pytest.mark.parametrize("fields", [FORGED[:1], FORGED[1:], FORGED])
def test_a_forged_result_is_not_believed(start, sim, fields):
    status, reason = fate(start(), "ups@good.example", message("ups@good.example", *fields))
    assert (status, "sender not proven: dmarc is fail" in reason) == ("bounced", True), reason
    assert sim.messages() == []


@pytest.mark.parametrize("author", ["", "ups@good.example(.evil.example"])
def test_a_forged_result_in_a_mail_that_the_milters_cannot_read_is_not_believed(start, sim, author):
    """OpenDKIM leaves the field in, and OpenDMARC writes none of its own."""
    status, reason = fate(start(), "ups@good.example", message(author, *FORGED))
    assert (status, "sender not proven: dmarc is missing" in reason) == ("bounced", True), reason
    assert sim.messages() == []


@pytest.mark.parametrize("strips", [True, False])
@pytest.mark.parametrize("written", ["mx.sms.example", "(x) MX.sms.example 1", 'mx.sms.exampl"e"'])
def test_a_forged_result_beside_a_broken_signature_is_not_believed(start, sim, strips, written):
    """OpenDKIM leaves the field in, and OpenDMARC takes it for OpenDKIM's. The table takes it out;
    without it smsmda sees both."""
    status, reason = fate(start(strips=strips), "ups@good.example", message(
        "ups@good.example", f"Authentication-Results: {written}; dkim=pass header.d=good.example",
        "DKIM-Signature: v=1; a=bad"))
    want = "dmarc is fail" if strips else "came in with an Authentication-Results in this host's name"
    assert status == "bounced" and (want in reason or "dmarc is fail" in reason), reason
    if not strips and written == "mx.sms.example":
        assert want in reason
    assert sim.messages() == []


@pytest.mark.parametrize("method, domain", [("dmarc", "good.example"), ("dkim", "strict.example")])
def test_a_signature_that_reads_like_a_result_is_not_believed(start, milters, sim, method, domain):
    """OpenDKIM decodes its i= into the field, and OpenDMARC believes what stands there."""
    raw = signed(message(f"ups@{domain}"), "evil.example", milters.key("evil.example"),
                 identity=forging_identity(f"; dkim=pass header.d={domain}"))
    status, reason = fate(start(method), f"ups@{domain}", raw)
    assert status == "bounced"
    assert f"{method} is pass, but d=, i= or s= of its DKIM-Signature is no plain name" in reason
    assert sim.messages() == []


def test_an_envelope_that_reads_like_a_result_is_not_believed(start, milters, sim):
    """OpenDMARC copies it into the field that says what SPF found."""
    sender = '"a@;dkim=pass header.d=strict.example "@strict.example'
    status, reason = fate(start("dkim"), sender, message("ups@strict.example"))
    assert status == "bounced"
    assert "dkim is pass, but the envelope sender is no plain address" in reason
    assert sim.messages() == []


def test_a_text_changed_on_its_way_is_refused(start, milters, sim):
    raw = milters.sign(message("ups@good.example"), "good.example").replace(b"db1", b"db2")
    assert fate(start(), "ups@good.example", raw)[0] == "bounced"
    assert sim.messages() == []


def test_a_sender_proven_for_another_domain_is_refused(start, milters, sim):
    """evil.example signs, and its SPF holds: DMARC passes, for evil.example. The envelope that a rule
    allows is good.example's."""
    server = start()
    raw = milters.sign(message("x@evil.example"), "evil.example")
    status, reason = fate(server, "ups@good.example", raw)
    assert status == "bounced"
    assert "dmarc is pass for evil.example, not for the envelope sender's" in reason
    assert sim.messages() == []


@pytest.mark.parametrize("signer, want", [("good.example", "bounced"), (None, "bounced")])
def test_dkim_alone_must_be_of_the_sender_too(start, milters, sim, signer, want):
    raw = message("ups@strict.example")
    raw = milters.sign(raw, signer) if signer else raw
    status, reason = fate(start("dkim"), "ups@strict.example", raw)
    assert status == want
    assert ("dkim is pass for good.example" if signer else "dkim is none") in reason
    assert sim.messages() == []


def test_spf_of_the_envelope_senders_host_is_enough_where_a_rule_says_so(start, sim):
    server = start("spf")
    assert fate(server, "x@evil.example", message("x@evil.example"))[0] == "sent"
    assert len(sim.messages()) == 1
    status, reason = fate(server, "ups@strict.example", message("x@evil.example"))
    assert status == "bounced" and "sender not proven: spf is" in reason, reason


def test_without_the_milters_mail_waits(start, milters, sim):
    server = start()
    milters.__exit__()
    with server.client() as client:
        client.ehlo()
        code, _ = client.mail("ups@good.example")
    assert code == 451
    assert sim.messages() == []
    milters.__enter__()
