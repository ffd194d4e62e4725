"""The list of messages with all that real clients do to a query, and the errors of twilio-sim."""

import datetime
import email.utils
import http.client
import json
import subprocess
import urllib.parse

import pytest

from sim import ACCOUNT_SID, AUTH_TOKEN, PATIENCE, SENDER, program

PHONE = "+14155551212"

# How clients write "on or after DATE", read in libraries and in Twilio's own examples.
AFTER = [
    "DateSent>={}", "DateSent%3E={}", "DateSent%3E%3D{}", "DateSent>%3D{}", "DateSent=%3E%3D{}",
    "DateSent=>={}", "DateSent=%3E{}",
]


@pytest.fixture
def sent_day(sim):
    """One delivered message, and the day it was sent: (sid, "YYYY-MM-DD", its date as a header)."""
    _, made = sim.create()
    path = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{made['sid']}.json"
    while not (date := sim.json("GET", path)[1]["date_sent"]):
        pass
    return made["sid"], email.utils.parsedate_to_datetime(date), date


def sids(sim, query):
    status, value = sim.json("GET", f"{sim.messages_path}?{query}")
    assert status == 200, value
    return [message["sid"] for message in value["messages"]]


@pytest.mark.parametrize("form", AFTER)
def test_encodings_of_a_date_filter(sim, sent_day, form):
    sid, date, _ = sent_day
    before = form.replace(">", "<").replace("%3E", "%3C")
    assert sids(sim, form.format(date.strftime("%Y-%m-%d"))) == [sid]
    assert sids(sim, form.format("2999-01-01")) == []
    assert sids(sim, before.format(date.strftime("%Y-%m-%d"))) == [sid]
    assert sids(sim, before.format("2001-01-01")) == []


@pytest.mark.parametrize("form", [
    "%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.000",
    "%Y-%m-%dT%H:%M:%S+00:00", "%a, %d %b %Y %H:%M:%S +0000", "%a, %d %b %Y %H:%M:%S -0000",
    "%d %b %Y %H:%M:%S GMT", "%m/%d/%Y %H:%M:%S GMT",
])
def test_forms_of_a_date(sim, sent_day, form):
    sid, date, _ = sent_day
    quoted = urllib.parse.quote(date.strftime(form))
    if form.startswith("%d %b"):
        assert sim.json("GET", f"{sim.messages_path}?DateSent={quoted}")[0] == 400
        return
    assert sids(sim, f"DateSent={quoted}") == [sid]
    other = urllib.parse.quote((date - datetime.timedelta(days=1)).strftime(form))
    assert sids(sim, f"DateSent={other}") == []
    assert sids(sim, f"DateSent%3E={other}&DateSent%3C={quoted}") == [sid]


@pytest.mark.parametrize("date, status", [
    ("2024-02-29", 200), ("2023-02-29", 400), ("2000-02-29", 200), ("1900-02-29", 400),
    ("2026-04-31", 400), ("2026-13-01", 400), ("2026-00-10", 400), ("2026-12-31T23:59:59Z", 200),
    ("2026-12-31T24:00:00Z", 400), ("2026-12-31T23:60:00Z", 400), ("2026-12-31T23:59Z", 400),
    ("Tue, 29 Feb 2000 00:00:00 +0000", 200), ("Tue, 30 Feb 2000 00:00:00 +0000", 400),
    ("2026-01-02T03:04:05 +0000 x", 400), ("0000-01-01", 400), ("9999-12-31", 200),
    ("99999999999999999999-01-01", 400), ("-1", 400), ("T", 400), (",", 400),
])
def test_days_that_no_calendar_has(sim, date, status):
    assert sim.json("GET", f"{sim.messages_path}?DateSent={urllib.parse.quote(date)}")[0] == status


def test_an_offset_is_heeded(sim, sent_day):
    sid, date, _ = sent_day
    there = (date + datetime.timedelta(hours=5, minutes=30)).strftime("%Y-%m-%dT%H:%M:%S") + "+05:30"
    assert sids(sim, "DateSent=" + urllib.parse.quote(there)) == [sid]


def test_what_was_not_sent_yet_passes_no_date_filter(make_sim):
    sim = make_sim("--step", "600s")
    sim.create()
    assert len(sids(sim, "")) == 1 and sids(sim, "DateSent%3E=2001-01-01") == []


@pytest.mark.parametrize("query, code", [
    ("PageSize=0", 20007), ("PageSize=1001", 20007), ("PageSize=x", 20007),
    ("DateSent=yesterday", 20422), ("DateSent=2026-02-30", 20422), ("PageToken=PAnone", 20422),
])
def test_queries_refused(sim, query, code):
    status, value = sim.json("GET", f"{sim.messages_path}?{query}")
    assert (status, value["code"]) == (400, code)


