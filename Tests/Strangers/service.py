"""The life of a service and its listener, looked at from outside; see Tests/Strangers/service.

The service is Tests/ServiceProbe: all of 'notilua serve' but the front door and the run. Right is what the manual pages of systemd
and RFC 9110, 9112 and 9457 say, and what curl, socat and http.client make of it.
"""
import argparse, contextlib, http.client, json, os, re, select, signal, socket, subprocess, sys, tempfile, threading, time

parser = argparse.ArgumentParser()
parser.add_argument("--folder", default=".build/release")
parser.add_argument("parts", nargs="*")
arguments = parser.parse_args()
PROBE = os.path.abspath(arguments.folder + "/ServiceProbe")
NOTILUA = os.path.abspath(arguments.folder + "/notilua")
CLEAN = {k: v for k, v in os.environ.items() if k not in ("NOTIFY_SOCKET", "JOURNAL_STREAM") and not k.startswith(("LISTEN_", "WATCHDOG_"))}
failures = []


def check(holds, name, *facts):
    print(("  ok    " if holds else "  FAIL  ") + name, flush=True)
    if not holds:
        failures.append(name)
        for fact in facts:
            print("        " + str(fact)[:2000], flush=True)


def wait(condition, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


class Service:
    """A probe with its listener on a port and on a socket."""

    def __init__(self, *words, environment={}, shell=None, stderr=None, port=True):
        self.folder = tempfile.mkdtemp(prefix="notilua-service-")
        os.chmod(self.folder, 0o755)
        self.socket = self.folder + "/service.sock"
        own = ["--socket", self.socket] + (["--port-file", self.folder + "/port"] if port else [])
        command = [PROBE, *own, *map(str, words)]
        if shell:
            command = ["/bin/sh", "-c", shell + ' exec "$@"', "sh", *command]
        self.errors = open(self.folder + "/errors", "w+b")
        self.process = subprocess.Popen(command, env={**CLEAN, **environment}, stderr=stderr or self.errors, stdin=subprocess.DEVNULL)
        self.port = None
        if port:
            assert wait(lambda: os.path.exists(self.folder + "/port") or self.process.poll() is not None), "no port"
            self.port = int(open(self.folder + "/port").read())
        assert wait(lambda: os.path.exists(self.socket)), self.text()

    def text(self):
        return open(self.folder + "/errors", "rb").read().decode()

    def connect(self, unix=False):
        peer = socket.socket(socket.AF_UNIX if unix else socket.AF_INET)
        peer.settimeout(15)
        peer.connect(self.socket if unix else ("127.0.0.1", self.port))
        return peer

    def exchange(self, data, unix=False, shut=False):
        """Sends bytes and returns all that comes until the service closes."""
        with self.connect(unix) as peer:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                peer.sendall(data)
            if shut:
                peer.shutdown(socket.SHUT_WR)
            return read(peer)

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        started = time.monotonic()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        return self.process.returncode, time.monotonic() - started

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()


def read(peer):
    data = b""
    with contextlib.suppress(ConnectionResetError, TimeoutError, socket.timeout):
        while piece := peer.recv(65536):
            data += piece
    return data


def get(service, path, method="GET", headers={}, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=15)
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer, data


def statuses(data):
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3}) ", data)]


def problem(data):
    head, _, body = data.partition(b"\r\n\r\n")
    with contextlib.suppress(ValueError):
        value = json.loads(body)
        if b"application/problem+json" in head.lower() and value["status"] == statuses(head)[-1] and value["detail"]:
            return value
    return None


class Manager:
    """The end of systemd of the notification socket (sd_notify(3))."""

    def __init__(self, abstract=False):
        self.peer = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        name = tempfile.mkdtemp(prefix="notilua-manager-") + "/notify"
        self.address = "@" + name if abstract else name
        self.peer.bind("\0" + name if abstract else name)
        self.messages = []
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            self.messages.append(self.peer.recv(65536).decode().split("\n"))

    def has(self, word):
        return any(word in message for message in self.messages)

    def count(self, word):
        return sum(word in message for message in self.messages)


