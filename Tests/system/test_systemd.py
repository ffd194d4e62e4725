"""The units of examples/systemd under a real systemd, on a machine of its own: see gateway.py."""

import base64
import re
import socket
import threading

import pytest

import machine as machines
from gateway import RECIPIENT, SOCKET, Gateway, Nameserver, make_certificates
from lmtpd import wait_until
from sim import ACCOUNT_SID, AUTH_TOKEN, PATIENCE, REPOSITORY, SENDER, Sim

UNITS = ("lmtpd.socket", "lmtpd.service")
ERROR, INFO, MAIL = 3, 6, 2  # RFC 5424 6.2.1


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    if missing := machines.why_not():
        pytest.skip(missing)
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def gateway(certificates):
    with machines.Machine() as machine, machine.network():
        nameserver = Nameserver("api.twilio.com")
        nameserver.start()
        try:
            with Sim("--step", "20ms", "--tls-cert", certificates / "cert.pem", "--tls-key",
                     certificates / "key.pem", listen="127.0.0.1:443",
                     ca_file=certificates / "ca.pem") as sim:
                gateway = Gateway(machine, sim, nameserver)
                gateway.set_up(certificates)
                yield gateway
        finally:
            print(machine.run("journalctl", "--no-pager", check=False).stdout)  # shown by a failed test
            nameserver.close()


def is_sent(reply):
    return re.match(r"250 2\.0\.0 sent as SM", reply or "") is not None


def test_the_steps_of_the_readme_lead_to_an_sms(gateway):
    for unit in UNITS:
        assert gateway.property("ActiveState", unit) == "active"
        assert gateway.property("UnitFileState", unit) == "enabled"
    assert gateway.property("Type") == "notify"
    assert gateway.property("StatusText") == f"listening on unix:{SOCKET}"
    assert [is_sent(reply) for reply in gateway.deliver("alert")] == [True]
    assert [m["to"] for m in gateway.sim.messages()] == ["+14155550101"]
    assert gateway.nameserver.asked, "whoever was reached, it was without DNS"

    state = gateway.machine.run("stat", "-c", "%U:%G %a %n", "/var/lib/smsmda",
                                "/var/lib/smsmda/journal.db", SOCKET).stdout
    assert state.splitlines() == ["smsmda:smsmda 750 /var/lib/smsmda",
                                  "smsmda:smsmda 600 /var/lib/smsmda/journal.db",
                                  f"smsmda:postfix 660 {SOCKET}"]
    record = gateway.wait_for_record("status=sent")
    assert (int(record["SYSLOG_FACILITY"]), int(record["PRIORITY"])) == (MAIL, INFO)
    assert record["_SYSTEMD_UNIT"] == "lmtpd.service"
    # Nobody, not systemd either, found anything to warn of.
    assert [r["MESSAGE"] for r in gateway.records("-p", "warning")] == []
    units = gateway.machine.run("journalctl", "-p", "warning", "-u", UNITS[0], "-u", UNITS[1]).stdout
    assert "-- No entries --" in units


def test_a_connection_starts_it(gateway):
    gateway.systemctl("stop", "lmtpd.service")
    assert gateway.property("ActiveState") == "inactive"
    assert is_sent(gateway.deliver("alert")[0])
    assert gateway.property("ActiveState") == "active"


@pytest.mark.parametrize("user, group, may", [
    ("postfix", "postfix", True), ("smsmda", "smsmda", True), ("nobody", "nogroup", False)])
def test_who_may_connect(gateway, user, group, may):
    connect = f"import socket; socket.socket(socket.AF_UNIX).connect({SOCKET!r})"
    done = gateway.machine.run("setpriv", "--reuid", user, "--regid", group, "--clear-groups",
                               "/usr/bin/python3", "-c", connect, check=False)
    assert (done.returncode == 0) is may, done.stdout
    assert may or "PermissionError" in done.stdout


def test_reload_takes_a_good_configuration_and_says_when_it_is_bad(gateway):
    process = gateway.property("MainPID")
    gateway.configure("[message]\nprefix = 1\n")
    refused = gateway.systemctl("reload", "lmtpd", check=False)
    assert refused.returncode != 0
    record = gateway.wait_for_record("smsmda.toml:")
    assert (int(record["SYSLOG_FACILITY"]), int(record["PRIORITY"])) == (MAIL, ERROR)
    assert gateway.property("ActiveState") == "active"
    assert is_sent(gateway.deliver("with the old one")[0])

    gateway.configure('[message]\ntemplate = "NEW {subject}"\n')
    gateway.systemctl("reload", "lmtpd")
    gateway.wait_for_record("configuration reloaded")
    assert is_sent(gateway.deliver("one")[0])
    assert gateway.sim.messages()[-1]["body"] == "NEW one"
    assert (gateway.property("ActiveState"), gateway.property("MainPID")) == ("active", process)


