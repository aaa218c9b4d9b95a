#include "cli/import/number_use.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

TEST(NumberUse, ReadsPeoplesWords) {
  struct Row {
    char const* words;
    std::optional<NumberUse> use;
  } const rows[] = {
      {"Mobile", NumberUse::cell},
      {"cell phone", NumberUse::cell},
      {"iPhone", NumberUse::cell},
      {"Work Mobile", NumberUse::cell},
      {"HOME", NumberUse::home},
      {"Landline", NumberUse::home},
      {"Land line", NumberUse::home},
      {"homePhone2", NumberUse::home},
      {"Work", NumberUse::other},
      {"Office Phone", NumberUse::other},
      {"Business Fax", NumberUse::fax},
      {"WORK,FAX", NumberUse::fax},
      {"Pager", NumberUse::pager},
      {"TTY/TDD Phone", NumberUse::pager},
      {"Assistant's Phone", NumberUse::other},
      {"Phone", std::nullopt},
      {"", std::nullopt},
      {"Satellite", std::nullopt},
      {"Home address", std::nullopt},
      {"Mobile verified", std::nullopt},
  };
  for (auto const& row : rows) EXPECT_EQ(number_use(row.words), row.use) << row.words;
}

TEST(NumberUse, DividesWords) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(words_of("Phone 1 - Value"), (Words{"phone", "1", "value"}));
  EXPECT_EQ(words_of("PatientID"), (Words{"patient", "id"}));
  EXPECT_EQ(words_of("phone_type"), (Words{"phone", "type"}));
  EXPECT_EQ(words_of("HOME"), (Words{"home"}));
  EXPECT_EQ(words_of(" * "), Words{});
}

}  // namespace
}  // namespace linebook