def manager():
    for abstract in (False, True):
        end = Manager(abstract)
        kind = "an abstract socket" if abstract else "a path"
        with Service("--environment-file", "/dev/null", environment={"NOTIFY_SOCKET": end.address}) as service:
            check(wait(lambda: end.has("READY=1")), f"reports its start to {kind}", end.messages, service.text())
            first = next((m for m in end.messages if "READY=1" in m), [])
            check(not any(line.startswith("MAINPID") for line in first), "a status has one line, whatever its text is", first)
            check(any(line.startswith("STATUS=") for line in first), "a status for people", first)
            before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
            service.process.send_signal(signal.SIGHUP)
            check(wait(lambda: end.has("RELOADING=1") and end.count("READY=1") == 2), "SIGHUP reloads, and is ready again", end.messages)
            message = next((m for m in end.messages if "RELOADING=1" in m), [])
            times = [int(line.split("=")[1]) for line in message if line.startswith("MONOTONIC_USEC=")]
            after = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
            check(len(times) == 1 and before <= times[0] <= after, "with the time of the monotonic clock", message)
            status, _ = service.stop()
            check(status == 0 and wait(lambda: end.has("STOPPING=1")), "reports its stop, and ends with 0", status, end.messages)
    end = Manager()
    notify = {"NOTIFY_SOCKET": end.address, "WATCHDOG_USEC": "400000"}
    with Service(environment=notify, shell="WATCHDOG_PID=$$; export WATCHDOG_PID;"):
        time.sleep(2.1)
        check(8 <= end.count("WATCHDOG=1") <= 14, "feeds the watchdog at half of its time", end.count("WATCHDOG=1"))
    end = Manager()
    notify["NOTIFY_SOCKET"] = end.address
    with Service(environment={**notify, "WATCHDOG_PID": "1"}):
        time.sleep(1)
        check(end.count("WATCHDOG=1") == 0, "but not the watchdog of another process")
    end = Manager()
    notify["NOTIFY_SOCKET"] = end.address
    with Service("--hang-after", 1, environment=notify, shell="WATCHDOG_PID=$$; export WATCHDOG_PID;") as service:
        time.sleep(1.6)
        count = end.count("WATCHDOG=1")
        time.sleep(1.5)
        check(0 < count == end.count("WATCHDOG=1"), "a loop that hangs feeds nothing", count, end.count("WATCHDOG=1"))
        check(get(service, "/healthz")[0].status == 200, "and is alive for ten seconds")
        time.sleep(9)
        answer, body = get(service, "/healthz")
        check(answer.status == 503 and b"has not turned" in body, "and then is not", answer.status, body)
        status, seconds = service.stop()
        check(status != 0 and seconds < 15, "a stop ends a service whose loop hangs", status, seconds)
    with tempfile.TemporaryDirectory() as folder:
        end = Manager()
        with Service("--environment-file", folder + "/environment", environment={"NOTIFY_SOCKET": end.address, "WATCHDOG_USEC": "9000000", "LISTEN_FDS": "1", "LISTEN_PID": "1"}):
            wait(lambda: end.has("READY=1"))
            text = open(folder + "/environment").read()
            check("PATH=" in text and not re.search("NOTIFY_SOCKET|WATCHDOG_|LISTEN_", text), "children do not get the manager's variables", text)
    with Service(environment={"NOTIFY_SOCKET": "/nowhere/at/all"}) as service:
        check(get(service, "/readyz")[0].status == 200, "a manager that is gone ends nothing")


