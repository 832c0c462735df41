import type { Case } from "./support.ts";

/** What the model answers to the agents of the served house. */
export const houseScript: readonly { readonly agent: string; readonly response: string }[] = [
  { agent: "eve", response: "this.state.heard = true;\nreturn { doubled: 42 };" },
];

/** Commands to a running house, in this order: each finds what the ones before have left. */
export const houseCases: readonly Case[] = [
  { args: "agents", out: "no agent lives here; 'vivarium spawn NAME' starts one" },
  {
    args: "spawn eve --no-ticking --restart temporary --step-ms 500 --resurrection lastGood=5",
    out: "eve: it begins, from genome […]",
  },
  {
    args: "spawn eve",
    code: 2,
    err: `
error: cannot spawn 'eve': the name is taken
hint: choose another name, or delete that agent first`,
  },
  {
    args: "spawn zoe --resurrection first=3",
    code: 2,
    err: `
error: option '--resurrection <rule>' argument 'first=3' is invalid. It must be last, first, lastGood=STEPS, ancestor=EDITS or rule=NAME.
hint: […]`,
  },
  {
    args: "spawn zoe --stuck soon",
    code: 2,
    err: `
error: option '--stuck <steps>' argument 'soon' is invalid. It must be STEPS or STEPS:restart.
hint: […]`,
  },
  {
    args: "spawn zoe --resurrection rule=mine",
    code: 2,
    err: `
error: cannot spawn 'zoe': 'resurrection.rule' must name a rule of this house: received 'mine'
hint: it has none`,
  },
  {
    args: "spawn zoe --spec $FOLDER/none.json",
    code: 2,
    err: `
error: cannot use --spec '$FOLDER/none.json': No such file or directory […]
hint: it must be a file that holds one JSON object`,
  },
  {
    args: "spawn zoe --grant mail",
    code: 2,
    err: `
error: cannot spawn 'zoe': 'powers' must name powers of this house: received 'mail'
hint: it has notes`,
  },
  {
    args: "spawn gia --no-ticking --grant notes",
    out: "gia: it begins, from genome […]",
  },
  { args: "delete gia", out: "gia: deleted" },
  {
    args: "supervisors",
    out: `
NAME     STRATEGY            PHASE  RESTARTS          CHILDREN
root     one_for_one         up     0 of 500 in 10 s  choir up, eve […]
  choir  simple_one_for_one  up     0 of 500 in 10 s`,
  },
  { args: "spawn ida --supervisor choir", out: "ida: it begins, from genome […]" },
  {
    args: "spawn jon --supervisor choir --restart permanent",
    code: 2,
    err: `
error: cannot spawn 'jon': 'restart' is for the template of its pool, 'choir', to say: "temporary"
hint: correct the field and try again`,
  },
  { args: "delete ida", out: "ida: deleted" },
  {
    args: "supervisors start pair --strategy one_for_all --intensity 3 --period 5 --significant " +
      "--restart transient",
    code: 2,
    err: `
error: cannot place the child: 'significant' […]
hint: […]`,
  },
  {
    args: "supervisors start pair --strategy one_for_all --intensity 3 --period 5",
    out: "pair: it is up under root, one_for_all, 3 restarts in 5 s",
  },
  {
    args: "supervisors start inner --supervisor pair --json",
    out: '{\n  "name": "inner",\n  "supervisor": "pair",\n[…]\n}',
  },
  {
    args: "supervisors start pair",
    code: 2,
    err: `
error: […]the name is taken
hint: […]`,
  },
  {
    args: "supervisors start trio --strategy all_for_one",
    code: 2,
    err: `
error: option '--strategy <name>' argument 'all_for_one' is invalid. Allowed choices are […]
hint: 'vivarium supervisors start --help' shows what there is`,
  },
  {
    args: "supervisors start pool --strategy simple_one_for_one --template $FOLDER/none.json",
    code: 2,
    err: `
error: cannot use --template '$FOLDER/none.json': No such file or directory […]
hint: it must be a file that holds one JSON object`,
  },
  { args: "supervisors stop pair", out: "pair: stopped" },
  {
    args: "supervisors stop pair inner",
    code: 2,
    err: `
error: there is no supervisor 'pair'
hint: 'vivarium supervisors' lists them`,
  },
  {
    args: "supervisors --db $DB",
    env: { VIVARIUM_URL: "" },
    code: 2,
    err: `
error: a file has no supervisors: nobody is up
hint: name a running house by --url`,
  },
  {
    args: "spawn zoe --supervisor nobody",
    code: 2,
    err: `
error: […]
hint: […]`,
  },
  { args: "tell eve 'good morning'", out: "eve: it is in its mailbox" },
  {
    args: "tell eve - --json",
    input: "from a pipe",
    out: '{\n[…]\n  "body": "from a pipe",\n[…]\n}',
  },
  {
    args: `tell eve '{"n": 21' --as-json`,
    code: 2,
    err: `
error: cannot send the message: it is not JSON
hint: leave out --as-json to send it as text`,
  },
  {
    args: "tell eve hello --wait long",
    code: 2,
    err: `
error: option '--wait <seconds>' argument 'long' is invalid. It must be seconds, at most 300.
hint: 'vivarium tell --help' shows what there is`,
  },
  {
    args: "tell nobody hello",
    code: 2,
    err: `
error: there is no agent 'nobody'
hint: […]`,
  },
  {
    args: "agents",
    out: `
NAME  STATUS   PHASE  […]
eve   running  […]`,
  },
  { args: "fork eve fay", out: "fay: it begins as eve was, from genome […]" },
  {
    args: "fork eve gus --step 3",
    code: 2,
    err: `
error: cannot fork 'eve': name one place
hint: […]`,
  },
  { args: "delete fay", out: "fay: deleted" },
  { args: "pause eve", out: "eve: paused" },
  { args: "resume eve", out: "eve: resumed" },
  {
    args: "revive eve",
    code: 2,
    err: `
error: cannot revive 'eve': it is running`,
  },
  { args: "kill eve", out: "eve: life […] is ended, […]" },
  {
    args: "death 1",
    out: `
death 1: eve, life 1, […]: operator

  cause       a person ended it (not its doing: an operator, never punished)
[…]`,
  },
  {
    args: "kill eve --db $DB",
    code: 2,
    err: `
error: cannot change '$DB': a house is running on it
hint: ask the house: --url $URL`,
  },
  {
    args: "logs --since 1d --kind agent.spawned --agent eve",
    out: `[…]spawned[…]`,
  },
  {
    args: "logs --cause operator",
    out: "[…] eve#1      died            0  age […] operator       […]",
  },
  { args: "spawn fin --restart temporary --no-ticking", out: "[…]fin[…]" },
  { args: "kill fin", out: "fin: life 1 is ended, stopped" },
  { args: "revive fin", out: "fin: revived" },
  { args: "delete fin", out: "fin: deleted" },
  { args: "delete eve --json", out: '{"name":"eve"}' },
  { args: "agents --json", out: '{\n  "items": [],\n  "next": null\n}' },
  { args: "agents --db $DB", out: "no agent lives here; 'vivarium spawn NAME' starts one" },
  {
    args: "train",
    code: 3,
    err: `
error: this house runs without the embedded policy
hint: […]`,
  },
  {
    args: "policy rollback 3",
    code: 3,
    err: `
error: this house runs without the embedded policy
hint: […]`,
  },
];
