// app/ports/import_desk.h over the sub-commands that import: each run is one, at a console of its own.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "app/ports/import_desk.h"
#include "cli/operator_session.h"
#include "cli/upload/upload_files.h"

namespace linebook {

class UploadDesk final : public ImportDesk {
 public:
  static constexpr std::size_t max_running = 2;  // one thread each

  /// `installation` outlives it. Whatever an earlier process has left is deleted.
  explicit UploadDesk(Installation& installation);
  ~UploadDesk() override { stop(); }
  UploadDesk(UploadDesk const&) = delete;
  UploadDesk& operator=(UploadDesk const&) = delete;

  Result<Upload> open(Offer) override;
  Result<Upload> append(AccountId, std::string const& id, std::int64_t offset,
                        std::string_view bytes) override;
  Result<Upload> find(AccountId, std::string const& id) override;
  std::vector<Upload> list(AccountId) override;
  Result<Upload> run(AccountId, std::string const& id, ImportWish, std::string actor) override;
  Result<std::string> rejects(AccountId, std::string const& id) override;
  Result<void> remove(AccountId, std::string const& id) override;

  /// Deletes what is kept no longer, though nobody asks for it. Call it now and then.
  void tidy();

  /// Calls off what runs, and waits for it. Call it before the store goes; nothing runs afterwards.
  void stop();

 private:
  struct Held {
    Upload upload;
    bool is_called_off = false;  // and goes once nothing runs
  };
  using HeldUpload = std::shared_ptr<Held>;
  struct Run {
    std::thread thread;
    bool is_over = false;  // under mutex_
  };

  void import(HeldUpload const&, ImportWish const&, std::string const& actor);
  bool is_called_off(HeldUpload const&);
  void end(HeldUpload const&, bool went_well, std::string report);

  // Under mutex_:
  bool has_room_for(std::int64_t bytes) const;
  void begin(HeldUpload const&, ImportWish, std::string actor);
  void forget_expired();
  void reap_runs();
  HeldUpload held(AccountId, std::string const& id);

  Installation& installation_;
  UploadFiles const files_;
  std::mutex mutex_;
  std::map<std::string, HeldUpload> uploads_;  // by id: oldest first
  std::list<Run> runs_;
  bool stopping_ = false;
};

}  // namespace linebook
