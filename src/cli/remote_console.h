// The console of a client at the other end of the operator socket: every call asks it, and waits for its
// reply.
#pragma once

#include "cli/console.h"
#include "cli/frame.h"

namespace linebook {

class RemoteConsole final : public Console {
 public:
  explicit RemoteConsole(FrameChannel& channel) : channel_(channel) {}

  Result<std::unique_ptr<InputFile>> open_input(std::string const& path) override;
  Result<std::vector<std::string>> list_inputs(std::string const& directory) override;
  Result<std::unique_ptr<OutputFile>> create_output(std::string const& path) override;
  void out(std::string_view) override;
  void err(std::string_view) override;
  void progress(Progress const&) override;
  void flush() override;

  /// The reply's answer, or the client's error. Throws ConsoleLost.
  Result<std::string> ask(FrameType, std::string_view payload);
  void tell(FrameType, std::string_view payload);

 private:
  void tell_text(FrameType, std::string_view);

  FrameChannel& channel_;
};

}  // namespace linebook
