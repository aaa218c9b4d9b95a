#include "http/codec/json_document.h"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <string>

namespace linebook::http {
namespace {

struct JsonCase {
  char const* name;
  std::string body;
  bool good;
};

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(ParseJson, IsStrict) {
  JsonCase const cases[] = {
      {"object", R"({"a":1,"b":[true,null,"x"]})", true},
      {"white space around", " {}\r\n\t", true},
      {"same key in two objects", R"([{"a":1},{"a":2}])", true},
      {"same key inside", R"({"a":{"a":1}})", true},
      {"surrogate pair", R"("\ud83d\ude00")", true},
      {"huge number", R"({"a":1e400})", true},
      {"very long number", "{\"a\":" + std::string(5000, '9') + "}", true},
      {"deepest", nested(max_json_depth), true},
      {"empty", "", false},
      {"blank", "  ", false},
      {"ends early", R"({"a":)", false},
      {"two values", "{} {}", false},
      {"trailing comma", R"({"a":1,})", false},
      {"single quotes", "{'a':1}", false},
      {"comment", "{/*x*/}", false},
      {"duplicate key", R"({"a":1,"b":2,"a":3})", false},
      {"duplicate key by escape", R"({"a":1,"\u0061":3})", false},
      {"NUL in a string", R"({"a":"x\u0000y"})", false},
      {"NUL in a key", R"({"a\u0000":1})", false},
      {"raw control character", "{\"a\":\"\x01\"}", false},
      {"invalid UTF-8", "{\"a\":\"\xff\"}", false},
      {"overlong UTF-8", "{\"a\":\"\xc0\xaf\"}", false},
      {"lone surrogate", R"({"a":"\ud83d"})", false},
      {"too deep", nested(max_json_depth + 1), false},
      {"far too deep", nested(100'000), false},
      {"Infinity", "[Infinity]", false},
      {"leading zero", "[01]", false},
      {"byte order mark", "\xef\xbb\xbf{}", false},
  };
  for (auto const& c : cases) {
    auto const parsed = parse_json(c.body);
    EXPECT_EQ(parsed.has_value(), c.good) << c.name;
    if (!parsed) {
      EXPECT_EQ(parsed.error().code, ErrorCode::malformed_json) << c.name;
    }
  }
}

TEST(ParseJson, SaysWhatIsWrong) {
  EXPECT_NE(parse_json(R"({"a":1,"a":2})").error().message.find("twice"), std::string::npos);
  EXPECT_NE(parse_json("{\"a\":\"\\u0000\"}").error().message.find("NUL"), std::string::npos);
  EXPECT_NE(parse_json("{").error().message.find("ends too early"), std::string::npos);
}

TEST(ParseJson, KeepsValues) {
  auto const parsed = parse_json(R"({"s":"x\n","n":-5,"o":{"k":[1.5]}})");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(boost::json::serialize(*parsed), R"({"s":"x\n","n":-5,"o":{"k":[1.5E0]}})");
}

}  // namespace
}  // namespace linebook::http
