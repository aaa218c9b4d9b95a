// Lines, the installation-wide register of numbers in service, and the operator's pool.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/agents.h"
#include "domain/lines/line.h"
#include "domain/lines/pool_number.h"

namespace linebook {

struct LineFilter {
  std::optional<std::string> phone_number = {};
  std::optional<AgentId> ai_agent_id = {};
  std::optional<Provider> provider = {};
  std::optional<LineStatus> status = {};
};

/// Who has an E.164 number in service.
struct NumberInService {
  AccountId account;
  LineId line;
};

class Lines {
 public:
  virtual ~Lines() = default;

  virtual std::optional<Line> find(AccountId, LineId const&) const = 0;
  /// By E.164 number or private identifier, within the account.
  virtual std::optional<Line> find_by_number(AccountId, std::string_view number) const = 0;
  /// Newest first, at most `limit`, after `after` where given.
  virtual std::vector<Line> list(AccountId, LineFilter const&, std::optional<Keyset> const& after,
                                 std::int64_t limit) const = 0;
  /// Lines that name the agent, inbound or outbound, each once; in no order, at most `limit`.
  virtual std::vector<Line> using_agent(AccountId, AgentId const&, std::int64_t limit) const = 0;
  virtual std::optional<NumberInService> in_service(E164 const&) const = 0;

  /// A public line's number enters the register of numbers in service with it, and leaves it with remove().
  virtual void insert(AccountId, Line const&) = 0;
  virtual void update(AccountId, Line const&) = 0;
  virtual void remove(AccountId, Line const&) = 0;
};

/// How many numbers may be given out.
struct PoolArea {
  std::string country_code;
  std::string area_code;
  std::int64_t available = 0;
};

class Pool {
 public:
  virtual ~Pool() = default;

  virtual std::optional<PoolNumber> find(E164 const&) const = 0;
  /// A number that may be given out now and fits the wish, held for this transaction: two transactions never
  /// get the same one. The lowest that fits; nothing when none does. Passed over are numbers in service as
  /// some other line, and those that `account` has as private identifiers.
  virtual std::optional<PoolNumber> choose(PoolWish const&, AccountId account, Instant now) = 0;
  virtual std::vector<PoolNumber> list() const = 0;  // in order of number
  /// Those that may be given out now, by area code, at most `limit` area codes.
  virtual std::vector<PoolArea> areas(Instant now, std::int64_t limit) const = 0;
  virtual void insert(PoolNumber const&) = 0;
  virtual void update(PoolNumber const&) = 0;
};

}  // namespace linebook
