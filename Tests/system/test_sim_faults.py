"""Each fault of twilio-sim as a client sees it on the wire, and what it leaves behind."""

import base64
import json
import signal
import socket
import subprocess
import threading
import time
import urllib.parse

import pytest

from sim import ACCOUNT_SID, AUTH_TOKEN, PATIENCE, SENDER, program

PHONE = "+14155551212"


def raw_request(sim, body="Disk full", method="POST", path=None):
    form = urllib.parse.urlencode({"To": PHONE, "From": SENDER, "Body": body})
    user = base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
    return (f"{method} {path or sim.messages_path} HTTP/1.1\r\nHost: sim\r\n"
            f"Authorization: Basic {user}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(form)}\r\n\r\n{form}").encode()


def exchange(sim, request=None):
    """Sends one request; returns (what came, how it ended): "EOF", "RST" or "whole"."""
    with socket.create_connection(("127.0.0.1", sim.port), timeout=PATIENCE) as connection:
        connection.sendall(request or raw_request(sim))
        came = b""
        while True:
            try:
                piece = connection.recv(65536)
            except ConnectionResetError:
                return came, "RST"
            came += piece
            if not piece:
                return came, "EOF"
            head, _, body = came.partition(b"\r\n\r\n")
            if body and len(body) == length_of(head):
                return came, "whole"


def length_of(head):
    lines = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    return int(lines[0].split(b":")[1])


def parts(came):
    head, _, body = came.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode(), body


def test_without_a_fault_the_response_is_whole(sim):
    came, end = exchange(sim)
    status, head, body = parts(came)
    assert (status, end) == (201, "whole") and "Twilio-Request-Id: RQ" in head
    assert json.loads(body)["sid"] == sim.messages()[0]["sid"]


@pytest.mark.parametrize("kind, status, code, accepted", [
    ("429", 429, 20429, 0), ("401", 401, 20003, 0), ("403", 403, 20006, 0),
    ("500-before", 500, 20500, 0), ("500-after", 500, 20500, 1),
])
def test_errors(sim, kind, status, code, accepted):
    sim.fault(kind, count=1)
    came, end = exchange(sim)
    got, _, body = parts(came)
    assert (got, end, json.loads(body)["code"]) == (status, "whole", code)
    assert len(sim.messages()) == accepted
    # The count is used up: the next request is answered as ever.
    assert parts(exchange(sim)[0])[0] == 201
    assert sim.fault_hits() == {kind: 1}


def test_retry_after(sim):
    sim.fault("429", count=1, ms=2500)
    assert "Retry-After: 3\r\n" in parts(exchange(sim)[0])[1]
    sim.fault("429", count=1)
    assert "Retry-After" not in parts(exchange(sim)[0])[1]


@pytest.mark.parametrize("kind, accepted", [("reset-before", 0), ("reset-after", 1)])
def test_resets_without_a_byte(sim, kind, accepted):
    sim.fault(kind, count=1)
    assert exchange(sim) == (b"", "RST")
    assert len(sim.messages()) == accepted


def test_reset_before_does_not_wait_for_the_body(sim):
    sim.fault("reset-before", count=1)
    head, _, _ = raw_request(sim).partition(b"\r\n\r\n")
    assert exchange(sim, head + b"\r\n\r\n") == (b"", "RST")


def test_reset_on_a_connection_that_was_used_before(sim):
    with socket.create_connection(("127.0.0.1", sim.port), timeout=PATIENCE) as connection:
        connection.sendall(raw_request(sim))
        assert b" 201 " in connection.recv(65536)
        sim.fault("reset-before", count=1)
        connection.sendall(raw_request(sim))
        with pytest.raises(ConnectionResetError):
            connection.recv(65536)
    assert len(sim.messages()) == 1


@pytest.mark.parametrize("kind, how", [("truncated", "EOF"), ("reset-inside", "RST")])
def test_half_a_response(sim, kind, how):
    sim.fault(kind, count=1)
    came, end = exchange(sim)
    status, head, body = parts(came)
    assert (status, end) == (201, how)
    assert 0 < len(body) < length_of(head.encode())
    with pytest.raises(ValueError):
        json.loads(body)
    assert len(sim.messages()) == 1


