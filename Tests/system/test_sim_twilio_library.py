"""Twilio's own Python library works against twilio-sim, unchanged but for the host."""

import datetime
import time

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from sim import ACCOUNT_SID, AUTH_TOKEN, SENDER, PATIENCE

PHONE = "+14155551212"


class LoopbackClient(TwilioHttpClient):
    """Twilio's HTTP client with another host; the rest of each request is the library's."""

    def __init__(self, url):
        super().__init__()
        self.url = url

    def request(self, method, url, *arguments, **options):
        assert url.startswith("https://api.twilio.com/")
        return super().request(
            method, self.url + url.removeprefix("https://api.twilio.com"), *arguments, **options)


def client_of(sim, user=ACCOUNT_SID, password=AUTH_TOKEN):
    return Client(user, password, ACCOUNT_SID, http_client=LoopbackClient(sim.url))


@pytest.fixture
def client(sim):
    return client_of(sim)


def wait_for_status(client, sid, status):
    deadline = time.monotonic() + PATIENCE
    while (message := client.messages(sid).fetch()).status != status:
        assert time.monotonic() < deadline, f"{sid} stays {message.status}"
        time.sleep(0.02)
    return message


def test_creates_and_fetches(client, sim):
    made = client.messages.create(to=PHONE, from_=SENDER, body="Disk full on db1 – now, 95 % ☎")
    assert made.sid.startswith("SM") and len(made.sid) == 34
    assert (made.status, made.direction, made.error_code) == ("queued", "outbound-api", None)
    assert made.date_sent is None
    assert abs(datetime.datetime.now(datetime.timezone.utc) - made.date_created) < datetime.timedelta(
        minutes=1)
    got = client.messages(made.sid).fetch()
    assert (got.sid, got.to, got.from_, got.body) == (made.sid, PHONE, SENDER, made.body)
    assert [m["body"] for m in sim.messages(PHONE)] == [made.body]


def test_passes_through_the_statuses(client):
    made = client.messages.create(to=PHONE, from_=SENDER, body="x")
    got = wait_for_status(client, made.sid, "delivered")
    assert got.date_sent is not None and got.date_updated >= got.date_created


def test_a_messaging_service_picks_the_sender_later(client):
    service = "MG" + "ab" * 16
    made = client.messages.create(to=PHONE, messaging_service_sid=service, body="x")
    assert (made.status, made.from_, made.num_segments) == ("accepted", None, "0")
    got = wait_for_status(client, made.sid, "delivered")
    assert (got.messaging_service_sid, got.num_segments) == (service, "1")
    assert got.from_


@pytest.mark.parametrize("number, status, code", [
    ("+15005553003", "undelivered", 30003),
    ("+15005553006", "undelivered", 30006),
    ("+15005553001", "failed", 30001),
    ("+15005553034", "failed", 30034),
    ("+15005553000", "sent", None),
])
def test_numbers_that_end_badly(client, number, status, code):
    made = client.messages.create(to=number, from_=SENDER, body="x")
    assert made.status == "queued" and made.error_code is None
    assert wait_for_status(client, made.sid, status).error_code == code


@pytest.mark.parametrize("number, code", [
    ("+15005550001", 21211), ("+15005550002", 21612), ("+15005550003", 21408),
    ("+15005550004", 21610), ("+15005550009", 21614), ("0701234567", 21211), ("12345", 21265),
])
def test_recipients_refused_at_once(client, sim, number, code):
    with pytest.raises(TwilioRestException) as refusal:
        client.messages.create(to=number, from_=SENDER, body="x")
    assert (refusal.value.status, refusal.value.code) == (400, code)
    assert sim.messages() == []


@pytest.mark.parametrize("number, code", [
    ("+15005550001", 21212), ("+15005550007", 21606), ("+15005550008", 21611),
    (PHONE, 21266), ("12345678901", 21212),
])
def test_senders_refused_at_once(client, number, code):
    with pytest.raises(TwilioRestException) as refusal:
        client.messages.create(to=PHONE, from_=number, body="x")
    assert (refusal.value.status, refusal.value.code) == (400, code)


