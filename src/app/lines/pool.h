// Use cases of the operator: the pool of numbers that Pia lines are made of, and squatted numbers. One that
// returns an Error has changed nothing.
#pragma once

#include <string>

#include "app/context.h"
#include "app/import_outcome.h"
#include "app/ports/store.h"
#include "domain/lines/pool_number.h"
#include "domain/numbers/e164.h"

namespace linebook {

/// Adds a number to the pool. One that was withdrawn becomes available again (updated), and one that is
/// available takes up another country code (updated); one that a line holds stays as it is. `country_code` is
/// ISO 3166-1 alpha-2 in capitals. Who carries it is taken up whatever state it is in, where `carrier` says.
Result<ImportOutcome> import_pool_number(Transaction&, Context const&, E164 const&,
                                         std::string_view country_code,
                                         std::optional<CarrierName> carrier = {});

/// The number belongs to a line of `ctx.account` from now on.
void assign_pool_number(Transaction&, Context const&, PoolNumber const&);

/// Its line is gone: the number rests, then it may be given out again. Nothing happens to numbers outside the
/// pool.
void give_back_pool_number(Transaction&, Context const&, E164 const&);

/// The number is never given out again. conflict while a line holds it.
Result<PoolNumber> withdraw_pool_number(Transaction&, Context const&, E164 const&);

struct ReleasedLine {
  AccountId account;
  Line line;
};

/// Takes an E.164 number out of service, whichever account holds it; ledgered in that account.
Result<ReleasedLine> release_line_number(Transaction&, Context const&, E164 const&);

}  // namespace linebook
