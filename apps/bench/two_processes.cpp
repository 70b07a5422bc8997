// SPDX-License-Identifier: Apache-2.0

#include "two_processes.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "caf/actor_system_config.hpp"
#include "caf/response_promise.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"
#include "caf/stateful_actor.hpp"

#ifdef BENCH_HAS_CAF_IO
#  include "caf/io/middleman.hpp"
#  include "caf/openssl/manager.hpp"
#  include "caf/openssl/publish.hpp"
#  include "caf/openssl/remote_actor.hpp"
#endif

#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/buffer/frozen_buffer.hpp"
#include "troupe/config.hpp"
#include "troupe/location/directory.hpp"
#include "troupe/remote/node.hpp"
#include "troupe/scheduling/spawn.hpp"

#include "folder.hpp"

namespace bench {

namespace {

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "bench: %s\n", why.c_str());
  std::_Exit(1);
}

struct count {
  int32_t missing = 0;
  caf::response_promise done;

  void one() {
    if (--missing == 0)
      done.deliver(caf::unit);
  }
};

caf::behavior sink(caf::event_based_actor* self) {
  auto st = std::make_shared<count>();
  return {
      [](int64_t x) { return x; },
      [](const troupe::frozen_buffer<double>& x) { return x; },
      [=](int32_t n) -> caf::result<void> {
        st->missing += n;
        st->done = self->make_response_promise();
        if (st->missing == 0)
          st->done.deliver(caf::unit);
        return caf::delegated<void>{};
      },
      [=](const std::string&) { st->one(); },
      [=](const std::vector<char>&) { st->one(); },
      [=](const std::vector<double>&) { st->one(); },
  };
}

template <class Config>
void set_up(Config& cfg) {
  cfg.template add_message_type<std::vector<double>>("vector<double>");
  cfg.set("scheduler.max-threads", std::thread::hardware_concurrency());
}

// -- troupe -------------------------------------------------------------------

/// Certificates in a folder that lasts as long as the benchmark.
class credentials {
public:
  explicit credentials(link_kind kind) {
    if (kind == link_kind::plain)
      return;
    std::string pattern =
        std::filesystem::temp_directory_path() / "troupe-bench-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr)
      give_up("no temporary folder");
    folder_ = pattern;
    certs::folder where{folder_, 1};
    for (auto name : {"near", "far"})
      where.issue(name, 1);
  }

  ~credentials() {
    std::error_code ignored;
    if (!folder_.empty())
      std::filesystem::remove_all(folder_, ignored);
  }

  credentials(const credentials&) = delete;
  credentials& operator=(const credentials&) = delete;

  /// Returns nothing for a link without protection.
  std::optional<troupe::tls_files> of(const std::string& node) const {
    if (folder_.empty())
      return std::nullopt;
    return troupe::tls_files{.ca = folder_ / "ca.pem",
                             .certificate = folder_ / (node + ".pem"),
                             .key = folder_ / (node + "-key.pem")};
  }

private:
  std::filesystem::path folder_;
};

troupe::node open_node(caf::actor_system& sys, const char* name,
                       std::optional<std::string> listen,
                       std::optional<troupe::tls_files> files) {
  troupe::node_options options;
  if (files)
    options.security = troupe::link_security::tls;
  options.tls = std::move(files);
  options.name = name;
  options.listen = std::move(listen);
  // The peers do not hold back the flood either.
  options.max_unsent_bytes = uint64_t{4} << 30;
  auto result = troupe::node::open(sys, std::move(options));
  if (!result)
    give_up(troupe::describe(result.error()));
  return std::move(*result);
}

void serve_troupe(const credentials& proofs,
                  const far_process::opened& opened) {
  troupe::config cfg;
  set_up(cfg);
  caf::actor_system sys{cfg};
  auto node = open_node(sys, "far", "127.0.0.1:0", proofs.of("far"));
  caf::scoped_actor self{sys};
  self->request(node.directory(), caf::infinite, troupe::register_atom_v,
                std::string{"sink"}, troupe::spawn(sys, sink))
      .receive([] {}, [](caf::error& e) { give_up(troupe::describe(e)); });
  opened(node.port());
}

