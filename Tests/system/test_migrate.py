"""docs/migrate.md, done as it says: a carrier's dead domains come here, through a real Postfix and a
real Exim."""

import re

import pytest

import agent as agents
import mta

PAGE = (mta.REPOSITORY / "docs" / "migrate.md").read_text()
CARRIERS = PAGE.split("\n## A carrier's mail gateway\n")[1].split("\n## ")[0]


def block(language=""):
    """The first block of that language in the part on carriers, without its indent."""
    text = re.search(rf"^( *)```{language}\n(.*?)^ *```$", CARRIERS, re.S | re.M)
    return "".join(line.removeprefix(text[1]) for line in text[2].splitlines(True))


DOMAINS = [line.split()[0] for line in block().splitlines()]


def postfix(sim):
    server, _ = agents.postfix_with_pipe(agents.twilio_section(sim), sections=block("toml"))
    server.tables["transport"] += block()
    return server


def exim(sim):
    server, _ = agents.exim_with_pipe(agents.twilio_section(sim), sections=block("toml"))
    old = "domainlist sms_domains = sms.example"
    assert old in server.parts["main"]
    server.parts["main"] = server.parts["main"].replace(old, " : ".join([old, *DOMAINS]))
    return server


@pytest.mark.parametrize("build", [postfix, exim])
def test_a_carriers_address_that_is_built_in_goes_on_working(sim, build):
    assert len(DOMAINS) > 3 and "vtext.com" in DOMAINS
    with build(sim) as server:
        for number, domain in enumerate(DOMAINS):
            queue_id = server.send("ups@corp.example", [f"415555121{number}@{domain}"])
            server.wait_for(queue_id, "sent")
        server.wait_for(server.send("ups@corp.example", ["14155551219@sms.example"]), "sent")
    got = {m["to"]: (m["from"], m["body"]) for m in sim.messages()}
    assert got == {
        **{f"+1415555121{n}": ("+18085559999", "alert: Disk full on db1") for n in range(len(DOMAINS))},
        "+14155551219": (sim.environment["TWILIO_PHONE_NUMBER"], "Disk full on db1")}
