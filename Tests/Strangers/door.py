"""What providers that are not ours push to the front door arrives at APNs, changed by the chain, and has the right answer.

Usage: door.py NOTILUA FOLDER
"""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
import uuid

import httpx
import jwt
from aioapns import APNs, NotificationRequest
from aioapns.connection import APNsDevelopmentClientProtocol
from kalyke import ApnsClient, ApnsConfig, ApnsPushType, exceptions
from programs import (
    DEVICE, FOLDER, PROGRAM, arrived, eventually, free_port, make_certificate, path, process, run, simulator, write,
)
from prometheus_client.parser import text_string_to_metric_families

TOPIC, OTHER = "com.example.app", "com.example.other"
PLUGIN = """
return { did_receive = function(request, content)
  if content.title == "drop" then return notilua.drop("asked") end
  if content.title == "recall" then notilua.withdraw(content.body) return notilua.drop("a recall") end
  if content.title == "fault" then error("no") end
  if content.body then content.body = content.body .. " (seen)" end
end }
"""


@contextlib.contextmanager
def service(answer, apns, stop_timeout="30s"):
    """A service in front of a simulator; gives its port."""
    port = free_port()
    outbox = f"outbox: {{ path: {answer}-outbox }}\n" if answer == "accepted" else ""
    write("notilua.yaml", f"""
plugins: [{{ path: p.lua }}]
workers: 1
apns: {{ credentials: store, environment: sandbox, server: "localhost:{apns}" }}
{outbox}door:
  listen: ["127.0.0.1:{port}"]
  certificate: door.pem
  key: door.key
  keys: door-keys
  answer: {answer}
operations: {{ address: "127.0.0.1:{free_port()}", socket: control.sock }}
service: {{ log: json, log_level: info, stop_timeout: {stop_timeout} }}
""")
    with process(
            PROGRAM, "serve", "--config", "notilua.yaml", "--trust", "simulator/ca.pem", "--audit", "audit.ndjson",
            ready='"ready"') as child:
        yield port, child


def key_id(out):
    return out.split(":")[0].split()[0]


def bearer(client, age=0, **changes):
    claims = {"iss": "DOORTEAM01", "iat": int(time.time()) - age, **changes}
    pem = open(path(f"{client}.p8")).read()
    return "bearer " + jwt.encode(claims, pem, algorithm="ES256", headers={"kid": KEYS[client]})


def trust():
    return ssl.create_default_context(cafile=path("door.pem"))


def payload(body="Hello", title="x"):
    return {"aps": {"alert": {"title": title, "body": body}}}


def push(client, port, sender="client", token=DEVICE, content=None, raw=None, **headers):
    fields = {"authorization": bearer(sender), "apns-topic": TOPIC, "apns-push-type": "alert"}
    fields.update({name.replace("_", "-"): value for name, value in headers.items()})
    body = raw if raw is not None else json.dumps(content or payload()).encode()
    return client.post(
        f"https://localhost:{port}/3/device/{token}", content=body,
        headers={name: value for name, value in fields.items() if value is not None})


def reason(answer):
    return answer.status_code, answer.json().get("reason") if answer.content else None


# MARK: httpx


