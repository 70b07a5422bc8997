// SPDX-License-Identifier: Apache-2.0

#include "troupe/base/errc.hpp"

#include <utility>

#include "caf/actor_system_config.hpp"
#include "caf/exit_reason.hpp"
#include "caf/message.hpp"
#include "caf/sec.hpp"

#include "troupe/base/exception_reason.hpp"

namespace troupe {

std::string to_string(errc x) {
  switch (x) {
    case errc::invalid_option:
      return "invalid_option";
    case errc::unknown_option:
      return "unknown_option";
    case errc::bad_config_file:
      return "bad_config_file";
    case errc::invalid_address:
      return "invalid_address";
    case errc::bad_input:
      return "bad_input";
    case errc::cannot_write:
      return "cannot_write";
    case errc::address_in_use:
      return "address_in_use";
    case errc::cannot_listen:
      return "cannot_listen";
    case errc::security_required:
      return "security_required";
    case errc::bad_certificate:
      return "bad_certificate";
    case errc::peer_not_trusted:
      return "peer_not_trusted";
    case errc::start_not_allowed:
      return "start_not_allowed";
    case errc::too_many_links:
      return "too_many_links";
    case errc::peer_unreachable:
      return "peer_unreachable";
    case errc::not_a_troupe_peer:
      return "not_a_troupe_peer";
    case errc::version_mismatch:
      return "version_mismatch";
    case errc::type_table_mismatch:
      return "type_table_mismatch";
    case errc::duplicate_node:
      return "duplicate_node";
    case errc::link_lost:
      return "link_lost";
    case errc::link_full:
      return "link_full";
    case errc::message_too_large:
      return "message_too_large";
    case errc::type_not_allowed:
      return "type_not_allowed";
    case errc::bad_payload:
      return "bad_payload";
    case errc::unknown_destination:
      return "unknown_destination";
    case errc::unknown_node:
      return "unknown_node";
    case errc::authority_unreachable:
      return "authority_unreachable";
    case errc::authority_refused:
      return "authority_refused";
    case errc::no_authority:
      return "no_authority";
    case errc::node_leaving:
      return "node_leaving";
    case errc::unknown_actor_type:
      return "unknown_actor_type";
    case errc::unknown_name:
      return "unknown_name";
    case errc::name_taken:
      return "name_taken";
    case errc::directory_full:
      return "directory_full";
    case errc::queue_full:
      return "queue_full";
    case errc::no_workers:
      return "no_workers";
    case errc::unknown_slot:
      return "unknown_slot";
    case errc::worker_lost:
      return "worker_lost";
    case errc::pool_stopped:
      return "pool_stopped";
    case errc::unhandled_exception:
      return "unhandled_exception";
    case errc::start_timeout:
      return "start_timeout";
    case errc::no_supervisor:
      return "no_supervisor";
    case errc::start_ignored:
      return "start_ignored";
    case errc::restarts_exhausted:
      return "restarts_exhausted";
    case errc::missing_child_id:
      return "missing_child_id";
    case errc::duplicate_child_id:
      return "duplicate_child_id";
    case errc::missing_start:
      return "missing_start";
    case errc::bad_restart_type:
      return "bad_restart_type";
    case errc::bad_child_kind:
      return "bad_child_kind";
    case errc::bad_stop_limit:
      return "bad_stop_limit";
    case errc::bad_start_timeout:
      return "bad_start_timeout";
    case errc::bad_backoff:
      return "bad_backoff";
    case errc::bad_significance:
      return "bad_significance";
    case errc::bad_mailbox_policy:
      return "bad_mailbox_policy";
    case errc::bad_in_flight_policy:
      return "bad_in_flight_policy";
    case errc::bad_max_waiting:
      return "bad_max_waiting";
    case errc::bad_hang_limit:
      return "bad_hang_limit";
    case errc::bad_checkpoint_limit:
      return "bad_checkpoint_limit";
    case errc::bad_strategy:
      return "bad_strategy";
    case errc::bad_template:
      return "bad_template";
    case errc::bad_intensity:
      return "bad_intensity";
    case errc::bad_auto_shutdown:
      return "bad_auto_shutdown";
    case errc::bad_kill_timeout:
      return "bad_kill_timeout";
    case errc::bad_watcher:
      return "bad_watcher";
    case errc::bad_quarantine_limit:
      return "bad_quarantine_limit";
    case errc::start_failed:
      return "start_failed";
    case errc::unknown_child:
      return "unknown_child";
    case errc::child_exists:
      return "child_exists";
    case errc::child_running:
      return "child_running";
    case errc::child_not_running:
      return "child_not_running";
    case errc::child_busy:
      return "child_busy";
    case errc::child_stuck:
      return "child_stuck";
    case errc::supervisor_stopping:
      return "supervisor_stopping";
    case errc::not_for_dynamic:
      return "not_for_dynamic";
    case errc::only_for_dynamic:
      return "only_for_dynamic";
    case errc::unknown_message:
      return "unknown_message";
    case errc::quarantined:
      return "quarantined";
    case errc::mailbox_full:
      return "mailbox_full";
    case errc::wrong_token:
      return "wrong_token";
    case errc::no_process_host:
      return "no_process_host";
    case errc::cannot_start_process:
      return "cannot_start_process";
    case errc::worker_not_joined:
      return "worker_not_joined";
    case errc::process_died:
      return "process_died";
    case errc::bad_address_space_limit:
      return "bad_address_space_limit";
    case errc::bad_cpu_limit:
      return "bad_cpu_limit";
    case errc::bad_niceness:
      return "bad_niceness";
    case errc::bad_cores:
      return "bad_cores";
    case errc::bad_open_files_limit:
      return "bad_open_files_limit";
    case errc::bad_program:
      return "bad_program";
    case errc::bad_process_timeout:
      return "bad_process_timeout";
    case errc::bad_prestarted:
      return "bad_prestarted";
    case errc::bad_worker_threads:
      return "bad_worker_threads";
    case errc::action_not_allowed:
      return "action_not_allowed";
    case errc::no_observer:
      return "no_observer";
    case errc::bad_escalation:
      return "bad_escalation";
    case errc::deadline_passed:
      return "deadline_passed";
    case errc::too_many_members:
      return "too_many_members";
    case errc::buffer_too_large:
      return "buffer_too_large";
    case errc::no_buffer_memory:
      return "no_buffer_memory";
    case errc::not_adjacent:
      return "not_adjacent";
    case errc::task_cancelled:
      return "task_cancelled";
    case errc::task_failed:
      return "task_failed";
    case errc::quorum_lost:
      return "quorum_lost";
    case errc::bad_task_option:
      return "bad_task_option";
    case errc::bad_map_option:
      return "bad_map_option";
    case errc::bad_routing:
      return "bad_routing";
    case errc::bad_pool_limit:
      return "bad_pool_limit";
    case errc::bad_pool_time:
      return "bad_pool_time";
    case errc::bad_elastic_size:
      return "bad_elastic_size";
    case errc::bad_hedge:
      return "bad_hedge";
    case errc::bad_recycling:
      return "bad_recycling";
  }
  return "unknown_errc";
}

caf::error make_error(errc x) {
  return {static_cast<uint8_t>(x), errc_category};
}

caf::error make_error(errc x, std::string text) {
  return {static_cast<uint8_t>(x), errc_category,
          caf::make_message(std::move(text))};
}

namespace {

std::string code_name(const caf::error& x) {
  if (x.category() == errc_category)
    return to_string(static_cast<errc>(x.code()));
  if (x.category() == caf::atom("system"))
    return to_string(static_cast<caf::sec>(x.code()));
  if (x.category() == caf::atom("exit"))
    return to_string(static_cast<caf::exit_reason>(x.code()));
  return to_string(x.category()) + " error " + std::to_string(x.code());
}

} // namespace

std::string describe(const caf::error& x) {
  if (!x)
    return "no error";
  auto& context = x.context();
  if (context.match_elements<std::string>() || !exception_type(x).empty())
    return context.get_as<std::string>(0);
  auto result = code_name(x);
  if (!context.empty())
    result += ": " + to_string(context);
  return result;
}

} // namespace troupe
