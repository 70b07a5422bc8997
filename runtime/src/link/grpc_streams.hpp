// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <grpcpp/alarm.h>
#include <grpcpp/grpcpp.h>

#include "caf/timespan.hpp"

#include "link/connection.hpp"
#include "link/link.grpc.pb.h"

namespace troupe {

/// The accepting side of a stream. Deletes itself when the stream has ended.
class server_stream final
    : public grpc::ServerBidiReactor<wire::Frame, wire::Frame>,
      public transport {
public:
  server_stream(grpc::CallbackServerContext* context,
                std::shared_ptr<connection> link,
                caf::timespan handshake_timeout);

  void write(const wire::Frame* x) override;
  void finish() override;
  void abort() override;

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

private:
  grpc::CallbackServerContext* context_;
  std::shared_ptr<connection> link_;
  grpc::Alarm handshake_alarm_;
  wire::Frame incoming_;
};

/// The dialling side of a stream. Deletes itself when the stream has ended.
class client_stream final
    : public grpc::ClientBidiReactor<wire::Frame, wire::Frame>,
      public transport {
public:
  /// Starts the call.
  static void start(std::shared_ptr<grpc::Channel> channel,
                    std::shared_ptr<connection> link);

  void write(const wire::Frame* x) override;
  void finish() override;
  void abort() override;

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

private:
  client_stream(std::shared_ptr<grpc::Channel> channel,
                std::shared_ptr<connection> link);

  // Destroyed after the context, which refers to it.
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<wire::Link::Stub> stub_;
  grpc::ClientContext context_;
  std::shared_ptr<connection> link_;
  wire::Frame incoming_;
};

} // namespace troupe
