// Whether other processes work on the same store.
#pragma once

namespace linebook {

/// Alone: no other process works on this store, so that a lease found at the start is a dead one.
enum class Nodes { alone, several };

}  // namespace linebook
