#include "http/codec/accepted_type.h"

#include <algorithm>

#include "domain/text/ascii.h"

namespace linebook::http {
namespace {

constexpr int whole_weight = 1000;  // thousandths: weights have at most three digits

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool same_without_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, ascii_lower, ascii_lower);
}

/// What stands before the next `separator`, which goes with it.
std::string_view next_piece(std::string_view& rest, char separator) {
  auto const end = std::min(rest.find(separator), rest.size());
  auto const piece = trimmed(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return piece;
}

/// "0.25" → 250; whatever else is written weighs all.
int weight_of(std::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1') || text.size() > 5) return whole_weight;
  if (text[0] == '1') return whole_weight;
  int weight = 0;
  for (std::size_t i = 2; i < 5; ++i) {
    auto const digit = i < text.size() ? text[i] : '0';
    if (digit < '0' || digit > '9') return whole_weight;
    weight = weight * 10 + (digit - '0');
  }
  return weight;
}

/// How closely a range names the type: 0 not at all, 1 by */*, 2 by text/*, 3 itself.
int closeness(std::string_view range, std::string_view type) {
  if (same_without_case(range, type)) return 3;
  if (range == "*/*") return 1;
  bool const is_group = range.ends_with("/*");
  return is_group && same_without_case(range.substr(0, range.size() - 1), type.substr(0, type.find('/') + 1))
             ? 2
             : 0;
}

/// Of the range that names it most closely; 0 where none does.
int weight_in(std::string_view accept, std::string_view type) {
  int closest = 0;
  int weight = 0;
  while (!accept.empty()) {
    auto range = next_piece(accept, ',');
    auto const name = next_piece(range, ';');
    int own = whole_weight;
    while (!range.empty()) {
      auto const parameter = next_piece(range, ';');
      if (parameter.size() > 2 && ascii_lower(parameter[0]) == 'q' && parameter[1] == '=')
        own = weight_of(parameter.substr(2));
    }
    if (int const close = closeness(name, type); close > closest) {
      closest = close;
      weight = own;
    }
  }
  return weight;
}

}  // namespace

std::optional<std::string_view> preferred_type(std::optional<std::string_view> accept,
                                               std::initializer_list<std::string_view> offered) {
  if (!accept) return *offered.begin();
  std::optional<std::string_view> best;
  int most = 0;
  for (auto const type : offered)
    if (int const weight = weight_in(*accept, type); weight > most) {
      most = weight;
      best = type;
    }
  return best;
}

}  // namespace linebook::http