@pytest.mark.parametrize("number, code", [
    ("+15005550002", 21612), ("+15005550003", 21408), ("+15005550004", 21610),
])
def test_a_messaging_service_refuses_recipients_later(client, number, code):
    made = client.messages.create(to=number, messaging_service_sid="MG" + "cd" * 16, body="x")
    assert wait_for_status(client, made.sid, "failed").error_code == code


@pytest.mark.parametrize("change, code", [
    ({"to": ""}, 21604), ({"from_": ""}, 21603), ({"body": ""}, 21602), ({"body": " \n"}, 21602),
    ({"body": "x" * 1601}, 21617), ({"body": "😀" * 801}, 21617),
    ({"validity_period": 0}, 21624), ({"validity_period": 36001}, 21624),
    ({"status_callback": "ftp://example.org/"}, 21609),
    ({"status_callback": "http://under_score.example/"}, 21609),
    ({"media_url": ["http://example.org/a.png"] * 11}, 21623), ({"media_url": ["a.png"]}, 21620),
    ({"from_": None, "messaging_service_sid": "MG12"}, 21705),
    ({"content_sid": "HX1"}, 21655), ({"content_variables": "{}"}, 21654),
    ({"content_sid": "HX" + "0" * 32, "content_variables": "no"}, 21656),
    ({"content_retention": "shred"}, 30029), ({"address_retention": "shred"}, 30030),
    ({"schedule_type": "fixed"}, 35111),
    ({"schedule_type": "fixed", "send_at": "2099-01-01T00:00:00Z"}, 35118),
    ({"schedule_type": "fixed", "send_at": "2001-01-01T00:00:00Z",
      "messaging_service_sid": "MG" + "0" * 32}, 35114),
])
def test_parameters_refused(client, change, code):
    parameters = {"to": PHONE, "from_": SENDER, "body": "x", **change}
    with pytest.raises(TwilioRestException) as refusal:
        client.messages.create(**{k: v for k, v in parameters.items() if v is not None})
    assert (refusal.value.status, refusal.value.code) == (400, code)


@pytest.mark.parametrize("body, segments", [
    ("x" * 160, "1"), ("x" * 161, "2"), ("x" * 1600, "11"), ("€" * 80, "1"), ("€" * 81, "2"),
    ("☎" * 70, "1"), ("☎" * 71, "2"), ("☎" * 1600, "24"),
])
def test_segments_are_counted(client, body, segments):
    assert client.messages.create(to=PHONE, from_=SENDER, body=body).num_segments == segments


def test_lists_newest_first_with_filters(client):
    sids = [client.messages.create(to=to, from_=sender, body="x").sid for to, sender in [
        (PHONE, SENDER), ("+14155551213", SENDER), (PHONE, "+18085550000"), (PHONE, SENDER)]]
    assert [m.sid for m in client.messages.list()] == sids[::-1]
    assert [m.sid for m in client.messages.list(to=PHONE)] == [sids[3], sids[2], sids[0]]
    assert [m.sid for m in client.messages.list(to=PHONE, from_=SENDER)] == [sids[3], sids[0]]
    assert client.messages.list(to="+14155550000") == []


def test_lists_by_date_sent(client):
    made = client.messages.create(to=PHONE, from_=SENDER, body="x")
    sent = wait_for_status(client, made.sid, "delivered").date_sent
    second = datetime.timedelta(seconds=1)
    assert [m.sid for m in client.messages.list(date_sent_after=sent)] == [made.sid]
    assert client.messages.list(date_sent_after=sent + second) == []
    assert [m.sid for m in client.messages.list(date_sent_before=sent)] == [made.sid]
    assert client.messages.list(date_sent_before=sent - second) == []
    assert [m.sid for m in client.messages.list(date_sent=sent)] == [made.sid]
    assert client.messages.list(date_sent=sent - second) == []


