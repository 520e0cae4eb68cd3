"""The channel for signed webhooks (standardwebhooks.com); the receiver reads the rest from the API with its own key."""

import json
from collections.abc import Sequence
from datetime import UTC

from app.notices.channels.hosts import post
from app.notices.channels.message import Message, Outcome


def send(message: Message, hosts: Sequence[str]) -> Outcome:
    from standardwebhooks import Webhook

    body = json.dumps(message.entry, separators=(",", ":"), ensure_ascii=False)
    moment = message.at.astimezone(UTC)  # it treats any other zone as UTC
    signatures = [Webhook(secret).sign(message.id, moment, body) for secret in message.secrets]
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Duban",
        "webhook-id": message.id,
        "webhook-timestamp": str(int(message.at.timestamp())),
        "webhook-signature": " ".join(signatures),  # two while a secret is being replaced
    }
    outcome, _ = post(message.address, body.encode(), headers, hosts)
    return outcome
