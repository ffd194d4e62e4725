"""Mailrise as an SMS gateway: any number at any domain becomes a message of Apprise's Twilio plugin.

It goes to $UPSTREAM instead of api.twilio.com, and without the pause that Apprise makes between requests.
"""

import os
import re

import apprise
import yaml
from mailrise.router import AppriseNotification, Router

try:
    from apprise.plugins.NotifyTwilio import NotifyTwilio
except ImportError:  # since Apprise 1.7
    from apprise.plugins.twilio import NotifyTwilio

NotifyTwilio.notify_url = os.environ["UPSTREAM"] + "/2010-04-01/Accounts/{sid}/Messages.json"
NotifyTwilio.request_rate_per_sec = 0


class SMS(Router):
    async def email_to_apprise(self, logger, email, auth_data, **rest):
        for address in email.to:
            number = re.match(r"[+]?([0-9]+)@", address)
            url = f"twilio://AC{'a' * 32}:{'b' * 32}@18085551234/+{number[1]}/"
            yield AppriseNotification(
                config=yaml.safe_dump({"urls": [url]}), config_format="yaml", title="", body=email.body,
                body_format=email.body_format, notify_type=apprise.NotifyType.INFO, attachments=[])


router = SMS()
authenticator = None
