-- A database of schema 4, as the Vivarium of its day left it.
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
INSERT INTO "agents" VALUES('ada','running','{"name":"ada","firstQuery":"Define a method that you will need later.","resurrection":"last","restart":"permanent","significant":false,"shutdownMs":5000,"links":[],"trapExit":false,"limits":{},"powers":[],"ticking":true,"backoff":{"minMs":10,"maxMs":250,"factor":2,"jitter":0.2},"mailbox":{"capacity":1000,"overflow":"fail"},"firstGenome":"9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5"}','"Define a method that you will need later."',0,1795432782032.0,2,3,'1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37','"await this.send(\"bob\", { count: this.state.count });"');
INSERT INTO "agents" VALUES('bob','running','{"name":"bob","firstQuery":"Define a method and call it.","resurrection":"last","restart":"permanent","significant":false,"shutdownMs":5000,"links":[],"trapExit":false,"limits":{},"powers":[],"ticking":true,"backoff":{"minMs":10,"maxMs":250,"factor":2,"jitter":0.2},"mailbox":{"capacity":1000,"overflow":"fail"},"firstGenome":"9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5"}','"Define a method and call it."',1,1795432782038.0,2,2,'85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198','"return 1;"');
CREATE TABLE chains (
      agent text primary key,
      entries integer not null,
      head text not null
    ) strict, without rowid;
INSERT INTO "chains" VALUES('ada',7,'ac9c439ada54b259df9a2f0e3990be672aa96a2212309208628782047589fced');
INSERT INTO "chains" VALUES('bob',6,'7a4931e381f6ffbf47a853acdc6378fc7d07349e31675c6cd6e98abfbb3368ef');
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
    decision text not null, entry integer, link text,
    unique (agent, life),
    foreign key (agent, life) references lives (agent, life) deferrable initially deferred
  ) strict;
