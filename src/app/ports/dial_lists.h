// Dial lists and their entries, as a store keeps them. The store itself guarantees: a person is once in a
// list.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/ports/agents.h"
#include "domain/dialing/dial_list.h"

namespace linebook {

struct AccountDialList {
  AccountId account;
  DialList list;
};

struct DialListFilter {
  std::optional<DialListStatus> status = {};
};

class DialLists {
 public:
  virtual ~DialLists() = default;

  /// In a write, keeps others who decide about the list away until this job has ended.
  virtual std::optional<DialList> find(AccountId, DialListId const&) const = 0;
  /// The same without keeping anybody away.
  virtual std::optional<DialList> look_at(AccountId, DialListId const&) const = 0;
  /// Newest first, at most `limit`, after `after` where given.
  virtual std::vector<DialList> list(AccountId, DialListFilter const&, std::optional<Keyset> const& after,
                                     std::int64_t limit) const = 0;
  virtual void insert(AccountId, DialList const&) = 0;
  virtual void update(AccountId, DialList const&) = 0;
  /// Of all accounts: those that run, are being filled, or have an entry that is being called.
  virtual std::vector<AccountDialList> at_work() const = 0;
};

/// From when to when an entry's turn is, both included.
struct DialTurns {
  Instant from{INT64_MIN};
  Instant until{INT64_MAX};
};

struct DialEntryFilter {
  std::optional<DialEntryState> state = {};
  std::optional<std::string> reason = {};
};

class DialEntries {
 public:
  virtual ~DialEntries() = default;

  virtual std::optional<DialEntry> find(AccountId, DialListId const&, DialEntryId const&) const = 0;
  /// Is the person being called, or leased beyond `now`, in whatever list? In a write, keeps others who would
  /// give that person out away until this job has ended. True, too, where another job keeps this one away: it
  /// waits for nobody, and a moment later it may be otherwise.
  virtual bool is_given_out(AccountId, PersonRef const&, Instant now) const = 0;
  /// The same of the number: two people may share it. Keeps nobody away: hold_attempts does.
  virtual bool is_given_out(AccountId, TenDigits const&, Instant now) const = 0;
  /// False: the person is in the list already, and nothing was changed.
  virtual bool insert(AccountId, DialEntry const&) = 0;
  /// The same for many at once; how many were taken.
  virtual std::int64_t insert(AccountId, std::vector<DialEntry> const&) = 0;
  virtual void update(AccountId, DialEntry const&) = 0;

  /// The next of that state, by turn_at, at most `limit`. In a write they are held until this job has ended,
  /// and what another one holds is passed over.
  virtual std::vector<DialEntry> next(AccountId, DialListId const&, DialEntryState, DialTurns const&,
                                      std::int64_t limit) const = 0;
  /// When the first of that state has its turn.
  virtual std::optional<Instant> first_turn(AccountId, DialListId const&, DialEntryState) const = 0;
  virtual std::int64_t count(AccountId, DialListId const&, DialEntryState) const = 0;
  /// All of the list, by state and reason. Walks the whole list.
  virtual std::vector<DialCount> counts(AccountId, DialListId const&) const = 0;
  /// In order of id, after `after`, at most `limit`.
  virtual std::vector<DialEntry> page(AccountId, DialListId const&, DialEntryId const& after,
                                      std::int64_t limit) const = 0;
  /// The same of those that fit.
  virtual std::vector<DialEntry> matching(AccountId, DialListId const&, DialEntryFilter const&,
                                          DialEntryId const& after, std::int64_t limit) const = 0;
};

}  // namespace linebook
