"""Who may send what, when and how much: each rule with a real Postfix and a real Exim in front."""

import datetime
import os
import pathlib
import subprocess

import pytest

import agent as agents
import mta
import postfix_front
import sim as simulator
import test_postfix_front

GOOD = "14155551212@sms.example"
PHONE = "+14155551212"
ALICE = "alice@corp.example"


@pytest.fixture(params=["postfix", "exim"])
def start(request, sim):
    """Starts a mail server and its agent with these sections in smsmda.toml; stops it at the end."""
    build = {"postfix": agents.postfix_with_pipe, "exim": agents.exim_with_pipe}[request.param]
    servers = []

    def started(sections):
        server, agent = build(agents.twilio_section(sim), sections=sections)
        servers.append(server.__enter__())
        agent.sections = lambda new: agent.configure(agents.twilio_section(sim), sections=new)
        return server, agent

    yield started
    for server in servers:
        server.__exit__(None, None, None)


def bounced(server, recipient=GOOD, sender=ALICE):
    """The text of the bounce of one mail, its lines joined: Postfix breaks them."""
    queue_id = server.send(sender, [recipient])
    server.wait_for(queue_id, "bounced")
    [bounce] = server.wait_for_mail("alice")
    return " ".join(bounce.as_string().split())


def bodies(sim, phone=PHONE):
    return [message["body"] for message in sim.messages(phone)]


# --- Who may send

@pytest.mark.parametrize("rule", [
    'match = "*@monitoring.example"',
    'match = "*@corp.example ip:192.0.2.0/24"',
    'match = "*@corp.example sasl:*"',
])
def test_a_sender_without_a_rule_is_refused(start, sim, rule):
    server, _ = start(f"[[sender]]\n{rule}")
    text = bounced(server)
    assert "5.7.1" in text
    assert "sender may not send SMS here" in text
    assert sim.messages() == []


@pytest.mark.parametrize("rule", [
    'match = "*@corp.example"',
    'match = "*@corp.example ip:127.0.0.0/8"',
    'match = ["*@monitoring.example", "ip:127.0.0.1"]',
])
def test_a_sender_with_a_rule_may_send(start, sim, rule):
    server, _ = start(f"[[sender]]\n{rule}")
    server.wait_for(server.send(ALICE, [GOOD]), "sent")
    assert len(sim.messages()) == 1


# --- To whom

@pytest.mark.parametrize("rule, recipient, reason", [
    ('to = "+46*"', GOOD, "may not send SMS to this recipient"),
    ('to = "oncall"', GOOD, "may not send SMS to this recipient"),
    ('countries = "+46"', GOOD, "no SMS to +1 numbers"),
    ("", "19002345678@sms.example", "no SMS to premium numbers"),
    ('refuse_kinds = "fixed"', '"+442079460018"@sms.example', "no SMS to fixed numbers"),
])
def test_a_recipient_beyond_the_rule_is_refused(start, sim, rule, recipient, reason):
    server, _ = start(f'[aliases]\noncall = "{PHONE}"\n[[sender]]\nmatch = "*"\n{rule}')
    text = bounced(server, recipient)
    assert "5.7.1" in text
    assert reason in text
    assert sim.messages() == []


def test_an_alias_is_a_recipient_by_its_name(start, sim):
    server, _ = start(f'[aliases]\noncall = "{PHONE}"\n[[sender]]\nmatch = "*"\nto = "oncall"')
    server.wait_for(server.send(ALICE, ["OnCall@sms.example"]), "sent")
    assert len(bodies(sim)) == 1


def test_a_group_reports_each_number_in_one_bounce(start, sim):
    """15005550001 is Twilio's number that is never valid."""
    server, _ = start('[aliases]\nteam = ["14155551212", "night"]\nnight = ["+15005550001"]')
    text = bounced(server, "team@sms.example")
    assert "+15005550001" in text and "21211" in text
    assert len(bodies(sim)) == 1


# --- When

def hours_without_now():
    """A window of one hour, twelve hours from now."""
    begin = datetime.datetime.now() + datetime.timedelta(hours=12)
    return f'hours = "{begin:%H}:00-{begin + datetime.timedelta(hours=1):%H}:00"'


