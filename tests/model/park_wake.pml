/* SPDX-License-Identifier: Apache-2.0
 *
 * How workers fall asleep and are woken, as in scheduling/worker.cpp and
 * scheduling/idle_set.hpp. Each step is one sequentially consistent access
 * there, or a plain one that an asymmetric fence orders like it.
 *
 * Claim: whenever everybody rests, nothing is left to do. A lost wake-up shows
 * up as an invalid end state (a worker asleep for good while `quiet` fails) or
 * as a violated assertion at the end.
 *
 * Publishers outside put jobs into the shared queue. A job may publish another
 * one into its worker's next-slot and then compute for as long as it likes:
 * `computing` ends only when that other job has been run by somebody else or
 * when nobody is left who would have to run it.
 *
 *   spin -run -DWORKERS=2 park_wake.pml
 */
#ifndef WORKERS
#define WORKERS 2
#endif
#define AWAKE 0
#define ASLEEP 1
#define WAKING 2
#ifndef OUTSIDE
#define OUTSIDE 2
#endif

byte shared;              /* jobs in the injection queue and the rings */
bool slot[WORKERS];       /* a job in the worker's next-slot */
byte sleeping, searching, watching;
byte state[WORKERS];      /* state word of the worker, the futex */
byte pending;             /* published and not yet taken */
byte outside = OUTSIDE;   /* jobs that publishers will still add */
byte chains = 1;          /* jobs that will publish into a next-slot */
byte freed;               /* next-slot jobs taken by another worker */

/* idle_set::wake_one */
inline wake_one(k) {
  k = 0;
  do
  :: k < WORKERS ->
     atomic {
       if
       :: state[k] == ASLEEP -> state[k] = WAKING; woken = true
       :: else -> woken = false
       fi
     }
     if
     :: woken -> atomic { searching++; sleeping-- }; state[k] = AWAKE; break
     :: else -> k++
     fi
  :: else -> break
  od
}

/* worker_group::inject */
proctype publisher() {
  byte k; bool woken;
  do
  :: atomic { outside > 0 -> outside--; shared++; pending++ }
     if
     :: atomic { sleeping > 0 && searching < shared } -> wake_one(k)
     :: else
     fi
  :: outside == 0 -> break
  od
}

#define shared_work (shared > 0)
#define slot_work (slot[0] || slot[WORKERS - 1] || (WORKERS > 2 && slot[1]))

/* worker::found */
inline found() {
  if
  :: watcher -> watching--
  :: else
  fi
  atomic { searching--; last = (searching == 0) }
  if
  :: last || watcher ->
     if
     :: atomic { sleeping > 0 && searching == 0 } ->
        if
        :: shared_work -> wake_one(k)
        :: !shared_work && slot_work && watching == 0 -> wake_one(k)
        :: else
        fi
     :: else
     fi
  :: else
  fi
  watcher = false
}

proctype worker(byte me) {
  byte k, i; bool woken, last, got, watcher, took, mine;
idle:
  searching++;
again:
  got = false;
  /* look_around */
  atomic { if :: shared > 0 -> shared--; pending--; got = true :: else fi }
  if :: got -> mine = true; found(); goto execute :: else fi;
  /* take_stuck: may find the owner still in its turn or not */
  i = 0;
  do
  :: i < WORKERS ->
     if
     :: i != me ->
        atomic {
          if
          :: slot[i] -> slot[i] = false; pending--; freed++; got = true
          :: true
          fi
        }
     :: else
     fi;
     if :: got -> break :: else -> i++ fi
  :: else -> break
  od;
  if :: got -> mine = false; found(); goto execute :: else fi;
  /* become the watcher if there is something to watch */
  if
  :: !watcher && slot_work ->
     atomic { if :: watching == 0 -> watching = 1; watcher = true
                 :: else fi }
  :: else
  fi;
announce:
  atomic { sleeping++; searching-- };
  state[me] = ASLEEP;
  if
  :: shared_work -> goto cancel
  :: else
  fi;
  if
  :: !watcher ->
     if
     :: watching == 0 && slot_work -> goto cancel
     :: else
     fi;
end_sleep:
     state[me] == AWAKE; /* futex */
     goto again
  :: else ->
     /* nap: woken or timed out */
     atomic {
       if :: state[me] == ASLEEP -> state[me] = AWAKE; took = true
          :: else -> took = false fi
     }
     if :: took -> atomic { searching++; sleeping-- }
     :: else -> state[me] == AWAKE fi;
     if
     :: !slot_work -> watching--; watcher = false
     :: else
     fi;
     goto again
  fi;
cancel:
  atomic {
    if :: state[me] == ASLEEP -> state[me] = AWAKE; took = true
       :: else -> took = false fi
  }
  if :: took -> atomic { searching++; sleeping-- }
     :: else -> state[me] == AWAKE fi;
  goto again;

execute:
  /* some jobs make another one runnable and then compute on */
  if
  :: atomic { chains > 0 -> chains--; slot[me] = true; pending++ }
     if
     :: atomic { sleeping > 0 && searching == 0 && watching == 0 } ->
        wake_one(k)
     :: else
     fi;
end_computing:
     /* never ends unless another worker has taken the job over */
     freed > 0 && !slot[me];
  :: true
  fi;
  /* local queues, then the others' */
  atomic { if :: shared > 0 -> shared--; pending--; got = true
              :: else -> got = false fi }
  if :: got -> goto execute :: else -> goto idle fi
}

init {
  byte w = 0;
  atomic {
    do
    :: w < WORKERS -> run worker(w); w++
    :: else -> break
    od;
    run publisher();
    run publisher()
  }
  /* All processes blocked: `timeout` is true then. */
end_all:
  timeout;
  assert(pending == 0);
  assert(outside == 0)
}
