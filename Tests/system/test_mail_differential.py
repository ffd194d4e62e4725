"""Reading mail, beside Python's email and GMime 3: thousands of generated messages, the seed printed.

Valid messages of random structure must be read by all alike: structure, subject, sender, decoded octets.
Mutations of them (octets changed, lines dropped, doubled or moved, the message cut) have no right reading;
there `smsmda inspect` must read each one, in valid Unicode, and agree with at least one of the others where
those two agree with each other, but for a small share.

SEED=1 and COUNT=10000 in the environment set what is otherwise chosen.
"""

import base64
import email
import email.policy
import hashlib
import json
import os
import quopri
import random
import re
import shutil
import subprocess

import pytest

SEED = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(1, 1 << 31)
COUNT = int(os.environ.get("COUNT", "2000"))

WORDS = "Pumpe Tür offen Störung Kühlraum alarm disk full 警報 Пожар température élevée №3 — 12,5".split()
CHARSETS = {
    "us-ascii": "ascii", "utf-8": "utf-8", "iso-8859-1": "cp1252", "iso-8859-15": "iso8859_15", "koi8-r": "koi8_r",
    "windows-1251": "cp1251", "shift_jis": "cp932", "gb18030": "gb18030", "iso-2022-jp": "iso2022_jp",
}


class Leaf:
    """A leaf as it was put into the message."""

    def __init__(self, path, kind, octets, is_base64):
        self.path, self.kind = path, kind
        plain = octets
        if kind.startswith("text/") or not is_base64:
            plain = plain.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if kind.startswith("text/"):
            plain = plain.rstrip(b"\n")
        self.sha256 = hashlib.sha256(plain).hexdigest()


