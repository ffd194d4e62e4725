"""Status callbacks: what arrives, in which order, and that Twilio's own validator accepts it."""

import pytest
from twilio.request_validator import RequestValidator

from sim import ACCOUNT_SID, AUTH_TOKEN, PATIENCE, SENDER


def statuses(calls):
    return [fields["MessageStatus"] for _, fields, _ in calls]


def test_each_change_is_reported_and_signed(sim, receiver):
    url = receiver.url + "/status?rcpt=1&x=%20y"
    _, made = sim.create(StatusCallback=url)
    calls = receiver.wait_for(3)
    assert statuses(calls) == ["sending", "sent", "delivered"]
    validator = RequestValidator(AUTH_TOKEN)
    for path, fields, headers in calls:
        assert path == "/status?rcpt=1&x=%20y"
        assert fields["MessageSid"] == fields["SmsSid"] == made["sid"]
        assert (fields["AccountSid"], fields["From"]) == (ACCOUNT_SID, SENDER)
        assert validator.validate(url, fields, headers["X-Twilio-Signature"])
        assert not validator.validate(url + "0", fields, headers["X-Twilio-Signature"])
    assert len(calls[-1][1]["RawDlrDoneDate"]) == 10


@pytest.mark.parametrize("to, want, code", [
    ("+15005553003", ["sending", "sent", "undelivered"], "30003"),
    ("+15005553001", ["sending", "failed"], "30001"),
])
def test_bad_ends_carry_the_code(sim, receiver, to, want, code):
    sim.create(to=to, StatusCallback=receiver.url)
    calls = receiver.wait_for(len(want))
    assert statuses(calls) == want
    assert [fields.get("ErrorCode") for _, fields, _ in calls] == [None] * (len(want) - 1) + [code]


def test_a_messaging_service_reports_queued_too(sim, receiver):
    service = "MG" + "0" * 32
    sim.create(sender=None, MessagingServiceSid=service, StatusCallback=receiver.url)
    calls = receiver.wait_for(4)
    assert statuses(calls) == ["queued", "sending", "sent", "delivered"]
    assert all(fields["MessagingServiceSid"] == service for _, fields, _ in calls)


def test_a_cancellation_is_reported_and_nothing_else(make_sim, receiver):
    sim = make_sim("--step", "600s")
    _, made = sim.create(StatusCallback=receiver.url)
    path = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{made['sid']}.json"
    assert sim.json("POST", path, {"Status": "canceled"})[1]["status"] == "canceled"
    assert statuses(receiver.wait_for(1)) == ["canceled"]


def test_with_an_api_key_the_configured_token_signs(make_sim, receiver):
    key = ("SK" + "1" * 32, "secret")
    sim = make_sim("--step", "10ms", "--api-key", ":".join(key),
                   "--account", f"{ACCOUNT_SID}:{AUTH_TOKEN}")
    form = {"To": "+14155551212", "From": SENDER, "Body": "x", "StatusCallback": receiver.url}
    assert sim.json("POST", sim.messages_path, form, auth=key)[0] == 201
    _, fields, headers = receiver.wait_for(1)[0]
    assert RequestValidator(AUTH_TOKEN).validate(receiver.url, fields, headers["X-Twilio-Signature"])


def test_reports_go_on_after_a_restart(make_sim, receiver, tmp_path):
    sim = make_sim("--step", "3s", "--state", tmp_path / "state",
                   "--account", f"{ACCOUNT_SID}:{AUTH_TOKEN}")
    sim.create(StatusCallback=receiver.url)
    sim.stop()
    sim.start()
    assert statuses(receiver.wait_for(1))[0] in ("sending", "sent")


def test_a_receiver_that_is_gone_harms_nobody(sim):
    _, made = sim.create(StatusCallback="http://127.0.0.1:1/")
    path = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{made['sid']}.json"
    while sim.json("GET", path)[1]["status"] != "delivered":
        pass
