// The do-not-call lists of the installation: the national registry's and those of states, hundreds of
// millions of numbers. They are files, not rows: loaded by `linebook import do-not-call`, mapped, and
// replaced as a whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/numbers/ten_digits.h"

namespace linebook {

struct DoNotCallList {
  std::string name;   // "national", or a state's two capitals
  std::string as_of;  // calendar date, "2026-11-20": the day of the registry that it holds
  std::uint64_t version = 0;
  std::uint64_t numbers = 0;
  std::uint64_t bytes = 0;  // on disk, and mapped

  bool operator==(DoNotCallList const&) const = default;
};

/// What the lists say of one number.
struct ListAnswers {
  /// The date of the national list; nothing where none is loaded, and where any list's file is damaged:
  /// nobody knows then what it would have said.
  std::optional<std::string> national_as_of;
  bool on_national = false;         // also of a list that was in use before its file was damaged
  std::vector<std::string> states;  // whose list has the number: "TX"; as a rule none

  bool operator==(ListAnswers const&) const = default;
};

class DoNotCallLists {
 public:
  virtual ~DoNotCallLists() = default;

  /// Any thread; a look into mapped memory, some microseconds where its pages are not there yet. Waits for
  /// nobody, throws nothing.
  virtual ListAnswers look_up(TenDigits const&) const = 0;

  /// All that are in use, "national" first. Any thread.
  virtual std::vector<DoNotCallList> loaded() const = 0;

  /// In words for the operator: which files were refused and why. Any thread.
  virtual std::vector<std::string> troubles() const = 0;
};

}  // namespace linebook
