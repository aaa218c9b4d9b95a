#include "sync/telecom_edit.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "interchange/fhir_extensions.h"
#include "interchange/fhir_reader.h"
#include "interchange/fhir_writer.h"
#include "sync/json_spans.h"

namespace linebook {
namespace {

/// What is said of one number and not of another in its place.
constexpr std::string_view of_that_number[] = {"contactpoint-extension", do_not_call_extension,
                                               verified_extension};
bool is_bound_to_its_number(std::string_view point) {
  return std::ranges::any_of(of_that_number, [&](auto url) { return point.find(url) != point.npos; });
}

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }
std::string quoted_e164(TenDigits const& number) { return quoted(number.to_e164().str()); }

/// What a reader makes of ContactPoints, as of `now`.
std::vector<FhirNumber> read_points(std::string const& points, Instant now) {
  auto const person =
      R"({"resourceType":"Patient","id":"1","name":[{"family":"1","given":["1"]}],"telecom":[)" + points +
      "]}";
  boost::system::error_code error;
  auto const value = boost::json::parse(person, error);
  if (error) return {};
  auto reading = read_fhir_patient(value.as_object(), now);
  return reading ? std::move(reading->person.numbers) : std::vector<FhirNumber>();
}

/// One ContactPoint, and the numbers that it stands for now.
struct Point {
  std::string text;
  std::vector<TenDigits> numbers;

  bool is_of(TenDigits const& number) const { return numbers.size() == 1 && numbers.front() == number; }
};

class TelecomEdit {
 public:
  TelecomEdit(std::string_view telecom, SyncedPhones const& is, SyncedPhones const& wanted, Instant now)
      : is_(is), wanted_(wanted), now_(now) {
    for (auto const element : json_elements(telecom)) {
      Point point{std::string(element), {}};
      for (auto const& one : read_points(point.text, now_)) point.numbers.push_back(one.number);
      points_.push_back(std::move(point));
    }
  }

  /// The ContactPoints, without the array's brackets.
  std::string run() {
    split_those_of_several();
    find_changes();
    replace_numbers();
    for (auto const& number : removed_)
      std::erase_if(points_, [&](Point const& point) { return point.is_of(number); });
    for (auto const& [number, type] : retyped_) retype(number, type);
    for (auto const& [number, type] : added_) add(number, type);
    for (auto const type : {PhoneType::cell, PhoneType::home, PhoneType::other}) prefer(type);
    return joined();
  }

 private:
  bool differs(TenDigits const& number) const {
    auto const was = is_.types.find(number), will = wanted_.types.find(number);
    if (was == is_.types.end() || will == wanted_.types.end()) return was != is_.types.end();
    auto const preferred = [&](SyncedPhones const& phones, PhoneType type) {
      auto const at = phones.preferred.find(type);
      return at != phones.preferred.end() && at->second == number;
    };
    return was->second != will->second || preferred(is_, was->second) != preferred(wanted_, will->second);
  }

  /// One point may hold "415 555 2671 or 2672". Where they part, each gets a point of its own.
  void split_those_of_several() {
    std::vector<Point> split;
    for (auto& point : points_) {
      bool const parts =
          point.numbers.size() > 1 &&
          std::ranges::any_of(point.numbers, [&](auto const& number) { return differs(number); });
      if (!parts) {
        split.push_back(std::move(point));
        continue;
      }
      for (auto const& number : point.numbers)
        split.push_back({with_member(point.text, "value", quoted_e164(number)), {number}});
    }
    points_ = std::move(split);
  }

  void find_changes() {
    for (auto const& [number, type] : is_.types) {
      auto const will = wanted_.types.find(number);
      if (will == wanted_.types.end())
        removed_.push_back(number);
      else if (will->second != type)
        retyped_.emplace_back(number, will->second);
    }
    for (auto const& [number, type] : wanted_.types)
      if (!is_.types.contains(number)) added_.emplace_back(number, type);
  }