class Generator:
    """Messages of random but valid structure, with what they hold."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.boundaries = 0

    def text(self, codec):
        lines = []
        for _ in range(self.random.randrange(1, 6)):
            words = self.random.choices(WORDS, k=self.random.randrange(0, 9))
            lines.append(" ".join(w for w in words if self.encodes(w, codec)))
        return "\r\n".join(lines).strip() or "x"

    @staticmethod
    def encodes(word, codec):
        try:
            word.encode(codec)
        except UnicodeError:
            return False
        return True

    def encoded_word(self, word):
        charset = self.random.choice([c for c, codec in CHARSETS.items() if self.encodes(word, codec) and c != "us-ascii"])
        octets = word.encode(CHARSETS[charset])
        if self.random.random() < 0.5 or charset == "iso-2022-jp":
            return "=?%s?B?%s?=" % (charset, base64.b64encode(octets).decode())
        return "=?%s?q?%s?=" % (charset, "".join("=%02X" % b if b > 126 or b < 48 or b in b"?=_" else chr(b) for b in octets))

    def subject(self):
        # Blanks between encoded words vanish, so each one but the last carries its own.
        words = self.random.choices(WORDS, k=self.random.randrange(1, 7))
        out, plain = [], []
        for index, word in enumerate(words):
            last = index + 1 == len(words)
            if word.isascii() and self.random.random() < 0.8:
                out.append(word)
            else:
                next_is_encoded = not last and not words[index + 1].isascii()
                out.append(self.encoded_word(word))
                if next_is_encoded:
                    # An ASCII word between keeps both readers of the blank content.
                    out.append("-")
                    plain.append(word)
                    plain.append("-")
                    continue
            plain.append(word)
        # A plain word that was encoded all the same may stand beside another encoded one.
        for left, right in zip(out, out[1:]):
            if left.startswith("=?") and right.startswith("=?"):
                return self.subject()
        fold = self.random.choice([" ", " ", "\r\n "])
        return fold.join(out), " ".join(plain)

    def body(self, kind):
        """Header lines, encoded octets, decoded octets."""
        if kind.startswith("text/"):
            charset = self.random.choice(list(CHARSETS))
            octets = self.text(CHARSETS[charset]).encode(CHARSETS[charset])
            head = "Content-Type: %s; charset=%s\r\n" % (kind, self.random.choice([charset, '"%s"' % charset, charset.upper()]))
        else:
            octets = self.random.randbytes(self.random.randrange(0, 200))
            head = "Content-Type: %s\r\nContent-Disposition: attachment; filename=\"f%d.bin\"\r\n" % (kind, self.random.randrange(99))
        choices = ["base64"]
        if kind.startswith("text/"):
            choices += ["8bit", "quoted-printable"]
        encoding = self.random.choice(choices)
        head += "Content-Transfer-Encoding: %s\r\n" % self.random.choice([encoding, encoding.upper()])
        if encoding == "base64":
            return head, base64.encodebytes(octets).replace(b"\n", b"\r\n"), octets, True
        if encoding == "quoted-printable":
            encoded = b"\r\n".join(quopri.encodestring(line) for line in octets.split(b"\r\n")).replace(b"=\n", b"=\r\n")
            return head, encoded, octets, False
        return head, octets, octets, False

    def part(self, path, depth):
        """A part's octets, its header included, and its leaves."""
        roll = self.random.random()
        if depth < 4 and roll < 0.35:
            kind = self.random.choice(["mixed", "alternative", "related", "parallel", "x-own"])
            self.boundaries += 1
            boundary = self.random.choice(["b%d", "=_part %d", "--- %d", "a'()+_,-./:=?%d"]) % self.boundaries
            parts, leaves = [], []
            for index in range(1, self.random.randrange(2, 5)):
                octets, found = self.part(path + [index], depth + 1)
                parts.append(octets)
                leaves += found
            line = b"--" + boundary.encode()
            pad = self.random.choice([b"", b" ", b"\t "])
            octets = ("Content-Type: multipart/%s; boundary=\"%s\"\r\n\r\n" % (kind, boundary)).encode()
            octets += self.random.choice([b"", b"preamble\r\n"])
            octets += b"".join(line + pad + b"\r\n" + p + b"\r\n" for p in parts) + line + b"--" + self.random.choice([b"\r\n", b"\r\nepilogue\r\n"])
            return octets, leaves
        if depth < 3 and roll < 0.45:
            octets, leaves = self.message(path, depth + 1)
            return b"Content-Type: message/rfc822\r\n\r\n" + octets, [("message", path)] + leaves
        kind = self.random.choice(["text/plain", "text/plain", "text/html", "application/octet-stream", "image/png"])
        head, encoded, octets, is_base64 = self.body(kind)
        return head.encode() + b"\r\n" + encoded, [(Leaf, path, kind, octets, is_base64)]

    def message(self, path, depth):
        octets, leaves = self.part(path, depth)
        header, self.last_subject = self.subject()
        # A message whose body is one leaf has it under its own section and ".1".
        single = not octets.startswith(b"Content-Type: multipart/")
        if single:
            leaves = [self.deeper(leaf, len(path)) for leaf in leaves]
        top = "From: \"Anna, B\" <a@example.org>\r\nSubject: %s\r\nMIME-Version: 1.0\r\n" % header
        return top.encode() + octets, leaves

    @staticmethod
    def deeper(leaf, length):
        at = 1
        path = leaf[at][:length] + [1] + leaf[at][length:]
        return leaf[:at] + (path,) + leaf[at + 1:]

    def whole(self):
        octets, leaves = self.message([], 0)
        subject = self.last_subject
        found = []
        for leaf in leaves:
            name = ".".join(map(str, leaf[1]))
            if leaf[0] == "message":
                found.append((name, "message/rfc822", None))
            else:
                made = Leaf(name, leaf[2], leaf[3], leaf[4])
                found.append((made.path, made.kind, made.sha256))
        return octets, subject, found

    def mutated(self, octets):
        octets = bytearray(octets)
        for _ in range(self.random.randrange(1, 6)):
            if not octets:
                break
            roll = self.random.randrange(6)
            at = self.random.randrange(len(octets))
            if roll == 0:
                octets[at] = self.random.randrange(256)
            elif roll == 1:
                del octets[at:at + self.random.randrange(1, 40)]
            elif roll == 2:
                octets[at:at] = octets[at:at + self.random.randrange(1, 200)]
            elif roll == 3:
                octets[at:at] = self.random.choice([b"\n", b"\r\n", b"\r", b"\0", b"--", b"=", b"=?", b"\"", b";", b":", b"(", b"<"])
            elif roll == 4 and self.random.random() < 0.3:
                del octets[at:]
            else:
                lines = bytes(octets).split(b"\n")
                index = self.random.randrange(len(lines))
                other = self.random.randrange(len(lines))
                lines[index], lines[other] = lines[other], lines[index]
                octets = bytearray(b"\n".join(lines))
        return bytes(octets)


def ours(build, files):
    """One record a file, by `smsmda inspect --json`."""
    run = subprocess.run(
        [str(build / "smsmda"), "inspect", "--json", "-"], input="\n".join(map(str, files)).encode() + b"\n",
        stdout=subprocess.PIPE, check=True, timeout=600,
    )
    # json.loads wants valid UTF-8, and so do we.
    return [json.loads(line) for line in run.stdout.decode("utf-8", "strict").splitlines()]


def shape(record):
    return [(leaf["path"], leaf["type"], leaf["sha256"]) for leaf in record["leaves"]]


def python_shape(octets):
    """Structure and digests by Python's email; None where it gives up."""
    try:
        found = []
        python_walk(email.message_from_bytes(octets, policy=email.policy.default), [], True, found)
        return found
    except Exception:  # noqa: BLE001 - it raises many kinds on broken mail, and that is its answer
        return None


