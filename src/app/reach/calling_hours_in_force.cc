#include "app/reach/calling_hours_in_force.h"

#include <stdexcept>
#include <utility>

namespace linebook {

CallingHoursInForce::Shared CallingHoursInForce::of(Transaction const& tx, std::int64_t version) {
  if (version == 0) return {Shared(), &CallingHours::built_in()};
  {
    std::scoped_lock const lock(mutex_);
    if (version_ == version) return read_;
  }
  auto const file = tx.calling_hours().newest();
  if (!file) throw std::runtime_error("the database has lost the calling hours");
  auto hours = CallingHours::parse(file->csv, file->source, file->as_of);
  if (!hours) throw std::runtime_error("the database holds unreadable calling hours");
  auto read = std::make_shared<CallingHours const>(std::move(*hours));
  std::scoped_lock const lock(mutex_);
  version_ = file->version;
  read_ = read;
  return read;
}

}  // namespace linebook
