"""twilio-sim for the tests: one process each, on a free port of 127.0.0.1.

    with Sim("--latency", "50ms") as sim:
        sim.fault("500-after", count=1)
        ...                                   # something sends through sim.url
        assert sim.messages()[0]["body"] == "Disk full"

`sim.environment` holds what sms-deliver, lmtpd and Twilio's own library read from the environment.
"""

import base64
import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]

ACCOUNT_SID = "AC" + "0123456789abcdef" * 2
AUTH_TOKEN = "fedcba9876543210" * 2
SENDER = "+18085551234"

# What a loaded machine may take for a step that takes milliseconds on an idle one.
PATIENCE = 60.0


def build_directory():
    """Where the programs lie: SMSMDA_BUILD, else the newer of .build/release and .build/debug."""
    if chosen := os.environ.get("SMSMDA_BUILD"):
        return pathlib.Path(chosen).resolve()
    built = [REPOSITORY / ".build" / kind for kind in ("release", "debug")]
    built = [folder for folder in built if (folder / "twilio-sim").exists()]
    assert built, "no programs in .build/release or .build/debug: run `make build` or set SMSMDA_BUILD"
    return max(built, key=lambda folder: (folder / "twilio-sim").stat().st_mtime)


def program(name):
    """The path of one of our programs."""
    path = build_directory() / name
    assert path.exists(), f"{path} is not there: run `make build`"
    return path


class Sim:
    """A running twilio-sim. `arguments` are those of twilio-sim(1); it listens on a free port."""

    def __init__(self, *arguments, listen="127.0.0.1:0", ca_file=None):
        self.arguments = [str(argument) for argument in arguments]
        self.listen = listen
        self.ca_file = ca_file  # for https
        self.process = None
        self.url = None
        self.seed = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *failure):
        self.stop()

    def start(self):
        """Starts it, or starts it again on the port it had, and waits until it listens."""
        command = [str(program("twilio-sim")), "--listen", self.listen, *self.arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if match := re.fullmatch(r"seed (\d+)\n", line):
                self.seed = int(match[1])
            if match := re.fullmatch(r"listening on (https?://(\S+))\n", line):
                self.url, self.listen = match[1], match[2]
                return self
        raise AssertionError(f"twilio-sim ended with {self.process.wait()} before it listened")

    def stop(self, how=signal.SIGTERM):
        """Ends it, by SIGTERM or for instance signal.SIGKILL; returns the exit status."""
        if self.process is None:
            return None
        self.process.send_signal(how)
        status = self.process.wait(PATIENCE)
        self.process.stdout.close()
        self.process = None
        return status

    @property
    def port(self):
        return int(self.listen.rpartition(":")[2])

    @property
    def environment(self):
        return {
            "TWILIO_BASE_URL": self.url,
            "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "TWILIO_PHONE_NUMBER": SENDER,
        }

    @property
    def messages_path(self):
        return f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"

    def call(self, method, path, form=None, *, data=None, auth=(ACCOUNT_SID, AUTH_TOKEN), headers={}):
        """One HTTP request: (status, headers, body), the body as bytes. A `form` may be pairs."""
        headers = dict(headers)
        if form is not None:
            data = urllib.parse.urlencode(form).encode()
        if auth:
            headers["Authorization"] = "Basic " + base64.b64encode(":".join(auth).encode()).decode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        context = None
        if self.ca_file:
            import ssl

            context = ssl.create_default_context(cafile=str(self.ca_file))
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
        try:
            with opener.open(request, timeout=PATIENCE) as response:
                return response.status, response.headers, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def json(self, method, path, form=None, **options):
        """As `call`, the body read as JSON: (status, value). None for an empty body."""
        status, _, body = self.call(method, path, form, **options)
        return status, json.loads(body) if body else None

    def create(self, to="+14155551212", body="Disk full", sender=SENDER, **more):
        """POST of one message, as (status, value)."""
        form = {"To": to, "From": sender, "Body": body, **more}
        return self.json("POST", self.messages_path, {k: v for k, v in form.items() if v is not None})

    def messages(self, to=None):
        """What the phones got, oldest first; with `to` what that phone got."""
        status, value = self.json("GET", "/_sim/messages", auth=None)
        assert status == 200, value
        return [m for m in value["messages"] if to in (None, m["to"])]

    def wait_for_messages(self, count, to=None):
        """Waits until there are at least `count` messages, and returns them."""
        deadline = time.monotonic() + PATIENCE
        while len(found := self.messages(to)) < count:
            assert time.monotonic() < deadline, f"{len(found)} of {count} messages came"
            time.sleep(0.02)
        return found

    def fault(self, kind, **how):
        """Sets a fault: rate=0.1 or count=5, and ms=150, method="POST" at will."""
        body = json.dumps({"kind": kind, **how}).encode()
        status, value = self.json("POST", "/_sim/faults", data=body, auth=None)
        assert status == 200, value

    def reply(self, number, body):
        """The phone answers STOP or START."""
        data = json.dumps({"from": number, "body": body}).encode()
        assert self.call("POST", "/_sim/replies", data=data, auth=None)[0] == 204

    def clear_faults(self):
        self.call("DELETE", "/_sim/faults", auth=None)

    def fault_hits(self):
        """How many requests each kind of fault has hit, as a dictionary."""
        return self.json("GET", "/_sim/faults", auth=None)[1]["hits"]

    def traffic(self):
        """API requests: {"total", "running", "peak", "requests": the last 1000 in full}."""
        return self.json("GET", "/_sim/requests", auth=None)[1]

    def requests(self):
        """The last 1000 requests of the API: method, target, headers, body, status, fault."""
        return self.traffic()["requests"]

    def clear(self):
        """No messages, no faults, no record of requests: as new."""
        for what in ("messages", "faults", "requests"):
            status, _, _ = self.call("DELETE", f"/_sim/{what}", auth=None)
            assert status == 204


class Receiver:
    """An HTTP server that takes status callbacks: `receiver.calls` is a list of (path, fields, headers)."""

    def __init__(self):
        import http.server

        self.calls = []
        self._arrived = threading.Condition()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                fields = dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
                self.send_response(204)
                self.end_headers()
                with receiver._arrived:
                    receiver.calls.append((self.path, fields, dict(self.headers)))
                    receiver._arrived.notify_all()

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *failure):
        self.server.shutdown()
        self.server.server_close()

    def wait_for(self, count):
        """The first calls, once there are `count`."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.calls) >= count, PATIENCE), self.calls
            return list(self.calls)
