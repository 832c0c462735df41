/** Requests that hints name, and the commands that make them. */
const requests: readonly (readonly [RegExp, string])[] = [
  [/GET \/v1\/agents\/([^/\s]+)\/lineage/, "'vivarium lineage $1'"],
  [
    /GET \/v1\/agents\/([^/\s]+)\/steps/,
    "'vivarium logs --after 0 --kind step.committed --agent $1'",
  ],
  [/\/openapi\.json has the schema of every request/, "the command's --help says what it takes"],
  [/GET \/v1\/(agents|deaths|supervisors)\b(?!\/)/, "'vivarium $1'"],
];

/** A hint as one for a person at the command line: who reads it has no requests, but commands. */
export function asCommand(hint: string): string {
  return requests.reduce((text, [request, command]) => text.replace(request, command), hint);
}