def test_pages(client, sim):
    sids = [client.messages.create(to=PHONE, from_=SENDER, body=str(n)).sid for n in range(7)]
    assert [m.sid for m in client.messages.stream(page_size=3)] == sids[::-1]
    assert [m.sid for m in client.messages.stream(page_size=3, limit=4)] == sids[::-1][:4]
    page = client.messages.page(page_size=3, to=PHONE)
    # What arrives while a client pages does not shift the pages.
    client.messages.create(to=PHONE, from_=SENDER, body="late")
    second = page.next_page()
    third = second.next_page()
    assert [m.sid for m in third] == sids[:1] and third.next_page() is None
    assert [m.sid for m in third.previous_page()] == sids[3:0:-1]
    assert all("To=%2B14155551212" in page["target"] for page in sim.requests()[-3:])


def test_cancels_a_scheduled_message(client):
    when = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    made = client.messages.create(
        to=PHONE, messaging_service_sid="MG" + "0" * 32, body="x", schedule_type="fixed", send_at=when)
    assert made.status == "scheduled"
    assert client.messages(made.sid).update(status="canceled").status == "canceled"
    with pytest.raises(TwilioRestException) as refusal:
        client.messages(made.sid).update(status="canceled")
    assert refusal.value.code == 30409


def test_does_not_cancel_what_has_left(client):
    made = client.messages.create(to=PHONE, from_=SENDER, body="x")
    wait_for_status(client, made.sid, "delivered")
    with pytest.raises(TwilioRestException) as refusal:
        client.messages(made.sid).update(status="canceled")
    assert refusal.value.code == 30409


def test_redacts_and_deletes(client, sim):
    made = client.messages.create(to=PHONE, from_=SENDER, body="secret")
    assert client.messages(made.sid).update(body="").body == ""
    assert client.messages(made.sid).fetch().body == ""
    assert client.messages(made.sid).delete() is True
    with pytest.raises(TwilioRestException) as refusal:
        client.messages(made.sid).fetch()
    assert (refusal.value.status, refusal.value.code) == (404, 20404)
    assert client.messages.list() == []
    # The phone still has it.
    assert sim.messages()[0]["body"] == "secret"


def test_media(client):
    urls = ["https://example.org/a.png", "https://example.org/b.pdf?x=1"]
    made = client.messages.create(to=PHONE, from_=SENDER, media_url=urls)
    assert made.sid.startswith("MM") and made.num_media == "2"
    listed = client.messages(made.sid).media.list()
    assert [m.content_type for m in listed] == ["image/png", "application/pdf"]
    assert client.messages(made.sid).media(listed[0].sid).fetch().parent_sid == made.sid


def test_an_api_key_works(make_sim):
    key, secret = "SK" + "1" * 32, "s3cret"
    sim = make_sim("--api-key", f"{key}:{secret}", "--account", f"{ACCOUNT_SID}:{AUTH_TOKEN}")
    assert client_of(sim, key, secret).messages.create(to=PHONE, from_=SENDER, body="x").sid
    assert client_of(sim).messages.create(to=PHONE, from_=SENDER, body="x").sid
    for user, password in [(key, "wrong"), (ACCOUNT_SID, "wrong"), ("SK" + "2" * 32, secret)]:
        with pytest.raises(TwilioRestException) as refusal:
            client_of(sim, user, password).messages.create(to=PHONE, from_=SENDER, body="x")
        assert (refusal.value.status, refusal.value.code) == (401, 20003)
    assert len(sim.messages()) == 2


def test_keys_that_may_not_list(make_sim):
    key, token = "SK" + "3" * 32, "t" * 32
    sim = make_sim("--send-only-key", f"{key}:x", "--test-account", f"{ACCOUNT_SID}:{token}")
    restricted, test = client_of(sim, key, "x"), client_of(sim, ACCOUNT_SID, token)
    assert restricted.messages.create(to=PHONE, from_=SENDER, body="x").sid
    assert test.messages.create(to=PHONE, from_="+15005550006", body="x").sid
    with pytest.raises(TwilioRestException) as refusal:
        test.messages.create(to=PHONE, from_=SENDER, body="x")
    assert refusal.value.code == 21606
    for client, code in [(restricted, 20006), (test, 20008)]:
        with pytest.raises(TwilioException, match=f'403 .*"code":{code},'):
            client.messages.list()
