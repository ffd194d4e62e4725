"""Reading real and hostile mail, scored against results that others settled.

The corpora are not part of this repository: they are looked for in ../shared/corpora beside the checkout,
or where SMSMDA_CORPORA says. Without them every test here is skipped and says so.

`smsmda inspect --json` reads each message; the corpora's own tools/score.py compares. What remains different
is listed in docs/mime-differences.md with who is right.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

from sim import REPOSITORY, program

CORPORA = pathlib.Path(os.environ.get("SMSMDA_CORPORA", REPOSITORY.parent / "shared" / "corpora"))

pytestmark = pytest.mark.skipif(
    not (CORPORA / "expected.jsonl").exists(),
    reason=f"no corpora in {CORPORA}; set SMSMDA_CORPORA to the folder that holds expected.jsonl",
)

# What a bomb may take: 64 MB, and a second on an idle machine (CPU, with room for a loaded one).
MEMORY = 64 << 20
CPU_SECONDS = 3.0


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def inspect(files):
    """The records of `smsmda inspect --json` for files, by base name."""
    done = subprocess.run(
        [program("smsmda"), "inspect", "--json", "-"],
        input="\n".join(str(file) for file in files) + "\n",
        capture_output=True,
        text=True,
        check=True,
    )
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(records) == len(files)
    return {pathlib.Path(record["file"]).name: record for record in records}


@pytest.fixture(scope="module")
def expected():
    return lines(CORPORA / "expected.jsonl")


@pytest.fixture(scope="module")
def records():
    files = sorted((CORPORA / "messages").iterdir())
    assert len(files) > 1_000
    return inspect(files)


@pytest.fixture
def score(tmp_path, expected, records):
    """Scores the messages whose names begin with a word: per cent by field, and the misses."""

    def run(beginning=""):
        chosen = [one for one in expected if pathlib.Path(one["file"]).name.startswith(beginning)]
        assert chosen
        (tmp_path / "expected.jsonl").write_text("".join(json.dumps(one) + "\n" for one in chosen))
        (tmp_path / "records.jsonl").write_text(
            "".join(json.dumps(record) + "\n" for record in records.values())
        )
        done = subprocess.run(
            [sys.executable, CORPORA / "tools" / "score.py", tmp_path, tmp_path / "records.jsonl", "-v"],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        ).stdout.decode("utf-8", "replace")
        per_cent = {
            field: 100 * int(good) / int(all_)
            for field, good, all_ in re.findall(r"^(\w+) +(\d+) of +(\d+) ", done, re.MULTILINE)
        }
        misses = [line for line in done.splitlines() if " | " in line]
        return per_cent, misses

    return run


def test_no_message_is_left_unread(expected, records):
    assert {pathlib.Path(one["file"]).name for one in expected} <= set(records)
    assert not any("error" in record for record in records.values())


def test_alerts_are_read_without_a_miss(score):
    per_cent, misses = score("alerts__")
    assert per_cent["must"] == 100, misses
    assert per_cent["best_text"] == 100, misses
    assert min(per_cent.values()) == 100, misses


def test_synthetic_messages_show_their_one_difficulty(score):
    per_cent, misses = score("synthetic__")
    texts = {field: per_cent[field] for field in ("best_text", "subject", "contains", "best_text_any")}
    assert per_cent["best_text"] >= 98, misses
    assert per_cent["subject"] >= 98, misses
    print(texts)


@pytest.mark.parametrize(
    "field, goal",
    [
        ("subject", 99.5),
        ("from", 99.5),
        ("structure", 99.0),
        ("content", 99.0),
        ("best_text", 98.0),
    ],
)
def test_all_messages_reach_the_goal(score, field, goal):
    per_cent, misses = score()
    assert per_cent[field] >= goal, "\n".join(line for line in misses if f"| {field} |" in line)


def folded(text):
    return re.sub(r"\s+", " ", text or "").strip()


def kept(record, *kinds):
    return folded("\n".join(block["text"] for block in record["blocks"] if block["kind"] in kinds))


def test_no_alert_is_damaged_by_stripping(expected, records):
    """All that can be stripped is: the facts stay, the noise goes."""
    count = 0
    for one in expected:
        name = pathlib.Path(one["file"]).name
        if "must" not in one["expect"]:
            continue
        record = records[name]
        text = f"{kept(record, 'body')} {folded(record['subject'])}"
        for fact in one["expect"]["must"]:
            assert folded(fact).lower() in text.lower(), name
        for noise in one["expect"].get("noise", []):
            assert noise not in kept(record, "body"), name
        count += 1
    assert count >= 39


def author(one):
    """The sender whom a source knows besides the text: Talon's signatures are looked for with it."""
    signature = one.get("signature", "")
    address = re.search(r"\S+@\S+", signature)
    name = signature.splitlines()[-1] if signature else ""
    return f'From: "{"" if address else name}" <{address[0] if address else "someone@example.com"}>\n'


