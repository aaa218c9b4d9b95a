// Ten-digit numbers as bit planes: for each digit's four bits, and for each flag, one bit a row. Whether a
// digit is at a place is then answered for 256 rows by a few AND instructions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "domain/contacts/contact_number.h"

namespace linebook {

/// The 128 bits of a contact number's ULID. Their order is that of the ids.
struct NumberKey {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  auto operator<=>(NumberKey const&) const = default;
};

/// Throws std::invalid_argument for an id that is no ULID behind "phn_".
NumberKey key_of(std::string_view contact_number_id);
ContactNumberId id_of(NumberKey const&);
std::vector<ContactNumberId> ids_of(std::vector<NumberKey> const&);

/// What the index knows of a contact number.
struct IndexedNumber {
  NumberKey key;
  TenDigits digits;
  PhoneType phone_type;
  bool primary;
  bool verified;
  bool do_not_call;
  PersonType person_type;
};

/// Rows to look for: a run of digits, flags, or both.
struct DigitPattern {
  std::string_view digits;  // '0' to '9', at most ten; empty: any number
  std::optional<PhoneType> phone_type{};
  std::optional<bool> primary{};
  std::optional<bool> verified{};
  std::optional<bool> do_not_call{};
  std::optional<PersonType> person_type{};
  bool by_number = false;  // the order of the page; those of one number, and all otherwise, newest first
};

/// Rows in an order of their owner's. Not synchronized.
class DigitRows {
 public:
  static constexpr std::size_t rows_per_strip = 256;
  static constexpr std::size_t words_per_strip = rows_per_strip / 64;

  // A row is live, its flags, then four planes for each digit.
  static constexpr std::size_t live = 0, primary = 1, verified = 2, do_not_call = 3, phone_type = 4,
                               person_type = 6, digits = 7;
  static constexpr std::size_t planes = digits + 40;
  struct alignas(32) Strip {
    std::array<std::array<std::uint64_t, words_per_strip>, planes> words{};
  };

  std::size_t size() const { return size_; }
  void insert(std::size_t row, IndexedNumber const&);
  void replace(std::size_t row, IndexedNumber const&);
  void erase(std::size_t row);
  /// The ten digits as a number: 5852984455.
  std::uint64_t number(std::size_t row) const;
  /// Moves the rows from `row` on, a multiple of `rows_per_strip`, into rows of their own.
  DigitRows split_at(std::size_t row);

  std::vector<Strip> const& strips() const { return strips_; }

 private:
  void open_gap(std::size_t row);
  std::uint64_t& word(std::size_t plane, std::size_t index) {
    return strips_[index / words_per_strip].words[plane][index % words_per_strip];
  }

  std::vector<Strip> strips_;
  std::size_t size_ = 0;
};

/// A pattern made ready for many strips. Any thread.
class DigitMatcher {
 public:
  explicit DigitMatcher(DigitPattern const&);

  /// Marks the rows that fit, a bit a row, `words_per_strip` words a strip; tells how many there are.
  std::size_t mark(std::vector<DigitRows::Strip> const&, std::uint64_t* marks) const;

  /// A plane, and what to flip in it so that a one means that the row fits.
  struct Term {
    std::size_t plane;
    std::uint64_t flip;  // all ones or none
  };
  struct Terms {
    std::array<Term, 6> flags{};
    std::size_t flag_count = 0;
    std::array<std::array<std::uint64_t, 4>, 10> flips{};  // of each digit's four planes
    std::size_t length = 0;                                // digits
  };

 private:
  void require(std::size_t plane, bool value);
  Terms terms_;
};

}  // namespace linebook
