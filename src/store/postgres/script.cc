#include "store/postgres/script.h"

namespace linebook::postgres {

std::vector<std::string_view> statements_in(std::string_view script) {
  std::vector<std::string_view> statements;
  std::size_t begin = script.npos;  // of the statement that is being read
  auto const end_at = [&](std::size_t end) {
    if (begin != script.npos) statements.push_back(script.substr(begin, end - begin));
    begin = script.npos;
  };
  for (std::size_t at = 0; at < script.size(); ++at) {
    char const c = script[at];
    if (script.substr(at).starts_with("--")) {
      at = script.find('\n', at);
      if (at == script.npos) break;
      continue;
    }
    if (c == ';') {
      end_at(at);
      continue;
    }
    if (std::string_view(" \t\n").find(c) != std::string_view::npos) continue;
    if (begin == script.npos) begin = at;
    if (c == '\'' || c == '"') {
      at = script.find(c, at + 1);  // doubled inside, it ends one and begins another
      if (at == script.npos) break;
    }
  }
  end_at(script.size());
  return statements;
}

}  // namespace linebook::postgres
