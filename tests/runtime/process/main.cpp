// SPDX-License-Identifier: Apache-2.0

#include <fcntl.h>

#include <cstdio>
#include <string_view>

#include <gtest/gtest.h>

#include "troupe/config.hpp"
#include "troupe/process/run_as_worker.hpp"

#include "process/host_messages.hpp"
#include "process/worker_page.hpp"
#include "runtime/process/buffer_victim.hpp"
#include "runtime/process/doomed_host.hpp"
#include "runtime/process/victim.hpp"

// Asked by the address sanitizer: a worker that dies of a signal should do so.
extern "C" const char* __asan_default_options();

extern "C" const char* __asan_default_options() {
  return "handle_segv=0:handle_abort=0";
}

int main(int argc, char** argv) {
  troupe::config cfg;
  troupe::test::add_victims(cfg);
  troupe::test::add_cruncher(cfg);
  std::string_view mode = argc == 2 ? argv[1] : "";
  if (mode == "--wrong-token") {
    auto page = troupe::shared_page::open(fcntl(3, F_DUPFD_CLOEXEC, 10));
    (*page)->token[0] ^= 1;
    const char* line[] = {argv[0], troupe::worker_argument};
    return troupe::run_as_worker(cfg, 2, line).value_or(0);
  }
  if (auto code = troupe::run_as_worker(cfg, argc, argv))
    return *code;
  if (mode == "--doomed-host")
    return troupe::test::doomed_host(cfg);
  if (mode == "--doomed-sender")
    return troupe::test::doomed_sender(cfg);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
