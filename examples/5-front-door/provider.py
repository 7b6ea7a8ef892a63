"""A provider of APNs, by aioapns from PyPI: what is not its host and its key is as for Apple's."""

import asyncio
import ssl
import sys

from aioapns import APNs, NotificationRequest
from aioapns.connection import APNsDevelopmentClientProtocol

APNsDevelopmentClientProtocol.APNS_SERVER = "localhost"
APNsDevelopmentClientProtocol.APNS_PORT = 8444


async def main(text):
    client = APNs(
        key=open("client.p8").read(), key_id="CLIENT0001", team_id="DOORTEAM01", topic="com.example.app", use_sandbox=True,
        ssl_context=ssl.create_default_context(cafile="door.pem"))
    result = await client.send_notification(NotificationRequest("ab01", {"aps": {"alert": {"title": "Code", "body": text}}}))
    print(result.status, result.notification_id)


asyncio.run(main(sys.argv[1]))
