// Filters that accounts keep under a name, as a store keeps them.
// The store itself guarantees: a name once in an account.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "app/ports/agents.h"
#include "domain/contacts/saved_list.h"

namespace linebook {

class SavedLists {
 public:
  virtual ~SavedLists() = default;

  /// In a write, keeps others who change the account's lists away until this job has ended.
  virtual std::optional<SavedList> find(AccountId, SavedListId const&) const = 0;
  /// The same without keeping anybody away.
  virtual std::optional<SavedList> look_at(AccountId, SavedListId const&) const = 0;
  /// As find().
  virtual std::optional<SavedList> named(AccountId, std::string_view name) const = 0;
  /// Newest first, at most `limit`, after `after` where given.
  virtual std::vector<SavedList> list(AccountId, std::optional<Keyset> const& after,
                                      std::int64_t limit) const = 0;
  virtual std::int64_t count(AccountId) const = 0;
  virtual void insert(AccountId, SavedList const&) = 0;
  virtual void update(AccountId, SavedList const&) = 0;
  virtual void remove(AccountId, SavedListId const&) = 0;
};

}  // namespace linebook
