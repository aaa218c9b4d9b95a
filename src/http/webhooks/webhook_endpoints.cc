// /webhooks: where events are delivered. (Spec: Webhooks; docs/EVENTS.md)
#include <algorithm>
#include <charconv>

#include "app/webhooks/signed_event.h"
#include "app/webhooks/webhooks.h"
#include "domain/text/remark.h"
#include "domain/text/web_url.h"
#include "http/codec/field_parsers.h"
#include "http/serving/endpoint.h"
#include "http/serving/paging.h"
#include "http/webhooks/routes.h"
#include "http/webhooks/webhook_json.h"

namespace linebook::http {
namespace {

constexpr std::string_view event_prefix = "evt_";

/// As far as the address itself tells: where its name leads is judged whenever a connection opens.
Parsed<std::string> webhook_url(OutgoingHttp const& outgoing, std::string_view text) {
  auto const scheme = text.starts_with("http:") ? UrlScheme::http : UrlScheme::https;
  auto url = parse_web_url(text, scheme);
  if (!url) return std::unexpected(std::move(url.error().message));
  if (auto refusal = outgoing.refusal(*url)) return std::unexpected(std::move(*refusal));
  return std::move(*url);
}

Parsed<EventPattern> event_pattern(std::string_view text) {
  auto const pattern = parse_event_pattern(text);
  if (!pattern || !ever_happens(*pattern))
    return complain("must be an event type such as contact_number.updated, call.* or *");
  return *pattern;
}

Parsed<std::string> webhook_description(std::string_view text) {
  return remark(text, max_webhook_description);
}

std::optional<WebhookOrder> read_order(ObjectReader& reader) {
  auto const ordered = reader.boolean("ordered");
  if (!ordered) return std::nullopt;
  return *ordered ? WebhookOrder::by_entity : WebhookOrder::any;
}

Answer single(Webhook const& webhook) { return {.body = webhook_json(webhook), .tag = Answer::Tag::entity}; }

/// The secret is in this answer alone: not in what a repeated Idempotency-Key is told.
Answer with_secret(WebhookWithSecret const& made, int status) {
  return {.status = status,
          .body = webhook_json(made.webhook, made.secret),
          .body_for_repeats = webhook_json(made.webhook, std::nullopt)};
}

Result<Plan> post_webhook(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  AddWebhook command;
  ObjectReader reader(call.body, command.problems);
  command.url =
      reader.required_text("url", [&](std::string_view text) { return webhook_url(call.env.outgoing, text); })
          .value_or("");
  auto types = text_list(reader, "types", max_event_patterns, event_pattern);
  if (!reader.has("types")) reader.problem("types", "is required: a list of event types such as [\"*\"]");
  command.types = types.value_or(std::vector<EventPattern>());
  command.description = reader.text("description", webhook_description);
  command.order = read_order(reader).value_or(WebhookOrder::any);
  reader.refuse_unknown();
  return Write{[command = std::move(command)](Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto added = add_webhook(tx, ctx, command);
    if (!added) return fail(std::move(added.error()));
    auto answer = with_secret(*added, 201);
    answer.location = "/webhooks/" + added->webhook.id.value;
    // Of the webhook as GET shows it, without its secret.
    answer.head = "ETag: " + entity_tag(webhook_json(added->webhook)) + "\r\n";
    return answer;
  }};
}

Result<Plan> list_webhooks(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Read{ReadCost::bounded, [account = call.account()](Transaction const& tx) -> Result<Answer> {
                JsonWriter json;
                json.begin_object().key("webhooks").begin_array();
                for (auto const& webhook : tx.webhooks().list(account)) write_webhook(json, webhook);
                json.end_array().end_object();
                return Answer{.body = std::move(json).take()};
              }};
}

Result<Plan> get_webhook(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Read{
      ReadCost::bounded,
      [account = call.account(), id = WebhookId{call.parameter()}](Transaction const& tx) -> Result<Answer> {
        auto const webhook = tx.webhooks().find(account, id);
        if (!webhook) return fail(not_found("webhook"));
        return single(*webhook);
      }};
}

Result<Plan> patch_webhook(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  EditWebhook command;
  ObjectReader reader(call.body, command.problems);
  command.url = reader.text_unless_null(
      "url", [&](std::string_view text) { return webhook_url(call.env.outgoing, text); });
  if (reader.mentions("types") && !reader.has("types")) reader.problem("types", "must not be null");
  command.types = text_list(reader, "types", max_event_patterns, event_pattern);
  if (reader.mentions("description")) command.description = reader.text("description", webhook_description);
  command.order = read_order(reader);
  command.enabled = reader.boolean("enabled");
  reader.refuse_unknown();
  return Write{[command = std::move(command), id = WebhookId{call.parameter()},
                condition = call.condition<Webhook>(&webhook_json)](Transaction& tx,
                                                                    Context const& ctx) -> Result<Answer> {
    auto edited = edit_webhook(tx, ctx, id, condition, command);
    if (!edited) return fail(std::move(edited.error()));
    return single(*edited);
  }};
}

Result<Plan> delete_webhook(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Write{[id = WebhookId{call.parameter()}, condition = call.condition<Webhook>(&webhook_json)](
                   Transaction& tx, Context const& ctx) -> Result<Answer> {
    if (auto ok = remove_webhook(tx, ctx, id, condition); !ok) return fail(std::move(ok.error()));
    return deleted(id.value, "Webhook deleted");
  }};
}

Result<Plan> post_rotate_secret(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Write{[id = WebhookId{call.parameter()}](Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto rotated = rotate_webhook_secret(tx, ctx, id);
    if (!rotated) return fail(std::move(rotated.error()));
    return with_secret(*rotated, 200);
  }};
}

Result<Plan> post_replay(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  Problems problems;
  ObjectReader reader(call.body, problems);
  auto const from = reader.integer("from_sequence", 1, INT64_MAX - 1);
  if (!reader.mentions("from_sequence"))
    reader.problem("from_sequence", "is required: the first event's sequence");
  reader.refuse_unknown();
  if (!problems.empty()) return fail(validation_error(std::move(problems)));
  return Write{[id = WebhookId{call.parameter()}, from = *from](Transaction& tx,
                                                                Context const& ctx) -> Result<Answer> {
    auto replayed = replay_webhook(tx, ctx, id, from);
    if (!replayed) return fail(std::move(replayed.error()));
    return Answer{.status = 202, .body = webhook_json(*replayed)};
  }};
}

/// "evt_0000000000004711"
std::optional<std::int64_t> sequence_of_event(std::string_view id) {
  if (!id.starts_with(event_prefix)) return std::nullopt;
  id.remove_prefix(event_prefix.size());
  std::int64_t sequence = 0;
  auto const [end, problem] = std::from_chars(id.data(), id.data() + id.size(), sequence);
  if (problem != std::errc() || end != id.data() + id.size() || sequence < 1) return std::nullopt;
  return sequence;
}

Result<Plan> post_redeliver(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  auto const sequence = sequence_of_event(call.parameter(1));
  if (!sequence) return fail(not_found("event"));
  return Write{[id = WebhookId{call.parameter(0)}, sequence = *sequence](
                   Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto const delivery = redeliver(tx, ctx, id, sequence);
    if (!delivery) return fail(delivery.error());
    JsonWriter json;
    write_delivery(json, *delivery);
    return Answer{.status = 202, .body = std::move(json).take()};
  }};
}

/// With how far delivery has come: every event up to there is delivered, or listed as pending or failed.
Answer deliveries_answer(Webhook const& webhook, std::vector<WebhookDelivery> found, TokenPage const& page,
                         Environment const& env, AccountId account, Instant now) {
  bool const more = std::ssize(found) > page.size;
  if (more) found.pop_back();
  JsonWriter json;
  json.begin_object().key("deliveries").begin_array();
  for (auto const& delivery : found) write_delivery(json, delivery);
  json.end_array().key("next_page_token");
  if (more)
    json.string(next_token(env, account, page, std::to_string(found.back().sequence), now));
  else
    json.null();
  json.key("up_to_sequence").number(webhook.position).key("failing_since").time(webhook.failing_since);
  json.end_object();
  return {.body = std::move(json).take()};
}

Result<Plan> list_deliveries(Call& call) {
  DeliveryFilter filter;
  filter.state = call.query.parsed("state", [](std::string_view text) -> Parsed<DeliveryState> {
    auto const state = parse_delivery_state(text);
    if (!state) return complain("must be one of pending, delivered, failed");
    return *state;
  });
  auto page = finish_token_page(call);
  if (!page) return fail(std::move(page.error()));
  return Read{ReadCost::bounded,
              [account = call.account(), id = WebhookId{call.parameter()}, filter, page = std::move(*page),
               now = call.now, &env = call.env](Transaction const& tx) -> Result<Answer> {
                auto const webhook = tx.webhooks().find(account, id);
                if (!webhook) return fail(not_found("webhook"));
                auto found =
                    tx.webhooks().deliveries(account, id, filter, sequence_from(page.cursor), page.size + 1);
                return deliveries_answer(*webhook, std::move(found), page, env, account, now);
              }};
}

// -- Ping ---------------------------------------------------------------------------------------------------

std::string ping_body(std::string_view event, std::string_view webhook, Instant now) {
  JsonWriter json;
  json.begin_object().key("id").string(event).key("type").string("webhook.ping").key("time").time(now);
  json.key("data").begin_object().key("id").string(webhook).end_object().end_object();
  return std::move(json).take();
}

Answer ping_answer(std::string_view event, DeliveryAttempt const& attempt) {
  JsonWriter json;
  json.begin_object().key("event_id").string(event).key("delivered");
  json.boolean(verdict_on(attempt) == AttemptVerdict::delivered).key("status");
  attempt.status != 0 ? json.number(attempt.status) : json.null();
  json.key("latency_ms");
  attempt.status != 0 ? json.number(attempt.latency.count()) : json.null();
  json.key("answer");
  attempt.status != 0 ? json.string(attempt.answer) : json.null();
  json.key("error");
  attempt.status == 0 ? json.string(attempt.error) : json.null();
  json.end_object();
  return {.body = std::move(json).take()};
}

/// Reads the webhook, sends one event that stands for none, and answers with what came of it.
class Ping final : public ReadJob {
 public:
  Ping(Environment const& env, AccountId account, WebhookId webhook, Instant now, Respond respond)
      : env_(env), account_(account), id_(std::move(webhook)), now_(now), respond_(std::move(respond)) {}
  AccountId account() const override { return account_; }
  void run(Transaction const& tx) override {
    auto const webhook = tx.webhooks().find(account_, id_);
    if (!webhook) {
      request_ = fail(not_found("webhook"));
      return;
    }
    auto const secrets = signing_secrets(tx, account_, env_.secrets, *webhook, now_);
    if (!secrets) {
      request_ = fail(secrets.error());
      return;
    }
    event_ = env_.ids.next(event_prefix, now_);
    request_ = signed_request(env_.secrets, *secrets, webhook->url, event_,
                              ping_body(event_, id_.value, now_), now_);
  }
  void done(std::optional<Error> error) override {
    if (error) request_ = fail(std::move(*error));
    if (!request_) return respond_(fail(std::move(request_.error())));
    env_.outgoing.send(std::move(*request_), [respond = std::move(respond_), event = std::move(event_)](
                                                 OutgoingOutcome const& outcome) mutable {
      respond(ping_answer(event, attempt_of(outcome)));
    });
  }

