#include "domain/contacts/state.h"

#include <gtest/gtest.h>

#include "domain/numbers/area_codes.h"

namespace linebook {
namespace {

TEST(State, IsReadFromItsCodeOrItsName) {
  struct {
    std::string_view text;
    std::optional<std::string_view> state;
  } const cases[] = {{"TX", "TX"},
                     {"tx", "TX"},
                     {" Texas ", "TX"},
                     {"NEW YORK", "NY"},
                     {"district of columbia", "DC"},
                     {"Puerto Rico", "PR"},
                     {"QC", "QC"},
                     {"Ontario", "ON"},
                     {"", std::nullopt},
                     {"  ", std::nullopt},
                     {"T", std::nullopt},
                     {"XX", std::nullopt},
                     {"TXX", std::nullopt},
                     {"Texa", std::nullopt},
                     {"Bavaria", std::nullopt}};
  for (auto const& c : cases) EXPECT_EQ(read_state(c.text), c.state) << c.text;
}

// Calling hours join both: a person's state and that of the area code.
TEST(State, KnowsEveryRegionOfTheAreaCodes) {
  for (auto const& area : all_area_codes()) {
    if (area.country != "US" && area.country != "CA") continue;
    auto region = area.region;
    while (!region.empty()) {
      auto const code = region.substr(0, region.find('/'));
      EXPECT_EQ(read_state(code), code) << area.code;
      region.remove_prefix(std::min(region.size(), code.size() + 1));
    }
  }
}

}  // namespace
}  // namespace linebook
