#include "http/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/serving/router.h"

namespace linebook::http {
namespace {

Router const& router() {
  static Router const instance(all_routes());
  return instance;
}

std::string pattern(Method method, std::string_view path) {
  auto const match = router().match(path);
  if (!match) return "no path";
  auto const* route = match->route(method);
  return route == nullptr ? "no method" : std::string(route->pattern);
}

TEST(Router, FindsRoutes) {
  EXPECT_EQ(pattern(Method::get, "/phone_numbers"), "/phone_numbers");
  EXPECT_EQ(pattern(Method::patch, "/phone_numbers/pn_1"), "/phone_numbers/{id}");
  EXPECT_EQ(pattern(Method::get, "/api/v2/phone-numbers/quality"), "/api/v2/phone-numbers/quality");
  EXPECT_EQ(pattern(Method::get, "/api/v2/phone-numbers/quality/history"),
            "/api/v2/phone-numbers/{phone_id}/history");
  EXPECT_EQ(pattern(Method::put, "/api/v2/doctors/doc_1"), "/api/v2/doctors/{id}");
}

TEST(Router, KnowsNoOtherPaths) {
  for (auto const* path : {"", "phone_numbers", "/phone_numbers/", "//phone_numbers", "/phone_numbers/a/b",
                           "/api/v2/phone-numbers//history", "/PHONE_NUMBERS", "/routes/"})
    EXPECT_EQ(pattern(Method::get, path), "no path") << path;
}

TEST(Router, AConsolesPageIsAnywhereBelowIt) {
  EXPECT_EQ(pattern(Method::get, "/"), "/");
  EXPECT_EQ(pattern(Method::get, "/console"), "/console");
  EXPECT_EQ(pattern(Method::get, "/console/"), "/console/");
  for (auto const* path : {"contacts", "people/patient/pat_1", "assets/a.js", "contacts/", "a//b", "/"}) {
    auto const address = std::string("/console/") + path;
    auto const match = router().match(address);
    ASSERT_TRUE(match) << path;
    EXPECT_EQ(match->route(Method::get)->pattern, "/console/{path}");
    EXPECT_THAT(match->parameters, testing::ElementsAre(path));
  }
  EXPECT_EQ(pattern(Method::get, "/console-link"), "no path");
  EXPECT_EQ(pattern(Method::post, "/console/contacts"), "no method");
}

TEST(Router, TellsWhatAPathTakes) {
  EXPECT_EQ(pattern(Method::put, "/phone_numbers"), "no method");
  EXPECT_EQ(router().match("/phone_numbers/x")->allow(), "GET, HEAD, PATCH, DELETE");
  EXPECT_EQ(router().match("/phone_numbers")->allow(), "GET, HEAD, POST");
}

TEST(Router, GivesParametersAsSent) {
  auto const match = router().match("/routes/%2B15551234567");
  ASSERT_TRUE(match);
  EXPECT_THAT(match->parameters, testing::ElementsAre("%2B15551234567"));
}

}  // namespace
}  // namespace linebook::http
