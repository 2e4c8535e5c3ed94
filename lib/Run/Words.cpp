// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parses a command line against a table, and writes files whole.
#include "lib/Run/Words.h"

#include "llvm/Support/raw_ostream.h"

namespace attn {

llvm::Expected<std::string> parseWords(int argc, char **argv, llvm::ArrayRef<WordOption> options) {
  std::string file;
  for (int i = 1; i < argc; ++i) {
    llvm::StringRef word = argv[i];
    if (word == "-" || !word.starts_with("-")) {
      if (!file.empty())
        return llvm::createStringError("expects one file, but got '" + file + "' and '" + word + "'");
      file = word.str();
      continue;
    }
    auto [name, value] = word.split('=');
    const WordOption *found = llvm::find_if(options, [name = name](const WordOption &o) { return o.name == name; });
    if (found == options.end())
      return llvm::createStringError("unknown option '" + name + "'; --help lists them");
    bool isJoined = word.contains('=');
    if (!found->takesValue && isJoined)
      return llvm::createStringError(name + " expects no value");
    if (found->takesValue && !isJoined) {
      if (i + 1 >= argc)
        return llvm::createStringError(name + " expects a value");
      value = argv[++i];
    }
    if (llvm::Error error = found->set(value))
      return error;
  }
  return file;
}

llvm::Error checkSource(llvm::StringRef file, llvm::StringRef variant) {
  if (file.empty() && variant.empty())
    return llvm::createStringError("expects a file (.mlir) or --variant; --help shows the options");
  if (!file.empty() && !variant.empty())
    return llvm::createStringError("expects a file or --variant, but got both");
  return llvm::Error::success();
}

std::function<llvm::Error(llvm::StringRef)> setText(std::string &place) {
  return [&place](llvm::StringRef value) {
    place = value.str();
    return llvm::Error::success();
  };
}

std::function<llvm::Error(llvm::StringRef)> addText(std::vector<std::string> &place) {
  return [&place](llvm::StringRef value) {
    place.push_back(value.str());
    return llvm::Error::success();
  };
}

std::function<llvm::Error(llvm::StringRef)> setFlag(bool &place) {
  return [&place](llvm::StringRef) {
    place = true;
    return llvm::Error::success();
  };
}

std::function<llvm::Error(llvm::StringRef)> setInteger(llvm::StringRef name, int64_t &place, int64_t least,
                                                       int64_t most) {
  return [=, &place](llvm::StringRef value) -> llvm::Error {
    if (value.getAsInteger(10, place) || place < least || place > most)
      return llvm::createStringError(name + " expects an integer from " + llvm::Twine(least) + " to " +
                                     llvm::Twine(most) + ", but got '" + value + "'");
    return llvm::Error::success();
  };
}

llvm::Error writeWhole(llvm::StringRef path, llvm::StringRef bytes, FILE *out) {
  if (path == "-") {
    fwrite(bytes.data(), 1, bytes.size(), out);
    return llvm::Error::success();
  }
  llvm::Error error = llvm::writeToOutput(path, [&](llvm::raw_ostream &stream) {
    stream << bytes;
    return llvm::Error::success();
  });
  return error ? llvm::createStringError("cannot write '" + path + "': " + llvm::toString(std::move(error)))
               : llvm::Error::success();
}

} // namespace attn
