// The totals of an account's lists.
#pragma once

#include <cstdint>

#include "domain/contacts/person.h"

namespace linebook::books {

struct Totals {
  std::int64_t contact_numbers = 0;
  std::int64_t patients = 0;
  std::int64_t doctors = 0;

  std::int64_t& of(PersonType type) { return type == PersonType::patient ? patients : doctors; }
  bool operator==(Totals const&) const = default;
};

}  // namespace linebook::books
