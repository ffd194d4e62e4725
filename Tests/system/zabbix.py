"""A real Zabbix for the tests: Debian's server and the API of its front end, on a PostgreSQL of its own.

    with Zabbix(folder) as zabbix:
        zabbix.api("configuration.import", ...)
        zabbix.start_server()
        zabbix.send("db1", "disk", 97)

The server starts when all is configured, so that it knows all from its start.
"""

import gzip
import json
import os
import pwd
import re
import shutil
import socket
import struct
import subprocess
import urllib.request

import mta
from postgresql import PostgreSQL

UNPACKED = mta.REPOSITORY / ".cache" / "senders"
SCHEMA = UNPACKED / "usr/share/zabbix-server-pgsql"
FRONT_END = UNPACKED / "usr/share/zabbix"

# What Zabbix is installed with, less its 300 templates, which take 20 s to load.
TABLES = {"config", "config_autoreg_tls", "hstgrp", "role", "role_rule", "users", "usrgrp",
          "users_groups"}

# No more processes than one event needs. The least that Zabbix takes is 1 where 0 is not written.
SERVER = """\
LogType=file
LogFile={folder}/server.log
PidFile={folder}/server.pid
SocketDir={folder}
DBHost={database}
DBName=zabbix
DBUser=smsmda
ListenIP=127.0.0.1
ListenPort={port}
StartTrappers=1
StartPollers=0
StartPollersUnreachable=0
StartHistoryPollers=0
StartPingers=0
StartDiscoverers=0
StartHTTPPollers=0
StartODBCPollers=0
StartPreprocessors=1
StartDBSyncers=1
StartTimers=1
StartLLDProcessors=1
StartAlerters=1
StartEscalators=1
CacheUpdateFrequency=1
"""

FRONT_END_SETTINGS = """\
<?php
$DB['TYPE'] = 'POSTGRESQL';
$DB['SERVER'] = '{database}';
$DB['PORT'] = '0';
$DB['DATABASE'] = 'zabbix';
$DB['USER'] = 'smsmda';
$DB['PASSWORD'] = '';
$DB['SCHEMA'] = '';
$DB['DOUBLE_IEEE754'] = true;
$IMAGE_FORMAT_DEFAULT = IMAGE_FORMAT_PNG;
"""

# Run before each script of the front end: Debian's looks for its settings in /etc.
BEFORE = """\
<?php
eval('?>' . str_replace('/etc/zabbix/', '{folder}/',
    file_get_contents('{front_end}/include/classes/core/CConfigFile.php')));
"""

EXTENSIONS = ("bcmath", "ctype", "gettext", "mbstring", "pgsql", "simplexml", "sockets", "xmlreader",
              "xmlwriter")


class Zabbix:
    """`folder`: one that every account may enter and write to."""

    def __init__(self, folder):
        self.folder = folder
        self.port, self.web_port = mta.free_ports(2)
        self.database = PostgreSQL()
        self.processes = []
        self.session = None
        # Copies: the account that the server runs as may not be able to enter the checkout.
        self.libraries = folder / "lib"
        for libraries in [*UNPACKED.glob("usr/lib/*-linux-*"), *UNPACKED.glob("lib/*-linux-*")]:
            shutil.copytree(libraries, self.libraries, symlinks=True, dirs_exist_ok=True)
        self.server = folder / "zabbix_server"
        shutil.copy2(UNPACKED / "usr/sbin/zabbix_server", self.server)

    def __enter__(self):
        self.database.__enter__()
        try:
            self._prepare()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *failure):
        while self.processes:
            process = self.processes.pop()
            process.terminate()
            process.wait()
        self.database.__exit__(*failure)

    def api(self, method, **parameters):
        """The result of a method of the API. https://www.zabbix.com/documentation/6.0/en/manual/api"""
        call = {"jsonrpc": "2.0", "method": method, "params": parameters, "id": 1}
        if self.session:
            call["auth"] = self.session
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.web_port}/api_jsonrpc.php", json.dumps(call).encode(),
            {"Content-Type": "application/json-rpc"})
        with urllib.request.urlopen(request, timeout=mta.PATIENCE) as response:
            text = response.read()
        answer = json.loads(text)
        if "result" not in answer:
            raise RuntimeError(f"{method}: {answer['error']}\n{self.log()}")
        return answer["result"]

    def start_server(self):
        settings = self.folder / "server.conf"
        settings.write_text(SERVER.format(folder=self.folder, port=self.port,
                                          database=self.database.directory))
        # As root it would take a setting to start.
        identity = {}
        if os.geteuid() == 0:
            entry = pwd.getpwnam("nobody")
            identity = dict(user=entry.pw_uid, group=entry.pw_gid, extra_groups=[])
        self._start("output", [self.server, "-f", "-c", settings], **identity)
        self._wait_for(self.port, "Zabbix's server")

    def send(self, host, key, value):
        """Gives an item a value, as zabbix_sender does."""
        data = json.dumps({"request": "sender data", "data": [
            {"host": host, "key": key, "value": str(value)}]}).encode()
        with socket.create_connection(("127.0.0.1", self.port), mta.PATIENCE) as connection:
            connection.sendall(b"ZBXD\1" + struct.pack("<Q", len(data)) + data)
            answer = b"".join(iter(lambda: connection.recv(4096), b""))
        assert b"processed: 1;" in answer, answer

    def log(self):
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def _prepare(self):
        self.database.execute("CREATE DATABASE zabbix; ALTER SYSTEM SET fsync = off; "
                              "SELECT pg_reload_conf()")
        self.database.execute(self._shipped("schema"), "zabbix")
        self.database.execute("".join(self._essential(self._shipped("data"))), "zabbix")
        self._start_front_end()
        self.session = self.api("user.login", username="Admin", password="zabbix")

    @staticmethod
    def _shipped(name):
        return gzip.decompress((SCHEMA / f"{name}.sql.gz").read_bytes()).decode()

    @staticmethod
    def _essential(data):
        """The statements that fill TABLES."""
        for statement in re.split(r"^(?=INSERT INTO )", data, flags=re.M):
            if statement.startswith("INSERT INTO ") and statement.split()[2] in TABLES:
                yield statement.replace("COMMIT;", "")

    def _start_front_end(self):
        (self.folder / "zabbix.conf.php").write_text(
            FRONT_END_SETTINGS.format(database=self.database.directory))
        before = self.folder / "before.php"
        before.write_text(BEFORE.format(folder=self.folder, front_end=FRONT_END))
        [php] = UNPACKED.glob("usr/bin/php?.?")
        [extensions] = UNPACKED.glob("usr/lib/php/2*")
        self._start("front-end", [
            php, "-n", "-d", f"extension_dir={extensions}", "-d", f"auto_prepend_file={before}",
            *(word for name in EXTENSIONS for word in ("-d", f"extension={name}")),
            "-S", f"127.0.0.1:{self.web_port}", "-t", FRONT_END])
        self._wait_for(self.web_port, "Zabbix's front end")

    def _start(self, name, command, **identity):
        with open(self.folder / f"{name}.log", "w") as log:
            self.processes.append(subprocess.Popen(
                command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, "LD_LIBRARY_PATH": str(self.libraries)}, **identity))

    def _wait_for(self, port, what):
        def listens():
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                return False
            return True
        mta.wait_until(listens, lambda: f"{what} to listen; it says:\n{self.log()}")
