// SPDX-License-Identifier: Apache-2.0

#include "options.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "common/excerpt.hpp"

namespace cli {

namespace {

using act = troupe::observer_action::kind;

constexpr auto description =
    "Looks into running nodes of troupe and acts on them.";

constexpr auto footer = R"(
A node answers if its program has an observer, as `node` and `supervisor_demo`
have: `supervisor_demo --listen 127.0.0.1:4000`. This program joins it as a node
that offers nothing, so the same protection applies: on loopback none, between
hosts mutual TLS, with this node's name on the other's list for actions.

Names of children are paths as `tree` shows them, such as shop/storage/cache.

More programs, each with a --help of its own:
  troupe bench ...    measures the runtime
  troupe certs ...    makes certificates
  troupe node ...     runs a plain node

Exit codes:
  0    done
  1    the node refuses, or knows no such child, message or node
  2    wrong option or configuration
  3    the node cannot be reached, or has no observer
  4    standard output cannot be written
  130  stopped by Ctrl-C

Examples:
  troupe tree
  troupe top --node 10.0.0.7:4000 --insecure
  troupe events --follow --json
  troupe trace --follow --collector http://127.0.0.1:4318
  troupe restart shop/storage/cache --on right
  troupe quarantine replay shop 3)";

/// Programs that are part of this one for who types commands.
constexpr std::array<std::string_view, 3> siblings{"bench", "certs", "node"};

/// Options that take part in more than one command.
class builder {
public:
  explicit builder(CLI::App& line) : line_(line) {
    // nop
  }

  CLI::App* add(const std::string& name, const std::string& help, command what,
                options& result) {
    auto sub = line_.add_subcommand(name, help);
    app::set_up_help(*sub, "");
    sub->fallthrough();
    sub->callback([&result, what] { result.what = what; });
    return sub;
  }

  CLI::App* add_action(const std::string& name, const std::string& help,
                       act what, options& result) {
    auto sub = line_.add_subcommand(name, help);
    app::set_up_help(*sub, "");
    sub->fallthrough();
    sub->add_option("child", result.action.target, "Path of the child")
        ->type_name("CHILD")
        ->required();
    on(*sub, result, "Name of the node that its supervisor runs on");
    sub->callback([&result, what] {
      result.what = command::act;
      result.action.what = what;
    });
    return sub;
  }

