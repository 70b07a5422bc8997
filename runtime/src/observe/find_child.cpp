// SPDX-License-Identifier: Apache-2.0

#include "observe/find_child.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "caf/sec.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/observe/plain_text.hpp"
#include "troupe/supervision/supervisor.hpp"

namespace troupe {

namespace {

/// What is left of a way down a tree.
struct search {
  caf::event_based_actor* self;
  caf::actor_clock::time_point end;
  child_found found;
  child_missing missing;
  std::string path;

  caf::timespan time_left() const {
    constexpr caf::timespan least = std::chrono::milliseconds{1};
    return std::max<caf::timespan>(end - self->clock().now(), least);
  }

  void fail() {
    missing(make_error(errc::unknown_child, "no child " + plain_text(path)));
  }
};

using search_ptr = std::shared_ptr<search>;

/// Goes down from `from` along the path from `begin` on; the next id reaches
/// up to a slash at or after `slash`.
void descend(const search_ptr& x, const caf::actor& from, size_t begin,
             size_t slash) {
  slash = x->path.find('/', slash);
  if (slash == std::string::npos) {
    x->found({from, x->path.substr(begin)});
    return;
  }
  if (x->self->clock().now() >= x->end) {
    x->missing(make_error(caf::sec::request_timeout,
                          "the child was not found in time"));
    return;
  }
  auto id = x->path.substr(begin, slash - begin);
  x->self->request(from, x->time_left(), probe_atom_v, std::move(id))
      .then(
          [=](const child_info& info, const caf::actor& y) {
            if (!info.is_supervisor)
              x->fail();
            else if (!y)
              x->missing(make_error(errc::child_not_running,
                                    plain_text(info.id) + " is not running"));
            else
              descend(x, y, slash + 1, slash + 1);
          },
          [=](caf::error& why) {
            if (why == errc::unknown_child)
              descend(x, from, begin, slash + 1);
            else
              x->missing(std::move(why));
          });
}

} // namespace

void find_child(caf::event_based_actor* self,
                const std::map<std::string, caf::actor>& roots,
                const std::string& path, caf::actor_clock::time_point end,
                child_found found, child_missing missing) {
  auto x = std::make_shared<search>(
      search{self, end, std::move(found), std::move(missing), path});
  auto slash = path.find('/');
  auto root = roots.find(path.substr(0, slash));
  if (root == roots.end() || !root->second) {
    x->fail();
  } else if (slash == std::string::npos) {
    x->missing(make_error(errc::bad_input,
                          plain_text(path)
                              + " is no child: no supervisor is above it"));
  } else {
    descend(x, root->second, slash + 1, slash + 1);
  }
}

void find_supervisor(caf::event_based_actor* self,
                     const std::map<std::string, caf::actor>& roots,
                     const std::string& path, caf::actor_clock::time_point end,
                     child_found found, child_missing missing) {
  if (auto root = roots.find(path); root != roots.end() && root->second) {
    found({root->second, {}});
    return;
  }
  auto arrive = [=](const found_child& x) {
    auto left = std::max<caf::timespan>(end - self->clock().now(),
                                        std::chrono::milliseconds{1});
    self->request(x.supervisor, left, probe_atom_v, x.id)
        .then(
            [=](const child_info& info, const caf::actor& y) {
              if (info.is_supervisor && y)
                found({y, {}});
              else
                missing(make_error(errc::bad_input,
                                   plain_text(path)
                                       + " is no supervisor that runs"));
            },
            [=](caf::error& why) { missing(std::move(why)); });
  };
  find_child(self, roots, path, end, std::move(arrive), missing);
}

} // namespace troupe
