// One text to or from one of our lines. Its words are health data: sealed wherever they are kept, and gone
// after the days that the account's policy has, while the fact stays. (Spec: Messages.)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/instant.h"
#include "domain/calls/call_record.h"
#include "domain/reach/contact_purpose.h"
#include "domain/reach/decision_id.h"

namespace linebook {

/// In the order in which a text goes through them; from `delivered` on it is over. `unknown`: as of calls.
/// `held`: it was not allowed at its time, and never left. `received`: it came in.
enum class MessageStatus {
  unknown,
  accepted,
  queued,
  sending,
  sent,
  delivered,
  undelivered,
  failed,
  held,
  received
};

std::string_view to_string(MessageStatus);
std::optional<MessageStatus> parse_message_status(std::string_view);

constexpr bool is_over(MessageStatus s) { return s >= MessageStatus::delivered; }

/// An older status never overwrites a newer one, and what is over stays as it ended.
constexpr bool moves_on(MessageStatus from, MessageStatus to) { return !is_over(from) && to > from; }

inline constexpr std::size_t max_message_text = 1600;  // characters

struct Message {
  MessageId id;
  Direction direction = Direction::outbound;
  LineId line;
  std::string from;                           // E.164 or, inbound, as the carrier gives it
  std::string to;                             // likewise
  std::optional<ContactNumberId> phone = {};  // where it was asked for by entry
  std::optional<Purpose> purpose = {};        // of outbound ones
  std::optional<DecisionId> decision = {};    // that allowed it, or held it
  MessageStatus status = MessageStatus::accepted;
  std::optional<std::string> text_sealed = {};  // nothing: forgotten
  /// The carrier's own id, unique within the account. Until it is told, the message's own id: see
  /// has_carrier_sid().
  std::string carrier_sid;
  std::optional<int> error_code = {};             // the carrier's own
  std::optional<std::string> error_message = {};  // what it means, in words
  std::optional<std::int64_t> segments = {};      // how many the carrier made of it
  std::optional<std::string> price = {};          // decimal, as the carrier gives it: "-0.00750"
  std::optional<std::string> price_unit = {};     // "USD"
  std::optional<Instant> send_at = {};            // not before
  Instant created_at{};
  std::optional<Instant> sent_at = {};   // when the carrier took it
  std::optional<Instant> ended_at = {};  // delivered, or given up
  Instant updated_at{};

  bool has_carrier_sid() const { return carrier_sid != id.value; }
};

}  // namespace linebook
