"""A UPS for apcupsd to watch: another apcupsd's network server, as far as `UPSTYPE net` asks it.

    with UPS() as ups:
        ups.port
        ups.fail()      # the mains
"""

import socketserver
import struct
import threading

ON_LINE, ON_BATTERY = ("ONLINE", "0x05000008"), ("ONBATT", "0x05060010")


class UPS:
    def __init__(self):
        self.state = ON_LINE
        ups = self

        class Connection(socketserver.BaseRequestHandler):
            def handle(self):
                while self.request.recv(64):  # 2 octets of length, and "status"
                    for line in [*ups.status(), ""]:
                        text = line.encode()
                        self.request.sendall(struct.pack(">H", len(text)) + text)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Connection)
        self.port = self.server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *failure):
        self.server.shutdown()
        self.server.server_close()

    def fail(self):
        self.state = ON_BATTERY

    def status(self):
        word, flags = self.state
        values = {"APC": "001,036,0879", "UPSNAME": "basement", "MODEL": "Smart-UPS", "STATUS": word,
                  "STATFLAG": flags, "BCHARGE": "100.0 Percent", "TIMELEFT": "41.0 Minutes",
                  "BATTV": "27.0 Volts", "LOADPCT": "10.0 Percent", "END APC": "now"}
        return [f"{name:<9}: {value}\n" for name, value in values.items()]
