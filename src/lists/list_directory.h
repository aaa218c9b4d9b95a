// All do-not-call lists of a directory: `national.dnc`, `TX.dnc`. Look-ups go on while one is replaced.
//
// What cannot be used is told in troubles() and in the log. A list that is in use stays in use then: whoever
// is on it is not called for that. But nobody knows what the newer one would have said, so the date of the
// national list is not told any more, and marketing waits for a list that is whole.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/ports/do_not_call_lists.h"
#include "lists/list_file.h"
#include "lists/mapped_list.h"
#include "lists/published.h"

namespace linebook::lists {

inline constexpr std::string_view lists_directory_name = "lists";

class ListDirectory final : public DoNotCallLists {
 public:
  /// Gets the operator's words on files that cannot be used, once each, and on those that can. Any thread.
  using Log = std::function<void(std::string_view)>;

  /// Opens nothing yet: the first call that asks for lists does.
  ListDirectory(std::filesystem::path directory, Log log);

  ListAnswers look_up(TenDigits const&) const override;
  std::vector<DoNotCallList> loaded() const override;
  std::vector<std::string> troubles() const override;

  /// Opens every file that is another than it was. Any thread; waits for one that does so already.
  void refresh() const;

  /// The list in use; nothing where there is none, or where its file is damaged.
  std::shared_ptr<MappedList const> find(std::string const& name) const;
  /// One that no list of that name has that is in use, damaged or not.
  std::uint64_t next_version(std::string const& name) const;
  /// Checks the draft as a list is checked that is opened, puts it into its place, and uses it. `conflict`
  /// where `based_on` is given and the list in use has another version.
  Result<void> take_over(DraftFile, std::uint64_t based_on = 0);

  std::filesystem::path const& path() const { return directory_; }

 private:
  /// Which file it is, whatever its name: one that took its place is another.
  struct FileMark {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    std::int64_t changed = 0;  // nanoseconds
    bool operator==(FileMark const&) const = default;
  };
  struct Entry {
    std::shared_ptr<MappedList const> list;  // in use; nothing: none is
    FileMark seen;                           // the last file that was looked at
    std::string trouble;                     // empty: the file is the list in use
  };
  /// What look-ups see.
  struct Shelf {
    std::shared_ptr<MappedList const> national;
    std::vector<std::shared_ptr<MappedList const>> states;
    bool is_damaged = false;
  };

  void ensure_loaded() const;
  void refresh_locked() const;
  void look_at_file(std::string const& name, std::filesystem::path const&) const;
  void set_trouble(Entry&, std::string trouble) const;
  void show() const;
  static FileMark mark_of(std::filesystem::path const&);

  std::filesystem::path const directory_;
  Log const log_;
  mutable std::once_flag loaded_;
  mutable std::mutex mutex_;                      // guards what follows
  mutable std::map<std::string, Entry> entries_;  // by name; what is no list's name by the file's
  mutable std::string own_trouble_;               // of the directory
  mutable Published<Shelf> shelf_;
};

}  // namespace linebook::lists
