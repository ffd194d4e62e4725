"""What twilio-sim takes and answers is valid under Twilio's own OpenAPI description of Messages.

The description is not part of this repository. It is read from TWILIO_OPENAPI, else from
../shared/twilio/messages-openapi.json; without it these tests are skipped, and say so.
"""

import base64
import datetime
import json
import os
import pathlib
import subprocess
import urllib.parse

import pytest

from sim import ACCOUNT_SID, AUTH_TOKEN, PATIENCE, REPOSITORY, SENDER

DESCRIPTION = pathlib.Path(os.environ.get(
    "TWILIO_OPENAPI", REPOSITORY.parent / "shared" / "twilio" / "messages-openapi.json"))

pytestmark = pytest.mark.skipif(
    not DESCRIPTION.exists(),
    reason=f"Twilio's OpenAPI description is not at {DESCRIPTION}: set TWILIO_OPENAPI to try")

PHONE = "+14155551212"
MESSAGE = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages"


@pytest.fixture(scope="session")
def contract():
    from openapi_core import OpenAPI

    return OpenAPI.from_dict(json.loads(DESCRIPTION.read_text()))


class Request:
    """A request as openapi-core wants to see it."""

    host_url = "https://api.twilio.com"

    def __init__(self, method, target, body=b"", content_type="application/x-www-form-urlencoded",
                 authorization=True):
        from openapi_core.datatypes import RequestParameters
        from werkzeug.datastructures import Headers, ImmutableMultiDict

        self.path, _, query = target.partition("?")
        self.method = method.lower()
        self.body = body
        self.content_type = content_type
        headers = Headers()
        if authorization:
            pair = base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
            headers["Authorization"] = f"Basic {pair}"
        query = urllib.parse.parse_qsl(query, keep_blank_values=True)
        self.parameters = RequestParameters(query=ImmutableMultiDict(query), header=headers)


class Response:
    def __init__(self, status, headers, body):
        self.status_code = status
        self.data = body
        self.content_type = headers.get_content_type() if headers else "application/json"
        self.headers = dict(headers or {})


def exchange(contract, sim, method, target, form=None):
    """Makes one exchange with the simulator; request and response must both be valid."""
    status, headers, body = sim.call(method, target, form)
    data = urllib.parse.urlencode(form).encode() if form is not None else b""
    request = Request(method, target, data)
    contract.validate_request(request)
    contract.validate_response(request, Response(status, headers, body))
    return json.loads(body) if body else None


