// What every use case is told beside its command: whose books, on whose behalf, when, and where fresh ids come from.
#pragma once

#include <string>

#include "app/ports/ids.h"
#include "app/ports/secrets.h"
#include "base/id.h"
#include "base/instant.h"

namespace linebook {

struct Context {
  AccountId account;
  std::string actor;       // the API key's id, or "operator"
  std::string request_id;  // "req_…"
  Instant now;
  Ids& ids;
  Secrets& secrets;
};

}  // namespace linebook