def test_outside_of_the_hours_mail_waits(start, sim):
    server, agent = start(f"[policy]\n{hours_without_now()}")
    queue_id = server.send(ALICE, [GOOD], "can wait")
    server.wait_for(queue_id, "deferred")
    server.wait_for_log("outside of the hours for SMS")
    assert sim.messages() == []
    agent.sections('[policy]\nhours = "00:00-24:00"')
    server.wait_for_empty_queue(flush=True)
    assert bodies(sim) == ["can wait"]
    assert server.mailbox("alice") == []


def test_an_urgent_option_does_not_wait(start, sim):
    server, _ = start(f"[policy]\n{hours_without_now()}\n[option.urgent]\nurgent = true")
    server.wait_for(server.send(ALICE, ["14155551212+urgent@sms.example"], "now"), "sent")
    assert bodies(sim) == ["now"]


# --- How much

def test_over_a_rate_mail_is_deferred_and_delivered_later(start, sim):
    server, _ = start('[[sender]]\nmatch = "*"\nrate = "2/2s"')
    queue_ids = [server.send(ALICE, [GOOD], f"alert {n}") for n in range(6)]
    for queue_id in queue_ids:
        mta.wait_until(lambda: server.statuses(queue_id), "a first try")
    assert "over the rate of 2 segments in 2 s for this sender" in server.log()
    server.wait_for_empty_queue(flush=True)
    assert sorted(bodies(sim)) == [f"alert {n}" for n in range(6)]
    assert server.mailbox("alice") == []


@pytest.mark.parametrize("per, whose, sender, recipient", [
    ("recipient", "this recipient", ALICE, "14155551213@sms.example"),
    ("sender", "this sender", "bob@corp.example", GOOD),
    ("country", "+1 numbers", ALICE, '"+46701234567"@sms.example'),
])
def test_over_a_cap_mail_bounces_if_the_operator_says_so(start, sim, per, whose, sender, recipient):
    server, _ = start(f'[[limit]]\nper = "{per}"\ndaily_segments = 3\nover_cap = "reject"')
    # Two segments, then one, then one too many; another one of them has a cap of its own.
    server.wait_for(server.send(ALICE, [GOOD], "x" * 200), "sent")
    server.wait_for(server.send(ALICE, [GOOD], "y"), "sent")
    text = bounced(server)
    assert f"daily limit of 3 segments for {whose} is used up" in text
    server.wait_for(server.send(sender, [recipient], "z"), "sent")
    assert [m["body"] for m in sim.messages()] == ["x" * 200, "y", "z"]


def test_over_a_cap_mail_waits_otherwise(start, sim):
    server, agent = start('[[limit]]\nper = "installation"\nmonthly_segments = 1')
    server.wait_for(server.send(ALICE, [GOOD], "first"), "sent")
    queue_id = server.send(ALICE, [GOOD], "second")
    server.wait_for(queue_id, "deferred")
    agent.sections('[[limit]]\nper = "installation"\nmonthly_segments = 2')
    server.wait_for_empty_queue(flush=True)
    assert bodies(sim) == ["first", "second"]


def test_a_mail_above_the_whole_cap_bounces_at_once(start, sim):
    server, _ = start('[[sender]]\nmatch = "*"\ndaily_segments = 1')
    queue_id = server.send(ALICE, [GOOD], "x" * 200)
    server.wait_for(queue_id, "bounced")
    assert "2 segments are more than the daily limit of 1" in server.log()
    assert sim.messages() == []


def test_a_refusal_by_twilio_takes_nothing_from_the_cap(start, sim):
    server, _ = start('[[limit]]\nper = "installation"\ndaily_segments = 1')
    server.wait_for(server.send(ALICE, ["15005550001@sms.example"]), "bounced")
    server.wait_for(server.send(ALICE, [GOOD], "after it"), "sent")
    assert bodies(sim) == ["after it"]