def sockets():
    with tempfile.TemporaryDirectory() as folder:
        path, port = folder + "/passed.sock", free_port()
        command = ["systemd-socket-activate", "--fdname=operations:operations", "-l", path, "-l", str(port), PROBE, "--log", "json"]
        activator = subprocess.Popen(command, env=CLEAN, stderr=subprocess.PIPE)
        wait(lambda: os.path.exists(path))
        answer = subprocess.run(["curl", "-s", "--unix-socket", path, "http://localhost/v1/status"], capture_output=True, text=True)
        check('"state":"running"' in answer.stdout, "serves a Unix socket that systemd-socket-activate passes", answer)
        answer = subprocess.run(["curl", "-s", f"http://127.0.0.1:{port}/healthz"], capture_output=True, text=True)
        check(answer.stdout == "alive\n", "and a port", answer)
        answer = subprocess.run(["curl", "-s", f"http://127.0.0.1:{port}/v1/status"], capture_output=True, text=True)
        check('"status":404' in answer.stdout, "whose peers do not get the state", answer)
        activator.terminate()
        check(activator.wait(10) == 0, "and ends with 0")
        check(os.path.exists(path), "the manager's socket stays where it is")
    for words, what, wanted in [
        (["--fdname=else", "-l", "127.0.0.1:0"], "a name that it does not know", "FileDescriptorName="),
        (["--fdname=operations", "-d", "-l", "127.0.0.1:0"], "a datagram socket", "ListenStream="),
    ]:
        with tempfile.TemporaryDirectory() as folder:
            port = free_port()
            words = [word.replace(":0", f":{port}") for word in words]
            activator = subprocess.Popen(["systemd-socket-activate", *words, PROBE], env=CLEAN, stderr=subprocess.PIPE, text=True)
            time.sleep(0.5)
            kind = socket.SOCK_DGRAM if "-d" in words else socket.SOCK_STREAM
            with socket.socket(socket.AF_INET, kind) as peer, contextlib.suppress(OSError):
                peer.connect(("127.0.0.1", port))
                peer.send(b"x")
                _, errors = activator.communicate(timeout=10)
            check(activator.returncode != 0 and wanted in errors, f"{what} is refused", errors)
    with Service(environment={"LISTEN_FDS": "1", "LISTEN_PID": "1", "LISTEN_FDNAMES": "else"}) as service:
        check(get(service, "/healthz")[0].status == 200, "sockets of another process are not taken")
    with Service() as service:
        again = subprocess.run([PROBE, "--socket", service.socket], env=CLEAN, capture_output=True, text=True, timeout=20)
        check(again.returncode != 0 and "listens on" in again.stderr, "a second service does not take the socket away", again.stderr)
        check(oct(os.stat(service.socket).st_mode & 0o777) == "0o600", "only its user can connect")
        service.process.kill()
        service.process.wait()
        check(os.path.exists(service.socket), "one that was killed leaves its socket behind")
        after = subprocess.Popen([PROBE, "--socket", service.socket], env=CLEAN, stderr=subprocess.DEVNULL)
        answer = lambda: subprocess.run(["socat", "-", "UNIX-CONNECT:" + service.socket], input="GET /healthz HTTP/1.0\r\n\r\n", capture_output=True, text=True).stdout
        check(wait(lambda: "alive" in answer()), "and the next one replaces it")
        after.terminate()
        check(after.wait(10) == 0 and not os.path.exists(service.socket), "and takes it away at its end")
    for path, word in [("/tmp/" + "x" * 120, "107"), ("/nowhere/at/all", "folder"), ("/etc/passwd", "no socket")]:
        ended = subprocess.run([PROBE, "--socket", path], env=CLEAN, capture_output=True, text=True, timeout=20)
        check(ended.returncode != 0 and word in ended.stderr, f"{path[:20]} is refused in words", ended.stderr)
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    with Service() as service:
        ended = subprocess.run([*user, "curl", "-s", "--unix-socket", service.socket, "http://localhost/v1/status"], capture_output=True)
        check(ended.returncode == 7, "another user cannot connect", ended)
        os.chmod(service.socket, 0o666)
        ended = subprocess.run([*user, "curl", "-s", "--unix-socket", service.socket, "http://localhost/v1/status"], capture_output=True, text=True)
        check('"status":403' in ended.stdout and "65534" in ended.stdout, "and where it can, is refused", ended)
        ended = subprocess.run([*user, "curl", "-s", "--unix-socket", service.socket, "-X", "POST", "http://localhost/v1/drain"], capture_output=True, text=True)
        check('"status":403' in ended.stdout and get(service, "/readyz")[0].status == 200, "also where it wants to drain", ended)


def free_port():
    with socket.socket() as peer:
        peer.bind(("127.0.0.1", 0))
        return peer.getsockname()[1]


