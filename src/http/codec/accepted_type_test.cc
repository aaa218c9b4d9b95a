#include "http/codec/accepted_type.h"

#include <gtest/gtest.h>

namespace linebook::http {
namespace {

TEST(AcceptedType, IsWhatTheClientWeighsMost) {
  struct {
    char const* accept;
    std::string_view chosen;  // empty: none
  } const cases[] = {
      {"", ""},
      {"*/*", "application/json"},
      {"text/vcard", "text/vcard"},
      {"TEXT/VCard", "text/vcard"},
      {"text/*", "text/vcard"},
      {"text/vcard;version=4.0", "text/vcard"},
      {"application/json, text/vcard", "application/json"},
      {"application/json;q=0.9, text/vcard", "text/vcard"},
      {"application/json ; q=0.1 , text/vcard ; q=0.25", "text/vcard"},
      {"*/*, text/vcard;q=0", "application/json"},
      {"*/*;q=0.5, text/vcard", "text/vcard"},
      {"text/*;q=0.1, */*;q=0.2", "application/json"},
      {"text/vcard;q=nonsense", "text/vcard"},
      {"image/png", ""},
      {"text/vcard;q=0", ""},
      {",;,=;q=", ""},
  };
  for (auto const& c : cases)
    EXPECT_EQ(preferred_type(c.accept, {"application/json", "text/vcard"}).value_or(""), c.chosen)
        << c.accept;
  EXPECT_EQ(preferred_type({}, {"application/json", "text/vcard"}), "application/json");
}

}  // namespace
}  // namespace linebook::http
