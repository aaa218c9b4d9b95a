#include <boost/json/object.hpp>

#include "app/ports/list_drafts.h"
#include "cli/command.h"
#include "cli/import/number_lines.h"
#include "cli/import/zip_members.h"
#include "cli/print.h"
#include "cli/unpacked_input.h"
#include "domain/contacts/state.h"

namespace linebook {
namespace {

/// A file with more bad lines than this is another one than was meant: the rest of it is not read.
constexpr std::uint64_t max_bad_lines = 10'000;
constexpr std::string_view national_list = "national";
/// Progress of several files, each as much as the others.
constexpr std::uint64_t parts_of_a_file = 1'000'000;
constexpr std::uint64_t numbers_between_progress = 200'000;

struct ListCounts {
  std::uint64_t lines = 0;    // that are numbers
  std::uint64_t added = 0;    // that were not there
  std::uint64_t removed = 0;  // that were
  std::uint64_t bad_lines = 0;
};

class ImportDoNotCall final : public Command {
 public:
  explicit ImportDoNotCall(CLI::App& flags) {
    flags
        .add_option(
            "files", words_,
            "`national`, where it is not --state, and files: 585,2984455 or ten digits a line, as text, "
            "zipped or gzipped; - reads stdin")
        ->required()
        ->type_name("[national] FILE…");
    flags.add_option("--as-of", as_of_, "The day of the registry that the files hold")
        ->required()
        ->type_name("YYYY-MM-DD");
    flags.add_option("--state", state_, "The list of a state instead of the national one")->type_name("TX");
    flags.add_flag("--changes", changes_, "The files are change lists, to be applied in this order");
    flags.add_flag("--json", json_, "Print the counts as JSON");
    flags.footer(
        "Replaces the list as a whole, for all accounts. A file with a bad line changes nothing, and neither "
        "does an\ninterrupted import.");
  }

  FileAccess files() const override { return {.inputs = inputs(), .input_directories = {}, .outputs = {}}; }

  ExitCode run(OperatorSession& session) override {
    counts_ = {};
    told_ = 0;
    auto& console = session.console;
    auto const name = list_name();
    if (!name) return told_usage(console, name.error());
    if (auto sound = check_as_of(session.installation.clock.now()); !sound)
      return told_usage(console, sound.error());
    auto& drafts = session.installation.list_drafts;
    auto draft = changes_ ? drafts.begin_with_published(*name) : drafts.begin(*name);
    if (!draft) return tell(console, draft.error());
    auto published = fill_and_publish(session, **draft, drafts, *name);
    if (!published) {
      auto error = std::move(published.error());
      error.message += "; nothing was changed";
      return tell(console, error);
    }
    summary(console, *published);
    return ExitCode::ok;
  }

 private:
  bool names_national() const { return !words_.empty() && words_.front() == national_list; }
  std::vector<std::string> inputs() const {
    return {words_.begin() + (state_.empty() && names_national() ? 1 : 0), words_.end()};
  }

  static ExitCode told_usage(Console& console, Error const& error) {
    tell(console, error);
    return ExitCode::usage;
  }

  Result<std::string> list_name() const {
    if (state_.empty() && !names_national())
      return fail(ErrorCode::validation_error,
                  "say which list it is: `national` before the files, or --state TX");
    if (inputs().empty()) return fail(ErrorCode::validation_error, "name the files of the list");
    if (state_.empty()) return std::string(national_list);
    if (names_national())
      return fail(ErrorCode::validation_error, "it is the national list or that of --state, not both");
    auto const state = read_state(state_);
    if (!state) return fail(ErrorCode::validation_error, "--state must be a state, such as TX");
    return std::string(*state);
  }

  Result<void> check_as_of(Instant now) const {
    if (!is_calendar_date(as_of_))
      return fail(ErrorCode::validation_error, "--as-of must be a date, such as 2026-11-20");
    if (as_of_ > to_rfc3339(now).substr(0, as_of_.size()))
      return fail(ErrorCode::validation_error, "--as-of must not be in the future");
    return {};
  }

  Result<DoNotCallList> fill_and_publish(OperatorSession& session, ListDraft& draft, ListDrafts& drafts,
                                         std::string const& name) {
    if (changes_)
      if (auto sound = check_order(drafts, name); !sound) return fail(std::move(sound.error()));
    auto const files = inputs();
    for (std::size_t i = 0; i < files.size(); ++i) {
      place_ = {i, files.size()};
      if (auto read = read_file(session.console, files[i], draft); !read) {
        read.error().message = files[i] + ": " + read.error().message;
        return fail(std::move(read.error()));
      }
    }
    if (counts_.bad_lines > 0)
      return fail(ErrorCode::validation_error, counted(counts_.bad_lines, "bad line", "bad lines"));
    return draft.publish(as_of_, [&](std::string_view doing, std::uint64_t done, std::uint64_t of) {
      session.console.progress({std::string(doing), done, done, of});
    });
  }

