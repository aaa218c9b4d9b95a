#include "cli/csv_reader.h"

#include <algorithm>

namespace linebook {

std::unexpected<Error> CsvReader::refuse(std::string const& why) const {
  return fail(ErrorCode::validation_error, "line " + std::to_string(row_line_) + ": " + why);
}

/// The next byte without taking it, or end_of_source.
Result<int> CsvReader::peek() {
  if (at_ < filled_) return static_cast<unsigned char>(buffer_[at_]);
  if (ended_) return end_of_source;
  auto n = source_(buffer_.data(), buffer_.size());
  if (!n) return fail(std::move(n.error()));
  at_ = 0;
  filled_ = *n;
  bytes_read_ += *n;
  ended_ = *n == 0;
  if (ended_) return end_of_source;
  return static_cast<unsigned char>(buffer_[at_]);
}

Result<void> CsvReader::append(char c) {
  auto& field = fields_[count_];
  if (field.size() >= max_field)
    return refuse("a field is longer than " + std::to_string(max_field) +
                  " bytes; is a closing quote missing?");
  if (++row_bytes_ > max_row) return refuse("the row is longer than " + std::to_string(max_row) + " bytes");
  field += c;
  return {};
}

/// UTF-8's, which Excel writes. A source may give its first bytes one at a time.
Result<void> CsvReader::skip_byte_order_mark() {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  while (filled_ < mark.size() && !ended_) {
    auto n = source_(buffer_.data() + filled_, buffer_.size() - filled_);
    if (!n) return fail(std::move(n.error()));
    filled_ += *n;
    bytes_read_ += *n;
    ended_ = *n == 0;
  }
  if (std::string_view(buffer_.data(), filled_).starts_with(mark)) at_ = mark.size();
  return {};
}

Result<bool> CsvReader::next() {
  if (!started_) {
    started_ = true;
    if (auto skipped = skip_byte_order_mark(); !skipped) return fail(std::move(skipped.error()));
  }
  for (;;) {
    auto c = peek();
    if (!c) return fail(std::move(c.error()));
    if (*c == end_of_source) return false;
    row_line_ = line_;
    row_bytes_ = 0;
    count_ = 0;
    for (;;) {
      auto more = read_field();
      if (!more) return fail(std::move(more.error()));
      if (!*more) break;
    }
    fields_.resize(count_);
    if (count_ > 1 || !fields_[0].empty()) return true;
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
  for (; *c != ',' && *c != '\n' && *c != '\r' && *c != end_of_source;) {
    if (auto appended = append(static_cast<char>(*c)); !appended) return fail(std::move(appended.error()));
    advance();
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
    if (auto appended = append(static_cast<char>(*c)); !appended) return appended;
  }
}

/// Takes the separator or line end behind a field.
Result<bool> CsvReader::end_field() {
  ++count_;
  auto c = peek();
  if (!c) return fail(std::move(c.error()));
  if (*c == end_of_source) return false;
  if (*c != ',' && *c != '\n' && *c != '\r')
    return refuse("text follows a closing quote; a quote inside a field is written twice");
  advance();
  if (*c == ',') return true;
  ++line_;
  if (*c == '\r') {
    auto next = peek();
    if (!next) return fail(std::move(next.error()));
    if (*next == '\n') advance();
  }
  return false;
}

void append_csv_field(std::string& out, std::string_view text) {
  bool const plain =
      text.find_first_of(",\"\r\n") == text.npos && !text.starts_with(' ') && !text.ends_with(' ');
  if (plain) {
    out += text;
    return;
  }
  out += '"';
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace linebook
