#include "interchange/vcard_writer.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

Instant const noon = *parse_rfc3339("2026-11-22T12:00:00Z");

ContactNumber number(std::string_view digits, PhoneType type, bool primary = false) {
  return {.id = {"phn_1"},
          .person = {PersonType::patient, {"pat_1"}},
          .number = *TenDigits::parse(digits),
          .phone_type = type,
          .primary = primary,
          .created_at = noon,
          .updated_at = noon};
}

PersonWithNumbers person(std::string first, std::string last) {
  return {.person = {.ref = {PersonType::patient, {"pat_1"}},
                     .first_name = std::move(first),
                     .last_name = std::move(last),
                     .email = {},
                     .timezone = {},
                     .contact_window = {},
                     .state = {},
                     .date_of_birth = {},
                     .gender = {},
                     .npi = {},
                     .created_at = noon,
                     .updated_at = noon,
                     .changed_at = noon},
          .numbers = {}};
}

std::string vcard_of(PersonWithNumbers const& p) {
  std::string out;
  append_vcard(out, p);
  return out;
}

TEST(VCardWriter, TellsWhoItIsAndTheNumbersPreferredFirst) {
  auto john = person("John", "Doe");
  john.person.email = "john@example.org";
  john.person.date_of_birth = "1980-02-29";
  john.person.gender = Gender::male;
  john.numbers = {number("5852984455", PhoneType::home), number("5852984456", PhoneType::cell, true),
                  number("5852984457", PhoneType::other)};
  john.person.changed_at = noon + std::chrono::hours(1);
  EXPECT_EQ(vcard_of(john),
            "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:individual\r\nUID;VALUE=text:pat_1\r\nFN:John Doe\r\n"
            "N:Doe;John;;;\r\nTEL;VALUE=uri;TYPE=cell;PREF=1:tel:+15852984456\r\n"
            "TEL;VALUE=uri;TYPE=home:tel:+15852984455\r\nTEL;VALUE=uri;TYPE=voice:tel:+15852984457\r\n"
            "EMAIL:john@example.org\r\nBDAY:19800229\r\nGENDER:M\r\nREV:20261122T130000Z\r\nEND:VCARD\r\n");
}

TEST(VCardWriter, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(vcard_of(person("Ed", "O;Brien, Jr.")),
            "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:individual\r\nUID;VALUE=text:pat_1\r\n"
            "FN:Ed O\\;Brien\\, Jr.\r\nN:O\\;Brien\\, Jr.;Ed;;;\r\nREV:20261122T120000Z\r\nEND:VCARD\r\n");
}

TEST(VCardWriter, EscapesText) {
  struct {
    char const* name;
    char const* text;
    char const* escaped;
  } const cases[] = {
      {"plain", "Zoë", "Zoë"},
      {"empty", "", ""},
      {"separators", "a,b;c:d", R"(a\,b\;c:d)"},
      {"a backslash", R"(a\n)", R"(a\\n)"},
      {"a line end", "a\nb", R"(a\nb)"},
  };
  for (auto const& c : cases) EXPECT_EQ(vcard_escaped(c.text), c.escaped) << c.name;
}

TEST(VCardWriter, FoldsLines) {
  std::string const long_ascii(160, 'x');
  auto const repeated = [](std::string_view what, std::size_t times) {
    std::string all;
    while (times-- > 0) all += what;
    return all;
  };
  struct {
    char const* name;
    std::string line;
    std::string folded;
  } const cases[] = {
      {"empty", "", "\r\n"},
      {"as long as it may be", long_ascii.substr(0, 75), long_ascii.substr(0, 75) + "\r\n"},
      {"one more", long_ascii.substr(0, 76), long_ascii.substr(0, 75) + "\r\n x\r\n"},
      {"the space counts", long_ascii.substr(0, 150),
       long_ascii.substr(0, 75) + "\r\n " + long_ascii.substr(0, 74) + "\r\n x\r\n"},
      {"two octets", "x" + repeated("ë", 38), "x" + repeated("ë", 37) + "\r\n ë\r\n"},
      {"never within two", repeated("ë", 38), repeated("ë", 37) + "\r\n ë\r\n"},
      {"never within four", "x" + repeated("😀", 19), "x" + repeated("😀", 18) + "\r\n 😀\r\n"},
      {"what is no UTF-8 ends too", std::string(80, '\x80'),
       std::string(75, '\x80') + "\r\n " + std::string(5, '\x80') + "\r\n"},
  };
  for (auto const& c : cases) {
    std::string out;
    append_vcard_line(out, c.line);
    EXPECT_EQ(out, c.folded) << c.name;
  }
}

}  // namespace
}  // namespace linebook
