#include "domain/text/remark.h"

#include <algorithm>
#include <string>

#include "domain/text/name_key.h"

namespace linebook {

bool is_remark(std::string_view text, std::size_t most) {
  std::string flat(text);
  std::ranges::replace_if(flat, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return is_clean_text(flat, most);
}

}  // namespace linebook
