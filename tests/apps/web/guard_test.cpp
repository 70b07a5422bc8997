// SPDX-License-Identifier: Apache-2.0

#include "web/guard.hpp"

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace web {

namespace {

const request_head good_post{.method = "POST",
                             .target_bytes = 10,
                             .content_length = {"100"},
                             .content_type = {"application/json"},
                             .host = {"127.0.0.1:8080"}};

const request_head good_get{
    .method = "GET", .target_bytes = 10, .host = {"localhost:8080"}};

struct head_case {
  std::string name;
  request_head head;
  std::optional<int> status;
  guard_policy policy = {.max_body_bytes = 100};
};

std::ostream& operator<<(std::ostream& out, const head_case& x) {
  return out << x.name;
}

template <class F>
request_head with(request_head x, F change) {
  change(x);
  return x;
}

class CheckHead : public testing::TestWithParam<head_case> {};

TEST_P(CheckHead, LetsInOrSaysWhyNot) {
  auto problem = check_head(GetParam().head, GetParam().policy);
  EXPECT_EQ(problem ? std::optional{problem->status} : std::nullopt,
            GetParam().status);
}

const guard_policy with_token{
    .max_body_bytes = 100, .token = "0123456789abcdef", .scheme = "https"};

const head_case cases[] = {
    {"APostOfJsonPasses", good_post, {}},
    {"AGetPasses", good_get, {}},
    {"ALongTargetIsRefused",
     with(good_get, [](auto& x) { x.target_bytes = 2'049; }), 414},
    {"ABodyOfTheLimitPasses", good_post, {}},
    {"ABodyBeyondTheLimitIsRefused",
     with(good_post, [](auto& x) { x.content_length = {"101"}; }), 413},
    {"AHugeLengthIsRefused",
     with(good_post,
          [](auto& x) { x.content_length = {"99999999999999999999"}; }),
     400},
    {"ANegativeLengthIsRefused",
     with(good_post, [](auto& x) { x.content_length = {"-1"}; }), 400},
    {"TwoLengthsAreRefused",
     with(good_post,
          [](auto& x) {
            x.content_length = {"10", "11"};
          }),
     400},
    {"APostWithoutLengthIsRefused",
     with(good_post, [](auto& x) { x.content_length = {}; }), 411},
    {"ABodyInChunksIsRefused",
     with(good_post,
          [](auto& x) {
            x.content_length = {};
            x.transfer_encoding = {"chunked"};
          }),
     411},
    {"LengthAndChunksTogetherAreRefused",
     with(good_post, [](auto& x) { x.transfer_encoding = {"chunked"}; }), 411},
    {"ACompressedBodyIsRefused",
     with(good_post, [](auto& x) { x.content_encoding = {"gzip"}; }), 415},
    {"AFormIsRefused",
     with(good_post,
          [](auto& x) {
            x.content_type = {"application/x-www-form-urlencoded"};
          }),
     415},
    {"ABodyWithoutTypeIsRefused",
     with(good_post, [](auto& x) { x.content_type = {}; }), 415},
    {"JsonWithParametersPasses",
     with(
         good_post,
         [](auto& x) { x.content_type = {"Application/JSON; charset=utf-8"}; }),
     {}},
    {"NoHostIsRefused", with(good_get, [](auto& x) { x.host = {}; }), 400},
    {"TwoHostsAreRefused",
     with(good_get,
          [](auto& x) {
            x.host = {"localhost", "localhost"};
          }),
     400},
    {"AForeignNameIsRefused",
     with(good_get, [](auto& x) { x.host = {"evil.example:8080"}; }), 421},
    {"Ipv6LoopbackPasses",
     with(good_get, [](auto& x) { x.host = {"[::1]:8080"}; }),
     {}},
    {"AForeignNamePassesWhereThereIsAToken",
     with(good_get, [](auto& x) { x.host = {"node-1.example"}; }),
     {},
     with_token},
    {"APageOfTheServerPasses",
     with(good_post, [](auto& x) { x.origin = {"http://127.0.0.1:8080"}; }),
     {}},
    {"APageOfAnotherSiteIsRefused",
     with(good_post, [](auto& x) { x.origin = {"http://evil.example"}; }), 403},
    {"APageOfAnotherPortIsRefused",
     with(good_post, [](auto& x) { x.origin = {"http://127.0.0.1:9"}; }), 403},
    {"APageWithoutOriginIsRefused",
     with(good_post, [](auto& x) { x.origin = {"null"}; }), 403},
    {"APageOfAnotherSchemeIsRefused",
     with(good_post, [](auto& x) { x.origin = {"http://127.0.0.1:8080"}; }),
     403, with_token},
    {"AFormOfAnotherSiteIsRefused",
     with(good_post, [](auto& x) { x.fetch_site = {"cross-site"}; }), 403},
    {"ALinkOnAnotherSitePasses",
     with(good_get, [](auto& x) { x.fetch_site = {"cross-site"}; }),
     {}},
};

INSTANTIATE_TEST_SUITE_P(, CheckHead, testing::ValuesIn(cases),
                         [](const auto& x) { return x.param.name; });

std::optional<int> access_status(std::vector<std::string> authorization,
                                 const route& to,
                                 std::vector<std::string> action = {}) {
  auto problem = check_access(
      {.authorization = std::move(authorization), .action = std::move(action)},
      with_token, to);
  return problem ? std::optional{problem->status} : std::nullopt;
}

} // namespace

TEST(CheckAccess, AsksForTheToken) {
  route to{"GET", "/", {}, access::token, intent::any};
  EXPECT_EQ(access_status({}, to), 401);
  EXPECT_EQ(access_status({"Bearer 0123456789abcdeX"}, to), 401);
  EXPECT_EQ(access_status({"Bearer 0123456789abcdef0"}, to), 401);
  EXPECT_EQ(access_status({"Basic 0123456789abcdef"}, to), 401);
  EXPECT_EQ(access_status({"Bearer 0123456789abcdef", "Bearer x"}, to), 401);
  EXPECT_EQ(access_status({"Bearer 0123456789abcdef"}, to), std::nullopt);
  EXPECT_EQ(access_status({"bearer 0123456789abcdef"}, to), std::nullopt);
}

TEST(CheckAccess, LetsEverybodyUseOpenRoutes) {
  EXPECT_EQ(access_status({}, {"GET", "/", {}, access::open, intent::any}),
            std::nullopt);
}

TEST(CheckAccess, AsksForAMarkOnActions) {
  route to{"POST", "/", {}, access::open, intent::marked};
  EXPECT_EQ(access_status({}, to), 403);
  EXPECT_EQ(access_status({}, to, {"1"}), std::nullopt);
}

} // namespace web
