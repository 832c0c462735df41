import { createRoute, z } from "@hono/zod-openapi";
import { VivariumError } from "../../core/errors.ts";
import { type GenomeHash, genomeHashSchema } from "../../core/ids.ts";
import { genomeChanges, genomeText } from "../../genome/mod.ts";
import type { GenomeRow } from "../../store/mod.ts";
import type { ApiContext } from "../context.ts";
import {
  agentParams,
  genomeChangeSchema,
  genomeViewSchema,
  jsonContent,
  problems,
} from "../schemas.ts";

const tags = ["history"];

const hashParam = (name: string): typeof genomeHashSchema =>
  genomeHashSchema.openapi({ param: { name, in: "path" } });

const present = createRoute({
  method: "get",
  path: "/v1/agents/{name}/genome",
  operationId: "getAgentGenome",
  tags,
  summary: "What an agent is made of now",
  request: { params: agentParams },
  responses: { 200: jsonContent("the genome", genomeViewSchema), ...problems },
});

const genome = createRoute({
  method: "get",
  path: "/v1/genomes/{hash}",
  operationId: "getGenome",
  tags,
  summary: "A genome by its hash",
  request: { params: z.object({ hash: hashParam("hash") }) },
  responses: { 200: jsonContent("the genome", genomeViewSchema), ...problems },
});

const diff = createRoute({
  method: "get",
  path: "/v1/genomes/{from}/diff/{to}",
  operationId: "diffGenomes",
  tags,
  summary: "What differs between two genomes, part by part",
  request: { params: z.object({ from: hashParam("from"), to: hashParam("to") }) },
  responses: {
    200: jsonContent(
      "the parts that differ; none where the genomes are the same",
      z.object({
        from: z.string(),
        to: z.string(),
        changes: z.array(genomeChangeSchema),
      }).openapi("GenomeDiff"),
    ),
    ...problems,
  },
});

/** For the type of the client. */
export const genomeOperations = { present, genome, diff };

/** What agents are made of. */
export function genomeRoutes({ app, house }: ApiContext): void {
  const { store } = house;

  const genomeBy = (hash: GenomeHash): GenomeRow => {
    const row = store.genome(hash);
    if (row !== undefined) return row;
    throw new VivariumError("not-found", `there is no genome ${hash}`, {
      hint: "steps, lives and deaths name the genomes that there are",
    });
  };
  const view = (hash: GenomeHash): z.infer<typeof genomeViewSchema> => {
    const { genome, ...row } = genomeBy(hash);
    const { agent = null, life = null, step = null } = store.origin(hash) ?? {};
    const sizeBytes = new TextEncoder().encode(genomeText(genome)).length;
    return { ...row, ...genome, sizeBytes, agent, life, step };
  };

  app.openapi(present, (c) => {
    const { name } = c.req.valid("param");
    const agent = store.agent(name);
    if (agent === undefined) {
      throw new VivariumError("not-found", `there is no agent '${name}'`, {
        hint: "GET /v1/agents lists them",
      });
    }
    return c.json(view(agent.genome), 200);
  });

  app.openapi(genome, (c) => c.json(view(c.req.valid("param").hash), 200));

  app.openapi(diff, (c) => {
    const { from, to } = c.req.valid("param");
    const changes = genomeChanges(genomeBy(from).genome, genomeBy(to).genome);
    return c.json({ from, to, changes }, 200);
  });
}
