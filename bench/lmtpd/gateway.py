"""The gateway that is written in an afternoon: SMTP in, Python's email package, libphonenumber, Twilio's library out.

usage: gateway.py PORT UPSTREAM      UPSTREAM: what stands for https://api.twilio.com

What lmtpd is measured beside. It keeps no journal: a retry sends again.
"""

import asyncio
import concurrent.futures
import email
import email.policy
import signal
import sys

import phonenumbers
from aiosmtpd.controller import Controller
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

PORT, UPSTREAM = int(sys.argv[1]), sys.argv[2]


class ToUpstream(TwilioHttpClient):
    def request(self, method, url, *rest, **more):
        return super().request(method, UPSTREAM + url.removeprefix("https://api.twilio.com"), *rest, **more)


class Gateway:
    def __init__(self):
        self.twilio = Client("AC0123456789abcdef0123456789abcdef", "secret",
                             http_client=ToUpstream(pool_connections=True))
        self.threads = concurrent.futures.ThreadPoolExecutor(100)

    def send(self, content, recipient):
        message = email.message_from_bytes(content, policy=email.policy.default)
        number = phonenumbers.parse(recipient.partition("@")[0], "US")
        self.twilio.messages.create(
            to=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
            from_="+18085551234", body=message.get_body(("plain", "html")).get_content())

    async def handle_DATA(self, server, session, envelope):
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(
            loop.run_in_executor(self.threads, self.send, envelope.content, recipient)
            for recipient in envelope.rcpt_tos))
        return "250 2.0.0 sent"


Controller(Gateway(), hostname="127.0.0.1", port=PORT).start()
signal.pause()
