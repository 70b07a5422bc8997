#!/usr/bin/env escript
%% SPDX-License-Identifier: Apache-2.0
%%! +P 1048576 -start_epmd false -erl_epmd_port 24369 -kernel inet_dist_use_interface {127,0,0,1}
%% The works of the benchmark in Erlang/OTP: compiled, plain processes.
%% The line above permits as many processes as the work "spawn" starts, and lets
%% two nodes find each other without a port mapper.
-module(bench).
-mode(compile).
-behaviour(supervisor).
-export([main/1, init/1, start_child/2]).

main(["far", Name, Cookie]) ->
    far(list_to_atom(Name), list_to_atom(Cookie));
main([Work]) ->
    run(Work).

out(Metric, Unit, Better, Value) ->
    io:format("~s|~s|~s|~w~n", [Metric, Unit, Better, Value]).

now_us() -> erlang:monotonic_time(nanosecond) / 1000.

run("pingpong") ->
    N = 2000000,
    Main = self(),
    B = spawn_link(fun() -> pong() end),
    T = now_us(),
    spawn_link(fun() -> ping(B, N div 2), Main ! done end),
    receive done -> ok end,
    out("rate", "messages/s", "higher", N / (now_us() - T) * 1.0e6);
run("ring") ->
    Size = 503, N = 2000000,
    Main = self(),
    First = spawn_link(fun() -> receive {next, P} -> node_loop(P, Main) end end),
    Last = lists:foldl(
             fun(_, Next) -> spawn_link(fun() -> node_loop(Next, Main) end) end,
             First, lists:seq(2, Size)),
    First ! {next, Last},
    T = now_us(),
    First ! N,
    receive done -> ok end,
    out("rate", "messages/s", "higher", N / (now_us() - T) * 1.0e6);
run("many_to_one") ->
    Each = 500000, Main = self(),
    T = now_us(),
    Sink = spawn_link(fun() -> sink(4 * Each), Main ! done end),
    [spawn_link(fun() -> flood(Sink, Each) end) || _ <- lists:seq(1, 4)],
    receive done -> ok end,
    out("rate", "messages/s", "higher", 4 * Each / (now_us() - T) * 1.0e6);
run("spawn") ->
    N = 500000, Main = self(),
    T = now_us(),
    spawn_link(fun() ->
        Self = self(),
        [begin
             P = spawn(fun() -> receive {F, X} -> F ! X end end),
             P ! {Self, I}
         end || I <- lists:seq(1, N)],
        sink(N), Main ! done end),
    receive done -> ok end,
    out("rate", "actors/s", "higher", N / (now_us() - T) * 1.0e6);
run("idle_memory") ->
    N = 100000,
    erlang:garbage_collect(),
    Before = erlang:memory(processes),
    [spawn(fun() -> receive stop -> ok end end) || _ <- lists:seq(1, N)],
    timer:sleep(200),
    out("bytes_per_actor", "bytes", "lower",
        (erlang:memory(processes) - Before) / N);
run("idle_request") ->
    P = spawn_link(fun() -> echo() end),
    Xs = [begin
              timer:sleep(2),
              T = now_us(),
              P ! {self(), I},
              receive {ok, I} -> ok end,
              now_us() - T
          end || I <- lists:seq(1, 500)],
    out("p50", "us", "lower", percentile(Xs, 0.5)),
    out("p99", "us", "lower", percentile(Xs, 0.99));
run("idle_cpu") ->
    [spawn(fun() -> receive stop -> ok end end) || _ <- lists:seq(1, 1000)],
    timer:sleep(500),
    {C0, W0} = usage(), T = now_us(),
    timer:sleep(2000),
    {C1, W1} = usage(), S = (now_us() - T) / 1.0e6,
    out("cpu_share", "share of a core", "lower", (C1 - C0) / S),
    out("wakeups", "1/s", "lower", (W1 - W0) / S);
run("fanout") ->
    Ps = [spawn_link(fun() -> worker(5000) end) || _ <- [1, 2]],
    Xs = [begin
              timer:sleep(4),
              T = now_us(),
              [P ! {self(), I} || P <- Ps],
              [receive {ok, I} -> ok end || _ <- Ps],
              (now_us() - T) / 1000
          end || I <- lists:seq(1, 60)],
    out("p50", "ms", "lower", percentile(Xs, 0.5)),
    out("p90", "ms", "lower", percentile(Xs, 0.9)),
    out("busy_sender_p50", "ms", "lower", busy_sender());
