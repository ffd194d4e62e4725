#!/bin/sh
# swaks: the quickest way to see what the gateway says. usage: swaks.sh NUMBER TEXT
# With a login: --server sms-gateway.corp.example:587 --tls --auth-user ups --auth-password ...
exec swaks --server "${SMS_GATEWAY:-sms-gateway.corp.example:8025}" --from alerts@corp.example \
    --to "$1@sms.example" --header 'Subject: alert' --body "$2"
