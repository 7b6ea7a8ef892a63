#!/usr/bin/env python3
"""Metrics of Notilua as other programs read them: prometheus-client's parsers, promtool and node_exporter.

usage: metrics.py NOTILUA FOLDER; leaves the dashboard's expressions in FOLDER/dashboard.yaml, for promtool
"""
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request

import psutil
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_prometheus

NOTILUA, FOLDER = sys.argv[1], sys.argv[2]
DASHBOARD = "examples/7-monitoring/dashboard.json"


def read(name):
    # As it stands: Python turns carriage returns into newlines otherwise.
    with open(os.path.join(FOLDER, name), newline="", encoding="utf-8") as file:
        return file.read()


def samples(families):
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def check_text(name):
    """Has promtool look at a text in Prometheus' format."""
    ended = subprocess.run(
        ["promtool", "check", "metrics"], input=read(name).encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert ended.returncode == 0 and not ended.stdout, ended.stdout.decode()


def check_forms():
    """Both forms say the same, and label values come back as they went in."""
    subprocess.run([os.path.join(os.path.dirname(NOTILUA), "MetricsProbe"), FOLDER], check=True)
    check_text("probe.prom")
    older = list(read_prometheus(read("probe.prom")))
    newer = list(read_openmetrics(read("probe.om")))
    assert len(older) == len(newer) > 30, (len(older), len(newer))
    # CPU time and memory go on between the two.
    left, right = (
        {key: value for key, value in samples(families).items() if not key[0].startswith("process_")}
        for families in (older, newer))
    assert left == right and len(left) > 400, set(left.items()) ^ set(right.items())
    names = json.loads(read("names.json"))
    for families in (older, newer):
        found = {
            sample.labels["name"]: sample.value
            for family in families for sample in family.samples if sample.name == "probe_names_total"}
        assert found == {**{name: index for index, name in enumerate(names)}, "other": 1000}, found
        assert all(sample.labels["run"] == names[0] for family in families for sample in family.samples)
    help_text = next(family.documentation for family in newer if family.name == "probe_build")
    assert help_text == 'A help text with a "quote", a \\ and\na line.', help_text
    units = {family.name: family.unit for family in newer}
    assert units["probe_wait_seconds"] == units["process_cpu_seconds"] == "seconds"
    assert units["process_resident_memory_bytes"] == "bytes" and units["probe_names"] == ""
    # Powers of ten nanoseconds against bounds: what is equal to a bound is in its bucket.
    buckets = {key[1][0][1]: value for key, value in left.items() if key[0] == "probe_wait_seconds_bucket"}
    assert buckets["0.001"] == 7 and buckets["1.0"] == 10 and buckets["86400.0"] == 14, buckets
    assert buckets["+Inf"] == 15, buckets


def check_process():
    """What the file says of the process is what the kernel says to others."""
    path = os.path.join(FOLDER, "live.prom")
    process = subprocess.Popen(
        [NOTILUA, "run", "-q", "--no-plugins", "--metrics", path], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    while not os.path.exists(path):
        time.sleep(0.05)
    values = {key[0]: value for key, value in samples(read_prometheus(read("live.prom"))).items()}
    seen = psutil.Process(process.pid)
    assert abs(values["process_start_time_seconds"] - seen.create_time()) < 1.5, (values, seen.create_time())
    assert abs(values["process_open_fds"] - seen.num_fds()) <= 2, (values["process_open_fds"], seen.num_fds())
    assert values["process_max_fds"] == seen.rlimit(psutil.RLIMIT_NOFILE)[0]
    memory = seen.memory_info()
    assert 0.5 < values["process_resident_memory_bytes"] / memory.rss < 1.5
    assert 0.5 < values["process_virtual_memory_bytes"] / memory.vms < 1.5
    assert 0 < values["process_cpu_seconds_total"] <= sum(seen.cpu_times()[:2]) + 0.05
    workers = seen.children()
    assert values["notilua_worker_memory_bytes"] <= 1.5 * max(worker.memory_info().rss for worker in workers)
    process.communicate(b"")
    assert process.returncode == 0


def check_collector():
    """node_exporter shows the files of two runs, with process metrics of its own beside theirs."""
    folder = os.path.join(FOLDER, "textfile")
    os.mkdir(folder)
    for name in ["accept", "deliver"]:
        # A mask under which other files of the user are his own: the collector is another user.
        subprocess.run(
            ["sh", "-c", 'umask 077; exec "$0" "$@"', NOTILUA, "run", "-q", "--plugin", "plugins/recall", "--metrics",
             os.path.join(folder, name + ".prom")], stdin=subprocess.DEVNULL, check=True)
        assert os.stat(os.path.join(folder, name + ".prom")).st_mode & 0o777 == 0o644
    assert len(os.listdir(folder)) == 2, os.listdir(folder)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    exporter = subprocess.Popen(
        ["prometheus-node-exporter", "--collector.disable-defaults", "--collector.textfile",
         "--collector.textfile.directory=" + folder, f"--web.listen-address=127.0.0.1:{port}"],
        stderr=subprocess.DEVNULL)
    try:
        families = list(read_prometheus(scrape(port)))
    finally:
        exporter.terminate()
        exporter.wait()
    found = samples(families)
    assert found[("node_textfile_scrape_error", ())] == 0
    assert found[("promhttp_metric_handler_errors_total", (("cause", "gathering"),))] == 0
    for run in ["accept", "deliver"]:
        assert found[("notilua_plugin_runs_total", (("plugin", "recall"), ("run", run)))] == 0
        assert ("process_open_fds", (("run", run),)) in found
    assert ("process_open_fds", ()) in found


def scrape(port):
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.05)
    raise AssertionError("node_exporter did not start")


def check_dashboard():
    """Each expression asks for metrics that there are; promtool parses them as rules."""
    with open(DASHBOARD, encoding="utf-8") as file:
        dashboard = json.load(file)
    panels = [panel for panel in dashboard["panels"] if panel["type"] != "row"]
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
    expressions = [target["expr"] for panel in panels for target in panel["targets"]]
    assert len(panels) >= 20 and all(panel["targets"] for panel in panels)
    known = set()
    for name in ("WatchingItRun", "ReloadingPlugins"):
        with open(f"Sources/Notilua/Notilua.docc/{name}.md", encoding="utf-8") as page:
            known |= set(re.findall(r"^\| `([a-z_]+)` \|", page.read(), re.M))
    rules = []
    for index, expression in enumerate(expressions):
        names = set(re.findall(r"\b((?:notilua|process)_[a-z_]+)\{", expression))
        unknown = {name for name in names if re.sub(r"_(bucket|sum|count)$", "", name) not in known} - known
        assert names and not unknown, (expression, unknown)
        expression = expression.replace("$__rate_interval", "5m")
        rules.append({"record": f"dashboard:expression:{index}", "expr": expression})
    # JSON is YAML.
    with open(os.path.join(FOLDER, "dashboard.yaml"), "w", encoding="utf-8") as file:
        json.dump({"groups": [{"name": "dashboard", "rules": rules}]}, file)
    print(f"{len(expressions)} expressions on {len(panels)} panels")


check_forms()
check_process()
check_collector()
check_dashboard()
print("the metrics are read by prometheus-client, promtool and node_exporter")
