#include "domain/lines/pool_number.h"

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<PoolState> states[] = {{PoolState::available, "available"},
                                          {PoolState::assigned, "assigned"},
                                          {PoolState::withdrawn, "withdrawn"}};

}  // namespace

std::string_view to_string(PoolState s) { return spell(states, s); }
std::optional<PoolState> parse_pool_state(std::string_view text) { return unspell(states, text); }

}  // namespace linebook
