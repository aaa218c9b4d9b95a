// Everybody in an account's contact book, for exports that write a person at a time.
#pragma once

#include <cstdint>
#include <string>

#include "app/contacts/walk_people.h"
#include "app/ports/blocking.h"
#include "cli/operator_session.h"

namespace linebook {

/// Has `append(text, person)` write each person of a type, and `write(text)` take what a page of them came
/// to. Tells how many there were; memory for one page.
template <class Append, class Write>
Result<std::uint64_t> for_all_people(OperatorSession& session, AccountId account, PersonType type,
                                     Append const& append, Write const& write) {
  PeopleWalk walk{.type = type};
  struct Page {
    std::string text;
    PeopleWalk walk;
    std::size_t people = 0;
  };
  for (std::uint64_t told = 0;;) {
    auto page = read_and_wait(session.store(), [&](Transaction const& tx) -> Result<Page> {
      Page read{.text = {}, .walk = walk};
      for (auto const& person : walk_people(tx, account, read.walk)) {
        append(read.text, person);
        ++read.people;
      }
      return read;
    });
    if (!page) return fail(std::move(page.error()));
    if (page->people == 0) return told;
    walk = page->walk;
    told += page->people;
    if (auto written = write(page->text, told); !written) return fail(std::move(written.error()));
  }
}

}  // namespace linebook
