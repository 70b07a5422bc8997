#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts load on apps/server while its worker processes are killed.

Needs wrk. 200 connections ask for simulations and Fibonacci numbers, one worker
process is killed each second, and another connection asks for /healthz a
hundred times a second. Ends with 1 if an answer was wrong or lost.

Usage: server_load.py SERVER [--connections N] [--seconds S]
"""
import argparse
import http.client
import json
import os
import pathlib
import random
import signal
import subprocess
import tempfile
import threading
import time

LUA = """
local orders = {
  {path = "/simulate", body = '{"particles":2000,"steps":500,"seed":%(seed)d}',
   part = '"bounces":%(bounces)d,'},
  {path = "/fib", body = '{"n":%(n)d}', part = '"fib":%(fib)d,'},
}
local sent, threads = 0, {}
right, wrong = 0, 0
function setup(thread) table.insert(threads, thread) end
function request()
  sent = sent + 1
  local x = orders[sent %% 2 + 1]
  return wrk.format("POST", x.path, {["Content-Type"] = "application/json"}, x.body)
end
function response(status, headers, body)
  -- Which order it answers is not told here.
  if status == 200 and (body:find(orders[1].part, 1, true) or body:find(orders[2].part, 1, true)) then
    right = right + 1
  else
    wrong = wrong + 1
  end
end
function done(summary, latency, requests)
  local all_right, all_wrong = 0, 0
  for _, x in ipairs(threads) do
    all_right = all_right + x:get("right")
    all_wrong = all_wrong + x:get("wrong")
  end
  local e = summary.errors
  io.stderr:write(string.format(
    '{"right":%%d,"wrong":%%d,"connect":%%d,"read":%%d,"write":%%d,"timeout":%%d,' ..
    '"p50_ms":%%.1f,"p99_ms":%%.1f}\\n',
    all_right, all_wrong, e.connect, e.read, e.write, e.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
"""


def post(port, path, body):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", path, json.dumps(body),
                       {"Content-Type": "application/json"})
    return json.loads(connection.getresponse().read())


def workers(pid):
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        found += map(int, (task / "children").read_text().split())
    return found


def probe(port, end, times):
    """Asks for /healthz a hundred times a second; notes seconds, or None."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while time.monotonic() < end:
        begin = time.monotonic()
        try:
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            answer.read()
            times.append(time.monotonic() - begin if answer.status == 200 else None)
        except OSError:
            times.append(None)
            connection.close()
        time.sleep(max(0, begin + 0.01 - time.monotonic()))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("server")
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=20)
    args = parser.parse_args()
    server = subprocess.Popen([args.server, "--listen", "127.0.0.1:0", "--json"],
                              stdout=subprocess.PIPE, text=True)
    port = json.loads(server.stdout.readline())["port"]
    order = {"seed": 7, "n": 27}
    order["bounces"] = post(port, "/simulate", {"particles": 2000, "steps": 500, "seed": 7})["bounces"]
    order["fib"] = post(port, "/fib", {"n": 27})["fib"]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LUA % order)
        script.flush()
        load = subprocess.Popen(
            ["wrk", "-t1", f"-c{args.connections}", f"-d{args.seconds}s", "--timeout", "30s",
             "-s", script.name, f"http://127.0.0.1:{port}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        times, kills = [], 0
        end = time.monotonic() + args.seconds
        prober = threading.Thread(target=probe, args=(port, end, times))
        prober.start()
        while time.monotonic() + 1 < end:
            time.sleep(1)
            victims = workers(server.pid)
            if victims:
                os.kill(random.choice(victims), signal.SIGKILL)
                kills += 1
        prober.join()
        report = json.loads(load.communicate()[1].splitlines()[-1])
    server.send_signal(signal.SIGTERM)
    code = server.wait(30)
    lost = sum(x is None for x in times)
    known = sorted(x for x in times if x is not None)
    print(f"{args.connections} connections for {args.seconds} s, {kills} workers killed, exit code {code}")
    print(f"answers: {report['right']} right, {report['wrong']} wrong; errors: "
          + ", ".join(f"{name} {report[name]}" for name in ("connect", "read", "write", "timeout")))
    print(f"an order: p50 {report['p50_ms']} ms, p99 {report['p99_ms']} ms")
    print(f"/healthz: {len(known)} answers, {lost} lost, p50 {known[len(known) // 2] * 1000:.1f} ms, "
          f"p99 {known[len(known) * 99 // 100] * 1000:.1f} ms, longest {known[-1] * 1000:.1f} ms")
    bad = lost + report["wrong"] + report["connect"] + report["read"] + report["write"] + report["timeout"]
    return 1 if bad or code != 0 else 0


if __name__ == "__main__":
    raise SystemExit(main())
