import { type ErrorCode, errorCodes } from "../../src/core/errors.ts";
import { problemKinds } from "../../src/core/problem.ts";
import { messagesOf, type SourceMessage } from "./messages.ts";

/**
 * The page of the errors.
 *
 * @param source folder in which errors are made
 */
export function errorsPage(source: string): string {
  const all = messagesOf(source);
  return [
    "# Errors",
    "Every error has a code, one line that says what is wrong, and mostly a hint that says what to do.",
    "A command prints both; the API answers with a problem document (RFC 9457) of the same code, whose",
    "`type` is `urn:vivarium:problem:` and the code; a program catches a `VivariumError`. The list may",
    "grow, and no code changes its meaning. Below, … stands for what is known only when it happens.",
    "",
    ...errorCodes.flatMap((code) => section(code, all.filter((error) => error.code === code))),
  ].join("\n");
}

function section(code: ErrorCode, errors: readonly SourceMessage[]): string[] {
  const { status, title } = problemKinds[code];
  const lines = new Map(errors.map(({ message, hint }) => [message, hint]));
  return [
    `## \`${code}\``,
    "",
    `${title}; over HTTP ${status}.`,
    "",
    ...[...lines].sort(([a], [b]) => a < b ? -1 : 1).flatMap(([message, hint]) => [
      `- ${quoted(message)}`,
      ...(hint === undefined ? [] : [`  - hint: ${quoted(hint)}`]),
    ]),
    "",
  ];
}

/** As code, whatever backticks it holds. */
function quoted(text: string): string {
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}
