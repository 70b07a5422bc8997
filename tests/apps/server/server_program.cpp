// SPDX-License-Identifier: Apache-2.0

#include "server_program.hpp"

#include <filesystem>
#include <fstream>
#include <memory>
#include <utility>

#include <gtest/gtest.h>

#include "support/eventually.hpp"

namespace server_app {

namespace {

using nlohmann::json;

troupe::test::command line(std::vector<std::string> arguments) {
  std::vector<std::string> result{troupe::test::built_program("server"),
                                  "--listen", "127.0.0.1:0", "--json"};
  result.insert(result.end(), arguments.begin(), arguments.end());
  return {.line = std::move(result)};
}

} // namespace

server_program::server_program(std::vector<std::string> arguments)
    : program_(line(std::move(arguments))) {
  auto ready = program_.line_with("\"ready\"", patience);
  if (!ready) {
    ADD_FAILURE() << "not ready: " << program_.err();
    return;
  }
  auto object = json::parse(*ready);
  port_ = object["port"];
  auto http = client();
  EXPECT_TRUE(troupe::test::eventually(patience, [&] {
    auto x = http->Get("/readyz");
    return x && x->status == 200
           && json::parse(x->body)["workers"] == object["workers"];
  }));
}

std::unique_ptr<httplib::Client> server_program::client() const {
  auto result = std::make_unique<httplib::Client>("127.0.0.1", port_);
  result->set_read_timeout(patience);
  result->set_keep_alive(true);
  return result;
}

std::vector<pid_t> server_program::workers() const {
  auto pid = std::to_string(program_.pid());
  std::vector<pid_t> result;
  // Of each of its threads, since any may have started them.
  for (auto& task :
       std::filesystem::directory_iterator{"/proc/" + pid + "/task"}) {
    std::ifstream file{task.path() / "children"};
    for (pid_t child = 0; file >> child;)
      result.push_back(child);
  }
  return result;
}

httplib::Result post(httplib::Client& to, const std::string& path,
                     const json& body) {
  return to.Post(path, body.dump(), "application/json");
}

json body_of(const httplib::Result& x, int status) {
  if (!x) {
    ADD_FAILURE() << "no answer: " << httplib::to_string(x.error());
    return {};
  }
  EXPECT_EQ(x->status, status) << x->body;
  auto result = json::parse(x->body, nullptr, false);
  EXPECT_FALSE(result.is_discarded()) << x->body;
  return result;
}

} // namespace server_app
