#!/usr/bin/env python3
"""Python: a mail to the gateway with the standard library alone. usage: send_sms.py NUMBER TEXT"""

import email.message
import os
import smtplib
import sys

number, text = sys.argv[1:]
message = email.message.EmailMessage()
message["From"] = "alerts@corp.example"
message["To"] = f"{number}@sms.example"
message["Subject"] = "alert"
message.set_content(text)
host, port = os.environ.get("SMS_GATEWAY", "sms-gateway.corp.example:8025").rsplit(":", 1)
with smtplib.SMTP(host, int(port), timeout=60) as gateway:
    # With a login: gateway.starttls(context=ssl.create_default_context()); gateway.login(...) on 587.
    gateway.send_message(message)
