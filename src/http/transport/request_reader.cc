#include "http/transport/request_reader.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace linebook::http {
namespace {

constexpr std::size_t first_block_bytes = 4 * 1024;  // holds nearly every request whole
constexpr std::size_t body_block_bytes = 16 * 1024;
constexpr std::size_t kept_body_bytes = 64 * 1024;  // a larger body gives its memory back

/// What may stand in a head beside line ends: no control character but HTAB (RFC 9110 section 5.5).
constexpr auto is_head_text = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < table.size(); ++c) table[c] = (c >= 0x20 && c != 0x7f) || c == '\t';
  return table;
}();

}  // namespace

RequestReader::RequestReader(Limits const& limits) : limits_(limits) {}

std::span<char> RequestReader::space() {
  if (end_ == block_.capacity) grow();
  return {block_.data.get() + end_, block_.capacity - end_};
}

void RequestReader::received(std::size_t bytes) { end_ += bytes; }

void RequestReader::grow() {
  // Only while a head is read: nothing points into the block yet, so it may move.
  if (begin_ > 0) {
    std::memmove(block_.data.get(), block_.data.get() + begin_, end_ - begin_);
    line_start_ -= begin_;
    cursor_ -= begin_;
    end_ -= begin_;
    begin_ = 0;
    return;
  }
  Block larger;
  larger.capacity = block_.capacity == 0 ? first_block_bytes : block_.capacity * 2;
  larger.data = std::make_unique_for_overwrite<char[]>(larger.capacity);
  if (end_ > 0) std::memcpy(larger.data.get(), block_.data.get(), end_);
  block_ = std::move(larger);
}

RequestReader::Step RequestReader::next() {
  switch (at_) {
    case At::head:
      return read_head();
    case At::admission:
      return Step::head_complete;
    case At::body:
      return take_body();
    case At::end:
      return Step::request_complete;
    case At::failed:
      return Step::failed;
  }
  return Step::failed;
}

RequestReader::Step RequestReader::failed(Error error) {
  at_ = At::failed;
  error_ = std::move(error);
  return Step::failed;
}

RequestReader::Step RequestReader::read_head() {
  auto const head_end = find_head_end();
  if (at_ == At::failed) return Step::failed;
  if (!head_end) return Step::need_more;
  return parse(*head_end);
}

bool RequestReader::is_line_start_allowed(std::size_t line_start) const {
  char const c = block_.data[line_start];
  return c != ' ' && c != '\t';  // obsolete line folding, RFC 9112 section 5.2
}

std::optional<std::size_t> RequestReader::find_head_end() {
  char const* const data = block_.data.get();
  auto const stop_here = [this] { return std::min(end_, begin_ + limits_.header_bytes); };
  for (auto stop = stop_here(); cursor_ < stop; stop = stop_here()) {
    if (cursor_ == line_start_ && !is_line_start_allowed(cursor_)) {
      failed({ErrorCode::invalid_request, "a header line must not begin with white space"});
      return {};
    }
    while (cursor_ < stop && is_head_text[static_cast<unsigned char>(data[cursor_])]) ++cursor_;
    if (cursor_ == stop || (data[cursor_] == '\r' && cursor_ + 1 == stop)) break;
    if (data[cursor_] != '\r' || data[cursor_ + 1] != '\n') {
      failed({ErrorCode::invalid_request, "header lines must end in CR LF and hold no control characters"});
      return {};
    }
    auto const line = std::string_view(data + line_start_, cursor_ - line_start_);
    cursor_ += 2;
    auto const is_first = line_start_ == begin_;
    line_start_ = cursor_;
    if (is_first && line.empty()) {
      begin_ = cursor_;  // an empty line before a request is skipped, RFC 9112 section 2.2
    } else if (is_first && !speaks_http_1(line)) {
      failed({ErrorCode::invalid_request, "the request line must be METHOD TARGET HTTP/1.1"});
      return {};
    } else if (line.empty()) {
      return cursor_;
    }
  }
  if (end_ - begin_ >= limits_.header_bytes) {
    failed({ErrorCode::header_too_large,
            "the request head is larger than " + std::to_string(limits_.header_bytes) + " bytes"});
  }
  return {};
}

