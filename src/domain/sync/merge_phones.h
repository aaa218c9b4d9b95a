// A person's phones on two sides, and what becomes of them where either may have changed them: three ways,
// number by number. Pure.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/contacts/contact_number.h"
#include "domain/sync/fhir_source.h"

namespace linebook {

/// What both sides can hold of a person's phones.
struct SyncedPhones {
  std::map<TenDigits, PhoneType> types;
  /// The one that is called first, at most one of each type: here the primary, there the one of rank 1.
  /// Each is in `types`, with that type.
  std::map<PhoneType, TenDigits> preferred;

  bool operator==(SyncedPhones const&) const = default;
};

struct PhoneConflict {
  TenDigits number;
  Side kept;
};

struct MergedPhones {
  SyncedPhones phones;
  std::vector<PhoneConflict> conflicts;
};

/// `base` is what both had when they were last in step; nothing: they never were, and then nobody has taken
/// anything away. `touched` are numbers of ours about which something else was changed here since (verified,
/// do-not-call): where they have ended there, both sides have changed them.
MergedPhones merge_phones(std::optional<SyncedPhones> const& base, SyncedPhones const& ours,
                          SyncedPhones const& theirs, std::set<TenDigits> const& touched, Side prefer);

/// Of the preferred numbers, those that stand in `types` with that type.
void drop_stray_preferences(SyncedPhones&);

/// What the server said of the person beside the phones, when it was last read. Empty: it did not say.
struct SaidOfPerson {
  std::string first_name;
  std::string last_name;
  std::optional<std::string> email = {};
  std::optional<std::string> date_of_birth = {};
  std::optional<Gender> gender = {};
  std::optional<bool> active = {};
  std::optional<bool> deceased = {};
  std::optional<std::string> npi = {};

  bool operator==(SaidOfPerson const&) const = default;
};

struct MergedPerson {
  Person person;
  std::vector<std::string> conflicts;  // fields that both sides changed
};

/// Takes up what the server says anew. What it does not say stays, and so does what it said before and
/// somebody has changed here. `before` nothing: it was never read.
MergedPerson merge_person(Person const& ours, std::optional<SaidOfPerson> const& before,
                          SaidOfPerson const& now, Side prefer);

}  // namespace linebook
