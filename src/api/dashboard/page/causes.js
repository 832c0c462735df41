/** How each cause of death is told: after "died at step 31 …", and as a name. */
const told = {
  syntax: { of: "of a syntax error", means: "its code does not parse" },
  exception: { of: "of an exception", means: "an error escaped its handler" },
  rejection: { of: "of a rejected promise", means: "a promise was rejected and nobody caught it" },
  "stack-overflow": { of: "of a stack overflow", means: "its calls went too deep" },
  hang: { of: "of a hang", means: "a step ran past its deadline" },
  cpu: { of: "of overwork", means: "it used up its processor time" },
  heap: { of: "of a full heap", means: "its heap ran full" },
  memory: { of: "of too much memory", means: "it took too much memory outside the heap" },
  flood: { of: "of a flood", means: "it sent, printed or asked too much" },
  harm: { of: "of harm", means: "it reached for a power that it was not given" },
  exit: { of: "by its own exit", means: "it ended its own process" },
  flatline: { of: "of a flatline", means: "its loop has ended: it can take no further edit" },
  contract: { of: "of a broken contract", means: "its genome cannot be inherited" },
  forgery: { of: "of a forgery", means: "it forged a frame" },
  starvation: { of: "of starvation", means: "it spent all its energy" },
  spawn: { of: "before it could be born", means: "it could not be born" },
  llm: { of: "because the model did not answer", means: "the model did not answer" },
  cell: { of: "with its process", means: "its process died and it is not to blame" },
  host: { of: "with the machine", means: "the machine was lost" },
  shutdown: { of: "when the house was shut down", means: "the house was shut down" },
  operator: { of: "by a person's order", means: "a person ended it" },
};

/** All causes, in the order of the ledger's list. */
export const causeNames = Object.keys(told);

/** The words after "died": a cause that is not known yet is told by its name. */
export function ofCause(cause) {
  return told[cause]?.of ?? `of ${cause}`;
}

/** What a cause means, in a sentence without its subject's name. */
export function meaningOf(cause) {
  return told[cause]?.means ?? cause;
}
