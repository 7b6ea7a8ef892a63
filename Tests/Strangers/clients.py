"""What clients that are not ours get from the simulator of APNs is what APNs would give them.

Usage: clients.py NOTILUA FOLDER
"""

import asyncio
import base64
import contextlib
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
import uuid

import h2.config
import h2.connection
import h2.events
import h2.settings
import httpx
import jwt
from aioapns import APNs, NotificationRequest
from aioapns.connection import APNsDevelopmentClientProtocol
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import pkcs12

PROGRAM, FOLDER = sys.argv[1:]
KEYS = f"{FOLDER}/credentials"
TOPIC = "com.example.app"
DEVICE = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0"


@contextlib.contextmanager
def simulator(*arguments):
    """A simulator that runs while the block does; gives its port, and in the end its last words."""
    said = {}
    port_file = f"{FOLDER}/port"
    with contextlib.suppress(FileNotFoundError):
        os.remove(port_file)
    process = subprocess.Popen(
        [PROGRAM, "apns-simulator", "--write-credentials", KEYS, "--port-file", port_file, *arguments],
        stderr=subprocess.PIPE, text=True)
    try:
        line = process.stderr.readline()
        assert "listening on 127.0.0.1:" in line, line
        said["port"] = int(open(port_file).read())
        yield said
    finally:
        process.send_signal(signal.SIGTERM)
        said["summary"] = process.communicate(timeout=20)[1].strip()
        assert process.returncode == 0, process.returncode


def bearer(key="KEYID00001", team="TEAMID0001", age=0):
    pem = open(f"{KEYS}/AuthKey_{key}.p8").read()
    claims = {"iss": team, "iat": int(time.time()) - age}
    return "bearer " + jwt.encode(claims, pem, algorithm="ES256", headers={"kid": key})


def context(alpn=True, certificate=None):
    made = ssl.create_default_context(cafile=f"{KEYS}/ca.pem")
    made.verify_flags |= ssl.VERIFY_X509_STRICT
    if alpn:
        made.set_alpn_protocols(["h2"])
    if certificate:
        made.load_cert_chain(f"{KEYS}/{certificate}.pem")
    return made


