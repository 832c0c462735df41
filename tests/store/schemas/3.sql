-- A database of schema 3, as the Vivarium of its day left it.
BEGIN TRANSACTION;
CREATE TABLE agents (
    name text primary key,
    status text not null check (status in ('running', 'paused', 'stopped', 'failed')),
    spec text not null,
    first_query text not null,
    ordinal integer not null,
    created_at_ms real not null,
    life integer not null,
    steps integer not null,
    genome text not null references genomes (hash) deferrable initially deferred,
    query text not null
  ) strict;
INSERT INTO "agents" VALUES('ada','running','{"name":"ada","firstQuery":"Define a method that you will need later.","resurrection":"last","restart":"permanent","significant":false,"shutdownMs":5000,"limits":{},"ticking":true,"backoff":{"minMs":10,"maxMs":250,"factor":2,"jitter":0.2},"mailbox":{"capacity":1000,"overflow":"fail"},"firstGenome":"9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5"}','"Define a method that you will need later."',0,1795412074598.0,2,3,'1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37','"await this.send(\"bob\", { count: this.state.count });"');
INSERT INTO "agents" VALUES('bob','running','{"name":"bob","firstQuery":"Define a method and call it.","resurrection":"last","restart":"permanent","significant":false,"shutdownMs":5000,"limits":{},"ticking":true,"backoff":{"minMs":10,"maxMs":250,"factor":2,"jitter":0.2},"mailbox":{"capacity":1000,"overflow":"fail"},"firstGenome":"9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5"}','"Define a method and call it."',1,1795412074614.0,2,2,'85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198','"return 1;"');
CREATE TABLE deaths (
    id integer primary key autoincrement,
    agent text not null,
    life integer not null,
    step integer not null,
    at_ms real not null,
    supervisor text not null,
    context text not null check (context in ('start', 'child-terminated', 'shutdown')),
    reason text not null,
    offender text not null,
    cause text not null,
    owner text not null check (owner in ('agent', 'infrastructure', 'operator')),
    evidence text not null,
    genome_before text not null references genomes (hash) deferrable initially deferred,
    response text,
    policy_version integer,
    detected_ms real not null,
    decision text not null,
    unique (agent, life),
    foreign key (agent, life) references lives (agent, life) deferrable initially deferred
  ) strict;
INSERT INTO "deaths" VALUES(1,'ada',1,2,1795412075621.0,'root','child-terminated','"ReferenceError: missing is not defined"','{"name":"ada","firstQuery":"Define a method that you will need later.","resurrection":"last","restart":"permanent","significant":false,"shutdownMs":5000,"limits":{},"ticking":true,"backoff":{"minMs":10,"maxMs":250,"factor":2,"jitter":0.2},"mailbox":{"capacity":1000,"overflow":"fail"},"firstGenome":"9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5"}','exception','agent','{"phase":"turn","detectedMs":0.5431409999998777,"fault":"exception","message":"ReferenceError: missing is not defined","usage":{"elapsedMs":16.450604999999996,"busyMs":15.806205000000318,"rssBytes":79536128,"printBytes":0,"messages":0,"modelCalls":1}}','1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37','"const where = \"here\"; missing(where);"',NULL,5.4314099999987774936e-01,'{"kind":"restart","delayMs":10,"from":"last","genome":"1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37"}');
INSERT INTO "deaths" VALUES(2,'bob',1,2,1795412077632.0,'root','child-terminated','"the step was not over after 2000 ms"','{"name":"bob","firstQuery":"Define a method and call it.","resurrection":"last","restart":"permanent","significant":false,"shutdownMs":5000,"limits":{},"ticking":true,"backoff":{"minMs":10,"maxMs":250,"factor":2,"jitter":0.2},"mailbox":{"capacity":1000,"overflow":"fail"},"firstGenome":"9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5"}','hang','agent','{"phase":"turn","detectedMs":2019.0664739999997,"exitCode":137,"signal":"SIGKILL","killedBy":"house","deadlineMs":2000,"usage":{"elapsedMs":2027.3952160000001,"busyMs":2026.787901,"rssBytes":79052800,"printBytes":0,"messages":0,"modelCalls":1}}','85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198','"while (true) {}"',NULL,2.01906647399999974361e+03,'{"kind":"restart","delayMs":11,"from":"last","genome":"85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198"}');
CREATE TABLE events (
    id integer primary key,
    at_ms real not null,
    kind text not null,
    agent text,
    life integer,
    step integer,
    cause text,
    data text not null
  ) strict;
