// What goes wrong inside a store: the caller learns that something did, the operator learns what.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "app/ports/store.h"

namespace linebook::sqlite {

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
inline Error read_took_too_long() {
  return {ErrorCode::overloaded, "the search took too long and was given up; ask for less of it at once"};
}
inline Error store_overloaded() {
  return {ErrorCode::overloaded, "too much work is waiting; try again in a moment"};
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
  return Error{ErrorCode::internal_error, "something went wrong on our side"};
}

}  // namespace linebook::sqlite
