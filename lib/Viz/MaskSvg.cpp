// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Draws a mask and its tile classes as SVG.
#include "lib/Viz/MaskSvg.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>

using namespace attn::viz;

namespace {

constexpr double kSide = 640; // the plane's longer side, in SVG units
constexpr double kMargin = 48;
constexpr double kLegend = 96;
constexpr const char *kColours[] = {"#f4f4f2", "#f2b134", "#2a6f97"};
constexpr const char *kNames[] = {"empty", "partial", "full"};

/// A copy of `text` that may stand in an XML attribute or body.
std::string escape(llvm::StringRef text) {
  std::string result;
  for (char c : text) {
    if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else if (c == '&')
      result += "&amp;";
    else if (c == '"')
      result += "&quot;";
    else
      result += c;
  }
  return result;
}

/// The picture while it is being written: its scale and its stream.
struct Canvas {
  const MaskPicture &picture;
  llvm::raw_ostream &out;
  double unit; ///< SVG units a pair

  Canvas(const MaskPicture &picture, llvm::raw_ostream &out) : picture(picture), out(out) {
    double longest = std::max<double>({1.0, double(picture.rows.size()), double(picture.columns)});
    unit = kSide / longest;
  }

  void rectangle(double row, double column, double rows, double columns, llvm::StringRef style) {
    out << llvm::format("<rect x=\"%.3f\" y=\"%.3f\" width=\"%.3f\" height=\"%.3f\" ", kMargin + column * unit,
                        kMargin + row * unit, columns * unit, rows * unit)
        << style << "/>\n";
  }
};

/// The pairs of a partial tile as runs, one rectangle a run.
void drawPairs(Canvas &canvas, int64_t rowBegin, int64_t rowEnd, int64_t columnBegin, int64_t columnEnd) {
  for (int64_t i = rowBegin; i < rowEnd; ++i) {
    const llvm::BitVector &row = canvas.picture.rows[i];
    for (int64_t j = columnBegin; j < columnEnd; ++j) {
      if (!row[j])
        continue;
      int64_t begin = j;
      while (j < columnEnd && row[j])
        ++j;
      canvas.rectangle(i, begin, 1, j - begin, "class=\"pair\"");
    }
  }
}

void drawLegend(Canvas &canvas, const int64_t (&counts)[3], double top) {
  const MaskPicture &picture = canvas.picture;
  for (int kind = 0; kind < 3; ++kind) {
    double x = kMargin + kind * 150;
    canvas.out << llvm::format("<rect x=\"%.1f\" y=\"%.1f\" width=\"14\" height=\"14\" class=\"tile %s\"/>\n", x, top,
                               kNames[kind])
               << llvm::format("<text x=\"%.1f\" y=\"%.1f\">%s: %lld</text>\n", x + 20, top + 12, kNames[kind],
                               static_cast<long long>(counts[kind]));
  }
  canvas.out << llvm::format("<text x=\"%.1f\" y=\"%.1f\">%lld queries by %lld keys, tiles of %lld by %lld</text>\n",
                             kMargin, top + 36, static_cast<long long>(picture.rows.size()),
                             static_cast<long long>(picture.columns), static_cast<long long>(picture.tileRows),
                             static_cast<long long>(picture.tileColumns));
}

} // namespace

TileClass attn::viz::classify(const MaskPicture &picture, int64_t row, int64_t column) {
  int64_t rowEnd = std::min<int64_t>(picture.rows.size(), (row + 1) * picture.tileRows);
  int64_t columnEnd = std::min(picture.columns, (column + 1) * picture.tileColumns);
  int64_t present = 0, all = 0;
  for (int64_t i = row * picture.tileRows; i < rowEnd; ++i) {
    for (int64_t j = column * picture.tileColumns; j < columnEnd; ++j) {
      present += picture.rows[i][j];
      ++all;
    }
  }
  if (present == 0)
    return TileClass::empty;
  return present == all ? TileClass::full : TileClass::partial;
}

void attn::viz::writeSvg(const MaskPicture &picture, llvm::raw_ostream &out) {
  Canvas canvas(picture, out);
  double width = 2 * kMargin + std::max(picture.columns * canvas.unit, 450.0);
  double height = 2 * kMargin + picture.rows.size() * canvas.unit + kLegend;
  out << llvm::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.1f %.1f\" width=\"%.0f\" "
                      "height=\"%.0f\">\n", width, height, width, height)
      << "<style>text{font:14px sans-serif;fill:#333}.tile{stroke:#fff;stroke-width:1}.pair{fill:#c44900}";
  for (int kind = 0; kind < 3; ++kind)
    out << "." << kNames[kind] << "{fill:" << kColours[kind] << "}";
  out << "</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
      << llvm::format("<text x=\"%.1f\" y=\"24\">", kMargin) << escape(picture.title) << "</text>\n"
      << llvm::format("<text x=\"%.1f\" y=\"%.1f\">key &#8594;</text>\n", kMargin, kMargin - 6)
      << llvm::format("<text transform=\"translate(%.1f,%.1f) rotate(90)\">query &#8594;</text>\n", kMargin - 18, kMargin);

  int64_t counts[3] = {0, 0, 0};
  int64_t rowTiles = llvm::divideCeil(picture.rows.size(), uint64_t(picture.tileRows));
  int64_t columnTiles = llvm::divideCeil(uint64_t(picture.columns), uint64_t(picture.tileColumns));
  for (int64_t r = 0; r < rowTiles; ++r) {
    for (int64_t c = 0; c < columnTiles; ++c) {
      int kind = static_cast<int>(classify(picture, r, c));
      ++counts[kind];
      int64_t rowBegin = r * picture.tileRows, columnBegin = c * picture.tileColumns;
      int64_t rowEnd = std::min<int64_t>(picture.rows.size(), rowBegin + picture.tileRows);
      int64_t columnEnd = std::min(picture.columns, columnBegin + picture.tileColumns);
      canvas.rectangle(rowBegin, columnBegin, rowEnd - rowBegin, columnEnd - columnBegin,
                       (llvm::Twine("class=\"tile ") + kNames[kind] + "\"").str());
      if (kind == static_cast<int>(TileClass::partial))
        drawPairs(canvas, rowBegin, rowEnd, columnBegin, columnEnd);
    }
  }
  drawLegend(canvas, counts, kMargin + picture.rows.size() * canvas.unit + 24);
  out << "</svg>\n";
}
