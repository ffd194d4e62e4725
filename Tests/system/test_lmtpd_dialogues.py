"""The dialogue files of Tests/LMTPTests, played against the running daemon."""

import pathlib
import re

import pytest

from lmtpd import Lmtpd

FILES = sorted((pathlib.Path(__file__).parents[1] / "LMTPTests/Dialogues").glob("*.lmtp"))
SETTINGS = {"message-size": 'max_message_size = "{}B"', "recipients": "max_recipients = {}"}


def unescaped(text):
    return re.sub(r"\\(r|n|0|x..)", lambda m: {"r": "\r", "n": "\n", "0": "\0"}.get(m[1])
                  or chr(int(m[1][1:], 16)), text).encode("latin-1")


def steps(path):
    """(number, kind, value) of each line; the kinds are told in Tests/LMTPTests/Dialogue.swift."""
    for number, line in enumerate(path.read_text().split("\n"), 1):
        kind, rest = line[:2], line[3:]
        if kind == "C:":
            yield number, "send", rest.encode() + b"\r\n"
        elif kind == "C<":
            yield number, "send", unescaped(rest)
        elif kind == "C*":
            count, character = rest.split()
            yield number, "send", character.encode() * int(count)
        elif kind == "S:":
            yield number, "whole", rest
        elif kind == "S~":
            yield number, "starts", [rest]
        elif kind == "S?":
            yield number, "starts", [choice.strip() for choice in rest.split("|")]
        elif kind == "X:":
            yield number, "closed", None
        elif kind == "% ":
            yield number, "setting", line[2:].split()
        else:
            assert kind in ("# ", ""), f"{path.name}:{number}: {line}"


def play(client, dialogue, where):
    for number, kind, value in dialogue:
        if kind == "send":
            client.send(value)
            continue
        got = client.line()
        place = f"{where}:{number}: got {got!r}"
        if kind == "whole":
            assert got == value, place
        elif kind == "starts":
            assert any((got or "").startswith(v) for v in value), place
        else:
            assert got is None, place


def test_found():
    assert len(FILES) >= 20


@pytest.mark.parametrize("tcp", [False, True], ids=["unix", "tcp"])
def test_dialogues(sim, tcp):
    """Every file, one session after the other, on one daemon where the limits allow it."""
    with Lmtpd(sim) as daemon:
        for path in FILES:
            dialogue = list(steps(path))
            if any(kind == "setting" for _, kind, _ in dialogue):
                continue
            with daemon.client(tcp, greet=False) as client:
                play(client, dialogue, path.name)


@pytest.mark.parametrize("path", [p for p in FILES if "% " in p.read_text()], ids=lambda p: p.stem)
def test_dialogue_with_limits(sim, path):
    dialogue = list(steps(path))
    settings = [SETTINGS[value[0]].format(value[1]) for _, kind, value in dialogue if kind == "setting"]
    with Lmtpd(sim, "\n".join(settings)) as daemon, daemon.client(greet=False) as client:
        play(client, [step for step in dialogue if step[1] != "setting"], path.name)
