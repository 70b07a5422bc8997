// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "caf/actor.hpp"
#include "caf/actor_system.hpp"
#include "caf/deep_to_string.hpp"
#include "caf/error.hpp"
#include "caf/execution_unit.hpp"
#include "caf/make_message.hpp"
#include "caf/message.hpp"
#include "caf/sec.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/pool/batch_result.hpp"
#include "troupe/pool/map_options.hpp"

namespace troupe::detail {

/// The inputs and results of a `map`, for those who need not know their types.
class map_items {
public:
  virtual ~map_items();

  virtual size_t size() const = 0;

  /// Returns input `i` behind `options`, as a message to a pool.
  virtual caf::message single(task_options options, size_t i) const = 0;

  virtual task_batch batch(size_t first, size_t count) const = 0;

  /// Returns input `i` for people.
  virtual std::string text(size_t i) const = 0;

  /// Takes the result of input `i` out of a reply, or says why it is none.
  virtual caf::error take_single(size_t i, caf::message& reply) = 0;

  /// Takes the results of `count` inputs.
  virtual caf::error take_batch(size_t first, size_t count, batch_result& reply,
                                caf::execution_unit* context) = 0;

  /// Returns copies of results as `(part_atom, first, std::vector<R>)`.
  virtual caf::message part(size_t first, size_t count) const = 0;

  /// Returns the answer to the whole.
  virtual caf::message finish(std::vector<task_failure> failures) = 0;
};

/// Whether the first failed task ends it all.
enum class map_mode : uint8_t { first_failure = 1, all_failures };

/// Starts an actor that maps `items` once it is sent `(get_atom)`, and answers
/// that with `items.finish()` or an error. It gives up when whoever asked ends.
caf::actor start_map(caf::actor_system& sys, const caf::actor& pool,
                     std::shared_ptr<map_items> items, map_mode mode,
                     map_options options);

/// Inputs of type `T` with results of type `R`, which may be `void`. `finish`
/// makes the answer out of results and failures.
template <class T, class R, class Finish>
class map_data final : public map_items {
public:
  static constexpr auto gives_nothing = std::is_void_v<R>;

  using stored = std::conditional_t<gives_nothing, char, R>;

  map_data(std::vector<T> inputs, Finish finish)
      : inputs_(std::make_shared<std::vector<T>>(std::move(inputs))),
        results_(gives_nothing ? 0 : inputs_->size()),
        finish_(std::move(finish)) {
    // nop
  }

  size_t size() const override {
    return inputs_->size();
  }

  caf::message single(task_options options, size_t i) const override {
    return caf::make_message(std::move(options), T{(*inputs_)[i]});
  }

  task_batch batch(size_t first, size_t count) const override {
    return task_batch::share(inputs_, first, count);
  }

  std::string text(size_t i) const override {
    return caf::deep_to_string(T{(*inputs_)[i]});
  }

  caf::error take_single(size_t i, caf::message& reply) override {
    if constexpr (!gives_nothing) {
      if (!reply.match_elements<R>())
        return make_error(errc::task_failed,
                          "the worker replied " + to_string(reply));
      results_[i] = reply.get_as<R>(0);
    }
    return {};
  }

  caf::error take_batch(size_t first, size_t count, batch_result& reply,
                        caf::execution_unit* context) override {
    if constexpr (!gives_nothing) {
      auto xs = reply.values.get<R>(context);
      if (!xs)
        return std::move(xs.error());
      if (xs->count != count)
        return make_error(errc::bad_payload,
                          "a batch has not as many results as inputs");
      for (size_t i = 0; i < count; ++i)
        results_[first + i] = (*xs)[i];
    }
    return {};
  }

  caf::message part(size_t first, size_t count) const override {
    auto number = static_cast<uint64_t>(first);
    if constexpr (gives_nothing) {
      return caf::make_message(part_atom_v, number,
                               static_cast<uint64_t>(count));
    } else {
      auto begin = results_.begin() + static_cast<std::ptrdiff_t>(first);
      auto end = begin + static_cast<std::ptrdiff_t>(count);
      return caf::make_message(part_atom_v, number, std::vector<R>(begin, end));
    }
  }

  caf::message finish(std::vector<task_failure> failures) override {
    return finish_(std::move(results_), std::move(failures));
  }

private:
  std::shared_ptr<std::vector<T>> inputs_;
  std::vector<stored> results_;
  Finish finish_;
};

} // namespace troupe::detail
