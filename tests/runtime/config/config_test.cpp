// SPDX-License-Identifier: Apache-2.0

#include "troupe/config.hpp"

#include <set>

#include <gtest/gtest.h>

#include "troupe/base/cores.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/scheduling/scheduler.hpp"

#include "caf/actor_system.hpp"

#include "support/environment_variable.hpp"
#include "support/temp_dir.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;
using test::environment_variable;
using test::temp_dir;

} // namespace

TEST(Config, DefaultsAreThoseOfTheNodeAndAllCores) {
  config x;
  EXPECT_EQ(describe(x.check()), "no error");
  EXPECT_EQ(x.threads(), usable_cores());
  EXPECT_EQ(x.policy(), scheduler_policy::troupe);
  EXPECT_EQ(x.placement(), worker_placement::floating);
  EXPECT_EQ(x.node.listen, std::nullopt);
  EXPECT_EQ(x.node.security, link_security::loopback_only);
}

TEST(Config, TheSystemRunsOnTheSchedulerThatThePolicyNames) {
  for (auto policy : {scheduler_policy::troupe, scheduler_policy::stealing,
                      scheduler_policy::sharing}) {
    config x;
    x.policy(policy);
    caf::actor_system sys{x};
    EXPECT_EQ(dynamic_cast<scheduler*>(&sys.scheduler()) != nullptr,
              policy == scheduler_policy::troupe)
        << to_string(policy);
  }
}

TEST(Config, EachOptionReachesItsField) {
  config x;
  std::pair<const char*, const char*> table[] = {
      {"node.name", "left"},
      {"node.listen", "127.0.0.1:0"},
      {"node.advertise", "node-1:4000"},
      {"node.join", "127.0.0.1:1, [::1]:2"},
      {"node.seeds", "127.0.0.1:3"},
      {"node.etcd", "127.0.0.1:2379"},
      {"node.etcd-prefix", "/mine/"},
      {"node.etcd-lease", "7s"},
      {"node.roles", "crunch, store"},
      {"node.workers", "7"},
      {"node.security", "tls"},
      {"node.tls-ca", "ca.pem"},
      {"node.tls-certificate", "left.pem"},
      {"node.tls-key", "left-key.pem"},
      {"node.may-start", "left:fib, *:flaky"},
      {"node.connect-timeout", "250ms"},
      {"node.heartbeat-interval", "100ms"},
      {"node.suspect-after", "300ms"},
      {"node.lost-after", "700ms"},
      {"node.lease", "750ms"},
      {"node.max-message-bytes", "1MiB"},
      {"node.max-unsent-bytes", "2GiB"},
      {"node.max-wait", "300ms"},
      {"buffer.max-bytes", "1GiB"},
      {"buffer.cache-bytes", "0"},
      {"buffer.share-from-bytes", "1MiB"},
      {"buffer.max-shared", "7"},
      {"scheduler.threads", "3"},
      {"scheduler.policy", "sharing"},
      {"scheduler.placement", "pinned"},
  };
  EXPECT_EQ(std::size(table), x.options().size()) << "an option has no test";
  for (auto& [key, text] : table)
    EXPECT_EQ(describe(x.set_option(key, text)), "no error") << key;
  EXPECT_EQ(x.node.name, "left");
  EXPECT_EQ(x.node.listen, "127.0.0.1:0");
  EXPECT_EQ(x.node.join, (std::vector<std::string>{"127.0.0.1:1", "[::1]:2"}));
  EXPECT_EQ(x.node.advertise, "node-1:4000");
  EXPECT_EQ(x.node.seeds, std::vector<std::string>{"127.0.0.1:3"});
  EXPECT_EQ(x.node.etcd.endpoints, std::vector<std::string>{"127.0.0.1:2379"});
  EXPECT_EQ(x.node.etcd.prefix, "/mine/");
  EXPECT_EQ(x.node.etcd.lease, 7s);
  EXPECT_EQ(x.node.roles, (std::vector<std::string>{"crunch", "store"}));
  EXPECT_EQ(x.node.workers, 7u);
  EXPECT_EQ(x.node.security, link_security::tls);
  EXPECT_EQ(x.node.tls, (tls_files{"ca.pem", "left.pem", "left-key.pem"}));
  EXPECT_EQ(x.node.may_start, (std::vector{start_permission{"left", "fib"},
                                           start_permission{"*", "flaky"}}));
  EXPECT_EQ(x.node.connect_timeout, 250ms);
  EXPECT_EQ(x.node.heartbeat_interval, 100ms);
  EXPECT_EQ(x.node.suspect_after, 300ms);
  EXPECT_EQ(x.node.lost_after, 700ms);
  EXPECT_EQ(x.node.lease, 750ms);
  EXPECT_EQ(x.node.max_message_bytes, uint64_t{1} << 20);
  EXPECT_EQ(x.node.max_unsent_bytes, uint64_t{2} << 30);
  EXPECT_EQ(x.node.max_wait, 300ms);
  EXPECT_EQ(x.buffer.max_bytes, uint64_t{1} << 30);
  EXPECT_EQ(x.buffer.cache_bytes, 0u);
  EXPECT_EQ(x.buffer.share_from_bytes, uint64_t{1} << 20);
  EXPECT_EQ(x.buffer.max_shared, 7u);
  EXPECT_EQ(x.threads(), 3u);
  EXPECT_EQ(x.policy(), scheduler_policy::sharing);
  EXPECT_EQ(x.placement(), worker_placement::pinned);
  EXPECT_EQ(caf::get_or(x, "scheduler.max-threads", size_t{0}), 3u);
  EXPECT_EQ(describe(x.check()), "no error");
}