def test_replies_are_cut_to_what_is_new(tmp_path):
    """Without quotations and signatures; where the source's own test cuts quotations only, without those."""
    settled = [one for one in lines(CORPORA / "replies.jsonl") if "open" not in one["settled_by"]]
    files = []
    for number, one in enumerate(settled):
        source = CORPORA / one["file"]
        file = tmp_path / f"{number}.eml"
        if source.suffix == ".eml":
            file.write_bytes(source.read_bytes())
        else:
            subtype = "html" if source.suffix == ".html" else "plain"
            head = f"{author(one)}Content-Type: text/{subtype}; charset=utf-8\n\n".encode()
            file.write_bytes(head + source.read_bytes())
        files.append(file)
    records = inspect(files)
    misses = []
    for number, one in enumerate(settled):
        keeps_signature = one["settled_by"].startswith("source (test rule")
        kinds = ("body", "signature", "footer") if keeps_signature else ("body",)
        if kept(records[f"{number}.eml"], *kinds) != folded(one["expected"]):
            misses.append(one["file"])
    share = 100 * (len(settled) - len(misses)) / len(settled)
    assert share >= 90, f"{share:.1f} % of {len(settled)}: {misses}"


def test_html_has_the_words_of_its_text(tmp_path):
    """By words: other converters draw bullets, columns and links in their own ways."""
    settled = [one for one in lines(CORPORA / "html.jsonl") if "expected" in one]
    files = []
    for number, one in enumerate(settled):
        file = tmp_path / f"{number}.eml"
        file.write_bytes(b"Content-Type: text/html\n\n" + (CORPORA / one["file"]).read_bytes())
        files.append(file)
    records = inspect(files)

    def words(text):
        counts = {}
        for word in re.findall(r"\w+", text or ""):
            counts[word] = counts.get(word, 0) + 1
        return counts

    misses = []
    for number, one in enumerate(settled):
        best = records[f"{number}.eml"]["best"]
        got, want = words(best and best["text"]), words(one["expected"])
        common = sum(min(count, got.get(word, 0)) for word, count in want.items())
        total = sum(got.values()) + sum(want.values())
        if total and 2 * common / total < 0.9:
            misses.append(one["file"])
    assert len(misses) <= len(settled) * 0.1, misses


def bombs():
    folder = CORPORA / "messages"
    return sorted(file.name for file in folder.glob("*bomb*")) if folder.exists() else []


# Linux counts the memory of the process that forked as the new program's own peak, and pytest is large.
MEASURE = """
import os, sys
pid = os.fork()
if pid == 0:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execv(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(pid, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss * 1024, usage.ru_utime + usage.ru_stime)
"""


@pytest.mark.parametrize("name", bombs())
def test_a_bomb_takes_bounded_time_and_memory(name):
    command = [program("smsmda"), "inspect", "--json", CORPORA / "messages" / name]
    code, peak, seconds = subprocess.run(
        [sys.executable, "-I", "-S", "-c", MEASURE, *command],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert code == "0"
    assert int(peak) < MEMORY, f"{int(peak) >> 10} KB"
    assert float(seconds) < CPU_SECONDS, f"{seconds} s of CPU"
