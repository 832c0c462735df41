// `ses` reads process.env when it loads, and a cell has no right to the environment.
Reflect.deleteProperty(globalThis, "process");
export {};