TEST(Config, EachWrongValueIsNamedWithWhatIsAllowed) {
  struct {
    const char* key;
    const char* text;
    errc code;
    const char* line;
  } table[] = {
      {"node.name", "", errc::invalid_option,
       "node.name: \"\" is not a name of 1 to 64 characters A-Z a-z 0-9 . _ -"},
      {"node.name", "a b", errc::invalid_option,
       "node.name: \"a b\" is not a name of 1 to 64 characters A-Z a-z 0-9 . _ "
       "-"},
      {"node.listen", "", errc::invalid_address,
       "node.listen: \"\" is not an address HOST:PORT: the port is missing"},
      {"node.join", "a:1,,b:2", errc::invalid_address,
       "node.join: \"\" is not an address HOST:PORT: the port is missing"},
      {"node.join", "a:1,b", errc::invalid_address,
       "node.join: \"b\" is not an address HOST:PORT: the port is missing"},
      {"node.workers", "-1", errc::invalid_option,
       "node.workers: \"-1\" is not a whole number from 0 to 1024"},
      {"node.workers", "1025", errc::invalid_option,
       "node.workers: \"1025\" is not a whole number from 0 to 1024"},
      {"node.security", "ssl", errc::invalid_option,
       "node.security: \"ssl\" is not loopback_only or insecure or tls"},
      {"node.tls-key", "", errc::invalid_option,
       "node.tls-key: \"\" is not the path of a PEM file"},
      {"node.may-start", "left:fib,right", errc::invalid_option,
       "node.may-start: \"right\" is not PEER:TYPE"},
      {"node.connect-timeout", "5", errc::invalid_option,
       "node.connect-timeout: \"5\" is not a time from 10ms to 10min, such as "
       "250ms, 5s or 2min"},
      {"node.connect-timeout", "11min", errc::invalid_option,
       "node.connect-timeout: \"11min\" is not a time from 10ms to 10min, such "
       "as 250ms, 5s or 2min"},
      {"node.max-message-bytes", "2GiB", errc::invalid_option,
       "node.max-message-bytes: \"2GiB\" is not a size from 1KiB to 1GiB, such "
       "as 4096, 64KiB or 64MiB"},
      {"node.max-unsent-bytes", "1kb", errc::invalid_option,
       "node.max-unsent-bytes: \"1kb\" is not a size from 1KiB to 16GiB, such "
       "as "
       "4096, 64KiB or 64MiB"},
      {"scheduler.threads", "0", errc::invalid_option,
       "scheduler.threads: \"0\" is not a whole number from 1 to 1024"},
      {"node.lisen", "a:1", errc::unknown_option,
       "node.lisen: no such option, did you mean node.listen?"},
      {"scheduler.max-threads", "2", errc::unknown_option,
       "scheduler.max-threads: no such option, did you mean "
       "scheduler.threads?"},
      {"x", "1", errc::unknown_option,
       "x: no such option, there are node.name, node.listen, node.advertise, "
       "node.join, node.seeds, node.etcd, node.etcd-prefix, "
       "node.etcd-lease, node.roles, node.workers, node.security, "
       "node.tls-ca, node.tls-certificate, node.tls-key, node.may-start, "
       "node.connect-timeout, node.heartbeat-interval, node.suspect-after, "
       "node.lost-after, node.lease, node.max-message-bytes, "
       "node.max-unsent-bytes, node.max-wait, buffer.max-bytes, "
       "buffer.cache-bytes, buffer.share-from-bytes, buffer.max-shared, "
       "scheduler.threads, "
       "scheduler.policy, scheduler.placement"},
      {"scheduler.policy", "fair", errc::invalid_option,
       "scheduler.policy: \"fair\" is not troupe or stealing or sharing"},
  };
  for (auto& [key, text, code, line] : table) {
    config x;
    auto err = x.set_option(key, text);
    EXPECT_EQ(err, code) << line;
    EXPECT_EQ(describe(err), line);
  }
}

