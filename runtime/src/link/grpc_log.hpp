// SPDX-License-Identifier: Apache-2.0

#pragma once

namespace troupe {

/// Makes gRPC's own error messages fit for people who read logs: one line each
/// on standard error that begins with `troupe.link:`, at most ten a second, and
/// without those that mean nothing here. Leaves gRPC alone if the environment
/// sets `GRPC_VERBOSITY`. May be called any number of times.
void tame_grpc_log();

} // namespace troupe
