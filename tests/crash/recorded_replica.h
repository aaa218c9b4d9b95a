// A replica's directory among the recorded files: another disk, whose writes and syncs are in the same
// record.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "fakes/recording_vfs.h"
#include "store/sqlite/replica/replica_directory.h"
#include "store/sqlite/replica/replica_options.h"

namespace linebook::crash {

inline std::string const replica_directory = "replica/";

class RecordedReplica final : public sqlite::ReplicaDirectory {
 public:
  explicit RecordedReplica(fakes::RecordingVfs& vfs) : vfs_(vfs) {}

  struct File final : sqlite::ReplicaFile {
    File(fakes::RecordingVfs& v, std::string p) : vfs(v), path(std::move(p)) { vfs.create_file(path); }
    void append(std::string_view bytes) override { vfs.append_to_file(path, bytes); }
    void sync() override { vfs.sync_file(path); }
    void reserve(std::uint64_t) override {}
    bool is_in_place() const override { return true; }
    fakes::RecordingVfs& vfs;
    std::string const path;
  };

  std::vector<std::string> names() override {
    std::vector<std::string> names;
    for (auto const& [path, content] : vfs_.disk())
      if (path.starts_with(replica_directory)) names.push_back(path.substr(replica_directory.size()));
    return names;
  }
  std::unique_ptr<sqlite::ReplicaFile> create(std::string const& name) override {
    return std::make_unique<File>(vfs_, replica_directory + name);
  }
  std::uint64_t size(std::string const& name) override {
    return vfs_.disk().at(replica_directory + name).size();
  }
  std::string read(std::string const& name, std::uint64_t at, std::size_t bytes) override {
    auto const content = vfs_.disk().at(replica_directory + name);
    std::string text(std::min(bytes, content.size() - std::min<std::size_t>(at, content.size())), '\0');
    (void)content.read(at, text);
    return text;
  }
  void sync(std::string const& name) override { vfs_.sync_file(replica_directory + name); }
  void remove(std::string const& name) override { vfs_.remove_file(replica_directory + name); }
  void sync_names() override { vfs_.sync_directory(replica_directory); }

 private:
  fakes::RecordingVfs& vfs_;
};

inline ReplicaOptions with_files(ReplicaOptions options, fakes::RecordingVfs& vfs,
                                 std::function<Instant()> now) {
  options.path = replica_directory;
  options.open = [&vfs](sqlite::ReplicaUse) { return std::make_unique<RecordedReplica>(vfs); };
  options.now = std::move(now);
  return options;
}

}  // namespace linebook::crash
