// Takes a file of contacts into the books, or rehearses it, and reports: each row's result into a file, what
// is wrong to the terminal by row and line, and what there was in all.
#pragma once

#include <string>

#include "cli/command.h"
#include "cli/import/contact_source.h"

namespace linebook {

/// The flags that every import of contacts has.
struct ContactImportFlags {
  std::string file;
  std::string account;
  std::string results;  // empty: beside the file
  bool dry_run = false;
  bool json = false;

  void declare(CLI::App&, std::string const& type_name, std::string const& says);
  std::string results_file() const;
  FileAccess files() const {
    return {.inputs = {file}, .input_directories = {}, .outputs = {results_file()}};
  }
};

/// Tells an error of the file, with its name.
ExitCode tell_in_file(Console&, ContactImportFlags const&, Error);

ExitCode run_contact_import(OperatorSession&, Account const&, ContactImportFlags const&, ContactSource&,
                            InputFile const&);

}  // namespace linebook
