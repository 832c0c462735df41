import { type Command, Option } from "commander";
import { z } from "zod";
import { printable } from "../../core/text.ts";
import type { Terminal } from "../terminal.ts";
import { readOne } from "../views.ts";
import { figure } from "../words/forms.ts";
import { tableOf } from "../words/table.ts";
import { examples, readCommand, type ReadOptions, refuseUnknown, withSource } from "./reading.ts";

const groupings = ["policy", "model", "agent", "all"] as const;

const survivalView = z.object({
  groups: z.array(z.object({
    key: z.string(),
    lives: z.int(),
    deaths: z.int(),
    censored: z.int(),
    medianSteps: z.number().nullable(),
    curve: z.array(z.object({
      age: z.number(),
      survival: z.number(),
      low: z.number(),
      high: z.number(),
    })),
  })),
  logRank: z.object({
    chiSquare: z.number(),
    degreesOfFreedom: z.int(),
    p: z.number(),
  }).nullable(),
});

const causesView = z.object({
  groups: z.array(z.object({
    key: z.string(),
    causes: z.array(z.object({ cause: z.string(), deaths: z.int() })),
  })),
});

type Group = z.infer<typeof survivalView>["groups"][number];

/** `survival`: how long lives last, and of what they end. */
export function survivalCommand(terminal: Terminal): Command {
  return readCommand("survival", "How long lives last, by Kaplan–Meier, and of what they end.")
    .addOption(
      new Option("--by <group>", "what is compared").choices([...groupings]).default("policy"),
    )
    .option("--agent <name>", "lives of one agent, also of one that is gone")
    .addHelpText("after", examples("survival", "survival --by agent --db garden.db --json"))
    .action((options: ReadOptions & { by: string; agent?: string }) =>
      withSource(options, terminal, async (source) => {
        await refuseUnknown(source, options.agent);
        const query = { by: options.by, agent: options.agent };
        const { value, json } = await readOne(source, "/v1/stats/survival", survivalView, query);
        const causes = await readOne(source, "/v1/stats/causes", causesView, query);
        if (options.json) {
          return terminal.out(JSON.stringify({ survival: json, causes: causes.json }, null, 2));
        }
        if (value.groups.length === 0) return terminal.out("no life yet");
        const causesOf = new Map(causes.value.groups.map(({ key, causes }) => [key, causes]));
        terminal.out(groupsTable(value.groups, options.by, causesOf, terminal));
        terminal.out("Lives that were cut, are still lived or were ended by others are censored.");
        if (value.logRank === null) return;
        const { chiSquare, degreesOfFreedom, p } = value.logRank;
        terminal.out(
          `log-rank: χ² ${figure(chiSquare)}, ${degreesOfFreedom} df, p ${p.toPrecision(2)}`,
        );
      })
    );
}

function groupsTable(
  groups: readonly Group[],
  by: string,
  causesOf: ReadonlyMap<
    Group["key"],
    readonly { readonly cause: string; readonly deaths: number }[]
  >,
  terminal: Terminal,
): string {
  return tableOf(groups, [
    { head: by.toUpperCase(), of: ({ key }) => printable(key, 40), shrinks: true },
    { head: "LIVES", of: ({ lives }) => String(lives), align: "right" },
    { head: "DEATHS", of: ({ deaths }) => String(deaths), align: "right" },
    { head: "CENSORED", of: ({ censored }) => String(censored), align: "right" },
    { head: "MEDIAN", of: ({ medianSteps }) => String(medianSteps ?? "–"), align: "right" },
    ...[10, 50].map((age) => ({
      head: `PAST ${age}, %`,
      of: (group: Group) => shareText(group, age),
      align: "right" as const,
    })),
    {
      head: "CAUSES",
      of: ({ key }) =>
        (causesOf.get(key) ?? []).toSorted((a, b) => b.deaths - a.deaths)
          .map(({ cause, deaths }) => `${deaths} ${cause}`).join(", "),
      shrinks: true,
    },
  ], terminal);
}

/** The share that outlasts an age in percent, with its 95 % interval; nothing beyond what was watched. */
function shareText({ curve }: Group, age: number): string {
  const last = curve.at(-1);
  if (last === undefined || (last.age < age && last.survival > 0)) return "–";
  const point = curve.findLast((each) => each.age <= age);
  if (point === undefined) return "100";
  const [share, low, high] = [point.survival, point.low, point.high].map(wholePercent);
  return `${share} [${low}, ${high}]`;
}

/** A share of one as a whole number of percent; `--json` has every digit. */
function wholePercent(share: number): string {
  return String(Math.round(share * 100));
}