INSERT INTO "deaths" VALUES(1,'ada',1,2,1795432782387.0,'root','child-terminated','"ReferenceError: missing is not defined"','{"name":"ada","firstQuery":"Define a method that you will need later.","resurrection":"last","restart":"permanent","significant":false,"shutdownMs":5000,"links":[],"trapExit":false,"limits":{},"powers":[],"ticking":true,"backoff":{"minMs":10,"maxMs":250,"factor":2,"jitter":0.2},"mailbox":{"capacity":1000,"overflow":"fail"},"firstGenome":"9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5"}','exception','agent','{"phase":"turn","detectedMs":0.262471000000005,"fault":"exception","message":"ReferenceError: missing is not defined","stack":"at Object.eval (eval at <anonymous> (eval at Kf (agent.js)), <anonymous>:1:119)\nat Object.execute (eval at <anonymous> (eval at Kf (agent.js)), <anonymous>:3:16)\nat Object.step (eval at <anonymous> (eval at Kf (agent.js)), <anonymous>:2:21)\nat async Object.handle (eval at <anonymous> (eval at Kf (agent.js)), <anonymous>:2:39)","usage":{"elapsedMs":5.9874600000000555,"busyMs":5.565200000000004,"rssBytes":62754816,"printBytes":0,"messages":0,"modelCalls":1}}','1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37','"const where = \"here\"; missing(where);"',NULL,0.262471000000005,'{"kind":"restart","delayMs":10,"from":"last","genome":"1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37"}',4,'6fc602d8d65e9b7dc6edcd4674ea4a8d9defd0253286513051d8c42e78cf4f37');
INSERT INTO "deaths" VALUES(2,'bob',1,2,1795432784389.0,'root','child-terminated','"the step was not over after 2000 ms"','{"name":"bob","firstQuery":"Define a method and call it.","resurrection":"last","restart":"permanent","significant":false,"shutdownMs":5000,"links":[],"trapExit":false,"limits":{},"powers":[],"ticking":true,"backoff":{"minMs":10,"maxMs":250,"factor":2,"jitter":0.2},"mailbox":{"capacity":1000,"overflow":"fail"},"firstGenome":"9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5"}','hang','agent','{"phase":"turn","detectedMs":2007.2611220000001,"exitCode":137,"signal":"SIGKILL","killedBy":"house","deadlineMs":2000,"usage":{"elapsedMs":2009.5501660000004,"busyMs":2009.2712900000001,"rssBytes":62410752,"printBytes":0,"messages":0,"modelCalls":1}}','85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198','"while (true) {}"',NULL,2.0072611220000001139e+03,'{"kind":"restart","delayMs":11,"from":"last","genome":"85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198"}',4,'b767f4ce0041e56b08d47597b870c78a0ca3f6b71d55e97608bdbcf29c6ea5c5');
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
INSERT INTO "events" VALUES(1,1795432782028.0,'house.started',NULL,NULL,NULL,NULL,'{"api":"http://127.0.0.1:36711","db":"/tmp/fx/v4.db","seed":5,"model":"scripted:script.jsonl","profile":"strict","layers":["bubblewrap","prlimit","seccomp"]}');
INSERT INTO "events" VALUES(2,1795432782036.0,'agent.spawned','ada',NULL,NULL,NULL,'{"genome":"9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5","firstQuery":"Define a method that you will need later.","restart":"permanent"}');
INSERT INTO "events" VALUES(3,1795432782039.0,'agent.spawned','bob',NULL,NULL,NULL,'{"genome":"9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5","firstQuery":"Define a method and call it.","restart":"permanent"}');
INSERT INTO "events" VALUES(4,1795432782192.0,'life.started','ada',1,NULL,NULL,'{"genome":"9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5","query":"Define a method that you will need later.","seed":5}');
INSERT INTO "events" VALUES(5,1795432782361.0,'life.started','bob',1,NULL,NULL,'{"genome":"9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5","query":"Define a method and call it.","seed":5}');
INSERT INTO "events" VALUES(6,1795432782378.0,'step.committed','bob',1,1,NULL,'{"edited":["state"],"reward":1,"age":1,"response":"this.state.seen = Math.random();","prints":[],"genome":"85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198","elapsedMs":14.68559300000004,"letter":"tick"}');
INSERT INTO "events" VALUES(7,1795432782379.0,'step.committed','ada',1,1,NULL,'{"edited":["hello","state"],"reward":1,"age":1,"response":"this.state.count = 1; function hello() { return \"hi\"; }","prints":[],"genome":"1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37","elapsedMs":15.007452999999941,"letter":"tick"}');
INSERT INTO "events" VALUES(8,1795432782388.0,'life.died','ada',1,2,'exception','{"owner":"agent","message":"ReferenceError: missing is not defined","reward":-10,"age":1,"response":"const where = \"here\"; missing(where);","detectedMs":0.262471000000005,"genome":"1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37"}');
INSERT INTO "events" VALUES(9,1795432782388.0,'agent.restarting','ada',NULL,NULL,NULL,'{"delayMs":10,"genome":"1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37","from":"last"}');
INSERT INTO "events" VALUES(10,1795432782410.0,'life.started','ada',2,NULL,NULL,'{"genome":"1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37","query":"this.state.count = 1; function hello() { return \"hi\"; }","seed":5}');
INSERT INTO "events" VALUES(11,1795432784390.0,'life.died','bob',1,2,'hang','{"owner":"agent","message":"the step was not over after 2000 ms","reward":-10,"age":1,"response":"while (true) {}","detectedMs":2007.2611220000001,"genome":"85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198"}');
INSERT INTO "events" VALUES(12,1795432784390.0,'agent.restarting','bob',NULL,NULL,NULL,'{"delayMs":11,"genome":"85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198","from":"last"}');
INSERT INTO "events" VALUES(13,1795432784404.0,'life.started','bob',2,NULL,NULL,'{"genome":"85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198","query":"this.state.seen = Math.random();","seed":5}');
INSERT INTO "events" VALUES(14,1795432784408.0,'step.committed','bob',2,1,NULL,'{"edited":[],"reward":1,"age":1,"response":"return 1;","prints":[],"genome":"85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198","elapsedMs":2.9678359999998065,"letter":"tick"}');
INSERT INTO "events" VALUES(15,1795432784409.0,'step.committed','ada',2,1,NULL,'{"edited":[],"reward":1,"age":1,"response":"return hello();","prints":[],"genome":"1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37","elapsedMs":3.942540000000008,"letter":"tick"}');
INSERT INTO "events" VALUES(16,1795432784414.0,'step.committed','ada',2,2,NULL,'{"edited":[],"reward":1,"age":2,"response":"await this.send(\"bob\", { count: this.state.count });","prints":[],"genome":"1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37","elapsedMs":4.553652000000056,"letter":"tick"}');
INSERT INTO "events" VALUES(17,1795432784418.0,'life.truncated','bob',2,NULL,NULL,'{"steps":1,"why":"the script has ended"}');
INSERT INTO "events" VALUES(18,1795432784418.0,'agent.stopped','bob',NULL,NULL,NULL,'{"why":"the script has ended"}');
INSERT INTO "events" VALUES(19,1795432784425.0,'life.truncated','ada',2,NULL,NULL,'{"steps":2,"why":"the script has ended"}');
INSERT INTO "events" VALUES(20,1795432784425.0,'agent.stopped','ada',NULL,NULL,NULL,'{"why":"the script has ended"}');
INSERT INTO "events" VALUES(21,1795432784432.0,'house.stopped',NULL,NULL,NULL,NULL,'{}');
CREATE TABLE genomes (
    hash text primary key,
    parent text references genomes (hash) deferrable initially deferred,
    text text not null,
    created_at_ms real not null
  ) strict;
