// GET …/{id}/history: what the ledger tells of one thing, newest first, also after it was deleted.
#pragma once

#include <string_view>

#include "http/serving/endpoint.h"
#include "http/serving/paging.h"

namespace linebook::http {

/// The history of the thing whose id is the path's parameter; 404 when the ledger knows nothing of it.
Result<Plan> history_of(Call&, Entity, std::string_view what);

/// {"entries":[…],"next_page_token":…}
Answer ledger_answer(LedgerPage const&, Environment const&, AccountId, TokenPage const&, Instant now);

}  // namespace linebook::http
