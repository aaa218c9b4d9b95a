// Use cases of saved lists: filters of the contact book that an account keeps under a name.
#pragma once

#include <optional>
#include <string>

#include "app/context.h"
#include "app/edits.h"
#include "app/ports/store.h"

namespace linebook {

struct CreateSavedList {
  std::optional<std::string> name = {};
  std::optional<Listed> of = {};
  SavedFilter filter = {};
  NumberOrder sort = NumberOrder::newest;
  Problems problems = {};
};

struct EditSavedList {
  std::optional<std::string> name = {};
  std::optional<SavedFilter> filter = {};  // the whole of it
  std::optional<NumberOrder> sort = {};
  Problems problems = {};
};

/// already_exists where the name is taken; conflict where there are `max_saved_lists`.
Result<SavedList> create_saved_list(Transaction&, Context const&, CreateSavedList);
Result<SavedList> edit_saved_list(Transaction&, Context const&, SavedListId const&,
                                  Precondition<SavedList> const&, EditSavedList const&);
Result<void> delete_saved_list(Transaction&, Context const&, SavedListId const&,
                               Precondition<SavedList> const&);

}  // namespace linebook
