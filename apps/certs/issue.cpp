// SPDX-License-Identifier: Apache-2.0

#include "issue.hpp"

#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace certs {

namespace {

struct bio_deleter {
  void operator()(BIO* x) const noexcept {
    BIO_free_all(x);
  }
};

using bio_ptr = std::unique_ptr<BIO, bio_deleter>;

[[noreturn]] void fail(const std::string& what) {
  auto code = ERR_get_error();
  ERR_clear_error();
  auto reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
  throw std::runtime_error(
      what + " failed: " + (reason != nullptr ? reason : "no reason given"));
}

void require(bool ok, const char* what) {
  if (!ok)
    fail(what);
}

void add_extension(X509& x, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, &x, nullptr, nullptr, 0);
  auto extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
  require(extension != nullptr, "making an extension");
  auto added = X509_add_ext(&x, extension, -1);
  X509_EXTENSION_free(extension);
  require(added == 1, "adding an extension");
}

/// A random serial number of 127 bits, positive.
void set_serial(X509& x) {
  unsigned char bytes[16];
  require(RAND_bytes(bytes, sizeof(bytes)) == 1, "drawing a serial number");
  bytes[0] &= 0x7f;
  auto number = BN_bin2bn(bytes, sizeof(bytes), nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(&x));
  BN_free(number);
}

/// A certificate with a key of its own, not signed yet.
identity draft(const std::string& name, validity when) {
  identity result{decltype(identity::certificate){X509_new()},
                  decltype(identity::key){EVP_EC_gen("P-256")}};
  require(result.certificate && result.key, "making a key");
  auto& x = *result.certificate;
  X509_set_version(&x, X509_VERSION_3);
  set_serial(x);
  X509_gmtime_adj(X509_getm_notBefore(&x), when.begin.count());
  X509_gmtime_adj(X509_getm_notAfter(&x), when.end.count());
  auto text = reinterpret_cast<const unsigned char*>(name.data());
  require(X509_NAME_add_entry_by_txt(X509_get_subject_name(&x), "CN",
                                     MBSTRING_UTF8, text,
                                     static_cast<int>(name.size()), -1, 0)
              == 1,
          "setting the name");
  X509_set_pubkey(&x, result.key.get());
  return result;
}

void sign(X509& x, X509& issuer, EVP_PKEY& key) {
  X509_set_issuer_name(&x, X509_get_subject_name(&issuer));
  require(X509_sign(&x, &key, EVP_sha256()) != 0, "signing");
}

std::string content_of(BIO& x) {
  char* data = nullptr;
  auto size = BIO_get_mem_data(&x, &data);
  return {data, static_cast<size_t>(size)};
}

} // namespace

identity make_authority(const std::string& name, validity when) {
  auto result = draft(name, when);
  auto& x = *result.certificate;
  add_extension(x, &x, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(x, &x, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(x, &x, NID_subject_key_identifier, "hash");
  sign(x, x, *result.key);
  return result;
}

identity make_node(const std::string& name, validity when,
                   const identity& authority) {
  auto result = draft(name, when);
  auto& x = *result.certificate;
  auto issuer = authority.certificate.get();
  add_extension(x, issuer, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(x, issuer, NID_key_usage, "critical,digitalSignature");
  add_extension(x, issuer, NID_ext_key_usage, "clientAuth,serverAuth");
  add_extension(x, issuer, NID_subject_alt_name, "DNS:" + name);
  sign(x, *issuer, *authority.key);
  return result;
}

std::string certificate_pem(const identity& x) {
  bio_ptr out{BIO_new(BIO_s_mem())};
  require(PEM_write_bio_X509(out.get(), x.certificate.get()) == 1,
          "writing a certificate");
  return content_of(*out);
}

std::string key_pem(const identity& x) {
  bio_ptr out{BIO_new(BIO_s_mem())};
  require(PEM_write_bio_PKCS8PrivateKey(out.get(), x.key.get(), nullptr,
                                        nullptr, 0, nullptr, nullptr)
              == 1,
          "writing a key");
  return content_of(*out);
}

identity from_pem(const std::string& certificate, const std::string& key) {
  auto open = [](const std::string& x) {
    return bio_ptr{BIO_new_mem_buf(x.data(), static_cast<int>(x.size()))};
  };
  identity result;
  result.certificate.reset(
      PEM_read_bio_X509(open(certificate).get(), nullptr, nullptr, nullptr));
  require(result.certificate != nullptr, "reading the certificate");
  result.key.reset(
      PEM_read_bio_PrivateKey(open(key).get(), nullptr, nullptr, nullptr));
  require(result.key != nullptr, "reading the key");
  require(X509_check_private_key(result.certificate.get(), result.key.get())
              == 1,
          "comparing certificate and key");
  return result;
}

} // namespace certs
