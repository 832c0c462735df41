import { type Cause, causeNames, causes } from "../../src/death/mod.ts";
import { rewardOf, totalReward } from "../../src/reward/mod.ts";

const owners = {
  agent: "the agent itself: the death is punished, and the life teaches",
  infrastructure: "the machine or a service: no reward, nothing is learnt from the life",
  operator: "a person or the end of the house: likewise",
} as const;

/** The page of the causes of death. */
export function causesPage(): string {
  return [
    "# Causes of death",
    "A life ends by one of these, and for no other reason. The list is closed; it may grow, and no name",
    "changes. Survival figures count the deaths of the agent's own making; every other end is censored.",
    "",
    "| cause | what happened | owner | reward of the last step |",
    "| --- | --- | --- | ---: |",
    ...causeNames.map((cause) =>
      `| \`${cause}\` | ${causes[cause].text} | ${causes[cause].owner} | ${rewardText(cause)} |`
    ),
    "",
    "The owner says who is to blame:",
    "",
    ...Object.entries(owners).map(([owner, text]) => `- **${owner}**: ${text}.`),
  ].join("\n");
}

function rewardText(cause: Cause): string {
  const rewards = rewardOf({ lived: false, cause, owner: causes[cause].owner });
  return rewards.length === 0 ? "none" : String(totalReward(rewards)).replace("-", "−");
}
