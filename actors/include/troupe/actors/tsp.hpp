// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "caf/expected.hpp"
#include "caf/meta/type_name.hpp"

namespace troupe {

/// Cities that a problem may have.
inline constexpr size_t min_cities = 3;
inline constexpr size_t max_cities = 2'000;

struct city {
  double x = 0;
  double y = 0;
};

/// A symmetric travelling salesman problem in the plane.
struct tsp {
  std::string name;
  std::vector<city> cities;
};

/// Cities by their positions in `tsp::cities`, in the order of the visit; the
/// last one is followed by the first.
using tour = std::vector<uint16_t>;

/// Returns the distance as TSPLIB defines it for EUC_2D: Euclidean, rounded to
/// the nearest whole number.
int64_t distance(const city& a, const city& b);

/// Returns the length of a closed tour.
int64_t tour_length(const tsp& x, const tour& y);

/// Returns whether a tour visits each of so many cities once.
bool is_tour(const tour& x, size_t cities);

/// Reads a TSPLIB file of type TSP with edge weights EUC_2D.
/// @returns `sec::invalid_argument` otherwise, with one line that names line,
///          value and what is allowed.
caf::expected<tsp> parse_tsplib(std::string_view text);

/// Returns TSPLIB's berlin52: 52 places in Berlin. Its shortest tour is
/// `berlin52_optimum` long.
std::string_view berlin52();

inline constexpr int64_t berlin52_optimum = 7'542;

/// Returns a shortest tour by dynamic programming over all subsets (Held and
/// Karp, 1962), to verify what a search has found. Time and memory double with
/// each city.
/// @pre `x.cities.size() >= 3 && x.cities.size() <= 16`
tour shortest_tour(const tsp& x);

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, city& x) {
  return f(caf::meta::type_name("troupe::city"), x.x, x.y);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, tsp& x) {
  return f(caf::meta::type_name("troupe::tsp"), x.name, x.cities);
}

} // namespace troupe
