#!/usr/bin/env escript
%%! +S 1:1 -noinput
%% Runs schedules on OTP's own supervisor, and prints what started, stopped and gave up, in order.
%%
%%   trace.escript SCHEDULES      a file of Erlang terms, one schedule each (see schedule.ts)
%%
%% One line a schedule; one part an operation, parts parted by " / ". Tokens:
%%   +id a child starts   !id its start fails   ~id its start is ignored   (id )id a supervisor starts
%%   -id it ended with shutdown   xid it was killed   .id it ended normally   *id it died
%%   =word the answer to a request
%%
%% The supervisor is OTP's, with its one reading of the clock replaced, so that a schedule says when
%% what happens. One scheduler: who dies first is heard of first.
-module(trace).
-mode(compile).
-export([main/1, init/1, start_child/1, start_member/2, clock/0]).

main([File]) ->
    logger:set_primary_config(level, none),
    reclock(),
    ets:new(facts, [named_table, public]),
    {ok, Schedules} = file:consult(File),
    lists:foreach(fun(Schedule) -> io:put_chars([run(Schedule), $\n]) end, Schedules).

%% Loads OTP's supervisor from its own abstract code, reading clock/0 in place of the machine's.
reclock() ->
    {ok, {_, [{abstract_code, {_, Forms}}]}} =
        beam_lib:chunks(code:which(supervisor), [abstract_code]),
    put(readings, 0),
    Clocked = replace(Forms),
    1 = get(readings),
    {ok, supervisor, Binary} = compile:forms(Clocked, [binary]),
    code:unstick_mod(supervisor),
    {module, supervisor} = code:load_binary(supervisor, "supervisor.erl", Binary).

replace({call, At, {remote, _, {atom, _, erlang}, {atom, _, monotonic_time}}, [{integer, _, 1}]}) ->
    put(readings, get(readings) + 1),
    {call, At, {remote, At, {atom, At, ?MODULE}, {atom, At, clock}}, []};
replace(Tuple) when is_tuple(Tuple) -> list_to_tuple(replace(tuple_to_list(Tuple)));
replace([Head | Tail]) -> [replace(Head) | replace(Tail)];
replace(Other) -> Other.

clock() -> fact(clock).

fact(Key) ->
    case ets:lookup(facts, Key) of
        [{_, Value}] -> Value;
        [] -> undefined
    end.

know(Key, Value) -> ets:insert(facts, {Key, Value}).

