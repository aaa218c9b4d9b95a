// Requests to servers that users name, over libcurl's multi interface: hundreds at once on one thread. TLS
// 1.2 at least and verified, no redirects, no proxy, and every socket's address judged as it opens.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/ports/outgoing_http.h"
#include "outgoing/address_policy.h"

namespace linebook {

class OutgoingClient final : public OutgoingHttp {
 public:
  static constexpr std::size_t max_under_way = 2048;
  static constexpr std::size_t max_waiting = 10'000;  // for one of those places

  struct Options {
    AddressPolicy policy = {};
    std::string ca_file = {};  // PEM; empty: the system's
  };

  explicit OutgoingClient(Options);
  /// Stops first.
  ~OutgoingClient() override;
  OutgoingClient(OutgoingClient const&) = delete;
  OutgoingClient& operator=(OutgoingClient const&) = delete;

  std::optional<std::string> refusal(std::string const& url) const override;
  void send(OutgoingRequest, OutgoingReply) override;

  /// Ends what is under way and lets nothing more begin. Any thread but the client's own.
  void stop();

 private:
  struct Transfer;
  struct Asked {
    OutgoingRequest request;
    OutgoingReply reply;
  };

  void run();
  void take_in();
  void begin(Asked);
  bool is_silent(std::string const& url);
  void prepare(Transfer&) const;
  void take_finished();
  void finish(Transfer&, CURLcode);
  void end_everything();
  bool is_stopping();

  Options const options_;
  CURLM* multi_ = nullptr;
  // Of the thread alone:
  std::deque<Asked> waiting_;
  std::list<std::unique_ptr<Transfer>> under_way_;
  std::vector<std::unique_ptr<Transfer>> idle_;
  std::map<std::string, std::chrono::steady_clock::time_point> silent_until_;  // hosts

  std::mutex mutex_;
  std::vector<Asked> came_in_;  // under mutex_, as all below
  std::size_t accepted_ = 0;    // those that came in or wait
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace linebook
