// Ids in the order in which they were asked for, the same in every run.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "app/ports/ids.h"

namespace linebook::fakes {

class CountingIds final : public Ids {
 public:
  std::string next(std::string_view prefix, Instant now) override {
    auto count = count_.fetch_add(1) + 1;
    Entropy entropy{};
    for (std::size_t i = entropy.size(); i-- > 0; count >>= 8)
      entropy[i] = static_cast<std::uint8_t>(count & 0xff);
    return std::string(prefix) + ulid(now, entropy);
  }

 private:
  std::atomic<std::uint64_t> count_{0};
};

}  // namespace linebook::fakes
