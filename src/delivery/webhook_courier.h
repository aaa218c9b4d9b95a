// Delivers events to webhooks (docs/EVENTS.md; spec: Webhooks). One thread decides and stores; requests are
// on their way by the hundred; each endpoint is held by one node at a time. webhook_courier.cc: the loop, and
// which endpoints are ours; …_sending.cc: what leaves; …_fates.cc: what came of it.
//
// At least once: an event's fate is stored after its request has come to an end, and an endpoint's position
// never passes an event whose fate is not stored. Whoever takes the endpoint over begins behind its position.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "app/context.h"
#include "app/ports/clock.h"
#include "app/ports/event_counters.h"
#include "app/ports/event_feed.h"
#include "app/ports/nodes.h"
#include "app/ports/outgoing_http.h"
#include "app/ports/store.h"
#include "delivery/webhook_endpoint.h"

namespace linebook {

class WebhookCourier {
 public:
  static constexpr std::chrono::milliseconds look_interval{1000};  // for new endpoints and what is due
  static constexpr std::chrono::seconds lease_among_several{8};
  static constexpr std::chrono::hours lease_alone{24};
  static constexpr std::int64_t claimed_at_once = 256;
  static constexpr std::size_t stored_at_once = 256;  // fates, in one transaction
  /// Requests in all: fewer than their client has places, so that none waits there while its time runs.
  static constexpr std::size_t max_under_way = 1900;
  /// What everybody has of them where many have much to tell, so that few connections are each used often.
  static constexpr std::size_t least_share = 2;
  static constexpr std::size_t max_to_be_stored = 8192;          // beyond it nothing more is sent
  static constexpr std::chrono::seconds pause_after_failure{1};  // of the store
  static constexpr std::int64_t max_told_ahead = 4096;
  static constexpr std::int64_t max_entities_pending = 100'000;

  struct Dependencies {
    Store& store;
    EventFeed& feed;
    EventRenderer const& renderer;
    OutgoingHttp& outgoing;
    Clock& clock;
    Ids& ids;
    Secrets& secrets;
    Policies const& policies;
    EventCounters& counters;
    std::function<void(std::string_view)> log;  // what failed and is tried again; any thread
    Nodes nodes = Nodes::alone;
    Tracer& tracer = Tracer::off();
  };

  explicit WebhookCourier(Dependencies);
  /// Sends nothing more; what is on its way is over by then (the client of HTTP is stopped before). Gives its
  /// endpoints back.
  ~WebhookCourier();
  WebhookCourier(WebhookCourier const&) = delete;
  WebhookCourier& operator=(WebhookCourier const&) = delete;

 private:
  using Key = std::pair<AccountId, WebhookId>;
  struct Served {
    Served(AccountWebhook held, WebhookEndpoint::Standing standing)
        : endpoint(std::move(held), std::move(standing)) {}
    WebhookEndpoint endpoint;
    std::shared_ptr<std::atomic<bool>> has_news = std::make_shared<std::atomic<bool>>(true);
    std::unique_ptr<Following> following;
    std::uint64_t serial = 0;  // tells it from an earlier one of the same key
  };
  struct Fate {
    Key key;
    std::uint64_t serial;
    WebhookDelivery delivery;
    WebhookEndpoint::Kind kind;
    std::string disable = {};   // why; empty: not at all
    bool frees_entity = false;  // another event of it may become due
    bool others_wait = false;   // there are some, due or not: found out when it is stored
  };
  struct Reply {
    Key key;
    std::uint64_t serial;
    std::string url;
    WebhookDelivery delivery;  // as it was before the attempt
    OutgoingOutcome outcome;
  };
  struct Stored {
    std::vector<Fate> fates;
    std::vector<std::pair<Key, WebhookProgress>> progress;
    std::vector<Key> lost;
    std::optional<Error> error;
  };
  class Storing;

  void run();
  void store_what_is_known();
  void wait();
  void look_at_endpoints();
  void load(AccountWebhook);
  bool refresh(Served&, AccountWebhook const&);
  void serve_in_turn();
  void serve(Key const&, Served&);
  std::size_t room_of(Served const&) const;
  void send_due(Key const&, Served&);
  void send_new(Key const&, Served&);
  bool send_from_ledger(Key const&, Served&);
  void take(Key const&, Served&, Event const&);
  void send(Key const&, Served&, WebhookDelivery, Event event);
  void take_replies();
  void take_stored();
  void store_fates();
  Context context(AccountId);
  void wake();
  void report(std::string_view what, Error const&);

  Dependencies const deps_;
  std::string const lease_;

  // Of the thread alone:
  std::map<Key, std::unique_ptr<Served>> served_;
  std::vector<Fate> fates_;
  std::size_t under_way_ = 0;
  std::size_t share_ = max_under_way;  // of an endpoint, now
  Key first_served_{};                 // this time: whoever is first has its pick of the places
  std::uint64_t next_serial_ = 1;
  bool is_storing_ = false;
  std::chrono::steady_clock::time_point store_again_at_{};
  std::chrono::steady_clock::time_point next_look_{};
  std::chrono::steady_clock::time_point next_renewal_{};
  std::chrono::steady_clock::time_point leased_until_{};
  std::chrono::steady_clock::time_point last_report_{};

  std::mutex mutex_;
  std::condition_variable something_to_do_;
  bool is_woken_ = false;  // under mutex_, as all below
  bool stopping_ = false;
  std::vector<Reply> replies_;
  std::vector<Stored> stored_;
  std::thread thread_;
};

}  // namespace linebook
