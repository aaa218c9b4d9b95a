// Pieces that commands are made of.
#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"

namespace linebook {

/// What decoding a request found wrong with its fields. A command carries them to its use case, which adds
/// what only the books can tell (no such person, no such agent), so that one answer names every field at
/// fault.
using Problems = std::vector<FieldError>;

/// A field of an edit that may be left out (keep), null (clear) or given.
template <class T>
using Edit = std::optional<std::optional<T>>;

template <class T>
bool apply(Edit<T> const& edit, std::optional<T>& field) {
  if (!edit || *edit == field) return false;
  field = *edit;
  return true;
}

template <class T>
bool apply(std::optional<T> const& edit, T& field) {
  if (!edit || *edit == field) return false;
  field = *edit;
  return true;
}

/// The caller's condition on what stands now (If-Match, If-None-Match), or on there being nothing (nullptr,
/// where a PUT creates); checked after "not found" and before everything else. Empty: no condition.
template <class T>
using Precondition = std::function<bool(T const*)>;

template <class T>
bool holds(Precondition<T> const& condition, T const& current) {
  return !condition || condition(&current);
}
template <class T>
bool holds(Precondition<T> const& condition, std::optional<T> const& current) {
  return !condition || condition(current ? &*current : nullptr);
}

inline Error precondition_failed() {
  return {ErrorCode::precondition_failed,
          "the resource has changed since the If-Match value was read; GET it again and retry",
          {}};
}

}  // namespace linebook
