// SPDX-License-Identifier: Apache-2.0

#include "troupe/config.hpp"

#include <mutex>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "troupe/base/cores.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/buffer/frozen_buffer.hpp"
#include "troupe/buffer/owned_buffer.hpp"
#include "troupe/location/directory.hpp"
#include "troupe/observe/cell_reports.hpp"
#include "troupe/observe/flight_record.hpp"
#include "troupe/observe/letter_page.hpp"
#include "troupe/observe/observed_event.hpp"
#include "troupe/observe/observer_action.hpp"
#include "troupe/observe/quarantine_page.hpp"
#include "troupe/observe/system_snapshot.hpp"
#include "troupe/observe/trace_page.hpp"
#include "troupe/pool/batch_result.hpp"
#include "troupe/pool/pool.hpp"
#include "troupe/pool/task_options.hpp"
#include "troupe/process/process_output.hpp"
#include "troupe/remote/node.hpp"
#include "troupe/scheduling/dead_letter.hpp"
#include "troupe/supervision/child_info.hpp"
#include "troupe/supervision/quarantined_message.hpp"
#include "troupe/supervision/supervision_event.hpp"

#include "caf/settings.hpp"

#include "config/config_file.hpp"
#include "config/nearest.hpp"
#include "config/option_table.hpp"
#include "port/network_module.hpp"
#include "remote/lent_report.hpp"
#include "remote/node_options_check.hpp"
#include "scheduling/selected_scheduler.hpp"

namespace troupe {

namespace {

constexpr std::string_view prefix = "TROUPE_";

constexpr auto policy_key = "scheduler.policy";

constexpr auto placement_key = "troupe.scheduler.placement";

using option_name = std::string option_info::*;

} // namespace

std::string to_string(scheduler_policy x) {
  switch (x) {
    case scheduler_policy::troupe:
      return "troupe";
    case scheduler_policy::stealing:
      return "stealing";
    case scheduler_policy::sharing:
      return "sharing";
  }
  return "unknown";
}

/// Collects changes and problems, so that either all changes take effect or
/// none.
class config::draft {
public:
  explicit draft(config& target)
      : target_(target),
        values_{target.node, target.buffer, target.threads(), target.policy(),
                target.placement()},
        origins_(target.origins_) {
    // nop
  }

  void file(const std::string& path) {
    auto entries = read_config_file(path);
    if (!entries)
      return fail(static_cast<errc>(entries.error().code()),
                  describe(entries.error()));
    for (auto& [key, text, line] : *entries)
      set(&option_info::key, key, text,
          line ? fmt::format("{}:{}: {}", path, *line, key)
               : fmt::format("{}: {}", path, key));
  }

  void environment() {
    for (auto i = environ; i != nullptr && *i != nullptr; ++i) {
      std::string_view entry = *i;
      auto name = entry.substr(0, entry.find('='));
      if (name.starts_with(prefix) && name.size() < entry.size())
        set(&option_info::variable, name, entry.substr(name.size() + 1),
            std::string{name});
    }
  }

  /// Sets the option whose `column` is `name`; `origin` is what stands before
  /// the colon in messages.
  void set(option_name column, std::string_view name, std::string_view text,
           std::string origin) {
    for (auto& [info, apply] : table_) {
      if (info.*column != name)
        continue;
      if (auto rejected = apply(values_, text))
        fail(rejected->code, fmt::format("{}: {}", origin, rejected->text));
      else
        origins_.insert_or_assign(info.key, std::move(origin));
      return;
    }
    std::vector<std::string> known;
    for (auto& [info, apply] : table_)
      known.push_back(info.*column);
    auto meant = nearest(name, known);
    fail(errc::unknown_option,
         meant ? fmt::format("{}: no such option, did you mean {}?", origin,
                             *meant)
               : fmt::format("{}: no such option, there are {}", origin,
                             fmt::join(known, ", ")));
  }

  /// Makes the changes if there was no problem.
  caf::error finish() {
    if (first_)
      return make_error(*first_, problems_);
    target_.node = std::move(values_.node);
    target_.buffer = values_.buffer;
    target_.threads(values_.threads);
    target_.policy(values_.policy);
    target_.placement(values_.placement);
    target_.origins_ = std::move(origins_);
    return caf::none;
  }

private:
  void fail(errc code, const std::string& line) {
    problems_ += (first_ ? "\n" : "") + line;
    if (!first_)
      first_ = code;
  }

  config& target_;
  std::vector<option_row> table_ = option_table();
  option_values values_;
  std::map<std::string, std::string, std::less<>> origins_;
  std::optional<errc> first_;
  std::string problems_;
};

/// Where the pool is once somebody wants it.
struct config::pool_place {
  std::once_flag made;
  std::optional<buffer_pool> pool;
};

config::config() : pool_(std::make_shared<pool_place>()) {
  add_message_types<caf::id_block::troupe>();
  add_error_category(errc_category, [](uint8_t code, caf::atom_value category,
                                       const caf::message& context) {
    return describe(caf::error{code, category, context});
  });
  load_network_module(*this);
  load_selected_scheduler(*this);
  threads(usable_cores());
  policy(scheduler_policy::troupe);
  placement(worker_placement::floating);
}

buffer_pool& config::buffers() const {
  std::call_once(pool_->made, [this] { pool_->pool.emplace(buffer); });
  return *pool_->pool;
}

size_t config::threads() const {
  return caf::get_or(content, "scheduler.max-threads", size_t{0});
}

config& config::threads(size_t x) {
  set("scheduler.max-threads", x);
  return *this;
}

scheduler_policy config::policy() const {
  auto name = caf::get_or(content, policy_key, caf::atom(""));
  for (auto x : {scheduler_policy::stealing, scheduler_policy::sharing})
    if (caf::to_string(name) == to_string(x))
      return x;
  return scheduler_policy::troupe;
}

config& config::policy(scheduler_policy x) {
  caf::put(content, policy_key, caf::atom_from_string(to_string(x)));
  return *this;
}

worker_placement config::placement() const {
  return read_scheduler_options(*this).placement;
}

config& config::placement(worker_placement x) {
  caf::put(content, placement_key, to_string(x));
  return *this;
}

caf::error config::load(const std::optional<std::string>& file) {
  draft changes{*this};
  if (file)
    changes.file(*file);
  changes.environment();
  return changes.finish();
}

caf::error config::load_file(const std::string& path) {
  draft changes{*this};
  changes.file(path);
  return changes.finish();
}

caf::error config::load_environment() {
  draft changes{*this};
  changes.environment();
  return changes.finish();
}

caf::error config::set_option(std::string_view key, std::string_view text) {
  draft changes{*this};
  changes.set(&option_info::key, key, text, std::string{key});
  return changes.finish();
}

caf::error config::check() const {
  auto wrong = first_problem(node);
  if (!wrong && (threads() < 1 || threads() > max_threads))
    wrong = field_problem{"scheduler.threads", errc::invalid_option,
                          fmt::format("{} is not in the range from 1 to {}",
                                      threads(), max_threads)};
  if (!wrong)
    return validate(buffer);
  auto origin = origins_.find(wrong->key);
  return make_error(
      wrong->code,
      fmt::format("{}: {}",
                  origin != origins_.end() ? origin->second : wrong->key,
                  wrong->text));
}

std::vector<option_info> config::options() const {
  std::vector<option_info> result;
  for (auto& [info, set] : option_table())
    result.push_back(info);
  return result;
}

} // namespace troupe