 private:
  Environment const& env_;
  AccountId const account_;
  WebhookId const id_;
  Instant const now_;
  Respond respond_;
  std::string event_;
  Result<OutgoingRequest> request_;
};

Result<Plan> post_ping(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Later{[&env = call.env, account = call.account(), id = WebhookId{call.parameter()},
                now = call.now](Respond respond) {
    env.store.read(ReadCost::bounded, std::make_unique<Ping>(env, account, id, now, std::move(respond)));
  }};
}

}  // namespace

std::vector<Route> webhook_routes() {
  return {{Method::post, "/webhooks", Scope::admin, post_webhook},
          {Method::get, "/webhooks", Scope::admin, list_webhooks},
          {Method::get, "/webhooks/{webhook_id}", Scope::admin, get_webhook},
          {Method::patch, "/webhooks/{webhook_id}", Scope::admin, patch_webhook},
          {Method::del, "/webhooks/{webhook_id}", Scope::admin, delete_webhook},
          {Method::post, "/webhooks/{webhook_id}/rotate-secret", Scope::admin, post_rotate_secret,
           RateLimit::counted, BodyKind::none},
          {Method::post, "/webhooks/{webhook_id}/ping", Scope::admin, post_ping, RateLimit::counted,
           BodyKind::none},
          {Method::get, "/webhooks/{webhook_id}/deliveries", Scope::admin, list_deliveries},
          {Method::post, "/webhooks/{webhook_id}/deliveries/{event_id}/redeliver", Scope::admin,
           post_redeliver, RateLimit::counted, BodyKind::none},
          {Method::post, "/webhooks/{webhook_id}/replay", Scope::admin, post_replay}};
}

}  // namespace linebook::http