def test_a_page_in_place_of_json(sim):
    sim.fault("not-json", count=1)
    status, head, body = parts(exchange(sim)[0])
    assert status == 200 and "text/html" in head and body.startswith(b"<html>")
    assert len(sim.messages()) == 1


def test_a_message_without_a_sid(sim):
    sim.fault("no-sid", count=1)
    status, _, body = parts(exchange(sim)[0])
    assert status == 201 and json.loads(body)["sid"] is None
    assert len(sim.messages()) == 1


def test_latency_holds_the_answer_but_not_the_message(sim):
    """The order of events shows it, not a clock: the phone has the message before the client hears."""
    sim.fault("latency", count=1, ms=600_000)
    with socket.create_connection(("127.0.0.1", sim.port)) as connection:
        connection.sendall(raw_request(sim))
        sim.wait_for_messages(1)
        connection.setblocking(False)
        with pytest.raises(BlockingIOError):
            connection.recv(1)


def test_latency_adds_to_another_fault(sim):
    sim.fault("latency", count=1, ms=1)
    sim.fault("500-after", count=1)
    assert parts(exchange(sim)[0])[0] == 500
    assert sim.fault_hits() == {"latency": 1, "500-after": 1}


def test_slow_comes_in_pieces(sim):
    sim.fault("slow", count=1, ms=200)
    with socket.create_connection(("127.0.0.1", sim.port), timeout=PATIENCE) as connection:
        connection.sendall(raw_request(sim))
        pieces = []
        while True:
            pieces.append(connection.recv(65536))
            head, _, body = b"".join(pieces).partition(b"\r\n\r\n")
            if body and len(body) == length_of(head):
                break
    assert len(pieces) > 3
    assert json.loads(body)["sid"]


def test_faults_by_method(sim):
    sim.fault("403", rate=1.0, method="GET")
    assert sim.create()[0] == 201
    assert sim.json("GET", sim.messages_path)[0] == 403


def test_faults_leave_the_control_paths_alone(sim):
    sim.fault("reset-before", rate=1.0)
    assert sim.messages() == []
    assert sim.call("GET", "/", auth=None)[0] == 200
    sim.clear_faults()
    assert sim.create()[0] == 201


def test_the_same_seed_gives_the_same_faults(make_sim):
    def statuses(sim):
        return [sim.create()[0] for _ in range(60)]

    options = ("--fault", "429:0.3", "--fault", "500-before:20%", "--seed")
    first, again = (statuses(make_sim(*options, 42)) for _ in range(2))
    assert first == again and {201, 429, 500} == set(first)
    assert statuses(make_sim(*options, 43)) != first


def test_faults_at_start_by_count(make_sim):
    sim = make_sim("--fault", "401:2", "--fault", "latency:1:1")
    assert [sim.create()[0] for _ in range(3)] == [401, 401, 201]
    assert sim.fault_hits() == {"401": 2, "latency": 1}


@pytest.mark.parametrize("body", [
    "", "nonsense", '{"kind":"latency"}', '{"kind":"unheard-of","count":1}',
    '{"kind":"429","count":0}', '{"kind":"429","rate":1.5}', '{"kind":"429","rate":0.5,"count":2}',
    '{"kind":"slow","count":1,"ms":-1}', '[{"kind":"429","count":1},{"kind":"429"}]',
])
def test_faults_that_mean_nothing_are_refused(sim, body):
    status, value = sim.json("POST", "/_sim/faults", data=body.encode(), auth=None)
    assert status == 400 and value["error"]
    assert sim.json("GET", "/_sim/faults", auth=None)[1]["faults"] == []


@pytest.mark.parametrize("arguments", [
    ["--fault", "429"], ["--fault", "unheard-of:1"], ["--fault", "429:x"], ["--fault", "429:1:x"],
    ["--account", "AC12:x"], ["--latency", "soon"], ["--listen", "nowhere"], ["--unheard-of", "1"],
    ["--tls-cert", "/dev/null"], ["--seed"], ["word"],
])
def test_a_wrong_command_line_is_refused(arguments):
    run = subprocess.run(
        [program("twilio-sim"), *arguments], capture_output=True, text=True, timeout=PATIENCE)
    assert run.returncode in (1, 64) and run.stderr.startswith("twilio-sim: ") and not run.stdout


