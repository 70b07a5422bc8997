// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <memory>

#include <grpcpp/alarm.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include "link/connection.hpp"
#include "link/link.grpc.pb.h"

namespace troupe {

/// The service with frames as bytes: what is in a packed one is not protobuf's
/// to copy.
using link_service = wire::Link::WithRawMethod_Open<wire::Link::Service>;

/// A stream that runs on a completion queue. Deletes itself when it has ended
/// and nothing that it started is under way.
class grpc_stream : public transport {
public:
  /// What may be under way; the queue returns the tag of what is completed.
  enum class operation : uint8_t {
    open = 1,
    read,
    write,
    writes_done,
    finish,
    alarm
  };

  struct tag {
    grpc_stream* self;
    operation what;
  };

  /// Handles the completion of one operation. Called from the thread that runs
  /// the queue.
  void completed(operation what, bool ok);

  void hold() override;

protected:
  grpc_stream(std::shared_ptr<connection> link, grpc::CompletionQueue& queue);

  /// Returns the tag of an operation that is booked.
  void* tag_of(operation what) noexcept;

  /// Books an operation and returns its tag.
  void* begin(operation what);

  /// Has the connection's `tick` called from now on.
  void start_ticking();

  /// The stream will never be opened.
  void dismissed() {
    finished_ = true;
  }

  virtual void completed_open(bool ok) = 0;
  virtual void start_read() = 0;
  virtual void completed_read_end() = 0;

  /// Returns the reason of the end.
  virtual std::string end_reason() = 0;

  std::shared_ptr<connection> link_;
  grpc::ByteBuffer incoming_;

private:
  void completed_read(bool ok);
  void completed_alarm(bool ok);

  grpc::CompletionQueue& queue_;
  grpc::Alarm alarm_;
  tag tags_[6];
  std::atomic<int> under_way_ = 0;
  bool finished_ = false;
};

/// The accepting side of a stream.
class server_stream final : public grpc_stream {
public:
  /// Waits for the next stream that a peer opens.
  static void await(std::shared_ptr<hub> owner, link_service& service,
                    grpc::ServerCompletionQueue& queue);

  void write(std::vector<slice> frame, write_hint hint) override;
  void finish() override;
  void abort() override;
  std::vector<std::string> certified_names() const override;

private:
  server_stream(std::shared_ptr<hub> owner, link_service& service,
                grpc::ServerCompletionQueue& queue);

  void completed_open(bool ok) override;
  void start_read() override;
  void completed_read_end() override;
  std::string end_reason() override;
  void refuse_one_more();

  std::shared_ptr<hub> hub_;
  link_service& service_;
  grpc::ServerCompletionQueue& calls_;
  grpc::ServerContext context_;
  grpc::ServerAsyncReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer> stream_{
      &context_};
};

/// The dialling side of a stream.
class client_stream final : public grpc_stream {
public:
  /// Starts the call.
  static void start(std::shared_ptr<grpc::Channel> channel,
                    grpc::CompletionQueue& queue,
                    std::shared_ptr<connection> link);

  void write(std::vector<slice> frame, write_hint hint) override;
  void finish() override;
  void abort() override;
  std::vector<std::string> certified_names() const override;

private:
  client_stream(std::shared_ptr<grpc::Channel> channel,
                grpc::CompletionQueue& queue, std::shared_ptr<connection> link);

  void completed_open(bool ok) override;
  void start_read() override;
  void completed_read_end() override;
  std::string end_reason() override;

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
  grpc::Status status_;
};

} // namespace troupe
