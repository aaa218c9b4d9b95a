// What a batch has done beside its rows, told to the rest of the store once it is committed.
#pragma once

#include <cstddef>
#include <vector>

#include "store/search/digit_indexes.h"

namespace linebook::sqlite {

struct Effects {
  bool keys_changed = false;
  std::vector<NumberChange> number_changes;

  /// A place to go back to when a job is undone.
  struct Mark {
    bool keys_changed;
    std::size_t number_changes;
  };
  Mark mark() const { return {keys_changed, number_changes.size()}; }
  void rewind(Mark const& to) {
    keys_changed = to.keys_changed;
    number_changes.erase(number_changes.begin() + static_cast<std::ptrdiff_t>(to.number_changes),
                         number_changes.end());
  }
  void clear() { rewind({}); }
};

}  // namespace linebook::sqlite
