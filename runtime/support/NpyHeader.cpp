// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parses the Python dictionary literal of a .npy header: three known keys in any order, nothing else.
#include "runtime/support/Npy.h"

#include <cctype>

namespace attn::rt {
namespace {

/// A cursor over the header's text. Each function returns false, with `why` set, where the text is not as expected.
class Parser {
public:
  explicit Parser(std::string_view text) : text(text) {}
  std::string why;

  void skipSpace() {
    while (at < text.size() && isspace(static_cast<unsigned char>(text[at])))
      ++at;
  }

  bool peek(char c) {
    skipSpace();
    return at < text.size() && text[at] == c;
  }

  bool take(char c) {
    if (!peek(c))
      return failAt(formatText("'%c'", c));
    ++at;
    return true;
  }

  bool takeString(std::string_view &value) {
    if (!peek('\'') && !peek('"'))
      return failAt("a string in quotes");
    char quote = text[at];
    size_t end = text.find(quote, at + 1);
    if (end == std::string_view::npos)
      return failAt("a closing quote");
    value = text.substr(at + 1, end - at - 1);
    at = end + 1;
    return true;
  }

  bool takeBool(bool &value) {
    skipSpace();
    std::string_view rest = text.substr(at);
    value = rest.substr(0, 4) == "True";
    if (!value && rest.substr(0, 5) != "False")
      return failAt("True or False");
    at += value ? 4 : 5;
    return true;
  }

  bool takeExtent(int64_t &value) {
    skipSpace();
    size_t start = at;
    value = 0;
    for (; at < text.size() && isdigit(static_cast<unsigned char>(text[at])); ++at)
      if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, text[at] - '0', &value))
        return failAt("an extent below 2^63");
    return at > start || failAt("an extent of 0 or more");
  }

  bool takeShape(std::vector<int64_t> &shape) {
    if (!take('('))
      return false;
    while (!peek(')')) {
      int64_t extent;
      if (shape.size() >= 32)
        return failAt("at most 32 dims");
      if (!takeExtent(extent))
        return false;
      shape.push_back(extent);
      if (!peek(')') && !take(','))
        return false;
    }
    return take(')');
  }

  bool atEnd() {
    skipSpace();
    return at == text.size() || failAt("the end of the header");
  }

  bool failAt(const std::string &expected) {
    std::string found;
    for (char c : text.substr(std::min(at, text.size()), 16))
      found += isprint(static_cast<unsigned char>(c)) ? c : '?';
    why = "malformed header: expects " + expected + ", but got " + (found.empty() ? "its end" : "\"" + found + "\"");
    return false;
  }

private:
  std::string_view text;
  size_t at = 0;
};

std::optional<Element> elementOfDescr(std::string_view descr) {
  if (descr.size() != 3 || (descr[0] != '<' && descr[0] != '|' && descr[0] != '='))
    return std::nullopt;
  static const struct {
    const char *code;
    Element element;
  } known[] = {{"f8", Element::F64}, {"f4", Element::F32}, {"f2", Element::F16},
               {"V2", Element::BF16}, {"i8", Element::I64}, {"i4", Element::I32},
               {"i1", Element::I8},   {"u1", Element::U8},  {"b1", Element::Bool}};
  for (const auto &row : known)
    if (descr.substr(1) == row.code)
      return row.element;
  return std::nullopt;
}

/// The three entries, and which of them were seen.
struct Entries {
  std::string_view descr;
  bool fortran = false;
  std::vector<int64_t> shape;
  bool seen[3] = {};
};

bool parseEntry(Parser &parser, Entries &entries) {
  static const char *const keys[] = {"descr", "fortran_order", "shape"};
  std::string_view key;
  if (!parser.takeString(key) || !parser.take(':'))
    return false;
  int which = 0;
  while (which < 3 && key != keys[which])
    ++which;
  if (which == 3 || entries.seen[which])
    return parser.failAt("each of the keys 'descr', 'fortran_order' and 'shape' once");
  entries.seen[which] = true;
  if (which == 0 && parser.peek('['))
    return parser.failAt("a plain element type (structured arrays are not supported)");
  return which == 0   ? parser.takeString(entries.descr)
         : which == 1 ? parser.takeBool(entries.fortran)
                      : parser.takeShape(entries.shape);
}

bool parseEntries(Parser &parser, Entries &entries) {
  if (!parser.take('{'))
    return false;
  while (!parser.peek('}')) {
    if (!parseEntry(parser, entries) || (!parser.peek('}') && !parser.take(',')))
      return false;
  }
  if (!parser.take('}') || !parser.atEnd())
    return false;
  return (entries.seen[0] && entries.seen[1] && entries.seen[2]) ||
         parser.failAt("the keys 'descr', 'fortran_order' and 'shape'");
}

} // namespace

Result<NpyHeader> parseNpyHeader(std::string_view text) {
  Parser parser(text);
  Entries entries;
  if (!parseEntries(parser, entries))
    return Error{parser.why};
  std::optional<Element> element = elementOfDescr(entries.descr);
  if (!element && !entries.descr.empty() && entries.descr[0] == '>')
    return makeError("expects little-endian elements, but got '%.*s'", int(std::min<size_t>(entries.descr.size(), 32)),
                     entries.descr.data());
  if (!element)
    return makeError("expects elements f8, f4, f2, i8, i4, i1, u1, b1 or V2 (bf16), but got '%.*s'",
                     int(std::min<size_t>(entries.descr.size(), 32)), entries.descr.data());
  return NpyHeader{*element, std::move(entries.shape), entries.fortran};
}

} // namespace attn::rt
