#include "linebook/ulid_ids.h"

#include <sys/random.h>

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
  Instant at;
  Entropy entropy;
  {
    std::lock_guard lock(mutex_);
    if (now > last_at_) {
      last_at_ = now;
      last_entropy_ = fresh_entropy();
    } else {
      increment(last_entropy_);
    }
    at = last_at_;
    entropy = last_entropy_;
  }
  std::string id(prefix);
  id += ulid(at, entropy);
  return id;
}

}  // namespace linebook
