"""A real Postfix with the doors of an SMS gateway, postfix/*.front. Standard library only: the demo uses
it too."""

import ssl

import agent as agents
import mta

UPS = "ups@corp.example"
LOGIN = ("ups@sms.example", "correct horse")


class Front:
    """A Postfix with the front's files, and one login, ups@sms.example. `twilio`: the lines of [twilio]."""

    def __init__(self, twilio, legacy_networks="127.0.0.0/8 192.168.77.0/24", main=""):
        self.server, self.agent = agents.postfix_with_pipe(twilio)
        server = self.server
        self.submission, self.submissions, self.legacy = mta.free_ports(3)
        certificate = mta.make_certificate(server.etc / "tls")
        self.trust = ssl.create_default_context(cafile=str(certificate))
        own = {"/etc/postfix/": f"{server.etc}/"}
        server.extra_main += mta.shipped("postfix/main.cf.front", own | {
            "/etc/smsmda/tls/": f"{server.etc}/tls/",
            "127.0.0.0/8 192.168.77.0/24": legacy_networks,
        }) + main
        server.extra_master += mta.shipped("postfix/master.cf.front", own | {
            f"\n{port} ": f"\n127.0.0.1:{actual} " for port, actual in
            ((587, self.submission), (465, self.submissions), (8025, self.legacy))})
        for name in ("sms_domains", "sender_logins", "sasl_user_header"):
            server.tables[name] = mta.shipped(f"postfix/{name}")
        logins = server.etc / "sasldb2"
        server.tables["sasl/smtpd.conf"] = mta.shipped(
            "postfix/sasl/smtpd.conf", {"/etc/sasldb2": logins})
        server.command("saslpasswd2", "-p", "-c", "-f", logins, "-u", "sms.example", "ups",
                       input=LOGIN[1])
        server.own(logins, server.owner)

    def login(self, port=None, login=LOGIN):
        """A client on the submission port, after STARTTLS and AUTH."""
        client = self.server.client(port or self.submission)
        client.starttls(context=self.trust)
        client.login(*login)
        return client
