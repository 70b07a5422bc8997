// SPDX-License-Identifier: Apache-2.0
const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));

export default ({ compute, fib: n }) => {
  if (compute) for (const end = performance.now() + compute; performance.now() < end;);
  return n ? fib(n) : 0;
};