def test_more_requests_than_the_account_may_have_at_a_time(make_sim):
    sim = make_sim("--concurrency", 2)
    sim.fault("latency", count=2, ms=600_000)
    waiting = [socket.create_connection(("127.0.0.1", sim.port)) for _ in range(2)]
    for connection in waiting:
        connection.sendall(raw_request(sim))
    sim.wait_for_messages(2)
    status, value = sim.create()
    assert (status, value["code"]) == (429, 20429)
    assert sim.traffic()["peak"] == 3 and len(sim.messages()) == 2
    for connection in waiting:
        connection.close()


def test_a_hundred_waiting_clients(make_sim):
    sim = make_sim("--fault", "latency:100:1000")
    count = 100
    clients = [socket.create_connection(("127.0.0.1", sim.port), timeout=PATIENCE)
               for _ in range(count)]
    for number, client in enumerate(clients):
        client.sendall(raw_request(sim, body=f"message {number}"))
    # All were accepted while all still wait: nobody waits for another's delay.
    sim.wait_for_messages(count)
    assert all(b" 201 " in client.recv(65536) for client in clients)
    assert sim.traffic()["peak"] == count
    for client in clients:
        client.close()


def test_what_was_acknowledged_survives_kill(make_sim, tmp_path):
    state = tmp_path / "state"
    sim = make_sim("--state", state, "--step", "10ms")
    acknowledged, stop = [], threading.Event()

    def send():
        while not stop.is_set():
            try:
                status, value = sim.create(body=f"n{len(acknowledged)} \u2028\n\"é☎")
            except OSError:
                return
            if status == 201:
                acknowledged.append(value["sid"])

    sender = threading.Thread(target=send)
    sender.start()
    deadline = time.monotonic() + PATIENCE
    while len(acknowledged) < 25 and time.monotonic() < deadline:
        time.sleep(0.01)
    sim.stop(signal.SIGKILL)
    stop.set()
    sender.join()
    with open(state, "ab") as file:
        file.write(b'{"created":{"_0":{"sid":"SM')  # what a killed process was writing
    sim.start()
    assert set(acknowledged) <= {message["sid"] for message in sim.messages()}
    deleted, redacted = acknowledged[:2]
    path = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/"
    assert sim.call("DELETE", f"{path}{deleted}.json")[0] == 204
    assert sim.json("POST", f"{path}{redacted}.json", {"Body": ""})[1]["body"] == ""
    def without_status():  # which follows from the time
        return [{**message, "status": None} for message in sim.messages()]

    before = without_status()
    assert sim.stop() == 0
    sim.start()
    assert without_status() == before
    assert sim.json("GET", f"{path}{deleted}.json")[0] == 404
    assert sim.json("GET", f"{path}{redacted}.json")[1]["body"] == ""
    sim.clear()
    sim.stop(signal.SIGKILL)
    sim.start()
    assert sim.messages() == []


def test_two_simulators_do_not_share_a_state_file(make_sim, tmp_path):
    make_sim("--state", tmp_path / "state")
    run = subprocess.run(
        [program("twilio-sim"), "--listen", "127.0.0.1:0", "--state", tmp_path / "state"],
        capture_output=True, text=True, timeout=PATIENCE)
    assert run.returncode == 1 and "another twilio-sim" in run.stderr


def test_a_full_disk_refuses_messages_and_harms_no_other(make_sim, tmp_path):
    """A limit on the size of files plays the full disk."""
    import resource

    state = tmp_path / "state"
    sim = make_sim("--state", state)
    room = 3000
    resource.prlimit(sim.process.pid, resource.RLIMIT_FSIZE, (room, room))
    accepted = []
    while (answer := sim.create(body="x" * 99))[0] == 201:
        accepted.append(answer[1]["sid"])
    assert answer[0] == 500 and "state" in answer[1]["message"] and accepted
    assert sim.create()[0] == 500 and len(sim.messages()) == len(accepted)
    sim.stop()
    sim.start()
    assert [message["sid"] for message in sim.messages()] == accepted


def test_a_state_file_that_is_something_else_is_left_alone(tmp_path):
    state = tmp_path / "state"
    state.write_text("not ours\n")
    run = subprocess.run(
        [program("twilio-sim"), "--listen", "127.0.0.1:0", "--state", state],
        capture_output=True, text=True, timeout=PATIENCE)
    assert run.returncode == 1 and "line 1" in run.stderr
    assert state.read_text() == "not ours\n"
