#include "cli/upload/importing_key.h"

#include "app/ports/blocking.h"

namespace linebook {

ImportingKey::ImportingKey(Store& store, Clock& clock, KeyId id)
    : store_(store), clock_(clock), id_(std::move(id)) {
  look_up();
}

void ImportingKey::look_up() {
  // Read before the key is: a change in between is looked at twice rather than never.
  generation_ = store_.keys_generation();
  auto const now = clock_.now();
  auto const key = read_and_wait(store_, [&](Transaction const& tx) -> Result<std::optional<ApiKey>> {
    auto found = tx.accounts().find_key(id_);
    auto const account = found ? tx.accounts().find(found->account) : std::nullopt;
    if (!account || !is_usable(*found, account->status, now)) return std::nullopt;
    return found;
  });
  is_over_ = !key || !*key;
  if (is_over_) return;
  account_ = (*key)->account;
  expires_at_ = (*key)->expires_at;
}

bool ImportingKey::works() {
  if (is_over_ || (expires_at_ && *expires_at_ <= clock_.now())) return false;
  auto const generation = store_.keys_generation();
  if (generation == generation_) return true;
  if (store_.key_changes_since(generation_).names(account_, id_, std::nullopt))
    look_up();
  else
    generation_ = generation;
  return !is_over_;
}

}  // namespace linebook
