"""A machine of the test's own, with Debian's systemd as process 1: for what only systemd can show.

    with Machine() as machine:
        machine.install()                                # as `make install` does
        machine.path("/etc/smsmda/smsmda.toml").write_text(...)
        machine.run("systemctl", "start", "lmtpd.service")
        with machine.network():
            ...                                          # its loopback is this thread's

It is made of namespaces, costs a second, and leaves nothing: what it is made of stands in
boot-machine. That takes root, and a host that lets root make namespaces and control groups:
`why_not()` says what is missing.
"""

import contextlib
import ctypes
import os
import pathlib
import subprocess
import uuid

from lmtpd import wait_until
from sim import PATIENCE, REPOSITORY, build_directory

SYSTEMD = pathlib.Path("/usr/lib/systemd/systemd")
NEW_NAMESPACES = ["unshare", "--mount", "--pid", "--net", "--uts", "--ipc", "--fork", "--kill-child"]
CLONE_NEWNET = 0x40000000  # sched.h


def why_not():
    """Why no machine can be made here; None if one can."""
    if os.geteuid() != 0:
        return "only root can start a systemd of the test's own"
    if not SYSTEMD.exists():
        return "no systemd on this host: run make setup"
    # A control group, and what PrivateUsers= of the unit needs, which no chroot has.
    probe = subprocess.run(
        [*NEW_NAMESPACES, "--cgroup", "sh", "-c",
         "mount -t cgroup2 cgroup2 /mnt && unshare --user true"], capture_output=True, text=True)
    if probe.returncode != 0:
        return "no namespaces or control groups to be had on this host: " + probe.stderr.strip()
    return None


class Machine:
    def __init__(self):
        self.group = f"smsmda-test-{uuid.uuid4().hex[:12]}"
        self.process = None

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *failure):
        self.stop()

    def start(self):
        """Boots it, and waits until it is up."""
        boot = REPOSITORY / "Tests/system/boot-machine"
        # If the test is killed, the machine is.
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *NEW_NAMESPACES, boot, self.group],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        wait_until(lambda: self.process.poll() is not None or children.read_text(), "process 1")
        self.pid = int(children.read_text() or 0)
        wait_until(lambda: self.process.poll() is not None
                   or self.path("/run/systemd/private").exists(), "systemd to come up")
        if self.process.poll() is not None:
            raise RuntimeError("no machine: " + self.process.stdout.read())
        state = self.run("systemctl", "is-system-running", "--wait", check=False).stdout.strip()
        assert state == "running", self.run("systemctl", "--failed").stdout
        return self

    def stop(self):
        """Ends every process of it."""
        if self.process is None:
            return
        self.process.kill()
        self.process.wait(PATIENCE)
        self.process.stdout.close()
        self.process = None
        # Its control groups stay, empty, as soon as the last of its processes is gone.
        remove = (f"mount -t cgroup2 cgroup2 /mnt && cd /mnt$(sed -n s/^0:://p /proc/self/cgroup) && "
                  f"[ ! -d {self.group} ] || find {self.group} -depth -type d -exec rmdir {{}} +")
        wait_until(lambda: subprocess.run(["unshare", "--mount", "sh", "-c", remove],
                                          capture_output=True).returncode == 0,
                   "the machine's last process to end")

    def path(self, path):
        """A path of the machine, for us to read and write."""
        return pathlib.Path(f"/proc/{self.pid}/root/{path.lstrip('/')}")

    def run(self, *command, check=True, **options):
        """Runs a command there, as root; its standard error is in `stdout` too."""
        done = subprocess.run(self.command(*command), text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=2 * PATIENCE, **options)
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, command))} ended with {done.returncode}: {done.stdout}")
        return done

    def command(self, *command):
        """The words that run a command there."""
        environment = ["env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "HOME=/root",
                       "SYSTEMD_UNIT_PATH=/etc/systemd/system"]
        return ["nsenter", "--target", str(self.pid), "--mount", "--pid", "--net", "--uts", "--ipc",
                "--cgroup", "--root", *environment, *map(str, command)]

    def install(self, prefix="/usr/local"):
        """`make install`."""
        subprocess.run(["make", "install", f"BUILT={build_directory()}", f"DESTDIR={self.path('/')}",
                        f"PREFIX={prefix}"], cwd=REPOSITORY, check=True, capture_output=True)

    def property(self, name, unit="lmtpd.service"):
        """What `systemctl show` says."""
        return self.run("systemctl", "show", "--value", "-p", name, unit).stdout.strip()

    @contextlib.contextmanager
    def network(self):
        """Its network is that of this thread, and of what the thread starts."""
        ours = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        theirs = os.open(f"/proc/{self.pid}/ns/net", os.O_RDONLY)
        try:
            _enter(theirs)
            yield
        finally:
            _enter(ours)
            os.close(theirs)
            os.close(ours)


def _enter(namespace):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")
