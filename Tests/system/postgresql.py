"""A PostgreSQL server for the tests: Debian's, on a socket in a directory of its own.

    with PostgreSQL() as server:
        url = server.url
        server.execute(SQL)

The one that is installed, else the one that setup/postgresql has unpacked.
"""

import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

UNPACKED = pathlib.Path(__file__).resolve().parents[2] / ".cache" / "postgresql"


def programs():
    """The folder of the newest server there is, or None."""
    for root in (pathlib.Path("/"), UNPACKED):
        found = sorted(root.glob("usr/lib/postgresql/*/bin/initdb"),
                       key=lambda path: int(path.parts[-3]))
        if found:
            return found[-1].parent
    return None


class PostgreSQL:
    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="smsmda-pg-", dir="/tmp"))
        self.directory.chmod(0o755)
        self.url = f"postgresql:///postgres?host={self.directory}&user=smsmda"

    def __enter__(self):
        self.programs, self.environment = programs(), dict(os.environ)
        if self.programs.is_relative_to(UNPACKED):
            self._relocate()
        # initdb refuses to run as root.
        self.identity = {}
        if os.geteuid() == 0:
            entry = self._account()
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

    def execute(self, sql, database="postgres"):
        """Runs statements with psql; the first that fails is an error."""
        result = subprocess.run(
            [self.programs / "psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", self.directory, "-U",
             "smsmda", "-d", database], input=sql, text=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, env=self.environment)
        if result.returncode != 0:
            raise RuntimeError(f"psql: {result.stderr}")

    def _relocate(self):
        """Copies the programs: the account they run as may not be able to enter the checkout."""
        for name in ("lib/postgresql", "share/postgresql"):
            shutil.copytree(UNPACKED / "usr" / name, self.directory / "usr" / name,
                            ignore=shutil.ignore_patterns("bitcode"))
        libraries = self.directory / "usr/lib/libraries"
        for folder in UNPACKED.glob("usr/lib/*-linux-*"):
            shutil.copytree(folder, libraries, symlinks=True, dirs_exist_ok=True)
        self.environment["LD_LIBRARY_PATH"] = str(libraries)
        self.programs = self.directory / self.programs.relative_to(UNPACKED)

    @staticmethod
    def _account():
        try:
            return pwd.getpwnam("postgres")
        except KeyError:  # never installed
            return pwd.getpwnam("nobody")

    def _run(self, program, *arguments):
        # Into nothing, not into pipes: the server keeps the descriptors it was started with.
        subprocess.run([self.programs / program, *arguments], check=True, cwd="/",
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=self.environment,
                       stderr=subprocess.DEVNULL, timeout=120, **self.identity)
