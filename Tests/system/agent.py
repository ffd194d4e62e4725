"""sms-deliver installed below a test's directory, and the mail servers that hand mail to it with the
configuration an administrator copies. Standard library only: the demo uses it too."""

import os
import pathlib
import shutil
import signal

import mta
import sim

def twilio_section(provider):
    """The lines of [twilio] for a simulator, or for all that has its `environment`."""
    value = provider.environment
    return f"""\
account_sid = "{value["TWILIO_ACCOUNT_SID"]}"
auth_token = "{value["TWILIO_AUTH_TOKEN"]}"
from = "{value["TWILIO_PHONE_NUMBER"]}"
base_url = "{value["TWILIO_BASE_URL"]}"
"""


class Agent:
    """sms-deliver with a configuration and a journal below `directory`, both its user's own.

    `twilio`: the lines of [twilio]. `journal`: those of [journal]; by default a lost reply is asked
    about at once, so that no test waits for it. `sections`: TOML that is appended.
    `own(path)` gives a file to the account which will run it.
    """

    def __init__(self, directory, twilio, *, journal='settle = "0s"', sections="",
                 own=lambda path: None):
        self.directory = pathlib.Path(directory)
        # Copies: the account that runs it may not be able to look into the checkout.
        self.program = self.directory / "usr/local/sbin/sms-deliver"
        self.program.parent.mkdir(parents=True)
        shutil.copy2(sim.program("sms-deliver"), self.program)
        library = self.directory / "usr/local/lib/smsmda/libsmsmda-phonenumber.so"
        library.parent.mkdir(parents=True)
        shutil.copy2(sim.program(library.name), library)
        self.state = self.directory / "state"
        self.state.mkdir()
        self.configuration = self.directory / "smsmda.toml"
        self.configure(twilio, journal, sections)
        for path in (self.state, self.configuration):
            own(path)

    def configure(self, twilio, journal='settle = "0s"', sections=""):
        """Writes the configuration, readable for its owner alone: there is a token in it."""
        self.configuration.touch(0o600)
        self.configuration.write_text(f"""\
default_region = "US"
[twilio]
{twilio}
[journal]
path = "{self.state}/journal.db"
{journal}
{sections}
""")

    @property
    def command(self):
        """What stands in the place of /usr/local/sbin/sms-deliver in a mail server's files."""
        return f"{self.program} -C {self.configuration}"

    def remove(self):
        """Takes the program away, as an upgrade does for a moment."""
        self.program.rename(self.program.with_name("gone"))

    def restore(self):
        self.program.with_name("gone").rename(self.program)

    def replace_by_script(self, text):
        """Puts a shell script where the program is; `restore` brings the program back."""
        self.remove()
        self.program.write_text("#!/bin/sh\n" + text)
        self.program.chmod(0o755)

    def running(self):
        """The process ids of sms-deliver now."""
        found = []
        # Not by /proc/PID/exe: a process that allows no core dump hides it from its own user.
        for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if path.read_bytes().split(b"\0")[0] == bytes(self.program):
                    found.append(int(path.parent.name))
            except OSError:  # ended meanwhile
                continue
        return found

    def kill(self, signal_number=signal.SIGKILL):
        """Sends a signal to the one process of sms-deliver, waiting for it to be there."""
        pids = mta.wait_until(self.running, "sms-deliver to run")
        for pid in pids:
            os.kill(pid, signal_number)


def postfix_with_pipe(twilio, *, main="", master="", **settings):
    """A Postfix, not started, that runs the files of postfix/, and its agent."""
    server = mta.Postfix()
    agent = _agent(server, twilio, settings)
    server.extra_main = (mta.shipped("postfix/main.cf", {"/etc/postfix/": f"{server.etc}/"})
                         + mta.shipped("postfix/main.cf.pipe") + main)
    server.extra_master = mta.shipped("postfix/master.cf.pipe", {
        "/usr/local/sbin/sms-deliver": agent.command, "user=smsmda": f"user={server.agent}",
    }) + master
    server.tables["transport"] = mta.shipped("postfix/transport")
    return server, agent


def exim_with_pipe(twilio, *, auto_thaw="5m", first_retry="1m", **settings):
    """An Exim, not started, that runs the files of examples/exim, and its agent."""
    server = mta.Exim()
    agent = _agent(server, twilio, settings)

    def include(name, replace=()):
        """As the administrator does it: a copy of the file, and a line that includes it."""
        copy = server.directory / name
        copy.write_text(mta.shipped(f"examples/exim/{name}", replace))
        return f".include {copy}"

    server.parts.update(
        main=mta.shipped("examples/exim/main", {"auto_thaw = 5m": f"auto_thaw = {auto_thaw}"}),
        routers=include("router.pipe"),
        transports=include("transport.pipe", {
            "/usr/local/sbin/sms-deliver": agent.command, "user = smsmda": f"user = {server.agent}",
        }),
        retry=include("retry", {"F,1h,1m": f"F,1h,{first_retry}"}))
    return server, agent


def _agent(server, twilio, settings):
    folder = server.directory / "agent"
    folder.mkdir()
    folder.chmod(0o755)
    return Agent(folder, twilio, own=lambda path: server.own(path, server.agent), **settings)
