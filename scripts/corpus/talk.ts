import { firstQueries } from "../../src/policy/queries.ts";
import type { Draw } from "./draw.ts";
import { literal, peers, strangers } from "./words.ts";
import type { Move } from "./world.ts";

/** A message's body, as source. */
function body(draw: Draw): string {
  return draw.weighted<() => string>([
    [3, () => literal(draw, "text")],
    [1, () => literal(draw, "number")],
    [1, () => `{ count: ${draw.int(0, 9)} }`],
    [1, () => "this.state"],
  ])();
}

/** Asks the model within an execution, and evaluates or keeps what it says. */
export function think(draw: Draw): Move {
  const request = `await this.llm("${draw.pick(firstQueries)}")`;
  return draw.weighted<() => Move>([
    [2, () => ({ source: `const code = ${request};\nawait evaluate(code);` })],
    [
      3,
      () => ({
        source:
          `const code = ${request};\ntry {\n  await evaluate(code);\n} catch (error) {\n  console.log(error.message);\n}`,
      }),
    ],
    [1, () => ({ source: `return ${request};`, returns: true })],
    [1, () => ({ source: `this.state.goal = ${request};` })],
  ])();
}

/** Tells or asks another agent. One that does not exist rejects, so a careful agent catches. */
export function message(draw: Draw): Move {
  const to = draw.pick(peers);
  return draw.weighted<() => Move>([
    [
      3,
      () => ({
        source: `try {\n  await this.send("${to}", ${
          body(draw)
        });\n} catch (error) {\n  console.log(error.message);\n}`,
      }),
    ],
    [
      3,
      () => ({
        source: `try {\n  console.log(await this.ask("${to}", ${
          body(draw)
        }));\n} catch (error) {\n  console.log(error.message);\n}`,
      }),
    ],
    [
      1,
      () => ({
        source: `try {\n  await this.ask("${
          draw.pick(strangers)
        }", 1);\n} catch (error) {\n  return error.message;\n}`,
        returns: true,
      }),
    ],
    [2, () => ({ source: `this.send("${to}", ${body(draw)}).catch(() => {});` })],
  ])();
}

/** A message as the default `handle` quotes it to the model. */
export function quoted(draw: Draw): string {
  const from = draw.pick([...peers, "operator"]);
  const words = draw.weighted<() => string>([
    [3, () => literal(draw, "text")],
    [1, () => literal(draw, "number")],
    [1, () => `{"count":${draw.int(0, 9)}}`],
    [1, () => "{}"],
  ])();
  return `${from} says ${words}`;
}
