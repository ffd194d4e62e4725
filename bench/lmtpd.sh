#!/bin/bash
# lmtpd: messages a second and CPU a message, beside the parts that no LMTP daemon for Twilio can do
# without, beside what its limit of requests allows, and beside Mailrise. See lmtpd/measure.py.
set -euo pipefail
exec /usr/bin/python3 "$(dirname "$0")/lmtpd/measure.py"
