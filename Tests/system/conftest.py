"""Fixtures for all system tests. The classes behind them are in sim.py and mta.py."""

import pytest

from sim import Receiver, Sim, build_directory


@pytest.fixture(scope="session")
def build():
    """The folder with the programs under test."""
    return build_directory()


@pytest.fixture
def sim():
    """A twilio-sim of the test's own, fast through the statuses."""
    with Sim("--step", "20ms") as running:
        yield running


@pytest.fixture
def make_sim():
    """Starts simulators with options: `make_sim("--latency", "50ms")`; stops them at the end."""
    started = []

    def start(*arguments, **options):
        started.append(Sim(*arguments, **options).start())
        return started[-1]

    yield start
    for running in started:
        running.stop()


@pytest.fixture
def receiver():
    """A server for status callbacks."""
    with Receiver() as running:
        yield running