def routes():
    with Service() as service:
        openmetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8"
        text = "text/plain; version=0.0.4; charset=utf-8"
        # What Prometheus 2.42, 2.54 and 3.0, and VictoriaMetrics' vmagent send.
        for accept, wanted in [
            (None, text), ("*/*", text), ("text/plain", text),
            ("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", openmetrics),
            ("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2", openmetrics),
            ("text/plain;version=0.0.4;q=1,application/openmetrics-text;q=0.1", text),
            ("application/openmetrics-text;q=0", text), ("image/png", text), (",;;q=,", text),
        ]:
            answer, body = get(service, "/metrics", headers={"Accept": accept} if accept else {})
            ends = body.endswith(b"# EOF\n")
            check(answer.getheader("content-type") == wanted and ends == (wanted == openmetrics), f"Accept: {accept}", answer.getheader("content-type"), body)
        for path, body in [("/healthz", b"alive\n"), ("/readyz", b"ready\n")]:
            answer, data = get(service, path)
            check((answer.status, data) == (200, body) and "no-store" in answer.getheader("cache-control"), path, answer.status, data)
            head, data = get(service, path, "HEAD")
            check((head.status, data, head.getheader("content-length")) == (200, b"", str(len(body))), f"HEAD {path}", head.status, data)
        date = get(service, "/healthz")[0].getheader("date")
        parsed = time.mktime(time.strptime(date, "%a, %d %b %Y %H:%M:%S GMT")) - time.timezone
        check(abs(parsed - time.time()) < 5, "has the date", date)
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]:
            answer, data = get(service, "/metrics", method)
            value = json.loads(data)
            check(answer.status == value["status"] == 405 and answer.getheader("allow") == "GET, HEAD", f"{method} is refused with Allow", data)
        for path in ["/", "/metrics/more", "/v1/status", "/v1/drain", "/METRICS", "/%6detrics", "/../metrics", "*"]:
            answer, data = get(service, path)
            check(answer.status == 404 and json.loads(data)["status"] == 404 and answer.getheader("content-type") == "application/problem+json", f"{path} is not there", data)
        data = service.exchange(b"GET /v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", unix=True)
        value = json.loads(data.split(b"\r\n\r\n")[1])
        check(value["state"] == "running" and value["oldest"] is None and value["process"], "the state on the Unix socket", data)
        data = service.exchange(b"GET /v1/drain HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", unix=True)
        check(statuses(data) == [405] and b"Allow: POST" in data, "a drain is a POST", data)
        for limit in ["x", "-1", "99999999999999999999", ""]:
            data = service.exchange(f"POST /v1/drain?timeout={limit} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode(), unix=True)
            check(statuses(data) == [400] and problem(data), f"timeout={limit} is refused", data)
        check(get(service, "/readyz")[0].status == 200, "and does not drain")
        data = service.exchange(b"POST /v1/drain HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", unix=True)
        check(json.loads(data.split(b"\r\n\r\n")[1]) == {"state": "drained", "left": 0, "left_is_durable": True}, "drains", data)
        answer, data = get(service, "/readyz")
        check(answer.status == 503 and data == b"the service drains\nits queue is full\n", "and is not ready, with one reason a line", data)
        check(get(service, "/healthz")[0].status == 200, "but alive")
        data = service.exchange(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", shut=True)
        check(statuses(data) == [200], "a client that closes its half gets its answer", data)


def hostile():
    with Service() as service:
        host = b"Host: x\r\n"
        end = b"Connection: close\r\n\r\n"
        # (name, bytes, statuses that are right)
        for name, data, wanted in [
            ("HTTP/1.0", b"GET /healthz HTTP/1.0\r\n\r\n", [200]),
            ("HTTP/1.0 that stays, and closes", b"GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /healthz HTTP/1.0\r\n\r\n", [200, 200]),
            ("absolute form", b"GET http://x/healthz HTTP/1.1\r\n" + host + end, [200]),
            ("a query", b"GET /healthz?a=b HTTP/1.1\r\n" + host + end, [200]),
            ("Host missing", b"GET /healthz HTTP/1.1\r\n" + end, [400]),
            ("two Hosts", b"GET /healthz HTTP/1.1\r\n" + host + host + end, [400]),
            ("pipelined", (b"GET /healthz HTTP/1.1\r\n" + host + b"\r\n") * 5 + b"GET /readyz HTTP/1.1\r\n" + host + end, [200] * 6),
            ("pipelined behind a broken one", b"GET /healthz HTTP/1.1\r\n" + host + b"\r\nGET / HTTP/9.9\r\n" + host + b"\r\n", [200, 505]),
            ("Content-Length and Transfer-Encoding", b"POST /healthz HTTP/1.1\r\n" + host + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\n" + host + end, [400]),
            ("two Content-Lengths", b"POST /healthz HTTP/1.1\r\n" + host + b"Content-Length: 0\r\nContent-Length: 30\r\n\r\nGET /healthz HTTP/1.1\r\n" + host + end, [400]),
            ("Content-Length: +4", b"POST /healthz HTTP/1.1\r\n" + host + b"Content-Length: +4\r\n\r\nabcd", [400]),
            ("Content-Length: 4,4", b"POST /healthz HTTP/1.1\r\n" + host + b"Content-Length: 4,4\r\n\r\nabcd", [400]),
            ("an unknown coding", b"POST /healthz HTTP/1.1\r\n" + host + b"Transfer-Encoding: gzip\r\n\r\n", [400, 501]),
            ("chunked twice", b"POST /healthz HTTP/1.1\r\n" + host + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", [400, 501]),
            ("xchunked", b"POST /healthz HTTP/1.1\r\n" + host + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", [400, 501]),
            ("chunked in HTTP/1.0", b"POST /healthz HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", [400]),
            ("a space before a colon", b"GET /healthz HTTP/1.1\r\n" + host + b"Content-Length : 4\r\n\r\nabcd", [400]),
            ("a folded header", b"GET /healthz HTTP/1.1\r\n" + host + b"X: a\r\n b\r\n" + end, [200, 400]),
            ("NUL in a header", b"GET /healthz HTTP/1.1\r\n" + host + b"X: a\0b\r\n" + end, [400]),
            ("a bad chunk", b"POST /healthz HTTP/1.1\r\n" + host + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", [400, 405]),
            ("HTTP/2's preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400, 501, 505]),
            ("a TLS handshake", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64, [400, 501]),
            ("no HTTP", b"hello\r\n\r\n", [400, 501]),
            ("HTTP/0.9", b"GET /healthz\r\n\r\n", [400, 505]),
            ("an unknown method", b"BREW /healthz HTTP/1.1\r\n" + host + end, [501, 400]),
            ("CONNECT", b"CONNECT x:1 HTTP/1.1\r\n" + host + end, [501]),
            ("TRACE", b"TRACE /healthz HTTP/1.1\r\n" + host + end, [405]),
            ("a header of 20 KiB", b"GET /healthz HTTP/1.1\r\n" + host + b"X: " + b"a" * 20480 + b"\r\n" + end, [431]),
            ("two hundred headers", b"GET /healthz HTTP/1.1\r\n" + host + b"".join(b"X%d: a\r\n" % n for n in range(200)) + end, [431]),
            ("a header that never ends", b"GET /healthz HTTP/1.1\r\n" + host + b"X: " + b"a" * 400_000, [431]),
            ("a target of 1 MiB", b"GET /" + b"a" * (1 << 20) + b" HTTP/1.1\r\n" + host + end, [431, 414]),
            ("a body that is said to be too large", b"POST /healthz HTTP/1.1\r\n" + host + b"Content-Length: 99999999999\r\n\r\n", [413]),
            ("a body of 65,537 bytes", b"POST /healthz HTTP/1.1\r\n" + host + b"Content-Length: 65537\r\n" + end + b"a" * 65537, [413]),
            ("a body of 65,536 bytes", b"POST /healthz HTTP/1.1\r\n" + host + b"Content-Length: 65536\r\n" + end + b"a" * 65536, [405]),
            ("chunks of 1 MiB", b"POST /healthz HTTP/1.1\r\n" + host + b"Transfer-Encoding: chunked\r\n\r\n" + (b"8000\r\n" + b"a" * 0x8000 + b"\r\n") * 32 + b"0\r\n\r\n", [413, 405]),
            ("an expectation", b"POST /healthz HTTP/1.1\r\n" + host + b"Expect: more\r\nContent-Length: 1\r\n" + end, [417]),
            ("100-continue", b"POST /healthz HTTP/1.1\r\n" + host + b"Expect: 100-continue\r\nContent-Length: 1\r\n" + end + b"a", [100, 405]),
        ]:
            got = service.exchange(data)
            right = statuses(got) == wanted or (len(wanted) > 1 and len(statuses(got)) == 1 and statuses(got)[0] in wanted)
            last = b"HTTP/1.1 " + got.rpartition(b"HTTP/1.1 ")[2]
            said = wanted[-1] < 400 or (statuses(got) and statuses(got)[-1] < 400) or problem(last) is not None
            check(right and said, f"{name}: {wanted}", got)
        # Clients that are slow, all at once.
        slow = {}
        started = time.monotonic()
        for name, data, drip, wanted in [
            ("nothing at all", b"", b"", []),
            ("half a header", b"GET /healthz HTTP/1.1\r\nHo", b"", [408]),
            ("a header byte by byte", b"GET /healthz HTTP/1.1\r\nX: ", b"a", [408]),
            ("a body byte by byte", b"POST /v1/other HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n", b"a", [404]),
            ("chunks byte by byte", b"POST /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n", [405]),
        ]:
            peer = service.connect()
            peer.sendall(data)
            slow[peer] = (name, drip, wanted, [b""])
        ended = {}
        while slow and time.monotonic() - started < 20:
            for peer in select.select(list(slow), [], [], 0.2)[0]:
                name, drip, wanted, got = slow[peer]
                piece = b""
                with contextlib.suppress(OSError):
                    piece = peer.recv(65536)
                got[0] += piece
                if not piece:
                    ended[name] = time.monotonic() - started
                    check(statuses(got[0]) == wanted and 8 < ended[name] < 14, f"{name}: ended after 10 s", ended[name], got[0])
                    del slow[peer]
            for peer, (name, drip, wanted, got) in slow.items():
                with contextlib.suppress(OSError):
                    peer.sendall(drip)
        check(not slow, "no slow client is left", [v[0] for v in slow.values()])
        check(get(service, "/healthz")[0].status == 200, "and the service answers")


def many():
    with Service("--left", 3) as service:
        wait(lambda: "ready" in service.text())
        check(get(service, "/healthz")[0].status == 200, "answers")
        before = len(os.listdir(f"/proc/{service.process.pid}/fd"))
        idle = [service.connect() for _ in range(200)]
        started = time.monotonic()
        check(get(service, "/healthz")[0].status == 200 and time.monotonic() - started < 2, "200 idle connections hold up nobody")
        time.sleep(0.3)
        check(len(os.listdir(f"/proc/{service.process.pid}/fd")) <= before + 105, "and no more than 100 are kept")
        for peer in idle:
            peer.close()
        # Nor do those that have their answer, and have not sent what they promised.
        halves = [service.connect() for _ in range(200)]
        for peer in halves:
            with contextlib.suppress(OSError):
                peer.sendall(b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
        time.sleep(0.5)
        check(get(service, "/healthz")[0].status == 200, "nor do 200 that have half a body to send")
        for peer in halves:
            peer.close()
        # A hundred that wait for an answer: the next is told so at once.
        busy = [service.connect(unix=True) for _ in range(100)]
        for peer in busy:
            peer.sendall(b"POST /v1/drain?timeout=600 HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.5)
        with service.connect(unix=True) as peer:
            data = read(peer)
        check(statuses(data) == [503] and b"retry-after: 1" in data.lower() and problem(data), "the 101st busy one is refused in words", data)
        check(get(service, "/healthz")[0].status == 200, "the port has places of its own")
        for peer in busy:
            peer.close()
        free = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        check(wait(lambda: statuses(service.exchange(free, unix=True)) == [200]), "and all are free again")
        results = []

        def ask():
            connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=20)
            for _ in range(20):
                connection.request("GET", "/metrics")
                answer = connection.getresponse()
                results.append((answer.status, answer.read().startswith(b"# HELP")))

        threads = [threading.Thread(target=ask) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        check(results == [(200, True)] * 1000, "50 clients get 20 answers each on one connection", len(results))
        left = lambda: len(os.listdir(f"/proc/{service.process.pid}/fd"))
        check(wait(lambda: left() <= before + 1), "no descriptor is left behind", before, left())


def stop():
    for number in (signal.SIGTERM, signal.SIGINT):
        with Service() as service:
            wait(lambda: "ready" in service.text())
            check(service.stop(number)[0] == 0, f"{number.name} ends it with 0")
    with Service() as service:
        wait(lambda: "ready" in service.text())
        body = service.connect(unix=True)
        body.sendall(b"POST /v1/drain HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\na")
        head = service.connect()
        head.sendall(b"GET /healthz HTTP/1.1\r\nX: a")
        idle = service.connect()
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.5)
        status, seconds = service.stop()
        check(status == 0 and seconds < 8, "a stop does not wait for half a request", status, seconds)
        check(statuses(read(head)) == [503], "which is told so")
        check(statuses(read(idle)) == [200], "an idle connection is closed")
        read(body)
    with Service("--left", 5) as service:
        wait(lambda: "ready" in service.text())
        drain = service.connect(unix=True)
        drain.sendall(b"POST /v1/drain?timeout=600 HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.3)
        status, seconds = service.stop()
        check(status == 0 and seconds < 12, "nor for a drain that takes its time", status, seconds)
        read(drain)
    with Service() as service:
        wait(lambda: "ready" in service.text())
        for _ in range(50):
            service.process.send_signal(signal.SIGHUP)
        service.process.send_signal(signal.SIGTERM)
        for _ in range(50):
            with contextlib.suppress(ProcessLookupError):
                service.process.send_signal(signal.SIGHUP)
        check(service.process.wait(10) == 0, "SIGHUP in a stop does not end it otherwise", service.process.returncode)
    with Service() as service:
        limits = open(f"/proc/{service.process.pid}/limits").read()
        check(re.search(r"Max core file size +0 +0", limits) or "0x0" in open(f"/proc/{service.process.pid}/coredump_filter").read(), "no core files", limits)


def logs():
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/service.log"
        with Service("--log", "json", "--log-file", path) as service:
            wait(lambda: os.path.exists(path) and "ready" in open(path).read())
            check(oct(os.stat(path).st_mode & 0o777) == "0o600", "a log is its owner's")
            # As logrotate does it.
            os.rename(path, path + ".1")
            get(service, "/before")
            service.process.send_signal(signal.SIGHUP)
            check(wait(lambda: os.path.exists(path) and "reopened" in open(path).read()), "SIGHUP opens the log anew")
            get(service, "/after")
            check("/before" in open(path + ".1").read() and wait(lambda: "/after" in open(path).read()), "no line is lost")
            os.rename(path, path + ".2")
            os.mkdir(path)
            service.process.send_signal(signal.SIGHUP)
            check(wait(lambda: "the log stays as it is" in open(path + ".2").read()), "where it cannot be opened, the old one goes on")
        for line in open(path + ".1").read().splitlines() + open(path + ".2").read().splitlines():
            event = json.loads(line)
            assert set(event) == {"time", "level", "event", "fields"}, line
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event["time"]), line
    with Service("--log", "json") as service:
        wait(lambda: "ready" in service.text())
        service.exchange(b'GET /\x7f\xff"\\<script>%0a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
        service.exchange(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        get(service, "/healthz")
        wait(lambda: "/healthz" in service.text())
        lines = [json.loads(line) for line in service.text().splitlines()]
        check(all("\n" not in line["event"] for line in lines), "each event is one line of JSON")
        check(any(line["fields"].get("request") for line in lines), "with the request's id")
    with Service("--log", "text") as service:
        wait(lambda: "ready" in service.text())
        line = next(line for line in service.text().splitlines() if "ready" in line)
        check(re.match(r"\d{4}-\d\d-\d\dT[\d:.]+Z notice ready ", line), "a line for people", line)
    reader, writer = os.pipe()
    inode = os.fstat(writer)
    with Service("--log", "text", environment={"JOURNAL_STREAM": f"{inode.st_dev}:{inode.st_ino}"}, stderr=writer) as service:
        get(service, "/healthz")
        time.sleep(0.3)
        lines = os.read(reader, 65536).decode().splitlines()
        check(all(re.match(r"<[2-7]>", line) for line in lines) and any(line.startswith("<5>ready") for line in lines), "the journal gets priorities", lines)
    reader, writer = os.pipe()
    with Service("--log", "text", stderr=writer) as service:
        # Nobody reads: 64 KiB and no more.
        for _ in range(900):
            get(service, "/healthz")
        check(get(service, "/healthz")[0].status == 200, "a log that nobody reads holds up nothing")
        text = b""
        while len(text) < 1 << 16 and select.select([reader], [], [], 0.2)[0]:
            text += os.read(reader, 65536)
        get(service, "/healthz")
        time.sleep(0.3)
        text += os.read(reader, 65536)
        lines = text.decode().splitlines()
        lost = [line for line in lines if " lost " in line]
        check(len(lost) == 1 and re.search(r"warning lost \d+ lines", lost[0]), "and says afterwards how many lines are lost", lost)
        check(all(re.match(r"\d{4}-", line) for line in lines), "no line is torn")
    os.close(reader)
    with Service("--log", "text", stderr=writer) as service:
        check(get(service, "/healthz")[0].status == 200, "nor does one whose reader has gone")


def ctl():
    with Service("--left", 3) as service:
        def ctl(*words):
            return subprocess.run([NOTILUA, "ctl", *words, "--socket", service.socket], capture_output=True, text=True, timeout=60)

        ended = ctl("status")
        check(ended.returncode == 0 and re.search(r"state +running since", ended.stdout) and re.search(r"waiting +3\n", ended.stdout), "ctl status", ended)
        ended = ctl("status", "--json")
        check(ended.returncode == 0 and json.loads(ended.stdout)["state"] == "running", "ctl status --json", ended)
        started = time.monotonic()
        ended = ctl("drain", "--timeout", "2")
        check(ended.returncode == 1 and "3 are left" in ended.stdout and time.monotonic() - started > 1.9, "ctl drain waits, and says what is left", ended)
        ended = ctl("drain", "--timeout", "1", "--json")
        check(ended.returncode == 1 and json.loads(ended.stdout)["left"] == 3, "ctl drain --json", ended)
        ended = ctl("status")
        check(ended.returncode == 1 and "the service drains" in ended.stdout, "its status says that it is not ready", ended)
        os.chmod(service.socket, 0o666)
        user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        public = tempfile.mkdtemp(prefix="notilua-program-")
        os.chmod(public, 0o755)
        subprocess.run(["cp", NOTILUA, public], check=True)
        ended = subprocess.run([*user, public + "/notilua", "ctl", "status", "--socket", service.socket], capture_output=True, text=True, cwd="/")
        check(ended.returncode == 69 and "may not control" in ended.stderr, "ctl of another user is refused", ended)
        os.chmod(service.socket, 0o600)
        ended = subprocess.run([*user, public + "/notilua", "ctl", "status", "--socket", service.socket], capture_output=True, text=True, cwd="/")
        check(ended.returncode == 69 and "this user may not" in ended.stderr, "also where it cannot connect", ended)
        subprocess.run(["rm", "-r", public])
        service.stop()
        ended = ctl("status")
        check(ended.returncode == 69 and "no service listens here" in ended.stderr, "ctl where nobody listens", ended)
    with Service() as service:
        ended = subprocess.run([NOTILUA, "ctl", "drain", "--socket", service.socket], capture_output=True, text=True, timeout=60)
        check(ended.returncode == 0 and ended.stdout.startswith("drained"), "ctl drain", ended)
    with tempfile.TemporaryDirectory() as folder:
        # Servers that are none: they answer nothing, something else, without an end, or hang.
        for name, answer, seconds, word in [
            ("silence", None, 8, "no answer after 1 s"), ("an end", b"", 5, "closed the connection"),
            ("no HTTP", b"hello\r\n", 5, "log"), ("another service", b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", 5, "this version"),
            ("an endless body", b"HTTP/1.1 200 OK\r\ncontent-length: 9999999\r\n\r\n" + b"a" * 2_000_000, 8, "larger than"),
            ("a status of its own", b"HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n", 5, "refused"),
        ]:
            path = f"{folder}/{name.replace(' ', '-')}.sock"
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(path)
            listener.listen()

            def serve():
                peer, _ = listener.accept()
                peer.recv(65536)
                if answer is not None:
                    with contextlib.suppress(OSError):
                        peer.sendall(answer)
                    peer.close()
                else:
                    time.sleep(10)

            threading.Thread(target=serve, daemon=True).start()
            started = time.monotonic()
            ended = subprocess.run([NOTILUA, "ctl", "status", "--timeout", "1", "--socket", path], capture_output=True, text=True, timeout=60)
            check(ended.returncode == 1 and word in ended.stderr and time.monotonic() - started < seconds, f"ctl and {name}", ended)
        ended = subprocess.run([NOTILUA, "ctl", "status", "--socket", folder + "/" + "x" * 200], capture_output=True, text=True)
        check(ended.returncode in (1, 69) and ended.stderr.startswith("notilua: "), "a path that is too long", ended)
        with open(folder + "/notilua.yaml", "w") as file:
            file.write("operations: { socket: run/here.sock }\n")
        ended = subprocess.run([NOTILUA, "ctl", "status"], capture_output=True, text=True, cwd=folder)
        check(ended.returncode == 69 and "run/here.sock" in ended.stderr, "the socket of the configuration", ended)
        ended = subprocess.run([NOTILUA, "ctl", "status", "--timeout", "0"], capture_output=True, text=True, cwd=folder)
        check(ended.returncode == 64, "a timeout of 0 is wrong usage", ended)


parts = {part.__name__: part for part in (manager, sockets, routes, hostile, many, stop, logs, ctl)}
for name in arguments.parts or parts:
    print(name, flush=True)
    parts[name]()
print(f"{len(failures)} failed" if failures else "all hold")
sys.exit(1 if failures else 0)
