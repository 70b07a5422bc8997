// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <grpcpp/grpcpp.h>

#include "caf/actor_system.hpp"
#include "caf/node_id.hpp"

#include "troupe/config.hpp"

#include "link/identity.hpp"
#include "link/link.grpc.pb.h"
#include "link/record.hpp"
#include "link/wire.hpp"

namespace troupe::test {

/// A program that speaks the wire's protocol, as far as a test wants it to.
class stranger {
public:
  explicit stranger(const std::string& address)
      : stub_(wire::Link::NewStub(channel_to(address))) {
    // Nothing lasts longer than a test.
    context_.set_deadline(std::chrono::system_clock::now()
                          + std::chrono::seconds{20});
    stream_ = stub_->Open(&context_);
  }

  ~stranger() {
    context_.TryCancel();
    stream_->Finish();
  }

  /// Returns a greeting that is good as it is.
  static wire::Greeting greeting(const std::string& name = "stranger") {
    config cfg;
    caf::actor_system system{cfg};
    return to_greeting({.name = name,
                        .id = system.node(),
                        .workers = 1,
                        .max_message_bytes = uint64_t{1} << 30,
                        .type_table = type_table_hash(cfg),
                        .services = {}});
  }

  void hello(const wire::Greeting& x) {
    wire::Frame frame;
    *frame.mutable_hello() = x;
    send(frame);
  }

  void send(const wire::Frame& x) {
    stream_->Write(x);
  }

  /// Sends a packed frame of this content.
  void send_packed(std::string bytes) {
    wire::Frame frame;
    frame.set_packed(std::move(bytes));
    send(frame);
  }

  /// As `send_packed`.
  /// @returns whether the stream is still open.
  bool try_send_packed(std::string bytes) {
    wire::Frame frame;
    frame.set_packed(std::move(bytes));
    return stream_->Write(frame);
  }

  /// Sends records, and chunks behind them, as the next frame.
  template <class... Ts>
  void send_records(const std::string& chunks, const Ts&... xs) {
    std::string records;
    (write_record(records, xs), ...);
    std::string bytes;
    write_frame_header(bytes, {++sequence_, 0, records.size()});
    send_packed(bytes + records + chunks);
  }

  /// Returns the next frame, or nothing if the stream has ended.
  std::optional<wire::Frame> read() {
    wire::Frame result;
    if (!stream_->Read(&result))
      return std::nullopt;
    return result;
  }

  /// Greets and is welcomed.
  /// @returns the peer's id of the service "doubler".
  uint64_t join(const std::string& name = "stranger") {
    hello(greeting(name));
    auto reply = read();
    if (!reply || !reply->has_welcome())
      return 0;
    return reply->welcome().services().at("doubler");
  }

  /// Reads on to the end of the stream.
  /// @returns whether it has ended before the test's time was over.
  bool cut_off() {
    while (read())
      ; // whatever it is
    return context_.deadline() > std::chrono::system_clock::now();
  }

  /// A message, without its content.
  struct seen_message {
    uint64_t message_id;
    uint64_t from;
  };

  /// Reads on to the next message for the actor `to`.
  std::optional<seen_message> read_message(uint64_t to);

  /// Reads on to the notice that the peer's actor `from` is gone.
  std::optional<caf::error> read_down(uint64_t from);

  /// Waits until all is handled that was sent.
  /// @param own An id that nothing else is sent to.
  bool sync(uint64_t own = 99);

  /// Reads on to the next message for the actor `to`, and unpacks the error
  /// that it consists of.
  std::optional<caf::error> read_error(uint64_t to);

private:
  /// Each stranger has a connection of its own.
  static std::shared_ptr<grpc::Channel> channel_to(const std::string& address) {
    grpc::ChannelArguments args;
    args.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel(address,
                                     grpc::InsecureChannelCredentials(), args);
  }

  template <class Record, class Predicate>
  std::optional<Record> read_record_of(Predicate wanted);

  /// What the last record that was read points to.
  std::string last_packed_;
  std::unique_ptr<wire::Link::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<wire::Frame, wire::Frame>> stream_;
  uint64_t sequence_ = 0;
};

} // namespace troupe::test