run({Sup, Ops}) ->
    process_flag(trap_exit, true),
    ets:delete_all_objects(facts),
    know(clock, 1000),
    know(scribe, spawn_link(fun() -> scribe([], #{}) end)),
    learn(Sup),
    {sup, Root, _, _, _, _, _} = Sup,
    _ = start_child(Root),
    Begun = part(),
    Rest = [begin Answer = operate(Op), [part(), Answer] end || Op <- Ops],
    halt_tree(Root),
    Line = lists:join(" / ", [Begun | Rest] ++ [part()]),
    fact(scribe) ! stop,
    receive {'EXIT', _, scribe_done} -> ok end,
    Line.

%% Keeps what is known of a supervisor and of all below it: spec and outcomes of starts, by name.
learn({sup, Id, _, _, _, _, Children} = Sup) ->
    know({kind, Id}, Sup),
    know({outcomes, Id}, []),
    know(sups, [Id | case fact(sups) of undefined -> []; Ids -> Ids end]),
    lists:foreach(fun learn_child/1, Children).

learn_child({Id, _, _, _, Kind, Outcomes}) ->
    case Kind of
        {sup, _, _, _, _, _, _} -> learn(Kind);
        _ -> know({kind, Id}, Kind)
    end,
    know({outcomes, Id}, Outcomes).

init({sup, _, Strategy, Intensity, Period, Auto, Children}) ->
    Flags = #{strategy => Strategy, intensity => Intensity, period => Period, auto_shutdown => Auto},
    {ok, {Flags, [spec(Strategy, Child) || Child <- Children]}}.

spec(Strategy, {Id, Restart, Significant, Shutdown, Kind, _}) ->
    Start = case Strategy of
        simple_one_for_one -> {?MODULE, start_member, [Kind]};
        _ -> {?MODULE, start_child, [Id]}
    end,
    Type = case Kind of {worker, _} -> worker; _ -> supervisor end,
    #{id => Id, start => Start, restart => Restart, significant => Significant,
      shutdown => Shutdown, type => Type}.

start_member(Kind, Id) ->
    know({kind, Id}, Kind),
    start_child(Id).

start_child(Id) ->
    case outcome(Id) of
        fail -> note([$!, name(Id)]), {error, boom};
        ignore -> note([$~, name(Id)]), ignore;
        ok -> start_kind(Id, fact({kind, Id}))
    end.

start_kind(Id, {worker, Stubborn}) ->
    note([$+, name(Id)]),
    Pid = spawn_link(fun() -> process_flag(trap_exit, Stubborn), live() end),
    watch(Id, Pid),
    {ok, Pid};
start_kind(Id, Sup) ->
    note([$(, name(Id)]),
    case supervisor:start_link(?MODULE, Sup) of
        {ok, Pid} -> watch(Id, Pid), note([$), name(Id)]), {ok, Pid};
        Error -> note([$!, name(Id)]), Error
    end.

outcome(Id) ->
    case fact({outcomes, Id}) of
        [Next | Rest] -> know({outcomes, Id}, Rest), Next;
        _ -> ok
    end.

live() ->
    receive
        {die, Reason} -> exit(Reason);
        _ -> live()
    end.

operate({pass, Seconds}) -> know(clock, clock() + Seconds), [];
operate({die, SupId, Deaths}) ->
    case fact({pid, SupId}) of
        undefined -> ok;
        Sup ->
            ok = sys:suspend(Sup),
            lists:foreach(fun die/1, Deaths),
            ok = sys:resume(Sup)
    end,
    settle(),
    [];
operate({Request, SupId, What}) ->
    case fact({pid, SupId}) of
        undefined -> [" =skip"];
        Sup ->
            {sup, _, Strategy, _, _, _, _} = fact({kind, SupId}),
            Answer = answer(request(Request, Sup, Strategy, What)),
            settle(),
            [" =", Answer]
    end.

request(add, Sup, simple_one_for_one, {Id, _, _, _, _, Outcomes}) ->
    know({outcomes, Id}, Outcomes),
    supervisor:start_child(Sup, [Id]);
request(stop, Sup, simple_one_for_one, Id) ->
    case fact({pid, Id}) of
        undefined -> {error, not_found};
        Pid -> supervisor:terminate_child(Sup, Pid)
    end;
request(add, Sup, Strategy, Child) ->
    learn_child(Child),
    supervisor:start_child(Sup, spec(Strategy, Child));
request(stop, Sup, _, Id) -> supervisor:terminate_child(Sup, Id);
request(revive, Sup, _, Id) -> supervisor:restart_child(Sup, Id);
request(drop, Sup, _, Id) -> supervisor:delete_child(Sup, Id).

answer(ok) -> "ok";
answer({ok, _}) -> "ok";
answer({error, already_present}) -> "already-present";
answer({error, {already_started, _}}) -> "already-present";
answer({error, not_found}) -> "not-found";
answer({error, running}) -> "running";
answer({error, restarting}) -> "restarting";
answer({error, _}) -> "start-failed".

die({Id, Reason}) ->
    case fact({pid, Id}) of
        undefined -> ok;
        Pid ->
            Monitor = monitor(process, Pid),
            Pid ! {die, Reason},
            receive {'DOWN', Monitor, _, _, _} -> ok end
    end.

%% Waits until no supervisor has anything left to do.
settle() -> settle(3).

settle(0) -> ok;
settle(Rounds) ->
    Restarting = [Id || Id <- fact(sups), Pid <- [fact({pid, Id})], is_pid(Pid), restarts(Pid)],
    case Restarting of
        [] -> settle(Rounds - 1);
        _ -> settle(3)
    end.

restarts(Sup) ->
    try lists:keymember(restarting, 2, supervisor:which_children(Sup))
    catch exit:_ -> false
    end.

halt_tree(Root) ->
    case fact({pid, Root}) of
        undefined -> ok;
        Pid ->
            Monitor = monitor(process, Pid),
            exit(Pid, shutdown),
            receive {'DOWN', Monitor, _, _, _} -> ok end
    end.

%% The scribe writes down what happens, in the order in which it hears of it.
scribe(Notes, Ids) ->
    receive
        {note, From, Note} ->
            From ! noted,
            scribe([Note | Notes], Ids);
        {watch, From, Id, Pid} ->
            Monitor = monitor(process, Pid),
            know({pid, Id}, Pid),
            From ! noted,
            scribe(Notes, Ids#{Monitor => Id});
        {'DOWN', Monitor, _, Pid, Reason} ->
            #{Monitor := Id} = Ids,
            case fact({pid, Id}) of
                Pid -> ets:delete(facts, {pid, Id});
                _ -> ok
            end,
            scribe([[mark(Reason), name(Id)] | Notes], Ids);
        {part, From} ->
            From ! {part, lists:join(" ", lists:reverse(Notes))},
            scribe([], Ids);
        stop -> exit(scribe_done)
    end.

mark(normal) -> $.;
mark(shutdown) -> $-;
mark(killed) -> $x;
mark(_) -> $*.

note(Note) -> tell_scribe({note, self(), Note}).
watch(Id, Pid) -> tell_scribe({watch, self(), Id, Pid}).

tell_scribe(Message) ->
    fact(scribe) ! Message,
    receive noted -> ok end.

part() ->
    fact(scribe) ! {part, self()},
    receive {part, Notes} -> Notes end.

name(Id) -> atom_to_list(Id).
