// What FHIR resources and vCards tell alike of a person.
#pragma once

#include <vector>

#include "app/contacts/people.h"

namespace linebook {

/// The numbers in the order in which they are to be tried: primary ones first, else newest first.
inline std::vector<ContactNumber const*> preferred_first(std::vector<ContactNumber> const& numbers) {
  std::vector<ContactNumber const*> all;
  for (bool const primary : {true, false})
    for (auto const& n : numbers)
      if (n.primary == primary) all.push_back(&n);
  return all;
}

}  // namespace linebook
