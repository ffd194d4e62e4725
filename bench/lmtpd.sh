#!/bin/bash
# lmtpd: messages a second and CPU a message, beside the parts that no LMTP daemon for Twilio can do
# without, beside what its limit of requests allows, beside Mailrise, and beside a gateway written in
# Python with Twilio's own library. See lmtpd/measure.py.
set -euo pipefail
cd "$(dirname "$0")/.."
setup/python bench/lmtpd/requirements.txt .cache/bench/venv >&2 ||
    echo "lmtpd: no Mailrise and no Python gateway to compare with: see above" >&2
exec /usr/bin/python3 bench/lmtpd/measure.py
