#include "http/events/event_stream.h"

#include <utility>

#include "app/events/read_events.h"
#include "http/events/stream_desk.h"

namespace linebook::http {
namespace {

// Lines and not blocks: many a client takes a block without data for an event.
constexpr std::string_view greeting = "retry: 2000\n";
constexpr std::string_view heartbeat = ":\n";
constexpr std::string_view goodbye = ": the service is shutting down; come back with Last-Event-ID\n";
constexpr std::string_view key_is_over = ": this API key does not hold any more\n";
constexpr std::string_view too_slow =
    ": you read more slowly than events come; come back with Last-Event-ID\n";

}  // namespace

/// A page of the ledger on its way to a stream that may be gone when it arrives.
class EventStream::CatchUp final : public ReadJob {
 public:
  explicit CatchUp(EventStream& stream)
      : streams_(stream.streams_),
        thread_(stream.outlet_->thread()),
        stream_(stream.self_),
        renderer_(stream.streams_.deps_.renderer),
        account_(stream.account()),
        filter_(stream.listener_.filter),
        after_(stream.listener_.after) {}
  AccountId account() const override { return account_; }
  void run(Transaction const& tx) override {
    page_ = read_events(tx, renderer_, account_, filter_, after_, {});
  }
  void done(std::optional<Error> error) override {
    if (error) page_ = fail(std::move(*error));
    streams_.backlog_turn_.over();
    thread_->post_task([stream = std::move(stream_), page = std::move(page_)]() mutable {
      if (*stream != nullptr) (*stream)->arrived(std::move(page));
    });
  }

 private:
  EventStreams& streams_;
  std::shared_ptr<StreamThread> thread_;
  std::shared_ptr<EventStream*> stream_;
  EventRenderer const& renderer_;
  AccountId const account_;
  EventFilter const filter_;
  std::int64_t const after_;
  Result<EventPage> page_;
};

EventStream::EventStream(EventStreams& streams, ListenerPlaces::Place place, Listener listener)
    : streams_(streams),
      place_(std::move(place)),
      listener_(std::move(listener)),
      key_(streams.deps_.store, listener_.principal),
      self_(std::make_shared<EventStream*>(this)) {
  streams_.deps_.counters.streams_open.fetch_add(1, std::memory_order_relaxed);
}

EventStream::~EventStream() {
  streams_.deps_.counters.streams_open.fetch_sub(1, std::memory_order_relaxed);
  *self_ = nullptr;
  if (desk_ != nullptr) desk_->leave(*this);
}

void EventStream::begin(StreamOutlet& outlet) {
  outlet_ = &outlet;
  desk_ = &streams_.desk_of(outlet.thread());
  window_ = &desk_->join(*this, listener_.after);
}

BodyStream::Flow EventStream::pull(std::string& out, Ask const& ask) {
  if (auto const ending = end_where_due(out, ask)) return *ending;
  if (ask.room == 0) return Flow::waiting;
  if (!std::exchange(is_greeted_, true)) out += greeting;
  auto const flow = is_live_ ? pull_live(out, ask.room) : pull_backlog(out, ask);
  if (out.empty() && ask.now - last_sent_ >= heartbeat_interval) out += heartbeat;
  if (!out.empty()) last_sent_ = ask.now;
  return flow;
}

std::optional<BodyStream::Flow> EventStream::end_where_due(std::string& out, Ask const& ask) {
  if (ask.now >= next_key_check_) {
    next_key_check_ = ask.now + key_check_interval;
    if (!key_.holds(streams_.deps_.store, streams_.deps_.clock.now())) {
      out += key_is_over;
      return Flow::cut_off;
    }
  }
  if (ask.draining) {
    if (is_live_ && ask.room > 0) pull_live(out, ask.room);
    out += goodbye;
    return Flow::ended;
  }
  // The window is what a client may lag behind: one that takes nothing while it moves on is too slow.
  if (ask.room > 0 || !is_live_) return std::nullopt;
  auto const seen = window_->look(listener_.after, [](Event const&) { return false; });
  if (seen != EventWindow::Seen::not_here) return std::nullopt;
  streams_.deps_.counters.streams_too_slow.fetch_add(1, std::memory_order_relaxed);
  out += too_slow;
  return Flow::ended;
}

void EventStream::send(std::string& out, Event const& event) {
  out.append("id: ").append(std::to_string(event.sequence)).append("\nevent: ");
  out.append(event_type(event.entity, event.action)).append("\ndata: ").append(event.json).append("\n\n");
  streams_.deps_.counters.events_streamed.fetch_add(1, std::memory_order_relaxed);
}

BodyStream::Flow EventStream::pull_live(std::string& out, std::size_t room) {
  auto const seen = window_->look(listener_.after, [&](Event const& event) {
    if (out.size() >= room) return false;
    if (event.fits(listener_.filter)) send(out, event);
    listener_.after = event.sequence;
    return true;
  });
  if (seen == EventWindow::Seen::stopped) return Flow::more;
  if (seen == EventWindow::Seen::all) return Flow::waiting;
  // More happened at once than the window holds, and the client has taken all that it was sent.
  is_live_ = false;
  ask_for_backlog();
  return Flow::waiting;
}

BodyStream::Flow EventStream::pull_backlog(std::string& out, Ask const& ask) {
  if (has_page_) {
    while (backlog_sent_ < backlog_.size() && out.size() < ask.room) {
      send(out, backlog_[backlog_sent_]);
      listener_.after = backlog_[backlog_sent_++].sequence;
    }
    if (backlog_sent_ < backlog_.size()) return Flow::more;
    listener_.after = backlog_last_;
    backlog_ = {};
    has_page_ = false;
  }
  if (is_reading_ || ask.now < ask_again_at_) return Flow::waiting;
  auto const seen = window_->look(listener_.after, [](Event const&) { return false; });
  if (seen != EventWindow::Seen::not_here) {
    is_live_ = true;
    return Flow::more;
  }
  ask_for_backlog();
  return Flow::waiting;
}

void EventStream::ask_for_backlog() {
  is_reading_ = true;
  streams_.backlog_turn_.read(std::make_unique<CatchUp>(*this));
}

void EventStream::arrived(Result<EventPage> page) {
  is_reading_ = false;
  if (!page) {
    ask_again_at_ = std::chrono::steady_clock::now() + pause_after_failure;
    return;
  }
  backlog_ = std::move(page->events);
  backlog_sent_ = 0;
  backlog_last_ = page->last;
  if (backlog_last_ == listener_.after)
    ask_again_at_ = std::chrono::steady_clock::now() + pause_where_nothing_came;
  has_page_ = true;
  outlet_->flow();
}

}  // namespace linebook::http