INSERT INTO "events" VALUES(1,1795412074586.0,'house.started',NULL,NULL,NULL,NULL,'{"api":"http://127.0.0.1:38895","db":"/tmp/fx/v2.db","seed":5,"model":"scripted:script.jsonl","profile":"strict","layers":["bubblewrap","prlimit","seccomp"]}');
INSERT INTO "events" VALUES(2,1795412074599.0,'agent.spawned','ada',NULL,NULL,NULL,'{"genome":"9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5","firstQuery":"Define a method that you will need later.","restart":"permanent"}');
INSERT INTO "events" VALUES(3,1795412074614.0,'agent.spawned','bob',NULL,NULL,NULL,'{"genome":"9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5","firstQuery":"Define a method and call it.","restart":"permanent"}');
INSERT INTO "events" VALUES(4,1795412075010.0,'life.started','ada',1,NULL,NULL,'{"genome":"9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5","query":"Define a method that you will need later.","seed":5}');
INSERT INTO "events" VALUES(5,1795412075555.0,'life.started','bob',1,NULL,NULL,'{"genome":"9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5","query":"Define a method and call it.","seed":5}');
INSERT INTO "events" VALUES(6,1795412075585.0,'step.committed','bob',1,1,NULL,'{"edited":["state"],"reward":1,"age":1,"response":"this.state.seen = Math.random();","prints":[],"genome":"85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198","elapsedMs":15.057898000000023,"letter":"tick"}');
INSERT INTO "events" VALUES(7,1795412075602.0,'step.committed','ada',1,1,NULL,'{"edited":["hello","state"],"reward":1,"age":1,"response":"this.state.count = 1; function hello() { return \"hi\"; }","prints":[],"genome":"1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37","elapsedMs":45.53635599999984,"letter":"tick"}');
INSERT INTO "events" VALUES(8,1795412075622.0,'life.died','ada',1,2,'exception','{"owner":"agent","message":"ReferenceError: missing is not defined","reward":-10,"age":1,"response":"const where = \"here\"; missing(where);","detectedMs":0.5431409999998777,"genome":"1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37"}');
INSERT INTO "events" VALUES(9,1795412075622.0,'agent.restarting','ada',NULL,NULL,NULL,'{"delayMs":10,"genome":"1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37","from":"last"}');
INSERT INTO "events" VALUES(10,1795412075637.0,'life.started','ada',2,NULL,NULL,'{"genome":"1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37","query":"this.state.count = 1; function hello() { return \"hi\"; }","seed":5}');
INSERT INTO "events" VALUES(11,1795412077633.0,'life.died','bob',1,2,'hang','{"owner":"agent","message":"the step was not over after 2000 ms","reward":-10,"age":1,"response":"while (true) {}","detectedMs":2019.0664739999997,"genome":"85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198"}');
INSERT INTO "events" VALUES(12,1795412077633.0,'agent.restarting','bob',NULL,NULL,NULL,'{"delayMs":11,"genome":"85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198","from":"last"}');
INSERT INTO "events" VALUES(13,1795412077692.0,'life.started','bob',2,NULL,NULL,'{"genome":"85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198","query":"this.state.seen = Math.random();","seed":5}');
INSERT INTO "events" VALUES(14,1795412077706.0,'step.committed','ada',2,1,NULL,'{"edited":[],"reward":1,"age":1,"response":"return hello();","prints":[],"genome":"1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37","elapsedMs":12.369760000000042,"letter":"tick"}');
INSERT INTO "events" VALUES(15,1795412077712.0,'step.committed','bob',2,1,NULL,'{"edited":[],"reward":1,"age":1,"response":"return 1;","prints":[],"genome":"85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198","elapsedMs":18.240754999999808,"letter":"tick"}');
INSERT INTO "events" VALUES(16,1795412077726.0,'step.committed','ada',2,2,NULL,'{"edited":[],"reward":1,"age":2,"response":"await this.send(\"bob\", { count: this.state.count });","prints":[],"genome":"1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37","elapsedMs":13.489980999999716,"letter":"tick"}');
INSERT INTO "events" VALUES(17,1795412077738.0,'life.truncated','bob',2,NULL,NULL,'{"steps":1,"why":"the script has ended"}');
INSERT INTO "events" VALUES(18,1795412077738.0,'agent.stopped','bob',NULL,NULL,NULL,'{"why":"the script has ended"}');
INSERT INTO "events" VALUES(19,1795412077747.0,'life.truncated','ada',2,NULL,NULL,'{"steps":2,"why":"the script has ended"}');
INSERT INTO "events" VALUES(20,1795412077747.0,'agent.stopped','ada',NULL,NULL,NULL,'{"why":"the script has ended"}');
INSERT INTO "events" VALUES(21,1795412078028.0,'house.stopped',NULL,NULL,NULL,NULL,'{}');
CREATE TABLE genomes (
    hash text primary key,
    parent text references genomes (hash) deferrable initially deferred,
    text text not null,
    created_at_ms real not null
  ) strict;
