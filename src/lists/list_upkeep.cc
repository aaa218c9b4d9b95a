#include "lists/list_upkeep.h"

namespace linebook::lists {

ListUpkeep::ListUpkeep(ListDirectory const& directory, SharedCopies* copies)
    : copies_(copies), thread_([this, &directory, copies] { run(directory, copies); }) {}

void ListUpkeep::stop() {
  {
    std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  if (copies_ != nullptr) copies_->stop();
  stops_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void ListUpkeep::run(ListDirectory const& directory, SharedCopies* copies) {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    directory.refresh();
    if (copies != nullptr) copies->catch_up();
    lock.lock();
    stops_.wait_for(lock, interval, [this] { return stopping_; });
  }
}

}  // namespace linebook::lists
