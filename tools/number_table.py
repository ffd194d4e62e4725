#!/usr/bin/env python3
"""Writes Sources/Core/Address/PlainNumberTable.swift: the numbers that need no libphonenumber.

    pip install --target A phonenumbers==8.12.57     # what Debian 12 has
    pip install --target B phonenumbers              # what is current
    tools/number_table.py A B > Sources/Core/Address/PlainNumberTable.swift

A row is in the table only where each of the given releases of libphonenumber's metadata leads to
the same answer, and where that answer follows from the first digit and the length alone:

  - nothing that begins like an international prefix of the region (00, 011, 8~10, ...);
  - nothing that begins like a national prefix, a carrier code or an area code to be added: the
    set of first digits of the region's nationalPrefixForParsing is worked out from its regular
    expression, and a construct that is not understood counts as every digit;
  - a number that begins with the region's own calling code only if it is longer than any national
    number, since otherwise a pattern decides whether the calling code is one;
  - only lengths that libphonenumber calls possible.

Everything else is left to the library. After that each row is tried with random numbers against
each release, and the script fails if one answer differs; Tests/AddressTests does the same against
the C++ library. The seed is in SEED, so that two runs write the same file.
"""

import importlib
import json
import random
import re._constants as sre
import re._parser as sre_parse
import subprocess
import sys

SEED = 20261121
ALL = frozenset("0123456789")


def first_digits(pattern):
    """The digits that a non-empty match of the pattern can begin with; ALL when in doubt."""
    if not pattern:
        return frozenset()
    found, _ = first_of(list(sre_parse.parse(pattern)))
    return found


def first_of(items):
    """(digits that can come first, whether it can match nothing) of a parsed sequence."""
    found = set()
    for op, argument in items:
        digits, empty = first_of_item(op, argument)
        found |= digits
        if not empty:
            return frozenset(found), False
    return frozenset(found), True


def first_of_item(op, argument):
    if op is sre.LITERAL:
        return frozenset(chr(argument)), False
    if op is sre.IN:
        found = set()
        for kind, value in argument:
            if kind is sre.LITERAL:
                found.add(chr(value))
            elif kind is sre.RANGE:
                found |= {chr(c) for c in range(value[0], value[1] + 1)}
            else:
                return ALL, False
        return frozenset(found), False
    if op is sre.BRANCH:
        answers = [first_of(list(branch)) for branch in argument[1]]
        return frozenset().union(*(a[0] for a in answers)), any(a[1] for a in answers)
    if op is sre.SUBPATTERN:
        return first_of(list(argument[3]))
    if op in (sre.MAX_REPEAT, sre.MIN_REPEAT):
        digits, empty = first_of(list(argument[2]))
        return digits, empty or argument[0] == 0
    if op is sre.AT:
        return frozenset(), True
    return ALL, True  # an assertion, a reference: anything may come


def read_metadata():
    """One release, loaded alone in this process: {regions: {...}, codes: {...}}."""
    pn = importlib.import_module("phonenumbers")
    codes, regions = {}, {}
    for code, names in pn.COUNTRY_CODE_TO_REGION_CODE.items():
        main = pn.PhoneMetadata.metadata_for_region_or_calling_code(code, names[0])
        general = main.general_desc
        lengths = set(general.possible_length) | set(general.possible_length_local_only)
        first = ALL - first_digits(main.national_prefix_for_parsing)
        codes[code] = {"first": sorted(first), "lengths": sorted(lengths), "region": names[0],
                       "shared": len(names) > 1}
        for name in names if names[0] != "001" else []:
            own = pn.PhoneMetadata.metadata_for_region(name)
            prefix = first_digits(own.national_prefix_for_parsing)
            idd = first_digits(own.international_prefix)
            longest = max(own.general_desc.possible_length)
            regions[name] = {"code": code, "afterCode": sorted((first - prefix) if not
                             str(code)[0] in idd else set()),
                             "national": sorted(ALL - prefix - idd), "longest": longest}
    return {"codes": codes, "regions": regions}


def try_numbers(cases):
    """What one release says of [(text, region)]: the E.164 form or None."""
    pn = importlib.import_module("phonenumbers")
    answers = []
    for text, region in cases:
        try:
            number = pn.parse(text, region)
            possible = pn.is_possible_number(number)
            answers.append(pn.format_number(number, 0) if possible else None)
        except pn.NumberParseException:
            answers.append(None)
    return answers


def in_release(folder, task, payload=None):
    out = subprocess.run([sys.executable, __file__, "--task", task], input=json.dumps(payload),
                         env={"PYTHONPATH": folder}, capture_output=True, text=True, check=True)
    return json.loads(out.stdout)