CREATIONS = {
    "plain": {"To": PHONE, "From": SENDER, "Body": "Disk full"},
    "unicode": {"To": PHONE, "From": SENDER, "Body": "–☎ 😀" * 20},
    "service": {"To": PHONE, "MessagingServiceSid": "MG" + "a" * 32, "Body": "x"},
    "alphanumeric sender": {"To": PHONE, "From": "ACME Alert", "Body": "x"},
    "undelivered": {"To": "+15005553003", "From": SENDER, "Body": "x"},
    "options": {"To": PHONE, "From": SENDER, "Body": "x", "ValidityPeriod": "14400",
                "StatusCallback": "http://127.0.0.1:1/", "RiskCheck": "disable",
                "ContentRetention": "retain", "AddressRetention": "obfuscate"},
    "media": {"To": PHONE, "From": SENDER, "MediaUrl": "https://example.org/a.png"},
    "scheduled": {"To": PHONE, "MessagingServiceSid": "MG" + "a" * 32, "Body": "x",
                  "ScheduleType": "fixed",
                  "SendAt": (datetime.datetime.now(datetime.timezone.utc)
                             + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")},
}


@pytest.mark.parametrize("form", CREATIONS.values(), ids=CREATIONS)
def test_create_and_fetch(contract, sim, form):
    made = exchange(contract, sim, "POST", f"{MESSAGE}.json", form)
    while True:  # each status on the way is valid too
        got = exchange(contract, sim, "GET", f"{MESSAGE}/{made['sid']}.json")
        if got["status"] in ("delivered", "undelivered", "scheduled"):
            break
    assert set(made) == set(got)


@pytest.mark.parametrize("query", [
    "", "?To=%2B14155551212", "?PageSize=2", f"?From={urllib.parse.quote(SENDER)}&PageSize=2&Page=1",
    "?DateSent=2026-01-02T03:04:05Z", "?DateSent%3E=2026-01-02T03%3A04%3A05Z",
    "?DateSent<=2031-01-02T03:04:05Z",
])
def test_list(contract, sim, query):
    for _ in range(5):
        sim.create()
    target = f"{MESSAGE}.json{query}"
    while target:
        target = exchange(contract, sim, "GET", target)["next_page_uri"]


def test_update_media_and_delete(contract, sim):
    made = exchange(contract, sim, "POST", f"{MESSAGE}.json", {
        "To": PHONE, "MessagingServiceSid": "MG" + "a" * 32, "Body": "x", **{
            key: CREATIONS["scheduled"][key] for key in ("ScheduleType", "SendAt")},
        "MediaUrl": "https://example.org/a.png"})
    path = f"{MESSAGE}/{made['sid']}"
    media = exchange(contract, sim, "GET", f"{path}/Media.json")["media_list"]
    assert len(media) == 1
    assert exchange(contract, sim, "POST", f"{path}.json", {"Status": "canceled"})["status"] == "canceled"
    assert exchange(contract, sim, "POST", f"{path}.json", {"Body": ""})["body"] == ""
    assert exchange(contract, sim, "DELETE", f"{path}.json") is None


@pytest.mark.parametrize("request_arguments", [
    ("POST", f"{MESSAGE}.json", b"Body=x"),
    ("POST", f"{MESSAGE}.json", b"To=%2B14155551212&MessagingServiceSid=MGx"),
    ("POST", f"{MESSAGE}.json", b"To=%2B14155551212&ValidityPeriod=abc"),
    ("GET", "/2010-04-01/Accounts/AC12/Messages.json"),
])
def test_the_validator_can_say_no(contract, request_arguments):
    """Else all of the above would prove nothing."""
    from openapi_core.exceptions import OpenAPIError

    with pytest.raises(OpenAPIError):
        contract.validate_request(Request(*request_arguments))


@pytest.mark.parametrize("change", [
    {"status": "unheard-of"}, {"sid": "SM12"}, {"error_code": "30003"}, {"num_segments": 1}])
def test_the_validator_can_say_no_to_a_response(contract, sim, change):
    from openapi_core.exceptions import OpenAPIError

    status, headers, body = sim.call(
        "POST", f"{MESSAGE}.json", {"To": PHONE, "From": SENDER, "Body": "x"})
    body = json.dumps({**json.loads(body), **change}).encode()
    with pytest.raises(OpenAPIError):
        contract.validate_response(
            Request("POST", f"{MESSAGE}.json", b"To=%2B1"), Response(status, headers, body))


# What our own programs send.

MAIL = "From: UPS <ups@corp.example>\nSubject: alert\nContent-Type: text/plain; charset=utf-8\n\n{}\n"


def deliver(tmp_path, sim, text, twilio={}):
    """Runs sms-deliver on one mail; returns its exit status. The journal stays for the next run.

    `twilio` goes over what [twilio] has for the simulator; None takes a key away.
    """
    from agent import Agent, twilio_section

    folder = tmp_path / "agent"
    if not folder.exists():
        folder.mkdir()
        keys = dict(line.split(" = ", 1) for line in twilio_section(sim).splitlines())
        keys.update({key: value and json.dumps(value) for key, value in twilio.items()})
        Agent(folder, "".join(f"{key} = {value}\n" for key, value in keys.items() if value))
    command = [folder / "usr/local/sbin/sms-deliver", "-C", folder / "smsmda.toml",
               "-f", "ups@corp.example", "14155551212@sms.example"]
    return subprocess.run(command, input=MAIL.format(text).encode(), timeout=PATIENCE).returncode


def sent_by_us(contract, sim):
    """The requests the simulator saw, each checked."""
    requests = sim.requests()
    for request in requests:
        type = request["headers"].get("Content-Type", "")
        contract.validate_request(
            Request(request["method"], request["target"], request["body"].encode(), type,
                    authorization="Authorization" in request["headers"]))
    return requests


@pytest.mark.parametrize("text", ["Disk full on db1", "Åska över Kiruna – ☎ 😀 & <b> = + %", "x" * 2000])
@pytest.mark.parametrize("twilio", [
    {}, {"from": None, "messaging_service_sid": "MG" + "a" * 32},
    {"validity_period": "4h", "status_callback": "http://127.0.0.1:1/status?x=1&y"},
], ids=["number", "service", "options"])
def test_what_sms_deliver_creates(contract, sim, tmp_path, text, twilio):
    assert deliver(tmp_path, sim, text, twilio) == 0
    assert [request["method"] for request in sent_by_us(contract, sim)] == ["POST"]
    assert len(sim.messages()) == 1


def test_what_sms_deliver_asks_after_a_lost_reply(contract, sim, tmp_path):
    for number in range(60):  # more than one page stands above
        sim.create(body=f"other {number}")
    sim.fault("reset-after", count=1)
    assert deliver(tmp_path, sim, "Disk full") == 75
    for number in range(60):
        sim.create(body=f"later {number}")
    sim.call("DELETE", "/_sim/requests", auth=None)
    assert deliver(tmp_path, sim, "Disk full") == 0
    requests = sent_by_us(contract, sim)
    assert {request["method"] for request in requests} == {"GET"}
    assert len([m for m in sim.messages() if m["body"] == "Disk full"]) == 1
