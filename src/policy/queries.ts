/**
 * What an agent may be asked at birth, before it has a response of its own to go on from. The corpus
 * is written with the same texts, so the pretrained policy has an answer to each.
 */
export const firstQueries = [
  "Define a method that you will need later.",
  "Define a method and call it.",
  "Call one of your methods and print what it returns.",
  "Set an attribute that says who you are.",
  "Change your state.",
  "Count something and keep it in your state.",
  "Write a small algorithm and return its result.",
  "Print what you know about yourself.",
  "Send a message to another agent.",
  "Ask another agent a question.",
  "Ask the model for code and evaluate it.",
  "Make your own execute safer.",
] as const;

/** One of the first queries. */
export type FirstQuery = typeof firstQueries[number];
