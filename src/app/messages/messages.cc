#include "app/messages/messages.h"

#include <algorithm>

#include "app/contacts/contact_numbers.h"
#include "app/ledger/ledger_fields.h"
#include "app/outbox.h"
#include "app/reach/suppressions.h"
#include "app/sealed_words.h"
#include "app/status_notices.h"
#include "domain/messages/keywords.h"
#include "domain/messages/message_errors.h"
#include "domain/numbers/written_number.h"

namespace linebook {
namespace {

/// Of so many entries that share a number, a carrier's word is taken up.
constexpr std::int64_t max_entries_marked = 500;

std::optional<TenDigits> ten_digits_of(std::string_view number) {
  auto const written = read_written_number(number);
  return written ? std::optional(written->number) : std::nullopt;
}

void mark_undeliverable(Transaction& tx, Context const& ctx, TenDigits const& number) {
  for (auto const& linked : tx.contact_numbers().with_number(ctx.account, number, max_entries_marked)) {
    auto const found = tx.contact_numbers().find(ctx.account, linked.number.id);
    if (!found || found->number.undeliverable_at) continue;
    auto after = found->number;
    after.undeliverable_at = after.updated_at = ctx.now;
    tx.contact_numbers().update(ctx.account, after);
    record(tx, ctx, Entity::contact_number, after.id.value, Action::updated, ledger_fields(found->number),
           ledger_fields(after));
  }
}

/// What the carrier's code says of the number, for later decisions.
void take_to_heart(Transaction& tx, Context const& ctx, Message const& message, int code) {
  auto const* error = message_error(code);
  auto const number = ten_digits_of(message.to);
  if (error == nullptr || !number) return;
  if (error->effect == MessageErrorEffect::undeliverable) mark_undeliverable(tx, ctx, *number);
  if (error->effect == MessageErrorEffect::opted_out)
    (void)suppress(tx, ctx,
                   {.number = *number,
                    .channels = {Channel::text},
                    .reason = "opted out at the carrier (" + std::to_string(code) + ")"});
}

/// Unless somebody told a better one.
void tell_text_attempt(Transaction& tx, Context const& ctx, Message const& message) {
  if (!message.decision) return;
  auto attempt = tx.contact_attempts().of_decision(ctx.account, *message.decision);
  if (!attempt || attempt->outcome) return;
  attempt->outcome = message.status == MessageStatus::delivered ? Outcome::answered : Outcome::failed;
  tx.contact_attempts().update(ctx.account, *attempt);
}

void take_text_status(Context const& ctx, MessageStatus status, std::optional<int> error_code,
                      Message& message) {
  if (!moves_on(message.status, status)) return;
  message.status = status;
  if (is_over(status)) message.ended_at = ctx.now;
  if (!error_code || *error_code == 0) return;
  message.error_code = error_code;
  auto const* error = message_error(*error_code);
  message.error_message =
      error != nullptr ? std::string(error->meaning) : "the carrier's error " + std::to_string(*error_code);
}

/// Another of ours with the same words took this for its own when an answer was lost.
void take_text_sid_from_its_holder(Transaction& tx, Context const& ctx, std::string const& sid) {
  auto const holder = tx.messages().find_by_carrier_sid(ctx.account, sid);
  if (!holder) return;
  auto without = *holder;
  without.carrier_sid = without.id.value;
  save_message(tx, ctx, *holder, std::move(without));
  look_for_again(tx, ctx, holder->id.value);
}

void take_sid(Transaction& tx, Context const& ctx, std::string const& sid, Message& message) {
  if (message.has_carrier_sid() || sid.empty()) return;
  take_text_sid_from_its_holder(tx, ctx, sid);
  message.carrier_sid = sid;
  message.sent_at = ctx.now;
}

/// A code is no longer of use to anybody once the carrier has it.
void forget_code(Message& message) {
  if (message.purpose == Purpose::verification && message.has_carrier_sid()) message.text_sealed.reset();
}

void save_news(Transaction& tx, Context const& ctx, Message const& was, Message const& is) {
  auto const code = is.error_code != was.error_code ? is.error_code : std::nullopt;
  save_message(tx, ctx, was, is);
  if (code) take_to_heart(tx, ctx, is, *code);
}

bool lifts(Suppression const& suppression) {
  auto const& text = suppression.of(Channel::text);
  return text && text->reason == stop_reason;
}

void obey(Transaction& tx, Context const& ctx, Keyword keyword, TenDigits const& number) {
  if (keyword == Keyword::stop) {
    (void)suppress(tx, ctx,
                   {.number = number, .channels = {Channel::text}, .reason = std::string(stop_reason)});
  } else if (keyword == Keyword::start) {
    auto const suppression = tx.suppressions().find(ctx.account, number);
    if (suppression && lifts(*suppression)) (void)lift_suppression(tx, ctx, number, Channel::text);
  }
}

/// The answer to HELP, kept as a text of ours. It needs no permission: carriers demand it of everybody.
std::string keep_help(Transaction& tx, Context const& ctx, Message const& asked) {
  auto const policy = tx.contact_policies().find(ctx.account);
  auto text = policy ? policy->help_text : std::string(default_help_text);
  Message reply{.id = {ctx.ids.next("msg_", ctx.now)},
                .line = asked.line,
                .from = asked.to,
                .to = asked.from,
                .purpose = Purpose::service,
                .status = MessageStatus::sent,
                .carrier_sid = {},
                .created_at = ctx.now,
                .sent_at = ctx.now,
                .updated_at = ctx.now};
  reply.carrier_sid = reply.id.value;
  reply.text_sealed = seal_words(tx, ctx, reply.id.value, text);
  tx.messages().insert(ctx.account, reply);
  record(tx, ctx, Entity::message, reply.id.value, Action::created, {}, ledger_fields(reply));
  return text;
}

}  // namespace

void save_message(Transaction& tx, Context const& ctx, Message const& was, Message is) {
  forget_code(is);
  auto const before = ledger_fields(was);
  auto const after = ledger_fields(is);
  bool const tells = !difference(before, after).empty();
  if (tells || was.text_sealed != is.text_sealed || was.decision != is.decision) {
    is.updated_at = ctx.now;
    tx.messages().update(ctx.account, is);
  }
  if (tells) record(tx, ctx, Entity::message, is.id.value, Action::updated, before, after);
  if (is.direction == Direction::inbound || !is_over(is.status) || is_over(was.status)) return;
  tx.dispatches().remove(ctx.account, is.id.value);
  tell_text_attempt(tx, ctx, is);
}

void take_in_text(Transaction& tx, Context const& ctx, TextNews const& news) {
  auto known = news.id ? tx.messages().find(ctx.account, *news.id) : std::nullopt;
  if (!known) known = tx.messages().find_by_carrier_sid(ctx.account, news.sid);
  if (!known || known->direction == Direction::inbound) return;
  keep_notice(tx, ctx, known->id.value, to_string(news.status), told_by_carrier, news.error_code);
  auto message = *known;
  take_sid(tx, ctx, news.sid, message);
  take_text_status(ctx, news.status, news.error_code, message);
  save_news(tx, ctx, *known, message);
}

Message take_in_sent(Transaction& tx, Context const& ctx, Message message, CarrierText const& text) {
  auto const was = message;
  take_sid(tx, ctx, text.sid, message);
  take_text_status(ctx, text.status, text.error_code, message);
  if (text.segments) message.segments = text.segments;
  if (text.price) message.price = text.price;
  if (text.price_unit) message.price_unit = text.price_unit;
  save_news(tx, ctx, was, message);
  return message;
}

void fail_message(Transaction& tx, Context const& ctx, Message message, MessageStatus status,
                  std::optional<int> error_code, std::string words) {
  auto const was = message;
  take_text_status(ctx, status, error_code, message);
  if (!message.error_message) message.error_message = std::move(words);
  keep_notice(tx, ctx, message.id.value, to_string(status), told_by_us, error_code);
  save_news(tx, ctx, was, message);
}

std::optional<std::string> take_in_received(Transaction& tx, Context const& ctx, LineId const& line,
                                            InboundText const& text) {
  if (tx.messages().find_by_carrier_sid(ctx.account, text.sid)) return std::nullopt;
  Message message{.id = {ctx.ids.next("msg_", ctx.now)},
                  .direction = Direction::inbound,
                  .line = line,
                  .from = text.from,
                  .to = text.to,
                  .status = MessageStatus::received,
                  .carrier_sid = text.sid,
                  .created_at = ctx.now,
                  .ended_at = ctx.now,
                  .updated_at = ctx.now};
  message.text_sealed = seal_words(tx, ctx, message.id.value, text.text);
  tx.messages().insert(ctx.account, message);
  record(tx, ctx, Entity::message, message.id.value, Action::created, {}, ledger_fields(message));
  auto const keyword = keyword_of(text.text);
  auto const number = ten_digits_of(text.from);
  if (keyword && number) obey(tx, ctx, *keyword, *number);
  if (keyword != Keyword::help) return std::nullopt;
  return keep_help(tx, ctx, message);
}

}  // namespace linebook
