// How decisions get their places.
#include "store/books/reach/decisions.h"
#include "store/postgres/session.h"

namespace linebook::postgres {
namespace {

constexpr Statement last_decision_of{"last_decision_of",
                                     "SELECT last_sequence FROM decision_heads WHERE account_id = $1"};

}  // namespace

void Session::append_decision(AccountId account, Decision const& d) {
  changes.of(account).decisions.push_back({.id = *d.id,
                                           .at = d.at,
                                           .number = d.number,
                                           .channel = d.channel,
                                           .purpose = d.purpose,
                                           .allowed = d.verdict.allowed(),
                                           .actor = d.actor,
                                           .request_id = d.request_id,
                                           .document = encode_decision(d)});
}

std::int64_t Session::last_decision(AccountId account) { return query(last_decision_of, account).number(); }

}  // namespace linebook::postgres
