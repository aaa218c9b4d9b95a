// What goes wrong inside a store: the caller learns that something did, the operator learns what.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "app/ports/store.h"

namespace linebook {

class FailureLog {
 public:
  using Sink = std::function<void(std::string_view)>;
  explicit FailureLog(Sink sink) : sink_(std::move(sink)) {}

  /// Any thread.
  void tell(std::string_view message) const {
    if (sink_) sink_(message);
  }

 private:
  Sink sink_;
};

inline Error store_unavailable() {
  return {ErrorCode::unavailable, "the store cannot do this now; try again in a moment"};
}
inline Error something_went_wrong() {
  return {ErrorCode::internal_error, "something went wrong on our side"};
}
inline Error read_took_too_long() {
  return {ErrorCode::overloaded, "the search took too long and was given up; ask for less of it at once"};
}
inline Error store_overloaded() {
  return {ErrorCode::overloaded, "too much work is waiting; try again in a moment"};
}

/// What a database that was made with another master key answers.
inline Error another_master_key() {
  return {ErrorCode::conflict,
          "this database belongs to another master key; give the key that it was made with, or its secrets "
          "cannot be read"};
}

/// Runs `work`. What it throws becomes the Error of the job that asked, and `detail` gets the operator's
/// words.
template <class Work>
std::optional<Error> guarded(Work&& work, std::string& detail) {
  try {
    work();
    return std::nullopt;
  } catch (StoreUnavailable const& e) {
    detail = e.what();
    return store_unavailable();
  } catch (std::exception const& e) {
    detail = e.what();
  } catch (...) {
    detail = "an exception of an unknown kind";
  }
  return something_went_wrong();
}

}  // namespace linebook
