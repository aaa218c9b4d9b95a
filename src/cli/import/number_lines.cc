#include "cli/import/number_lines.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <utility>

namespace linebook {
namespace {

constexpr std::size_t line_buffer = 256 * 1024;  // bytes

constexpr std::string_view no_number = "must be a number, written 585,2984455 or 5852984455";
constexpr std::string_view a_change = "is of a change list; name --changes to apply one";
constexpr std::string_view no_change =
    "must be a number, when it changed, and A or D: 585,2984455,2026-11-20,A";

/// Appends the digits to `number`; false where there is anything else.
bool read_digits(std::string_view digits, std::uint64_t& number) {
  unsigned wrong = 0;
  for (char const c : digits) {
    auto const digit = static_cast<unsigned>(static_cast<unsigned char>(c)) - '0';
    wrong |= static_cast<unsigned>(digit > 9);
    number = number * 10 + digit;
  }
  return wrong == 0;
}

/// Nothing where the line is no number.
std::optional<std::uint64_t> read_number(std::string_view line) {
  std::uint64_t number = 0;
  if (line.size() == 11 && line[3] == ',')
    return read_digits(line.substr(0, 3), number) && read_digits(line.substr(4), number)
               ? std::optional(number)
               : std::nullopt;
  if (line.size() == 10 && read_digits(line, number)) return number;
  return std::nullopt;
}

bool is_date_or_time(std::string_view field) {
  return std::ranges::all_of(field, [](char c) {
    return (c >= '0' && c <= '9') || std::string_view("-/:.+ TZAPM").find(c) != std::string_view::npos;
  });
}

/// Nothing where there are too many.
std::optional<std::size_t> split_fields(std::string_view line, std::span<std::string_view> into) {
  std::size_t count = 0;
  for (;;) {
    if (count == into.size()) return std::nullopt;
    auto const comma = std::min(line.find(','), line.size());
    into[count++] = line.substr(0, comma);
    if (comma == line.size()) return count;
    line.remove_prefix(comma + 1);
  }
}

struct ChangeLine {
  std::uint64_t number;
  ListChange change;
};

std::optional<ChangeLine> read_change(std::string_view line) {
  std::array<std::string_view, NumberLines::max_change_fields> fields;
  auto const count = split_fields(line, fields);
  if (!count) return std::nullopt;
  std::size_t const of_number = fields[0].size() == 3 ? 2 : 1;
  if (*count <= of_number) return std::nullopt;
  auto const number = read_number(line.substr(0, of_number == 2 ? 11 : 10));
  if (!number || fields[of_number - 1].size() != (of_number == 2 ? 7U : 10U)) return std::nullopt;
  std::optional<ListChange> change;
  for (auto const field : std::span(fields).subspan(of_number, *count - of_number)) {
    bool const adds = field == "A";
    if (adds || field == "D") {
      if (change) return std::nullopt;
      change = adds ? ListChange::add : ListChange::remove;
    } else if (!is_date_or_time(field)) {
      return std::nullopt;
    }
  }
  if (!change) return std::nullopt;
  return ChangeLine{*number, *change};
}

}  // namespace

NumberLines::NumberLines(Read read, LineForm form)
    : read_(std::move(read)), form_(form), buffer_(line_buffer, '\0') {}

Result<bool> NumberLines::next(Batch& batch) {
  batch.numbers.clear();
  batch.bad.clear();
  for (;;) {
    auto const begin = at_;
    if (auto line = next_line()) {
      if (line->size() > max_line) return fail(too_long());
      ++lines_;
      while (!line->empty() && (line->back() == '\r' || line->back() == ' ' || line->back() == '\t'))
        line->remove_suffix(1);
      if (line->empty()) continue;
      bool const taken = form_ == LineForm::number ? take(*line, batch) : take_change(*line, batch);
      if (!taken) {  // of the next batch
        at_ = begin;
        --lines_;
        return true;
      }
      if (batch.numbers.size() + batch.bad.size() >= batch_numbers) return true;
      continue;
    }
    if (ended_) return !batch.numbers.empty() || !batch.bad.empty();
    if (auto filled = fill(); !filled) return filled;
  }
}

/// Nothing where the rest of the buffer is no whole line.
std::optional<std::string_view> NumberLines::next_line() {
  auto const* const begin = buffer_.data() + at_;
  auto const left = filled_ - at_;
  auto const* const end = static_cast<char const*>(std::memchr(begin, '\n', left));
  if (end == nullptr && (!ended_ || left == 0)) return std::nullopt;
  auto const size = end == nullptr ? left : static_cast<std::size_t>(end - begin);
  at_ += size + (end == nullptr ? 0 : 1);
  return std::string_view(begin, size);
}

/// Of the line that comes next.
Error NumberLines::too_long() const {
  return {ErrorCode::validation_error,
          "line " + std::to_string(lines_ + 1) + " is longer than " + std::to_string(max_line) +
              " bytes: this is no list of numbers",
          {}};
}

Result<bool> NumberLines::fill() {
  auto const kept = filled_ - at_;
  if (kept > max_line) return fail(too_long());
  std::memmove(buffer_.data(), buffer_.data() + at_, kept);
  at_ = 0;
  filled_ = kept;
  auto const n = read_(buffer_.data() + filled_, buffer_.size() - filled_);
  if (!n) return fail(n.error());
  filled_ += *n;
  ended_ = *n == 0;
  return true;
}

bool NumberLines::take(std::string_view line, Batch& batch) {
  batch.change = ListChange::add;
  if (auto const number = read_number(line))
    batch.numbers.push_back(*number);
  else
    batch.bad.push_back({lines_, read_change(line) ? a_change : no_number});
  return true;
}

/// False: it belongs to another batch, of the other change.
bool NumberLines::take_change(std::string_view line, Batch& batch) {
  auto const change = read_change(line);
  if (!change) {
    batch.bad.push_back({lines_, no_change});
    return true;
  }
  if (!batch.numbers.empty() && change->change != batch.change) return false;
  batch.change = change->change;
  batch.numbers.push_back(change->number);
  return true;
}

}  // namespace linebook
