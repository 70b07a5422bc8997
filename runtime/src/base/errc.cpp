// SPDX-License-Identifier: Apache-2.0

#include "troupe/base/errc.hpp"

#include <utility>

#include "caf/actor_system_config.hpp"
#include "caf/exit_reason.hpp"
#include "caf/message.hpp"
#include "caf/sec.hpp"

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
    case errc::restarts_exhausted:
      return "restarts_exhausted";
    case errc::mailbox_full:
      return "mailbox_full";
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
  if (context.match_elements<std::string>())
    return context.get_as<std::string>(0);
  auto result = code_name(x);
  if (!context.empty())
    result += ": " + to_string(context);
  return result;
}

} // namespace troupe
