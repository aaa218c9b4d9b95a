// What a batch has done beside its rows, told to the rest of the store once it is committed.
#pragma once

#include <cstddef>
#include <vector>

#include "app/ports/key_changes.h"
#include "store/search/digit_indexes.h"

namespace linebook::sqlite {

struct Effects {
  KeyChanges key_changes;
  std::vector<NumberChange> number_changes;

  /// A place to go back to when a job is undone.
  struct Mark {
    std::size_t keys;
    std::size_t accounts;
    std::size_t sessions;
    std::size_t number_changes;
  };
  Mark mark() const {
    return {key_changes.keys.size(), key_changes.accounts.size(), key_changes.sessions.size(),
            number_changes.size()};
  }
  void rewind(Mark const& to) {
    key_changes.keys.resize(to.keys);
    key_changes.accounts.resize(to.accounts);
    key_changes.sessions.resize(to.sessions);
    number_changes.erase(number_changes.begin() + static_cast<std::ptrdiff_t>(to.number_changes),
                         number_changes.end());
  }
  void clear() { rewind({}); }
};

}  // namespace linebook::sqlite
