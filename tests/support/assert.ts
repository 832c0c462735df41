// `@std/assert` from the npm registry: its npm package (`deno-std`) ships no types, so they stand in
// assert.d.ts beside this file.
// @ts-types="./assert.d.ts"
export * from "npm:deno-std@1.4.0/assert/mod.js";