INSERT INTO "genomes" VALUES('9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5',NULL,'{"attributes":{},"methods":{"execute":"async execute(response) {\n  this.query = response;\n  return await evaluate(response);\n}","handle":"async handle(message) {\n  if (message.kind === \"tick\") return await this.step();\n  const words = message.from + \" says \" + JSON.stringify(message.body);\n  if (message.kind === \"ask\") return await this.llm(words);\n  this.query = words;\n}","step":"async step() {\n  return await this.execute(await this.llm(this.query));\n}"},"state":{}}',1795412074598.0);
INSERT INTO "genomes" VALUES('85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198','9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5','{"attributes":{},"methods":{"execute":"async execute(response) {\n  this.query = response;\n  return await evaluate(response);\n}","handle":"async handle(message) {\n  if (message.kind === \"tick\") return await this.step();\n  const words = message.from + \" says \" + JSON.stringify(message.body);\n  if (message.kind === \"ask\") return await this.llm(words);\n  this.query = words;\n}","step":"async step() {\n  return await this.execute(await this.llm(this.query));\n}"},"state":{"seen":0.6355985326226801}}',1795412075584.0);
INSERT INTO "genomes" VALUES('1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37','9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5','{"attributes":{},"methods":{"execute":"async execute(response) {\n  this.query = response;\n  return await evaluate(response);\n}","handle":"async handle(message) {\n  if (message.kind === \"tick\") return await this.step();\n  const words = message.from + \" says \" + JSON.stringify(message.body);\n  if (message.kind === \"ask\") return await this.llm(words);\n  this.query = words;\n}","hello":"function hello() { return \"hi\"; }","step":"async step() {\n  return await this.execute(await this.llm(this.query));\n}"},"state":{"count":1}}',1795412075602.0);
CREATE TABLE letters (
    id integer primary key autoincrement,
    recipient text not null references agents (name) on delete cascade
      deferrable initially deferred,
    sender text not null,
    kind text not null check (kind in ('tell', 'ask')),
    body text not null,
    at_ms real not null
  ) strict;
INSERT INTO "letters" VALUES(1,'bob','ada','tell','{"count":1}',1795412077724.0);
CREATE TABLE lineage (
    agent text not null references agents (name) on delete cascade deferrable initially deferred,
    genome text not null references genomes (hash) deferrable initially deferred,
    life integer not null,
    step integer not null,
    query text not null,
    primary key (agent, genome)
  ) strict, without rowid;
INSERT INTO "lineage" VALUES('ada','1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37',2,2,'"await this.send(\"bob\", { count: this.state.count });"');
INSERT INTO "lineage" VALUES('bob','85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198',2,1,'"return 1;"');
CREATE TABLE lives (
    agent text not null,
    life integer not null,
    started_at_ms real not null,
    ended_at_ms real,
    "end" text check ("end" in ('death', 'truncated')),
    born_from text not null references genomes (hash) deferrable initially deferred,
    steps integer not null,
    reward real not null,
    edits integer not null, born_query text,
    primary key (agent, life)
  ) strict, without rowid;
