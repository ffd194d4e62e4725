"""`require = "dkim"` with an Exim that checks signatures and writes Authentication-Results, as
examples/exim/acl.authresults tells it to. The DNS is made up."""

import shutil
import subprocess

import pytest

import agent as agents
import mta
from test_dmarc import FORGED, GOOD, UNPACKED, forging_identity, message, signed

SENDER = "ups@good.example"
RULES = """\
[policy]
authserv_id = "mx.sms.example"
[[sender]]
match = "*@good.example"
require = "dkim"
"""


@pytest.fixture(scope="module")
def dns(tmp_path_factory):
    """A folder with the keys of good.example and evil.example, and a DNS that has them."""
    folder = tmp_path_factory.mktemp("dns")
    records = b""
    for domain in ("good.example", "evil.example"):
        key = folder / f"{domain}.pem"
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        public = subprocess.run(["openssl", "rsa", "-in", key, "-pubout"], check=True,
                                capture_output=True, text=True).stdout
        text = ("v=DKIM1; k=rsa; p=" + "".join(public.splitlines()[1:-1])).encode()
        # resolv_wrapper takes the record as it is sent: strings of at most 255 octets, each with
        # its length in front.
        strings = b"".join(bytes([len(text[i:i + 255])]) + text[i:i + 255]
                           for i in range(0, len(text), 255))
        records += f"TXT now._domainkey.{domain} ".encode() + strings + b"\n"
    (folder / "dns").write_bytes(records)
    return folder


@pytest.fixture
def start(sim, dns):
    """Starts an Exim with that DNS and this ACL, by default the shipped one; stops it at the end."""
    wrappers = [*UNPACKED.glob("usr/lib/*/libresolv_wrapper.so")]
    if not wrappers:
        pytest.fail(f"{UNPACKED} is not there: run `make setup`")
    servers = []

    def started(acl=None, data="sms_data", rules=RULES):
        server, _ = agents.exim_with_pipe(agents.twilio_section(sim), sections=rules)
        server.parts["acl"] = mta.ACL + (acl or mta.shipped("examples/exim/acl.authresults"))
        server.parts["main"] += f"""\
acl_smtp_data = {data}
keep_environment = LD_LIBRARY_PATH : LD_PRELOAD : RESOLV_WRAPPER_HOSTS
""" + ("" if acl else "acl_smtp_dkim = sms_dkim\n")
        # Copies: the account it runs as may not be able to enter our folders.
        for source, name in ((wrappers[0], "wrapper.so"), (dns / "dns", "dns")):
            shutil.copy(source, server.directory / name)
        server.environment.update(LD_PRELOAD=str(server.directory / "wrapper.so"),
                                  RESOLV_WRAPPER_HOSTS=str(server.directory / "dns"))
        servers.append(server.__enter__())
        return server

    yield started
    for server in servers:
        server.__exit__(None, None, None)


@pytest.fixture
def exim(start):
    return start()


def fate(server, raw):
    """(status, reason) of the first try. The reason stands in the log, above the attempt."""
    queue_id = server.send(SENDER, [GOOD], raw=raw)
    delivery = mta.wait_until(
        lambda: next((d for d in server.deliveries() if d.queue_id == queue_id), None),
        lambda: "a first try:\n" + server.log())
    return delivery.status, server.log()


def test_an_authentic_sender_is_taken(exim, dns, sim):
    raw = signed(message(SENDER), "good.example", dns / "good.example.pem")
    assert fate(exim, raw)[0] == "sent", exim.log()
    assert [m["body"] for m in sim.messages()] == ["Disk full on db1"]


@pytest.mark.parametrize("fields", [
    [], FORGED,
    ["Authentication-Results: mx.sms.example; dkim=pass header.d=good.example"],
    ["AUTHENTICATION-RESULTS :\r\n mx.sms.example; dkim=pass header.d=good.example"]])
def test_a_forged_sender_is_refused(exim, sim, fields):
    status, reason = fate(exim, message(SENDER, *fields))
    assert (status, "sender not proven: dkim is none" in reason) == ("bounced", True), reason
    assert sim.messages() == []


def test_a_text_changed_on_its_way_is_refused(exim, dns, sim):
    raw = signed(message(SENDER), "good.example", dns / "good.example.pem")
    status, reason = fate(exim, raw.replace(b"db1", b"db2"))
    assert (status, "sender not proven: dkim is fail" in reason) == ("bounced", True), reason
    assert sim.messages() == []


def test_a_signature_of_another_domain_is_refused(exim, dns, sim):
    raw = signed(message(SENDER), "evil.example", dns / "evil.example.pem")
    status, reason = fate(exim, raw)
    assert (status, "dkim is pass for evil.example" in reason) == ("bounced", True), reason
    assert sim.messages() == []


def test_a_signature_that_reads_like_a_result_is_not_believed(exim, dns, sim):
    """Exim decodes its i= into the field."""
    raw = signed(message(SENDER), "evil.example", dns / "evil.example.pem",
                 identity=forging_identity("; dkim=pass header.d=good.example"))
    status, reason = fate(exim, raw)
    assert status == "bounced"
    assert "dkim is pass, but d=, i= or s= of its DKIM-Signature is no plain name" in reason
    assert sim.messages() == []


def test_a_signature_with_sha1_counts_for_nothing(exim, dns, sim):
    raw = signed(message(SENDER), "good.example", dns / "good.example.pem",
                 signature_algorithm=b"rsa-sha1")
    status, reason = fate(exim, raw)
    assert (status, "sender not proven: dkim is none" in reason) == ("bounced", True), reason
    assert sim.messages() == []


def test_a_key_that_the_dns_does_not_give_makes_the_mail_wait(exim, dns, sim):
    raw = signed(message(SENDER), "other.good.example", dns / "good.example.pem")
    status, reason = fate(exim, raw)
    assert (status, "dkim of the sender could not be checked" in reason) == ("deferred", True), reason
    assert sim.messages() == []


def test_an_acl_of_ones_own_may_call_it(start, dns, sim):
    acl = mta.shipped("examples/exim/acl.authresults")
    assert "`require acl = sms_data`" in acl
    server = start(acl=acl + "own:\n  require acl = sms_data\n  accept\n", data="own")
    assert "dkim is none" in fate(server, message(SENDER, *FORGED))[1]
    assert sim.messages() == []


# What the head of acl.authresults warns of.
CARELESS = """\
sms_data:
  warn add_header = :at_start:${authresults {mx.sms.example}}
  accept
"""


@pytest.mark.parametrize("acl", [None, CARELESS], ids=["shipped", "careless"])
def test_a_signature_that_writes_a_login_is_not_believed(start, dns, sim, acl):
    server = start(acl=acl, rules='[[sender]]\nmatch = "sasl:boss"\n')
    raw = signed(message(SENDER), "evil.example", dns / "evil.example.pem",
                 identity=b"x=0A:at_start:X-SMS-Auth:=20boss=0AX-Y:=20@evil.example")
    status, reason = fate(server, raw)
    assert (status, "sender may not send SMS here" in reason) == ("bounced", True), reason
    assert sim.messages() == []
