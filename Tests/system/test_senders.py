"""The files of examples/senders: each really sends, through the door for programs that cannot log in
(postfix/*.front), and the telephone gets what the file promises."""

import grp
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import urllib.request

import pytest
import yaml

import agent as agents
import mta
import ups
import zabbix
from postfix_front import Front

PHONE = "+14155551212"
SENDERS = mta.REPOSITORY / "examples" / "senders"
UNPACKED = mta.REPOSITORY / ".cache" / "senders"
GATEWAY = "sms-gateway.corp.example"


@pytest.fixture
def front(sim):
    """A gateway that listens as examples/senders expects, but on another port."""
    built = Front(agents.twilio_section(sim))
    with built.server:
        yield built


@pytest.fixture
def gateway(front):
    """Its address."""
    return f"127.0.0.1:{front.legacy}"


@pytest.fixture
def tmp_path(front):
    """A folder that every account may enter: not all programs here run as we do."""
    path = front.server.directory / "sender"
    path.mkdir()
    path.chmod(0o777)
    return path


@pytest.fixture
def commands(gateway, tmp_path):
    """A folder with what the examples expect in /usr/local/bin."""
    for name in ("send-sms", "smartd-sms", "apcupsd-onbattery"):
        text = (SENDERS / name).read_text().replace("/usr/local/bin/", f"{tmp_path}/")
        (tmp_path / name).write_text(text.replace(f"{GATEWAY}:8025", gateway))
        (tmp_path / name).chmod(0o755)
    return tmp_path


def program(name):
    """A monitoring program that `make setup` has unpacked."""
    path = UNPACKED / name
    if not path.exists():
        pytest.fail(f"{path} is not there: run `make setup`")
    return str(path)


def libraries():
    folders = [*map(str, UNPACKED.glob("usr/lib/*-linux-*")), *map(str, UNPACKED.glob("lib/*-linux-*"))]
    return {**os.environ, "LD_LIBRARY_PATH": ":".join(folders)}


def readable_libraries(folder):
    """A copy of them for a program that runs as another account, which may not be able to enter the
    checkout."""
    for libraries in [*UNPACKED.glob("usr/lib/*-linux-*"), *UNPACKED.glob("lib/*-linux-*")]:
        shutil.copytree(libraries, folder / "lib", symlinks=True, dirs_exist_ok=True)
    return str(folder / "lib")


def last_text(sim):
    return sim.wait_for_messages(1, PHONE)[-1]["body"]


def test_send_sms(commands, sim):
    subprocess.run([commands / "send-sms", "14155551212", "disk"], input="db1: Zürich is full\n.\nend\n",
                   text=True, check=True)
    assert last_text(sim) == "db1: Zürich is full\n.\nend"


def test_send_sms_says_when_it_could_not(commands):
    closed = mta.free_ports(1)[0]
    result = subprocess.run([commands / "send-sms", "14155551212"], input="x", text=True, check=False,
                            capture_output=True,
                            env={**os.environ, "SMS_GATEWAY": f"127.0.0.1:{closed}"})
    assert result.returncode != 0 and str(closed) in result.stderr


def cron_jobs():
    lines = (SENDERS / "crontab").read_text().splitlines()
    return [re.fullmatch(r"(?:\S+\s+){5}(.*)", line)[1] for line in lines
            if re.match(r"[*0-9]", line)]


@pytest.mark.parametrize("job, wanted", list(zip(cron_jobs(), [
    "/var is 97% full", "no backup since yesterday"], strict=True)))
