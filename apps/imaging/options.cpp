// SPDX-License-Identifier: Apache-2.0

#include "options.hpp"

#include <charconv>
#include <map>

#include <fmt/format.h>

#include "common/excerpt.hpp"

namespace imaging {

namespace {

constexpr uint64_t max_length = 1'000'000;

constexpr auto description =
    "Filters a PNG image: first on the calling thread, then tile by tile on "
    "workers that\nshare the image as one frozen buffer and fill parts of "
    "another. Both must be equal.";

constexpr auto footer = R"(
blur is a Gaussian blur, sobel the length of the gradient by Sobel's operator,
resize uses a Lanczos kernel of three lobes. A tile is a band of whole rows; with
the rows around it that the filter looks at, its halo, each pixel comes out the
same however the image is cut. Palettes become colours, fewer than 8 bits 8;
16 bits and opacity stay.

The last line of --json is one object:
  filter
  width, height, out_width, out_height, channels, bits
  tiles            how many there were
  workers          that were ready at the end
  sequential_s     seconds on the calling thread
  parallel_s       seconds on the workers
  efficiency       sequential_s / parallel_s / the smaller of workers and cores
                   of this host; with workers on other hosts it may exceed 1
  pixels_per_s     pixels of the result per second on the workers
  differing        samples that are not as on the calling thread
  restarts         how often a worker was started again
sequential_s, efficiency and differing are null after --skip-sequential.

Exit codes:
  0    done, and no sample differs
  1    a sample differs, or no worker was left
  2    wrong option or input
  3    a port cannot be opened or a peer cannot be joined
  4    output cannot be written
  130  stopped by Ctrl-C (SIGINT), 143 by SIGTERM

Examples:
  imaging --output blurred.png            blurs an image that is made
  imaging photo.png --filter sobel --output edges.png
  imaging photo.png --filter resize --size 640x480 --output small.png
  imaging photo.png --sigma 12 --isolation process --output soft.png
  imaging photo.png --join 127.0.0.1:4000 --output soft.png
                                          shares the work with that node
  imaging --json | tail -n 1)";

std::optional<uint64_t> parse_length(std::string_view text) {
  uint64_t result = 0;
  auto [end, err] =
      std::from_chars(text.data(), text.data() + text.size(), result);
  if (err != std::errc{} || end != text.data() + text.size() || result < 1
      || result > max_length)
    return std::nullopt;
  return result;
}

/// @returns what is wrong, if anything.
std::string read(const char* name, const std::string& text, pixels& to) {
  if (auto size = parse_pixels(text)) {
    to = *size;
    return {};
  }
  return fmt::format("{}: {} is no WIDTHxHEIGHT of 1 to {} pixels each", name,
                     app::excerpt(text), max_length);
}

} // namespace

std::optional<pixels> parse_pixels(const std::string& text) {
  auto x = text.find('x');
  if (x == std::string::npos)
    return std::nullopt;
  auto width = parse_length(std::string_view{text}.substr(0, x));
  auto height = parse_length(std::string_view{text}.substr(x + 1));
  if (!width || !height)
    return std::nullopt;
  return pixels{*width, *height};
}

std::variant<options, early_exit>
parse_options(int argc, const char* const* argv, size_t cores) {
  options result;
  result.workers = cores;
  std::string filter = "blur";
  std::string size;
  std::string test_size = "3000x2000";
  CLI::App line{description, "imaging"};
  app::set_up_help(line, footer);
  auto* input = line.add_option("FILE", result.input,
                                "The image, - for standard input; without one "
                                "a test image is made");
  line.add_option("--output", result.output, "Write the result as PNG")
      ->type_name("FILE");
  line.add_option("--filter", filter, "blur, sobel or resize")
      ->type_name("NAME")
      ->capture_default_str();
  line.add_option("--sigma", result.sigma,
                  "Standard deviation of the blur in pixels")
      ->type_name("PIXELS")
      ->check(app::number(0.1, 1'000))
      ->capture_default_str();
  auto* resize = line.add_option("--size", size,
                                 "Size of what --filter resize "
                                 "makes")
                     ->type_name("WIDTHxHEIGHT");
  line.add_option("--test-size", test_size, "Size of the image that is made")
      ->type_name("WIDTHxHEIGHT")
      ->excludes(input)
      ->capture_default_str();
  line.add_option("--tile", result.tile,
                  "Rows of a tile, by default one tile for each worker")
      ->type_name("ROWS")
      ->check(app::whole_number(1, max_length));
  line.add_flag("--skip-sequential", result.skip_sequential,
                "Go to the workers at once, without anything to compare with");
  line.add_flag("--json", result.json, "End with one JSON object on one line");
  app::crew_flags crew{line, result};
  if (auto exit = app::parse(line, argc, argv))
    return *std::move(exit);
  if (auto exit = crew.finish())
    return *std::move(exit);
  const std::map<std::string, troupe::image_filter> filters = {
      {"blur", troupe::image_filter::blur},
      {"sobel", troupe::image_filter::sobel},
      {"resize", troupe::image_filter::resize},
  };
  auto usage = [](std::string text) {
    return early_exit{exit_code::usage, std::move(text)};
  };
  auto found = filters.find(filter);
  if (found == filters.end())
    return usage("--filter: " + app::excerpt(filter)
                 + " is neither blur, sobel nor resize");
  result.filter = found->second;
  if ((result.filter == troupe::image_filter::resize) != (resize->count() > 0))
    return usage("--size and --filter resize need each other");
  if (resize->count() > 0)
    if (auto wrong = read("--size", size, result.size.emplace());
        !wrong.empty())
      return usage(wrong);
  if (auto wrong = read("--test-size", test_size, result.test_size);
      !wrong.empty())
    return usage(wrong);
  return result;
}

troupe::image_task task_for(const options& opts, const app::png_shape& image) {
  auto to = opts.size.value_or(pixels{image.width, image.height});
  return {.filter = opts.filter,
          .width = image.width,
          .height = image.height,
          .out_width = to.width,
          .out_height = to.height,
          .channels = image.channels,
          .max_sample = image.max_sample,
          .sigma = opts.sigma};
}

} // namespace imaging
