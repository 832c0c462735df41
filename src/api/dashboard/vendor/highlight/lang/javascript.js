// Stands where the server puts the package's own file (files.ts), for the type checker and tests.
export * from "sugar-high/lang/javascript";
