// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loads and stores whole .npy files; every size is checked against the file before memory is taken.
#include "runtime/support/Npy.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <sys/stat.h>

namespace attn::rt {
namespace {

constexpr char kMagic[] = "\x93NUMPY";
constexpr size_t kMostHeader = 1 << 16;

struct CloseFile {
  void operator()(FILE *file) const { fclose(file); }
};
using File = std::unique_ptr<FILE, CloseFile>;

/// Splits a file into header and data.
Result<NpyHeader> takeHeader(std::string_view &bytes) {
  if (bytes.size() < 10 || bytes.substr(0, 6) != std::string_view(kMagic, 6))
    return makeError("expects a .npy file, but its first bytes are not \\x93NUMPY");
  int version = static_cast<unsigned char>(bytes[6]);
  if (version < 1 || version > 3)
    return makeError("expects .npy version 1, 2 or 3, but got %d", version);
  size_t prefix = version == 1 ? 10 : 12, length = 0;
  if (bytes.size() < prefix)
    return makeError("expects a header, but the file ends after %zu bytes", bytes.size());
  for (size_t i = prefix; i-- > 8;)
    length = length << 8 | static_cast<unsigned char>(bytes[i]);
  if (length > kMostHeader)
    return makeError("expects a header of at most %zu bytes, but got %zu", kMostHeader, length);
  if (bytes.size() - prefix < length)
    return makeError("expects a header of %zu bytes, but the file ends after %zu", length, bytes.size() - prefix);
  Result<NpyHeader> header = parseNpyHeader(bytes.substr(prefix, length));
  bytes.remove_prefix(prefix + length);
  return header;
}

/// Dense strides of column-major order.
std::vector<int64_t> fortranStrides(const std::vector<int64_t> &shape) {
  std::vector<int64_t> strides(shape.size(), 1);
  for (size_t d = 1; d < shape.size(); ++d)
    strides[d] = strides[d - 1] * shape[d - 1];
  return strides;
}

Result<Array> loadFortran(const NpyHeader &header, std::string_view data) {
  Result<Array> columns = Array::make(header.element, header.shape, fortranStrides(header.shape));
  if (!columns)
    return columns;
  memcpy(columns->data(), data.data(), data.size());
  std::vector<int> axes;
  for (size_t d = 0; d < header.shape.size(); ++d)
    axes.push_back(int(d));
  return columns->reorder(axes);
}

std::string ioError(const char *what, const std::string &path) {
  return formatText("%s: cannot %s: %s", path.c_str(), what, strerror(errno));
}

Result<std::string> readFile(const std::string &path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0)
    return Error{ioError("open", path)};
  if (!S_ISREG(info.st_mode))
    return makeError("%s: expects a regular file", path.c_str());
  File file(fopen(path.c_str(), "rb"));
  if (!file)
    return Error{ioError("open", path)};
  if (info.st_size > int64_t(1) << 40)
    return makeError("%s: expects a file of at most 2^40 bytes", path.c_str());
  std::string bytes(size_t(info.st_size), 0);
  size_t got = fread(bytes.data(), 1, bytes.size(), file.get());
  if (got != bytes.size())
    return makeError("%s: expects %zu bytes, but could read %zu", path.c_str(), bytes.size(), got);
  return bytes;
}

std::string writeHeader(const Array &array, const char *descr) {
  std::string text = formatText("{'descr': '%s', 'fortran_order': False, 'shape': (", descr);
  for (int64_t d = 0; d < array.rank(); ++d)
    text += (d ? ", " : "") + std::to_string(array.shape()[size_t(d)]);
  text += array.rank() == 1 ? ",), }" : "), }"; // as NumPy writes it, to the byte
  // Magic, version, length, text, padding and newline fill a multiple of 64 bytes.
  size_t total = (10 + text.size() + 1 + 63) / 64 * 64;
  text.resize(total - 11, ' ');
  text += '\n';
  std::string header(kMagic, 6);
  header += {'\x01', '\x00', char(text.size() & 0xFF), char(text.size() >> 8)};
  return header + text;
}

const char *descrOf(Element element) {
  static const char *const codes[] = {"<f8", "<f4", "<f2", nullptr, "<i8", "<i4", "|i1", "|u1", "|b1"};
  return codes[size_t(element)];
}

} // namespace

Result<Array> parseNpy(std::string_view bytes) {
  Result<NpyHeader> header = takeHeader(bytes);
  if (!header)
    return header.error();
  std::optional<int64_t> count = countElements(header->shape);
  int64_t expected;
  if (!count || __builtin_mul_overflow(*count, elementBytes(header->element), &expected))
    return makeError("expects less than 2^63 bytes, but got shape %s", shapeText(header->shape).c_str());
  if (uint64_t(expected) != bytes.size())
    return makeError("expects %lld bytes of data for shape %s of %s, but the file has %zu", (long long)expected,
                     shapeText(header->shape).c_str(), elementName(header->element), bytes.size());
  if (header->fortranOrder && header->shape.size() > 1 && expected)
    return loadFortran(*header, bytes);
  Result<Array> array = Array::make(header->element, header->shape);
  if (array)
    memcpy(array->data(), bytes.data(), bytes.size());
  return array;
}

Result<Array> readNpy(const std::string &path) {
  Result<std::string> bytes = readFile(path);
  if (!bytes)
    return bytes.error();
  Result<Array> array = parseNpy(*bytes);
  if (!array)
    return makeError("%s: %s", path.c_str(), array.error().message.c_str());
  return array;
}

std::optional<Error> writeNpy(const std::string &path, const Array &array) {
  if (array.element() == Element::BF16) {
    Result<Array> wide = array.convert(Element::F32);
    return wide ? writeNpy(path, *wide) : std::optional<Error>(wide.error());
  }
  if (!array.dense()) {
    Result<Array> packed = Array::make(array.element(), array.shape());
    if (!packed)
      return packed.error();
    for (int64_t i = 0; i < array.size(); ++i)
      packed->set(i, array.get(i));
    return writeNpy(path, *packed);
  }
  std::string header = writeHeader(array, descrOf(array.element()));
  File file(fopen(path.c_str(), "wb"));
  if (!file)
    return Error{ioError("write", path)};
  size_t bytes = size_t(array.bytes());
  if (fwrite(header.data(), 1, header.size(), file.get()) != header.size() ||
      fwrite(array.data(), 1, bytes, file.get()) != bytes || fflush(file.get()) != 0)
    return Error{ioError("write", path)};
  return std::nullopt;
}

} // namespace attn::rt
