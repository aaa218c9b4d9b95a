#include "store/encoding/ledger_encoding.h"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

namespace linebook {
namespace {

TEST(LedgerEncoding, SpellsEveryKindOfValue) {
  EXPECT_EQ(encode_changes({}), "{}");
  EXPECT_EQ(encode_changes({{"text", FieldValue{}, std::string("a")},
                            {"flag", false, true},
                            {"count", std::int64_t{-3}, std::int64_t{9'007'199'254'740'993}},
                            {"auth_token", {}, {}, Secrecy::secret}}),
            R"({"text":{"was":null,"is":"a"},"flag":{"was":false,"is":true},)"
            R"("count":{"was":-3,"is":9007199254740993},"auth_token":{"changed":true}})");
}

/// The bytes are sealed, so they stay what they were when Boost.JSON wrote them.
TEST(LedgerEncoding, EscapesTextAsBoostJsonDoes) {
  std::string all;
  for (int c = 0; c < 0x80; ++c) all += static_cast<char>(c);
  for (auto const& text : {std::string(), std::string("\\"), all, all + all, std::string("é☎️\x7f")}) {
    auto const json = boost::json::serialize(boost::json::string(text));
    EXPECT_EQ(encode_changes({{"f", std::string("x"), text}}), R"({"f":{"was":"x","is":)" + json + "}}");
    auto const changes = decode_changes(encode_changes({{text, text, {}}}));
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].field, text);
    EXPECT_EQ(changes[0].was, FieldValue(text));
  }
}

}  // namespace
}  // namespace linebook