def with_httpx(port, delivered):
    with httpx.Client(http2=True, verify=trust()) as client:
        before = len(arrived())
        identifier = str(uuid.uuid4())
        answer = push(client, port, apns_id=identifier, apns_collapse_id="c1")
        assert answer.status_code == 200 and answer.content == b"" and answer.http_version == "HTTP/2", answer
        assert answer.headers["apns-id"] == identifier
        outcome = "delivered" if delivered else "accepted"
        assert answer.headers["notilua-outcome"] == outcome, answer.headers
        eventually(lambda: len(arrived()) == before + 1)
        record = arrived()[-1]
        assert record["apns_id"] == identifier and record["token"] == DEVICE and record["topic"] == TOPIC, record
        assert record["payload"]["aps"]["alert"]["body"] == "Hello (seen)", record

        # The same push again is answered as the first, and not sent.
        answer = push(client, port, apns_id=identifier, apns_collapse_id="c1")
        assert answer.status_code == 200 and answer.headers["notilua-outcome"] == "repeated"
        # The same id to another device is another push.
        answer = push(client, port, apns_id=identifier, token="ab" * 32)
        assert answer.headers["notilua-outcome"] == outcome
        eventually(lambda: len(arrived()) == before + 2)

        answer = push(client, port, content=payload(title="drop"))
        assert answer.status_code == 200 and answer.headers["notilua-outcome"] == "dropped"
        # A fault of a plugin leaves the push as it came.
        push(client, port, content=payload("plain", "fault"))
        eventually(lambda: arrived()[-1]["payload"]["aps"]["alert"]["body"] == "plain")

        cases = [
            (dict(authorization=None), (403, "MissingProviderToken")),
            (dict(authorization="bearer x.y.z"), (403, "InvalidProviderToken")),
            (dict(authorization=bearer("client", age=4000)), (403, "ExpiredProviderToken")),
            (dict(authorization=bearer("client", iss="OTHERTEAM1")), (403, "InvalidProviderToken")),
            (dict(apns_topic=OTHER), (400, "TopicDisallowed")),
            (dict(apns_topic=None), (400, "MissingTopic")),
            (dict(apns_id="x"), (400, "BadMessageId")),
            (dict(apns_priority="7"), (400, "BadPriority")),
            (dict(apns_push_type="x"), (400, "InvalidPushType")),
            (dict(apns_collapse_id="x" * 65), (400, "BadCollapseId")),
            # A tab is a value of HTTP (RFC 9110 §5.5); accepted, it would be refused behind the answer.
            (dict(apns_collapse_id="x\ty"), (400, "BadCollapseId")),
            (dict(token="xyz"), (400, "BadDeviceToken")),
            (dict(raw=b""), (400, "PayloadEmpty")),
            (dict(raw=b"[]"), (400, "PayloadEmpty")),
            (dict(raw=b'{"aps":{}},"device_token":"ff"'), (400, "PayloadEmpty")),
            (dict(raw=b'{"aps":{"alert":"' + b"x" * 4096 + b'"}}'), (413, "PayloadTooLarge")),
        ]
        before = len(arrived())
        for arguments, expected in cases:
            assert reason(push(client, port, **arguments)) == expected, (arguments, expected)
        answer = push(client, port, raw=b'{"aps":{}},"device_token":"ff"')
        assert answer.headers["notilua-reason"].startswith("the payload, byte 11: "), answer.headers
        assert reason(client.get(f"https://localhost:{port}/3/device/{DEVICE}")) == (405, "MethodNotAllowed")
        assert reason(client.post(f"https://localhost:{port}/other")) == (404, "BadPath")
        assert len(arrived()) == before


def with_recalls(port):
    """A recall reaches what its own app has sent, and nothing of another app."""
    with httpx.Client(http2=True, verify=trust()) as client:
        # The simulator takes nothing of these for now, so that they wait.
        busy = "bad05030" + "00" * 28
        for sender, topic in [("client", TOPIC), ("other", OTHER)]:
            answer = push(client, port, sender, token=busy, apns_topic=topic, apns_collapse_id="m1")
            assert answer.status_code == 200, answer.text
        answer = push(client, port, content=payload("m1", "recall"))
        assert answer.headers["notilua-outcome"] == "dropped"
        waiting = run(PROGRAM, "outbox", "list", "--outbox", "accepted-outbox", "--json")
        topics = [json.loads(line).get("topic") for line in waiting.splitlines() if line.startswith("{")]
        assert OTHER in waiting and TOPIC not in topics, waiting


# MARK: aioapns


