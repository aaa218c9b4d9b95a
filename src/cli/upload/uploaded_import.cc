#include "cli/upload/uploaded_import.h"

#include <string>
#include <vector>

#include "app/ports/blocking.h"
#include "cli/command_line.h"
#include "cli/upload/upload_console.h"

namespace linebook {
namespace {

/// As somebody would type it. Values stand behind a "=", so that none is taken for a flag.
std::vector<std::string> command_line_of(UploadKind kind, ImportWish const& wish,
                                         std::string const& account) {
  std::vector<std::string> words{"import", std::string(to_string(kind)), uploaded_file_name,
                                 "--account=" + account, "--json"};
  if (wish.dry_run) words.emplace_back("--dry-run");
  if (kind == UploadKind::fhir) return words;
  words.push_back(std::string("--results=") + upload_results_name);
  if (wish.people) words.push_back("--as=" + *wish.people);
  if (kind != UploadKind::contacts) return words;
  for (auto const& [header, meaning] : wish.columns) words.push_back("--column=" + header + "=" + meaning);
  if (wish.encoding) words.push_back("--encoding=" + *wish.encoding);
  if (wish.separator) words.push_back("--separator=" + *wish.separator);
  return words;
}

}  // namespace

bool run_uploaded_import(Installation& installation, Console& console, Upload const& upload,
                         ImportWish const& wish, std::string const& actor) {
  auto const account = read_and_wait(installation.store, [&](Transaction const& tx) -> Result<std::string> {
    auto const found = tx.accounts().find(upload.account);
    if (!found) return fail(not_found("account"));
    return found->name;
  });
  if (!account) return false;
  CommandLine line;
  auto const parsed = line.parse(command_line_of(upload.kind, wish, *account));
  if (parsed.command == nullptr) console.err(parsed.err);
  OperatorSession session{installation, console, actor};
  return parsed.command != nullptr && parsed.command->run(session) == ExitCode::ok;
}

}  // namespace linebook
