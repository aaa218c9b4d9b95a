// Finds the route of a path. Fixed segments win over parameters: /quality before /{phone_id}. A last {path}
// takes all that follows, slashes included, where nothing else fits.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/serving/endpoint.h"

namespace linebook::http {

class Router {
 public:
  explicit Router(std::vector<Route> routes);

  struct Match {
    /// By method; nothing where the path does not take it.
    std::array<Route const*, 5> by_method{};
    std::vector<std::string_view> parameters;  // still percent-encoded

    Route const* route(Method m) const { return by_method[static_cast<std::size_t>(m)]; }
    std::string allow() const;  // "GET, HEAD, POST"
  };

  /// Nothing: no such path. A parameter is never empty.
  std::optional<Match> match(std::string_view path) const;

  std::vector<Route> const& routes() const { return routes_; }
  std::size_t index_of(Route const& route) const { return static_cast<std::size_t>(&route - routes_.data()); }

 private:
  struct Node {
    std::vector<std::pair<std::string_view, std::unique_ptr<Node>>> fixed;
    std::unique_ptr<Node> parameter;
    std::unique_ptr<Node> rest;
    std::array<Route const*, 5> by_method{};
    bool is_path = false;
  };
  static Node const* walk(Node const&, std::string_view rest, std::vector<std::string_view>& parameters);

  std::vector<Route> routes_;
  Node root_;
};

/// "GET" or "HEAD" → get. Nothing for methods that no route takes.
std::optional<Method> parse_method(std::string_view);

}  // namespace linebook::http