  /// Where one number of a type goes and one comes, it has changed: the rest of its point stands.
  void replace_numbers() {
    for (auto const type : {PhoneType::cell, PhoneType::home, PhoneType::other}) {
      auto const going = [&](TenDigits const& number) { return is_.types.at(number) == type; };
      auto const coming = [&](auto const& one) { return one.second == type; };
      if (std::ranges::count_if(removed_, going) != 1 || std::ranges::count_if(added_, coming) != 1) continue;
      auto const old = std::ranges::find_if(removed_, going);
      auto const next = std::ranges::find_if(added_, coming);
      bool replaced = false;
      for (auto& point : points_) {
        if (!point.is_of(*old) || is_bound_to_its_number(point.text)) continue;
        point.text = with_member(point.text, "value", quoted_e164(next->first));
        point.numbers = {next->first};
        replaced = true;
      }
      // Points that keep their number all the same are those of a number that has gone.
      if (replaced) added_.erase(next);
    }
  }

  void retype(TenDigits const& number, PhoneType type) {
    for (auto& point : points_) {
      if (!point.is_of(number)) continue;
      if (type != PhoneType::cell) point.text = with_member(point.text, "system", quoted("phone"));
      point.text = fhir_use_of(type).empty() ? without_member(point.text, "use")
                                             : with_member(point.text, "use", quoted(fhir_use_of(type)));
    }
  }

  void add(TenDigits const& number, PhoneType type) {
    auto text = R"({"system":"phone","value":)" + quoted_e164(number);
    if (!fhir_use_of(type).empty()) text += ",\"use\":" + quoted(fhir_use_of(type));
    points_.push_back({text + "}", {number}});
  }

  /// Rank 1 for the one that is wanted, and no longer for another of its type.
  void prefer(PhoneType type) {
    auto const at = wanted_.preferred.find(type);
    auto const wanted = at == wanted_.preferred.end() ? std::nullopt : std::optional(at->second);
    std::optional<TenDigits> said;
    std::vector<TenDigits> others;
    for (auto const& one : read_points(joined(), now_)) {
      if (one.phone_type != type || !wanted_.types.contains(one.number)) continue;
      if (one.preference == Preference::preferred && !said) said = one.number;
      if (one.number != wanted) others.push_back(one.number);
    }
    if (said == wanted) return;
    for (auto& point : points_) {
      if (wanted && point.is_of(*wanted)) point.text = with_member(point.text, "rank", "1");
      if (point.numbers.size() == 1 && std::ranges::find(others, point.numbers.front()) != others.end() &&
          is_first(point.text))
        point.text = without_member(point.text, "rank");
    }
  }

  static bool is_first(std::string_view point) {
    auto const members = json_members(point);
    auto const rank = std::ranges::find(members, "rank", &JsonMember::name);
    return rank != members.end() && rank->value == "1";
  }

  std::string joined() const {
    std::string text;
    for (auto const& point : points_) text += (text.empty() ? "" : ",") + point.text;
    return text;
  }

  SyncedPhones const& is_;
  SyncedPhones const& wanted_;
  Instant now_;
  std::vector<Point> points_;
  std::vector<TenDigits> removed_;
  std::vector<std::pair<TenDigits, PhoneType>> retyped_;
  std::vector<std::pair<TenDigits, PhoneType>> added_;
};

/// Of the numbers that `about` names: what the points say. The rest is not ours.
bool says(std::string const& points, SyncedPhones const& is, SyncedPhones const& wanted, Instant now) {
  SyncedPhones said;
  for (auto const& one : read_points(points, now)) {
    if (!is.types.contains(one.number) && !wanted.types.contains(one.number)) continue;
    said.types.emplace(one.number, one.phone_type);
    if (one.preference == Preference::preferred) said.preferred.emplace(one.phone_type, one.number);
  }
  return said == wanted;
}

}  // namespace

Result<std::string> with_phones(std::string_view resource, SyncedPhones const& is, SyncedPhones const& wanted,
                                Instant now) {
  auto const members = json_members(resource);
  auto const telecom = std::ranges::find(members, "telecom", &JsonMember::name);
  bool const has_telecom = telecom != members.end();
  auto const points = TelecomEdit(has_telecom ? telecom->value : "[]", is, wanted, now).run();
  if (members.empty() || std::ranges::count(members, "telecom", &JsonMember::name) > 1 ||
      !says(points, is, wanted, now))
    return fail(ErrorCode::validation_error, "has phones that cannot be changed one by one");
  // FHIR knows no empty lists.
  return points.empty() ? without_member(resource, "telecom")
                        : with_member(resource, "telecom", "[" + points + "]");
}

}  // namespace linebook