run("tiny_request") ->
    N = 400000, Cores = erlang:system_info(schedulers_online),
    T0 = now_us(),
    [spin(1) || _ <- lists:seq(1, N)],
    Ideal = (now_us() - T0) / Cores,
    Ps = list_to_tuple([spawn_link(fun() -> worker(1) end)
                        || _ <- lists:seq(1, Cores)]),
    T = now_us(),
    [element(1 + I rem Cores, Ps) ! {self(), I} || I <- lists:seq(1, 256)],
    feed(Ps, Cores, 257, N, N),
    out("share", "of the ideal", "higher", Ideal / (now_us() - T));
run("fib") ->
    Main = self(), T = now_us(),
    Cores = erlang:system_info(schedulers_online),
    Jobs = [40 || _ <- lists:seq(1, 10)],
    Ps = [spawn_link(fun() -> fib_worker(Main) end)
          || _ <- lists:seq(1, Cores)],
    deal(Ps, Jobs),
    out("time", "s", "lower", (now_us() - T) / 1.0e6);
run("buffer") ->
    P = spawn_link(fun() -> echo() end),
    Data = binary:copy(<<1>>, 64 * 1024 * 1024),
    Xs = [begin
              T = now_us(),
              P ! {self(), Data},
              receive {ok, _} -> ok end,
              now_us() - T
          end || _ <- lists:seq(1, 30)],
    out("there_and_back", "us", "lower", percentile(Xs, 0.5));
run("remote_rtt") ->
    with_far(fun(Sink) ->
        asks(Sink, 500),
        Xs = asks(Sink, 5000),
        out("p50", "us", "lower", percentile(Xs, 0.5)),
        out("p99", "us", "lower", percentile(Xs, 0.99))
    end);
run("remote_small") ->
    with_far(fun(Sink) ->
        out("rate", "messages/s", "higher", far_rate(Sink, 64, 1000000))
    end);
run("remote_64k") ->
    Size = 64 * 1024,
    with_far(fun(Sink) ->
        out("rate", "MB/s", "higher", Size * far_rate(Sink, Size, 8000) / 1.0e6)
    end);
run("remote_16m") ->
    Size = 16 * 1024 * 1024,
    with_far(fun(Sink) ->
        out("bytes", "MB/s", "higher", Size * far_rate(Sink, Size, 32) / 1.0e6)
    end);
run("remote_busy") ->
    Size = 16 * 1024 * 1024,
    with_far(fun(Sink) ->
        far_rate(Sink, Size, 4),
        Main = self(),
        Asker = spawn_link(fun() -> ask_until_stopped(Sink, Main, []) end),
        Rate = far_rate(Sink, Size, 64),
        Asker ! stop,
        Xs = receive {times, Ts} -> Ts end,
        out("p50", "us", "lower", percentile(Xs, 0.5)),
        out("p99", "us", "lower", percentile(Xs, 0.99)),
        out("stream", "MB/s", "higher", Size * Rate / 1.0e6)
    end);
run("restart") ->
    logger:set_primary_config(level, none),
    Failures = counters:new(1, []),
    N = 100000,
    {ok, _} = supervisor:start_link(?MODULE, Failures),
    counters:put(Failures, 1, N),
    T0 = now_us(),
    child ! fail,
    ask_again(undefined),
    await_failures(Failures),
    ask_again(undefined),
    out("storm", "us a restart", "lower", (now_us() - T0) / N),
    Xs = [begin
              counters:put(Failures, 1, 1),
              P = whereis(child),
              T = now_us(),
              P ! fail,
              ask_again(P),
              now_us() - T
          end || _ <- lists:seq(1, 2000)],
    out("p50", "us", "lower", percentile(Xs, 0.5)),
    out("p99", "us", "lower", percentile(Xs, 0.99));
run(_) -> ok.

