// HTTP requests to servers that users name: webhooks and FHIR servers. Where they may connect, how long they
// may take and what they may answer is bounded here, because neither side is ours.
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace linebook {

struct OutgoingRequest {
  enum class Method { get, post, put };
  Method method = Method::get;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers = {};  // names and values without line ends
  std::string body = {};
  std::chrono::milliseconds timeout{15'000};  // of all of it
  std::size_t max_answer_bytes = 1024;
  /// What becomes of a longer answer: its beginning is enough, or the request has failed.
  enum class LongAnswer { cut, refused } long_answer = LongAnswer::cut;
};

struct OutgoingAnswer {
  int status = 0;
  std::string body = {};
  std::string etag = {};                                 // as sent, empty where there is none
  std::string location = {};                             // Content-Location where there is no Location
  std::optional<std::chrono::seconds> retry_after = {};  // as seconds or as a date, told from now
  std::chrono::milliseconds took{0};
};

enum class OutgoingFault {
  forbidden_address,  // the name stands for an address where nothing of ours may go, or the URL is none
  unreachable,        // no connection, or it broke
  untrusted,          // TLS: a certificate that does not hold, an old version
  timeout,
  too_long,  // the answer
  busy,      // too many requests wait already
  stopped,   // the service ends
};

struct OutgoingError {
  OutgoingFault fault;
  std::string message;  // in words for whoever runs the other side; holds nothing of the request
};

using OutgoingOutcome = std::expected<OutgoingAnswer, OutgoingError>;
using OutgoingReply = std::move_only_function<void(OutgoingOutcome)>;

/// Redirects are answers like any other. Any thread.
class OutgoingHttp {
 public:
  virtual ~OutgoingHttp() = default;
  /// Nothing, or why nothing of ours may go to this address, as far as the address itself tells: a name is
  /// looked up each time that a connection is opened, and judged then.
  virtual std::optional<std::string> refusal(std::string const& url) const = 0;
  /// The reply comes once, on a thread of the client's own or within this call; it must be quick.
  virtual void send(OutgoingRequest, OutgoingReply) = 0;
};

}  // namespace linebook
