// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <typeinfo>
#include <utility>
#include <vector>

#include "caf/deserializer.hpp"
#include "caf/error.hpp"
#include "caf/execution_unit.hpp"
#include "caf/expected.hpp"
#include "caf/meta/type_name.hpp"
#include "caf/serializer.hpp"

#include "troupe/base/type_ids.hpp"

namespace troupe {

/// A run of values in one message, of a type that only sender and receiver
/// know: several inputs for one worker, or their results.
///
/// Inside a process it shares the sender's vector, nothing is copied. On the
/// way to another process the values are written one by one; their type needs
/// an `inspect`, but need not be registered. A batch that came from elsewhere
/// is decoded when it is looked at, by someone who knows the type.
class task_batch {
public:
  /// Elements of a vector that stays alive.
  template <class T>
  struct view {
    std::shared_ptr<std::vector<T>> all;
    size_t first = 0;
    size_t count = 0;

    decltype(auto) operator[](size_t i) const {
      return std::as_const(*all)[first + i];
    }
  };

  task_batch() = default;

  /// Returns `count` elements of `all`, which nobody may change any more.
  template <class T>
  static task_batch share(std::shared_ptr<std::vector<T>> all, size_t first,
                          size_t count) {
    task_batch x;
    x.write_ = &write_values<T>;
    x.type_ = typeid(T).name();
    x.first_ = first;
    x.count_ = count;
    x.values_ = std::move(all);
    return x;
  }

  size_t size() const noexcept {
    return count_;
  }

  /// Returns the values, or `errc::bad_payload` if they are of another type or
  /// do not decode. `context` finds actors whose handles are among them.
  template <class T>
  caf::expected<view<T>> get(caf::execution_unit* context) const {
    if (auto err = check(typeid(T)))
      return err;
    if (values_)
      return view<T>{std::static_pointer_cast<std::vector<T>>(values_), first_,
                     count_};
    auto result = std::make_shared<std::vector<T>>();
    auto read_one = [&](caf::deserializer& source) -> caf::error {
      T x{};
      if (auto err = source(x))
        return err;
      result->push_back(std::move(x));
      return {};
    };
    if (auto err = decode(context, read_one))
      return err;
    return view<T>{std::move(result), 0, count_};
  }

  friend std::string to_string(const task_batch& x);

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, task_batch& x) {
    auto name = caf::meta::type_name("troupe::task_batch");
    if constexpr (std::is_base_of_v<caf::serializer, Inspector>) {
      auto packed = x;
      if (auto err = packed.encode(f.context()))
        return err;
      return f(name, packed.type_, packed.count_, packed.bytes_);
    } else {
      if constexpr (Inspector::writes_state)
        x = task_batch{};
      return f(name, x.type_, x.count_, x.bytes_);
    }
  }

private:
  using writer = caf::error (*)(caf::serializer&, const task_batch&);

  using reader = std::function<caf::error(caf::deserializer&)>;

  template <class T>
  static caf::error write_values(caf::serializer& sink, const task_batch& x) {
    auto& all = *static_cast<std::vector<T>*>(x.values_.get());
    for (size_t i = 0; i < x.count_; ++i) {
      if constexpr (std::is_same_v<T, bool>) {
        bool value = all[x.first_ + i];
        if (auto err = sink(value))
          return err;
      } else if (auto err = sink(all[x.first_ + i])) {
        return err;
      }
    }
    return {};
  }

  caf::error check(const std::type_info& wanted) const;

  /// Turns shared values into bytes.
  caf::error encode(caf::execution_unit* context);

  caf::error decode(caf::execution_unit* context, const reader& read_one) const;

  writer write_ = nullptr;
  std::string type_;
  uint64_t first_ = 0;
  uint64_t count_ = 0;
  std::shared_ptr<void> values_;
  std::string bytes_;
};

/// @relates task_batch
std::string to_string(const task_batch& x);

} // namespace troupe
