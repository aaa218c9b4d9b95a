#include "interchange/fhir_id.h"

#include <gtest/gtest.h>

#include <set>

namespace linebook {
namespace {

TEST(FhirId, SpellsWhatFhirDoesNotKnow) {
  struct {
    char const* name;
    std::string id;
    std::string spelled;
  } const cases[] = {
      {"ours", "pat_01JMEF2S9A7Q5V0X3C8R4T6Y1Z", "pat.-01JMEF2S9A7Q5V0X3C8R4T6Y1Z"},
      {"a UUID", "0008b1fe-1f5d-4a6e-9e0c-000000000001", "0008b1fe-1f5d-4a6e-9e0c-000000000001"},
      {"a number", "12345", "12345"},
      {"an OID", "1.2.840.113", "1.2.840.113"},
      {"a dot before a dash", "a.-b", "a..-b"},
      {"a dot before an underscore", "a._b", "a...-b"},
      {"dots", "..", "..."},
      {"a dot at the end", "a.", "a."},
      {"a dash before an underscore", "-_", "-.-"},
      {"as long as it may be", std::string(62, 'a') + "_", std::string(62, 'a') + ".-"},
      {"longer", std::string(63, 'a') + "_", std::string(63, 'a') + "_"},
  };
  for (auto const& c : cases) {
    EXPECT_EQ(fhir_id_of({c.id}), c.spelled) << c.name;
    EXPECT_EQ(person_id_of(c.spelled).value, c.id) << c.name;
  }
}

TEST(FhirId, NoTwoIdsBecomeOne) {
  std::set<std::string> spelled;
  std::size_t ids = 0;
  constexpr std::string_view signs = "._-a";
  for (std::size_t length = 1; length <= 6; ++length) {
    std::string id(length, signs[0]);
    for (std::size_t n = 0; n < (1u << 2 * length); ++n) {
      for (std::size_t i = 0; i < length; ++i) id[i] = signs[n >> 2 * i & 3];
      auto const told = fhir_id_of({id});
      EXPECT_EQ(person_id_of(told).value, id);
      spelled.insert(told);
      ++ids;
    }
  }
  EXPECT_EQ(spelled.size(), ids);
}

}  // namespace
}  // namespace linebook
