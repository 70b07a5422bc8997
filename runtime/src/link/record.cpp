// SPDX-License-Identifier: Apache-2.0

#include "link/record.hpp"

namespace troupe {

namespace {

enum class kind : uint8_t {
  schema = 1,
  message,
  monitor,
  down,
  exit,
  chunk,
};

/// What a message has beside the fields that all have.
enum message_flag : uint8_t {
  has_sender = 1,
  has_stages = 2,
  has_blocks = 4,
  has_deadline = 8,
  has_trace = 16,
  all_flags = 31,
};

void write_actor(byte_writer& out, const actor_ref& x) {
  out.varint(x.id);
  if (x.id == 0)
    return;
  out.text(x.node);
  out.raw(x.ticket);
}

actor_ref read_actor(byte_reader& in) {
  actor_ref result{.id = in.varint()};
  if (result.id == 0)
    return result;
  result.node = in.text();
  result.ticket = in.raw<uint64_t>();
  return result;
}

bool read_message(byte_reader& in, message_record& x) {
  auto flags = in.raw<uint8_t>();
  if ((flags & ~all_flags) != 0)
    return false;
  x.to = in.varint();
  x.message_id = in.raw<uint64_t>();
  if ((flags & has_sender) != 0)
    x.from = read_actor(in);
  if ((flags & has_stages) != 0) {
    auto count = in.varint();
    if (count > max_stages)
      return false;
    for (uint64_t i = 0; i < count; ++i)
      x.stages.push_back(read_actor(in));
  }
  if ((flags & has_blocks) != 0) {
    x.transfer = in.varint();
    x.block_bytes = in.varint();
    if (x.block_bytes == 0)
      return false;
  }
  if ((flags & has_deadline) != 0)
    x.deadline_us = in.varint();
  if ((flags & has_trace) != 0) {
    auto& trace = x.trace.emplace();
    trace.trace_high = in.raw<uint64_t>();
    trace.trace_low = in.raw<uint64_t>();
    trace.span = in.raw<uint64_t>();
  }
  x.schema = static_cast<uint32_t>(in.varint());
  x.head = in.text();
  return true;
}

} // namespace

void write_record(std::string& out, const schema_record& x) {
  byte_writer to{out};
  to.raw(kind::schema);
  to.varint(x.number);
  to.text(x.names);
}

void write_record(std::string& out, const message_record& x) {
  byte_writer to{out};
  auto flags = 0;
  if (x.from.id != 0)
    flags |= has_sender;
  if (!x.stages.empty())
    flags |= has_stages;
  if (x.block_bytes != 0)
    flags |= has_blocks;
  if (x.deadline_us)
    flags |= has_deadline;
  if (x.trace)
    flags |= has_trace;
  to.raw(kind::message);
  to.raw(static_cast<uint8_t>(flags));
  to.varint(x.to);
  to.raw(x.message_id);
  if (x.from.id != 0)
    write_actor(to, x.from);
  if (!x.stages.empty()) {
    to.varint(x.stages.size());
    for (auto& stage : x.stages)
      write_actor(to, stage);
  }
  if (x.block_bytes != 0) {
    to.varint(x.transfer);
    to.varint(x.block_bytes);
  }
  if (x.deadline_us)
    to.varint(*x.deadline_us);
  if (x.trace) {
    to.raw(x.trace->trace_high);
    to.raw(x.trace->trace_low);
    to.raw(x.trace->span);
  }
  to.varint(x.schema);
  to.text(x.head);
}

void write_record(std::string& out, const monitor_record& x) {
  byte_writer to{out};
  to.raw(kind::monitor);
  to.varint(x.to);
  to.raw(x.ticket);
}

void write_record(std::string& out, const down_record& x) {
  byte_writer to{out};
  to.raw(kind::down);
  to.varint(x.from);
  to.text(x.reason);
}

void write_record(std::string& out, const exit_record& x) {
  byte_writer to{out};
  to.raw(kind::exit);
  to.varint(x.to);
  write_actor(to, x.from);
  to.text(x.reason);
}

void write_record(std::string& out, const chunk_record& x) {
  byte_writer to{out};
  to.raw(kind::chunk);
  to.varint(x.transfer);
  to.varint(x.size);
}

bool read_record(byte_reader& in, any_record& result) {
  switch (in.raw<kind>()) {
    case kind::schema: {
      auto number = in.varint();
      result = schema_record{static_cast<uint32_t>(number), in.text()};
      return in.ok() && number <= UINT32_MAX;
    }
    case kind::message:
      return read_message(in, result.emplace<message_record>()) && in.ok();
    case kind::monitor: {
      auto to = in.varint();
      result = monitor_record{to, in.raw<uint64_t>()};
      return in.ok();
    }
    case kind::down: {
      auto from = in.varint();
      result = down_record{from, in.text()};
      return in.ok();
    }
    case kind::exit: {
      auto to = in.varint();
      auto from = read_actor(in);
      result = exit_record{to, from, in.text()};
      return in.ok();
    }
    case kind::chunk: {
      auto transfer = in.varint();
      result = chunk_record{transfer, in.varint()};
      return in.ok();
    }
  }
  return false;
}

void write_frame_header(std::string& out, const frame_header& x) {
  byte_writer to{out};
  to.varint(x.sequence);
  to.varint(x.received);
  to.varint(x.time_us);
  to.varint(x.record_bytes);
}

frame_header read_frame_header(byte_reader& in) {
  frame_header result;
  result.sequence = in.varint();
  result.received = in.varint();
  result.time_us = in.varint();
  result.record_bytes = in.varint();
  return result;
}

} // namespace troupe
