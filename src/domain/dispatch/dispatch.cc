#include "domain/dispatch/dispatch.h"

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<DispatchStage> dispatch_stages[] = {
    {DispatchStage::waiting, "waiting"}, {DispatchStage::asked, "asked"}, {DispatchStage::placed, "placed"}};

}  // namespace

std::string_view to_string(DispatchStage s) { return spell(dispatch_stages, s); }
std::optional<DispatchStage> parse_dispatch_stage(std::string_view text) {
  return unspell(dispatch_stages, text);
}

}  // namespace linebook
