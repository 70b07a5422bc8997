// SPDX-License-Identifier: Apache-2.0

#include "link/pem.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "troupe/base/errc.hpp"

namespace troupe::pem {

namespace {

constexpr size_t max_file_bytes = size_t{1} << 20;

using bio_ptr = std::unique_ptr<BIO, deleter<BIO_free_all>>;
using names_ptr = std::unique_ptr<GENERAL_NAMES, deleter<GENERAL_NAMES_free>>;

caf::error fail(std::string why) {
  ERR_clear_error();
  return make_error(errc::bad_certificate, std::move(why));
}

struct file_closer {
  void operator()(FILE* x) const noexcept {
    fclose(x);
  }
};

caf::expected<std::string> read_file(const std::string& path) {
  std::unique_ptr<FILE, file_closer> file{fopen(path.c_str(), "rbe")};
  if (!file)
    return fail(std::string{"cannot be read: "} + std::strerror(errno));
  std::string result(max_file_bytes + 1, '\0');
  auto size = fread(result.data(), 1, result.size(), file.get());
  if (ferror(file.get()) != 0)
    return fail(std::string{"cannot be read: "} + std::strerror(errno));
  if (size > max_file_bytes)
    return fail("is larger than 1 MiB");
  result.resize(size);
  return result;
}

bio_ptr open(const std::string& text) {
  return bio_ptr{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

/// Nobody is there to be asked for a pass phrase.
int no_pass_phrase(char*, int, int, void*) {
  return -1;
}

std::string text_of(const ASN1_STRING* x) {
  auto data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(x));
  return {data, static_cast<size_t>(ASN1_STRING_length(x))};
}

} // namespace

caf::expected<std::vector<certificate_ptr>>
read_certificates(const std::string& path) {
  auto text = read_file(path);
  if (!text)
    return std::move(text.error());
  std::vector<certificate_ptr> result;
  auto in = open(*text);
  while (auto x = PEM_read_bio_X509(in.get(), nullptr, no_pass_phrase, nullptr))
    result.emplace_back(x);
  ERR_clear_error();
  if (result.empty())
    return fail("holds no certificate in PEM format");
  return result;
}

caf::expected<key_ptr> read_key(const std::string& path) {
  auto text = read_file(path);
  if (!text)
    return std::move(text.error());
  auto in = open(*text);
  key_ptr result{
      PEM_read_bio_PrivateKey(in.get(), nullptr, no_pass_phrase, nullptr)};
  if (!result)
    return fail("holds no private key in PEM format without pass phrase");
  return result;
}

std::vector<std::string> names_in(const X509& x) {
  std::vector<std::string> result;
  auto subject = X509_get_subject_name(&x);
  for (int i = -1;
       (i = X509_NAME_get_index_by_NID(subject, NID_commonName, i)) >= 0;)
    result.push_back(
        text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, i))));
  names_ptr alternatives{static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&x, NID_subject_alt_name, nullptr, nullptr))};
  for (int i = 0; i < sk_GENERAL_NAME_num(alternatives.get()); ++i) {
    auto name = sk_GENERAL_NAME_value(alternatives.get(), i);
    if (name->type == GEN_DNS)
      result.push_back(text_of(name->d.dNSName));
  }
  return result;
}

} // namespace troupe::pem
