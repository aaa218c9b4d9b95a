#include "app/import_outcome.h"

namespace linebook {

std::string_view to_string(ImportOutcome outcome) {
  switch (outcome) {
    case ImportOutcome::added:
      return "added";
    case ImportOutcome::updated:
      return "updated";
    case ImportOutcome::unchanged:
      return "unchanged";
  }
  return {};
}

}  // namespace linebook
