#include "http/codec/etag.h"

#include <gtest/gtest.h>

namespace linebook::http {
namespace {

TEST(EntityTag, FollowsTheBody) {
  EXPECT_EQ(entity_tag("{}"), entity_tag("{}"));
  EXPECT_NE(entity_tag("{}"), entity_tag("{ }"));
  EXPECT_EQ(entity_tag("").size(), 34u);
}

TEST(EntityTag, IsFoundInLists) {
  for (auto comparison : {TagComparison::strong, TagComparison::weak}) {
    EXPECT_TRUE(names_tag("\"a\"", "\"a\"", comparison));
    EXPECT_TRUE(names_tag("\"b\" , \"a\"", "\"a\"", comparison));
    EXPECT_TRUE(names_tag("*", "\"a\"", comparison));
    EXPECT_FALSE(names_tag("\"b\"", "\"a\"", comparison));
    EXPECT_FALSE(names_tag("", "\"a\"", comparison));
  }
}

TEST(EntityTag, WeakTagsNameSomethingOnlyInAWeakComparison) {
  EXPECT_FALSE(names_tag("W/\"a\"", "\"a\"", TagComparison::strong));
  EXPECT_TRUE(names_tag("\"b\", W/\"a\"", "\"a\"", TagComparison::weak));
  EXPECT_FALSE(names_tag("W/\"b\"", "\"a\"", TagComparison::weak));
}

}  // namespace
}  // namespace linebook::http
