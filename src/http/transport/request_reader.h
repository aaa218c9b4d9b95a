// Bytes of one connection, as they come, to requests, one at a time: the parser boundary, without sockets or
// clocks so that it can be fuzzed. What it yields never depends on how the bytes were cut up on their way.
//
// Drive it so: put bytes at space(), tell received(), call next() until it needs more. At head_complete
// decide, then call read_body() or skip_body(). At request_complete handle the request, then call finish().
// failed is final. One thread at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "http/transport/chunked_body.h"
#include "http/transport/exchange.h"
#include "http/transport/head_parser.h"
#include "http/transport/server.h"

namespace linebook::http {

class RequestReader {
 public:
  enum class Step { need_more, head_complete, request_complete, failed };
  enum class At { head, admission, body, end, failed };

  explicit RequestReader(Limits const&);  // the limits must outlive it

  /// Where the next bytes go; never empty while next() needs more. Views into the request stay valid.
  std::span<char> space();
  void received(std::size_t bytes);

  Step next();
  /// After head_complete: the request passed; its body is read, up to Limits::body_bytes.
  void read_body();
  /// After head_complete: the request was refused. True when its whole body is here and was skipped, so that
  /// the next request can be found; false when unread body follows and the connection must end.
  bool skip_body();
  /// After request_complete, or after skip_body(): forgets the request and its bytes.
  void finish();
  /// Forgets everything, also bytes that follow: ready for another connection.
  void reset();

  At at() const { return at_; }
  /// No byte of a further request is here.
  bool is_empty() const { return at_ == At::head && begin_ == end_; }
  /// Bytes that follow the current request are here already.
  bool has_following() const { return cursor_ < end_; }
  std::size_t body_received() const;

  Request& request() { return request_; }
  Framing const& framing() const { return framing_; }
  Error const& error() const { return error_; }

 private:
  struct Block {
    std::unique_ptr<char[]> data;
    std::size_t capacity = 0;
  };
  enum class Body { none, in_place, gathered, chunked };

  Step read_head();
  Step take_body();
  Step complete(std::string_view body);
  Step failed(Error);
  std::optional<std::size_t> find_head_end();
  bool is_line_start_allowed(std::size_t line_start) const;
  Step parse(std::size_t head_end);
  void grow();
  void continue_in_new_block();
  std::string_view unread() const { return {block_.data.get() + cursor_, end_ - cursor_}; }

  Limits const& limits_;
  Block block_;                 // what is being read into
  Block head_block_;            // keeps the head of a request whose body outgrew its block
  std::size_t begin_ = 0;       // of the current head, in block_
  std::size_t line_start_ = 0;  // of the head line being scanned
  std::size_t cursor_ = 0;      // next byte to look at
  std::size_t end_ = 0;         // of what was received

  At at_ = At::head;
  Body body_kind_ = Body::none;
  std::string body_;  // when it could not stay in place
  std::optional<ChunkedBody> chunks_;
  Request request_;
  Framing framing_;
  Error error_{ErrorCode::invalid_request, {}, {}};
};

}  // namespace linebook::http
