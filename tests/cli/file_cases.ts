import type { Case } from "./support.ts";

/** What commands say of a database file that nobody runs (houses.ts has what happened in it). */
export const fileCases: readonly Case[] = [
  {
    args: "agents --db $DB",
    out: `
NAME  STATUS   PHASE    LIFE  AGE  STEPS  MAIL  GENOME        QUERY
ada   running  stopped     3    0      2     0  […]  […]
bob   running  stopped     2    0      1     0  […]  this.state.n = 1;`,
  },
  {
    args: "agents ada --db $DB",
    out: `
ada: running, stopped
  life     3, 0 steps old
  steps    2 over all lives
  mailbox  0 letters
  cell     none
  since    […]
  genome   […]
  query    […]
  death […]: life 2, step 1: hang, a step ran past its deadline
  death […]: life 1, step 3: exception, an error escaped its handler`,
  },
  {
    args: "agents nobody --db $DB",
    code: 2,
    err: `
error: there is no agent 'nobody'
hint: 'vivarium agents' lists them`,
  },
  {
    args: "deaths --db $DB --agent ada",
    out: `
ID  WHEN                 AGENT  STEP  CAUSE      OWNER  REASON
 3  […] ada#2     1  hang       agent  the step was not over after 1500 ms
 […]  […] ada#1     3  exception  agent  Error: no good\\u001b[2J`,
  },
  {
    args: "deaths --db $DB --cause hang",
    columns: 60,
    out: `
ID  WHEN                 AGENT  STEP  CAUSE  OWNER  REASON
 3  […]  ada#2     1  hang   agent  the ste…`,
  },
  { args: "deaths --db $DB --cause forgery", out: "no death of this kind" },
  {
    args: "deaths --cause sorrow --db $DB",
    code: 2,
    err: `
error: option '--cause <cause>' argument 'sorrow' is invalid. Allowed choices are syntax, […]
hint: 'vivarium deaths --help' shows what there is`,
  },
  {
    args: "death 3 --db $DB",
    out: `
death 3: ada, life 2, step 1: hang

  cause       a step ran past its deadline (its own doing)
  reason      the step was not over after 1500 ms
  when        […], found […] after the fault
  lived       0 steps in this life
  reward      −10
  genome      […] (before)
  supervisor  root, while it lived
  then        it came back after […] ms, from genome […], one further back

what was being executed
    while (true) {}

what was seen
  phase        turn
  exit code    137
  signal       SIGKILL
[…]`,
  },
  {
    args: "death $HARM --db $DB --minimal",
    out: `
death $HARM: bob, life 1, step 1: harm
[…]
what is enough to kill: 1 of 1 part, found in […]
    new Deno.Command('rm', { args: ['-rf', '/'] }).outputSync();`,
  },
  {
    args: "death 99 --db $DB",
    code: 2,
    err: `
error: there is no death 99
hint: 'vivarium deaths' lists them`,
  },
  {
    args: "death one --db $DB",
    code: 2,
    err: `
error: command-argument value 'one' is invalid for argument 'id'. It must be an integer of at least 1.
hint: 'vivarium death --help' shows what there is`,
  },
  {
    args: "policy --db $DB",
    out: `
policy version 3, the newest in the file
  from    version 2
  when    […]
  hash    cccccccccccc
  reward  1.25`,
  },
  {
    args: "policy versions --db $DB --limit 1",
    out: `
VERSION  FROM  WHEN                 REWARD  SURVIVAL  KL  ENTROPY
      3     2  […]    1.25`,
  },
  {
    args: "kill ada --db $DB",
    code: 2,
    err: `
error: cannot change '$DB': a file is only read
hint: start a house on it (deno task run --db $DB) and leave --db out`,
  },
  {
    args: "agents --db $DB --url http://127.0.0.1:1",
    code: 2,
    err: `
error: option '--db <file>' cannot be used with option '--url <url>'
hint: 'vivarium agents --help' shows what there is`,
  },
  {
    args: "agents --db $FOLDER/none.db",
    code: 2,
    err: `
error: there is no database '$FOLDER/none.db'
hint: runs without --db leave theirs in .vivarium/runs`,
  },
  {
    args: "agents --db $FOLDER/garden.jsonl",
    code: 2,
    err: `
error: the database '$FOLDER/garden.jsonl' cannot be opened: file is not a database
hint: it is not a SQLite file; name another file`,
  },
  {
    args: "agents --url http://127.0.0.1:1",
    code: 3,
    err: `
error: no house answers at http://127.0.0.1:1
hint: start one (deno task run), name another with --url, or read a file with --db`,
  },
  {
    args: "agents --url nowhere",
    code: 2,
    err: `
error: cannot use --url: 'nowhere' must be an http address
hint: like http://127.0.0.1:8420`,
  },
  {
    args: "logs --db $DB --agent bob",
    out: `
[…] bob        spawned    “Define a method and call it.”
[…] bob#1      born       genome […]
[…] bob#1      died        −1000  age 0    harm           new Deno.Command("rm", […]
[…] bob        restart    in […] ms from […]
[…] bob#2      born       genome […]
[…] bob#2      step           +1  age 1    edit state               “this.state.n = 1;”
[…] bob#2      truncated  after 1 step: the script has ended
[…] bob        stopped    the script has ended`,
  },
  {
    args: "logs --db $DB --kind step.committed -n 2 --agent ada",
    out: `
[…] ada#1      step           +1  age 1    edit greet               “function greet(name) {\\n […]
[…] ada#1      step      […]  age 2    no edit                  “this.greet('world');”
[…] ada#1      prints     | hello world`,
  },
  {
    args: "logs --db $DB --level warn --agent ada",
    out: `
[…] ada#1      died          −10  age 2    exception      Error: no good\\u001b[2J  […]
[…] ada#2      died          −10  age 0    hang           the step was not over after 1500 ms […]`,
  },
  {
    args: "logs --db $DB --level warn --agent ada -n 1",
    out: "[…] ada#2      died          −10  age 0    hang           the step was not over […]",
  },
  {
    args: "logs --db $DB --after 0 --cause harm --json",
    out: `{"id":[…],"atMs":[…],"kind":"life.died","agent":"bob",[…]}`,
  },
  {
    args: "logs --db $DB --since 1h --kind step.committed --agent bob --json",
    out: `{"id":[…]"agent":"bob"[…]`,
  },
  { args: "logs --db $DB --since 2100-01-01", out: "" },
  {
    args: "logs --db $DB --since yesterday",
    code: 2,
    err: `
error: option '--since <time>' argument 'yesterday' is invalid. It must be like 30s, 10m, 2h, 1d or 2026-11-23T10:00.
hint: […]`,
  },
  {
    args: "logs --db $DB --kind life.dyed",
    code: 2,
    err: `
error: cannot read the log: there is no kind 'life.dyed'
hint: kinds are house.started, […]`,
  },
  {
    args: "lineage ada --db $DB",
    out: `
● […]  life 1, born with it
● […]  life 1, step 1  ✗ exception (death […]), hang (death 3)`,
  },
  {
    args: "lineage ada --limit 1 --db $DB",
    out: `
● […]  life 1, born with it
… and more: --limit says how many are shown`,
  },
  {
    args: "lineage nobody --db $DB",
    code: 2,
    err: `
error: there is no agent 'nobody', and there never was
hint: […]`,
  },
  {
    args: "export episodes --db $DB --agent bob",
    out: `
{"id":"bob/1","agent":"bob","life":1,"end":"death","cause":"harm","owner":"agent","steps":[[…]]}
{"id":"bob/2","agent":"bob","life":2,"end":"truncated","cause":null,"owner":null,"steps":[[…]]}`,
  },
  {
    args: "export episodes --db $DB --format trl-dpo",
    out:
      `{"prompt":"Define a method and call it.","chosen":"this.state.n = 1;","rejected":"new Deno.Command[…]"}`,
  },
  {
    args: "export episodes --db $DB --format trl-kto --out $FOLDER/kto.jsonl",
    out: "$FOLDER/kto.jsonl: 6 lines, trl-kto",
  },
  {
    args: "export episodes --db $DB --out $FOLDER/none/lives.jsonl",
    code: 2,
    err: `
error: cannot write '$FOLDER/none/lives.jsonl': No such file or directory […]
hint: name a file in a folder that is there`,
  },
  {
    args: "export episodes --db $DB --agent nobody",
    code: 2,
    err: `
error: there is no agent 'nobody', and there never was
hint: […]`,
  },
  ...["logs", "logs -f", "deaths", "survival", "replay --all"].map((command) => ({
    args: `${command} --db $DB --agent nobody`,
    code: 2,
    err: `
error: there is no agent 'nobody', and there never was
hint: […]`,
  })),
  {
    args: "deaths --db $DB --agent Nobody!",
    code: 2,
    err: `
error: cannot take the request: 'name': an agent's name must be […]
hint: the command's --help says what it takes`,
  },
  {
    args: "export model --db $DB --policy-version 0",
    code: 3,
    err: `
error: this house runs without the embedded policy
hint: […]`,
  },
  {
    args: "pretrain --steps 5",
    code: 2,
    err: `
error: required option '--out <dir>' not specified
hint: 'vivarium pretrain --help' shows what there is`,
  },
  {
    args: "survival --by agent --db $DB",
    out: `
AGENT  LIVES  DEATHS  CENSORED  MEDIAN  PAST 10, %  PAST 50, %  CAUSES
ada        3       2         1       2   0 [0, 95]   0 [0, 95]  1 exception, 1 hang
bob        2       1         1       0           –           –  1 harm
Lives that were cut, are still lived or were ended by others are censored.
log-rank: χ² […], 1 df, p […]`,
  },
  {
    args: "survival --by weather --db $DB",
    code: 2,
    err: `
error: option '--by <group>' argument 'weather' is invalid. Allowed choices are policy, model, […]
hint: 'vivarium survival --help' shows what there is`,
  },
  {
    args: "replay --db $DB --all --agent ada",
    out: `
death […]: the same, exception at step 3
death 3: the same, hang at step 1
2 deaths of 2 the same`,
  },
  {
    args: "replay 3 --db $DB --json",
    out:
      '{"id":3,"same":true,"recorded":{"cause":"hang","life":2,"step":1},"lived":[…],"why":null}',
  },
  {
    args: "replay --db $DB",
    code: 2,
    err: `
error: cannot replay: name deaths, or say --all
hint: 'vivarium deaths' lists them`,
  },
  {
    args: "replay 99 --db $DB",
    code: 2,
    err: `
error: there is no death 99
hint: […]`,
  },
];
