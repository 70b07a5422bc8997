// SPDX-License-Identifier: Apache-2.0

#include "link/grpc_streams.hpp"

#include <chrono>
#include <utility>

#include "troupe/base/errc.hpp"

#include "link/credentials.hpp"
#include "link/hub.hpp"
#include "link/link_log.hpp"

namespace troupe {

namespace {

constexpr auto method = "/troupe.wire.v1.Link/Open";

void release(void* owner) {
  delete static_cast<slice*>(owner);
}

/// Hands slices to gRPC without copying what they hold.
grpc::ByteBuffer to_buffer(std::vector<slice> frame) {
  std::vector<grpc::Slice> slices;
  slices.reserve(frame.size());
  for (auto& x : frame) {
    auto data = const_cast<char*>(x.data);
    auto size = x.size;
    slices.emplace_back(data, size, release, new slice(std::move(x)));
  }
  return {slices.data(), slices.size()};
}

grpc::WriteOptions options_for(write_hint hint) {
  grpc::WriteOptions result;
  if (hint == write_hint::more_to_come)
    result.set_buffer_hint();
  return result;
}

} // namespace

// -- grpc_stream --------------------------------------------------------------

grpc_stream::grpc_stream(std::shared_ptr<connection> link,
                         grpc::CompletionQueue& queue)
    : link_(std::move(link)),
      queue_(queue),
      tags_{{this, operation::open},   {this, operation::read},
            {this, operation::write},  {this, operation::writes_done},
            {this, operation::finish}, {this, operation::alarm}} {
  // nop
}

void* grpc_stream::tag_of(operation what) noexcept {
  return &tags_[static_cast<int>(what) - 1];
}

void* grpc_stream::begin(operation what) {
  under_way_.fetch_add(1);
  return tag_of(what);
}

void grpc_stream::hold() {
  under_way_.fetch_add(1);
}

void grpc_stream::completed(operation what, bool ok) {
  switch (what) {
    case operation::open:
      completed_open(ok);
      break;
    case operation::read:
      completed_read(ok);
      break;
    case operation::write:
      link_->written();
      break;
    case operation::writes_done:
      break;
    case operation::finish:
      finished_ = true;
      alarm_.Cancel();
      link_->closed(end_reason());
      break;
    case operation::alarm:
      completed_alarm(ok);
      break;
  }
  // After `finish` nothing new is started, so that the last one can tell.
  if (under_way_.fetch_sub(1) == 1 && finished_)
    delete this;
}

void grpc_stream::completed_read(bool ok) {
  if (!ok) {
    completed_read_end();
    return;
  }
  std::vector<grpc::Slice> slices;
  // What does not come apart is an empty frame, and breaks the protocol.
  static_cast<void>(incoming_.Dump(&slices).ok());
  std::vector<std::string_view> frame;
  frame.reserve(slices.size());
  for (auto& x : slices)
    frame.emplace_back(reinterpret_cast<const char*>(x.begin()), x.size());
  link_->received(std::move(frame));
  incoming_.Clear();
  start_read();
}

void grpc_stream::start_ticking() {
  using clock = std::chrono::system_clock;
  auto pause =
      std::chrono::duration_cast<clock::duration>(link_->tick_interval());
  alarm_.Set(&queue_, clock::now() + pause, begin(operation::alarm));
}

void grpc_stream::completed_alarm(bool ok) {
  if (!ok || finished_)
    return;
  link_->tick(connection::time_point::clock::now());
  start_ticking();
}

// -- server_stream ------------------------------------------------------------

void server_stream::await(std::shared_ptr<hub> owner, link_service& service,
                          grpc::ServerCompletionQueue& queue) {
  auto self = new server_stream(std::move(owner), service, queue);
  service.RequestOpen(&self->context_, &self->stream_, &queue, &queue,
                      self->begin(operation::open));
}

server_stream::server_stream(std::shared_ptr<hub> owner, link_service& service,
                             grpc::ServerCompletionQueue& queue)
    : grpc_stream(std::make_shared<connection>(owner), queue),
      hub_(std::move(owner)),
      service_(service),
      calls_(queue) {
  // nop
}

void server_stream::completed_open(bool ok) {
  if (!ok) {
    dismissed(); // the server stops
    return;
  }
  await(hub_, service_, calls_);
  link_->opening(this);
  link_->ready();
  if (hub_->is_crowded())
    refuse_one_more();
  start_ticking();
  start_read();
}

void server_stream::refuse_one_more() {
  auto why = make_error(errc::too_many_links, "too many links are open");
  log_link_line(describe(why));
  link_->abort(std::move(why));
}

void server_stream::start_read() {
  stream_.Read(&incoming_, begin(operation::read));
}

void server_stream::completed_read_end() {
  link_->read_ended();
}

void server_stream::write(std::vector<slice> frame, write_hint hint) {
  stream_.Write(to_buffer(std::move(frame)), options_for(hint),
                tag_of(operation::write));
}

void server_stream::finish() {
  stream_.Finish(grpc::Status::OK, begin(operation::finish));
}

void server_stream::abort() {
  context_.TryCancel();
}

std::vector<std::string> server_stream::certified_names() const {
  return troupe::certified_names(*context_.auth_context());
}

std::string server_stream::end_reason() {
  return {};
}

// -- client_stream ------------------------------------------------------------

void client_stream::start(std::shared_ptr<grpc::Channel> channel,
                          grpc::CompletionQueue& queue,
                          std::shared_ptr<connection> link) {
  auto self = new client_stream(std::move(channel), queue, std::move(link));
  self->link_->opening(self);
  self->stream_->StartCall(self->begin(operation::open));
}

client_stream::client_stream(std::shared_ptr<grpc::Channel> channel,
                             grpc::CompletionQueue& queue,
                             std::shared_ptr<connection> link)
    : grpc_stream(std::move(link), queue),
      stub_(std::move(channel)),
      stream_(stub_.PrepareCall(&context_, method, &queue)) {
  // nop
}

void client_stream::completed_open(bool ok) {
  if (ok) {
    link_->ready();
    start_ticking();
    start_read();
  } else {
    completed_read_end();
  }
}

void client_stream::start_read() {
  stream_->Read(&incoming_, begin(operation::read));
}

void client_stream::completed_read_end() {
  link_->read_ended();
  // Only now, with nothing left to read, is the status final.
  stream_->Finish(&status_, begin(operation::finish));
}

void client_stream::write(std::vector<slice> frame, write_hint hint) {
  stream_->Write(to_buffer(std::move(frame)), options_for(hint),
                 tag_of(operation::write));
}

void client_stream::finish() {
  stream_->WritesDone(begin(operation::writes_done));
}

void client_stream::abort() {
  context_.TryCancel();
}

std::vector<std::string> client_stream::certified_names() const {
  return troupe::certified_names(*context_.auth_context());
}

std::string client_stream::end_reason() {
  return status_.ok() ? "" : status_.error_message();
}

} // namespace troupe
