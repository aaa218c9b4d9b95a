#include "zones/zone_file.h"

#include <cstddef>

namespace linebook {
namespace {

constexpr std::string_view magic = "TZif";
constexpr std::size_t version_and_reserved = 16;
constexpr std::size_t type_size = 6;                 // offset, is it summer time, where its name is
constexpr std::uint32_t most_of_anything = 100'000;  // the largest file of the database has 500 changes

/// Takes bytes off the front; once too few are left, all that it gives is zero and `ran_out`.
class Reading {
 public:
  explicit Reading(std::string_view bytes) : rest_(bytes) {}

  std::string_view take(std::size_t size) {
    if (size > rest_.size()) {
      ran_out_ = true;
      return {};
    }
    auto const taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  /// Most significant byte first.
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (char const c : take(size)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }
  std::uint32_t count() { return static_cast<std::uint32_t>(number(4)); }
  bool ran_out() const { return ran_out_; }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool ran_out_ = false;
};

struct Header {
  std::uint32_t utc_marks, standard_marks, leap_seconds, changes, types, name_bytes;
  char version;

  bool is_bounded() const {
    for (auto count : {utc_marks, standard_marks, leap_seconds, changes, types, name_bytes})
      if (count > most_of_anything) return false;
    return true;
  }
  std::size_t size_behind_types(std::size_t time_size) const {
    return name_bytes + leap_seconds * (time_size + 4) + standard_marks + utc_marks;
  }
};

std::optional<Header> read_header(Reading& in) {
  if (in.take(magic.size()) != magic) return std::nullopt;
  auto const version = in.take(version_and_reserved);
  if (in.ran_out()) return std::nullopt;
  Header header{};
  for (auto* count : {&header.utc_marks, &header.standard_marks, &header.leap_seconds, &header.changes,
                      &header.types, &header.name_bytes})
    *count = in.count();
  header.version = version[0];
  if (in.ran_out() || !header.is_bounded()) return std::nullopt;
  return header;
}

/// The first data block, with times of 32 bits, is there for old readers.
void skip_old_block(Reading& in, Header const& header) {
  constexpr std::size_t old_time_size = 4;
  in.take(header.changes * (old_time_size + 1) + header.types * type_size +
          header.size_behind_types(old_time_size));
}

/// "\nEST5EDT,M3.2.0,M11.1.0\n"
std::optional<std::string> read_rule(std::string_view footer) {
  if (footer.size() < 3 || footer.front() != '\n' || footer.back() != '\n') return std::nullopt;
  auto const rule = footer.substr(1, footer.size() - 2);
  if (rule.find('\n') != rule.npos) return std::nullopt;
  return std::string(rule);
}

}  // namespace

std::optional<ZoneFile> read_zone_file(std::string_view bytes) {
  Reading in(bytes);
  auto const old = read_header(in);
  if (!old || old->version < '2') return std::nullopt;
  skip_old_block(in, *old);
  auto const header = read_header(in);
  if (!header || header->types == 0 || header->leap_seconds != 0) return std::nullopt;

  constexpr std::size_t time_size = 8;
  ZoneFile file{};
  for (std::uint32_t i = 0; i < header->changes; ++i)
    file.changes.push_back({static_cast<std::int64_t>(in.number(time_size)), 0});
  auto const types_of_changes = in.take(header->changes);
  std::vector<std::int32_t> offsets;
  for (std::uint32_t i = 0; i < header->types; ++i) {
    offsets.push_back(static_cast<std::int32_t>(static_cast<std::uint32_t>(in.number(4))));
    in.take(type_size - 4);
  }
  in.take(header->size_behind_types(time_size));
  auto rule = read_rule(in.rest());
  if (in.ran_out() || !rule) return std::nullopt;

  file.first_offset = offsets.front();
  for (std::size_t i = 0; i < file.changes.size(); ++i) {
    auto const type = static_cast<unsigned char>(types_of_changes[i]);
    if (type >= offsets.size() || (i > 0 && file.changes[i].at <= file.changes[i - 1].at))
      return std::nullopt;
    file.changes[i].offset = offsets[type];
  }
  file.rule = std::move(*rule);
  return file;
}

}  // namespace linebook
