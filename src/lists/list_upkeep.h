// A thread that keeps a directory of lists as it should be: files that others replaced are opened, and where
// nodes share their lists, newer ones are fetched.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "lists/list_directory.h"
#include "lists/shared_copies.h"

namespace linebook::lists {

class ListUpkeep {
 public:
  static constexpr std::chrono::seconds interval{3};

  /// The first look is at once. `copies`: nothing where the lists are this process's own. Both outlive it.
  ListUpkeep(ListDirectory const& directory, SharedCopies* copies);
  ~ListUpkeep() { stop(); }
  ListUpkeep(ListUpkeep const&) = delete;
  ListUpkeep& operator=(ListUpkeep const&) = delete;

  /// Ends within a piece of a list that is being fetched. Idempotent.
  void stop();

 private:
  void run(ListDirectory const&, SharedCopies*);

  std::mutex mutex_;
  std::condition_variable stops_;
  bool stopping_ = false;
  SharedCopies* const copies_;
  std::thread thread_;
};

}  // namespace linebook::lists
