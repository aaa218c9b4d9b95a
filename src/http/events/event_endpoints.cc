// GET /events: what happens, as it happens. (Spec: GET /events; docs/EVENTS.md)
#include <algorithm>
#include <charconv>

#include "app/events/read_events.h"
#include "http/codec/accepted_type.h"
#include "http/codec/field_parsers.h"
#include "http/events/event_json.h"
#include "http/events/event_streams.h"
#include "http/events/routes.h"

namespace linebook::http {
namespace {

constexpr std::string_view event_stream_type = "text/event-stream";
constexpr std::string_view json_type = "application/json";
constexpr std::int64_t default_events = 100;
constexpr std::int64_t max_events = 1000;
constexpr std::int64_t max_entries_looked_at = 20'000;  // by one page
constexpr std::int64_t max_wait_seconds = 30;

/// What the query and Last-Event-ID ask for.
struct EventQuery {
  EventFilter filter;
  std::optional<std::int64_t> after;  // nothing: from now on
  std::string after_named = "after";  // by what it was told
  std::int64_t limit = default_events;
  std::chrono::seconds wait{0};
  bool is_page = false;  // limit and wait are of pages alone
};

Parsed<std::vector<EventPattern>> event_patterns(std::string_view text) {
  auto patterns = parse_event_patterns(text);
  if (!patterns || !std::ranges::all_of(*patterns, ever_happens))
    return complain("must be event types such as contact_number.updated, call.* or *, with commas between");
  return std::move(*patterns);
}

Result<EventQuery> read_event_query(Call& call) {
  EventQuery asked;
  asked.filter.patterns = call.query.parsed("types", event_patterns).value_or(std::vector<EventPattern>());
  asked.filter.entity_id = call.query.parsed("entity_id", entity_id);
  asked.after = call.query.integer("after", 0, INT64_MAX - 1);
  auto const limit = call.query.integer("limit", 1, max_events);
  auto const wait = call.query.integer("wait", 0, max_wait_seconds);
  asked.limit = limit.value_or(default_events);
  asked.wait = std::chrono::seconds(wait.value_or(0));
  asked.is_page = limit || wait;
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return asked;
}

/// A client that comes back knows better than its address where it was. Empty: it has had no event yet.
Result<void> take_last_event_id(Call const& call, EventQuery& asked) {
  auto const sent = call.request.header("Last-Event-ID");
  if (!sent || sent->empty()) return {};
  std::int64_t sequence = 0;
  auto const [end, problem] = std::from_chars(sent->data(), sent->data() + sent->size(), sequence);
  if (problem != std::errc() || end != sent->data() + sent->size() || sequence < 0 || sequence == INT64_MAX)
    return fail(ErrorCode::invalid_parameter, "Last-Event-ID must be the id of an event, such as 4711",
                {{"Last-Event-ID", "must be the id of an event, such as 4711"}});
  asked.after = sequence;
  asked.after_named = "Last-Event-ID";
  return {};
}

/// Where to begin: an event that has not happened cannot be come back to.
Result<std::int64_t> beginning(Transaction const& tx, AccountId account, EventQuery const& asked) {
  auto const last = tx.ledger().last_sequence(account);
  auto const after = asked.after.value_or(last);
  if (after <= last) return after;
  return fail(ErrorCode::invalid_parameter,
              asked.after_named + " is ahead of the last event, which is " + std::to_string(last),
              {{asked.after_named, "must be at most " + std::to_string(last)}});
}

Plan event_stream(Call const& call, EventQuery asked) {
  return Stream{event_stream_type,
                [&events = call.env.events, principal = *call.principal,
                 asked = std::move(asked)](Transaction const& tx) -> Result<std::unique_ptr<BodyStream>> {
                  auto const after = beginning(tx, principal.account, asked);
                  if (!after) return fail(after.error());
                  return events.open({principal, asked.filter, *after});
                }};
}

Answer page_answer(EventPage& page) {
  std::vector<std::string> events;
  events.reserve(page.events.size());
  for (auto& event : page.events) events.push_back(std::move(event.json));
  return event_page_answer(events, page.last);
}

/// A page of what the ledger has; where that is nothing and the client would wait, whatever comes first.
class PageOrWait final : public ReadJob {
 public:
  PageOrWait(EventStreams& events, Principal principal, EventQuery asked, Respond respond)
      : events_(events),
        principal_(std::move(principal)),
        asked_(std::move(asked)),
        respond_(std::move(respond)) {}
  AccountId account() const override { return principal_.account; }
  void run(Transaction const& tx) override {
    auto const after = beginning(tx, principal_.account, asked_);
    if (!after) {
      page_ = fail(after.error());
      return;
    }
    page_ = read_events(tx, events_.renderer(), principal_.account, asked_.filter, *after,
                        {.entries = max_entries_looked_at, .events = asked_.limit});
  }
  void done(std::optional<Error> error) override {
    if (error) page_ = fail(std::move(*error));
    if (!page_) return respond_(fail(std::move(page_.error())));
    if (!page_->events.empty() || page_->has_more || asked_.wait.count() == 0)
      return respond_(page_answer(*page_));
    events_.await({std::move(principal_), std::move(asked_.filter), page_->last}, asked_.limit, asked_.wait,
                  std::move(respond_));
  }

 private:
  EventStreams& events_;
  Principal principal_;
  EventQuery asked_;
  Respond respond_;
  Result<EventPage> page_;
};

Result<Plan> get_events(Call& call) {
  auto asked = read_event_query(call);
  if (!asked) return fail(std::move(asked.error()));
  if (auto ok = take_last_event_id(call, *asked); !ok) return fail(std::move(ok.error()));
  auto const wanted =
      preferred_type(call.request.header("Accept"), {event_stream_type, json_type}).value_or(json_type);
  if (wanted == event_stream_type && !asked->is_page) return event_stream(call, std::move(*asked));
  return Later{[&env = call.env, principal = *call.principal,
                asked = std::move(*asked)](Respond respond) mutable {
    env.store.read(ReadCost::unbounded, std::make_unique<PageOrWait>(env.events, std::move(principal),
                                                                     std::move(asked), std::move(respond)));
  }};
}

}  // namespace

std::vector<Route> event_routes() { return {{Method::get, "/events", Scope::events_read, get_events}}; }

}  // namespace linebook::http
