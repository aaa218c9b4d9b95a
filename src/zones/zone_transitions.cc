#include "zones/zone_transitions.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>

#include "zones/zone_file.h"

namespace linebook {
namespace {

constexpr std::size_t max_zone_file_bytes = 256 * 1024;  // the largest has 4 KiB
constexpr std::size_t max_version_characters = 32;

std::int64_t beginning_of(int year) {
  std::chrono::sys_days const day{std::chrono::year(year) / std::chrono::January / 1};
  return std::chrono::sys_seconds(day).time_since_epoch().count();
}

/// Collects what lies within the known years.
class KnownChanges {
 public:
  explicit KnownChanges(std::int32_t first) : first_(first), last_(first) {}

  void add(ClockChange const& change) {
    if (change.at < beginning_of(first_known_year))
      first_ = change.offset;
    else if (change.offset != last_)  // else it is of the name only
      changes_.push_back({Instant::from_seconds(change.at), std::chrono::seconds(change.offset)});
    last_ = change.offset;
  }
  ZoneTransitions take() && { return {std::chrono::seconds(first_), std::move(changes_)}; }

 private:
  std::int32_t first_, last_;
  std::vector<ZoneTransitions::Change> changes_;
};

std::optional<ZoneTransitions> known_changes_of(ZoneFile const& file) {
  KnownChanges known(file.first_offset);
  for (auto const& change : file.changes) known.add(change);
  // Some files tell every change until 2037, others none that the rule tells as well.
  auto const last = file.changes.empty() ? INT64_MIN : file.changes.back().at;
  auto const by_rule = changes_by_rule(file.rule, std::max(last, beginning_of(first_known_year)),
                                       beginning_of(last_known_year + 1));
  if (!by_rule) return std::nullopt;
  for (auto const& change : *by_rule) known.add(change);
  return std::move(known).take();
}

std::string read_bytes(std::filesystem::path const& path) {
  std::error_code ignored;  // then its size is taken for the largest
  auto const size = std::min<std::uintmax_t>(std::filesystem::file_size(path, ignored), max_zone_file_bytes);
  std::ifstream in(path, std::ios::binary);
  std::string bytes(size, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

}  // namespace

ZoneSpan ZoneTransitions::span_at(Instant at) const {
  auto const after = std::ranges::upper_bound(changes_, at, {}, &Change::at);
  ZoneSpan span{.offset = first_, .begins = {INT64_MIN}, .ends = {INT64_MAX}};
  if (after != changes_.begin()) {
    span.offset = std::prev(after)->offset;
    span.begins = std::prev(after)->at;
  }
  if (after != changes_.end()) span.ends = after->at;
  return span;
}

std::optional<ZoneTransitions> read_zone(std::filesystem::path const& directory, std::string const& name) {
  auto const file = read_zone_file(read_bytes(directory / name));
  return file ? known_changes_of(*file) : std::nullopt;
}

std::string read_zones_version(std::filesystem::path const& directory) {
  constexpr std::string_view head = "# version ";
  std::ifstream file(directory / "tzdata.zi");
  std::string line;
  if (!std::getline(file, line) || !line.starts_with(head)) return "";
  return line.substr(head.size(), max_version_characters);
}

}  // namespace linebook
