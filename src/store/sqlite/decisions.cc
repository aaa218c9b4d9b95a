// How decisions get their places.
#include "store/books/reach/decisions.h"
#include "store/sqlite/session.h"

namespace linebook::sqlite {
namespace {

constexpr books::Statement append_decision_row{
    "append_decision",
    SQL("INSERT INTO decisions (account_id, sequence, id, at, number, channel, purpose, allowed, actor,"
        " request_id, document) VALUES (?1..?11)")};

}  // namespace

void Session::append_decision(AccountId account, Decision const& d) {
  auto const sequence = counters.advance_decisions(account);
  change(append_decision_row, account, sequence, *d.id, d.at, d.number, d.channel, d.purpose,
         d.verdict.allowed(), d.actor, d.request_id, encode_decision(d));
}

}  // namespace linebook::sqlite
