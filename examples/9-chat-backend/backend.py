"""A chat backend that reaches its users' phones by the HTTP API of Notilua, and by nothing else.

Reads commands from the standard input:

    register USER DEVICE TOKEN     the app of a user has a device token
    say USER TO[,TO...] TEXT       a message to one user, or to several
    recall MESSAGE                 its sender takes a message back
    logout USER DEVICE             the user leaves the device
"""

import http.client
import json
import shlex
import sys
import urllib.parse

HOST, KEY_FILE = sys.argv[1:]
with open(KEY_FILE) as file:
    KEY = file.read().strip()
# The messages that were said, by their ids.
MESSAGES = {}


def ask(method, path, body=None):
    """Sends a request, and returns the status and the answer."""
    connection = http.client.HTTPConnection(HOST, timeout=30)
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    response = connection.getresponse()
    return response.status, json.loads(response.read() or "{}")


def send(message):
    """Sends a message, and shows what becomes of it on each device."""
    status, answer = ask("POST", "/v1/messages", message)
    if status != 202:
        return print(f"{message['id']}: {status}: {answer['detail']}")
    for one in answer["decisions"]:
        print(f"{message['id']}: {one['user']} {one.get('device', '-')}: {one['decision']}")


def carry_out(command, *words):
    device = "/v1/devices/" + urllib.parse.quote(words[1], safe="") if len(words) > 1 else ""
    if command == "register":
        status, answer = ask("PUT", device, {"user": words[0], "token": words[2]})
        print(f"{words[1]}: {answer['state'] if status in (200, 201) else answer['detail']}")
    elif command == "say":
        message = {"id": f"m{len(MESSAGES) + 1}", "object_name": "RC:TxtMsg", "channel_type": "PR", "from": words[0],
                   "from_name": words[0].title(), "recipients": words[1].split(","), "text": words[2]}
        MESSAGES[message["id"]] = message
        send(message)
    elif command == "recall":
        send({"id": words[0] + "-recall", "object_name": "RC:RcCmd", "channel_type": "PR", "recalls": words[0],
              "from": MESSAGES[words[0]]["from"], "recipients": MESSAGES[words[0]]["recipients"]})
    elif command == "logout":
        print(f"{words[1]}: removed" if ask("DELETE", device)[0] == 204 else f"{words[1]}: not registered")


for line in sys.stdin:
    carry_out(*shlex.split(line))
