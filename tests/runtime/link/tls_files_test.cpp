// SPDX-License-Identifier: Apache-2.0

#include "troupe/link/tls_files.hpp"

#include <string>

#include <gtest/gtest.h>

#include "troupe/base/errc.hpp"

#include "support/authority.hpp"
#include "support/temp_dir.hpp"

namespace troupe {
namespace {

struct TlsFiles : testing::Test {
  test::temp_dir dir;
  test::authority ours{dir};
};

TEST_F(TlsFiles, OfTheNodeAreAccepted) {
  EXPECT_EQ(describe(check(ours.issue("left"), "left")), "no error");
}

TEST_F(TlsFiles, EachProblemIsNamedWithItsFile) {
  test::authority theirs{dir, "other"};
  auto good = ours.issue("left");
  auto foreign = theirs.issue("left");
  auto expired = ours.issue("old", test::valid_yesterday);
  auto garbage = dir.write("garbage.pem", "not a certificate");
  auto quoted = [](const std::string& x) { return '"' + x + '"'; };
  struct {
    tls_files files;
    std::string name;
    std::string text;
  } table[] = {
      {{"/nowhere/ca.pem", good.certificate, good.key},
       "left",
       "\"/nowhere/ca.pem\" cannot be read: No such file or directory"},
      {{garbage, good.certificate, good.key},
       "left",
       quoted(garbage) + " holds no certificate in PEM format"},
      {{good.ca, garbage, good.key},
       "left",
       quoted(garbage) + " holds no certificate in PEM format"},
      {{good.ca, good.certificate, garbage},
       "left",
       quoted(garbage)
           + " holds no private key in PEM format without pass phrase"},
      {{good.ca, good.certificate, foreign.key},
       "left",
       quoted(foreign.key) + " is not the key of the certificate "
           + quoted(good.certificate)},
      {good, "right",
       quoted(good.certificate) + " is for left, left, this node is named "
           + "right"},
      {{good.ca, foreign.certificate, foreign.key},
       "left",
       quoted(foreign.certificate) + " is not valid under " + quoted(good.ca)
           + ": unable to get local issuer certificate"},
      {expired, "old",
       quoted(expired.certificate) + " is not valid under " + quoted(good.ca)
           + ": certificate has expired"},
  };
  for (auto& [files, name, text] : table) {
    auto err = check(files, name);
    EXPECT_EQ(err, errc::bad_certificate) << text;
    EXPECT_EQ(describe(err), text);
  }
}

} // namespace
} // namespace troupe
