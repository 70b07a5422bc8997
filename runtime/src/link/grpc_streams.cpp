// SPDX-License-Identifier: Apache-2.0

#include "link/grpc_streams.hpp"

#include <chrono>
#include <utility>

namespace troupe {

// -- server_stream ------------------------------------------------------------

server_stream::server_stream(grpc::CallbackServerContext* context,
                             std::shared_ptr<connection> link,
                             caf::timespan handshake_timeout)
    : context_(context), link_(std::move(link)) {
  handshake_alarm_.Set(
      std::chrono::system_clock::now()
          + std::chrono::duration_cast<std::chrono::system_clock::duration>(
              handshake_timeout),
      [weak = std::weak_ptr{link_}](bool expired) {
        auto strong = weak.lock();
        if (expired && strong)
          strong->handshake_expired();
      });
  link_->opened(this);
  StartRead(&incoming_);
}

void server_stream::write(const wire::Frame* x) {
  StartWrite(x);
}

void server_stream::finish() {
  Finish(grpc::Status::OK);
}

void server_stream::abort() {
  context_->TryCancel();
}

void server_stream::OnReadDone(bool ok) {
  if (!ok) {
    link_->read_ended();
    return;
  }
  link_->received(incoming_);
  incoming_.Clear();
  StartRead(&incoming_);
}

void server_stream::OnWriteDone(bool) {
  link_->written();
}

void server_stream::OnCancel() {
  link_->read_ended();
}

void server_stream::OnDone() {
  link_->closed("");
  delete this;
}

// -- client_stream ------------------------------------------------------------

void client_stream::start(std::shared_ptr<grpc::Channel> channel,
                          std::shared_ptr<connection> link) {
  auto self = new client_stream(std::move(channel), std::move(link));
  self->stub_->async()->Open(&self->context_, self);
  // Released by finish(): writes come from any thread until then.
  self->AddHold();
  self->link_->opened(self);
  self->StartRead(&self->incoming_);
  self->StartCall();
}

client_stream::client_stream(std::shared_ptr<grpc::Channel> channel,
                             std::shared_ptr<connection> link)
    : channel_(std::move(channel)),
      stub_(wire::Link::NewStub(channel_)),
      link_(std::move(link)) {
  // nop
}

void client_stream::write(const wire::Frame* x) {
  StartWrite(x);
}

void client_stream::finish() {
  StartWritesDone();
  RemoveHold();
}

void client_stream::abort() {
  context_.TryCancel();
}

void client_stream::OnReadDone(bool ok) {
  if (!ok) {
    link_->read_ended();
    return;
  }
  link_->received(incoming_);
  incoming_.Clear();
  StartRead(&incoming_);
}

void client_stream::OnWriteDone(bool) {
  link_->written();
}

void client_stream::OnDone(const grpc::Status& status) {
  link_->closed(status.ok() ? "" : status.error_message());
  delete this;
}

} // namespace troupe
