#include "http/codec/query_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linebook::http {
namespace {

using testing::ElementsAre;

TEST(PercentDecoded, RefusesWhatIsNotText) {
  EXPECT_EQ(percent_decoded("a%2Bb+c", PlusSign::literal), "a+b+c");
  EXPECT_EQ(percent_decoded("a%2Bb+c", PlusSign::space), "a+b c");
  for (auto const* bad : {"%", "%2", "%zz", "%00", "%ff", "a%c3"})
    EXPECT_FALSE(percent_decoded(bad, PlusSign::space)) << bad;
}

TEST(QueryReader, ReadsTypedParameters) {
  QueryReader query("limit=5&primary=true&q=%28555%29&since=2025-02-19T08:50:00Z");
  EXPECT_EQ(query.integer("limit", 1, 100), 5);
  EXPECT_EQ(query.boolean("primary"), true);
  EXPECT_EQ(query.text("q"), "(555)");
  EXPECT_EQ(query.time("since"), Instant{1739955000000});
  EXPECT_TRUE(query.finish());
}

TEST(QueryReader, NamesEveryParameterAtFault) {
  QueryReader query("limit=0&offset=x&primary=TRUE&name=&lmit=5&offset=1");
  query.integer("limit", 1, 100);
  query.integer("offset", 0, INT64_MAX);
  query.boolean("primary");
  query.text("name");
  auto const finished = query.finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, ErrorCode::invalid_parameter);
  std::vector<std::string> fields;
  for (auto const& detail : finished.error().details) fields.push_back(detail.field);
  EXPECT_THAT(fields, ElementsAre("limit", "offset", "primary", "name", "lmit", "offset"));
}

TEST(QueryReader, IntegersAreWholeAndInRange) {
  for (auto const* bad : {"", " 5", "5 ", "+5", "5.0", "1e1", "0x5", "101", "-1", "99999999999999999999"}) {
    QueryReader query("limit=" + std::string(bad));
    query.integer("limit", 0, 100);
    EXPECT_FALSE(query.finish()) << bad;
  }
}

TEST(QueryReader, CanonicalFormLeavesPagingOut) {
  QueryReader a("provider=byo&page_size=5&status=active"), b("status=active&provider=byo&page_token=x"),
      c("status=active&provider=pia");
  EXPECT_EQ(a.canonical(), b.canonical());
  EXPECT_NE(a.canonical(), c.canonical());
  EXPECT_NE(QueryReader("a=b%26c").canonical(), QueryReader("a=b&c").canonical());
}

TEST(QueryReader, BoundsTheNumberOfParameters) {
  std::string many;
  for (std::size_t i = 0; i <= QueryReader::max_parameters; ++i) many += "a=1&";
  QueryReader query(many);
  query.text("a");
  EXPECT_FALSE(query.finish());
}

}  // namespace
}  // namespace linebook::http
