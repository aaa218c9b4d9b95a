// What one node knows of an endpoint that it delivers to: which events are on their way, how far delivery has
// come, and which things must wait for an earlier event of theirs. Decides; sends and stores nothing. One
// thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "app/ports/event_feed.h"
#include "app/ports/webhooks.h"

namespace linebook {

class WebhookEndpoint {
 public:
  static constexpr std::size_t max_in_flight = 32;
  /// One that has not answered yet, and one that does not answer well, is asked with so many at a time: it
  /// holds up no other.
  static constexpr std::size_t max_in_flight_at_first = 4;
  static constexpr std::size_t max_in_flight_while_failing = 2;
  /// How far events may be ahead of the first one whose fate is not stored.
  static constexpr std::size_t max_ahead = 1024;

  /// What the store knows beside the webhook itself.
  struct Standing {
    std::vector<std::string> secrets;
    std::vector<std::int64_t> told;     // behind its position, in this round
    std::vector<std::string> entities;  // with pending deliveries, where their order matters
  };

  WebhookEndpoint(AccountWebhook, Standing);

  AccountId account() const { return held_.account; }
  Webhook const& webhook() const { return held_.webhook; }
  std::vector<std::string> const& secrets() const { return secrets_; }
  /// As the store has it now. False: delivery has begun anew, so that this is to be forgotten.
  bool refresh(AccountWebhook);
  void sign_with(std::vector<std::string> secrets) { secrets_ = std::move(secrets); }

  /// How many more may be sent now, where `share` at a time are its own.
  std::size_t room(std::size_t share = max_in_flight) const;
  std::int64_t cursor() const { return cursor_; }
  void skip_to(std::int64_t sequence) { cursor_ = std::max(cursor_, sequence); }
  std::optional<Instant> next_due() const { return next_due_; }

  enum class Offer {
    send,   // it is on its way from now on
    waits,  // behind an earlier event of its entity: its row is to be stored
    pass,   // it is not for this endpoint, or was told
  };
  /// The next event behind the cursor, which it moves.
  Offer offer(Event const&);
  /// A pending delivery that is due. False: it is on its way already.
  bool begin_again(WebhookDelivery const&);
  /// What the store still had due was fewer than asked for: the next ones come later.
  void nothing_more_due() { next_due_.reset(); }

  /// An attempt came back. `delivery` is how it leaves it.
  void answered(WebhookDelivery const&, Instant now);
  /// Has nothing succeeded for longer than anybody is expected to wait?
  bool has_failed_for_long(Instant now) const;

  /// Where delivery has come to once `also`, too, are stored.
  WebhookProgress progress(std::vector<std::int64_t> const& also) const;
  bool has_progress_to_store() const { return stored_position_ < progress({}).position; }
  void progress_stored(WebhookProgress const& progress) { stored_position_ = progress.position; }

  enum class Kind { attempt, waiting };
  /// May another event of the entity become due once this delivery's fate is stored?
  bool frees_entity(WebhookDelivery const&, Kind) const;
  /// A delivery's fate is stored. `others_wait`: its entity has other pending ones, of which one may have
  /// become due with that.
  void stored(WebhookDelivery const&, Kind, bool others_wait, Instant now);

 private:
  /// Where order matters: what stands in an entity's way.
  struct EntityQueue {
    std::size_t on_their_way = 0;  // and those whose fate is not stored
    std::size_t to_be_stored = 0;  // of those that wait
    bool has_rows = false;         // pending ones
    bool is_free() const { return on_their_way == 0 && to_be_stored == 0 && !has_rows; }
  };
  bool is_ordered() const { return held_.webhook.order == WebhookOrder::by_entity; }
  void due_at(Instant);

  AccountWebhook held_;
  std::vector<std::string> secrets_;
  std::int64_t cursor_;
  std::int64_t stored_position_;
  std::optional<Instant> next_due_;
  std::optional<Instant> failing_since_;
  bool has_answered_ = false;                   // well, since this node knows it
  std::set<std::int64_t> unsettled_;            // behind the cursor, their fate not stored
  std::unordered_set<std::int64_t> told_;       // ahead of the stored position
  std::unordered_set<std::int64_t> in_flight_;  // sent, their fate not stored
  std::size_t unanswered_ = 0;                  // of these
  std::unordered_map<std::string, EntityQueue> entities_;
};

}  // namespace linebook
