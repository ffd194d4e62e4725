#!/usr/bin/env python3
"""Writes Sources/Core/Address/CostlyPrefix+Table.swift: where premium and shared-cost numbers begin.

    pip install regex
    pip install --target A phonenumbers==8.12.57     # what Debian 12 has
    pip install --target B phonenumbers              # what is current
    tools/costly_prefixes.py A B > Sources/Core/Address/CostlyPrefix+Table.swift

For each calling code the patterns of its premium-rate and shared-cost numbers are walked digit by
digit: a prefix stays as long as some number of the pattern can begin with it, and ends the walk
where every digit may follow, or after DEPTH digits of the national number. The result contains
every such number of every given release, and some others: those are looked up in the library.
Tests/AddressTests tries it with random numbers against the C++ library.
"""

import json
import subprocess
import sys

import regex

DEPTH = 5

DUMP = """
import importlib, json, sys
sys.path.insert(0, sys.argv[1])
import phonenumbers
from phonenumbers.phonemetadata import PhoneMetadata
rows = []
def add(code, metadata):
    for desc in (metadata.premium_rate, metadata.shared_cost):
        if desc is not None and desc.national_number_pattern:
            rows.append([code, desc.national_number_pattern])
for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
    for region in regions:
        if region == "001":
            add(code, PhoneMetadata.metadata_for_nongeo_region(code))
        else:
            add(code, PhoneMetadata.metadata_for_region(region))
print(json.dumps([phonenumbers.__version__, rows]))
"""


def prefixes(pattern, prefix=""):
    """The shortest prefixes that cover all numbers of the pattern."""
    if not pattern.fullmatch(prefix, partial=True):
        return []
    if len(prefix) == DEPTH:
        return [prefix]
    below = [prefixes(pattern, prefix + digit) for digit in "0123456789"]
    whole = [[prefix + digit] for digit in "0123456789"]
    if below == whole or pattern.fullmatch(prefix):
        return [prefix]
    return [found for part in below for found in part]


def main():
    found = set()
    versions = []
    for folder in sys.argv[1:]:
        version, rows = json.loads(
            subprocess.check_output([sys.executable, "-c", DUMP, folder]))
        versions.append(version)
        for code, pattern in rows:
            found |= {f"{code}{p}" for p in prefixes(regex.compile(pattern))}
    # A prefix inside a shorter one adds nothing.
    found = {p for p in found if not any(p[:n] in found for n in range(1, len(p)))}
    numbers = sorted(int(p) for p in found)
    print("// Written by tools/costly_prefixes.py from the metadata of libphonenumber, releases")
    print(f"// {' and '.join(versions)}. Do not edit: run the script again.\n")
    print("extension CostlyPrefix {")
    print("    /// In ascending order; calling code and what follows it.")
    print("    static let table: [Int32] = [")
    line = "       "
    for number in numbers:
        if len(line) + len(str(number)) + 2 > 100:
            print(line)
            line = "       "
        line += f" {number},"
    print(line + "\n    ]\n}")


main()
