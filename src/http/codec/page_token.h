// Page tokens: opaque, URL-safe, authenticated, bound to the account and the query they were made for, good
// for thirty days. Made and read by whichever node has the master key.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "app/ports/secrets.h"
#include "base/id.h"
#include "base/instant.h"
#include "base/result.h"

namespace linebook::http {

inline constexpr std::chrono::days issued_token_life{30};

class PageTokens {
 public:
  explicit PageTokens(Secrets const& secrets) : secrets_(secrets) {}

  /// `binding` is the path and the canonical query; `cursor` is where the walk goes on.
  std::string make(AccountId, std::string_view binding, std::string_view cursor, Instant now) const;

  /// The cursor. invalid_page_token when forged, damaged, or made for another account or query; expired after
  /// 30 days.
  Result<std::string> read(AccountId, std::string_view binding, std::string_view token, Instant now) const;

 private:
  Secrets const& secrets_;
};

}  // namespace linebook::http
