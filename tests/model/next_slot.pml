/* SPDX-License-Identifier: Apache-2.0
 *
 * The slot of scheduling/next_slot.hpp: its owner fills and empties it with
 * plain stores, thieves claim it and pass a heavy fence.
 *
 * The owner's stores go through a store buffer that drains whenever it likes,
 * as on x86; the heavy fence waits until it has drained. The owner reads its
 * own stores out of the buffer. Thieves use atomic operations.
 *
 * Claim: whatever the order, each job is taken at most once, and none is lost.
 *
 *   spin -run next_slot.pml
 */
#define JOBS 3
#define ENTERED 0
#define VALUE 1

byte value;                          /* in memory */
bool entered, claimed;
chan buffer = [8] of { bit, byte };  /* the owner's stores under way */
byte stores;                         /* those to `value` among them */
byte newest;                         /* the value of the last of them */
byte taken[JOBS + 1];
bool done;

inline store(what, x) {
  atomic {
    buffer ! what, x;
    if
    :: what == VALUE -> stores++; newest = x
    :: else
    fi
  }
}

inline load_value(to) {
  atomic {
    if
    :: stores > 0 -> to = newest
    :: else -> to = value
    fi
  }
}

active proctype memory() {
  bit what; byte x;
end:
  do
  :: atomic {
       buffer ? what, x;
       if
       :: what == VALUE -> value = x; stores--
       :: else -> entered = x
       fi
     }
  od
}

/* next_slot::exchange */
inline exchange(x, old) {
  do
  :: store(ENTERED, 1);
     if
     :: !claimed -> break
     :: else
     fi;
     store(ENTERED, 0);
     !claimed
  od;
  load_value(old);
  store(VALUE, x);
  store(ENTERED, 0)
}

active proctype owner() {
  byte job = 1, old;
  do
  :: job <= JOBS ->
     exchange(job, old);
     job++;
     if :: old != 0 -> taken[old]++ :: else fi
  :: job > 1 ->
     /* next_slot::take */
     load_value(old);
     if
     :: old != 0 ->
        exchange(0, old);
        if :: old != 0 -> taken[old]++ :: else fi
     :: else
     fi
  :: job > JOBS -> break
  od;
  done = true
}

/* next_slot::steal */
active [2] proctype thief() {
  byte expected; bool mine;
  do
  :: done -> break
  :: expected = value;
     if
     :: expected != 0 ->
        mine = false;
        atomic { if :: !claimed -> claimed = true; mine = true :: else fi };
        if
        :: mine ->
           empty(buffer); /* heavy_fence */
           if
           :: !entered && value == expected ->
              value = 0;
              taken[expected]++
           :: else
           fi;
           claimed = false
        :: else
        fi
     :: else
     fi
  od
}

active proctype judge() {
  byte i = 1, there;
  atomic {
    done && empty(buffer) && !claimed;
    do
    :: i <= JOBS ->
       there = (value == i -> 1 : 0);
       assert(taken[i] + there == 1);
       i++
    :: else -> break
    od
  }
}
