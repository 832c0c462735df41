import { assertEquals } from "@std/assert";
import { secretStriker, struck } from "../../src/cli/secrets.ts";

const strike = secretStriker({
  OPENAI_API_KEY: "key-of-mine-123",
  VIVARIUM_TOKEN: 'odd"token\\here',
  VIVARIUM_TOKENS: "read:reader-token-0123,admin-token-0123",
  MY_PASSWORD: "short",
  HOME: "/home/somebody",
});

const cases = [
  { name: "a key of the environment", text: "used key-of-mine-123.", says: `used ${struck}.` },
  {
    name: "one that JSON escapes",
    text: JSON.stringify({ said: 'odd"token\\here' }),
    says: JSON.stringify({ said: struck }),
  },
  { name: "what looks like a key", text: "sk-proj-0123456789abcdef!", says: `${struck}!` },
  { name: "one of several", text: "for reader-token-0123.", says: `for ${struck}.` },
  {
    name: "a bearer's header",
    text: "authorization: Bearer abcdefgh.12",
    says: `authorization: Bearer ${struck}`,
  },
  { name: "not a word that is short", text: "short", says: "short" },
  { name: "not a value of another name", text: "/home/somebody", says: "/home/somebody" },
];

Deno.test.each(cases)("secretStriker() strikes out $name", ({ text, says }) => {
  assertEquals(strike(text), says);
});