class troupe_stage final : public linked_stage {
public:
  explicit troupe_stage(link_kind kind)
      : proofs_(kind),
        far_([this](auto& opened) { serve_troupe(proofs_, opened); }) {
    set_up(cfg_);
    sys_.emplace(cfg_);
    node_.emplace(open_node(*sys_, "near", std::nullopt, proofs_.of("near")));
    if (auto err = node_->join("127.0.0.1:" + std::to_string(far_.port())))
      give_up(troupe::describe(err));
    caf::scoped_actor self{*sys_};
    // Told to the directory some time after the link is there.
    while (!sink_) {
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
      self->request(node_->directory(), caf::infinite, troupe::lookup_atom_v,
                    std::string{"sink@far"})
          .receive([&](caf::actor& x) { sink_ = std::move(x); },
                   [](caf::error&) {});
    }
  }

  caf::actor_system& system() override {
    return *sys_;
  }

  const caf::actor& sink() override {
    return sink_;
  }

private:
  credentials proofs_;
  far_process far_;
  troupe::config cfg_;
  std::optional<caf::actor_system> sys_;
  std::optional<troupe::node> node_;
  caf::actor sink_;
};

// -- CAF's own io module ------------------------------------------------------

#ifdef BENCH_HAS_CAF_IO

/// Loads CAF's networking modules.
/// @returns whether links are protected.
bool load_network(caf::actor_system_config& cfg,
                  const std::optional<troupe::tls_files>& files) {
  cfg.load<caf::io::middleman>();
  if (!files)
    return false;
  cfg.load<caf::openssl::manager>();
  cfg.openssl_cafile = files->ca;
  cfg.openssl_certificate = files->certificate;
  cfg.openssl_key = files->key;
  return true;
}

void serve_caf(const credentials& proofs, const far_process::opened& opened) {
  caf::actor_system_config cfg;
  set_up(cfg);
  auto is_protected = load_network(cfg, proofs.of("far"));
  caf::actor_system sys{cfg};
  auto target = sys.spawn(sink);
  auto port = is_protected ? caf::openssl::publish(target, 0, "127.0.0.1")
                           : sys.middleman().publish(target, 0, "127.0.0.1");
  if (!port)
    give_up(sys.render(port.error()));
  opened(*port);
}

class caf_stage final : public linked_stage {
public:
  explicit caf_stage(link_kind kind)
      : proofs_(kind),
        far_([this](auto& opened) { serve_caf(proofs_, opened); }) {
    set_up(cfg_);
    auto is_protected = load_network(cfg_, proofs_.of("near"));
    sys_.emplace(cfg_);
    auto x = is_protected
                 ? caf::openssl::remote_actor(*sys_, "127.0.0.1", far_.port())
                 : sys_->middleman().remote_actor("127.0.0.1", far_.port());
    if (!x)
      give_up(sys_->render(x.error()));
    sink_ = std::move(*x);
  }

  caf::actor_system& system() override {
    return *sys_;
  }

  const caf::actor& sink() override {
    return sink_;
  }

private:
  credentials proofs_;
  far_process far_;
  caf::actor_system_config cfg_;
  std::optional<caf::actor_system> sys_;
  caf::actor sink_;
};

#endif

} // namespace

// -- far_process --------------------------------------------------------------

far_process::far_process(const std::function<void(const opened&)>& serve) {
  int news[2];
  int life[2];
  if (pipe(news) != 0 || pipe(life) != 0)
    give_up("no pipe");
  pid_ = fork();
  if (pid_ < 0)
    give_up("cannot fork");
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(life[1]);
    serve([&](uint16_t port) {
      if (write(news[1], &port, sizeof(port)) != sizeof(port))
        std::_Exit(1);
      char end = 0;
      static_cast<void>(read(life[0], &end, 1));
      std::_Exit(0);
    });
    std::_Exit(1);
  }
  close(life[0]);
  close(news[1]);
  lifeline_ = life[1];
  if (read(news[0], &port_, sizeof(port_)) != sizeof(port_))
    give_up("the second process did not start");
  close(news[0]);
}

far_process::~far_process() {
  close(lifeline_);
  waitpid(pid_, nullptr, 0);
}

std::unique_ptr<linked_stage> make_linked_stage(bool on_troupe,
                                                link_kind kind) {
  if (on_troupe)
    return std::make_unique<troupe_stage>(kind);
#ifdef BENCH_HAS_CAF_IO
  return std::make_unique<caf_stage>(kind);
#else
  return nullptr;
#endif
}

} // namespace bench
