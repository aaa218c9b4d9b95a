#include "http/serving/router.h"

namespace linebook::http {
namespace {

constexpr std::pair<Method, std::string_view> methods[] = {{Method::get, "GET"},
                                                           {Method::post, "POST"},
                                                           {Method::put, "PUT"},
                                                           {Method::patch, "PATCH"},
                                                           {Method::del, "DELETE"}};

/// Takes the first segment of "/a/b" off: "a", leaving "/b".
std::string_view take_segment(std::string_view& rest) {
  rest.remove_prefix(1);
  auto const segment = rest.substr(0, rest.find('/'));
  rest.remove_prefix(segment.size());
  return segment;
}

}  // namespace

std::string_view to_string(Method m) {
  for (auto const& [method, name] : methods)
    if (method == m) return name;
  return {};
}

std::optional<Method> parse_method(std::string_view text) {
  if (text == "HEAD") return Method::get;
  for (auto const& [method, name] : methods)
    if (name == text) return method;
  return std::nullopt;
}

std::string Router::Match::allow() const {
  std::string text;
  for (auto const& [method, name] : methods) {
    if (route(method) == nullptr) continue;
    if (!text.empty()) text += ", ";
    text += name;
    if (method == Method::get && route(method)->head == Head::as_get) text += ", HEAD";
  }
  return text;
}

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
  for (auto const& route : routes_) {
    Node* node = &root_;
    for (std::string_view rest = route.pattern; !rest.empty();) {
      auto const segment = take_segment(rest);
      if (segment == "{path}") {
        if (!node->rest) node->rest = std::make_unique<Node>();
        node = node->rest.get();
        continue;
      }
      if (segment.starts_with('{')) {
        if (!node->parameter) node->parameter = std::make_unique<Node>();
        node = node->parameter.get();
        continue;
      }
      Node* next = nullptr;
      for (auto& [name, child] : node->fixed)
        if (name == segment) next = child.get();
      if (next == nullptr) next = node->fixed.emplace_back(segment, std::make_unique<Node>()).second.get();
      node = next;
    }
    node->is_path = true;
    node->by_method[static_cast<std::size_t>(route.method)] = &route;
  }
}

Router::Node const* Router::walk(Node const& node, std::string_view rest,
                                 std::vector<std::string_view>& parameters) {
  if (rest.empty()) return node.is_path ? &node : nullptr;
  auto const all = rest.substr(1);
  auto const segment = take_segment(rest);
  for (auto const& [name, child] : node.fixed) {
    if (name != segment) continue;
    if (auto const* found = walk(*child, rest, parameters)) return found;
  }
  if (node.parameter && !segment.empty()) {
    parameters.push_back(segment);
    if (auto const* found = walk(*node.parameter, rest, parameters)) return found;
    parameters.pop_back();
  }
  if (!node.rest || all.empty()) return nullptr;
  parameters.push_back(all);
  return node.rest.get();
}

std::optional<Router::Match> Router::match(std::string_view path) const {
  if (!path.starts_with('/')) return std::nullopt;
  Match match;
  auto const* node = walk(root_, path, match.parameters);
  if (node == nullptr) return std::nullopt;
  match.by_method = node->by_method;
  return match;
}

}  // namespace linebook::http
