// What a sub-command works with. It is written once against this, and runs beside a server (inside it, on
// behalf of a client at the operator socket) as it runs without one.
#pragma once

#include <filesystem>
#include <string>

#include "app/context.h"
#include "app/ports/backup.h"
#include "app/ports/clock.h"
#include "app/ports/database_check.h"
#include "app/ports/do_not_call_lists.h"
#include "app/ports/list_drafts.h"
#include "app/ports/outgoing_http.h"
#include "app/ports/simulated_phones.h"
#include "app/ports/store.h"
#include "cli/console.h"
#include "domain/reach/time_zones.h"

namespace linebook {

/// An installation whose store is open. Owned by whoever started it; outlives every session.
struct Installation {
  Store& store;
  Clock& clock;
  Ids& ids;
  Secrets& secrets;
  Policies const& policies;
  TimeZones const& time_zones;
  Backups& backups;
  DatabaseChecks& checks;
  DoNotCallLists const& lists;
  ListDrafts& list_drafts;
  bool is_alone = false;                        // no server and no other node can be at work in it
  OutgoingHttp* outgoing_http = nullptr;        // to ask other servers
  SimulatedPhones* simulated_phones = nullptr;  // of a demo that is served
  std::string url = {};                         // how browsers reach it; empty: it is not served
  std::filesystem::path directory;              // absolute
  std::string master_key_place;  // where the master key is, in words: a path, or the variable that holds it
};

struct OperatorSession {
  Installation& installation;
  Console& console;
  std::string actor = "operator";  // on whose behalf; else an API key's id

  Store& store() { return installation.store; }
  /// A fresh context for one transaction.
  Context context(AccountId account) { return context(account, actor); }
  Context context(AccountId account, std::string as) {
    auto const now = installation.clock.now();
    return {.account = account,
            .actor = std::move(as),
            .request_id = installation.ids.next("req_", now),
            .now = now,
            .ids = installation.ids,
            .secrets = installation.secrets,
            .policies = installation.policies};
  }
};

}  // namespace linebook
