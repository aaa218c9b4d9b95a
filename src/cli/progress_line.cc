#include "cli/progress_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/print.h"

namespace linebook {
namespace {

constexpr std::size_t bar_width = 24;
constexpr double longest_eta = 99 * 3600.0;

std::string clock_text(double seconds) {
  auto const whole = static_cast<long>(seconds + 0.5);
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace

std::string progress_text(Progress const& p, std::chrono::duration<double> elapsed) {
  std::string text;
  double const part =
      p.bytes_total == 0
          ? 0
          : std::min(1.0, static_cast<double>(p.bytes_done) / static_cast<double>(p.bytes_total));
  if (p.bytes_total != 0) {
    auto const filled = static_cast<std::size_t>(part * bar_width);
    text += "[" + std::string(filled, '#') + std::string(bar_width - filled, '.') + "]";
    text += fmt::format(" {:3.0f}%  ", part * 100);
  }
  text += grouped(p.items) + " " + p.unit;
  auto const seconds = elapsed.count();
  if (seconds >= 0.5)
    text +=
        fmt::format("  {}/s", grouped(static_cast<std::uint64_t>(static_cast<double>(p.items) / seconds)));
  if (part > 0 && seconds >= 0.5)
    if (auto const left = seconds / part - seconds; left < longest_eta) text += "  ETA " + clock_text(left);
  return text;
}

void ProgressLine::show(Progress const& so_far) {
  static bool const terminal = ::isatty(STDERR_FILENO) == 1;
  auto const now = Steady::now();
  if (started_ == Steady::time_point{}) started_ = shown_ = now;
  bool const due = terminal ? !drawn_ || now - shown_ >= redraw_every : now - shown_ >= plain_line_every;
  if (!due) return;
  shown_ = now;
  auto const text = progress_text(so_far, now - started_);
  std::fputs((terminal ? "\r\033[K" + text : text + "\n").c_str(), stderr);
  drawn_ = terminal;
}

void ProgressLine::clear() {
  if (!drawn_) return;
  std::fputs("\r\033[K", stderr);
  drawn_ = false;
}

}  // namespace linebook
