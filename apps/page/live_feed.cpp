// SPDX-License-Identifier: Apache-2.0

#include "page/live_feed.hpp"

#include <algorithm>
#include <utility>

#include "caf/after.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/observe/json.hpp"
#include "troupe/observe/observed_event.hpp"

#include "web/event_stream.hpp"
#include "web/problem.hpp"

namespace page {

namespace {

using namespace std::chrono_literals;

/// Between two looks for events of this node.
constexpr auto pace = 200ms;

/// Between two looks at the tree and at other nodes.
constexpr auto tree_pace = 800ms;

constexpr auto keep_alive = 5s;

constexpr auto patience = 2s;

/// Events of a node that a new page is told.
constexpr uint64_t first_events = 200;

constexpr uint64_t max_events = 500;

/// Returns all of a snapshot but the children, which are told otherwise.
troupe::system_snapshot without_children(const troupe::system_snapshot& x) {
  troupe::system_snapshot result;
  for (auto& from : x.nodes)
    result.nodes.push_back({.node = from.node,
                            .id = from.id,
                            .answer = from.answer,
                            .note = from.note,
                            .time = from.time,
                            .took = from.took,
                            .omitted = from.omitted,
                            .pools = from.pools,
                            .processes = from.processes,
                            .workers = from.workers,
                            .peers = from.peers,
                            .links = from.links,
                            .actors = from.actors,
                            .events = from.events,
                            .dead_letters = from.dead_letters});
  return result;
}

} // namespace

live_feed::live_feed(caf::actor_system& sys, caf::actor observer,
                     snapshots& all, std::function<bool()> closing,
                     std::atomic<size_t>& streams)
    : sys_(sys),
      self_(sys),
      observer_(std::move(observer)),
      all_(all),
      closing_(std::move(closing)),
      streams_(streams) {
  ++streams_;
}

live_feed::~live_feed() {
  --streams_;
}

std::optional<std::string> live_feed::next() {
  while (!closing_()) {
    auto now = clock::now();
    std::string result;
    if (!begun_ || now - looked_ >= tree_pace) {
      looked_ = now;
      result = look();
    } else {
      result = news_of(own_node_);
    }
    if (result.empty() && now - told_ >= keep_alive)
      result = web::keep_alive_comment();
    if (!result.empty()) {
      told_ = now;
      return result;
    }
    self_->receive(caf::after(pace) >> [] {});
  }
  return std::nullopt;
}

std::string live_feed::look() {
  auto all = all_.latest(sys_);
  if (!all)
    return trouble(all.error());
  auto& x = **all;
  std::string result;
  for (auto gone = trees_.drop_missing(x); gone; gone = trees_.drop_missing(x))
    result += web::server_sent_event("tree", *gone);
  for (auto& node : x.nodes) {
    if (auto delta = trees_.update(node))
      result += web::server_sent_event("tree", *delta);
    auto& where = positions_[node.node];
    // Another process of that name counts from the beginning.
    if (where.id != node.id)
      where = {node.id};
  }
  std::erase_if(positions_, [&](auto& known) {
    return std::none_of(x.nodes.begin(), x.nodes.end(),
                        [&](auto& y) { return y.node == known.first; });
  });
  if (!x.nodes.empty())
    own_node_ = x.nodes.front().node;
  result += web::server_sent_event("system", to_json(without_children(x)));
  for (auto& node : x.nodes)
    if (node.answer != troupe::answer_state::none)
      result += news_of(node.node);
  begun_ = true;
  return result;
}

std::string live_feed::news_of(const std::string& node) {
  auto& where = positions_[node];
  std::string result;
  troupe::event_query query{.node = node,
                            .after = where.last,
                            .max = where.last == 0 ? first_events : max_events};
  self_->request(observer_, patience, troupe::events_atom_v, query)
      .receive(
          [&](troupe::event_page& x) {
            if (x.events.empty())
              return;
            where.last = x.events.back().number;
            result = web::server_sent_event("events", to_json(x));
          },
          // The next snapshot shows what is wrong.
          [](const caf::error&) {});
  return result;
}

std::string live_feed::trouble(const caf::error& reason) {
  auto text = web::dump({{"text", troupe::describe(reason)}});
  return web::server_sent_event("trouble", text);
}

} // namespace page