  /// Changes of days that the list has already seen would take back what came later.
  Result<void> check_order(ListDrafts& drafts, std::string const& name) const {
    auto const all = drafts.published();
    if (!all) return fail(all.error());
    for (auto const& list : *all)
      if (list.name == name && as_of_ < list.as_of)
        return fail(ErrorCode::validation_error, "the list is of " + list.as_of + ", later than --as-of");
    return {};
  }

  Result<void> read_file(Console& console, std::string const& path, ListDraft& draft) {
    auto packed = console.open_input(path);
    if (!packed) return fail(std::move(packed.error()));
    auto file = UnpackedInput::open(std::move(*packed));
    if (!file) return fail(std::move(file.error()));
    if (!ZipMembers::is_archive((*file)->head())) {
      return read_lines(
          console, path, [&](char* into, std::size_t n) { return (*file)->read(into, n); }, **file, draft);
    }
    ZipMembers members(**file);
    for (bool any = false;; any = true) {
      auto const name = members.next();
      if (!name) return fail(name.error());
      if (!*name) return any ? Result<void>() : fail(ErrorCode::validation_error, "the ZIP archive is empty");
      if (auto read = read_lines(
              console, path + ": " + **name, [&](char* into, std::size_t n) { return members.read(into, n); },
              **file, draft);
          !read)
        return read;
    }
  }

  Result<void> read_lines(Console& console, std::string const& name, NumberLines::Read read,
                          UnpackedInput const& file, ListDraft& draft) {
    NumberLines lines(std::move(read), changes_ ? LineForm::change : LineForm::number);
    auto const before = counts_.lines;
    NumberLines::Batch batch;
    for (;;) {
      auto const more = lines.next(batch);
      if (!more) return fail(more.error());
      if (!*more) break;
      for (auto const& bad : batch.bad) tell_bad_line(console, name, bad);
      if (counts_.bad_lines > max_bad_lines) return {};
      take(batch, draft);
      show_progress(console, file);
    }
    if (!changes_ && counts_.lines == before && counts_.bad_lines == 0)
      return fail(ErrorCode::validation_error, "it holds no number; is it the right file?");
    return {};
  }

  void take(NumberLines::Batch const& batch, ListDraft& draft) {
    counts_.lines += batch.numbers.size();
    if (counts_.bad_lines > 0) return;  // nothing of it will be used
    if (batch.change == ListChange::add)
      counts_.added += draft.add(batch.numbers);
    else
      counts_.removed += draft.remove(batch.numbers);
  }

  void tell_bad_line(Console& console, std::string const& name, NumberLines::BadLine const& bad) {
    ++counts_.bad_lines;
    if (++told_ <= max_told_errors)
      console.err(name + ": line " + std::to_string(bad.line) + " " + std::string(bad.why) + "\n");
  }

  void show_progress(Console& console, UnpackedInput const& file) {
    if (counts_.lines < progress_at_) return;
    progress_at_ = counts_.lines + numbers_between_progress;
    std::uint64_t done = 0;
    std::uint64_t of = 0;
    if (auto const size = file.size(); size > 0 || place_.files > 1) {
      auto const part =
          size == 0 ? 0.0 : static_cast<double>(file.packed_bytes_read()) / static_cast<double>(size);
      done = place_.file * parts_of_a_file + static_cast<std::uint64_t>(part * parts_of_a_file);
      of = place_.files * parts_of_a_file;
    }
    console.progress({"numbers", counts_.lines, done, of});
  }

  void summary(Console& console, DoNotCallList const& list) const {
    auto const& c = counts_;
    if (json_) {
      console.out(json_line(boost::json::object{{"name", list.name},
                                                {"as_of", list.as_of},
                                                {"version", list.version},
                                                {"numbers", list.numbers},
                                                {"bytes", list.bytes},
                                                {"lines", c.lines},
                                                {"added", c.added},
                                                {"removed", c.removed}}));
      return;
    }
    auto const what = changes_ ? grouped(c.added) + " added, " + grouped(c.removed) + " removed"
                               : grouped(c.lines - c.added) + " told twice";
    console.out("the list '" + list.name + "' holds " + grouped(list.numbers) + " numbers as of " +
                list.as_of + " (" + counted(c.lines, "line", "lines") + ": " + what + "), " +
                grouped(list.bytes) + " bytes\n");
  }

  std::vector<std::string> words_;
  std::string as_of_;
  std::string state_;
  bool changes_ = false;
  bool json_ = false;
  ListCounts counts_;
  std::uint64_t told_ = 0;
  std::uint64_t progress_at_ = 0;
  struct {
    std::size_t file = 0;
    std::size_t files = 1;
  } place_;
};

}  // namespace

std::unique_ptr<Command> import_do_not_call(CLI::App& flags) {
  return std::make_unique<ImportDoNotCall>(flags);
}

}  // namespace linebook
