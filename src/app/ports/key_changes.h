// What whoever remembers keys has to ask for again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "domain/access/session.h"

namespace linebook {

/// Keys that were revoked, accounts that were suspended or resumed, and sessions that were ended. A new key
/// or session is none of these: nobody can have remembered it.
struct KeyChanges {
  struct EndedSession {
    SessionId id;
    KeyId key;
  };
  std::vector<KeyId> keys;
  std::vector<AccountId> accounts;
  bool everything = false;  // more than can be named
  std::vector<EndedSession> sessions = {};

  bool any() const { return everything || !keys.empty() || !accounts.empty() || !sessions.empty(); }
  bool names(AccountId account, KeyId const& key, std::optional<SessionId> const& session) const {
    return everything || std::ranges::find(keys, key) != keys.end() ||
           std::ranges::find(accounts, account) != accounts.end() ||
           (session && std::ranges::find(sessions, *session, &EndedSession::id) != sessions.end());
  }
  bool names(Bearer const& bearer) const {
    return names(bearer.key.account, bearer.key.id,
                 bearer.session ? std::optional(bearer.session->id) : std::nullopt);
  }
  void take(KeyChanges const& more) {
    keys.insert(keys.end(), more.keys.begin(), more.keys.end());
    accounts.insert(accounts.end(), more.accounts.begin(), more.accounts.end());
    sessions.insert(sessions.end(), more.sessions.begin(), more.sessions.end());
    everything |= more.everything;
  }
};

}  // namespace linebook
