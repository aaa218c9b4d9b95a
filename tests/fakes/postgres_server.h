// A PostgreSQL server of a test program's own: a fresh cluster in a temporary directory, reached by a unix
// socket there, with default durability. As root it runs as the user postgres. It ends with the program.
#pragma once

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "fakes/temporary_directory.h"

namespace linebook::fakes {

class PostgresServer {
 public:
  static constexpr char const* programs = "/usr/lib/postgresql/15/bin/";
  static constexpr std::chrono::seconds starting_patience{60};

  PostgresServer() {
    give_away(directory_.path());
    run_to_end({std::string(programs) + "initdb", "--pgdata=" + data(), "--auth=trust", "--username=postgres",
                "--encoding=UTF8", "--no-locale", "--no-instructions"});
    start();
  }
  PostgresServer(PostgresServer const&) = delete;
  PostgresServer& operator=(PostgresServer const&) = delete;
  ~PostgresServer() { stop(SIGINT); }

  std::string const& socket_directory() const { return directory_.path(); }
  std::string socket() const { return directory_.path() + "/.s.PGSQL.5432"; }
  /// `options` as libpq takes them behind "&", percent-encoded.
  std::string url(std::string const& options = {}, std::string const& database = "postgres") const {
    return url_at(socket_directory(), options, database);
  }
  static std::string url_at(std::string const& socket_directory, std::string const& options = {},
                            std::string const& database = "postgres") {
    return "postgresql:///" + database + "?host=" + socket_directory + "&user=postgres" +
           (options.empty() ? "" : "&" + options);
  }

  void start() {
    server_ = spawn({std::string(programs) + "postgres", "-D", data(), "-k", directory_.path(), "-c",
                     "listen_addresses=", "-c", "max_connections=200", "-c", "logging_collector=off"});
    auto const give_up = std::chrono::steady_clock::now() + starting_patience;
    while (!answers()) {
      if (std::chrono::steady_clock::now() > give_up)
        throw std::runtime_error("the PostgreSQL server did not start; see " + log());
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  /// SIGINT ends it in order, SIGQUIT at once as if it had crashed.
  void stop(int signal) {
    if (server_ <= 0) return;
    ::kill(server_, signal);
    ::waitpid(server_, nullptr, 0);
    server_ = 0;
  }
  /// SIGSTOP and SIGCONT, to the server process alone: no new connection is let in meanwhile.
  void signal(int signal) const { ::kill(server_, signal); }

 private:
  std::string data() const { return directory_.path() + "/data"; }
  std::string log() const { return directory_.path() + "/log"; }

  static void give_away(std::string const& path) {
    if (::geteuid() != 0) return;
    auto const* user = ::getpwnam("postgres");
    if (user == nullptr || ::chown(path.c_str(), user->pw_uid, user->pw_gid) != 0)
      throw std::runtime_error("there is no user postgres to run a server as");
  }

  bool answers() const {
    int status = 0;
    ::waitpid(spawn({std::string(programs) + "psql", "-qAt", "-h", directory_.path(), "-U", "postgres", "-c",
                     "SELECT 1"}),
              &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

  void run_to_end(std::vector<std::string> const& command) const {
    int status = 0;
    ::waitpid(spawn(command), &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
      throw std::runtime_error(command.front() + " failed; see " + log());
  }

  pid_t spawn(std::vector<std::string> command) const {
    // A server that outlived its test would be in the next one's way.
    std::vector<std::string> as_postgres{"setpriv", "--pdeathsig=QUIT"};
    if (::geteuid() == 0)
      as_postgres.insert(as_postgres.end(), {"--reuid=postgres", "--regid=postgres", "--clear-groups"});
    command.insert(command.begin(), as_postgres.begin(), as_postgres.end());
    std::vector<char*> arguments;
    for (auto& part : command) arguments.push_back(part.data());
    arguments.push_back(nullptr);
    auto const log_file = log();
    pid_t const child = ::fork();
    if (child != 0) return child;
    int const out = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }

  TemporaryDirectory directory_;
  pid_t server_ = 0;
};

}  // namespace linebook::fakes
