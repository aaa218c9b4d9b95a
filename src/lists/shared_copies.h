// This node's copies of the lists that all nodes share: fetched where they are newer, or where the own one is
// damaged.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "app/ports/shared_lists.h"
#include "lists/list_directory.h"

namespace linebook::lists {

class SharedCopies {
 public:
  /// `log` gets the operator's words on what could not be fetched, once as long as it stays the same.
  SharedCopies(SharedLists& shared, ListDirectory& directory, std::function<void(std::string_view)> log);

  /// Any thread; one at a time does it, the others wait.
  void catch_up();
  /// Ends a catch_up() soon, and every later one at once.
  void stop() { stopping_ = true; }

 private:
  bool has(SharedList const&) const;
  Result<void> fetch(SharedList const&);
  void tell(std::string trouble);

  SharedLists& shared_;
  ListDirectory& directory_;
  std::function<void(std::string_view)> const log_;
  std::mutex mutex_;
  std::atomic<bool> stopping_{false};
  std::string told_;
};

/// As SharedList has it.
std::string checksum_text(Checksum const&);

/// Writes all of the list into a draft, durable, and checks that it is that list and whole.
Result<DraftFile> fetch_draft(SharedLists&, SharedList const&, std::filesystem::path const& directory,
                              std::atomic<bool> const& stopping);

}  // namespace linebook::lists