class Client:
    """One connection of h2, with all that comes kept."""

    def __init__(self, port, alpn=True, certificate=None):
        raw = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket = context(alpn, certificate).wrap_socket(raw, server_hostname="localhost")
        self.protocol = self.socket.selected_alpn_protocol()
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.h2.initiate_connection()
        self.settings, self.answers, self.goaway, self.resets = [], {}, [], {}
        self.frames = {}
        self.is_open = True
        self.flush()
        self.until(lambda: self.settings)

    def flush(self):
        self.socket.sendall(self.h2.data_to_send())

    def read(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        if not data:
            self.is_open = False
            return
        for event in self.h2.receive_data(data):
            if isinstance(event, h2.events.RemoteSettingsChanged):
                change = event.changed_settings.get(h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS)
                if change:
                    self.settings.append(change.new_value)
            elif isinstance(event, h2.events.ResponseReceived):
                self.answers[event.stream_id] = [dict(event.headers), b"", False]
            elif isinstance(event, h2.events.DataReceived):
                self.answers[event.stream_id][1] += event.data
                self.frames.setdefault(event.stream_id, []).append(len(event.data))
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                self.answers[event.stream_id][2] = True
            elif isinstance(event, h2.events.StreamReset):
                self.resets[event.stream_id] = event.error_code
            elif isinstance(event, h2.events.ConnectionTerminated):
                self.goaway.append((event.last_stream_id, event.error_code, event.additional_data))
        with contextlib.suppress(OSError):
            self.flush()

    def until(self, condition):
        end = time.time() + 10
        while not condition() and self.is_open:
            assert time.time() < end, "nothing came"
            self.read()

    def begin(self, device=DEVICE, body=b'{"aps":{"alert":"Hello"}}', **headers):
        stream = self.h2.get_next_available_stream_id()
        fields = {":method": "POST", ":scheme": "https", ":authority": "localhost", ":path": f"/3/device/{device}"}
        fields.update({name.replace("_", "-"): value for name, value in headers.items()})
        self.h2.send_headers(stream, list(fields.items()))
        self.h2.send_data(stream, body, end_stream=True)
        self.flush()
        return stream

    def push(self, **arguments):
        """The status, the reason and the headers of a push."""
        stream = self.begin(**arguments)
        self.until(lambda: stream in self.answers and self.answers[stream][2] or stream in self.resets)
        if stream not in self.answers:
            return None, None, {}
        headers, body, _ = self.answers[stream]
        body = json.loads(body) if body else {}
        self.last = body
        return int(headers[":status"]), body.get("reason"), headers


def curl(port, *arguments):
    """The body and the status that curl gets."""
    said = subprocess.run(
        ["curl", "-sS", "--http2", "--cacert", f"{KEYS}/ca.pem", "-w", "\n%{http_code} %{http_version}", *arguments],
        capture_output=True, text=True, timeout=20)
    assert said.returncode == 0, said.stderr
    body, _, end = said.stdout.rpartition("\n")
    status, version = end.split()
    assert version == "2", version
    return int(status), body


async def of_aioapns(port):
    APNsDevelopmentClientProtocol.APNS_SERVER = "localhost"
    APNsDevelopmentClientProtocol.APNS_PORT = port
    message = {"aps": {"alert": "Hello"}}

    async def send(client, device):
        result = await client.send_notification(NotificationRequest(device_token=device, message=message))
        return result.status, result.description, result.timestamp

    with open(f"{KEYS}/AuthKey_KEYID00001.p8") as file:
        key = file.read()
    trust = ssl.create_default_context(cafile=f"{KEYS}/ca.pem")
    trust.set_alpn_protocols(["h2"])
    client = APNs(key=key, key_id="KEYID00001", team_id="TEAMID0001", topic=TOPIC, use_sandbox=True, ssl_context=trust)
    assert await send(client, DEVICE) == ("200", None, None)
    status, reason, timestamp = await send(client, "bad04100")
    assert (status, reason) == ("410", "Unregistered") and abs(timestamp / 1000 - time.time()) < 60
    assert (await send(client, "bad04000"))[:2] == ("400", "BadDeviceToken")
    assert (await send(client, "bad04290"))[:2] == ("429", "TooManyRequests")
    results = await asyncio.gather(*(send(client, DEVICE) for _ in range(500)))
    assert all(result[0] == "200" for result in results)

    trust.load_cert_chain(f"{KEYS}/sandbox.pem")
    client = APNs(client_cert=f"{KEYS}/sandbox.pem", topic=TOPIC, use_sandbox=True, ssl_context=trust)
    assert (await send(client, DEVICE))[0] == "200"
    assert (await send(client, "bad04100"))[:2] == ("410", "Unregistered")


def of_h2(port):
    client = Client(port)
    assert client.protocol == "h2"
    assert client.settings == [1], client.settings
    assert client.push(apns_topic=TOPIC)[:2] == (403, "MissingProviderToken")
    token = bearer()
    name = str(uuid.uuid4()).upper()
    status, _, headers = client.push(authorization=token, apns_topic=TOPIC, apns_id=name)
    assert status == 200 and headers["apns-id"] == name.lower() and "apns-unique-id" in headers
    assert client.settings == [1, 1000], client.settings
    assert client.push(device="bad04100", authorization=token, apns_topic=TOPIC)[:2] == (410, "Unregistered")
    assert abs(client.last["timestamp"] / 1000 - time.time()) < 60
    # HPACK: a large header and many small ones, over and over.
    for number in range(300):
        assert client.push(authorization=token, apns_topic=TOPIC, apns_collapse_id=f"{number:064}")[0] == 200
    # Provider tokens: another key of the team, and more new ones than APNs takes.
    assert client.push(authorization=bearer("OTHERKEY01"), apns_topic=TOPIC)[:2] == (403, "UnrelatedKeyIdInToken")
    assert client.push(authorization=bearer(age=5), apns_topic=TOPIC)[0] == 200
    answer = client.push(authorization=bearer(age=9), apns_topic=TOPIC)
    assert answer[:2] == (429, "TooManyProviderTokenUpdates"), answer
    assert client.push(authorization=bearer(age=4000), apns_topic=TOPIC)[:2] == (403, "ExpiredProviderToken")
    # Answers that are cut into pieces, and one that ends with an empty frame.
    client = Client(port)
    assert client.push(device="bad0000c", authorization=token, apns_topic=TOPIC)[:2] == (400, "BadDeviceToken")
    assert set(client.frames[1]) == {1, 0} or set(client.frames[1]) == {1}
    assert client.push(device="bad0000d", authorization=token, apns_topic=TOPIC)[0] == 200
    assert client.frames[3] == [0]
    stream = client.begin(device="bad00003", authorization=token, apns_topic=TOPIC)
    client.until(lambda: client.resets)
    assert client.resets == {stream: 7}
    # GOAWAY, which leaves the push unlooked at and what came before it answered.
    stream = client.begin(device="bad00006", authorization=token, apns_topic=TOPIC)
    client.until(lambda: client.goaway)
    assert client.goaway == [(stream - 2, 0, b'{"reason":"Shutdown"}')], client.goaway
    client.until(lambda: not client.is_open)
    # More streams than it may have open: the connection is over.
    client = Client(port)
    for number in range(2):
        client.h2.remote_settings[h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS] = 10
        client.h2.remote_settings.acknowledge()
        client.begin(device="bad00001", authorization="bearer x", apns_topic=TOPIC)
    client.until(lambda: client.goaway)
    assert client.goaway[0][1] == 1, client.goaway


def signed(form, key="KEYID00001", issued=int):
    """A provider token with a signature in DER or raw, by cryptography or openssl; `issued` writes the time."""
    def encoded(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    path = f"{KEYS}/AuthKey_{key}.p8"
    header, claims = {"alg": "ES256", "kid": key}, {"iss": "TEAMID0001", "iat": issued(int(time.time()))}
    text = encoded(json.dumps(header).encode()) + b"." + encoded(json.dumps(claims).encode())
    if form == "openssl":
        signature = subprocess.run(
            ["openssl", "dgst", "-binary", "-sha256", "-sign", path], input=text, capture_output=True, check=True).stdout
    else:
        with open(path, "rb") as file:
            private = serialization.load_pem_private_key(file.read(), None)
        signature = private.sign(text, ec.ECDSA(hashes.SHA256()))
        if form == "raw":
            r, s = decode_dss_signature(signature)
            signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return (text + b"." + encoded(signature)).decode()


def of_httpx(port):
    def push(token, **headers):
        with httpx.Client(http2=True, verify=context(alpn=False)) as client:
            fields = {"authorization": f"bearer {token}", "apns-topic": TOPIC}
            fields.update({name.replace("_", "-"): value for name, value in headers.items()})
            answer = client.post(f"https://localhost:{port}/3/device/{DEVICE}", headers=fields, content=b'{"aps":{"alert":"Hello"}}')
        assert answer.http_version == "HTTP/2"
        return answer.status_code, answer.json()["reason"] if answer.content else None

    for form in ["raw", "DER", "openssl"]:
        for issued in [int, float, str, lambda time: f"{time}.5"]:
            assert push(signed(form, issued=issued)) == (200, None), form
        # Another message's signature, and one of another key.
        parts = signed(form).split(".")
        assert push(".".join([parts[0], parts[1], signed(form, "OTHERKEY01").split(".")[2]])) == (403, "InvalidProviderToken")
        assert push(".".join([parts[0], parts[1], ""])) == (403, "InvalidProviderToken")
    assert push(signed("raw", issued=lambda _: "today")) == (403, "InvalidProviderToken")
    assert push(signed("DER"), apns_topic=f"{TOPIC}.voip") == (200, None)
    assert push(signed("DER"), apns_topic=f"{TOPIC}.voip", apns_push_type="alert") == (400, "InvalidPushType")


def of_command_line(port):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "command-line")
    said = subprocess.run(
        [script, KEYS, str(port), "KEYID00001", "TEAMID0001", TOPIC, DEVICE], capture_output=True, text=True, timeout=30)
    assert said.returncode == 0 and said.stdout == "200\n", (said.stdout, said.stderr)


def of_any_key(port):
    """Whatever the signature is, where --accept-any-key does not look at it."""
    header, claims, _ = signed("raw").split(".")
    for signature in ["", "AAAA", "A" * 86, "A" * 200]:
        client = Client(port)
        answer = client.push(authorization=f"bearer {header}.{claims}.{signature}", apns_topic=TOPIC)
        assert answer[0] == 200, answer


def of_legacy_files():
    """The .p12 files of --legacy: two safes, a bag each, triple DES and a MAC of SHA-1, as old libraries ask for."""
    for name in ["sandbox", "universal"]:
        path = f"{KEYS}/{name}.p12"
        said = subprocess.run(
            ["openssl", "pkcs12", "-in", path, "-passin", "pass:notilua", "-info", "-noout"], capture_output=True, text=True)
        assert said.returncode == 0, said.stderr
        lines = [line for line in said.stderr.splitlines() if line]
        assert lines[0].startswith("MAC: sha1, Iteration"), lines
        assert lines[2].startswith("PKCS7 Encrypted data: pbeWithSHA1And3-KeyTripleDES-CBC"), lines
        assert lines[3] == "Certificate bag" and lines[4] == "PKCS7 Data", lines
        assert lines[5].startswith("Shrouded Keybag: pbeWithSHA1And3-KeyTripleDES-CBC") and len(lines) == 6, lines
        with open(path, "rb") as file:
            key, certificate, others = pkcs12.load_key_and_certificates(file.read(), b"notilua")
        with open(f"{KEYS}/{name}.pem", "rb") as file:
            pem = file.read()
        assert certificate.public_bytes(serialization.Encoding.PEM) in pem and not others
        assert key.public_key() == certificate.public_key()


def of_certificates(port):
    for certificate, expected in [
        ("sandbox", (200, None)), ("production", (403, "BadCertificateEnvironment")),
        ("universal", (400, "MissingTopic")), ("voip", (200, None)), ("expired", (403, "BadCertificate")),
    ]:
        client = Client(port, certificate=certificate)
        assert client.settings[-1:] == [1000] or client.settings == [1]
        answer = client.push()
        assert answer[:2] == expected, (certificate, answer)
        if certificate == "universal":
            assert client.push(apns_topic=f"{TOPIC}.voip", apns_push_type="voip")[0] == 200
            assert client.push(apns_topic="com.example.other")[:2] == (400, "TopicDisallowed")


def of_curl(port):
    push = f"https://localhost:{port}/3/device/"
    control = f"https://127.0.0.1:{port}/_simulator"
    certificate = ["--cert", f"{KEYS}/sandbox.pem"]
    bundle = ["--cert-type", "P12", "--cert", f"{KEYS}/sandbox.p12:notilua"]
    assert curl(port, *certificate, "-d", "{}", push + DEVICE)[0] == 200
    assert curl(port, *bundle, "-d", "{}", push + DEVICE)[0] == 200
    assert curl(port, *certificate, push + DEVICE) == (405, '{"reason":"MethodNotAllowed"}')
    assert curl(port, *certificate, "-d", "{}", push + "bad05030") == (503, '{"reason":"ServiceUnavailable"}')
    assert curl(port, "-d", "{}", push + DEVICE) == (403, '{"reason":"MissingProviderToken"}')
    # Orders: rules that hold from now on, GOAWAY and other settings for a connection that is open, and the journal.
    rules = '{"rules":[{"match":{"token":"00fc","first":1},"respond":{"reason":"InternalServerError"}}]}'
    assert curl(port, "-d", rules, f"{control}/rules")[0] == 200
    assert curl(port, *certificate, "-d", "{}", push + DEVICE) == (500, '{"reason":"InternalServerError"}')
    assert curl(port, *certificate, "-d", "{}", push + DEVICE)[0] == 200
    status, said = curl(port, "-d", '{"rules":[{"do":"explode"}]}', f"{control}/rules")
    assert status == 400 and "rules[0].do is 'explode'" in said
    client = Client(port, certificate="sandbox")
    assert client.push()[0] == 200
    assert curl(port, "-d", '{"streams":7}', f"{control}/settings")[0] == 200
    client.until(lambda: client.settings[-1] == 7)
    assert curl(port, "-X", "POST", f"{control}/stall")[0] == 200
    stream = client.begin()
    client.socket.settimeout(0.3)
    with contextlib.suppress(TimeoutError):
        client.read()
    assert stream not in client.answers
    assert curl(port, "-X", "POST", f"{control}/resume")[0] == 200
    client.until(lambda: stream in client.answers)
    assert curl(port, "-d", '{"reason":"IdleTimeout"}', f"{control}/goaway")[0] == 200
    client.until(lambda: client.goaway)
    assert client.goaway[0][2] == b'{"reason":"IdleTimeout"}'
    client = Client(port, certificate="sandbox")
    assert curl(port, "-X", "POST", f"{control}/drop")[0] == 200
    client.until(lambda: not client.is_open)
    _, lines = curl(port, f"{control}/journal")
    events = [json.loads(line)["event"] for line in lines.splitlines()]
    assert events.count("accepted") == 5 and events.count("control") == 6, events
    assert curl(port, "-X", "POST", f"{control}/reset")[0] == 200
    assert "0 accepted" in curl(port, control)[1]


def of_h2load(port, device, count):
    body = f"{FOLDER}/body"
    with open(body, "w") as file:
        json.dump({"aps": {"alert": "x" * 900}}, file)
    said = subprocess.run(
        ["h2load", "-n", str(count), "-c", "1", "-m", "100", "-d", body, "-H", f"authorization: {bearer()}",
         "-H", f"apns-topic: {TOPIC}", "-H", "apns-push-type: alert", f"https://localhost:{port}/3/device/{device}"],
        capture_output=True, text=True, timeout=120).stdout
    assert re.search(rf"requests: {count} total, {count} started, {count} done", said), said
    assert "0 errored, 0 timeout" in said, said
    return re.search(r"([\d.]+) req/s", said)[1], re.search(r"status codes: (.*)", said)[1]


journal = f"{FOLDER}/journal.ndjson"
with simulator("--journal", journal) as said:
    asyncio.run(of_aioapns(said["port"]))
    print("aioapns: by provider token and by certificate")
with simulator() as said:
    of_h2(said["port"])
    of_certificates(said["port"])
    print("h2: SETTINGS, GOAWAY, resets, pieces, provider tokens, certificates")
with simulator() as said:
    of_curl(said["port"])
    print("curl: pushes, and orders to the simulator")
with simulator() as said:
    of_httpx(said["port"])
    of_command_line(said["port"])
    print("httpx and curl: signatures raw and in DER, 'iat' as a number and as a text")
with simulator("--accept-any-key") as said:
    of_any_key(said["port"])
    print("h2: any signature on request")
with simulator("--legacy") as said:
    of_legacy_files()
    of_curl(said["port"])
    print("openssl, cryptography and curl: .p12 files with triple DES")
with simulator("--no-alpn") as said:
    client = Client(said["port"], alpn=False)
    assert client.protocol is None
    assert client.push(authorization=bearer(), apns_topic=TOPIC)[0] == 200
    print("h2: without ALPN")

# What was accepted is in the journal, once and in order, and no signature is.
with open(journal) as file:
    text = file.read()
lines = [json.loads(line) for line in text.splitlines()]
assert len(lines) == 502 and all(line["payload"] == {"aps": {"alert": "Hello"}} for line in lines), len(lines)
assert sorted(line["time"] for line in lines) == [line["time"] for line in lines]
assert "eyJ" not in text and "bearer" not in text

rules = f"{FOLDER}/rules.yaml"
with open(rules, "w") as file:
    file.write("settings: { idle_seconds: 1, goaway_on_bad_certificate: true }\n")
with simulator("--rules", rules) as said:
    client = Client(said["port"])
    client.until(lambda: client.goaway)
    assert client.goaway == [(0, 0, b'{"reason":"IdleTimeout"}')], client.goaway
    client = Client(said["port"], certificate="production")
    client.until(lambda: client.goaway)
    assert client.goaway == [(0, 0, b'{"reason":"BadCertificateEnvironment"}')], client.goaway
    print("h2: connections that APNs ends by itself")

# Without a first limit of one: h2load counts it as an error where the streams that it opens before it has read the
# limit are refused, as APNs refuses them.
for name, device, settings in [
    ("refused in a row", "bad04000", "first_streams: 1000"),
    ("refused in a row, one stream at a time", "bad04000", "first_streams: 1000, streams_after_refusal: 1"),
]:
    with open(rules, "w") as file:
        file.write("settings: { " + settings + " }\n")
    with simulator("--rules", rules) as said:
        rate, codes = of_h2load(said["port"], device, 10_000)
        assert "10000 4xx" in codes, codes
    assert "BadDeviceToken 10000" in said["summary"], said["summary"]
    print(f"h2load: 10000 {name}, {rate}/s")
with open(rules, "w") as file:
    file.write("settings: { first_streams: 1000 }\n")
with simulator("--rules", rules, "--journal", f"{FOLDER}/many.ndjson") as said:
    rate, codes = of_h2load(said["port"], DEVICE, 50_000)
    assert "50000 2xx" in codes, codes
assert "50000 accepted" in said["summary"], said["summary"]
with open(f"{FOLDER}/many.ndjson") as file:
    assert sum(1 for _ in file) == 50_000
print(f"h2load: 50000 accepted and in the journal, {rate}/s")
