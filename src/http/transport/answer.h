// An answer as bytes on the wire (RFC 9112 section 4 and 6).
#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "http/transport/exchange.h"

namespace linebook::http {

/// What the answer says of the connection: nothing (HTTP/1.1 keeps it anyway), "keep-alive" to HTTP/1.0, or
/// "close".
enum class Persistence { implied, keep_alive, close };
enum class BodyPart { sent, left_out };  // left out: an answer to HEAD

/// Appends status line, `date_line`, the response's own head, Content-Length, Connection and body to `out`.
/// Returns how many bytes of body that were. 204 and 304 have no body; Content-Length is left out for 204,
/// and for a 304 whose handler gave no body to measure.
std::size_t append_answer(std::string& out, Response const&, std::string_view date_line, Persistence,
                          BodyPart);

/// How the end of a stream is told: by a last chunk (RFC 9112 section 7.1), or to HTTP/1.0 by the end of the
/// connection.
enum class StreamFraming { chunks, until_close };

/// Appends the head of an answer whose body is a stream.
void append_stream_head(std::string& out, Response const&, std::string_view date_line, StreamFraming);
/// Appends a part of such a body, which is not empty.
void append_stream_part(std::string& out, std::string_view part, StreamFraming);
void append_stream_end(std::string& out, StreamFraming);

/// "Date: Tue, 15 Nov 1994 08:12:31 GMT\r\n", made anew when the second changes. One per I/O thread.
class DateLine {
 public:
  std::string_view at(std::time_t now);

 private:
  std::time_t second_ = -1;
  std::string line_;
};

}  // namespace linebook::http
