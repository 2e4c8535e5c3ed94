// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads nested lists of numbers; the first row of each level fixes its extent.
#include "runtime/support/DenseText.h"

#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstdlib>

namespace attn::rt {
namespace {

constexpr size_t kMaxDepth = 8;

class Parser {
public:
  explicit Parser(std::string_view text) : text(text) {}

  std::string why;
  std::vector<Number> numbers;
  std::vector<int64_t> shape;

  bool parse() {
    if (!parseLevel(0))
      return false;
    skipSpace();
    return at == text.size() || failAt("the end of the value");
  }

private:
  void skipSpace() {
    while (at < text.size() && isspace(static_cast<unsigned char>(text[at])))
      ++at;
  }

  bool take(char c) {
    skipSpace();
    if (at >= text.size() || text[at] != c)
      return false;
    ++at;
    return true;
  }

  bool failAt(const char *expected) {
    std::string found(text.substr(std::min(at, text.size()), 16));
    why = formatText("expects %s, but got '%s'", expected, found.c_str());
    return false;
  }

  // Below the level where numbers were first seen there are no lists, and above it nothing else.
  bool parseLevel(size_t depth) {
    if (!take('['))
      return (rank && *rank != depth) ? failAt("lists of equal depth") : (rank = depth, parseNumber());
    if (depth >= kMaxDepth || (rank && depth >= *rank))
      return failAt(depth >= kMaxDepth ? "at most 8 levels of lists" : "lists of equal depth");
    if (shape.size() <= depth)
      shape.push_back(-1);
    int64_t length = 0;
    while (!take(']')) {
      if ((length && !take(',')) || !parseLevel(depth + 1))
        return why.empty() ? failAt("',' or ']'") : false;
      ++length;
    }
    if (shape[depth] >= 0 && shape[depth] != length)
      return failAt("lists of equal lengths");
    shape[depth] = length;
    if (!length && !rank)
      rank = depth + 1;
    return true;
  }

  bool parseNumber() {
    skipSpace();
    size_t end = at;
    while (end < text.size() && (isalnum(static_cast<unsigned char>(text[end])) || strchrSign(text[end])))
      ++end;
    std::string word(text.substr(at, end - at));
    if (word == "true" || word == "false") {
      numbers.push_back(Number::ofInteger(word == "true"));
    } else if (!parseNumeric(word))
      return failAt("a number");
    at = end;
    return true;
  }

  static bool strchrSign(char c) { return c == '+' || c == '-' || c == '.'; }

  bool parseNumeric(const std::string &word) {
    if (word.empty())
      return false;
    char *end;
    errno = 0;
    long long integer = strtoll(word.c_str(), &end, 10);
    if (!*end && !errno) {
      numbers.push_back(Number::ofInteger(integer));
      return true;
    }
    double real = strtod(word.c_str(), &end);
    numbers.push_back(Number::ofReal(real));
    return !*end;
  }

  std::string_view text;
  size_t at = 0;
  std::optional<size_t> rank;
};

} // namespace

bool looksDense(std::string_view text) {
  if (text.empty())
    return false;
  unsigned char first = static_cast<unsigned char>(text[0]);
  if (first == '[' || isdigit(first) || ((first == '-' || first == '+') && text.size() > 1))
    return true;
  for (std::string_view word : {"true", "false", "nan", "inf"})
    if (text == word)
      return true;
  return false;
}

Result<Array> parseDense(std::string_view text, Element element) {
  Parser parser(text);
  if (!parser.parse())
    return Error{parser.why};
  for (int64_t &extent : parser.shape)
    extent = extent < 0 ? 0 : extent;
  Result<Array> array = Array::make(element, parser.shape);
  if (!array)
    return array;
  if (array->size() != int64_t(parser.numbers.size()))
    return makeError("expects lists of equal lengths");
  for (int64_t i = 0; i < array->size(); ++i) {
    const Number &number = parser.numbers[size_t(i)];
    if (!array->set(i, number))
      return makeError("expects numbers that %s holds exactly, but element %lld is %g", elementName(element),
                       (long long)i, number.isInteger ? double(number.integer) : number.real);
  }
  return array;
}

} // namespace attn::rt
