#include "http/etag.h"

#include <gtest/gtest.h>

namespace linebook::http {
namespace {

TEST(EntityTag, FollowsTheBody) {
  EXPECT_EQ(entity_tag("{}"), entity_tag("{}"));
  EXPECT_NE(entity_tag("{}"), entity_tag("{ }"));
  EXPECT_EQ(entity_tag("").size(), 34u);
}

TEST(EntityTag, IsFoundInLists) {
  EXPECT_TRUE(names_tag("\"a\"", "\"a\""));
  EXPECT_TRUE(names_tag("\"b\" , \"a\"", "\"a\""));
  EXPECT_TRUE(names_tag("*", "\"a\""));
  EXPECT_FALSE(names_tag("W/\"a\"", "\"a\""));
  EXPECT_FALSE(names_tag("\"b\"", "\"a\""));
  EXPECT_FALSE(names_tag("", "\"a\""));
}

}  // namespace
}  // namespace linebook::http
