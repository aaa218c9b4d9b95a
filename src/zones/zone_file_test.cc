#include "zones/zone_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "fakes/temporary_directory.h"
#include "zones/system_time_zones.h"

namespace linebook {
namespace {

std::string big_endian(std::uint64_t value, int size) {
  std::string bytes;
  for (int i = size - 1; i >= 0; --i) bytes += static_cast<char>(value >> (8 * i));
  return bytes;
}

struct MadeUpFile {
  char version = '2';
  std::vector<std::int64_t> changes = {};
  std::vector<int> types = {};  // of each change
  std::vector<std::int32_t> offsets = {-18'000};
  std::uint32_t leap_seconds = 0;
  std::string footer = "\nEST5EDT,M3.2.0,M11.1.0\n";

  std::string header(std::size_t changes_told) const {
    std::string bytes = std::string("TZif") + version + std::string(15, '\0');
    for (auto count : {std::size_t{0}, std::size_t{0}, std::size_t{leap_seconds}, changes_told,
                       offsets.size(), std::size_t{4}})
      bytes += big_endian(count, 4);
    return bytes;
  }
  std::string types_and_names() const {
    std::string bytes;
    for (auto offset : offsets)
      bytes += big_endian(static_cast<std::uint32_t>(offset), 4) + std::string(2, '\0');
    return bytes + "EST" + '\0';
  }
  std::string bytes() const {
    auto all = header(0) + types_and_names() + std::string(leap_seconds * 8, '\0') + header(changes.size());
    for (auto change : changes) all += big_endian(static_cast<std::uint64_t>(change), 8);
    for (auto type : types) all += static_cast<char>(type);
    return all + types_and_names() + std::string(leap_seconds * 12, '\0') + footer;
  }
};

TEST(ZoneFile, IsReadWholeOrNotAtAll) {
  struct {
    char const* name;
    MadeUpFile file;
    bool read;
  } const cases[] = {
      {"no change", {}, true},
      {"two changes", {.changes = {-5, 7}, .types = {1, 0}, .offsets = {-18'000, 3600}}, true},
      {"the first version", {.version = '\0'}, false},
      {"the fourth", {.version = '4'}, true},
      {"changes that do not ascend", {.changes = {7, 7}, .types = {0, 0}}, false},
      {"a type that is not there", {.changes = {7}, .types = {1}}, false},
      {"no type", {.offsets = {}}, false},
      {"leap seconds", {.leap_seconds = 1}, false},
      {"no rule", {.footer = "\n\n"}, false},
      {"no end of line", {.footer = "\nUTC0"}, false},
      {"a line too many", {.footer = "\nUTC0\nUTC0\n"}, false},
      {"no footer", {.footer = ""}, false},
  };
  for (auto const& c : cases) EXPECT_EQ(read_zone_file(c.file.bytes()).has_value(), c.read) << c.name;

  auto const file = read_zone_file(cases[1].file.bytes()).value();
  EXPECT_EQ(file.first_offset, -18'000);
  ASSERT_EQ(file.changes.size(), 2u);
  EXPECT_EQ(file.changes[0].at, -5);
  EXPECT_EQ(file.changes[0].offset, 3600);
  EXPECT_EQ(file.changes[1].offset, -18'000);
  EXPECT_EQ(file.rule, "EST5EDT,M3.2.0,M11.1.0");
}

TEST(ZoneFile, EveryBeginningOfOneIsRefused) {
  auto const whole = MadeUpFile{.changes = {-5, 7}, .types = {1, 0}, .offsets = {0, 3600}}.bytes();
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(read_zone_file(std::string_view(whole).substr(0, size))) << size;
  auto huge = whole;
  huge.replace(20, 24, std::string(24, '\xff'));
  EXPECT_FALSE(read_zone_file(huge));
}

TEST(ZoneFile, ADirectoryThatHasLittleIsADatabaseThatKnowsLittle) {
  fakes::TemporaryDirectory const directory;
  auto const path = std::filesystem::path(directory.path());
  EXPECT_EQ(read_zone_database(path).version, "");
  EXPECT_TRUE(read_zone_database(path / "nowhere").zones.empty());

  std::filesystem::create_directories(path / "America");
  std::ofstream(path / "tzdata.zi") << "# version 2026z\n# more\n";
  // A file that leaves out all that its rule tells.
  std::ofstream(path / "America/New_York") << MadeUpFile{}.bytes();
  std::ofstream(path / "America/Chicago") << MadeUpFile{.footer = "\nno rule at all\n"}.bytes();
  std::ofstream(path / "America/Denver") << "TZif";
  auto const database = read_zone_database(path);
  EXPECT_EQ(database.version, "2026z");
  ASSERT_EQ(database.zones.size(), 1u);
  EXPECT_EQ(database.zones[0].name, "America/New_York");
  auto const span = database.zones[0].transitions.span_at(parse_rfc3339("2027-07-01T00:00:00Z").value());
  EXPECT_EQ(span.offset, std::chrono::hours(-4));
  EXPECT_EQ(to_rfc3339(span.ends), "2027-11-07T06:00:00Z");
}

}  // namespace
}  // namespace linebook
