// What a store's books say, in words, and whether they are in order.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "app/ports/store.h"

namespace linebook::crash {

/// Each thing that the books hold, and all that they say of it: people with their numbers, kept answers, and
/// how far each account's ledger goes.
using Books = std::map<std::string, std::string>;

std::string person_key(AccountId, PersonRef const&);
std::string ledger_key(AccountId);
std::string answer_key(IdempotencySlot const&);

std::string person_text(Transaction const&, AccountId, PersonRef const&);
std::string ledger_text(Transaction const&, AccountId);
std::string answer_text(KeptAnswer const&);
/// The slots that the workload uses: one name, one answer.
IdempotencySlot answer_slot(AccountId, std::string name);

/// Everything. Kept answers cannot be listed: those are looked up that `expected` names.
Books read_books(Transaction const&, Books const& expected);

/// Where the two differ first, empty where they are the same.
std::string difference_of(Books const& expected, Books const& found);

/// What is wrong with an account's ledger, empty where it is sound: sequences without gaps, seals that
/// verify, and entries that, taken together, come to exactly the people and numbers that the books hold.
std::string ledger_faults(Transaction const&, AccountId);

}  // namespace linebook::crash