async def with_aioapns(port):
    class Protocol(APNsDevelopmentClientProtocol):
        APNS_SERVER = "localhost"
        APNS_PORT = port

    context = trust()
    context.set_alpn_protocols(["h2"])
    client = APNs(
        key=open(path("client.p8")).read(), key_id=KEYS["client"], team_id="DOORTEAM01", topic=TOPIC, use_sandbox=True,
        max_connection_attempts=2, ssl_context=context)
    client.pool.protocol_class = Protocol
    before = len(arrived())
    results = await asyncio.gather(*(
        client.send_notification(NotificationRequest(device_token=DEVICE, message=payload(f"m{number}")))
        for number in range(200)))
    assert all(result.is_successful for result in results), [result.description for result in results][:3]
    refused = await client.send_notification(
        NotificationRequest(device_token=DEVICE, message=payload("x" * 5000)))
    assert not refused.is_successful and refused.description == "PayloadTooLarge", refused.description
    eventually(lambda: len(arrived()) >= before + 200)
    bodies = {record["payload"]["aps"]["alert"]["body"] for record in arrived()[before:]}
    assert bodies == {f"m{number} (seen)" for number in range(200)}
    client.pool.close()


# MARK: kalyke


async def with_kalyke(port):
    """A client that writes the time of its tokens as a text, as old versions of APNSwift do."""
    class Client(ApnsClient):
        _base_url = f"https://localhost:{port}"

    client = Client(
        use_sandbox=True, team_id="DOORTEAM01", auth_key_id=KEYS["client"], auth_key_filepath=path("client.p8"))
    options = ApnsConfig(topic=TOPIC, push_type=ApnsPushType.ALERT)
    os.environ["SSL_CERT_FILE"] = path("door.pem")
    before = len(arrived())
    assert uuid.UUID(await client.send_message(DEVICE, payload("kalyke"), options))
    eventually(lambda: len(arrived()) == before + 1)
    assert arrived()[-1]["payload"]["aps"]["alert"]["body"] == "kalyke (seen)", arrived()[-1]
    try:
        await client.send_message("xyz", payload(), options)
        assert False, "a bad device token was taken"
    except exceptions.BadDeviceToken:
        pass
    del os.environ["SSL_CERT_FILE"]


# MARK: curl and h2load


def with_curl(port):
    answer = run(
        "curl", "--silent", "--show-error", "--http2", "--cacert", path("door.pem"), "-d", json.dumps(payload("curl")),
        "-H", f"authorization: {bearer('client')}", "-H", f"apns-topic: {TOPIC}", "-o", "/dev/null",
        "-w", "%{http_version} %{http_code}", f"https://localhost:{port}/3/device/{DEVICE}")
    assert answer == "2 200", answer
    eventually(lambda: arrived()[-1]["payload"]["aps"]["alert"]["body"] == "curl (seen)")


def with_h2load(port, count=4000):
    body = write("body.json", json.dumps(payload("load")))
    # Many devices: pushes to one go out one after another.
    urls = write("urls", "".join(f"https://localhost:{port}/3/device/{number:064x}\n" for number in range(500)))
    before = len(arrived())
    text = run(
        "h2load", "-n", str(count), "-c", "4", "-m", "20", "-d", body, "-H", f"authorization: {bearer('client')}",
        "-H", f"apns-topic: {TOPIC}", "-H", ":method: POST", "-i", urls)
    assert f"{count} succeeded, 0 failed" in text, text
    eventually(lambda: len(arrived()) == before + count)


# MARK: Operations


def with_operations(child):
    address = next(line for line in open(path("notilua.yaml")) if line.startswith("operations"))
    base = "http://" + address.split('"')[1]
    metrics = urllib.request.urlopen(base + "/metrics").read().decode()
    families = {family.name: family for family in text_string_to_metric_families(metrics)}
    outcomes = {
        sample.labels["outcome"]: sample.value for sample in families["notilua_door_accepted"].samples
        if sample.name.endswith("_total")}
    assert outcomes["accepted"] > 4000 and outcomes["dropped"] >= 1 and outcomes["repeated"] == 1, outcomes
    assert DEVICE not in metrics
    assert urllib.request.urlopen(base + "/healthz").status == 200
    assert urllib.request.urlopen(base + "/readyz").status == 200
    status = json.loads(run(PROGRAM, "ctl", "status", "--socket", "control.sock", "--json"))
    assert status["state"] == "running" and status["process"] == child.pid, status


