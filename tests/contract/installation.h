// What the contract suite is run over: an installation of some store, fresh for each test, which can be
// closed and opened again. A store joins the suite with one Joins object in a file of its own, such as
// sqlite_backend.cc.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/ports/store.h"

namespace linebook::contract {

class Installation {
 public:
  virtual ~Installation() = default;
  /// The store over this installation's data. The one opened before is gone by then.
  virtual std::unique_ptr<Store> open() = 0;
};

struct Backend {
  std::string name;
  std::function<std::unique_ptr<Installation>()> install;
};

/// Every store that has joined; complete before gtest asks.
inline std::vector<Backend>& backends() {
  static std::vector<Backend> all;
  return all;
}

struct Joins {
  explicit Joins(Backend backend) { backends().push_back(std::move(backend)); }
};

}  // namespace linebook::contract
