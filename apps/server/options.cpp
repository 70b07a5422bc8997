// SPDX-License-Identifier: Apache-2.0

#include "options.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "troupe/base/cores.hpp"

#include "web/http_flags.hpp"

namespace server_app {

namespace {

constexpr auto description =
    "Answers HTTP requests with what worker processes compute. No thread that "
    "answers\ncomputes, and a worker process that dies loses no answer.";

constexpr auto footer = R"(
Routes; /openapi.json describes them:
  POST /simulate          {"particles": 1000, "steps": 500, "dt": 0.01}
  POST /fib               {"n": 30}
  POST /map/TYPE          {"inputs": [20, 21, 22]}, TYPE fib or particles
  POST /jobs              {"kind": "simulate", "input": {...}}: an id at once
  GET /jobs/ID            state, progress, result; DELETE cancels
  GET /jobs/ID/events     the same as server-sent events
  GET /healthz, /readyz, /metrics, /openapi.json

Once it answers, it prints one line, with --json as an object with event
(ready, draining, stopped), url, port and workers:
  ready on http://127.0.0.1:8080 with N workers (process)
On SIGTERM or SIGINT it takes no more work, answers what it has, and exits.

Exit codes:
  0    stopped by SIGTERM or SIGINT, all that was taken up was answered
  1    stopped, but some work was cancelled when --drain was over; or the
       workers cannot be started
  2    wrong option
  3    the port cannot be opened
  4    standard output cannot be written
  130  ended at once by a second SIGINT, 143 by a second SIGTERM

Examples:
  server --listen 127.0.0.1:8080
  curl -d '{"particles": 1000}' -H 'Content-Type: application/json' \
    http://127.0.0.1:8080/simulate
  server --listen 0.0.0.0:8443 --http-certificate cert.pem --http-key key.pem \
    --http-token-file token)";

} // namespace

std::variant<options, app::early_exit> parse_options(int argc,
                                                     const char* const* argv) {
  options result;
  result.http.listen = "127.0.0.1:8080";
  result.workers = troupe::usable_cores();
  int64_t drain = 10;
  std::string isolation = "process";
  CLI::App line{description, "server"};
  app::set_up_help(line, footer);
  web::http_flags http{line, "--listen", "--http-", result.http};
  line.add_option("--workers", result.workers, "Workers that compute")
      ->type_name("COUNT")
      ->check(app::whole_number(1, 1024))
      ->capture_default_str();
  line.add_option("--isolation", isolation,
                  "Where they live: process, thread or pooled")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"process", "thread", "pooled"}))
      ->capture_default_str();
  line.add_option("--niceness", result.niceness,
                  "By how much worker processes give way to the threads that "
                  "answer")
      ->type_name("0..19")
      ->check(app::whole_number(0, 19))
      ->capture_default_str();
  line.add_option("--max-connections", result.http.max_connections,
                  "Connections at a time; 503 beyond")
      ->type_name("COUNT")
      ->check(app::whole_number(1, 900))
      ->capture_default_str();
  line.add_option("--max-body", result.http.max_body_bytes,
                  "Largest body of a request in bytes; 413 beyond")
      ->type_name("BYTES")
      ->check(app::whole_number(1'024, 1 << 30))
      ->capture_default_str();
  line.add_option("--max-waiting", result.max_waiting,
                  "Orders that may wait behind those that run; 429 beyond")
      ->type_name("COUNT")
      ->check(app::whole_number(0, 1'000'000))
      ->capture_default_str();
  line.add_option("--drain", drain,
                  "Seconds that work may take to end when asked to stop")
      ->type_name("SECONDS")
      ->check(app::whole_number(0, 3'600))
      ->capture_default_str();
  line.add_flag("--json", result.json, "Print JSON objects, one on each line");
  if (auto exit = app::parse(line, argc, argv))
    return *exit;
  if (auto exit = http.finish())
    return *exit;
  result.drain = std::chrono::seconds{drain};
  result.isolation = isolation == "process"  ? troupe::isolation::process
                     : isolation == "thread" ? troupe::isolation::thread
                                             : troupe::isolation::pooled;
  return result;
}

} // namespace server_app