def test_a_cap_holds_under_fifty_at_once(tmp_path, sim):
    agent = agents.Agent(
        tmp_path / "agent", agents.twilio_section(sim),
        sections='[[limit]]\nper = "installation"\ndaily_segments = 41')
    message = "Subject: x\n\nReceived: {}\n" + "z" * 200  # two segments
    runs = []
    for number in range(50):
        run = subprocess.Popen(
            [agent.program, "-C", agent.configuration, "-f", ALICE, "--", GOOD],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        run.stdin.write(f"Received: number {number}\n" + message)
        run.stdin.close()
        runs.append(run)
    outputs = [run.stdout.read() for run in runs]
    statuses = [run.wait(mta.PATIENCE) for run in runs]
    refused = [text for text, status in zip(outputs, statuses) if status != 0]
    assert statuses.count(0) == 20, outputs
    assert statuses.count(75) == 30
    reason = "daily limit of 41 segments for this host is used up"
    assert [text for text in refused if reason not in text] == []
    assert sum(m.get("segments", 2) for m in sim.messages()) == 40


def test_the_operator_is_warned_once(start, sim):
    """At 80 %: the fourth of five segments, and not at the fifth."""
    server, agent = start("")
    agent.sections(
        '[[limit]]\nper = "installation"\ndaily_segments = 5\n[policy]\n'
        f'warn_to = "alice@corp.example"\nwarn_via = "inet:127.0.0.1:{server.port}"')
    for number in range(3):
        server.wait_for(server.send("bob@corp.example", [GOOD], f"alert {number}"), "sent")
    assert server.mailbox("alice") == []
    for number in range(3, 5):
        server.wait_for(server.send("bob@corp.example", [GOOD], f"alert {number}"), "sent")
    [warning] = server.wait_for_mail("alice")
    assert warning["Auto-Submitted"] == "auto-generated"
    assert warning["Date"].datetime is not None
    assert "4 of the daily limit of 5 segments for this host are used" in warning.get_content()
    server.wait_for_empty_queue()
    assert len(server.mailbox("alice")) == 1


# --- Whose bill

def test_a_login_has_an_account_of_its_own(make_sim):
    department = "AC" + "d" * 32
    sim = make_sim(
        "--account", f"{simulator.ACCOUNT_SID}:{simulator.AUTH_TOKEN}",
        "--account", f"{department}:{simulator.AUTH_TOKEN}")
    front = postfix_front.Front(agents.twilio_section(sim))
    front.agent.configure(agents.twilio_section(sim), sections=f"""\
[account.ups]
account_sid = "{department}"
auth_token = "{simulator.AUTH_TOKEN}"
from = "+18085550000"
[[route]]
match = "sasl:ups@sms.example"
account = "ups"
""")
    with front.server:
        with front.login() as client:
            code, text = test_postfix_front.transaction(client, postfix_front.UPS, [GOOD])
        assert code == 250, text
        assert [m["from"] for m in sim.wait_for_messages(1)] == ["+18085550000"]
        listed = sim.json(
            "GET", f"/2010-04-01/Accounts/{department}/Messages.json",
            auth=(department, simulator.AUTH_TOKEN))[1]
        assert len(listed["messages"]) == 1


# --- Secrets

def test_no_secret_shows_anywhere(start, sim):
    """Not in logs, bounces, the journal, arguments or environments, when all goes wrong."""
    server, agent = start("")
    sim.fault("latency", rate=1.0, ms=3000)
    queue_id = server.send(ALICE, [GOOD])
    mta.wait_until(lambda: sim.requests() or sim.traffic()["running"], "the request to arrive")
    seen = b""
    for pid in agent.running():
        seen += pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
        try:
            seen += pathlib.Path(f"/proc/{pid}/environ").read_bytes()
        except PermissionError:
            pass  # It has forbidden that to all but root.
    assert b"sms-deliver" in seen
    sim.clear_faults()
    server.wait_for_empty_queue(flush=True)
    sim.fault("401", rate=1.0)
    server.wait_for(server.send(ALICE, [GOOD], "refused login"), "deferred")
    sim.clear_faults()
    server.wait_for_empty_queue(flush=True)
    bounced(server, "15005550001@sms.example")
    secret = simulator.AUTH_TOKEN.encode()
    assert secret in agent.configuration.read_bytes()
    assert secret not in seen
    for folder, _, names in os.walk(server.directory):
        for name in names:
            path = pathlib.Path(folder, name)
            if path == agent.configuration or not path.is_file():
                continue
            assert secret not in path.read_bytes(), path
