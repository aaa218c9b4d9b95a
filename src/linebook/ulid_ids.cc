#include "linebook/ulid_ids.h"

#include <sys/random.h>

#include <array>
#include <cstddef>
#include <stdexcept>

namespace linebook {
namespace {

/// Random bytes are asked of the kernel in pages of this many, since each call costs a system call.
constexpr std::size_t random_page = 250;  // getrandom never gives fewer than asked up to 256

/// Fresh entropy, the top bit clear: room for increments within a millisecond.
Entropy fresh_entropy() {
  thread_local std::array<std::uint8_t, random_page> page;
  thread_local std::size_t used = random_page;
  if (used == random_page) {
    if (::getrandom(page.data(), page.size(), 0) != static_cast<ssize_t>(page.size()))
      throw std::runtime_error("the kernel gave no random bytes");
    used = 0;
  }
  Entropy entropy;
  for (auto& byte : entropy) byte = page[used++];
  entropy[0] &= 0x7F;
  return entropy;
}

/// The next value up. 2^79 ids in one millisecond would have to pass before it wraps.
void increment(Entropy& entropy) {
  for (std::size_t i = entropy.size(); i-- > 0;)
    if (++entropy[i] != 0) return;
}

}  // namespace

std::string UlidIds::next(std::string_view prefix, Instant now) {
  thread_local Instant last_at{-1};
  thread_local Entropy last_entropy{};
  if (now > last_at) {
    last_at = now;
    last_entropy = fresh_entropy();
  } else {
    increment(last_entropy);
  }
  std::string id(prefix);
  id += ulid(last_at, last_entropy);
  return id;
}

}  // namespace linebook
