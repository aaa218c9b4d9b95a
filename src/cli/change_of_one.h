// The frame of sub-commands that change one thing, which their only argument names, in one transaction: they
// tell of it in a sentence, and show it with --json.
#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <optional>
#include <string>

#include "cli/command.h"

namespace linebook {

struct ChangeOfOne {
  struct Done {
    std::string told;  // a sentence, without its line end
    boost::json::object shown;
  };

  /// What `--help` says of the argument.
  char const* argument;
  char const* argument_help;
  char const* argument_type;
  char const* json_help;

  Result<Done> (*change)(Transaction&, Context const&, std::string const& argument);
  /// What is wrong with the argument by itself, if anything can be.
  std::optional<Error> (*misuse)(std::string const& argument) = nullptr;
  Beginning beginning = Beginning::refuse;
};

std::unique_ptr<Command> change_of_one(CLI::App& flags, ChangeOfOne const&);

/// For an argument that is a phone number: `misuse`, and the number once there was none.
std::optional<Error> misuse_of_number(std::string const& argument);

}  // namespace linebook