INSERT INTO "genomes" VALUES('9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5',NULL,'{"attributes":{},"methods":{"execute":"async execute(response) {\n  this.query = response;\n  return await evaluate(response);\n}","handle":"async handle(message) {\n  if (message.kind === \"tick\") return await this.step();\n  const words = message.from + \" says \" + JSON.stringify(message.body);\n  if (message.kind === \"ask\") return await this.llm(words);\n  this.query = words;\n}","step":"async step() {\n  return await this.execute(await this.llm(this.query));\n}"},"state":{}}',1795432782032.0);
INSERT INTO "genomes" VALUES('85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198','9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5','{"attributes":{},"methods":{"execute":"async execute(response) {\n  this.query = response;\n  return await evaluate(response);\n}","handle":"async handle(message) {\n  if (message.kind === \"tick\") return await this.step();\n  const words = message.from + \" says \" + JSON.stringify(message.body);\n  if (message.kind === \"ask\") return await this.llm(words);\n  this.query = words;\n}","step":"async step() {\n  return await this.execute(await this.llm(this.query));\n}"},"state":{"seen":0.6355985326226801}}',1795432782377.0);
INSERT INTO "genomes" VALUES('1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37','9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5','{"attributes":{},"methods":{"execute":"async execute(response) {\n  this.query = response;\n  return await evaluate(response);\n}","handle":"async handle(message) {\n  if (message.kind === \"tick\") return await this.step();\n  const words = message.from + \" says \" + JSON.stringify(message.body);\n  if (message.kind === \"ask\") return await this.llm(words);\n  this.query = words;\n}","hello":"function hello() { return \"hi\"; }","step":"async step() {\n  return await this.execute(await this.llm(this.query));\n}"},"state":{"count":1}}',1795432782379.0);
CREATE TABLE letters (
    id integer primary key autoincrement,
    recipient text not null references agents (name) on delete cascade
      deferrable initially deferred,
    sender text not null,
    kind text not null check (kind in ('tell', 'ask')),
    body text not null,
    at_ms real not null
  ) strict;