RequestReader::Step RequestReader::parse(std::size_t head_end) {
  auto framing = parse_head({block_.data.get() + begin_, head_end - begin_}, request_);
  if (!framing) return failed(std::move(framing.error()));
  framing_ = *framing;
  at_ = At::admission;
  return Step::head_complete;
}

void RequestReader::read_body() {
  at_ = At::body;
  if (request_.chunked) {
    body_kind_ = Body::chunked;
    chunks_.emplace(ChunkedBody::Bounds{limits_.body_bytes, limits_.header_bytes});
    continue_in_new_block();
  } else if (auto const length = request_.content_length.value_or(0); length == 0) {
    body_kind_ = Body::none;
    at_ = At::end;
  } else if (length > limits_.body_bytes) {
    failed({ErrorCode::payload_too_large,
            "the body is larger than " + std::to_string(limits_.body_bytes) + " bytes"});
  } else if (length <= block_.capacity - cursor_) {
    body_kind_ = Body::in_place;
  } else {
    body_kind_ = Body::gathered;
    continue_in_new_block();
  }
}

/// The head, and all views into it, stay where they are; what follows it moves to a block of its own.
void RequestReader::continue_in_new_block() {
  auto const rest = unread();
  Block fresh;
  fresh.capacity = std::max(body_block_bytes, rest.size());
  fresh.data = std::make_unique_for_overwrite<char[]>(fresh.capacity);
  std::ranges::copy(rest, fresh.data.get());
  end_ = rest.size();
  begin_ = line_start_ = cursor_ = 0;
  head_block_ = std::exchange(block_, std::move(fresh));
}

bool RequestReader::skip_body() {
  at_ = At::end;
  if (request_.chunked) return false;
  auto const length = request_.content_length.value_or(0);
  if (length > end_ - cursor_) return false;
  cursor_ += length;
  return true;
}

RequestReader::Step RequestReader::complete(std::string_view body) {
  request_.body = body;
  at_ = At::end;
  return Step::request_complete;
}

RequestReader::Step RequestReader::take_body() {
  auto const length = request_.content_length.value_or(0);
  if (body_kind_ == Body::in_place) {
    if (unread().size() < length) return Step::need_more;
    auto const body = unread().substr(0, length);
    cursor_ += length;
    return complete(body);
  }
  auto chunk_step = ChunkedBody::Step::need_more;
  std::size_t used = 0;
  if (body_kind_ == Body::chunked) {
    chunk_step = chunks_->decode(unread(), used, body_);
  } else {
    used = std::min(unread().size(), length - body_.size());
    body_.append(unread().substr(0, used));
    if (body_.size() == length) chunk_step = ChunkedBody::Step::complete;
  }
  cursor_ += used;
  switch (chunk_step) {
    case ChunkedBody::Step::complete:
      return complete(body_);
    case ChunkedBody::Step::malformed:
      return failed({ErrorCode::invalid_request, "the chunked body is malformed"});
    case ChunkedBody::Step::too_large:
      return failed({ErrorCode::payload_too_large,
                     "the body is larger than " + std::to_string(limits_.body_bytes) + " bytes"});
    case ChunkedBody::Step::need_more:
      break;
  }
  cursor_ = end_ = 0;  // all of it was used, so the block is free again
  return Step::need_more;
}

std::size_t RequestReader::body_received() const {
  return body_kind_ == Body::in_place ? end_ - cursor_ : body_.size();
}

void RequestReader::finish() {
  auto headers = std::move(request_.headers);
  headers.clear();
  request_ = Request{};
  request_.headers = std::move(headers);  // keeps its memory for the next request
  head_block_ = {};
  body_.clear();
  if (body_.capacity() > kept_body_bytes) body_ = {};
  chunks_.reset();
  body_kind_ = Body::none;
  if (cursor_ == end_) cursor_ = end_ = 0;
  begin_ = line_start_ = cursor_;
  at_ = At::head;
}

void RequestReader::reset() {
  cursor_ = end_;
  finish();
}

}  // namespace linebook::http
