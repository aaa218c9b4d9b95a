// Texts, as a store keeps them. The store itself guarantees: one message a carrier's id and account.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/agents.h"
#include "domain/dispatch/delivery_count.h"
#include "domain/messages/message.h"
#include "domain/numbers/ten_digits.h"

namespace linebook {

struct MessageFilter {
  std::optional<LineId> line = {};
  std::optional<std::string> from = {};
  std::optional<std::string> to = {};
  std::optional<MessageStatus> status = {};
  std::optional<Direction> direction = {};
  std::optional<Instant> since = {};  // created at or after
  std::optional<Instant> until = {};  // before
};

class Messages {
 public:
  virtual ~Messages() = default;

  virtual std::optional<Message> find(AccountId, MessageId const&) const = 0;
  virtual std::optional<Message> find_by_carrier_sid(AccountId, std::string_view sid) const = 0;
  /// Newest first, at most `limit`, after `after` where given.
  virtual std::vector<Message> list(AccountId, MessageFilter const&, std::optional<Keyset> const& after,
                                    std::int64_t limit) const = 0;
  /// Of outbound texts to the number (E.164) that were made at or after `since`.
  virtual std::vector<DeliveryCount> outcomes_to(AccountId, std::string_view number, Instant since) const = 0;
  /// Numbers whose texts since then failed and none was delivered later, by reason; the most first.
  virtual std::vector<FailingNumbers> failing_numbers(AccountId, Instant since) const = 0;
  /// The same numbers by themselves, at most `limit`; the one that failed last comes first.
  virtual std::vector<FailingNumber> last_failing(AccountId, Instant since, std::int64_t limit) const = 0;
  virtual void insert(AccountId, Message const&) = 0;
  virtual void update(AccountId, Message const&) = 0;

  /// Forgets the words of texts of this account from before `before`, at most `limit` of them; how many.
  virtual std::int64_t forget_texts(AccountId, Instant before, std::int64_t limit) = 0;
  /// Messages that still have words, for sealing them anew: in order of id, after `after`. In a write, keeps
  /// others who decide about them away.
  virtual std::vector<Message> with_text(AccountId, MessageId const& after, std::int64_t limit) const = 0;
};

}  // namespace linebook