def common(releases):
    """What all releases agree on."""
    codes = {}
    for code, row in releases[0]["codes"].items():
        rows = [r["codes"].get(code) for r in releases]
        if None in rows or len({r["region"] for r in rows}) > 1:
            continue
        first = set.intersection(*(set(r["first"]) for r in rows))
        lengths = set.intersection(*(set(r["lengths"]) for r in rows))
        codes[int(code)] = {"first": first, "lengths": lengths, "region": row["region"],
                            "shared": any(r["shared"] for r in rows)}
    regions = {}
    for name in releases[0]["regions"]:
        rows = [r["regions"].get(name) for r in releases]
        if None in rows or len({r["code"] for r in rows}) > 1 or rows[0]["code"] not in codes:
            continue
        regions[name] = {"code": rows[0]["code"], "longest": max(r["longest"] for r in rows),
                         "national": set.intersection(*(set(r["national"]) for r in rows)),
                         "afterCode": set.intersection(*(set(r["afterCode"]) for r in rows))}
    return codes, regions


def examples(codes, regions, dice):
    """(text, region, want) for every first digit and length of every row."""
    def tail(count):
        return "".join(dice.choice("0123456789") for _ in range(count))
    for code, row in codes.items():
        for first in sorted(row["first"]):
            for length in sorted(row["lengths"]):
                number = f"+{code}{first}{tail(length - 1)}"
                yield number, "US", number
                yield number, dice.choice(sorted(regions)), number
    for name, row in regions.items():
        code, main = str(row["code"]), codes[row["code"]]
        for length in sorted(main["lengths"]):
            for first in sorted(row["national"]):
                number = first + tail(length - 1)
                if not number.startswith(code):
                    yield number, name, f"+{code}{number}"
            for first in sorted(row["afterCode"]):
                number = code + first + tail(length - 1)
                if len(number) > row["longest"]:
                    yield number, name, f"+{number}"


def mask(values):
    return sum(1 << int(v) for v in values)


def swift(codes, regions, versions):
    out = [
        "// Written by tools/number_table.py from the metadata of libphonenumber, releases",
        f"// {' and '.join(versions)}. Do not edit: run the script again.",
        "",
        "/// Calling codes and regions whose plain numbers need no libphonenumber.",
        "///",
        "/// Masks: bit n of `first` stands for the digit n, bit n of `lengths` for n digits.",
        "enum PlainNumberTable {",
        "    /// A calling code: which first digits and lengths of a national number are certain.",
        "    struct CallingCode: Sendable {",
        "        let code: Int",
        "        let first: Int",
        "        let lengths: Int",
        "        /// The region that has the code, the main one when `isShared`; 001 is no region.",
        "        let region: String",
        "        let isShared: Bool",
        "    }",
        "",
        "    /// A region: which first digits need no thought, with and without the calling code.",
        "    struct RegionRow: Sendable {",
        "        let name: String",
        "        let code: Int",
        "        let national: Int",
        "        let afterCode: Int",
        "        /// Digits of its longest national number.",
        "        let longest: Int",
        "    }",
        "",
        "    /// In order of the code.",
        "    static let callingCodes: [CallingCode] = [",
    ]
    for code, row in sorted(codes.items()):
        out.append(f"        .init(code: {code}, first: {mask(row['first']):#x}, lengths: "
                   f"{mask(row['lengths']):#x}, region: \"{row['region']}\", "
                   f"isShared: {str(row['shared']).lower()}),")
    out += ["    ]", "", "    /// In order of the name.", "    static let regions: [RegionRow] = ["]
    for name, row in sorted(regions.items()):
        out.append(f"        .init(name: \"{name}\", code: {row['code']}, national: "
                   f"{mask(row['national']):#x}, afterCode: {mask(row['afterCode']):#x}, "
                   f"longest: {row['longest']}),")
    return "\n".join(out + ["    ]", "}", ""])


def main():
    if sys.argv[1:2] == ["--task"]:
        payload = json.load(sys.stdin)
        task = {"metadata": read_metadata, "numbers": lambda: try_numbers(payload),
                "version": lambda: importlib.import_module("phonenumbers").__version__}
        json.dump(task[sys.argv[2]](), sys.stdout)
        return
    folders = sys.argv[1:]
    if not folders:
        sys.exit(__doc__)
    codes, regions = common([in_release(f, "metadata") for f in folders])
    cases = list(examples(codes, regions, random.Random(SEED)))
    for folder in folders:
        got = in_release(folder, "numbers", [c[:2] for c in cases])
        wrong = [(c, g) for c, g in zip(cases, got) if c[2] != g]
        if wrong:
            sys.exit(f"{folder}: {len(wrong)} of {len(cases)} differ, such as {wrong[:5]}")
    print(f"{len(cases)} numbers tried with {len(folders)} releases, seed {SEED}", file=sys.stderr)
    print(swift(codes, regions, [in_release(f, "version") for f in folders]), end="")


main()