%% Runs F with a process of another node, which is started and ended here.
with_far(F) ->
    Id = os:getpid(),
    Near = list_to_atom("near" ++ Id ++ "@127.0.0.1"),
    Far = list_to_atom("far" ++ Id ++ "@127.0.0.1"),
    {ok, _} = net_kernel:start(Near, #{name_domain => longnames,
                                       dist_listen => false}),
    erlang:set_cookie(list_to_atom(Id)),
    Port = open_port({spawn_executable, os:find_executable("escript")},
                     [{args, [escript:script_name(), "far",
                              atom_to_list(Far), Id]},
                      stream, exit_status]),
    receive {Port, {data, _}} -> ok end,
    true = net_kernel:connect_node(Far),
    Sink = {sink, Far},
    F(Sink),
    Sink ! stop,
    receive {Port, {exit_status, _}} -> ok end.

%% The other node: answers, and counts what it is not asked.
far(Name, Cookie) ->
    {ok, _} = net_kernel:start([Name, longnames]),
    erlang:set_cookie(Cookie),
    register(sink, self()),
    io:format("ready~n"),
    far_loop(0, none).

far_loop(Missing, Client) ->
    receive
        {ask, P, X} -> P ! {ok, X}, far_loop(Missing, Client);
        {count, P, N} -> far_count(Missing + N, P);
        stop -> ok;
        _ -> far_count(Missing - 1, Client)
    end.

far_count(0, Client) when Client =/= none -> Client ! counted, far_loop(0, none);
far_count(Missing, Client) -> far_loop(Missing, Client).

asks(Sink, N) ->
    [ask(Sink, I) || I <- lists:seq(1, N)].

ask(Sink, I) ->
    T = now_us(),
    Sink ! {ask, self(), I},
    receive {ok, I} -> ok end,
    now_us() - T.

ask_until_stopped(Sink, Main, Xs) ->
    receive stop -> Main ! {times, Xs}
    after 0 -> ask_until_stopped(Sink, Main, [ask(Sink, length(Xs)) | Xs])
    end.

%% Messages per second.
far_rate(Sink, Size, N) ->
    Data = binary:copy(<<"x">>, Size),
    flood_far(Sink, Data, N div 10 + 1),
    N / flood_far(Sink, Data, N).

flood_far(Sink, Data, N) ->
    T = now_us(),
    Sink ! {count, self(), N},
    [Sink ! Data || _ <- lists:seq(1, N)],
    receive counted -> ok end,
    (now_us() - T) / 1.0e6.

%% A supervisor of one child.
init(Failures) ->
    {ok, {#{strategy => one_for_one, intensity => 1000000000, period => 1},
          [#{id => child,
             start => {?MODULE, start_child, [self(), Failures]}}]}}.

start_child(Parent, Failures) ->
    proc_lib:start_link(erlang, apply,
                        [fun() ->
                             register(child, self()),
                             proc_lib:init_ack(Parent, {ok, self()}),
                             fail_while(Failures)
                         end, []]).

%% Fails as soon as it runs, as long as there are failures to come.
fail_while(Failures) ->
    case counters:get(Failures, 1) > 0 of
        true -> self() ! fail;
        false -> ok
    end,
    short_lived(Failures).

short_lived(Failures) ->
    receive
        fail ->
            counters:sub(Failures, 1, 1),
            case counters:get(Failures, 1) >= 0 of
                true -> exit(failure);
                false -> short_lived(Failures)
            end;
        {P, X} -> P ! {ok, X}, short_lived(Failures)
    end.

await_failures(Failures) ->
    case counters:get(Failures, 1) > 0 of
        true -> timer:sleep(1), await_failures(Failures);
        false -> ok
    end.

%% Asks the child until one answers that is not Old.
ask_again(Old) ->
    case whereis(child) of
        undefined -> erlang:yield(), ask_again(Old);
        Old -> erlang:yield(), ask_again(Old);
        P ->
            M = monitor(process, P),
            P ! {self(), 1},
            receive
                {ok, 1} -> demonitor(M, [flush]);
                {'DOWN', M, process, P, _} -> ask_again(P)
            end
    end.

ping(_, 0) -> ok;
ping(P, N) -> P ! {self(), N}, receive N -> ping(P, N - 1) end.
pong() -> receive {P, N} -> P ! N, pong() end.

