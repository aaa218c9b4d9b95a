#include "app/verification/verify_number.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>

#include "app/calls/place_call.h"
#include "app/ledger/ledger_fields.h"
#include "app/lines/line_carrier.h"
#include "app/messages/send_message.h"

namespace linebook {
namespace {

/// Of so many lines, the one to send from is chosen.
constexpr std::int64_t max_lines_looked_at = 100;

/// Seconds: a new one may go out at once.
constexpr int wait_after_wrong_codes = 1;

/// Six digits by chance. A token is 256 random bits; what is taken of its hash is as good.
std::string random_code(Secrets& secrets) {
  auto const random = secrets.mac(MacPurpose::verification_code, secrets.new_token(TokenKind::api_key));
  std::uint64_t number = 0;
  std::memcpy(&number, random.data(), sizeof number);
  auto code = std::to_string(number % 1'000'000);
  return std::string(verification_digits - code.size(), '0') + code;
}

std::string hash_of(Context const& ctx, VerificationId const& id, std::string_view code) {
  auto const mac = ctx.secrets.mac(MacPurpose::verification_code, std::to_string(ctx.account.value) + "/" +
                                                                      id.value + "/" + std::string(code));
  return {mac.begin(), mac.end()};
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  return difference == 0;
}

bool can_send(Transaction const& tx, Context const& ctx, Line const& line, Channel channel) {
  auto const facts = line_facts(tx, ctx.policies, line, channel);
  return facts.active && facts.does_channel && carrier_of(tx, ctx.policies, line);
}

Result<LineId> line_for(Transaction const& tx, Context const& ctx, StartVerification const& command) {
  if (command.line) return *command.line;
  for (auto const& line : tx.lines().list(ctx.account, {}, std::nullopt, max_lines_looked_at))
    if (can_send(tx, ctx, line, command.channel)) return line.id;
  return fail(validation_error(
      {{"line_id",
        command.channel == Channel::text
            ? "is required: no line of this account can send texts; add one with POST /phone_numbers"
            : "is required: no line of this account can place calls; add one with POST "
              "/phone_numbers"}}));
}

std::string text_with(std::string_view code) {
  return "Your verification code is " + std::string(code) + ". It is valid for " +
         std::to_string(verification_validity.count()) + " minutes.";
}

/// Digit by digit, twice.
std::vector<std::string> speech_with(std::string_view code) {
  std::string digits;
  for (char const c : code) digits += (digits.empty() ? "" : ", ") + std::string(1, c);
  auto const sentence = "Your verification code is: " + digits + ".";
  return {sentence, "Again. " + sentence};
}

/// Nothing: it is on its way.
Result<std::optional<Decision>> send_code(Transaction& tx, Context const& ctx, ReachRules const& rules,
                                          ContactNumberId const& phone, StartVerification const& command,
                                          LineId const& line, std::string_view code) {
  if (command.channel == Channel::text) {
    auto sent = send_message(
        tx, ctx, rules,
        {.line = line, .phone = phone, .text = text_with(code), .purpose = Purpose::verification});
    if (!sent) return fail(std::move(sent.error()));
    auto* refusal = std::get_if<Decision>(&*sent);
    return refusal ? std::optional(std::move(*refusal)) : std::nullopt;
  }
  auto placed = place_call(
      tx, ctx, rules,
      {.line = line, .phone = phone, .purpose = Purpose::verification, .speech = speech_with(code)});
  if (!placed) return fail(std::move(placed.error()));
  auto* refusal = std::get_if<Decision>(&*placed);
  return refusal ? std::optional(std::move(*refusal)) : std::nullopt;
}

Error sent_enough(SendsLeft const& left, Instant now) {
  auto const wait = std::chrono::ceil<std::chrono::seconds>(*left.next_at - now);
  return {ErrorCode::too_many_requests,
          "this number was sent as many codes as it may get (" + std::to_string(max_sends_an_hour) +
              " an hour, " + std::to_string(max_sends_a_day) + " a day); the next may go out at " +
              to_rfc3339(*left.next_at),
          {},
          static_cast<int>(std::max<std::int64_t>(1, wait.count()))};
}

Error no_code_waits(std::string_view why) {
  return {ErrorCode::expired, std::string(why) + "; send one with POST …/verification", {}};
}

}  // namespace

Result<VerificationStart> start_verification(Transaction& tx, Context const& ctx, ReachRules const& rules,
                                             ContactNumberId const& phone, StartVerification const& command) {
  auto const entry = tx.contact_numbers().find(ctx.account, phone);
  if (!entry) return fail(not_found("phone number"));
  if (!command.problems.empty()) return fail(validation_error(command.problems));
  auto const number = entry->number.number;
  auto const day_ago = ctx.now - std::chrono::hours(24);
  auto sends = tx.verifications().sends(ctx.account, number, day_ago);
  auto const left = sends_left(sends, ctx.now);
  if (left.count == 0) return fail(sent_enough(left, ctx.now));
  auto const line = line_for(tx, ctx, command);
  if (!line) return fail(line.error());

  auto const code = random_code(ctx.secrets);
  auto refusal = send_code(tx, ctx, rules, phone, command, *line, code);
  if (!refusal) return fail(std::move(refusal.error()));
  if (*refusal) return VerificationStart(std::move(**refusal));
  NumberVerification verification{.id = {ctx.ids.next("ver_", ctx.now)},
                                  .phone = phone,
                                  .number = number,
                                  .channel = command.channel,
                                  .code_hash = {},
                                  .created_at = ctx.now,
                                  .expires_at = ctx.now + verification_validity};
  verification.code_hash = hash_of(ctx, verification.id, code);
  tx.verifications().save(ctx.account, verification);
  tx.verifications().add_send(ctx.account, number, ctx.now, day_ago);
  return VerificationStart(StartedVerification{std::move(verification), left.count - 1});
}

Result<VerificationCheck> check_verification(Transaction& tx, Context const& ctx,
                                             ContactNumberId const& phone, std::string_view code) {
  auto entry = tx.contact_numbers().find(ctx.account, phone);
  if (!entry) return fail(not_found("phone number"));
  auto waiting = tx.verifications().find(ctx.account, phone);
  if (!waiting) return fail(no_code_waits("no code waits for this number"));
  if (waiting->number != entry->number.number)
    return fail(no_code_waits("the number has changed since its code was sent"));
  if (waiting->expires_at <= ctx.now)
    return fail(no_code_waits("the code was valid for " + std::to_string(verification_validity.count()) +
                              " minutes"));
  if (waiting->checks_left <= 0)
    return fail({ErrorCode::too_many_requests,
                 "too many wrong codes; send a new one with POST …/verification",
                 {},
                 wait_after_wrong_codes});
  if (!equal_in_constant_time(waiting->code_hash, hash_of(ctx, waiting->id, code))) {
    waiting->checks_left -= 1;
    tx.verifications().save(ctx.account, *waiting);
    return VerificationCheck(WrongCode{waiting->checks_left});
  }
  tx.verifications().remove(ctx.account, phone);
  auto const was = entry->number;
  mark_verified(entry->number, ctx.now);
  entry->number.updated_at = ctx.now;
  tx.contact_numbers().update(ctx.account, entry->number);
  record(tx, ctx, Entity::contact_number, phone.value, Action::updated, ledger_fields(was),
         ledger_fields(entry->number));
  return VerificationCheck(std::move(*entry));
}

}  // namespace linebook