INSERT INTO "lives" VALUES('ada',1,1795412074600.0,1795412075621.0,'death','9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5',1,-9.0,1,'"Define a method that you will need later."');
INSERT INTO "lives" VALUES('ada',2,1795412075635.0,1795412077747.0,'truncated','1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37',2,2.0,0,'"this.state.count = 1; function hello() { return \"hi\"; }"');
INSERT INTO "lives" VALUES('bob',1,1795412074615.0,1795412077632.0,'death','9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5',1,-9.0,1,'"Define a method and call it."');
INSERT INTO "lives" VALUES('bob',2,1795412077646.0,1795412077737.0,'truncated','85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198',1,1.0,0,'"this.state.seen = Math.random();"');
CREATE TABLE meta (
    key text primary key,
    value text not null
  ) strict, without rowid;
INSERT INTO "meta" VALUES('seed','5');
CREATE TABLE policy_versions (
    version integer primary key,
    parent integer,
    hash text not null,
    created_at_ms real not null,
    metrics text not null
  ) strict;
CREATE TABLE rewards (
    id integer primary key,
    agent text not null,
    life integer not null,
    step integer,
    term text not null,
    value real not null,
    key text unique,
    foreign key (agent, life) references lives (agent, life) deferrable initially deferred,
    foreign key (agent, life, step) references steps (agent, life, step)
      deferrable initially deferred
  ) strict;
INSERT INTO "rewards" VALUES(1,'bob',1,1,'"survival"',1.0,NULL);
INSERT INTO "rewards" VALUES(2,'ada',1,1,'"survival"',1.0,NULL);
INSERT INTO "rewards" VALUES(3,'ada',1,2,'"death"',-10.0,NULL);
INSERT INTO "rewards" VALUES(4,'bob',1,2,'"death"',-10.0,NULL);
INSERT INTO "rewards" VALUES(5,'ada',2,1,'"survival"',1.0,NULL);
INSERT INTO "rewards" VALUES(6,'bob',2,1,'"survival"',1.0,NULL);
INSERT INTO "rewards" VALUES(7,'ada',2,2,'"survival"',1.0,NULL);
CREATE TABLE steps (
    agent text not null,
    life integer not null,
    step integer not null,
    at_ms real not null,
    letter text not null,
    now_ms real not null,
    seed integer not null,
    calls text not null,
    prints text not null,
    returned text not null,
    dropped text not null,
    attempts text not null,
    usage text not null,
    edited text not null,
    genome text not null references genomes (hash) deferrable initially deferred,
    query text not null,
    lived integer not null check (lived in (0, 1)), energy real, answers text,
    primary key (agent, life, step),
    foreign key (agent, life) references lives (agent, life) deferrable initially deferred
  ) strict;
