#include "lists/number_set.h"

#include <sys/mman.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <string>

namespace linebook::lists {
namespace {

constexpr std::size_t all_exchanges = std::size_t{area_codes} * exchanges_per_area;
constexpr std::size_t reserved_bytes = all_exchanges * words_per_exchange * sizeof(std::uint64_t);

}  // namespace

Result<std::unique_ptr<NumberSet>> NumberSet::make() {
  // Addresses alone: pages come when they are written to.
  auto* const memory = ::mmap(nullptr, reserved_bytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED)
    return fail(ErrorCode::unavailable,
                std::string("the system gives no memory to make a list in: ") + std::strerror(errno));
  // Numbers may come in any order: large pages save looking up where each lies. Best effort.
  (void)::madvise(memory, reserved_bytes, MADV_HUGEPAGE);
  return std::unique_ptr<NumberSet>(new NumberSet(static_cast<std::uint64_t*>(memory)));
}

NumberSet::NumberSet(std::uint64_t* words) : words_(words), counts_(all_exchanges) {}

NumberSet::~NumberSet() { ::munmap(words_, reserved_bytes); }

bool NumberSet::contains(std::uint64_t number) const {
  auto const exchange = static_cast<unsigned>(number / lines_per_exchange);
  auto const line = number % lines_per_exchange;
  return counts_[exchange] != 0 && (bits_of(exchange)[line / 64] >> (line % 64) & 1) != 0;
}

void NumberSet::add_exchange(unsigned exchange, std::span<std::uint8_t const> code) {
  std::span<std::uint64_t, words_per_exchange> const words(
      words_ + std::size_t{exchange} * words_per_exchange, words_per_exchange);
  decode_exchange(code, words);
  unsigned count = 0;
  for (auto const word : words) count += static_cast<unsigned>(std::popcount(word));
  size_ += count - counts_[exchange];
  counts_[exchange] = static_cast<std::uint16_t>(count);
}

}  // namespace linebook::lists
