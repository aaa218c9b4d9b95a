// From the bytes of one complete request head (request line, field lines, empty line) to a Request, or to the
// reason why it is none. Strict where leniency would let two servers in a row disagree about where a request
// ends
// ("request smuggling", RFC 9112 section 11.2). Pure: no sockets, no clock.
#pragma once

#include <string_view>

#include "base/result.h"
#include "http/transport/exchange.h"

namespace linebook::http {

/// How the connection goes on with this request, by its version and its Connection and Expect fields.
struct Framing {
  enum class Version { http_1_0, http_1_1 };
  Version version = Version::http_1_1;
  bool keep_alive = true;
  bool expects_continue = false;  // RFC 9110 section 10.1.1
};

/// `head` ends with the empty line and holds no control character but HTAB and CR LF pairs (RequestReader
/// sees to that). Fills all of `request` but body, client, over_tls and received, as far as it gets; its
/// views point into `head`. Every error is an invalid_request.
Result<Framing> parse_head(std::string_view head, Request& request);

/// "GET / HTTP/1.1" without its line end: does it claim a version that we speak? Lets anything else
/// (HTTP/0.9, the HTTP/2 preface, another protocol) be refused at its first line rather than after the header
/// deadline.
bool speaks_http_1(std::string_view request_line);

}  // namespace linebook::http
