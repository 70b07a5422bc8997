// SPDX-License-Identifier: Apache-2.0

#include "chart.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace bench {

std::string to_svg(const std::vector<ratio>& xs) {
  constexpr int row = 18;
  constexpr int label = 280;
  constexpr int width = 920;
  constexpr int top = 50;
  constexpr double unit = 110; // one decade
  auto height = top + row * static_cast<int>(xs.size()) + 30;
  const double one = label + 2 * unit;
  auto place = [=](double x) {
    return one + std::clamp(std::log10(x), -2.0, 3.0) * unit;
  };
  char text[512];
  std::string out;
  std::snprintf(text, sizeof(text),
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
                "height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">\n"
                "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n"
                "<text x=\"10\" y=\"20\" font-size=\"14\">troupe against its "
                "peers: to the right of 1, troupe is ahead</text>\n",
                width, height);
  out += text;
  for (double tick : {0.01, 0.1, 1.0, 10.0, 100.0, 1000.0}) {
    std::snprintf(text, sizeof(text),
                  "<line x1=\"%.0f\" x2=\"%.0f\" y1=\"%d\" y2=\"%d\" "
                  "stroke=\"%s\"/>\n<text x=\"%.0f\" y=\"%d\" "
                  "text-anchor=\"middle\">%g</text>\n",
                  place(tick), place(tick), top - 8, height - 20,
                  tick == 1.0 ? "black" : "#ccc", place(tick), top - 12, tick);
    out += text;
  }
  int y = top;
  for (auto& x : xs) {
    auto at = place(std::max(x.value, 1e-3));
    std::snprintf(
        text, sizeof(text),
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s %s / %s</text>\n"
        "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n"
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.2f</text>\n",
        label - 10, y + 12, x.work.c_str(), x.metric.c_str(), x.peer.c_str(),
        std::min(at, one), y + 2, std::max(1.0, std::abs(at - one)), row - 5,
        x.value >= 1 ? "#2a7" : "#c54", width - 10, y + 12, x.value);
    out += text;
    y += row;
  }
  return out + "</svg>\n";
}

} // namespace bench