INSERT INTO "steps" VALUES('bob',1,1,1795412075584.0,'{"kind":"tick","from":"supervisor"}',1767225600000.0,475660839,'[{"call":0,"prompt":"Define a method and call it.","seed":2834603931,"response":"this.state.seen = Math.random();","model":"scripted","tokens":{"prompt":6,"completion":3}}]','[]','null','[]','[]','{"elapsedMs":15.057898000000023,"busyMs":10.193794000000025,"rssBytes":78864384,"printBytes":0,"messages":0,"modelCalls":1}','["state"]','85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198','"this.state.seen = Math.random();"',1,1.0,'[{"request":0,"power":"llm"}]');
INSERT INTO "steps" VALUES('ada',1,1,1795412075602.0,'{"kind":"tick","from":"supervisor"}',1767225600000.0,2866484919,'[{"call":0,"prompt":"Define a method that you will need later.","seed":1017147759,"response":"this.state.count = 1; function hello() { return \"hi\"; }","model":"scripted","tokens":{"prompt":8,"completion":9}}]','[]','null','[]','[]','{"elapsedMs":45.53635599999984,"busyMs":45.17639000000008,"rssBytes":79179776,"printBytes":0,"messages":0,"modelCalls":1}','["hello","state"]','1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37','"this.state.count = 1; function hello() { return \"hi\"; }"',1,1.0,'[{"request":0,"power":"llm"}]');
INSERT INTO "steps" VALUES('ada',1,2,1795412075621.0,'{"kind":"tick","from":"supervisor"}',1767225601000.0,2866486082,'[{"call":0,"prompt":"this.state.count = 1; function hello() { return \"hi\"; }","seed":255233186,"response":"const where = \"here\"; missing(where);","model":"scripted","tokens":{"prompt":9,"completion":5}}]','[]','null','[]','[]','{"elapsedMs":16.450604999999996,"busyMs":15.806205000000318,"rssBytes":79536128,"printBytes":0,"messages":0,"modelCalls":1}','[]','1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37','"this.state.count = 1; function hello() { return \"hi\"; }"',0,1.0,'[{"request":0,"power":"llm"}]');
INSERT INTO "steps" VALUES('bob',1,2,1795412077632.0,'{"kind":"tick","from":"supervisor"}',1767225601000.0,475663438,'[{"call":0,"prompt":"this.state.seen = Math.random();","seed":3418901850,"response":"while (true) {}","model":"scripted","tokens":{"prompt":3,"completion":3}}]','[]','null','[]','[]','{"elapsedMs":2027.3952160000001,"busyMs":2026.787901,"rssBytes":79052800,"printBytes":0,"messages":0,"modelCalls":1}','[]','85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198','"this.state.seen = Math.random();"',0,1.0,'[{"request":0,"power":"llm"}]');
INSERT INTO "steps" VALUES('ada',2,1,1795412077705.0,'{"kind":"tick","from":"supervisor"}',1767225601000.0,3533232294,'[{"call":0,"prompt":"this.state.count = 1; function hello() { return \"hi\"; }","seed":2147467200,"response":"return hello();","model":"scripted","tokens":{"prompt":9,"completion":2}}]','[]','"hi"','[]','[]','{"elapsedMs":12.369760000000042,"busyMs":11.953408999999738,"rssBytes":79818752,"printBytes":0,"messages":0,"modelCalls":1}','[]','1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37','"return hello();"',1,1.0,'[{"request":0,"power":"llm"}]');
INSERT INTO "steps" VALUES('bob',2,1,1795412077711.0,'{"kind":"tick","from":"supervisor"}',1767225601000.0,828794586,'[{"call":0,"prompt":"this.state.seen = Math.random();","seed":4185010650,"response":"return 1;","model":"scripted","tokens":{"prompt":3,"completion":2}}]','[]','1','[]','[]','{"elapsedMs":18.240754999999808,"busyMs":14.32059900000013,"rssBytes":79118336,"printBytes":0,"messages":0,"modelCalls":1}','[]','85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198','"return 1;"',1,1.0,'[{"request":0,"power":"llm"}]');
INSERT INTO "steps" VALUES('ada',2,2,1795412077726.0,'{"kind":"tick","from":"supervisor"}',1767225602000.0,3533232619,'[{"call":0,"prompt":"return hello();","seed":2368916821,"response":"await this.send(\"bob\", { count: this.state.count });","model":"scripted","tokens":{"prompt":2,"completion":6}}]','[]','null','[]','[]','{"elapsedMs":13.489980999999716,"busyMs":12.116001000000324,"rssBytes":80187392,"printBytes":0,"messages":1,"modelCalls":1}','[]','1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37','"await this.send(\"bob\", { count: this.state.count });"',1,1.0,'[{"request":0,"power":"llm"},{"request":1,"power":"send"}]');
CREATE INDEX agents_by_ordinal on agents (ordinal, name);
CREATE INDEX rewards_by_step on rewards (agent, life, step, id);
CREATE INDEX deaths_by_agent on deaths (agent, id);
CREATE INDEX deaths_by_cause on deaths (cause, id);
CREATE INDEX lineage_by_step on lineage (agent, life, step);
CREATE INDEX letters_by_recipient on letters (recipient, id);
CREATE INDEX events_by_agent on events (agent, id);
CREATE INDEX steps_by_genome on steps (agent, genome, life, step);
CREATE INDEX deaths_by_genome on deaths (agent, genome_before, id, cause);
CREATE INDEX first_calls on steps (
    agent, life, json_extract(calls, '$[0].model'), json_extract(calls, '$[0].trace.version')
  ) where step = 1;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('deaths',2);
INSERT INTO "sqlite_sequence" VALUES('letters',1);
COMMIT;
pragma application_id = 1449752173;
pragma user_version = 3;
