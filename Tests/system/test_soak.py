"""A short run of soak.py: `make soak` is the long one."""

import os
import random

import pytest

import postgresql
import soak

COUNT = int(os.environ.get("SOAK", "300"))


@pytest.mark.parametrize("kind, count", [("pipe", COUNT), ("lmtp", COUNT), ("hosts", COUNT // 3)])
def test_each_message_exactly_once(kind, count):
    if kind == "hosts" and not postgresql.programs():
        pytest.skip("no PostgreSQL: run `make setup`")
    seed = random.randrange(1 << 32)
    print(f"seed {seed}: Tests/system/soak.py {count} --by {kind} --seed {seed}")
    assert soak.Soak(kind, count, seed).run() == []
