"""A service with the HTTP API, the keys of its clients, and a client."""

import contextlib
import json

import requests
from programs import DEVICE, PROGRAM, SECRETS, arrived, free_port, process, run, write

APP, OTHER = "com.example.app", "com.example.other"
PLUGIN = """
return { did_receive = function(request, content)
  if content.title == "drop" then return notilua.drop("asked") end
  if content.body then content.body = content.body .. " (" .. (request.locale or "-") .. ")" end
end }
"""
SCOPES = ["send", "recall", "read", "read:text", "devices", "presence", "admin"]
# The keys of the applications by their bundle ids.
APPLICATIONS = {APP: "chat", OTHER: "other"}
KEYS = {}


def add_key(name, scopes, *apps, **options):
    words = [word for scope in scopes for word in ("--scope", scope)]
    words += [word for app in apps for word in ("--topic", app)]
    words += [word for option, value in options.items() for word in ("--" + option, str(value))]
    KEYS[name] = run(PROGRAM, "keys", "api", "add", "--keys", "api-keys", *words).strip()
    SECRETS.append(KEYS[name][14:])


class Client:
    """A client of the API with a key."""

    def __init__(self, port, key=None):
        self.base = f"http://127.0.0.1:{port}"
        self.session = requests.Session()
        if key:
            self.session.headers["Authorization"] = "Bearer " + KEYS.get(key, key)

    def ask(self, method, target, **options):
        answer = self.session.request(method, self.base + target, timeout=60, **options)
        if answer.status_code >= 400:
            problem = answer.json()
            assert answer.headers["content-type"] == "application/problem+json", answer.headers
            assert problem["status"] == answer.status_code and len(problem["detail"]) > 20, problem
            if answer.status_code in (409, 429, 503):
                assert int(answer.headers["retry-after"]) >= 1
        return answer

    def send(self, envelope, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", "/v1/notifications", json=envelope, headers=headers)

    def stream(self, lines, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        data = lines if isinstance(lines, bytes) else b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        answer = self.ask(
            "POST", "/v1/notifications", data=data, headers={"Content-Type": "application/x-ndjson", **headers})
        return answer, [json.loads(line) for line in answer.text.splitlines()] if answer.ok else []


def envelope(body="Hello", token=DEVICE, title="x", **more):
    return {"device_token": token, "payload": {"aps": {"alert": {"title": title, "body": body}}}, **more}


def body(record):
    alert = record["payload"]["aps"]["alert"]
    return alert if isinstance(alert, str) else alert["body"]


def bodies(letter):
    """The texts with a letter and a number that have arrived."""
    return [text for text in map(body, arrived()) if text[0] == letter and text[1].isdigit()]


@contextlib.contextmanager
def service(apns, listen="127.0.0.1:{port}", more="", limits="", outbox=""):
    """A service with the HTTP API in front of a simulator; gives its port."""
    port = free_port()
    write("notilua.yaml", f"""
plugins: [{{ path: p.lua }}]
workers: 1
apns: {{ credentials: store, environment: sandbox, server: "localhost:{apns}" }}
outbox: {{ path: outbox{outbox} }}
outcomes: {{ path: outcomes }}
registry: {{ path: registry }}
applications:
  - {{ key: chat, bundle_id: com.example.app, kind: development }}
  - {{ key: other, bundle_id: com.example.other, kind: development }}
api: {{ listen: ["{listen.format(port=port)}"], socket: api.sock, keys: api-keys{more}, limits: {{ request: 5s{limits} }} }}
operations: {{ address: "", socket: control.sock }}
service: {{ log: json, log_level: debug }}
""")
    with process(PROGRAM, "serve", "--config", "notilua.yaml", "--trust", "simulator/ca.pem", ready='"ready"'):
        yield port
