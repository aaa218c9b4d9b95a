// Requests to the carrier's API over libcurl's multi interface, hundreds at once on one thread: TLS checked,
// no redirects, bounded in time and size.
//
// None is ever sent twice. On a connection that it used before, libcurl repeats by itself a request that died
// without an answer, and nothing turns that off. A fresh connection for each would do, but a thousand a
// second use up the system's ports within a minute, since each stays taken for another. So a POST's body is
// read from us, and reading it a second time is refused: libcurl then gives the request up.
#pragma once

#include <curl/curl.h>

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "carriers/twilio/waiting_requests.h"

namespace linebook::twilio {

/// Requests that wait for their turn.
inline constexpr std::size_t max_waiting = 10'000;
/// Answers are a page of a list at most.
inline constexpr std::size_t max_answer_bytes = 1024 * 1024;

class HttpClient {
 public:
  HttpClient();
  /// Stops first.
  ~HttpClient();
  HttpClient(HttpClient const&) = delete;
  HttpClient& operator=(HttpClient const&) = delete;

  /// Any thread. The reply comes once, on the client's own thread, or within this call where too many wait
  /// (busy) or the client has stopped. Its error is unreachable where the request never left, busy where it
  /// did not get its turn, and timeout where it may have got there and no whole answer came back.
  void send(HttpRequest, HttpReply);

  /// Ends what is under way, as if no answer came in time, and lets nothing more begin. Any thread but the
  /// client's.
  void stop();

 private:
  struct Transfer;

  void run();
  void take_in();
  void begin(WaitingRequest);
  void prepare(Transfer&);
  void take_finished();
  void finish(Transfer&, CURLcode);
  std::unique_ptr<Transfer> idle_transfer();
  void end_everything();
  bool is_stopping();

  CURLM* multi_ = nullptr;
  // Of the thread alone.
  WaitingRequests waiting_;
  std::list<std::unique_ptr<Transfer>> under_way_;
  std::vector<std::unique_ptr<Transfer>> idle_;

  std::mutex mutex_;
  std::vector<WaitingRequest> came_in_;  // under mutex_, as all below
  std::size_t accepted_ = 0;             // those that came in or wait
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace linebook::twilio
