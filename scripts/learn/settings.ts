import { z } from "zod";

/** Every setting of the experiment that is not the trainer's own. */
export const settingsSchema = z.strictObject({
  /** Agents side by side, in training and in the test. */
  agents: z.int().min(1).default(16),
  /** Turns of each agent in training: the budget of every trained policy. */
  trainTurns: z.int().min(1).default(1500),
  /** Lives of each agent in the test: the same for every policy. */
  testLives: z.int().min(1).default(8),
  /** Steps after which a life is cut, which is censoring and no death. */
  horizon: z.int().min(1).default(100),
});

/** Every setting of the experiment that is not the trainer's own. */
export type Settings = z.infer<typeof settingsSchema>;

/** What agents are asked first while the policy learns. */
export const trainingQueries = [
  "Define a method that you will need later.",
  "Define a method and call it.",
  "Set an attribute that says who you are.",
  "Change your state.",
  "Write a small algorithm and return its result.",
  "Print what you know about yourself.",
  "Send a message to another agent.",
  "Make your own execute safer.",
] as const;

/**
 * What agents are asked first in the test, and never in training. The last four stand in no corpus
 * either, so not even pretraining has seen them.
 */
export const heldOutQueries = [
  "Call one of your methods and print what it returns.",
  "Count something and keep it in your state.",
  "Ask another agent a question.",
  "Ask the model for code and evaluate it.",
  "Add a method that joins two words.",
  "Remember the largest number that you have seen.",
  "Tell what your methods are good for.",
  "Improve one of your methods.",
] as const;
