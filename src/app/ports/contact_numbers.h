// Contact numbers, as a store keeps them. Const members read; the others change.
// The store itself guarantees: a number once per person; one primary per person and type.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/ports/people.h"
#include "domain/contacts/contact_number.h"

namespace linebook {

/// A number with the name of the person it belongs to, as of the same snapshot.
struct LinkedContactNumber {
  ContactNumber number;
  std::string person_name;
};

struct ContactNumberFilter {
  std::string digits;  // any part of the number, 1–10 digits; empty: all
  std::optional<PersonRef> person;
  std::optional<PersonType> person_type;
  std::optional<PhoneType> phone_type;
  std::optional<bool> primary;
  std::optional<bool> verified;
  std::optional<bool> do_not_call;
  NumberOrder order = NumberOrder::newest;

  /// For every number that there is, newest first.
  bool asks_for_all() const {
    return digits.empty() && !person && !person_type && !phone_type && !primary && !verified &&
           !do_not_call && order == NumberOrder::newest;
  }
};

/// What is doubtful in an account's contact book. Lists hold the first `quality_list_limit`; counts are
/// exact.
inline constexpr std::int64_t quality_list_limit = 100;
struct QualityReport {
  struct Doubtful {
    ContactNumberId id;
    TenDigits number;
  };
  struct AreaCodeCount {
    std::string area_code;
    std::int64_t count;
  };
  struct SharedNumber {
    TenDigits number;
    std::int64_t people;
  };
  struct PersonWithoutPrimary {
    PersonRef person;
    std::string name;
  };
  std::int64_t total_numbers = 0;
  std::int64_t unassigned_area_code_numbers = 0;
  std::vector<AreaCodeCount> unassigned_area_codes;  // most numbers first
  std::int64_t invalid_exchange_numbers = 0;
  std::vector<Doubtful> invalid_exchanges;
  std::int64_t shared_numbers_total = 0;
  std::vector<SharedNumber> shared_numbers;  // most people first
  std::int64_t never_verified_numbers = 0;
  std::vector<Doubtful> never_verified;
  std::int64_t people_without_primary = 0;
  std::vector<PersonWithoutPrimary> without_primary;
};

class ContactNumbers {
 public:
  virtual ~ContactNumbers() = default;

  virtual std::optional<LinkedContactNumber> find(AccountId, ContactNumberId const&) const = 0;
  /// In the filter's order, with the exact total.
  virtual CountedPage<LinkedContactNumber> list(AccountId, ContactNumberFilter const&, std::int64_t limit,
                                                std::int64_t offset) const = 0;
  /// Newest first, at most `limit`.
  virtual std::vector<ContactNumber> of_person(AccountId, PersonRef const&, std::int64_t limit) const = 0;
  /// The same for each of several people, in their order.
  virtual std::vector<std::vector<ContactNumber>> of_people(AccountId, PersonType,
                                                            std::vector<PersonId> const&,
                                                            std::int64_t limit_each) const = 0;
  virtual std::optional<ContactNumber> find_on_person(AccountId, PersonRef const&,
                                                      TenDigits const&) const = 0;
  virtual std::optional<ContactNumber> primary_of(AccountId, PersonRef const&, PhoneType) const = 0;
  /// Everybody who has this number, oldest entry first, at most `limit`.
  virtual std::vector<LinkedContactNumber> with_number(AccountId, TenDigits const&,
                                                       std::int64_t limit) const = 0;
  virtual QualityReport quality(AccountId) const = 0;
  /// Every number after `after` in order of id, at most `limit`: for exports.
  virtual std::vector<LinkedContactNumber> walk(AccountId, ContactNumberId const& after,
                                                std::int64_t limit) const = 0;

  // Each moves Person::changed_at: to the number's updated_at, or to when it was removed.
  virtual void insert(AccountId, ContactNumber const&) = 0;
  virtual void update(AccountId, ContactNumber const&) = 0;
  virtual void remove(AccountId, ContactNumber const&, Instant at) = 0;

  /// Do-not-call outlives a number's entry: was this number of this person do-not-call when it went?
  virtual bool do_not_call_remembered(AccountId, PersonRef const&, TenDigits const&) const = 0;
  virtual void remember_do_not_call(AccountId, PersonRef const&, TenDigits const&) = 0;
  virtual void forget_do_not_call(AccountId, PersonRef const&, TenDigits const&) = 0;
};

}  // namespace linebook
