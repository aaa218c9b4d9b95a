// How far a long command has come: a bar with rate and time left on a terminal, a plain line now and then
// elsewhere.
#pragma once

#include <chrono>
#include <string>

#include "cli/console.h"

namespace linebook {

/// "[#####.....]  50%  1,234 rows  31,000/s  ETA 0:12", without bar and ETA where the whole is not known.
std::string progress_text(Progress const&, std::chrono::duration<double> elapsed);

class ProgressLine {
 public:
  /// Cheap to call often: draws a few times a second on a terminal, every few seconds elsewhere.
  void show(Progress const&);
  /// Takes the bar off the terminal, so that other output starts on a clean line.
  void clear();

 private:
  using Steady = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds redraw_every{150};
  static constexpr std::chrono::seconds plain_line_every{5};

  Steady::time_point started_{};
  Steady::time_point shown_{};
  bool drawn_ = false;
};

}  // namespace linebook
