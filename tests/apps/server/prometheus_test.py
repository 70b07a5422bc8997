#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Has Debian's Prometheus scrape a running server, with the alert rules and the
expressions of the dashboard that are in runtime/docs.

Usage: prometheus_test.py ROOT BIN. Exits with 77 where Prometheus is missing.
"""
import contextlib
import json
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

PATIENCE = 30
NAME = re.compile(r"\btroupe_[a-z_]+")


def get(url):
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
        return answer.read().decode()


def eventually(what, look):
    """Returns the first answer of `look` that is something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            found = look()
            if found:
                return found
        time.sleep(0.05)
    sys.exit(f"failed: {what}")


def free_port():
    with socket.socket() as x:
        x.bind(("127.0.0.1", 0))
        return x.getsockname()[1]


@contextlib.contextmanager
def running(*command, **options):
    process = subprocess.Popen([str(x) for x in command], **options)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main():
    root, binaries = (pathlib.Path(x) for x in sys.argv[1:])
    if not shutil.which("prometheus") or not shutil.which("promtool"):
        print("prometheus is not installed")
        return 77
    rules = root / "runtime/docs/prometheus-alerts.yml"
    subprocess.run(["promtool", "check", "rules", rules], check=True)
    dashboard = json.loads(
        (root / "runtime/docs/grafana-dashboard.json").read_text())
    expressions = [target["expr"].replace("$instance", ".*")
                   for panel in dashboard["panels"]
                   for target in panel.get("targets", [])]
    assert expressions
    with tempfile.TemporaryDirectory() as folder, running(
            binaries / "server", "--listen", "127.0.0.1:0", "--workers", "1",
            "--json", stdout=subprocess.PIPE, text=True) as server:
        port = json.loads(server.stdout.readline())["port"]
        get_metrics = f"http://127.0.0.1:{port}/metrics"
        text = get(get_metrics)
        subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                       check=True)
        families = set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
        used = set(NAME.findall(rules.read_text() + " ".join(expressions)))
        missing = {x for x in used if x not in families and re.sub(
            "_(bucket|count|sum)$", "", x) not in families}
        assert not missing, f"there are no metrics {missing}"
        config = pathlib.Path(folder, "prometheus.yml")
        config.write_text(f"""
global: {{scrape_interval: 200ms, evaluation_interval: 200ms}}
rule_files: ["{rules}"]
scrape_configs:
  - job_name: troupe
    static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
""")
        address = f"127.0.0.1:{free_port()}"
        with running("prometheus", f"--config.file={config}",
                     f"--storage.tsdb.path={folder}/data",
                     f"--web.listen-address={address}",
                     "--log.level=error"):
            def ask(expression):
                query = urllib.parse.urlencode({"query": expression})
                answer = json.loads(
                    get(f"http://{address}/api/v1/query?{query}"))
                return answer["data"]["result"]

            workers = eventually("no sample came",
                                 lambda: ask("troupe_pool_workers"))
            assert workers[0]["metric"]["pool"] == "compute", workers
            # Wrong ones are answered with a status that raises.
            for x in expressions:
                ask(x)

            def rules():
                groups = json.loads(
                    get(f"http://{address}/api/v1/rules"))["data"]["groups"]
                return [x for group in groups for x in group["rules"]]

            # Until then they are unknown.
            eventually("rules cannot be evaluated", lambda: rules() and all(
                x["health"] == "ok" for x in rules()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
