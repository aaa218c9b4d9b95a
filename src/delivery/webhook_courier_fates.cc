// What came of it, and how that is stored.
#include <algorithm>
#include <iterator>
#include <random>

#include "app/webhooks/signed_event.h"
#include "app/webhooks/webhooks.h"
#include "delivery/webhook_courier.h"

namespace linebook {
namespace {

double fraction() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

}  // namespace

/// Fates on their way into the store.
class WebhookCourier::Storing final : public WriteJob {
 public:
  Storing(WebhookCourier& courier, std::vector<Fate> fates,
          std::vector<std::pair<Key, WebhookProgress>> progress, std::map<Key, std::int64_t> rounds)
      : courier_(courier), rounds_(std::move(rounds)) {
    result_.fates = std::move(fates);
    result_.progress = std::move(progress);
  }
  void run(Transaction& tx) override {
    result_.lost.clear();
    for (auto& fate : result_.fates) store(tx, fate);
    for (auto const& [key, progress] : result_.progress)
      if (!tx.webhooks().settle(key.first, key.second, courier_.lease_, rounds_.at(key), progress))
        result_.lost.push_back(key);
  }
  void done(std::optional<Error> error) override {
    result_.error = std::move(error);
    {
      std::scoped_lock lock(courier_.mutex_);
      courier_.stored_.push_back(std::move(result_));
      courier_.is_woken_ = true;
    }
    courier_.something_to_do_.notify_one();
  }

 private:
  void store(Transaction& tx, Fate& fate) {
    auto const& [account, webhook] = fate.key;
    auto const ctx = courier_.context(account);
    tx.webhooks().put_delivery(account, webhook, fate.delivery);
    auto const& entity = fate.delivery.entity_id;
    fate.others_wait = fate.frees_entity && (tx.webhooks().wake_next_of(account, webhook, entity, ctx.now) ||
                                             tx.webhooks().has_pending(account, webhook, entity));
    if (!fate.disable.empty()) disable_webhook(tx, ctx, webhook, fate.disable);
  }

  WebhookCourier& courier_;
  Stored result_;
  std::map<Key, std::int64_t> rounds_;
};

void WebhookCourier::take_replies() {
  std::vector<Reply> replies;
  {
    std::scoped_lock lock(mutex_);
    replies.swap(replies_);
  }
  auto const now = deps_.clock.now();
  for (auto& reply : replies) {
    --under_way_;
    deps_.counters.webhook_requests.fetch_sub(1, std::memory_order_relaxed);
    // The service ends: nothing is known of the attempt, and whoever comes next makes it.
    if (!reply.outcome && reply.outcome.error().fault == OutgoingFault::stopped) continue;
    auto const attempt = attempt_of(reply.outcome);
    auto delivery = after_attempt(std::move(reply.delivery), attempt, now, fraction());
    bool const succeeded = delivery.state == DeliveryState::delivered;
    (succeeded ? deps_.counters.webhook_deliveries : deps_.counters.webhook_failures)
        .fetch_add(1, std::memory_order_relaxed);
    auto const known = served_.find(reply.key);
    bool const is_served = known != served_.end() && known->second->serial == reply.serial;
    Fate fate{reply.key, reply.serial, std::move(delivery), WebhookEndpoint::Kind::attempt};
    fate.frees_entity = fate.delivery.state != DeliveryState::pending;  // unless its endpoint knows better
    if (is_served) {
      auto& endpoint = known->second->endpoint;
      endpoint.answered(fate.delivery, now);
      *known->second->has_news = true;                                     // there is room again
      bool const is_of_its_address = endpoint.webhook().url == reply.url;  // which may have changed
      if (is_of_its_address && verdict_on(attempt) == AttemptVerdict::gone)
        fate.disable = "the endpoint answered 410 Gone";
      else if (is_of_its_address && !succeeded && endpoint.has_failed_for_long(now))
        fate.disable = "every attempt of the last five days failed";
    }
    fates_.push_back(std::move(fate));
  }
}

void WebhookCourier::store_fates() {
  if (fates_.empty() || is_storing_ || std::chrono::steady_clock::now() < store_again_at_) return;
  auto const count = std::min(fates_.size(), stored_at_once);
  auto const end = fates_.begin() + static_cast<std::ptrdiff_t>(count);
  // Those that wait come first, so that whatever ends their waiting finds them.
  std::vector<Fate> fates;
  std::vector<Fate> others;
  std::for_each(fates_.begin(), end, [&](Fate& fate) {
    (fate.kind == WebhookEndpoint::Kind::waiting ? fates : others).push_back(std::move(fate));
  });
  std::ranges::move(others, std::back_inserter(fates));
  fates_.erase(fates_.begin(), end);
  std::map<Key, std::vector<std::int64_t>> settled;
  for (auto& fate : fates) {
    auto const known = served_.find(fate.key);
    if (known == served_.end() || known->second->serial != fate.serial) continue;
    settled[fate.key].push_back(fate.delivery.sequence);
    fate.frees_entity = known->second->endpoint.frees_entity(fate.delivery, fate.kind);
  }
  std::vector<std::pair<Key, WebhookProgress>> progress;
  std::map<Key, std::int64_t> rounds;
  // Endpoints that nothing was for move on too, but not with a write of their own.
  for (auto const& [key, served] : served_) {
    auto const& also = settled[key];
    if (also.empty() && !served->endpoint.has_progress_to_store()) continue;
    progress.emplace_back(key, served->endpoint.progress(also));
    rounds.emplace(key, served->endpoint.webhook().round);
  }
  is_storing_ = true;
  deps_.store.write(
      std::make_unique<Storing>(*this, std::move(fates), std::move(progress), std::move(rounds)));
}

void WebhookCourier::take_stored() {
  std::vector<Stored> stored;
  {
    std::scoped_lock lock(mutex_);
    stored.swap(stored_);
  }
  auto const now = deps_.clock.now();
  for (auto& result : stored) {
    is_storing_ = false;
    if (result.error) {
      report("what became of deliveries could not be stored", *result.error);
      store_again_at_ = std::chrono::steady_clock::now() + pause_after_failure;
      fates_.insert(fates_.begin(), std::make_move_iterator(result.fates.begin()),
                    std::make_move_iterator(result.fates.end()));
      continue;
    }
    for (auto const& fate : result.fates) {
      if (!fate.disable.empty()) {
        deps_.counters.webhooks_disabled.fetch_add(1, std::memory_order_relaxed);
        next_look_ = {};
      }
      auto const known = served_.find(fate.key);
      if (known == served_.end() || known->second->serial != fate.serial) continue;
      known->second->endpoint.stored(fate.delivery, fate.kind, fate.others_wait, now);
      *known->second->has_news = true;
    }
    for (auto const& [key, progress] : result.progress)
      if (auto const known = served_.find(key); known != served_.end())
        known->second->endpoint.progress_stored(progress);
    for (auto const& key : result.lost) {
      served_.erase(key);
      next_look_ = {};
    }
  }
}

}  // namespace linebook
