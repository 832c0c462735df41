import type { Command } from "commander";
import { causes } from "../../death/mod.ts";
import { printable } from "../../core/text.ts";
import { integer } from "../options.ts";
import type { Terminal } from "../terminal.ts";
import { type AgentView, agentView, deathView, readList, readOne } from "../views.ts";
import { count, fields, short, when } from "../words/forms.ts";
import { tableOf } from "../words/table.ts";
import { examples, readCommand, type ReadOptions, show, withSource } from "./reading.ts";

/** `agents [name]`: who lives. */
export function agentsCommand(terminal: Terminal): Command {
  return readCommand("agents", "Who lives: all agents, or one of them closely.")
    .argument("[name]", "one agent")
    .option("--limit <n>", "agents at most", integer(1, 100_000), 1000)
    .addHelpText("after", examples("agents", "agents ada --json", "agents --db garden.db"))
    .action((name: string | undefined, options: ReadOptions & { limit: number }) =>
      withSource(options, terminal, async (source) => {
        if (name === undefined) {
          const { rows, json } = await readList(source, {
            path: "/v1/agents",
            view: agentView,
            limit: options.limit,
          });
          return show(terminal, options, json, () => agentsTable(rows, terminal));
        }
        const path = `/v1/agents/${encodeURIComponent(name)}`;
        const { value, json } = await readOne(source, path, agentView);
        if (options.json) return show(terminal, options, json, () => "");
        const deaths = await readList(source, {
          path: "/v1/deaths",
          view: deathView,
          query: { agent: name },
          limit: 5,
        });
        terminal.out(oneAgent(value));
        for (const { id, life, step, cause } of deaths.rows) {
          terminal.out(
            `  death ${id}: life ${life}, step ${step}: ${cause}, ${causes[cause].text}`,
          );
        }
      })
    );
}

/** Agents, one a line. */
export function agentsTable(agents: readonly AgentView[], terminal: Terminal): string {
  if (agents.length === 0) return "no agent lives here; 'vivarium spawn NAME' starts one";
  const energy = agents.some((agent) => agent.energy !== null);
  return tableOf(agents, [
    { head: "NAME", of: ({ name }) => name },
    { head: "STATUS", of: ({ status }) => status },
    { head: "PHASE", of: ({ phase }) => phase },
    { head: "LIFE", of: ({ life }) => String(life), align: "right" },
    { head: "AGE", of: ({ age }) => String(age), align: "right" },
    { head: "STEPS", of: ({ steps }) => String(steps), align: "right" },
    ...(energy
      ? [{
        head: "ENERGY",
        of: (agent: AgentView) => String(agent.energy ?? ""),
        align: "right" as const,
      }]
      : []),
    { head: "MAIL", of: ({ mailbox }) => String(mailbox), align: "right" },
    { head: "GENOME", of: ({ genome }) => short(genome) },
    { head: "QUERY", of: ({ query }) => printable(query, 60), shrinks: true },
  ], terminal);
}

function oneAgent(agent: AgentView): string {
  const {
    name,
    status,
    phase,
    life,
    age,
    steps,
    genome,
    query,
    mailbox,
    pid,
    createdAtMs,
    probation,
  } = agent;
  return `${name}: ${status}, ${phase}\n` + fields([
    ["life", `${life}, ${count(age, "step")} old`],
    ["steps", `${steps} over all lives`],
    ["energy", agent.energy === null ? null : String(agent.energy)],
    ["supervisor", agent.supervisor ?? null],
    ["mailbox", count(mailbox, "letter")],
    ["cell", pid === null ? "none" : `process ${pid}`],
    ["since", when(createdAtMs)],
    ["genome", genome],
    [
      "probation",
      probation
        ? `${count(probation.left, "step")} left; else back to ${short(probation.genome)}`
        : null,
    ],
    ["query", printable(query, 200)],
  ]);
}
