// The Worker of surface_test.ts: locks its realm as the shell does, and says what is left of it.
import { lockRealm } from "../../workers/shell/realm.ts";

// The Worker's own function, which the types of a window do not have.
const say: (message: string[]) => void = Reflect.get(globalThis, "postMessage").bind(globalThis);
lockRealm(() => {});
const kept: string[] = [];
for (
  let object: object | null = globalThis;
  object !== null && object !== Object.prototype;
  object = Object.getPrototypeOf(object)
) {
  for (const key of Reflect.ownKeys(object)) {
    if (Reflect.get(object, key) !== undefined || key === "undefined") kept.push(String(key));
  }
}
say(kept);