TEST(Config, AnEmptyListOfPeersIsAllowed) {
  config x;
  x.node.join = {"a:1"};
  EXPECT_EQ(describe(x.set_option("node.join", "")), "no error");
  EXPECT_TRUE(x.node.join.empty());
}

TEST(Config, VariablesAreNamedAfterTheirKeys) {
  config x;
  std::set<std::string> variables;
  for (auto& info : x.options()) {
    EXPECT_TRUE(variables.insert(info.variable).second) << info.variable;
    EXPECT_FALSE(info.help.empty()) << info.key;
    EXPECT_FALSE(info.allowed.empty()) << info.key;
    EXPECT_FALSE(info.default_value.empty()) << info.key;
  }
  EXPECT_TRUE(variables.contains("TROUPE_NODE_CONNECT_TIMEOUT"));
  EXPECT_TRUE(variables.contains("TROUPE_SCHEDULER_THREADS"));
}

TEST(Config, EnvironmentBeatsFileAndSetOptionBeatsBoth) {
  temp_dir dir;
  auto path =
      dir.write("troupe.conf", "[node]\n"
                               "name = \"from-file\"\n"
                               "workers = 2\n"
                               "connect-timeout = 2s\n"
                               "join = [\"127.0.0.1:1\", \"127.0.0.1:2\"]\n"
                               "max-message-bytes = \"32MiB\"\n"
                               "[scheduler]\n"
                               "threads = 5\n");
  environment_variable workers{"TROUPE_NODE_WORKERS", "3"};
  environment_variable timeout{"TROUPE_NODE_CONNECT_TIMEOUT", "3s"};
  environment_variable join{"TROUPE_NODE_JOIN", "127.0.0.1:3"};
  config x;
  ASSERT_EQ(describe(x.load(path)), "no error");
  ASSERT_EQ(describe(x.set_option("node.connect-timeout", "4s")), "no error");
  EXPECT_EQ(x.node.max_unsent_bytes, node_options{}.max_unsent_bytes);
  EXPECT_EQ(x.node.name, "from-file");
  EXPECT_EQ(x.node.max_message_bytes, uint64_t{32} << 20);
  EXPECT_EQ(x.threads(), 5u);
  EXPECT_EQ(x.node.workers, 3u);
  EXPECT_EQ(x.node.join, std::vector<std::string>{"127.0.0.1:3"});
  EXPECT_EQ(x.node.connect_timeout, 4s);
}

TEST(Config, WithoutFileOnlyTheEnvironmentIsLoaded) {
  environment_variable workers{"TROUPE_NODE_WORKERS", "3"};
  config x;
  EXPECT_EQ(describe(x.load(std::nullopt)), "no error");
  EXPECT_EQ(x.node.workers, 3u);
}

