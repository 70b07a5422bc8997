// SPDX-License-Identifier: Apache-2.0

#include "web/http_flags.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

namespace web {

namespace {

using app::early_exit;
using app::exit_code;

constexpr size_t max_token_bytes = 1'024;

} // namespace

http_flags::http_flags(CLI::App& line, const std::string& name,
                       const std::string& prefix, server_options& result)
    : result_(result), prefix_(prefix) {
  listen_ = line.add_option(name, result.listen,
                            "Answer HTTP requests on this address; port 0 "
                            "picks one. Other addresses than loopback need "
                            "TLS and a token")
                ->type_name("ADDR:PORT");
  line.add_option(prefix + "certificate", certificate_,
                  "PEM file with the server's certificate, for TLS")
      ->type_name("FILE");
  line.add_option(prefix + "key", key_, "PEM file with the certificate's key")
      ->type_name("FILE");
  line.add_option(prefix + "token-file", token_file_,
                  "File with the token that clients must show as "
                  "\"Authorization: Bearer TOKEN\"")
      ->type_name("FILE");
}

std::optional<early_exit>
http_flags::finish(std::optional<server_options>& to) {
  if (listen_->count() == 0) {
    if (certificate_ || key_ || token_file_)
      return early_exit{
          exit_code::usage,
          fmt::format("{}... goes with {}", prefix_, listen_->get_name())};
    return std::nullopt;
  }
  auto result = finish();
  if (!result)
    to = result_;
  return result;
}

std::optional<early_exit> http_flags::finish() {
  if (certificate_.has_value() != key_.has_value())
    return early_exit{
        exit_code::usage,
        fmt::format("{0}certificate and {0}key go together", prefix_)};
  if (certificate_)
    result_.tls = server_tls{*certificate_, *key_};
  if (token_file_) {
    errno = 0;
    std::ifstream file{*token_file_};
    std::string token;
    std::getline(file, token);
    if (!file && token.empty())
      return early_exit{
          exit_code::usage,
          fmt::format("{}token-file {}: {}", prefix_, *token_file_,
                      errno != 0 ? std::strerror(errno) : "is empty")};
    if (token.size() > max_token_bytes)
      return early_exit{exit_code::usage,
                        fmt::format("{}token-file {}: has {} bytes, must be at "
                                    "most {}",
                                    prefix_, *token_file_, token.size(),
                                    max_token_bytes)};
    result_.token = std::move(token);
  }
  if (auto problem = validate(result_))
    return early_exit{exit_code::usage, troupe::describe(problem)};
  return std::nullopt;
}

} // namespace web