def python_walk(part, path, is_body, found):
    kind = part.get_content_type()
    payload = part.get_payload()
    if kind.startswith("multipart/") and isinstance(payload, list):
        for index, child in enumerate(payload, 1):
            python_walk(child, path + [index], False, found)
        return
    name = ".".join(map(str, path + [1] if is_body else path))
    if kind == "message/rfc822" and isinstance(payload, list):
        found.append((name, kind, None))
        python_walk(payload[0], path + [1] if is_body else path, True, found)
    elif kind.startswith(("message/", "multipart/")):
        found.append((name, kind, None))
    else:
        octets = part.get_payload(decode=True) or b""
        is_base64 = (part.get("Content-Transfer-Encoding") or "").strip().lower() == "base64"
        found.append((name, kind, Leaf(name, kind, octets, is_base64).sha256))


@pytest.fixture(scope="module")
def gmime(tmp_path_factory):
    """The GMime reader of gmime_shape.c, compiled; None where GMime is not installed."""
    if not shutil.which("pkg-config") or subprocess.run(["pkg-config", "--exists", "gmime-3.0"]).returncode:
        return None
    program = tmp_path_factory.mktemp("gmime") / "gmime_shape"
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "gmime-3.0"], stdout=subprocess.PIPE, check=True).stdout
    source = os.path.join(os.path.dirname(__file__), "gmime_shape.c")
    subprocess.run(["cc", "-O1", source, "-o", str(program), *flags.decode().split()], check=True)
    return program


def gmime_structures(program, files):
    """Section and media type of each leaf of each file, by GMime; None where it finds no message."""
    run = subprocess.run(
        [str(program)], input="\n".join(map(str, files)).encode() + b"\n", stdout=subprocess.PIPE, check=True, timeout=600
    )
    structures = []
    for line in run.stdout.decode("utf-8", "replace").splitlines():
        words = line.split("\t")
        structures.append(None if words[0] == "none" else [tuple(w.split(" ", 1)) for w in words[1:]])
    return structures


def write(folder, messages):
    files = []
    for index, octets in enumerate(messages):
        path = folder / f"{index}.eml"
        path.write_bytes(octets)
        files.append(path)
    return files


def structure(shape_of_leaves):
    return [(path, kind) for path, kind, _ in shape_of_leaves]


def test_valid_messages_are_read_as_they_were_made(build, gmime, tmp_path):
    print(f"SEED={SEED}")
    generator = Generator(SEED)
    made = [generator.whole() for _ in range(COUNT)]
    for name, change in {"CRLF": lambda b: b, "LF": lambda b: b.replace(b"\r\n", b"\n")}.items():
        folder = tmp_path / name
        folder.mkdir()
        octets = [change(message) for message, _, _ in made]
        files = write(folder, octets)
        for record, (_, subject, leaves) in zip(ours(build, files), made, strict=True):
            where = f"SEED={SEED}, {name}, {os.path.basename(record['file'])}"
            assert shape(record) == leaves, where
            assert record["subject"] == subject, where
            assert record["from"] == [["Anna, B", "a@example.org"]], where
    # The oracles are asked whether the generator tells the truth.
    for (octets, _, leaves), _ in zip(made[:200], range(200)):
        assert python_shape(octets) == leaves, f"SEED={SEED}: Python reads the generated message otherwise"
    if gmime is None:
        pytest.skip("the rest needs GMime 3: apt-get install libgmime-3.0-dev pkg-config")
    for found, (_, _, leaves) in zip(gmime_structures(gmime, write(tmp_path, [m[0] for m in made])), made, strict=True):
        assert found == structure(leaves), f"SEED={SEED}: GMime reads the generated message otherwise"


def test_mutated_messages_are_read_and_seldom_against_both_others(build, gmime, tmp_path):
    print(f"SEED={SEED}")
    if gmime is None:
        pytest.skip("needs GMime 3: apt-get install libgmime-3.0-dev pkg-config")
    generator = Generator(SEED + 1)
    messages = [generator.mutated(generator.whole()[0]) for _ in range(COUNT)]
    files = write(tmp_path, messages)
    records = ours(build, files)
    assert len(records) == len(messages)
    agreed, against = 0, []
    for record, octets, third in zip(records, messages, gmime_structures(gmime, files), strict=True):
        python = python_shape(octets)
        if python is None or third is None or structure(python) != third:
            continue
        agreed += 1
        if structure(shape(record)) != third:
            against.append(os.path.basename(record["file"]))
    print(f"{agreed} of {COUNT} read alike by Python and GMime; we differ in {len(against)}: {against[:20]}")
    assert agreed > COUNT / 2
    assert len(against) <= agreed * 0.02, f"SEED={SEED}: {against[:20]}"
    # Nothing of a broken message may come out as something that breaks a log or a terminal.
    for record in records:
        assert not re.search(r"[\x00-\x1f\x7f-\x9f]", record["subject"] or ""), record["file"]