@pytest.mark.parametrize("signal, result", [("STOP", "watchdog"), ("KILL", "signal")])
def test_a_daemon_that_hangs_or_dies_is_replaced(gateway, signal, result):
    """Mail that comes meanwhile waits at the socket."""
    announced = gateway.machine.run(
        "sh", "-c", f"tr '\\0' '\\n' </proc/{gateway.property('MainPID')}/environ").stdout
    assert "WATCHDOG_USEC=30000000\n" in announced
    # Long enough that no busy host makes a healthy one seem to hang.
    gateway.drop_in("[Service]\nWatchdogSec=3s\nRestartSec=100ms\n")
    gateway.systemctl("restart", "lmtpd.service")
    process = gateway.property("MainPID")
    gateway.systemctl("kill", "--kill-whom=main", f"--signal={signal}", "lmtpd.service")
    assert is_sent(gateway.deliver("alert")[0])
    assert int(gateway.property("NRestarts")) >= 1
    assert gateway.property("MainPID") not in (process, "0")
    said = gateway.machine.run("journalctl", "-u", "lmtpd.service").stdout
    assert f"Failed with result '{result}'" in said, said


def test_a_restart_under_load_refuses_nobody(gateway):
    stop, failures, sent = threading.Event(), [], []

    def load(worker):
        number = 0
        while not stop.is_set():
            number += 1
            try:
                with gateway.client(greet=False) as client:
                    # 421 or the end before a message was handed in: it comes again.
                    if not (client.reply() or "421").startswith("220 "):
                        continue
                    for command in ("LHLO x", "MAIL FROM:<a@corp.example>", f"RCPT TO:<{RECIPIENT}>", "DATA"):
                        if (reply := client.command(command) or "421").startswith("421"):
                            break
                    if not reply.startswith("354"):
                        continue
                    client.send(f"Subject: {worker}.{number}\r\n\r\nx\r\n.\r\n")
                    reply = client.reply()
                    (sent if is_sent(reply) else failures).append(reply)
            except OSError as error:
                failures.append(repr(error))

    workers = [threading.Thread(target=load, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    try:
        for _ in range(3):
            count = len(sent)
            wait_until(lambda: len(sent) > count + 20 or failures, "messages between two restarts")
            gateway.systemctl("restart", "lmtpd.service")
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    assert failures == []
    assert len(gateway.sim.messages()) == len(sent)


@pytest.mark.parametrize("timeout, finishes", [("60s", True), ("500ms", False)])
def test_stop_finishes_what_is_under_way_within_the_bound(gateway, timeout, finishes):
    gateway.configure(f'[lmtp]\nshutdown_timeout = "{timeout}"\n')
    gateway.systemctl("restart", "lmtpd.service")
    gateway.sim.fault("slow", ms=2000 if finishes else 15000, count=1)
    with gateway.client() as client:
        client.hello().begin("ups@corp.example", [RECIPIENT])
        client.send(b"Subject: alert\r\n\r\nx\r\n.\r\n")
        wait_until(lambda: gateway.sim.traffic()["running"], "the request to reach Twilio")
        gateway.systemctl("stop", *UNITS)
        reply = client.reply()
    assert is_sent(reply) if finishes else reply is None
    assert (gateway.property("Result"), gateway.property("ExecMainStatus")) == ("success", "0")
    assert not gateway.machine.path(SOCKET).exists()


def test_it_never_gives_up(gateway):
    """More failures than systemd bears by itself; then the mistake is mended, and nothing else."""
    gateway.drop_in("[Service]\nRestartSec=10ms\n")
    gateway.configure("[message]\nprefix = 1\n")
    gateway.systemctl("restart", "lmtpd.service", check=False)
    with gateway.client(greet=False) as client:
        wait_until(lambda: int(gateway.property("NRestarts")) > 8, "it to fail again and again")
        gateway.configure()
        assert client.reply().startswith("220 ")
    assert is_sent(gateway.deliver("alert")[0])


def test_the_sandbox_is_there(gateway):
    """What the unit asks for and the kernel may refuse in silence."""
    gateway.deliver("alert")
    inside = f"/proc/{gateway.property('MainPID')}"
    lines = gateway.machine.run("cat", f"{inside}/status").stdout.splitlines()
    status = dict(line.split(":", 1) for line in lines)
    assert {name: status[name].strip() for name in ("NoNewPrivs", "Seccomp", "CapEff", "CapBnd")} == {
        "NoNewPrivs": "1", "Seccomp": "2", "CapEff": "0" * 16, "CapBnd": "0" * 16}
    assert len(gateway.machine.run("cat", f"{inside}/uid_map").stdout.splitlines()) == 2  # PrivateUsers
    mounts = gateway.machine.run("cat", f"{inside}/mountinfo").stdout
    options = {fields[4]: set(fields[5].split(",")) | set(fields[-1].split(","))
               for fields in map(str.split, mounts.splitlines())}
    assert "ro" in options["/"]
    assert "rw" in options["/var/lib/smsmda"]
    assert {"hidepid=invisible", "subset=pid"} <= options["/proc"]


def test_it_needs_no_system_call_that_the_unit_forbids(gateway):
    """Forbidden calls end the process here, instead of failing: what it does, it may do."""
    gateway.drop_in("[Service]\nSystemCallErrorNumber=kill\n")
    gateway.configure('[message]\ntemplate = "{subject} {body} {attachments}"\n')
    gateway.systemctl("restart", "lmtpd.service")
    process = gateway.property("MainPID")
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(100)).decode()
    assert is_sent(gateway.deliver("plain")[0])
    # What is read on another thread, a number that needs libphonenumber, a file that needs libmagic.
    assert is_sent(gateway.deliver("long", "All is well.\r\n" * 10_000)[0])
    assert is_sent(gateway.deliver("letters", recipients=["1-800-FLOWERS@sms.example"])[0])
    assert is_sent(gateway.deliver(
        "picture\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b",
        "--b\r\n\r\nSee picture\r\n--b\r\nContent-Type: application/octet-stream\r\n"
        "Content-Disposition: attachment; filename=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{picture}\r\n--b--")[0])
    assert "a.bin" in gateway.sim.messages()[-1]["body"]
    gateway.systemctl("kill", "--kill-whom=main", "--signal=USR1", "lmtpd.service")
    gateway.wait_for_record('msg="state"')
    gateway.systemctl("reload", "lmtpd")
    gateway.wait_for_record("configuration reloaded")
    assert gateway.property("MainPID") == process
    gateway.systemctl("stop", *UNITS)
    assert (gateway.property("Result"), gateway.property("ExecMainStatus")) == ("success", "0")
    # Nor does a library complain of what it was not given.
    assert [r["MESSAGE"] for r in gateway.records() if "ailed" in r["MESSAGE"]] == []


def test_the_policy_service_on_a_socket_of_systemd(gateway):
    """As the comments of lmtpd.socket and postfix/main.cf.policy say."""
    unit = gateway.machine.path("/etc/systemd/system/lmtpd.socket")
    line = "ListenStream=/run/smsmda/policy.sock\n"
    assert "#" + line in unit.read_text()
    unit.write_text(unit.read_text().replace("#" + line, line))
    setting = re.search(r'#   (\[policy\])\n#   (listen = "unix:.*")',
                        (REPOSITORY / "postfix/main.cf.policy").read_text())
    gateway.configure("\n".join(setting.groups()))
    [command] = re.findall(r"After a change: (.*)", unit.read_text())
    gateway.machine.run("sh", "-c", command)
    stat = gateway.machine.run("stat", "-c", "%U:%G %a", "/run/smsmda/policy.sock").stdout
    assert stat == "smsmda:postfix 660\n"
    with socket.socket(socket.AF_UNIX) as asker:
        asker.settimeout(PATIENCE)
        asker.connect(str(gateway.machine.path("/run/smsmda/policy.sock")))
        asker.sendall(b"request=smtpd_access_policy\nprotocol_state=RCPT\nsender=a@corp.example\n"
                      b"recipient=nobody@sms.example\n\n")
        assert asker.recv(1000).startswith(b"action=553 5.1.3 ")
    assert is_sent(gateway.deliver("alert")[0])


def test_a_policy_socket_that_systemd_does_not_open_says_so(gateway):
    gateway.configure('[policy]\nlisten = "unix:/run/smsmda/policy.sock"\n')
    gateway.systemctl("restart", "lmtpd.service", check=False)
    said = gateway.wait_for_record("policy.sock")["MESSAGE"]
    assert "ListenStream=/run/smsmda/policy.sock in lmtpd.socket" in said


def test_the_env_file_of_another_gateway_runs_unchanged(gateway):
    """docs/migrate.md."""
    text = re.search(r"# /etc/systemd/system/lmtpd\.service\.d/env\.conf\n((?:.+\n)+?)```",
                     (REPOSITORY / "docs/migrate.md").read_text())[1]
    file = gateway.machine.path(re.search("EnvironmentFile=(.*)", text)[1])
    file.parent.mkdir(parents=True)
    file.write_text(f"TWILIO_ACCOUNT_SID={ACCOUNT_SID}\nTWILIO_AUTH_TOKEN={AUTH_TOKEN}\n"
                    f"TWILIO_PHONE_NUMBER={SENDER}\nDEFAULT_REGION=US\nSMTP_PORT=2525\n")
    gateway.machine.path("/etc/smsmda/smsmda.toml").unlink()
    gateway.drop_in(text, name="env.conf")
    gateway.systemctl("restart", "lmtpd.service")
    assert is_sent(gateway.deliver("alert")[0])


def test_the_log_in_systemds_own_journal(gateway):
    gateway.configure('[log]\ntarget = "journal"\n')
    gateway.systemctl("restart", "lmtpd.service")
    gateway.deliver("alert")
    record = gateway.wait_for_record("status=sent")
    assert record["_TRANSPORT"] == "stdout"
    assert (int(record["SYSLOG_FACILITY"]), int(record["PRIORITY"])) == (MAIL, INFO)
