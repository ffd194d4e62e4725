"""A PostgreSQL server for the tests: Debian's, on a socket in a directory of its own.

    with PostgreSQL() as server:
        url = server.url
"""

import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile


def programs():
    """The folder of the newest server installed, or None."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"),
                   key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class PostgreSQL:
    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="smsmda-pg-", dir="/tmp"))
        self.directory.chmod(0o755)
        self.url = f"postgresql:///postgres?host={self.directory}&user=smsmda"

    def __enter__(self):
        # initdb refuses to run as root.
        self.identity = {}
        if os.geteuid() == 0:
            entry = pwd.getpwnam("postgres")
            os.chown(self.directory, entry.pw_uid, entry.pw_gid)
            self.identity = dict(user=entry.pw_uid, group=entry.pw_gid, extra_groups=[])
        self._run("initdb", "-D", self.directory / "data", "-U", "smsmda", "-A", "trust",
                  "-E", "UTF8", "--no-locale", "--no-sync")
        self._run("pg_ctl", "-D", self.directory / "data", "-w", "-l", self.directory / "log",
                  "-o", f"-k {self.directory} -c listen_addresses=", "start")
        return self

    def __exit__(self, *failure):
        self._run("pg_ctl", "-D", self.directory / "data", "-m", "immediate", "stop")
        shutil.rmtree(self.directory, ignore_errors=True)

    def _run(self, program, *arguments):
        # Into nothing, not into pipes: the server keeps the descriptors it was started with.
        subprocess.run([programs() / program, *arguments], check=True, cwd="/",
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=120, **self.identity)