TEST(Config, EachProblemInTheFileHasALineWithItsPlace) {
  temp_dir dir;
  auto path = dir.write("troupe.conf", "[node]\n"
                                       "lisen = \"127.0.0.1:1\"\n"
                                       "name = \"good\"\n"
                                       "workers = \"many\"\n");
  config x;
  auto err = x.load_file(path);
  EXPECT_EQ(err, errc::unknown_option);
  EXPECT_EQ(describe(err),
            path + ":2: node.lisen: no such option, did you mean node.listen?\n"
                + path
                + ":4: node.workers: \"many\" is not a whole number from 0 to "
                  "1024");
  EXPECT_EQ(x.node.name, "") << "a file with errors must change nothing";
}

TEST(Config, EachProblemInTheEnvironmentNamesItsVariable) {
  config x;
  {
    environment_variable typo{"TROUPE_NODE_WORKER", "3"};
    auto err = x.load_environment();
    EXPECT_EQ(err, errc::unknown_option);
    EXPECT_EQ(describe(err), "TROUPE_NODE_WORKER: no such option, did you mean "
                             "TROUPE_NODE_WORKERS?");
  }
  environment_variable wrong{"TROUPE_SCHEDULER_THREADS", "two"};
  EXPECT_EQ(describe(x.load_environment()),
            "TROUPE_SCHEDULER_THREADS: \"two\" is not a whole number from 1 to "
            "1024");
}

TEST(Config, AMissingFileIsReportedTogetherWithTheEnvironment) {
  environment_variable wrong{"TROUPE_NODE_WORKERS", "x"};
  config x;
  auto err = x.load("/nonexistent/troupe.conf");
  EXPECT_EQ(err, errc::bad_config_file);
  EXPECT_EQ(describe(err), "/nonexistent/troupe.conf: No such file or "
                           "directory\nTROUPE_NODE_WORKERS: \"x\" is not a "
                           "whole number from 0 to 1024");
}

TEST(Config, CheckNamesThePlaceThatTheValueCameFrom) {
  temp_dir dir;
  auto path = dir.write("troupe.conf", "[node]\n\nlisten = \"0.0.0.0:0\"\n");
  config x;
  ASSERT_EQ(describe(x.load_file(path)), "no error");
  auto err = x.check();
  EXPECT_EQ(err, errc::security_required);
  EXPECT_EQ(describe(err),
            path
                + ":3: node.listen: \"0.0.0.0:0\" is not a loopback address, "
                  "which needs node.security = tls or insecure");
  ASSERT_FALSE(x.set_option("node.security", "insecure"));
  EXPECT_EQ(describe(x.check()), "no error");
  environment_variable silence{"TROUPE_NODE_SUSPECT_AFTER", "100ms"};
  ASSERT_FALSE(x.load_environment());
  EXPECT_EQ(describe(x.check()),
            "TROUPE_NODE_SUSPECT_AFTER: 100ms is not more than "
            "node.heartbeat-interval, 500ms, and at most 10min");
}

TEST(Config, CheckSeesValuesThatWereAssigned) {
  config x;
  x.threads(0);
  EXPECT_EQ(describe(x.check()),
            "scheduler.threads: 0 is not in the range from 1 to 1024");
  x.threads(1025);
  EXPECT_EQ(x.check(), errc::invalid_option);
  x.threads(1).node.workers = 5000;
  EXPECT_EQ(describe(x.check()),
            "node.workers: 5000 is not in the range from 0 to 1024");
}

TEST(Config, ErrorsOfTroupeAreRenderedForPeople) {
  config x;
  auto err = make_error(errc::queue_full, "4 tasks wait, limit 4");
  auto& render = x.error_renderers.at(errc_category);
  EXPECT_EQ(render(err.code(), err.category(), err.context()),
            "4 tasks wait, limit 4");
}

TEST(Config, MessageTypesOfTroupeAreKnownByName) {
  config x;
  EXPECT_TRUE(x.value_factories_by_name.contains("troupe::directory_event"));
  EXPECT_TRUE(x.value_factories_by_name.contains("troupe::node_event"));
}

} // namespace troupe
