// Requests that wait for their turn: each carrier account in the order in which it asked, the accounts in
// turn, and none with more than its share under way, so that one that answers slowly delays no other.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "carriers/twilio/http_request.h"

namespace linebook::twilio {

/// Requests under way, of all accounts and of one.
inline constexpr std::size_t max_under_way = 500;
inline constexpr std::size_t max_under_way_of_account = 200;

struct WaitingRequest {
  HttpRequest request;
  HttpReply reply;
  std::chrono::steady_clock::time_point until;  // after that nobody waits for its turn any more
};

class WaitingRequests {
 public:
  void push(WaitingRequest);
  /// The next whose turn it is, counted as under way until `ended`. Nothing: nobody may begin now.
  std::optional<WaitingRequest> pop();
  /// One of that account's is over.
  void ended(std::string const& account_sid);
  /// Those whose patience is over.
  std::vector<WaitingRequest> take_overdue(std::chrono::steady_clock::time_point now);
  std::vector<WaitingRequest> take_all();

 private:
  struct Lane {
    std::deque<WaitingRequest> waiting;  // patience ends in the order of arrival
    std::size_t under_way = 0;
    bool in_turn = false;  // is it among turns_?
  };

  void put_in_turn(std::string const& account_sid, Lane&);

  std::map<std::string, Lane> lanes_;  // those with anything waiting or under way
  std::deque<std::string> turns_;      // lanes that may begin, the next first
  std::size_t under_way_ = 0;
};

}  // namespace linebook::twilio
