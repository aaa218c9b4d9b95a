#include "http/serving/known_keys.h"

namespace linebook::http {

template <class Which, class Value>
void KnownKeys::forget_all(Value const& value) {
  auto& index = keys_.get<Which>();
  auto const [begin, end] = index.equal_range(value);
  for (auto at = begin; at != end; ++at) (*at)->is_current.store(false, std::memory_order_release);
  index.erase(begin, end);
}

std::shared_ptr<KnownKey> KnownKeys::find(Mac const& hash) const {
  auto const& by_hash = keys_.get<HashOfKey>();
  auto const found = by_hash.find(hash);
  return found == by_hash.end() ? nullptr : *found;
}

std::shared_ptr<KeyUse> KnownKeys::use_of(KeyId const& id) const {
  auto const& by_id = keys_.get<IdOfKey>();
  auto const known = by_id.find(id.value);
  return known == by_id.end() ? std::make_shared<KeyUse>(id) : (*known)->use;
}

std::shared_ptr<AccountUse> KnownKeys::use_of(AccountId id) {
  if (accounts_.size() >= bound_)
    std::erase_if(accounts_, [](auto const& entry) { return entry.second.use_count() == 1; });
  auto& use = accounts_[id.value];
  if (!use) use = std::make_shared<AccountUse>(id);
  return use;
}

std::shared_ptr<KnownKey> KnownKeys::remember(Mac const& hash, Bearer const& bearer) {
  auto key = std::make_shared<KnownKey>(hash, bearer, use_of(bearer.key.id), use_of(bearer.key.account));
  forget_all<HashOfKey>(hash);
  auto& by_age = keys_.get<ByAge>();
  if (by_age.size() >= bound_) {
    by_age.front()->is_current.store(false, std::memory_order_release);
    by_age.pop_front();
  }
  by_age.push_back(key);
  return key;
}

void KnownKeys::forget_session(KeyChanges::EndedSession const& ended) {
  auto& by_id = keys_.get<IdOfKey>();
  auto [at, end] = by_id.equal_range(ended.key.value);
  while (at != end) {
    auto const& session = (*at)->bearer.session;
    if (!session || session->id != ended.id) {
      ++at;
      continue;
    }
    (*at)->is_current.store(false, std::memory_order_release);
    at = by_id.erase(at);
  }
}

void KnownKeys::forget(KeyChanges const& changes) {
  if (changes.everything) {
    for (auto const& key : keys_) key->is_current.store(false, std::memory_order_release);
    keys_.clear();
    return;
  }
  for (auto const& id : changes.keys) forget_all<IdOfKey>(id.value);
  for (auto const& session : changes.sessions) forget_session(session);
  for (auto const account : changes.accounts) forget_all<AccountOfKey>(account.value);
}

}  // namespace linebook::http
