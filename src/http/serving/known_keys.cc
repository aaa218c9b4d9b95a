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

void KnownKeys::remember(std::shared_ptr<KnownKey> key) {
  forget_all<IdOfKey>(key->key.id.value);
  forget_all<HashOfKey>(key->hash);
  auto& by_age = keys_.get<ByAge>();
  if (by_age.size() >= bound_) {
    by_age.front()->is_current.store(false, std::memory_order_release);
    by_age.pop_front();
  }
  by_age.push_back(std::move(key));
}

void KnownKeys::forget(KeyChanges const& changes) {
  if (changes.everything) {
    for (auto const& key : keys_) key->is_current.store(false, std::memory_order_release);
    keys_.clear();
    return;
  }
  for (auto const& id : changes.keys) forget_all<IdOfKey>(id.value);
  for (auto const account : changes.accounts) forget_all<AccountOfKey>(account.value);
}

}  // namespace linebook::http
