"""aioapns as it is, with Apple's host names and port, against the simulator that /etc/hosts names.

Usage: unmodified.py FOLDER, with the simulator's authority in $SSL_CERT_FILE
"""

import asyncio
import sys

from aioapns import APNs, NotificationRequest, PushType

KEYS = f"{sys.argv[1]}/credentials"
DEVICE = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0"


async def main():
    with open(f"{KEYS}/AuthKey_KEYID00001.p8") as file:
        key = file.read()
    client = APNs(key=key, key_id="KEYID00001", team_id="TEAMID0001", topic="com.example.app", use_sandbox=True)
    push = NotificationRequest(device_token=DEVICE, message={"aps": {"alert": "Hello"}}, push_type=PushType.ALERT)
    answer = await asyncio.wait_for(client.send_notification(push), 20)
    assert answer.status == "200", (answer.status, answer.description)
    push = NotificationRequest(device_token="bad04100", message={"aps": {"alert": "Hello"}})
    answer = await asyncio.wait_for(client.send_notification(push), 20)
    assert (answer.status, answer.description) == ("410", "Unregistered"), (answer.status, answer.description)


asyncio.run(main())