  static void on(CLI::App& sub, options& result, const std::string& help) {
    sub.add_option("--on", result.on, help)->type_name("NODE");
  }

private:
  CLI::App& line_;
};

void add_quarantine(CLI::App& line, options& result) {
  auto group = line.add_subcommand("quarantine",
                                   "Messages that kept killing their actor");
  app::set_up_help(*group, "");
  group->fallthrough();
  group->require_subcommand(1);
  builder build{*group};
  auto list = build.add("list", "List them", command::quarantine_list, result);
  builder::on(*list, result, "Name of the node");
  auto with_number = [&](CLI::App* sub) {
    sub->add_option("supervisor", result.action.target,
                    "Path of the supervisor or name of the pool")
        ->type_name("SUPERVISOR")
        ->required();
    sub->add_option("number", result.number, "Number of the message")
        ->type_name("NUMBER")
        ->required();
    builder::on(*sub, result, "Name of the node");
  };
  with_number(build.add("show", "Show one with its history",
                        command::quarantine_show, result));
  auto act_on = [&](const char* name, const char* help, act what) {
    auto sub = build.add(name, help, command::act, result);
    sub->callback([&result, what] {
      result.what = command::act;
      result.action.what = what;
      result.action.number = result.number;
    });
    with_number(sub);
  };
  act_on("replay", "Send one to its child again", act::replay);
  act_on("discard", "Drop one", act::discard);
}

void add_commands(CLI::App& line, options& result,
                  std::map<std::string, order>& orders) {
  builder build{line};
  auto path = [&](CLI::App* sub) {
    sub->add_option("path", result.under, "Only this and what is below it")
        ->type_name("PATH");
  };
  path(build.add("tree", "Show the supervision trees of all nodes",
                 command::tree, result));
  auto sorted = [&](CLI::App* sub) {
    sub->add_option("--sort", result.sort,
                    "age, busy, waiting, restarts, handled or path")
        ->type_name("ORDER")
        ->transform(
            CLI::CheckedTransformer(orders, CLI::ignore_case).description(""));
  };
  auto ps =
      build.add("ps", "List the children of all nodes", command::ps, result);
  path(ps);
  sorted(ps);
  auto top = build.add("top", "Show what children are doing, live",
                       command::top, result);
  path(top);
  sorted(top);
  build.add("nodes", "List nodes, their processes and pools", command::nodes,
            result);
  auto metrics = build.add("metrics", "Print metrics as Prometheus reads them",
                           command::metrics, result);
  builder::on(*metrics, result, "Name of the node");
  auto events =
      build.add("events", "Show what happened", command::events, result);
  builder::on(*events, result, "Name of the node, all by default");
  events->add_flag("-f,--follow", result.follow, "Go on until Ctrl-C");
  events->add_option("-n,--lines", result.lines, "Events from before")
      ->type_name("COUNT")
      ->check(app::whole_number(0, 100'000))
      ->capture_default_str();
  auto letters = build.add("dead-letters", "Show messages that reached nobody",
                           command::dead_letters, result);
  builder::on(*letters, result, "Name of the node");
  letters->add_option("-n,--lines", result.lines, "How many")
      ->type_name("COUNT")
      ->check(app::whole_number(0, 100'000))
      ->capture_default_str();
  auto trace = build.add("trace",
                         "Show traces of messages, or one of them, or export "
                         "their spans",
                         command::trace, result);
  trace->add_option("trace", result.trace, "Trace to show, 32 digits")
      ->type_name("ID");
  builder::on(*trace, result, "Name of the node, all by default");
  trace->add_option("-n,--lines", result.lines, "How many traces")
      ->type_name("COUNT")
      ->check(app::whole_number(0, 100'000))
      ->capture_default_str();
  auto file =
      trace
          ->add_option(
              "--otlp", result.otlp_file,
              "Append spans to this file as OTLP in JSON; - is standard "
              "output")
          ->type_name("FILE");
  trace
      ->add_option("--collector", result.collector,
                   "Send spans to an OTLP collector, such as "
                   "http://127.0.0.1:4318")
      ->type_name("URL")
      ->check([](const std::string& x) {
        auto is_url = x.starts_with("http://") || x.starts_with("https://");
        return is_url ? std::string{}
                      : "is " + app::excerpt(x)
                            + ", must begin with http:// or https://";
      })
      ->excludes(file);
  trace->add_flag("-f,--follow", result.follow,
                  "Go on until Ctrl-C, with one of these two");
  trace->parse_complete_callback([&result] {
    if (result.follow && !result.otlp_file && !result.collector)
      throw CLI::ValidationError{"--follow", "needs --otlp or --collector"};
  });
  auto history = build.add("history", "Show the last messages of a child",
                           command::history, result);
  history->add_option("child", result.action.target, "Path of the child")
      ->type_name("CHILD")
      ->required();
  builder::on(*history, result, "Name of the node that its supervisor runs on");
  add_quarantine(line, result);
  build.add_action("restart", "Stop a child and start it again", act::restart,
                   result);
  build.add_action("stop", "Stop a child", act::stop, result);
  build.add_action("drain", "Stop a child or pool when its work is done",
                   act::drain, result);
  build.add_action("kill", "Kill a child; its supervisor restarts it",
                   act::kill, result);
  auto spawn = line.add_subcommand("spawn", "Start a registered actor type");
  app::set_up_help(*spawn, "");
  spawn->fallthrough();
  spawn->add_option("type", result.action.target, "Name of the type")
      ->type_name("TYPE")
      ->required();
  builder::on(*spawn, result, "Name of the node");
  spawn->callback([&result] {
    result.what = command::act;
    result.action.what = act::spawn;
  });
}

} // namespace

std::variant<options, early_exit> parse_options(int argc,
                                                const char* const* argv) {
  options result;
  std::map<std::string, order> orders{
      {"age", order::age},         {"busy", order::busy},
      {"waiting", order::waiting}, {"restarts", order::restarts},
      {"handled", order::handled}, {"path", order::path},
  };
  CLI::App line{description, "troupe"};
  app::set_up_help(line, footer);
  line.require_subcommand(1);
  int64_t timeout_ms = 2'000;
  std::map<std::string, std::optional<std::string>> runtime;
  line.add_option("--node", result.node, "Node to talk to")
      ->type_name("ADDR:PORT")
      ->capture_default_str();
  line.add_option("--name", runtime["node.name"],
                  "Name to appear under; with TLS that of the certificate")
      ->type_name("NAME");
  line.add_option("--tls-ca", runtime["node.tls-ca"],
                  "Authority of the certificates; these three turn TLS on")
      ->type_name("FILE");
  line.add_option("--tls-cert", runtime["node.tls-certificate"],
                  "Certificate of this program")
      ->type_name("FILE");
  line.add_option("--tls-key", runtime["node.tls-key"], "Its key")
      ->type_name("FILE");
  line.add_flag("--insecure", result.insecure,
                "Permit addresses other than loopback, without any protection");
  line.add_option("--config", result.config_file, "Read runtime options")
      ->type_name("FILE");
  line.add_option("--timeout", timeout_ms, "Milliseconds to wait for answers")
      ->type_name("MS")
      ->check(app::whole_number(50, 60'000))
      ->capture_default_str();
  line.add_flag("--json", result.json, "Print JSON");
  add_commands(line, result, orders);
  if (auto exit = app::parse(line, argc, argv))
    return std::move(*exit);
  result.deadline = std::chrono::milliseconds{timeout_ms};
  for (auto& [key, text] : runtime)
    if (text)
      result.runtime.emplace_back(key, *text);
  if (runtime["node.tls-ca"])
    result.runtime.emplace_back("node.security", "tls");
  result.action.node = result.on;
  return result;
}

std::optional<std::string> sibling(int argc, const char* const* argv) {
  if (argc < 2
      || std::find(siblings.begin(), siblings.end(), argv[1]) == siblings.end())
    return std::nullopt;
  return argv[1];
}

} // namespace cli
