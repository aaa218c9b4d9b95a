#include "domain/lines/line_fields.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

TEST(LineFields, TakeWhatFitsAndNothingElse) {
  struct Row {
    char const* what;
    Result<std::string> (*parse)(std::string_view);
    std::string text;
    bool fits;
  };
  std::string const sid = "AC" + std::string(16, 'a') + std::string(16, '9');
  Row const rows[] = {
      {"area code", parse_area_code, "212", true},
      {"area code that begins with 1", parse_area_code, "112", false},
      {"short area code", parse_area_code, "21", false},
      {"long area code", parse_area_code, "2125", false},
      {"letters", parse_area_code, "2a2", false},
      {"country", parse_country_code, "US", true},
      {"small letters", parse_country_code, "us", false},
      {"three letters", parse_country_code, "USA", false},
      {"account", parse_twilio_account_sid, sid, true},
      {"another kind of sid", parse_twilio_account_sid, "PN" + sid.substr(2), false},
      {"short account", parse_twilio_account_sid, sid.substr(0, 33), false},
      {"no hexadecimal digit", parse_twilio_account_sid, sid.substr(0, 33) + "g", false},
      {"token", parse_credential, "~!Az09", true},
      {"longest token", parse_credential, std::string(max_credential, 'x'), true},
      {"too long a token", parse_credential, std::string(max_credential + 1, 'x'), false},
      {"empty token", parse_credential, "", false},
      {"space", parse_credential, "a b", false},
      {"control character", parse_credential, "a\x7f", false},
      {"not ASCII", parse_credential, "\xC3\xBC", false},
      {"longest password", parse_password, std::string(max_password, 'x'), true},
      {"too long a password", parse_password, std::string(max_password + 1, 'x'), false},
  };
  for (auto const& row : rows) {
    auto const parsed = row.parse(row.text);
    EXPECT_EQ(parsed.has_value(), row.fits) << row.what;
    if (parsed) EXPECT_EQ(*parsed, row.text) << row.what;
  }
}

}  // namespace
}  // namespace linebook
