// GET /api/v2/phone-numbers/{id}/delivery: how calls and texts to a number came out.
#include "app/ports/store.h"
#include "domain/messages/message_errors.h"
#include "http/codec/json_writer.h"
#include "http/messages/routes.h"
#include "http/serving/endpoint.h"

namespace linebook::http {
namespace {

constexpr std::chrono::days delivery_looked_back{90};

struct Summary {
  std::int64_t attempts = 0;
  std::int64_t delivered = 0;
  std::int64_t failed = 0;
  std::optional<Instant> last_attempt_at = {};
  std::optional<Instant> last_delivered_at = {};
  std::optional<Instant> last_failed_at = {};
};

enum class Came { through, to_nothing, to_no_end };

Came outcome_of_text(std::string_view status) {
  if (status == to_string(MessageStatus::delivered)) return Came::through;
  bool const failed =
      status == to_string(MessageStatus::undelivered) || status == to_string(MessageStatus::failed);
  return failed ? Came::to_nothing : Came::to_no_end;
}

Came outcome_of_call(std::string_view word) {
  auto const status = parse_call_status(word);
  if (!status || !is_over(*status) || *status == CallStatus::canceled) return Came::to_no_end;
  return *status == CallStatus::completed ? Came::through : Came::to_nothing;
}

void count(DeliveryCount const& c, Came came, Summary& summary) {
  auto const latest = [&c](std::optional<Instant>& at) {
    if (!at || *at < c.last_at) at = c.last_at;
  };
  summary.attempts += c.count;
  latest(summary.last_attempt_at);
  if (came == Came::through) {
    summary.delivered += c.count;
    latest(summary.last_delivered_at);
  } else if (came == Came::to_nothing) {
    summary.failed += c.count;
    latest(summary.last_failed_at);
  }
}

void write_summary(JsonWriter& json, Summary const& s) {
  json.key("attempts").number(s.attempts).key("delivered").number(s.delivered).key("failed").number(s.failed);
  json.key("last_attempt_at").time(s.last_attempt_at);
  json.key("last_delivered_at").time(s.last_delivered_at);
  json.key("last_failed_at").time(s.last_failed_at);
  // Of those that came to an end.
  json.key("rate_percent");
  auto const ended = s.delivered + s.failed;
  ended > 0 ? json.number(s.delivered * 100 / ended) : json.null();
}

void write_failures(JsonWriter& json, std::vector<DeliveryCount> const& texts) {
  json.key("failures").begin_array();
  for (auto const& c : texts) {
    if (outcome_of_text(c.status) != Came::to_nothing) continue;
    auto const* error = c.error_code ? message_error(*c.error_code) : nullptr;
    json.begin_object().key("error_code");
    c.error_code ? json.number(*c.error_code) : json.null();
    json.key("meaning");
    error != nullptr ? json.string(error->meaning) : json.null();
    json.key("count").number(c.count).key("last_at").time(c.last_at).end_object();
  }
  json.end_array();
}

std::string delivery_json(ContactNumber const& number, std::vector<DeliveryCount> const& texts,
                          std::vector<DeliveryCount> const& calls, Instant since) {
  Summary all, of_texts, of_calls;
  for (auto const& c : texts) {
    count(c, outcome_of_text(c.status), of_texts);
    count(c, outcome_of_text(c.status), all);
  }
  for (auto const& c : calls) {
    count(c, outcome_of_call(c.status), of_calls);
    count(c, outcome_of_call(c.status), all);
  }
  JsonWriter json;
  json.begin_object().key("phone_id").string(number.id.value).key("number").string(number.number.view());
  json.key("since").time(since);
  write_summary(json, all);
  json.key("texts").begin_object();
  write_summary(json, of_texts);
  json.end_object().key("calls").begin_object();
  write_summary(json, of_calls);
  json.end_object();
  write_failures(json, texts);
  json.end_object();
  return std::move(json).take();
}

Result<Plan> get_delivery(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Read{
      ReadCost::unbounded,
      [account = call.account(), id = ContactNumberId{call.parameter()},
       since = call.now - delivery_looked_back](Transaction const& tx) -> Result<Answer> {
        auto const found = tx.contact_numbers().find(account, id);
        if (!found) return fail(not_found("phone number"));
        auto const to = found->number.number.to_e164().str();
        return Answer{.body = delivery_json(found->number, tx.messages().outcomes_to(account, to, since),
                                            tx.calls().outcomes_to(account, to, since), since)};
      }};
}

}  // namespace

std::vector<Route> delivery_routes() {
  return {{Method::get, "/api/v2/phone-numbers/{phone_id}/delivery", Scope::reach_read, get_delivery}};
}

}  // namespace linebook::http