INSERT INTO "letters" VALUES(1,'bob','ada','tell','{"count":1}',1795432784412.0);
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
    edits integer not null, born_query text, entry integer, link text,
    primary key (agent, life)
  ) strict, without rowid;
INSERT INTO "lives" VALUES('ada',1,1795432782038.0,1795432782387.0,'death','9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5',1,-9.0,1,'"Define a method that you will need later."',1,'120ee1998afb676136de5f9520f0be4b51376af069b04a791bb3467a87ac3a2d');
INSERT INTO "lives" VALUES('ada',2,1795432782404.0,1795432784425.0,'truncated','1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37',2,2.0,0,'"this.state.count = 1; function hello() { return \"hi\"; }"',5,'3f880f23a81827c73dba6ca33fbc7f2fd15382fe123088bfa21f4216a403a357');
INSERT INTO "lives" VALUES('bob',1,1795432782039.0,1795432784389.0,'death','9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5',1,-9.0,1,'"Define a method and call it."',1,'282538cb0fe3eef8835d500dbe61c83bf8720aeac9775321846abf06271197d1');
INSERT INTO "lives" VALUES('bob',2,1795432784402.0,1795432784418.0,'truncated','85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198',1,1.0,0,'"this.state.seen = Math.random();"',5,'350a41dad954b428ed091576a4108a2b39d0efbb6e0604073cf9401877adb55f');
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
INSERT INTO "rewards" VALUES(5,'bob',2,1,'"survival"',1.0,NULL);
INSERT INTO "rewards" VALUES(6,'ada',2,1,'"survival"',1.0,NULL);
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
    lived integer not null check (lived in (0, 1)), energy real, answers text, entry integer, link text,
    primary key (agent, life, step),
    foreign key (agent, life) references lives (agent, life) deferrable initially deferred
  ) strict;
