"""The smallest gateway in Python that does the job, for Tests/Performance/serve.py: gateway.py PORT SERVER-PORT CA P8."""
import re, ssl, sys, uuid
from aiohttp import web
from aioapns import APNs, NotificationRequest
from aioapns.connection import APNsDevelopmentClientProtocol as Protocol

async def push(request):
    payload = await request.json()
    aps, chat = payload["aps"], payload.get("rc", {})
    if "rc-dlt-identifier" in chat:
        return web.Response()
    alert = aps["alert"] if isinstance(aps["alert"], dict) else {"body": aps["alert"]}
    aps["alert"] = {**alert, "title": chat.get("fId", ""), "body": re.sub(r"\d{4,}", "****", alert["body"])}
    answer = await request.app["apns"].send_notification(NotificationRequest(
        device_token=request.match_info["token"], message=payload, notification_id=str(uuid.uuid4())))
    return web.json_response({"reason": answer.description}, status=int(answer.status))

async def connect(app):
    trust = ssl.create_default_context(cafile=sys.argv[3])
    trust.set_alpn_protocols(["h2"])
    Protocol.APNS_SERVER, Protocol.APNS_PORT = "localhost", int(sys.argv[2])
    app["apns"] = APNs(
        key=open(sys.argv[4]).read(), key_id="KEYID00001", team_id="TEAMID0001", topic="com.example.app", use_sandbox=True,
        ssl_context=trust)

app = web.Application()
app.router.add_post("/3/device/{token}", push)
app.on_startup.append(connect)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
