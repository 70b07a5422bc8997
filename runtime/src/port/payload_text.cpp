// SPDX-License-Identifier: Apache-2.0

#include "port/payload_text.hpp"

#include <cstddef>
#include <cstdint>
#include <typeinfo>

#include "caf/atom.hpp"
#include "caf/detail/pretty_type_name.hpp"
#include "caf/error.hpp"
#include "caf/sec.hpp"
#include "caf/serializer.hpp"
#include "caf/type_nr.hpp"

namespace troupe::port {

namespace {

constexpr size_t max_characters = 500;

constexpr size_t max_element_bytes = 4096;

/// What CAF says about a type that it cannot render.
const std::string unprintable = "<unprintable>";

/// Writes nothing, and fails at what is too long.
class size_limit final : public caf::serializer {
public:
  bool exceeded() const noexcept {
    return bytes_ > max_element_bytes;
  }

  caf::error begin_object(uint16_t&, std::string&) override {
    return caf::none;
  }

  caf::error end_object() override {
    return caf::none;
  }

  caf::error begin_sequence(size_t&) override {
    return caf::none;
  }

  caf::error end_sequence() override {
    return caf::none;
  }

  caf::error apply_raw(size_t n, void*) override {
    return add(n);
  }

protected:
  caf::error apply_impl(int8_t& x) override {
    return add(sizeof(x));
  }

  caf::error apply_impl(uint8_t& x) override {
    return add(sizeof(x));
  }

  caf::error apply_impl(int16_t& x) override {
    return add(sizeof(x));
  }

  caf::error apply_impl(uint16_t& x) override {
    return add(sizeof(x));
  }

  caf::error apply_impl(int32_t& x) override {
    return add(sizeof(x));
  }

  caf::error apply_impl(uint32_t& x) override {
    return add(sizeof(x));
  }

  caf::error apply_impl(int64_t& x) override {
    return add(sizeof(x));
  }

  caf::error apply_impl(uint64_t& x) override {
    return add(sizeof(x));
  }

  caf::error apply_impl(float& x) override {
    return add(sizeof(x));
  }

  caf::error apply_impl(double& x) override {
    return add(sizeof(x));
  }

  caf::error apply_impl(long double& x) override {
    return add(sizeof(x));
  }

  caf::error apply_impl(std::string& x) override {
    return add(x.size());
  }

  caf::error apply_impl(std::u16string& x) override {
    return add(2 * x.size());
  }

  caf::error apply_impl(std::u32string& x) override {
    return add(4 * x.size());
  }

private:
  caf::error add(size_t n) {
    bytes_ += n;
    return exceeded() ? caf::make_error(caf::sec::end_of_stream) : caf::none;
  }

  size_t bytes_ = 0;
};

std::string type_name(const caf::message& x, size_t i) {
  auto [nr, info] = x.type(i);
  return nr != 0 ? caf::numbered_type_names[nr - 1]
                 : caf::detail::pretty_type_name(*info);
}

std::string element_text(const caf::message& x, size_t i) {
  try {
    // An error says that the element is too long, or nothing about its length,
    // as with a handle of an actor.
    size_limit size;
    static_cast<void>(x.save(i, size));
    auto text = size.exceeded() ? unprintable : x.stringify(i);
    if (text != unprintable)
      return text;
  } catch (...) {
    // Neither bytes nor text; its type must do.
  }
  return "<" + type_name(x, i) + ">";
}

} // namespace

std::string payload_text(const caf::message& x) {
  std::string result = "(";
  for (size_t i = 0; i < x.size() && result.size() < max_characters; ++i) {
    if (i > 0)
      result += ", ";
    result += element_text(x, i);
  }
  if (result.size() < max_characters)
    return result += ")";
  result.resize(max_characters);
  return result += "...";
}

std::string first_type_text(const caf::message& x) {
  if (x.empty())
    return {};
  return x.match_element<caf::atom_value>(0)
             ? to_string(x.get_as<caf::atom_value>(0))
             : type_name(x, 0);
}

} // namespace troupe::port
