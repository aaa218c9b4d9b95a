#include "domain/sync/merge_phones.h"

#include <array>

namespace linebook {
namespace {

template <class Map, class Key>
std::optional<typename Map::mapped_type> at(Map const& map, Key const& key) {
  auto const found = map.find(key);
  return found == map.end() ? std::nullopt : std::optional(found->second);
}

template <class T>
struct Merged {
  std::optional<T> value;
  bool conflict = false;
};

/// Either side may have changed a value, given it or taken it away. With `never_in_step` there is no base,
/// and a value that one side alone has is new there.
template <class T>
Merged<T> merge(bool never_in_step, std::optional<T> const& base, std::optional<T> const& ours,
                std::optional<T> const& theirs, bool touched, Side prefer) {
  if (ours == theirs) return {ours};
  if (never_in_step) {
    if (!ours) return {theirs};
    if (!theirs) return {ours};
  } else {
    bool const ended_there = touched && !theirs;
    if (ours == base && !ended_there) return {theirs};
    if (theirs == base) return {ours};
  }
  return {prefer == Side::ours ? ours : theirs, true};
}

bool may_be_preferred(SyncedPhones const& phones, PhoneType type, std::optional<TenDigits> const& number) {
  return number && at(phones.types, *number) == type;
}

/// A preferred number that has gone, or is of another type now, leaves its place to the other side's.
void merge_preferred(PhoneType type, std::optional<SyncedPhones> const& base, SyncedPhones const& ours,
                     SyncedPhones const& theirs, Side prefer, MergedPhones& into) {
  auto const our = at(ours.preferred, type), their = at(theirs.preferred, type);
  auto const was = base ? at(base->preferred, type) : std::nullopt;
  auto const merged = merge(!base, was, our, their, false, prefer);
  bool const our_stands = may_be_preferred(into.phones, type, our);
  bool const their_stands = may_be_preferred(into.phones, type, their);
  if (may_be_preferred(into.phones, type, merged.value)) {
    into.phones.preferred.emplace(type, *merged.value);
  } else if (merged.value && (our_stands || their_stands)) {
    into.phones.preferred.emplace(type, our_stands ? *our : *their);
  }
  if (!merged.conflict || (our && !our_stands) || (their && !their_stands)) return;
  into.conflicts.push_back({merged.value ? *merged.value : our ? *our : *their, prefer});
}

/// Of a field of which the server had said nothing.
template <class T>
bool given_here(std::optional<T> const& ours, bool) {
  return ours.has_value();
}
template <class T>
bool given_here(T const&, bool never_read) {
  return never_read;
}

template <class Field, class Value>
void take(Field& ours, std::optional<Value> const& before, std::optional<Value> const& now, bool never_read,
          std::string_view name, Side prefer, MergedPerson& merged) {
  if (!now || (!never_read && now == before) || ours == *now) return;
  bool const changed_here = before ? ours != *before : given_here(ours, never_read);
  if (changed_here) merged.conflicts.emplace_back(name);
  if (!changed_here || prefer == Side::theirs) ours = *now;
}

std::optional<std::string> said_text(std::string const& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

MergedPhones merge_phones(std::optional<SyncedPhones> const& base, SyncedPhones const& ours,
                          SyncedPhones const& theirs, std::set<TenDigits> const& touched, Side prefer) {
  MergedPhones merged;
  std::set<TenDigits> all;
  for (auto const& [number, type] : ours.types) all.insert(number);
  for (auto const& [number, type] : theirs.types) all.insert(number);
  for (auto const& number : all) {
    auto const was = base ? at(base->types, number) : std::nullopt;
    auto const one =
        merge(!base, was, at(ours.types, number), at(theirs.types, number), touched.contains(number), prefer);
    if (one.value) merged.phones.types.emplace(number, *one.value);
    if (one.conflict) merged.conflicts.push_back({number, prefer});
  }
  for (auto const type : {PhoneType::cell, PhoneType::home, PhoneType::other})
    merge_preferred(type, base, ours, theirs, prefer, merged);
  return merged;
}

void drop_stray_preferences(SyncedPhones& phones) {
  std::erase_if(phones.preferred, [&](auto const& one) {
    return !may_be_preferred(phones, one.first, std::optional(one.second));
  });
}

MergedPerson merge_person(Person const& ours, std::optional<SaidOfPerson> const& before,
                          SaidOfPerson const& now, Side prefer) {
  MergedPerson merged{.person = ours, .conflicts = {}};
  auto& person = merged.person;
  bool const never_read = !before;
  auto const was = before.value_or(SaidOfPerson{});
  auto const field = [&](auto& of_person, auto const& said_before, auto const& says, std::string_view name) {
    take(of_person, said_before, says, never_read, name, prefer, merged);
  };
  field(person.first_name, said_text(was.first_name), said_text(now.first_name), "first_name");
  field(person.last_name, said_text(was.last_name), said_text(now.last_name), "last_name");
  field(person.email, was.email, now.email, "email");
  if (person.ref.type == PersonType::patient) {
    field(person.date_of_birth, was.date_of_birth, now.date_of_birth, "date_of_birth");
    field(person.gender, was.gender, now.gender, "gender");
    field(person.active, was.active, now.active, "active");
    field(person.deceased, was.deceased, now.deceased, "deceased");
  } else {
    field(person.npi, was.npi, now.npi, "npi");
  }
  return merged;
}

}  // namespace linebook
