// Numbers while a list is being made: a bit for each that there could be. Memory is taken by the area codes
// that are met, 1.3 MB each (some 600 MB for the whole national list), and given back with the set.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "lists/exchange_code.h"

namespace linebook::lists {

inline constexpr std::uint64_t all_numbers = 10'000'000'000;  // ten digits

class NumberSet {
 public:
  /// `unavailable` where the system has no memory for it.
  static Result<std::unique_ptr<NumberSet>> make();
  ~NumberSet();
  NumberSet(NumberSet const&) = delete;
  NumberSet& operator=(NumberSet const&) = delete;

  /// False: it was there (or, for erase, was not). Numbers are below all_numbers.
  bool insert(std::uint64_t number);
  bool erase(std::uint64_t number);
  bool contains(std::uint64_t number) const;
  std::uint64_t size() const { return size_; }

  /// `exchange`: the first six digits.
  unsigned count_in(unsigned exchange) const { return counts_[exchange]; }
  ExchangeBits bits_of(unsigned exchange) const {
    return ExchangeBits(words_ + std::size_t{exchange} * words_per_exchange, words_per_exchange);
  }
  /// Adds what is encoded there.
  void add_exchange(unsigned exchange, std::span<std::uint8_t const> code);

 private:
  struct Place {
    std::uint64_t& word;
    std::uint64_t bit;
    std::uint16_t& count;
  };
  explicit NumberSet(std::uint64_t* words);
  Place place_of(std::uint64_t number) {
    auto const exchange = number / lines_per_exchange;
    auto const line = number % lines_per_exchange;
    return {words_[exchange * words_per_exchange + line / 64], std::uint64_t{1} << (line % 64),
            counts_[exchange]};
  }

  std::uint64_t* const words_;
  std::vector<std::uint16_t> counts_;
  std::uint64_t size_ = 0;
};

inline bool NumberSet::insert(std::uint64_t number) {
  auto const place = place_of(number);
  if ((place.word & place.bit) != 0) return false;
  place.word |= place.bit;
  ++place.count;
  ++size_;
  return true;
}

inline bool NumberSet::erase(std::uint64_t number) {
  auto const place = place_of(number);
  if ((place.word & place.bit) == 0) return false;
  place.word &= ~place.bit;
  --place.count;
  --size_;
  return true;
}

}  // namespace linebook::lists