def test_addresses_of_the_pages(sim):
    made = [sim.create()[1]["sid"] for _ in range(5)]
    query = "To=%2B14155551212&DateSent%3C=2999-01-01&PageSize=2"
    while len(sids(sim, query.removesuffix("&PageSize=2"))) < 5:
        pass
    _, first = sim.json("GET", f"{sim.messages_path}?{query}")
    assert (first["page"], first["page_size"], first["start"], first["end"]) == (0, 2, 0, 1)
    assert first["previous_page_uri"] is None
    assert first["next_page_uri"].startswith(f"{sim.messages_path}?To=%2B14155551212&DateSent%3C=")
    _, second = sim.json("GET", first["next_page_uri"])
    assert [m["sid"] for m in second["messages"]] == made[2:0:-1] and second["page"] == 1
    _, again = sim.json("GET", second["previous_page_uri"])
    assert [m["sid"] for m in again["messages"]] == made[:2:-1]
    _, third = sim.json("GET", second["next_page_uri"])
    assert [m["sid"] for m in third["messages"]] == made[:1] and third["next_page_uri"] is None
    # A page number alone works as well.
    assert sids(sim, "PageSize=2&Page=2") == made[:1]
    assert sids(sim, "PageSize=2&Page=9") == []


def test_another_account_sees_nothing(sim):
    _, made = sim.create()
    other = ("AC" + "f" * 32, AUTH_TOKEN)
    path = f"/2010-04-01/Accounts/{other[0]}/Messages"
    assert sim.json("GET", f"{path}.json", auth=other)[1]["messages"] == []
    assert sim.json("GET", f"{path}/{made['sid']}.json", auth=other)[0] == 404


@pytest.mark.parametrize("auth, detail", [
    (None, True), ((ACCOUNT_SID, ""), False), (("AC" + "0" * 32, AUTH_TOKEN), False),
    (("user", "password"), False), (("SK12", "secret"), False),
])
def test_credentials_refused(sim, auth, detail):
    status, headers, body = sim.call("POST", sim.messages_path, {"To": PHONE}, auth=auth)
    value = json.loads(body)
    assert (status, value["code"], value["status"]) == (401, 20003, 401)
    assert bool(value["detail"]) == detail and headers["WWW-Authenticate"].startswith("Basic ")
    assert value["more_info"] == "https://www.twilio.com/docs/errors/20003"


@pytest.mark.parametrize("method, path, status", [
    ("GET", "/2010-04-01/Accounts/AC12/Messages.json", 404),
    ("GET", f"/2010-04-01/Accounts/{ACCOUNT_SID}/Calls.json", 404),
    ("GET", f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages", 404),
    ("GET", f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/SM{'0' * 32}.json", 404),
    ("PUT", f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json", 405),
    ("GET", "/nothing", 404), ("POST", "/", 405), ("GET", "/2010-04-01/", 404),
])
def test_paths_refused(sim, method, path, status):
    assert sim.json(method, path)[0] == status


def test_only_a_form_is_read(sim):
    data = json.dumps({"To": PHONE, "From": SENDER, "Body": "x"}).encode()
    status, value = sim.json("POST", sim.messages_path, data=data,
                             headers={"Content-Type": "application/json"})
    assert (status, value["code"]) == (400, 21604)


def test_a_body_that_is_no_utf8_or_has_odd_escapes(sim):
    data = b"To=%2B14155551212&From=%2B18085551234&Body=a%FFb%zz%00+c%"
    status, value = sim.json("POST", sim.messages_path, data=data,
                             headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert status == 201 and value["body"] == "a\ufffdb%zz\0 c%"


def test_a_body_over_the_servers_limit(sim):
    status, value = sim.create(body="x" * (3 << 20))
    assert (status, value["code"]) == (400, 21617)


def test_only_owned_numbers_may_send(make_sim):
    sim = make_sim("--number", SENDER, "--number", "ACME")
    assert sim.create()[0] == 201 and sim.create(sender="ACME")[0] == 201
    status, value = sim.create(sender="+18085550000")
    assert (status, value["code"]) == (400, 21606)


def test_a_phone_that_answers_stop_gets_nothing_until_start(make_sim, tmp_path):
    sim = make_sim("--state", tmp_path / "state")
    sim.reply(PHONE, "STOP")
    sim.stop()
    sim.start()
    assert sim.create()[1]["code"] == 21610
    assert sim.create(to="+14155551213")[0] == 201
    sim.reply(PHONE, "START")
    assert sim.create()[0] == 201
    status, value = sim.json("POST", "/_sim/replies", data=b"{}", auth=None)
    assert status == 400 and "STOP" in value["error"]


def test_a_trial_account_puts_its_prefix_in_front(make_sim):
    sim = make_sim("--trial")
    _, made = sim.create(body="Disk full")
    assert made["body"].endswith(" - Disk full") and sim.messages()[0]["body"] == made["body"]


def test_https(make_sim, tmp_path):
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "1", "-subj", "/CN=sim", "-addext", "subjectAltName=IP:127.0.0.1",
         "-out", certificate, "-keyout", key], check=True, capture_output=True)
    sim = make_sim("--tls-cert", certificate, "--tls-key", key, ca_file=certificate)
    assert sim.url.startswith("https://")
    assert sim.create()[0] == 201
    for kind in ("reset-before", "reset-after", "truncated", "reset-inside"):
        sim.fault(kind, count=1)
        with pytest.raises(OSError):
            try:
                sim.create()
            except http.client.HTTPException as error:
                raise OSError from error
    assert len(sim.messages()) == 4


def test_a_key_of_another_certificate_is_refused(make_sim, tmp_path):
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    run = subprocess.run([program("twilio-sim"), "--listen", "127.0.0.1:0", "--tls-cert", empty,
                          "--tls-key", empty], capture_output=True, text=True,
                         timeout=PATIENCE)
    assert run.returncode == 1 and "PEM" in run.stderr