node_loop(Next, Main) ->
    receive
        0 -> Main ! done, node_loop(Next, Main);
        N -> Next ! N - 1, node_loop(Next, Main)
    end.

sink(0) -> ok;
sink(N) -> receive _ -> sink(N - 1) end.

flood(_, 0) -> ok;
flood(P, N) -> P ! N, flood(P, N - 1).

echo() -> receive {P, X} -> P ! {ok, X}, echo() end.

worker(Us) -> receive {P, X} -> spin(Us), P ! {ok, X}, worker(Us) end.

%% When does the receiver run, in ms, if the sender computes on? It computes for
%% a second, or until the receiver has run.
busy_sender() ->
    Main = self(),
    Received = counters:new(1, []),
    R = spawn_link(fun() -> note_time(Received) end),
    Delays = [begin
                  timer:sleep(100),
                  counters:put(Received, 1, 0),
                  spawn_link(fun() ->
                      Sent = erlang:monotonic_time(nanosecond),
                      R ! now,
                      compute_until(Received, Sent + 1000000000),
                      Main ! {sent, Sent}
                  end),
                  receive {sent, Sent} -> ok end,
                  (await(Received) - Sent) / 1.0e6
              end || _ <- lists:seq(1, 5)],
    percentile(Delays, 0.5).

%% Monotonic time may be negative; what is stored is never 0.
note_time(Received) ->
    receive now ->
        counters:put(Received, 1, erlang:monotonic_time(nanosecond)),
        note_time(Received)
    end.

compute_until(Received, End) ->
    case counters:get(Received, 1) =:= 0
        andalso erlang:monotonic_time(nanosecond) < End of
        true -> compute_until(Received, End);
        false -> ok
    end.

await(Received) ->
    case counters:get(Received, 1) of
        0 -> erlang:yield(), await(Received);
        T -> T
    end.

spin(Us) -> spin_until(erlang:monotonic_time(nanosecond) + Us * 1000).
spin_until(End) ->
    case erlang:monotonic_time(nanosecond) < End of
        true -> spin_until(End);
        false -> ok
    end.

feed(_, _, _, _, 0) -> ok;
feed(Ps, Cores, Next, N, Left) ->
    receive
        {ok, I} when Next =< N ->
            element(1 + I rem Cores, Ps) ! {self(), I},
            feed(Ps, Cores, Next + 1, N, Left - 1);
        {ok, _} -> feed(Ps, Cores, Next, N, Left - 1)
    end.

fib_worker(Main) ->
    receive N -> fib(N), Main ! {free, self()}, fib_worker(Main) end.
deal(Ps, Jobs) ->
    {Now, Later} = lists:split(length(Ps), Jobs),
    lists:foreach(fun({P, J}) -> P ! J end, lists:zip(Ps, Now)),
    deal_rest(Later, length(Ps)).
deal_rest(_, 0) -> ok;
deal_rest([], Busy) -> receive {free, _} -> deal_rest([], Busy - 1) end;
deal_rest([J | Js], Busy) -> receive {free, P} -> P ! J, deal_rest(Js, Busy) end.
fib(N) when N < 2 -> N;
fib(N) -> fib(N - 1) + fib(N - 2).

percentile(Xs, Share) ->
    Ys = lists:sort(Xs),
    lists:nth(min(length(Ys), 1 + trunc(Share * length(Ys))), Ys).

usage() ->
    {ok, Stat} = file:read_file("/proc/self/stat"),
    [_, Rest] = binary:split(Stat, <<") ">>),
    Fields = binary:split(Rest, <<" ">>, [global]),
    Ticks = binary_to_integer(lists:nth(12, Fields))
          + binary_to_integer(lists:nth(13, Fields)),
    {ok, Tasks} = file:list_dir("/proc/self/task"),
    Switches = lists:sum([switches(T) || T <- Tasks]),
    {Ticks / 100, Switches}.

switches(Task) ->
    case file:read_file("/proc/self/task/" ++ Task ++ "/status") of
        {ok, Text} ->
            {match, Ms} = re:run(Text, "ctxt_switches:\\s+(\\d+)",
                                 [global, {capture, [1], list}]),
            lists:sum([list_to_integer(M) || [M] <- Ms]);
        _ -> 0
    end.
