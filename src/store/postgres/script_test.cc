#include "store/postgres/script.h"

#include <gmock/gmock.h>

namespace linebook::postgres {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Script, IsTakenApartWhereStatementsEnd) {
  EXPECT_THAT(statements_in(""), IsEmpty());
  EXPECT_THAT(statements_in(" ;\n; -- nothing; at all\n"), IsEmpty());
  EXPECT_THAT(statements_in("SELECT 1"), ElementsAre("SELECT 1"));
  EXPECT_THAT(statements_in("\nA;B ; C;\n"), ElementsAre("A", "B ", "C"));
}

TEST(Script, ASemicolonInTextsNamesAndCommentsEndsNothing) {
  EXPECT_THAT(statements_in("INSERT ';' \"a;b\" 'it''s; so'; NEXT"),
              ElementsAre("INSERT ';' \"a;b\" 'it''s; so'", "NEXT"));
  EXPECT_THAT(statements_in("-- first; of\nA (x, -- its; own\n y); B"),
              ElementsAre("A (x, -- its; own\n y)", "B"));
}

}  // namespace
}  // namespace linebook::postgres
