#include "delivery/webhook_courier.h"

#include "app/ports/blocking.h"
#include "app/webhooks/signed_event.h"

namespace linebook {
namespace {

constexpr std::string_view courier_actor = "webhooks";
constexpr std::chrono::seconds report_interval{10};
constexpr std::chrono::seconds farewell_patience{2};
constexpr std::chrono::milliseconds lease_margin{1000};  // between nodes whose clocks and loads differ

}  // namespace

WebhookCourier::WebhookCourier(Dependencies deps)
    : deps_(std::move(deps)), lease_(deps_.ids.next("node_", deps_.clock.now())) {
  thread_ = std::thread([this] { run(); });
}

WebhookCourier::~WebhookCourier() {
  {
    std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  something_to_do_.notify_one();
  thread_.join();
}

Context WebhookCourier::context(AccountId account) {
  auto const now = deps_.clock.now();
  return {
      account,       std::string(courier_actor), deps_.ids.next("req_", now), now, deps_.ids, deps_.secrets,
      deps_.policies};
}

void WebhookCourier::report(std::string_view what, Error const& error) {
  auto const now = std::chrono::steady_clock::now();
  if (now - last_report_ < report_interval) return;
  last_report_ = now;
  deps_.log(std::string(what) + ", and is tried again: " + error.message);
}

void WebhookCourier::wake() {
  {
    std::scoped_lock lock(mutex_);
    is_woken_ = true;
  }
  something_to_do_.notify_one();
}

void WebhookCourier::run() {
  if (deps_.nodes == Nodes::alone)
    write_and_wait(deps_.store, [](Transaction& tx) -> Result<void> {
      tx.webhooks().end_leases();
      return {};
    });
  for (;;) {
    {
      std::scoped_lock lock(mutex_);
      if (stopping_) break;
    }
    take_stored();
    take_replies();
    if (std::chrono::steady_clock::now() >= next_look_) look_at_endpoints();
    serve_in_turn();
    store_fates();
    wait();
  }
  store_what_is_known();
  served_.clear();
  write_and_wait(deps_.store, [this](Transaction& tx) -> Result<void> {
    tx.webhooks().release(lease_);
    return {};
  });
}

/// What has been delivered is not to be delivered again by whoever comes next. What cannot be stored soon is.
void WebhookCourier::store_what_is_known() {
  auto const give_up = std::chrono::steady_clock::now() + farewell_patience;
  store_again_at_ = {};
  for (;;) {
    take_stored();
    take_replies();
    store_fates();
    // The store answers everybody: what is being stored comes back, whenever that is.
    if (!is_storing_ && (fates_.empty() || std::chrono::steady_clock::now() >= give_up)) return;
    std::unique_lock lock(mutex_);
    something_to_do_.wait_for(lock, pause_after_failure, [this] { return is_woken_; });
    is_woken_ = false;
  }
}

void WebhookCourier::wait() {
  std::unique_lock lock(mutex_);
  something_to_do_.wait_until(lock, next_look_, [this] { return is_woken_ || stopping_; });
  is_woken_ = false;
}

/// Keeps the leases, takes endpoints that nobody serves, and lets go of those that are not ours any more.
void WebhookCourier::look_at_endpoints() {
  auto const begun = std::chrono::steady_clock::now();
  next_look_ = begun + look_interval;
  std::chrono::milliseconds const lease = deps_.nodes == Nodes::alone
                                              ? std::chrono::milliseconds(lease_alone)
                                              : std::chrono::milliseconds(lease_among_several);
  bool const renews = begun >= next_renewal_ && !served_.empty();
  auto const claimed = write_and_wait(deps_.store, [&](Transaction& tx) -> Result<void> {
    auto const now = deps_.clock.now();
    if (renews) tx.webhooks().renew(lease_, now + lease);
    tx.webhooks().claim(lease_, now, now + lease, claimed_at_once);
    return {};
  });
  if (!claimed) return report("webhooks could not be claimed", claimed.error());
  if (renews || served_.empty()) {
    leased_until_ = begun + lease - lease_margin;
    next_renewal_ = begun + lease / 4;
  }
  auto held = read_and_wait(deps_.store, [&](Transaction const& tx) -> Result<std::vector<AccountWebhook>> {
    return tx.webhooks().held(lease_);
  });
  if (!held) return report("webhooks could not be read", held.error());
  std::map<Key, std::unique_ptr<Served>> still_served;
  for (auto& one : *held) {
    Key const key{one.account, one.webhook.id};
    if (auto const known = served_.find(key); known != served_.end() && refresh(*known->second, one)) {
      still_served.insert(served_.extract(known));
      continue;
    }
    load(std::move(one));
    if (auto const loaded = served_.find(key); loaded != served_.end())
      still_served.insert(served_.extract(loaded));
  }
  served_ = std::move(still_served);
  deps_.counters.webhooks.store(std::ssize(served_), std::memory_order_relaxed);
}

/// False: it is to be loaded anew.
bool WebhookCourier::refresh(Served& served, AccountWebhook const& now) {
  auto const& was = served.endpoint.webhook();
  auto const& is = now.webhook;
  bool const signs_alike =
      was.secret_sealed == is.secret_sealed && (!is.previous_until || *is.previous_until > deps_.clock.now());
  if (!signs_alike) {
    auto secrets = read_and_wait(deps_.store, [&](Transaction const& tx) {
      return signing_secrets(tx, now.account, deps_.secrets, is, deps_.clock.now());
    });
    if (!secrets) return false;
    served.endpoint.sign_with(std::move(*secrets));
  }
  return served.endpoint.refresh(now);
}

void WebhookCourier::load(AccountWebhook held) {
  auto const& webhook = held.webhook;
  auto standing = read_and_wait(deps_.store, [&](Transaction const& tx) -> Result<WebhookEndpoint::Standing> {
    auto secrets = signing_secrets(tx, held.account, deps_.secrets, webhook, deps_.clock.now());
    if (!secrets) return fail(std::move(secrets.error()));
    auto const& book = tx.webhooks();
    return WebhookEndpoint::Standing{
        std::move(*secrets),
        book.told_behind(held.account, webhook.id, webhook.position, webhook.round, max_told_ahead),
        book.entities_pending(held.account, webhook.id, max_entities_pending)};
  });
  if (!standing) return report("a webhook could not be read", standing.error());
  Key const key{held.account, webhook.id};
  auto served = std::make_unique<Served>(std::move(held), std::move(*standing));
  served->serial = next_serial_++;
  served->following =
      deps_.feed.follow(key.first, served->endpoint.cursor(), [this, news = served->has_news] {
        if (!news->exchange(true)) wake();
      });
  served_.insert_or_assign(key, std::move(served));
}

}  // namespace linebook