INSERT INTO "steps" VALUES('bob',1,1,1795432782377.0,'{"kind":"tick","from":"supervisor"}',1767225600000.0,475660839,'[{"call":0,"prompt":"Define a method and call it.","seed":2834603931,"response":"this.state.seen = Math.random();","model":"scripted","tokens":{"prompt":6,"completion":3}}]','[]','null','[]','[]','{"elapsedMs":14.68559300000004,"busyMs":14.091697999999951,"rssBytes":62283776,"printBytes":0,"messages":0,"modelCalls":1}','["state"]','85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198','"this.state.seen = Math.random();"',1,1.0,'[{"request":0,"power":"llm"}]',2,'b0222fa4a15b90b951f951ed8083c442243216a977af96f75addceca371cce36');
INSERT INTO "steps" VALUES('ada',1,1,1795432782379.0,'{"kind":"tick","from":"supervisor"}',1767225600000.0,2866484919,'[{"call":0,"prompt":"Define a method that you will need later.","seed":1017147759,"response":"this.state.count = 1; function hello() { return \"hi\"; }","model":"scripted","tokens":{"prompt":8,"completion":9}}]','[]','null','[]','[]','{"elapsedMs":15.007452999999941,"busyMs":14.89142000000004,"rssBytes":62590976,"printBytes":0,"messages":0,"modelCalls":1}','["hello","state"]','1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37','"this.state.count = 1; function hello() { return \"hi\"; }"',1,1.0,'[{"request":0,"power":"llm"}]',2,'673515fa0d50e88e473dfd8e8aaaeecec198b7687281e40340627083341a2e3c');
INSERT INTO "steps" VALUES('ada',1,2,1795432782387.0,'{"kind":"tick","from":"supervisor"}',1767225601000.0,2866486082,'[{"call":0,"prompt":"this.state.count = 1; function hello() { return \"hi\"; }","seed":255233186,"response":"const where = \"here\"; missing(where);","model":"scripted","tokens":{"prompt":9,"completion":5}}]','[]','null','[]','[]','{"elapsedMs":5.9874600000000555,"busyMs":5.565200000000004,"rssBytes":62754816,"printBytes":0,"messages":0,"modelCalls":1}','[]','1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37','"this.state.count = 1; function hello() { return \"hi\"; }"',0,1.0,'[{"request":0,"power":"llm"}]',3,'973c288aea463cb6edfa3c083cba68b2a3d2d96fe437411be2b886005cc91762');
INSERT INTO "steps" VALUES('bob',1,2,1795432784389.0,'{"kind":"tick","from":"supervisor"}',1767225601000.0,475663438,'[{"call":0,"prompt":"this.state.seen = Math.random();","seed":3418901850,"response":"while (true) {}","model":"scripted","tokens":{"prompt":3,"completion":3}}]','[]','null','[]','[]','{"elapsedMs":2009.5501660000004,"busyMs":2009.2712900000001,"rssBytes":62410752,"printBytes":0,"messages":0,"modelCalls":1}','[]','85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198','"this.state.seen = Math.random();"',0,1.0,'[{"request":0,"power":"llm"}]',3,'f502ff1cd9682792f681f6ba983862bd15c0d595717523e6dd7c7d94e3fad795');
INSERT INTO "steps" VALUES('bob',2,1,1795432784408.0,'{"kind":"tick","from":"supervisor"}',1767225601000.0,828794586,'[{"call":0,"prompt":"this.state.seen = Math.random();","seed":4185010650,"response":"return 1;","model":"scripted","tokens":{"prompt":3,"completion":2}}]','[]','1','[]','[]','{"elapsedMs":2.9678359999998065,"busyMs":2.6915250000001834,"rssBytes":62726144,"printBytes":0,"messages":0,"modelCalls":1}','[]','85d6f6c2c06a24a033a55e3e937e01629b6519c71f9c7702316c83fd462b0198','"return 1;"',1,1.0,'[{"request":0,"power":"llm"}]',6,'7a4931e381f6ffbf47a853acdc6378fc7d07349e31675c6cd6e98abfbb3368ef');
INSERT INTO "steps" VALUES('ada',2,1,1795432784409.0,'{"kind":"tick","from":"supervisor"}',1767225601000.0,3533232294,'[{"call":0,"prompt":"this.state.count = 1; function hello() { return \"hi\"; }","seed":2147467200,"response":"return hello();","model":"scripted","tokens":{"prompt":9,"completion":2}}]','[]','"hi"','[]','[]','{"elapsedMs":3.942540000000008,"busyMs":3.79755299999988,"rssBytes":63139840,"printBytes":0,"messages":0,"modelCalls":1}','[]','1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37','"return hello();"',1,1.0,'[{"request":0,"power":"llm"}]',6,'d75787ed266396e0fe9a81506e44dd33902549fffb6595811fecd83a395e087e');
INSERT INTO "steps" VALUES('ada',2,2,1795432784414.0,'{"kind":"tick","from":"supervisor"}',1767225602000.0,3533232619,'[{"call":0,"prompt":"return hello();","seed":2368916821,"response":"await this.send(\"bob\", { count: this.state.count });","model":"scripted","tokens":{"prompt":2,"completion":6}}]','[]','null','[]','[]','{"elapsedMs":4.553652000000056,"busyMs":3.7400980000002164,"rssBytes":63234048,"printBytes":0,"messages":1,"modelCalls":1}','[]','1030eca741fa9b627bd51b93a1227e33dc48a8776ec43a0700f9ecf0bca03b37','"await this.send(\"bob\", { count: this.state.count });"',1,1.0,'[{"request":0,"power":"llm"},{"request":1,"power":"send"}]',7,'ac9c439ada54b259df9a2f0e3990be672aa96a2212309208628782047589fced');
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
pragma user_version = 4;