def test_cron(commands, sim, tmp_path, job, wanted):
    # A disk that is full, and a folder without a backup.
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "df").write_text("#!/bin/sh\necho header\necho /dev/x 100 97 3 97% /var\n")
    (tools / "df").chmod(0o755)
    (tmp_path / "backups").mkdir()
    job = job.replace("/usr/local/bin/", f"{commands}/").replace("/var/backups", f"{tmp_path}/backups")
    subprocess.run(["/bin/sh", "-c", job], check=True,
                   env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"})
    assert last_text(sim) == wanted


def test_apcupsd(commands, sim, tmp_path):
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    control = pathlib.Path(program("etc/apcupsd/apccontrol")).read_text()
    for old, new in {"SCRIPTDIR=/etc/apcupsd": f"SCRIPTDIR={scripts}", "WALL=wall": "WALL=cat",
                     "SHUTDOWN=/sbin/shutdown": "SHUTDOWN=false"}.items():
        assert old in control
        control = control.replace(old, new)
    (scripts / "apccontrol").write_text(control)
    (scripts / "apccontrol").chmod(0o755)
    # Where the file tells people to put it.
    shutil.copy2(commands / "apcupsd-onbattery", scripts / "onbattery")
    with ups.UPS() as device:
        settings = tmp_path / "apcupsd.conf"
        settings.write_text(f"""\
## apcupsd.conf v1.1 ##
UPSCABLE ether
UPSTYPE net
DEVICE 127.0.0.1:{device.port}
POLLTIME 1
ONBATTERYDELAY 0
SCRIPTDIR {scripts}
EVENTSFILE {tmp_path}/events
LOCKFILE {tmp_path}
PWRFAILDIR {tmp_path}
NOLOGINDIR {tmp_path}
NETSERVER off
""")
        shutil.copy2(program("sbin/apcupsd"), tmp_path / "apcupsd")
        # Not as root: it is a program that shuts hosts down.
        account = dict(user="nobody", group="nogroup", extra_groups=[]) if os.geteuid() == 0 else {}
        process = subprocess.Popen(
            [tmp_path / "apcupsd", "-b", "-f", settings, "-P", tmp_path / "pid"],
            env={**os.environ, "LD_LIBRARY_PATH": readable_libraries(tmp_path)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **account)
        try:
            mta.wait_until((tmp_path / "events").exists, "apcupsd to start")
            device.fail()
            mta.wait_until(lambda: sim.messages(PHONE), lambda: "apcupsd's SMS; it says:\n" + (tmp_path / "events").read_text())
        finally:
            process.terminate()
            process.wait()
    assert last_text(sim) == f"UPS basement on {os.uname().nodename}: mains failed, on battery"


def test_smartd_reads_its_file(tmp_path):
    settings = tmp_path / "smartd.conf"
    # Not this host's own disks.
    text = (SENDERS / "smartd.conf").read_text()
    assert "\nDEVICESCAN " in text
    settings.write_text(text.replace("\nDEVICESCAN ", f"\n{tmp_path}/no-disk "))
    done = subprocess.run([program("usr/sbin/smartd"), "-d", "-q", "onecheck", "-c", settings],
                          env=libraries(), capture_output=True, text=True, check=False)
    assert f"Configuration file {settings} parsed" in done.stdout, done


def test_smartd(commands, sim):
    line = (SENDERS / "smartd.conf").read_text().splitlines()[-1]
    address = re.search(r"-m (\S+) -M exec /usr/local/bin/smartd-sms$", line)[1]
    # smartd itself wants a disk. It runs this script of its own, with what is in smartd.conf(5), -M exec.
    subprocess.run(["/bin/sh", program("usr/share/smartmontools/smartd_warning.sh")], check=True, env={
        **os.environ, "SMARTD_MAILER": str(commands / "smartd-sms"), "SMARTD_ADDRESS": address,
        "SMARTD_DEVICE": "/dev/sda", "SMARTD_FAILTYPE": "CurrentPendingSector", "SMARTD_PREVCNT": "0",
        "SMARTD_NEXTDAYS": "1", "SMARTD_DEVICEINFO": "WDC WD10EZEX",
        "SMARTD_MESSAGE": "Device: /dev/sda [SAT], 8 Currently unreadable (pending) sectors"})
    assert last_text(sim).endswith("8 Currently unreadable (pending) sectors")


@pytest.mark.parametrize("name", ["send_sms.py", "swaks.sh"])
def test_a_script(gateway, sim, name):
    subprocess.run([SENDERS / name, "14155551212", "Disk full on db1"], check=True,
                   capture_output=True, env={**os.environ, "SMS_GATEWAY": gateway})
    assert last_text(sim) == "Disk full on db1"


def test_monit(gateway, sim, tmp_path):
    host, port = gateway.split(":")
    settings = (SENDERS / "monitrc").read_text()
    old = f"set mailserver {GATEWAY} port 8025"
    assert old in settings
    control = tmp_path / "monitrc"
    control.write_text(settings.replace(old, f"set mailserver {host} port {port}") + f"""
set daemon 1
set log {tmp_path}/monit.log
set pidfile {tmp_path}/monit.pid
set statefile {tmp_path}/monit.state
set idfile {tmp_path}/monit.id
check file backup with path {tmp_path}/missing
""")
    control.chmod(0o600)
    process = subprocess.Popen([program("usr/bin/monit"), "-I", "-c", control], env=libraries(),
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        texts = mta.wait_until(
            lambda: [m["body"] for m in sim.messages(PHONE) if "backup" in m["body"]],
            lambda: "Monit's alert; it says:\n" + (tmp_path / "monit.log").read_text())
    finally:
        process.terminate()
        process.wait()
    assert texts[0] == "backup: Does not exist. file doesn't exist"


def test_alertmanager(front, gateway, sim, tmp_path):
    settings = (SENDERS / "alertmanager.yml").read_text()
    for old, new in {f"{GATEWAY}:8025": gateway, "group_wait: 30s": "group_wait: 1s"}.items():
        assert old in settings
        settings = settings.replace(old, new)
    (tmp_path / "alertmanager.yml").write_text(settings)
    subprocess.run([program("usr/bin/amtool"), "check-config", tmp_path / "alertmanager.yml"],
                   check=True, capture_output=True)
    port = mta.free_ports(1)[0]
    log = open(tmp_path / "log", "w")
    process = subprocess.Popen(
        [relocated_alertmanager(tmp_path), "--config.file", tmp_path / "alertmanager.yml",
         "--storage.path", tmp_path / "data", "--web.listen-address", f"127.0.0.1:{port}",
         "--cluster.listen-address", ""], stdout=log, stderr=log)
    try:
        mta.wait_until(lambda: listens(port), "Alertmanager to listen")
        alert = [{"labels": {"alertname": "DiskFull", "instance": "db1"},
                  "annotations": {"summary": "97% of /var"}}]
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/v2/alerts", json.dumps(alert).encode(),
            {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=mta.PATIENCE).close()
        mta.wait_until(lambda: sim.messages(PHONE), lambda: "Alertmanager's SMS; it says:\n"
                       + (tmp_path / "log").read_text() + front.server.log())
        text = last_text(sim)
    finally:
        process.terminate()
        process.wait()
        log.close()
    assert text == "FIRING\ndb1 DiskFull: 97% of /var"


def relocated_alertmanager(folder):
    """A copy of Debian's Alertmanager that finds its templates although it is not installed."""
    fixed = b"/usr/share/prometheus/alertmanager"
    here = bytes(folder.parent / "t").ljust(len(fixed), b"t")
    os.symlink(program(fixed.decode().lstrip("/")), here)
    binary = pathlib.Path(program("usr/bin/prometheus-alertmanager")).read_bytes()
    assert fixed in binary and len(here) == len(fixed)
    copy = folder / "alertmanager"
    copy.write_bytes(binary.replace(fixed, here))
    copy.chmod(0o755)
    return copy


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def test_nagios(commands, gateway, sim, tmp_path):
    objects = tmp_path / "sms.cfg"
    objects.write_text((SENDERS / "nagios.cfg").read_text().replace("/usr/local/bin/",
                                                                    f"{commands}/"))
    state = tmp_path / "state"
    (state / "results").mkdir(parents=True)
    for path in (state, state / "results"):
        path.chmod(0o777)
    check = tmp_path / "check_disk"
    check.write_text("echo '97% of /var'\nexit 2\n")
    (tmp_path / "service.cfg").write_text("""\
define timeperiod {
    timeperiod_name 24x7
    alias           always
    monday          00:00-24:00
    tuesday         00:00-24:00
    wednesday       00:00-24:00
    thursday        00:00-24:00
    friday          00:00-24:00
    saturday        00:00-24:00
    sunday          00:00-24:00
}
define command {
    command_name    full
    command_line    /bin/sh check_disk
}
define command {
    command_name    up
    command_line    /bin/true
}
define host {
    host_name               db1
    alias                   db1
    address                 127.0.0.1
    check_command           up
    max_check_attempts      1
    contacts                oncall
    check_period            24x7
    notification_period     24x7
}
define service {
    host_name               db1
    service_description     Disk
    check_command           full
    max_check_attempts      1
    check_interval          1
    retry_interval          1
    check_period            24x7
    notification_interval   60
    notification_period     24x7
    contacts                oncall
}
""".replace("check_disk", str(check)))
    # Nagios does not run as root, and this test may.
    user = "nobody" if os.geteuid() == 0 else os.environ.get("USER", "nobody")
    (tmp_path / "nagios.cfg").write_text(f"""\
cfg_file={objects}
cfg_file={tmp_path}/service.cfg
log_file={state}/nagios.log
lock_file={state}/lock
temp_file={state}/temp
temp_path={state}
check_result_path={state}/results
object_cache_file={state}/objects
precached_object_file={state}/precached
status_file={state}/status
state_retention_file={state}/retention
command_file={state}/command
query_socket={state}/query
check_external_commands=0
nagios_user={user}
nagios_group={"nogroup" if user == "nobody" else os.getgid()}
interval_length=1
enable_notifications=1
illegal_macro_output_chars=`~$&|'"<>
""")
    shutil.copy2(program("usr/sbin/nagios4"), tmp_path / "nagios4")
    environment = {**os.environ, "LD_LIBRARY_PATH": readable_libraries(tmp_path)}
    process = subprocess.Popen([tmp_path / "nagios4", tmp_path / "nagios.cfg"], env=environment,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        texts = mta.wait_until(
            lambda: [m["body"] for m in sim.messages(PHONE)],
            lambda: "Nagios' SMS; it says:\n" + (state / "nagios.log").read_text())
    finally:
        process.terminate()
        process.wait()
    assert texts[0] == "CRITICAL: db1 Disk\n97% of /var"


def test_icinga(commands, sim, tmp_path):
    (tmp_path / "sms.conf").write_text(
        (SENDERS / "icinga2.conf").read_text().replace("/usr/local/bin/", f"{commands}/"))
    check = tmp_path / "check_disk"
    check.write_text("echo '97% of /var; \"quoted\" $HOME $(id)'\nexit 2\n")
    main = tmp_path / "icinga2.conf"
    main.write_text(f"""\
include <itl>
include "{tmp_path}/sms.conf"
object CheckerComponent "checker" {{ }}
object NotificationComponent "notification" {{ }}
object CheckCommand "full" {{ command = [ "/bin/sh", "{check}" ] }}
object CheckCommand "up" {{ command = [ "/bin/true" ] }}
object Host "db1" {{ check_command = "up" }}
object Service "Disk" {{
  host_name = "db1"
  check_command = "full"
  max_check_attempts = 1
  check_interval = 1s
  retry_interval = 1s
  vars.sms = true
}}
""")
    folders = {}
    for name in ("DataDir", "LogDir", "CacheDir", "InitRunDir", "SpoolDir"):
        folders[name] = tmp_path / name
        folders[name].mkdir()
    user = pwd.getpwuid(os.geteuid()).pw_name
    group = grp.getgrgid(os.getegid()).gr_name
    defined = {**folders, "NodeName": "mon", "RunAsUser": user, "RunAsGroup": group}
    log = open(tmp_path / "log", "w")
    # Not usr/sbin/icinga2, a script with the paths of an installation. In a session of its own: it
    # starts workers, which have to end with it.
    [binary] = UNPACKED.glob("usr/lib/*/icinga2/sbin/icinga2")
    process = subprocess.Popen(
        [binary, "daemon", "-c", main, "-I", program("usr/share/icinga2/include"),
         *(word for name, value in defined.items() for word in ("-D", f"{name}={value}"))],
        env=libraries(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    try:
        texts = mta.wait_until(
            lambda: [m["body"] for m in sim.messages(PHONE)],
            lambda: "Icinga's SMS; it says:\n" + (tmp_path / "log").read_text())
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        log.close()
    assert texts[0] == "CRITICAL: db1 Disk\n97% of /var; \"quoted\" $HOME $(id)"


def test_zabbix(gateway, sim, tmp_path):
    program("usr/sbin/zabbix_server")
    host, port = gateway.split(":")
    source = (SENDERS / "zabbix.yaml").read_text()
    for old, new in {f"smtp_server: {GATEWAY}": f"smtp_server: {host}",
                     "smtp_port: '8025'": f"smtp_port: '{port}'"}.items():
        assert old in source
        source = source.replace(old, new)
    with zabbix.Zabbix(tmp_path) as monitor:
        api = monitor.api
        api("configuration.import", format="yaml", source=source,
            rules={"mediaTypes": {"createMissing": True}})
        [media] = api("mediatype.get", output=["mediatypeid"])
        exported = api("configuration.export", format="yaml",
                       options={"mediaTypes": [media["mediatypeid"]]})
        assert media_types(exported) == media_types(source)

        [group] = api("hostgroup.get", filter={"name": "Linux servers"})
        [db1] = api("host.create", host="db1", groups=[{"groupid": group["groupid"]}])["hostids"]
        trapper, integer, high = 2, 3, 4
        api("item.create", name="Disk", key_="disk", hostid=db1, type=trapper, value_type=integer)
        api("trigger.create", description="/var is {ITEM.LASTVALUE}% full", priority=high,
            expression="last(/db1/disk)>90")
        # What the head of the file tells an administrator to do.
        [user] = api("user.get", filter={"username": "Admin"})
        [address] = re.findall(r"\w+@sms\.example", source)
        api("user.update", userid=user["userid"],
            medias=[{"mediatypeid": media["mediatypeid"], "sendto": [address]}])
        send, notify_all_involved = 0, 11
        message = {"default_msg": 1}
        api("action.create", name="SMS", eventsource=0, esc_period="1h",
            operations=[{"operationtype": send, "opmessage": message,
                         "opmessage_usr": [{"userid": user["userid"]}]}],
            recovery_operations=[{"operationtype": notify_all_involved, "opmessage": message}])

        monitor.start_server()

        def next_text(known):
            texts = mta.wait_until(
                lambda: {m["body"] for m in sim.messages(PHONE)} - known,
                lambda: "Zabbix' SMS; it says:\n" + monitor.log())
            return texts.pop()

        monitor.send("db1", "disk", 97)
        problem = next_text(set())
        monitor.send("db1", "disk", 50)
        recovery = next_text({problem})
    assert problem == "High: db1 /var is 97% full"
    assert re.fullmatch(r"OK: db1 /var is 97% full after \w+", recovery), recovery


def media_types(export):
    """The media types of a Zabbix export, to be compared field by field."""
    return yaml.safe_load(export)["zabbix_export"]["media_types"]


# --- Those that no package of Debian's can run: what can be looked at without them


def test_grafana_is_a_contact_point_whose_templates_can_be_filled(tmp_path):
    [point] = yaml.safe_load((SENDERS / "grafana.yaml").read_text())["contactPoints"]
    [receiver] = point["receivers"]
    assert receiver["type"] == "email"
    settings = receiver["settings"]
    assert settings["addresses"] == "14155551212@sms.example"
    data = {"status": "firing", "commonLabels": {"alertname": "DiskFull"}, "alerts": [
        {"status": "firing", "labels": {"instance": "db1"},
         "annotations": {"summary": "97% of /var"}}]}
    (tmp_path / "data.json").write_text(json.dumps(data))
    (tmp_path / "none.tmpl").write_text("")

    def filled(text):
        # The language of its templates is Alertmanager's.
        return subprocess.run(
            [program("usr/bin/amtool"), "template", "render", "--template.glob",
             tmp_path / "none.tmpl", "--template.data", tmp_path / "data.json",
             "--template.text", text], check=True, capture_output=True, text=True).stdout.strip()

    assert filled(settings["subject"]) == "firing DiskFull"
    assert filled(settings["message"]) == "db1: 97% of /var"


def test_powershell_sends_to_the_gateway():
    text = (SENDERS / "Send-Sms.ps1").read_text()
    command = re.search(r"^Send-MailMessage (?:.*`\n)*.*", text, re.M)[0]
    used = dict(re.findall(r" -(\w+) (\S+)", command))
    assert used["SmtpServer"] == f"'{GATEWAY}'" and used["Port"] == "8025"
    assert used["To"] == '"$Number@sms.example"' and used["Body"] == "$Text"
    assert used["ErrorAction"] == "Stop"  # or a failure would be exit status 0
    for name in re.findall(r"\$(\w+)", command):
        assert name == "env" or f"${name}" in text.split("Send-MailMessage")[0], name
