#include "cli/import/csv_reader.h"

#include <algorithm>

namespace linebook {

std::unexpected<Error> CsvReader::refuse(std::string const& why) const {
  auto const row = row_ ? "row " + std::to_string(*row_ + 1) + ", " : "";
  return fail(ErrorCode::validation_error, row + "line " + std::to_string(row_line_) + ": " + why);
}

/// The next byte without taking it, or end_of_source.
Result<int> CsvReader::peek() {
  if (at_ < filled_) return static_cast<unsigned char>(buffer_[at_]);
  if (ended_) return end_of_source;
  auto n = source_(buffer_.data(), buffer_.size());
  if (!n && n.error().code == ErrorCode::validation_error) return refuse(n.error().message);
  if (!n) return fail(std::move(n.error()));
  at_ = 0;
  filled_ = *n;
  ended_ = *n == 0;
  if (ended_) return end_of_source;
  return static_cast<unsigned char>(buffer_[at_]);
}

Result<void> CsvReader::append(std::string_view text) {
  auto& field = fields_[count_];
  if (field.size() + text.size() > max_field)
    return refuse("a field is longer than " + std::to_string(max_field) +
                  " bytes; is a closing quote missing?");
  row_bytes_ += text.size();
  if (row_bytes_ > max_row) return refuse("the row is longer than " + std::to_string(max_row) + " bytes");
  field += text;
  return {};
}

Result<bool> CsvReader::next() {
  for (;;) {
    auto c = peek();
    if (!c) return fail(std::move(c.error()));
    row_line_ = line_;
    if (*c == end_of_source) return false;
    row_bytes_ = 0;
    count_ = 0;
    for (;;) {
      auto more = read_field();
      if (!more) return fail(std::move(more.error()));
      if (!*more) break;
    }
    fields_.resize(count_);
    if (count_ > 1 || !fields_[0].empty()) {
      if (row_) ++*row_;
      return true;
    }
    ++blank_lines_;
    last_blank_line_ = row_line_;
  }
}

Result<bool> CsvReader::read_field() {
  if (count_ == max_fields) return refuse("more than " + std::to_string(max_fields) + " fields");
  if (fields_.size() == count_) fields_.emplace_back();
  fields_[count_].clear();
  auto c = peek();
  if (!c) return fail(std::move(c.error()));
  if (*c == '"') {
    advance();
    if (auto quoted = read_quoted(); !quoted) return fail(std::move(quoted.error()));
    return end_field();
  }
  while (*c != end_of_source && is_plain(static_cast<char>(*c))) {
    auto const begin = at_;
    while (at_ < filled_ && is_plain(buffer_[at_])) ++at_;
    if (auto appended = append({buffer_.data() + begin, at_ - begin}); !appended)
      return fail(std::move(appended.error()));
    c = peek();
    if (!c) return fail(std::move(c.error()));
  }
  return end_field();
}

/// Behind the opening quote, up to and with the closing one. Two quotes stand for one.
Result<void> CsvReader::read_quoted() {
  for (;;) {
    auto c = peek();
    if (!c) return fail(std::move(c.error()));
    if (*c == end_of_source) return refuse("a quoted field never ends");
    advance();
    if (*c == '"') {
      auto next = peek();
      if (!next) return fail(std::move(next.error()));
      if (*next != '"') return {};
      advance();
    }
    if (*c == '\n') ++line_;
    char const text = static_cast<char>(*c);
    if (auto appended = append({&text, 1}); !appended) return appended;
  }
}

/// Takes the separator or line end behind a field.
Result<bool> CsvReader::end_field() {
  ++count_;
  auto c = peek();
  if (!c) return fail(std::move(c.error()));
  if (*c == end_of_source) return false;
  if (is_plain(static_cast<char>(*c)))
    return refuse("text follows a closing quote; a quote inside a field is written twice");
  advance();
  if (static_cast<char>(*c) == separator_) return true;
  ++line_;
  if (*c == '\r') {
    auto next = peek();
    if (!next) return fail(std::move(next.error()));
    if (*next == '\n') advance();
  }
  return false;
}

}  // namespace linebook
