// What a transaction changes beside its own rows, kept in memory until its last statements: ledger entries
// and decisions, which get their places only then, and the totals of lists.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/ports/key_changes.h"
#include "base/id.h"
#include "domain/ledger/ledger_entry.h"
#include "domain/reach/decision_record.h"
#include "store/books/session/totals.h"

namespace linebook::postgres {

struct NewEntry {
  Instant at;
  std::string actor;
  std::string request_id;
  Entity entity;
  std::string entity_id;
  Action action;
  std::string changes;  // as encode_changes has it
};

struct NewDecision {
  DecisionId id;
  Instant at;
  TenDigits number;
  Channel channel;
  Purpose purpose;
  bool allowed;
  std::string actor;
  std::string request_id;
  std::string document;  // as encode_decision has it
};

using books::Totals;

struct AccountChanges {
  std::vector<NewEntry> entries;
  std::vector<NewDecision> decisions;
  Totals totals;  // by how much they move
};

struct BookChanges {
  std::map<AccountId, AccountChanges> accounts;  // in the order in which their heads are locked
  bool rows = false;                             // any row at all
  KeyChanges keys;

  AccountChanges& of(AccountId account) { return accounts[account]; }
  AccountChanges const* find(AccountId account) const {
    auto const known = accounts.find(account);
    return known == accounts.end() ? nullptr : &known->second;
  }
  bool any() const { return rows || keys.any() || !accounts.empty(); }
  void take(BookChanges&& more) {
    rows |= more.rows;
    keys.take(more.keys);
    for (auto& [account, changes] : more.accounts) {
      auto& mine = of(account);
      mine.entries.insert(mine.entries.end(), std::move_iterator(changes.entries.begin()),
                          std::move_iterator(changes.entries.end()));
      mine.decisions.insert(mine.decisions.end(), std::move_iterator(changes.decisions.begin()),
                            std::move_iterator(changes.decisions.end()));
      mine.totals.contact_numbers += changes.totals.contact_numbers;
      mine.totals.patients += changes.totals.patients;
      mine.totals.doctors += changes.totals.doctors;
    }
  }
};

}  // namespace linebook::postgres
