#include "http/serving/paging.h"

#include <gtest/gtest.h>

namespace linebook::http {
namespace {

struct PageCase {
  char const* name;
  OffsetPage page;
  std::int64_t total;
  char const* expected;
};

TEST(Pagination, CountsAsTheSeedDoes) {
  PageCase const cases[] = {
      {"the seed's example",
       {20, 0},
       45,
       R"("total_items":45,"total_pages":3,"current_page":1,"per_page":20,"next_page":2,"prev_page":null)"},
      {"middle",
       {20, 20},
       45,
       R"("total_items":45,"total_pages":3,"current_page":2,"per_page":20,"next_page":3,"prev_page":1)"},
      {"last",
       {20, 40},
       45,
       R"("total_items":45,"total_pages":3,"current_page":3,"per_page":20,"next_page":null,"prev_page":2)"},
      {"exactly full",
       {20, 20},
       40,
       R"("total_items":40,"total_pages":2,"current_page":2,"per_page":20,"next_page":null,"prev_page":1)"},
      {"nothing found",
       {20, 0},
       0,
       R"("total_items":0,"total_pages":0,"current_page":1,"per_page":20,"next_page":null,"prev_page":null)"},
      {"nothing found, far out",
       {20, 500},
       0,
       R"("total_items":0,"total_pages":0,"current_page":1,"per_page":20,"next_page":null,"prev_page":null)"},
      {"past the end",
       {20, 500},
       45,
       R"("total_items":45,"total_pages":3,"current_page":26,"per_page":20,"next_page":null,"prev_page":3)"},
      {"far past the end",
       {100, INT64_MAX},
       45,
       R"("total_items":45,"total_pages":1,"current_page":92233720368547759,"per_page":100,"next_page":null,"prev_page":1)"},
  };
  for (auto const& c : cases) {
    JsonWriter json;
    write_pagination(json.begin_object(), c.page, c.total);
    EXPECT_EQ(std::move(json.end_object()).take(), R"({"pagination":{)" + std::string(c.expected) + "}}")
        << c.name;
  }
}

TEST(Keyset, SurvivesItsCursor) {
  auto const keyset = keyset_from(to_cursor({1739955000123}, "agent:with:colons"));
  ASSERT_TRUE(keyset);
  EXPECT_EQ(keyset->created_at, Instant{1739955000123});
  EXPECT_EQ(keyset->id, "agent:with:colons");
  EXPECT_FALSE(keyset_from(std::nullopt));
}

}  // namespace
}  // namespace linebook::http