def with_revocation(port):
    """A key that is taken out is refused within two seconds, on a connection that has used it."""
    with httpx.Client(http2=True, verify=trust()) as client:
        assert push(client, port, "other", apns_topic=OTHER).status_code == 200
        run(PROGRAM, "keys", "door", "remove", KEYS["other"], "--keys", "door-keys")
        time.sleep(2)
        assert reason(push(client, port, "other", apns_topic=OTHER)) == (403, "InvalidProviderToken")
        assert push(client, port).status_code == 200


def with_two_stops(port, child):
    """A second signal waits for nothing; what was accepted stays in the outbox."""
    silent = "bad00001" + "00" * 28
    with httpx.Client(http2=True, verify=trust()) as client:
        assert push(client, port, token=silent, apns_id=str(uuid.uuid4())).status_code == 200
    child.send_signal(signal.SIGTERM)
    # It is not ready any more, which is its status 1.
    status = [PROGRAM, "ctl", "status", "--socket", "control.sock"]
    eventually(lambda: "stopping" in subprocess.run(status, capture_output=True, text=True, cwd=FOLDER).stdout)
    child.send_signal(signal.SIGTERM)
    assert child.wait(timeout=60) == 0
    waiting = run(PROGRAM, "outbox", "list", "--outbox", "accepted-outbox", "--json").splitlines()
    assert len(waiting) >= 1, waiting


def with_the_example():
    """The lines of the fifth example, as they stand there, with aioapns as the provider."""
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    folder = path("examples/5-front-door")
    shutil.copytree(os.path.join(source, "examples/5-front-door"), folder)
    os.symlink(os.path.abspath(os.path.join(source, "plugins")), path("plugins"))
    lines = [line[4:] for line in open(os.path.join(folder, "README.md")) if line.startswith("    ")]
    assert len(lines) == 10, lines
    environment = dict(os.environ, PATH=f"{os.path.dirname(PROGRAM)}:{os.path.dirname(sys.executable)}:/usr/bin:/bin")
    script = "set -e\ntrap 'kill $(jobs -p); wait' EXIT\n" + "".join(lines)
    shown = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    assert shown.returncode == 0 and "200 " in shown.stdout, (shown.stdout, shown.stderr)
    assert "482913" not in shown.stdout and "Your code is ****" in shown.stdout, shown.stdout


KEYS = {}
with_the_example()
print("the example: a push of aioapns arrives, masked")
write("p.lua", PLUGIN)
make_certificate("door")
for name, topic in [("client", TOPIC), ("other", OTHER)]:
    KEYS[name] = key_id(run(
        PROGRAM, "keys", "door", "add", "--keys", "door-keys", "--topic", topic, "--out", f"{name}.p8"))

with simulator() as apns:
    with service("accepted", apns) as (port, child):
        with_httpx(port, delivered=False)
        asyncio.run(with_aioapns(port))
        asyncio.run(with_kalyke(port))
        with_curl(port)
        with_h2load(port)
        with_operations(child)
        with_recalls(port)
        with_revocation(port)
    with service("accepted", apns, stop_timeout="1h") as (port, child):
        with_two_stops(port, child)
    print("accepted: httpx, aioapns, kalyke, curl and h2load have the answers of APNs, and their pushes arrived")
    with service("delivered", apns) as (port, child):
        with_httpx(port, delivered=True)
        with httpx.Client(http2=True, verify=trust()) as client:
            gone = push(client, port, token="bad04100" + "00" * 28)
            assert gone.status_code == 410 and gone.json()["reason"] == "Unregistered", gone.text
            assert gone.json()["timestamp"] > 0
    print("delivered: APNs' own answers come back")
