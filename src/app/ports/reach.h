// All that a decision asks of the books, gathered at once and without locking anything: facts as of one
// snapshot.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "domain/contacts/contact_number.h"
#include "domain/contacts/person.h"
#include "domain/lines/carrier_name.h"
#include "domain/lines/line.h"
#include "domain/reach/consent.h"
#include "domain/reach/contact_purpose.h"
#include "domain/reach/policy.h"
#include "domain/reach/suppression.h"

namespace linebook {

/// An entry of the book with its person and what was agreed to.
struct ReachableEntry {
  ContactNumber number;
  Person person;
  std::optional<ConsentStanding> consent = {};  // the latest for the channel and purpose
  std::optional<Instant> consented_at = {};     // the latest grant of any kind
};

/// What is known of a number beside its entries.
struct NumberStanding {
  std::optional<Suppression> suppression = {};
  std::optional<LocalDay> reassigned_on = {};  // an answer "yes"
  std::vector<Instant> attempts = {};          // for the purpose, or for an unknown one; newest first
  std::optional<ContactPolicy> policy = {};    // the account's own
  std::int64_t calling_hours_version = 0;
};

struct ReachFacts {
  std::vector<ReachableEntry> entries;
  NumberStanding standing;
};

struct ReachQuestion {
  Channel channel;
  Purpose purpose;
  Instant attempts_since;
};

class Reach {
 public:
  virtual ~Reach() = default;

  /// Of one entry; nothing where there is none.
  virtual std::optional<ReachFacts> entry(AccountId, ContactNumberId const&, ReachQuestion const&) const = 0;
  /// Of everybody who has this number, oldest entry first, at most `limit`; maybe of nobody.
  virtual ReachFacts entries(AccountId, TenDigits const&, ReachQuestion const&, std::int64_t limit) const = 0;
  virtual bool anybody_said_do_not_call(AccountId, TenDigits const&) const = 0;
  virtual std::optional<Line> line(AccountId, LineId const&) const = 0;
  virtual std::optional<Line> line_numbered(AccountId, std::string_view number) const = 0;
  /// Who carries a number of the pool, where the operator said.
  virtual std::optional<CarrierName> pool_carrier(E164 const&) const = 0;
};

}  // namespace linebook
